import json
import os
from pathlib import Path

import numpy as np
import pytest

from portrait_style import cli
from portrait_style.encoding import encode_image
from portrait_style.image import load_image
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture(scope="module")
def stylizer(preset):
    return PortraitStylizer.load(preset)


@pytest.fixture
def feedback(preset, photo, tmp_path, monkeypatch, capsys):
    """Run a step in an empty folder; return the exit code, the output and the errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.png").write_bytes(encode_image(photo, ".png"))

    def run(step, *arguments, profile="mine.json"):
        model = [] if step == "choose" else ["--model", preset]
        words = ("feedback", step, "--profile", profile, *model, *arguments)
        code = cli.main([str(word) for word in words])
        written = capsys.readouterr()
        return code, written.out, written.err.splitlines()

    return run


def start(feedback, *arguments, photos=("me.png",)):
    return feedback("start", *photos, "--size", "32", *arguments)


def assert_refused(result, *words):
    code, out, errors = result
    assert (code, out, len(errors)) == (2, "", 1), errors
    for word in words:
        assert word in errors[0]


def everything():
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(".") for name in names)


def test_a_session(feedback, preset, stylizer, photo):
    assert start(feedback, "--seed", "5") == (0, "mine/round-1/sheet.png\n", [])
    pictures = sorted(os.listdir("mine/round-1"))
    assert pictures == [f"{i}.png" for i in range(1, 7)] + ["sheet.png"]
    assert load_image("mine/round-1/3.png").shape == (23, 32, 3)
    assert load_image("mine/round-1/sheet.png").shape[0] > 2 * 256
    assert feedback("choose", "--liked", "1,4") == (0, "mine.json\n", [])
    assert feedback("next", "me.png", "--size", "32")[:2] == (0, "mine/round-2/sheet.png\n")
    assert feedback("choose", "--better", "2,3")[0] == 0
    assert feedback("save") == (0, "mine.json\n", [])

    rounds = json.loads(Path("mine.json").read_text())["rounds"]
    assert [len(entry["comparisons"]) for entry in rounds] == [8, 1]
    assert cli.main(["stylize", "me.png", "--style", "mine.json", "--model", str(preset)]) == 0
    expected = stylizer.stylize(photo, "mine.json")
    np.testing.assert_array_equal(load_image("me-mine.png"), expected)


def test_several_photos_share_a_sheet(feedback, photo):
    Path("you.png").write_bytes(encode_image(photo[::-1], ".png"))
    assert start(feedback, "--output", "out", photos=("me.png", "you.png"))[0] == 0
    names = set(os.listdir("out/round-1"))
    assert names == {"sheet.png"} | {f"{i}-{n}.png" for i in range(1, 7) for n in ("me", "you")}


def test_refinement_changes_the_code(feedback):
    start(feedback)
    feedback("choose", "--liked", "1,4")
    feedback("save")
    plain = json.loads(Path("mine.json").read_text())["code"]
    code, out, _ = feedback("save", "me.png", "--refine", "--steps", "2")
    assert code == 0
    before, after = out.splitlines()[1].split(": ")[1].split(" -> ")
    assert float(after) <= float(before)
    assert json.loads(Path("mine.json").read_text())["code"] != plain


def test_what_comes_too_early_or_was_not_shown(feedback):
    for step in (["next", "me.png"], ["choose", "--liked", "1"], ["save"]):
        assert_refused(feedback(*step), "mine.json does not exist", "feedback start")
    start(feedback)
    assert_refused(feedback("save"), "nothing was chosen yet")
    assert_refused(feedback("choose", "--liked", "7"), "picture 7 was not shown", "1 to 6")
    assert_refused(feedback("choose", "--liked", "1,2,3,4,5,6"), "not all")
    assert_refused(feedback("choose", "--better", "1"), "two numbers")
    assert_refused(feedback("choose", "--liked", "one"), "not a list of numbers")
    assert_refused(feedback("save", "--refine"), "belong together")
    assert_refused(feedback("save", "--refine", "--steps", "0"), "--steps", "1 or more")


def test_nothing_is_replaced_unasked(feedback):
    start(feedback)
    before = Path("mine.json").read_text()
    assert_refused(start(feedback, "--seed", "2"), "mine.json exists", "--overwrite")
    assert_refused(
        feedback("start", "me.png", "--output", "mine", profile="new.json"), "round-1 exists"
    )
    assert Path("mine.json").read_text() == before
    assert start(feedback, "--seed", "2", "--overwrite")[0] == 0
    assert Path("mine.json").read_text() != before


def test_what_cannot_be_used_leaves_nothing_behind(feedback, photo):
    Path("file").touch()
    Path("me.bmp").write_bytes(encode_image(photo, ".bmp"))
    files = everything()
    assert_refused(feedback("start", "none.png"), "none.png does not exist")
    assert_refused(start(feedback, photos=("me.png", "me.bmp")), "same name")
    assert_refused(start(feedback, "--output", "file"), "file is not a folder")
    assert_refused(start(feedback, "--seed", "-1"), "`seed` must be 0 or more")
    assert_refused(feedback("start", "me.png", profile="file/me.json"), "file is not a folder")
    assert_refused(feedback("start", "me.png", profile="me.txt"), "must end with .json")
    assert_refused(start(feedback, "--model", "nowhere"), "neither a preset")
    assert everything() == files


def test_without_a_profile_there_are_no_pictures_either(feedback):
    # Longer than a file's name may be, which shows when it is written.
    profile = f"{'mine' * 64}.json"
    drawn = feedback("start", "me.png", "--size", "32", "--output", "out", profile=profile)
    assert_refused(drawn, "cannot write mine", "File name too long")
    assert everything() == ["./me.png"]


def test_a_profile_of_another_model(feedback):
    start(feedback)
    feedback("choose", "--liked", "2")
    assert_refused(feedback("next", "me.png", "--model", "mobile"), "another model")
    assert_refused(feedback("save", "--model", "mobile"), "another model")
    feedback("save")
    words = ["stylize", "me.png", "--style", "mine.json", "--model", "mobile"]
    assert cli.main(words) == 2
    assert not os.path.exists("me-mine.png")


def test_a_run_folder_has_its_styles_in_the_model(feedback, run_folder):
    assert start(feedback, "--model", run_folder)[0] == 0
