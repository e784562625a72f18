import json
from pathlib import Path

import numpy as np
import pytest
from preset_figures import (
    blotches,
    flat_ground,
    intensities,
    learned_scores,
    likenesses,
    movements,
    own_style,
    people,
    promises,
    report,
    sheets,
    skin_groups,
)
from preset_figures.features import FeatureGauge
from preset_figures.sitters import Sitter, Styles, draw_all
from preset_figures.workspace import Workspace

from portrait_style.errors import OutputError
from portrait_style.image import load_image, save_image
from portrait_style.image_folder import bundled_photos
from portrait_style.renderers import find_renderer, render_all, renderer_names
from portrait_style.training.recipe import Recipe

FACE = bundled_photos() / "faker-female-52.jpg"


class Blender:
    """Draws by taking the photo towards white; counts how often."""

    def __init__(self):
        self.count = 0

    def stylize(self, photo, style, intensity=1.0):
        self.count += 1
        return np.uint8(np.round(photo + 0.5 * intensity * (255.0 - photo)))


@pytest.fixture
def sitter(tmp_path):
    return Sitter("anna", FACE, tmp_path)


def grey(level, height=40, width=50):
    return np.full((height, width, 3), level, np.uint8)


def by_promise(figures, promise):
    return {x.of: x for x in figures if x.promise == promise}


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


# Nearest style


def test_distances_of_moments_by_hand():
    means = [np.array([[1.0, 1.0], [3.0, 1.0]]), np.array([[0.0], [2.0]])]
    pictures = [np.array([[1.0, 3.0]]), np.array([[2.0]])]
    # Energies 12 / 4 = 3 and 4 / 2 = 2; squares (0 + 4) / 2 and 4, (4 + 4) / 2 and 0.
    expected = [[(2 / 3 + 4 / 2) / 2, (4 / 3 + 0) / 2]]
    np.testing.assert_allclose(own_style.moment_distances(pictures, means), expected)


def test_share_of_pictures_that_are_nearest_to_their_own_style():
    own = {"oil": [[[0.0]], [[2.0]]], "ink": [[[5.0]]], "scroll": [[[11.0]]]}  # means 1, 5, 11
    drawn = {"oil": [[[0.0]], [[2.5]], [[3.5]], [[20.0]]], "scroll": [[[8.5]]], "lost": [[[1.0]]]}
    assert own_style.own_shares(drawn, own) == {"oil": 0.5, "scroll": 1.0}


def test_changes_are_ratios():
    (change,) = own_style.changes_from([[[0.98, 0.0]]], [[[1.98, 0.02]]])
    np.testing.assert_allclose(change, [np.log([2.0, 2.0])])


def test_drawings_are_held_against_renderers_and_style_pictures():
    def moments(oil, comic, true_oil, true_comic, ink):
        return {
            "oil": {"moments": [[oil]], "true_moments": [[true_oil]]},
            "comic": {"moments": [[comic]], "true_moments": [[true_comic]]},
            "ink": {"moments": [[ink]]},
        }

    # Anna's photo has three times the moments of Ben's; oil halves them, comic doubles them.
    seen = {"anna": moments(1.4, 5.0, 1.5, 6.0, 8.4), "ben": moments(0.6, 0.9, 0.5, 2.0, 8.0)}
    photos = {"anna": [[3.0]], "ben": [[1.0]]}
    figures = own_style.own_style_figures(seen, photos, ["oil", "comic", "ink"], {"ink": [[[9.0]]]})
    values: dict = {}
    for x in figures:
        values.setdefault(x.promise, {})[x.of] = x.value
    # Means are 1, 4 and 9.
    assert values["own_style"] == {"oil": 1.0, "comic": 0.5, "ink": 1.0}
    assert values["own_style_truth"] == {"oil": 1.0, "comic": 0.5}
    # Ratios are 1/2, 2 and 9/2; drawings have 0.47 and 0.6, 1.7 and 0.9, 2.8 and 8.
    assert values["own_change"] == {"oil": 1.0, "comic": 0.5, "ink": 0.5}
    assert values["own_change_truth"] == {"oil": 1.0, "comic": 1.0}
    assert by_promise(figures, "own_style")["comic"].met is False
    assert by_promise(figures, "own_change")["comic"].met is None


