import json
from pathlib import Path

import numpy as np
import pytest
from flat_sitters import FACE, Blender, grey
from preset_figures import (
    people,
    promises,
    report,
    sheets,
)
from preset_figures.sitters import Sitter, Styles, draw_all
from preset_figures.workspace import Workspace

from portrait_style.errors import OutputError
from portrait_style.image import load_image, save_image
from portrait_style.renderers import find_renderer, render_all, renderer_names
from portrait_style.training.recipe import Recipe

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


def test_style_pictures_are_the_recipes(recipe, data, tmp_path, monkeypatch):
    assert len(people.style_pictures(recipe, data, 7)["scroll"]) == 7
    monkeypatch.setattr(people, "RECIPES", tmp_path)
    listed = ["1.jpg", "2.jpg", "3.jpg"]
    (tmp_path / "old_engraving.txt").write_text("\n".join(listed))
    (data / "old").mkdir()
    for name in [*listed, "other.jpg"]:
        (data / "old" / name).write_bytes(b"")
    recipe.styles.append({"name": "old", "folder": "old", "files": "old_engraving.txt"})
    found = people.style_pictures(recipe, data, 7)["old"]
    assert sorted(path.name for path in found.values()) == sorted(listed)


def test_the_looks_of_photographs_are_those_that_are_promised_more():
    looks = [name for name in renderer_names() if find_renderer(name).PHOTOGRAPHIC]
    assert looks == ["cyanotype", "faded_film", "film_black_white", "sepia"]
