import numpy as np
import pytest
from flat_sitters import Blender, by_promise, grey
from preset_figures import (
    blotches,
    flat_ground,
    intensities,
    movements,
    skin_groups,
)
from preset_figures.sitters import Sitter, Styles, draw_all

from portrait_style.image import save_image
from portrait_style.renderers import render_all, renderer_names

# Blotches


def test_a_blotch_is_stronger_in_colour_than_photo_and_truth():
    drawing = grey(90)
    drawing[:3, :4] = 120, 90, 79  # chroma 41
    drawing[20:22, 20:22] = 200, 90, 79
    assert blotches.largest_blotch(drawing, grey(50), grey(60)) == 12 / 2000
    # 1 level of chroma in either leaves 40, which is not above 40.
    tinted = np.full((40, 50, 3), (61, 60, 60), np.uint8)
    for photo, truth in ((tinted, grey(60)), (grey(50), tinted)):
        assert blotches.largest_blotch(drawing, photo, truth) == 4 / 2000
    assert blotches.largest_blotch(drawing, drawing, grey(60)) == 0.0


def test_areas_that_touch_at_a_corner_are_two():
    drawing = grey(90)
    drawing[:2, :3] = drawing[2:4, 3:6] = 200, 90, 79
    assert blotches.largest_blotch(drawing, grey(50), grey(50)) == 6 / 2000
    drawing[1, 3] = 200, 90, 79
    assert blotches.largest_blotch(drawing, grey(50), grey(50)) == 13 / 2000


def test_drawings_with_a_large_blotch_are_counted():
    measured = [{"oil": 0.005, "comic": 0.0}, {"oil": 0.0051, "comic": 0.001}]
    oil, comic = blotches.blotch_figures(measured, ["oil", "comic"])
    assert (oil.value, oil.met) == (1.0, False)
    assert (comic.value, comic.met) == (0.0, True)


# Groups


def test_people_are_parted_into_thirds_from_dark_to_light():
    tones = {"a": 200.0, "b": 50.0, "c": 120.0, "d": 90.0, "e": 60.0, "f": 210.0, "g": 100.0}
    assert skin_groups.group_by_skin(tones) == {
        "dark": ["b", "e", "d"],
        "middle": ["g", "c"],
        "light": ["a", "f"],
    }


def test_the_worst_group_is_held_against_the_best():
    assert skin_groups.worst_to_best([0.3, 0.4, 0.2]) == 0.5
    assert np.isnan(skin_groups.worst_to_best([-0.1, 0.0]))
    assert np.isnan(skin_groups.worst_to_best([0.3, 0.4, float("nan")]))


def test_the_worst_difference_of_mean_luminance_counts():
    # Means 105 and 100; 50 and 53: one face's difference of 20 is made up for by another's.
    groups = [[(120, 100), (90, 100)], [(50, 53)]]
    assert skin_groups.worst_tone_difference(groups) == 5.0
    assert np.isnan(skin_groups.worst_tone_difference([[(1, 2)], []]))


def seen_of(distances):
    """Distances of a style by photo, of 1 from the photo to truth."""
    return {
        name: {"oil": {"distance": value, "photo_distance": 1.0}}
        for name, value in distances.items()
    }


def test_groups_by_hand():
    seen = seen_of({"a": 0.6, "b": 0.5, "c": 0.5, "d": 0.2})
    tones = {"a": {"photo": 60.0, "oil": [70.0, 60.0]}, "b": {"photo": 90.0, "oil": [90.0, 90.0]}}
    tones |= {"c": {"photo": 150.0, "oil": [150.0, 149.0]}, "d": {}}
    figures = skin_groups.group_figures(seen, tones, ["oil"])
    # Learned 0.4, 0.5 and 0.5; who has no face is in no group.
    (whole,) = by_promise(figures, "groups").values()
    assert whole.value == pytest.approx(0.8) and whole.met is False
    assert by_promise(figures, "groups_of_style")["oil"].met is None
    tone = by_promise(figures, "face_tone")["oil"]
    assert (tone.value, tone.met) == (10.0, False)
    assert skin_groups.describe_groups(tones)["dark"] == {"photos": 1, "luminance": [60.0, 60.0]}


def test_skin_of_a_drawing_that_is_lighter(sitter):
    photo = np.minimum(sitter.photo, 245)
    save_image(sitter.folder / "photo.png", photo)
    sitter = Sitter("anna", sitter.folder / "photo.png", sitter.folder)
    save_image(sitter.drawing_file("oil"), photo + np.uint8(10))
    save_image(sitter.truth_file("oil"), photo)
    found = skin_groups.measure_tones(sitter, ["oil"])
    drawn, true = found["oil"]
    assert true == found["photo"] and 40.0 < true < 230.0
    assert drawn - true == pytest.approx(10.0)