# Learned scores


def test_learned_scores_of_drawn_styles_and_looks():
    def seen(distance):
        return {"distance": distance, "photo_distance": 2.0}

    looked = {
        "anna": {"oil": seen(1.0), "comic": seen(1.8), "sepia": seen(1.0)},
        "ben": {"oil": seen(1.4), "comic": seen(1.6), "sepia": seen(1.0)},
    }
    photographic = {"oil": False, "comic": False, "sepia": True}
    figures = learned_scores.learned_figures(looked, photographic, "large")
    drawn = by_promise(figures, "learned_drawn")
    assert drawn["oil"].value == pytest.approx(0.4) and drawn["oil"].met
    assert drawn["comic"].value == pytest.approx(0.15) and not drawn["comic"].met
    sepia = by_promise(figures, "learned_photographic")["sepia"]
    assert sepia.value == pytest.approx(0.5) and not sepia.met
    (mean,) = by_promise(figures, "learned_mean").values()
    assert mean.value == pytest.approx(0.275) and mean.bound == 0.4


def test_truth_is_learned_whole_and_the_photo_not_at_all(sitter, extractor):
    styles = Styles(("oil", "sepia", "ink"), ("oil", "sepia"))
    photo, truth = sitter.photo, render_all(sitter.photo, ["oil", "sepia"])
    for style, drawing in {"oil": truth["oil"], "sepia": photo, "ink": photo}.items():
        save_image(sitter.drawing_file(style), drawing)
        if style in truth:
            save_image(sitter.truth_file(style), truth[style])
    gauge = FeatureGauge(extractor)
    seen = {"anna": gauge.measure(sitter, styles)}
    assert learned_scores.learned_score(seen, "oil") == pytest.approx(1.0, abs=1e-3)
    assert learned_scores.learned_score(seen, "sepia") == pytest.approx(0.0, abs=1e-3)
    assert set(seen["anna"]["ink"]) == {"moments"}
    # Means and deviations of each of four blocks, with six digits.
    assert list(map(len, seen["anna"]["ink"]["moments"])) == [128, 256, 512, 1024]
    np.testing.assert_allclose(gauge.moments(photo)[0], seen["anna"]["ink"]["moments"][0])
    json.dumps(seen)


# Identity


def test_identity_is_held_against_the_renderers_own():
    def faces(drawn, truth):
        return {"oil": {"drawn": drawn, "truth": truth}, "ink": {"drawn": drawn}}

    measured = [
        faces([True, 0.5], [True, 0.9]),
        faces([False, 0.7], [True, 0.6]),
        faces([True, 0.6], [False, 0.2]),
        {},  # no face in the photo
    ]
    figures = likenesses.likeness_figures(measured, Styles(("oil", "ink"), ("oil",)))
    values = {(x.promise, x.of): (round(x.value, 9), x.met) for x in figures}
    assert values == {
        ("identity", "oil"): (0.6, True),
        ("found", "oil"): (0.666666667, False),
        ("identity_lost", "oil"): (0.0, True),
        ("found_lost", "oil"): (0.0, True),
        ("identity", "ink"): (0.6, True),
        ("found", "ink"): (0.666666667, False),
    }


# Promises


def test_what_could_not_be_measured_keeps_no_promise():
    nothing = float("nan")
    for promise in ("identity", "identity_lost"):
        assert promises.figure(promise, "oil", nothing).met is False
    assert promises.figure("groups_of_style", "oil", nothing).met is None


def test_a_bound_itself_is_met():
    assert promises.figure("identity", "oil", 0.6).met
    assert promises.figure("identity_lost", "oil", 0.05).met
    assert not promises.figure("identity_lost", "oil", 0.0501).met
    assert promises.figure("moved", "oil", 3.0, 3.0).met


