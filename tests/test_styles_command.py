"""`portrait-style styles`: lists with a line on each style, and sheets of all of them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from command_errors import assert_refused
from PIL import Image

from portrait_style import cli
from portrait_style.image import crop_square
from portrait_style.model_files import pack
from portrait_style.model_files.trained_model import open_model
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.former_names import NEAREST, nearest_style
from portrait_style.stylizer import PortraitStylizer

ROOT = Path(__file__).parents[1]
# As `contact_sheet` lays cells out.
CELL, MARGIN, HEADING = 256, 4, 22
# Styles of the presets of version 0, as docs/lab/06 lists them.
VERSION_0 = ("daguerreotype", "engraving", "ink_avatar", "lithograph", "oil", "picture_scroll") + (
    "sepia_photograph",
)


@pytest.fixture
def styles(tmp_path, monkeypatch, capsys):
    """Run `styles` in an empty folder; return (exit code, stdout, lines on stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = cli.main(["styles", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err.splitlines()

    return run


@pytest.fixture
def described(preset, tmp_path):
    """The preset, two of whose styles have a line."""
    folder = tmp_path / "described"
    shutil.copytree(preset, folder)
    content = json.loads((folder / "preset.json").read_text())
    content["styles"]["style_details"] = {
        "oil": {"description": "thick paint"},
        "café noir": {"spread": 2.0, "description": "coffee on paper"},
    }
    (folder / "preset.json").write_text(json.dumps(content))
    return folder


def refused(result, *words):
    assert_refused((result[0], result[2]), *words)


# Lists


def test_descriptions_stand_in_a_column(styles, described):
    expected = f"{described}\n  oil        thick paint\n  ink\n  café noir  coffee on paper\n"
    assert styles("--model", described) == (0, expected, [])


def test_descriptions_travel_with_a_model(described, tmp_path):
    stylizer = PortraitStylizer.load(described)
    stylizer.bank.describe("ink", "pen on paper")
    bank = open_model(stylizer.save(tmp_path / "saved")).bank
    assert [bank.description(name) for name in bank.names] == [
        "thick paint",
        "pen on paper",
        "coffee on paper",
    ]
    assert bank.spread("café noir") == 2.0


def test_packing_describes_and_omits(run_folder, tmp_path, capsys):
    def packed(*arguments):
        told = ["--description", "random weights", *arguments]
        pack.main([str(run_folder), str(tmp_path / "packed"), *told])
        return open_model(tmp_path / "packed").bank

    bank = packed("--describe", "oil", "thick paint", "--omit", "ink")
    assert bank.names == ["oil", "café noir"] and bank.description("oil") == "thick paint"
    for mistake in (("--omit", "chalk"), ("--describe", "chalk", "white")):
        with pytest.raises(SystemExit) as stopped:
            packed(*mistake)
        assert stopped.value.code == 2
        assert "no style is called 'chalk'; known: oil, ink" in capsys.readouterr().err


def test_a_model_without_styles_is_refused(styles, networks, tmp_path):
    generator = networks[0].from_config({**networks[0].get_config(), "styles": None})
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    generator.save(tmp_path / "generator.keras")
    refused(styles("--model", "generator.keras"), "generator.keras names no styles")
    refused(styles("--model", "none"), "'none' is neither a preset")


# Former names


def test_a_former_name_leads_to_the_nearest_style(styles, preset, photo_path, tmp_path, capsys):
    bank = StyleBank([0.0, 1.0], {"oil": [1.0, 0.0], "sepia": [2.0, 0.0]})
    told = r"no style is called 'sepia_photograph'; nearest: sepia; known: oil, sepia$"
    with pytest.raises(Exception, match=told):
        bank.code("sepia_photograph")
    stylizer = PortraitStylizer.load(preset)
    stylizer.bank.rename("ink", "sepia")
    words = ["stylize", photo_path, "--model", stylizer.save(tmp_path / "new"), "--style"]
    for style in ("sepia_photograph", "oil:0.5,sepia_photograph:0.5"):
        code = cli.main([str(word) for word in (*words, style)])
        lines = capsys.readouterr().err.splitlines()
        assert_refused((code, lines), "'sepia_photograph'; nearest: sepia; known: oil, sepia")


def test_what_a_model_lacks_is_not_recommended():
    assert nearest_style("sepia_photograph", ["oil"]) is None
    assert nearest_style("oil", ["sepia"]) is None


@pytest.mark.parametrize("name", ["mobile", "large"])
def test_every_former_name_is_kept_or_leads_somewhere(name):
    recipe = json.loads((ROOT / "training" / "recipes" / f"{name}.json").read_text())
    known = [*recipe["settings"]["render"], *(style["name"] for style in recipe["styles"])]
    for former in VERSION_0:
        assert former in known or nearest_style(former, known), former
    assert set(NEAREST) <= set(VERSION_0)


# Sheets


def test_a_sheet_shows_the_photo_in_every_style(styles, preset, photo, photo_path):
    assert styles("--sheet", photo_path, "--model", preset, "--output", "a.png") == (
        0,
        "a.png\n",
        [],
    )
    with Image.open("a.png") as picture:
        sheet = np.asarray(picture)
        assert "compositeWithTrainedAlgorithmicMedia" in picture.info["XML:com.adobe.xmp"]
    # Four pictures, three a row.
    step, row = CELL + MARGIN, HEADING + CELL + 2 * MARGIN
    assert sheet.shape == (2 * row, 3 * step + MARGIN, 3)
    square = crop_square(photo, CELL)
    stylizer = PortraitStylizer.load(preset)
    expected = [square, *(stylizer.stylize(square, name) for name in stylizer.styles)]
    for i, cell in enumerate(expected):
        top, left = i // 3 * row + HEADING + MARGIN, i % 3 * step + MARGIN
        np.testing.assert_array_equal(sheet[top : top + CELL, left : left + CELL], cell)
        # A caption is written above it.
        assert (sheet[top - HEADING : top, left : left + CELL] < 128).sum() > 30


def test_a_sheet_has_a_place_of_its_own(styles, preset, photo_path, tmp_path):
    told = ("--sheet", photo_path, "--model", preset)
    assert styles(*told, "--no-mark") == (0, "sheet.jpg\n", [])
    with Image.open("sheet.jpg") as picture:
        assert "xmp" not in picture.info
    refused(styles(*told), "sheet.jpg exists", "--overwrite")
    assert styles(*told, "--overwrite")[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"me.png", "sheet.jpg"}


def test_a_bad_photo_or_place_leaves_nothing(styles, preset, photo_path, tmp_path):
    def sheet(photo, *arguments):
        return styles("--sheet", photo, "--model", preset, *arguments)

    (tmp_path / "cut.png").write_bytes(photo_path.read_bytes()[:-30])
    before = set(tmp_path.iterdir())
    refused(sheet("missing.jpg"), "missing.jpg does not exist")
    refused(sheet("cut.png"), "cut.png is damaged")
    refused(sheet(tmp_path), "is a folder")
    refused(sheet(photo_path, "--output", "out.psd"), "out.psd must end with one of .jpg")
    refused(sheet(photo_path, "--output", "me.png/out.png"), "cannot write", "is not a folder")
    refused(styles("--sheet", photo_path, "--model", "none"), "'none' is neither a preset")
    refused(styles("--output", "a.png"), "--sheet")
    assert set(tmp_path.iterdir()) == before