def test_no_face_is_no_group(tmp_path):
    save_image(tmp_path / "wall.png", grey(128, 64, 64))
    assert skin_groups.measure_tones(Sitter("wall", tmp_path / "wall.png", tmp_path), []) == {}


def test_renderers_keep_colours_as_is_said():
    """Of a reddish and a bluish photo, drawings are of other colours, or of the same."""
    red, blue = (np.full((64, 64, 3), x, np.uint8) for x in ((200, 130, 120), (110, 160, 190)))
    names = renderer_names()
    warmths = []
    for photo in (red, blue):
        means = {x: y.mean(axis=(0, 1)) for x, y in render_all(photo, names).items()}
        warmths.append({name: mean[0] - mean[2] for name, mean in means.items()})
    # Between the photos it is 160 levels.
    kept = [name for name in names if warmths[0][name] - warmths[1][name] > 80.0]
    assert kept == sorted(skin_groups.COLOUR_KEEPING)


# Flat ground


def test_spread_of_the_inside_by_hand():
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[24:40, 24:40] = 100
    assert flat_ground.flat_spread(picture) == 0.0
    # Half of the inside lies 6 higher in green, 2 in blue.
    picture[24:40, 32:40] += np.uint8([0, 6, 2])
    assert flat_ground.flat_spread(picture) == 3.0


def test_styles_that_hatch_by_themselves_are_left_out():
    measured = [
        {"drawn": {"oil": 0.2, "engraving": 9.0, "old_engraving": 5.0, "ink": 0.5}},
        {"drawn": {"oil": 1.4, "engraving": 0.1, "old_engraving": 5.0, "ink": 1.0}},
    ]
    measured[0]["truth"] = {"oil": 0.0, "engraving": 0.9}
    measured[1]["truth"] = {"oil": 1.0, "engraving": 1.1}
    figures = flat_ground.flat_figures(measured, ["oil", "engraving", "old_engraving", "ink"])
    assert [(x.of, x.value, x.met) for x in figures] == [("oil", 1.4, False), ("ink", 1.0, True)]


def test_flat_ground_is_drawn_by_preset_and_renderers():
    styles = Styles(("sepia", "ink"), ("sepia",))
    found = flat_ground.measure_flat_ground(Blender(), 128, styles)
    assert found == {"drawn": {"sepia": 0.0, "ink": 0.0}, "truth": {"sepia": 0.0}}


# Intensities


def test_a_distance_that_stands_still_does_not_rise():
    ratios = np.array([[40.0, 30.0, 20.0], [40.0, 40.0, 20.0], [40.0, 20.0, 30.0], [9.0, 8.0, 7.0]])
    assert intensities.rising_share(ratios) == 0.5


def test_intensities_are_summed_up_over_photos_and_styles():
    measured = [
        {"oil": [40.0, 30.0, 20.0], "ink": [40.0, 30.0, 35.0]},
        {"oil": [34.0, 30.0, 20.0], "ink": [34.0, 30.0, 20.0]},
    ]
    figures = intensities.intensity_figures(measured, ["oil", "ink"])
    (zero,), (rising,) = (
        by_promise(figures, name).values() for name in ("intensity_zero", "rising")
    )
    assert (zero.value, zero.met) == (37.0, False)
    assert (rising.value, rising.met) == (0.75, False)
    assert {x.of: x.value for x in figures if x.promise == "rising_of_style"} == {
        "oil": 1.0,
        "ink": 0.5,
    }


def test_the_drawing_at_intensity_1_is_the_one_that_is_there(sitter):
    stylizer = Blender()
    draw_all(stylizer, [sitter], Styles(("white",), ()))
    (ratios,) = intensities.measure_intensities(stylizer, sitter, ["white"]).values()
    assert stylizer.count == 5 and len(ratios) == 5
    assert ratios[0] > 100.0 and intensities.rising_share(np.array([ratios])) == 1.0


# Shifts


@pytest.mark.parametrize(("changed", "bound"), [(20.0, 3.0), (45.0, 4.5)])
def test_a_strong_drawing_may_move_more(changed, bound):
    measured = [
        {"oil": {"moved": [1.0, 2.0, 4.0, 3.0], "changed": changed - 5.0}},
        {"oil": {"moved": [1.0, 2.0, 3.0, 3.5], "changed": changed + 5.0}},
    ]
    (found,) = movements.movement_figures(measured, ["oil"])
    assert (found.value, found.bound, found.met) == (3.5, bound, bound > 3.5)