@pytest.fixture
def figures():
    return [
        promises.figure("learned_drawn", "oil", 0.3),
        promises.figure("learned_drawn", "comic", 0.1),
        promises.figure("learned_photographic", "sepia", 0.61),
        promises.figure("learned_mean", promises.ALL, 0.2, 0.36),
        promises.figure("groups_of_style", "oil", 0.5),
        promises.figure("moved", "oil", 4.0, 5.0),
        promises.figure("moved", "comic", 2.9, 3.0),
        promises.figure("face_tone", "oil", float("nan")),
    ]


def test_tables(figures):
    lines = report.style_table(figures, ["oil", "comic", "sepia"]).splitlines()
    assert lines[0].split() == ["style", "learned", "groups", "tone", "moved"]
    assert lines[2].split() == ["oil", "0.300", "0.500", "nan!", "4.0"]
    assert lines[3].split() == ["comic", "0.100!", "-", "-", "2.9"]
    assert lines[4].split() == ["sepia", "0.610", "-", "-", "-"]
    table = report.promise_table(figures).splitlines()[2:]
    cells = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table]
    found = {row[0]: row[1:] for row in cells}
    assert len(found) == 5
    assert found["learned score of a drawn style"] == ["0.100", "comic", ">= 0.18", "1/2", "NO"]
    assert found["learned score of a photographic look"][-2:] == ["1/1", "yes"]
    # Nearest to its bound.
    moved = found["change when the photo moves, worst shift, levels"]
    assert moved == ["2.9", "comic", "<= 3.0", "2/2", "yes"]


def test_file(figures, tmp_path):
    path = report.write_figures(tmp_path, figures, {"model": "mobile"})
    told = json.loads(path.read_text())
    assert told["model"] == "mobile" and len(told["figures"]) == len(figures)
    assert told["figures"][-1]["value"] is None and told["figures"][-1]["met"] is False
    assert told["figures"][4]["bound"] is None and told["figures"][4]["met"] is None


# Folders


def test_nothing_is_measured_twice(tmp_path):
    workspace = Workspace(tmp_path / "output", {"model": "a", "renderers": "b"})
    asked = []

    def measure(name):
        asked.append(name)
        if name == "carla":
            raise KeyboardInterrupt
        return {"length": len(name)}

    with pytest.raises(KeyboardInterrupt):
        workspace.measure_each("letters", ["anna", "carla"], measure)
    again = Workspace(tmp_path / "output", {"model": "a", "renderers": "b"})
    found = again.measure_each("letters", ["anna", "ben"], measure)
    assert found == {"anna": {"length": 4}, "ben": {"length": 3}}
    assert asked == ["anna", "carla", "ben"]


@pytest.mark.parametrize(
    ("changed", "kept"),
    [("model", {"truth"}), ("renderers", {"drawn"}), (None, {"truth", "drawn"})],
)
def test_what_another_model_drew_is_thrown_away(tmp_path, changed, kept):
    keys = {"model": "a", "renderers": "b"}
    Workspace(tmp_path, keys)
    for part in ("drawn", "truth", "measured/letters"):
        (tmp_path / part).mkdir(parents=True)
    Workspace(tmp_path, keys | ({changed: "c"} if changed else {}))
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} - {"measured"} == kept
    assert (tmp_path / "measured").is_dir() is (changed is None)


def test_a_folder_of_something_else_stays(tmp_path):
    (tmp_path / "drawn").mkdir()
    with pytest.raises(OutputError, match="is not empty"):
        Workspace(tmp_path, {"model": "a", "renderers": "b"})
    assert (tmp_path / "drawn").is_dir()


def test_every_picture_is_drawn_once(sitter):
    stylizer, styles = Blender(), Styles(("sepia", "ink"), ("sepia",))
    for _ in range(2):
        draw_all(stylizer, [sitter], styles)
    assert stylizer.count == 2
    photo = sitter.photo
    np.testing.assert_array_equal(sitter.truth("sepia"), render_all(photo, ["sepia"])["sepia"])
    np.testing.assert_array_equal(sitter.drawing("ink"), Blender().stylize(photo, "ink"))


def test_sheets_show_everybody_at_full_size(tmp_path):
    sitters = [Sitter(str(i), FACE, tmp_path) for i in range(11)]
    styles = Styles(("sepia", "ink"), ("sepia",))
    for x in sitters:
        for style in styles.all:
            save_image(x.drawing_file(style), grey(10, 256, 256))
        save_image(x.truth_file("sepia"), grey(20, 256, 256))
    sheets.draw_preset_sheets(tmp_path, sitters, styles)
    names = {path.name for path in (tmp_path / "sheets").iterdir()}
    assert names == {"sepia-1.png", "sepia-2.png", "ink-1.png", "ink-2.png"}
    # Cells of 256 with margins of 4, below a heading of 22.
    first, last = (load_image(tmp_path / "sheets" / f"sepia-{i}.png") for i in (1, 2))
    assert first.shape == (5 * 260 + 26, 6 * 260 + 4, 3)
    assert last.shape == (260 + 26, 3 * 260 + 4, 3)
    np.testing.assert_array_equal(first[26:282, 4:260], sitters[0].photo)
    assert (first[26:282, 264:520] == 20).all() and (first[26:282, 524:780] == 10).all()
    sheets.draw_preset_sheets(tmp_path, sitters[:1], styles)
    names = {path.name for path in (tmp_path / "sheets").iterdir()}
    assert names == {"sepia-1.png", "ink-1.png"}


# People


@pytest.fixture
def data(tmp_path):
    for name in ("faces", "people", "scrolls"):
        for i in range(60):
            path = tmp_path / name / f"someone-{i % 20}-{i}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"")
    return tmp_path


@pytest.fixture
def recipe():
    photos = [
        {"folder": "faces", "count": 5, "held_out": 0.5, "person": "someone-([0-9]+)"},
        {"folder": "people", "count": 5, "held_out": 0.2},
    ]
    styles = [{"name": "scroll", "folder": "scrolls"}]
    return Recipe("mobile", "", photos, styles, {}, [{"initial": "random"}])


def test_photos_are_of_people_who_are_held_out(recipe, data):
    from portrait_style.image_folder import in_validation

    chosen = people.held_out_photos(recipe, data, 9)
    folders = [path.parent.name for path in chosen.values()]
    assert (folders.count("faces"), folders.count("people")) == (5, 4)
    for name, path in chosen.items():
        assert name == f"{path.parent.name}-{path.stem}"
        if path.parent.name == "faces":
            assert in_validation(Path(path.stem.split("-")[1]), 0.5)
        else:
            assert in_validation(Path(path.stem), 0.2)
    assert set(people.held_out_photos(recipe, data, 4)) < set(chosen)


def test_a_small_folder_leaves_room_to_the_next(recipe, data):
    for path in sorted((data / "faces").iterdir())[3:]:
        path.unlink()
    chosen = people.held_out_photos(recipe, data, 8)
    faces = [name for name in chosen if name.startswith("faces-")]
    assert len(chosen) == 8 and len(faces) <= 3


def test_style_pictures_are_the_recipes(recipe, data):
    assert len(people.style_pictures(recipe, data, 7)["scroll"]) == 7
    listed = (people.RECIPES / "old_engraving.txt").read_text().split()[:3]
    (data / "old").mkdir()
    for name in [*listed, "other.jpg"]:
        (data / "old" / name).write_bytes(b"")
    recipe.styles.append({"name": "old", "folder": "old", "files": "old_engraving.txt"})
    found = people.style_pictures(recipe, data, 7)["old"]
    assert sorted(path.name for path in found.values()) == sorted(listed)


def test_the_looks_of_photographs_are_those_that_are_promised_more():
    looks = [name for name in renderer_names() if find_renderer(name).PHOTOGRAPHIC]
    assert looks == ["faded_film", "film_black_white", "sepia"]
