"""`portrait-style adapt`, from pictures to a model that knows them."""

import json

import numpy as np
import pytest
from PIL import Image

from portrait_style import cli
from portrait_style.model_files.preset import save_preset
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.generator import Generator
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture(scope="module")
def preset(tiny, bank, networks, tmp_path_factory):
    """A preset with a generator that compiles in seconds."""
    generator = Generator(tiny, styles=bank.to_config())
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    return save_preset(tmp_path_factory.mktemp("preset") / "tiny", generator, networks[1], "random")


@pytest.fixture
def adapt(tmp_path, monkeypatch, capsys, preset, write_pictures, untraced):
    """Run `adapt` on drawn pictures; return (exit code, stdout, lines on stderr)."""
    monkeypatch.chdir(tmp_path)
    write_pictures(tmp_path / "waves", 3)

    def run(*options, model=preset, styles="waves", output="out"):
        arguments = ["--model", model, "--styles", styles, "--output", output]
        code = cli.main(
            [str(x) for x in ("adapt", *arguments, "--steps", 1, "--size", 32, *options)]
        )
        told = capsys.readouterr()
        return code, told.out, [x for x in told.err.splitlines() if x.startswith("portrait-style")]

    return run


def assert_refused(result, message):
    code, _, errors = result
    assert code == 2
    assert len(errors) == 1 and message in errors[0], errors


def test_the_new_model_knows_one_style_more(adapt, preset, tmp_path, write_pictures):
    write_pictures(tmp_path / "photos", 4)
    code, told, _ = adapt("--photos", "photos", "--name", "my waves", "--seed", 3)
    assert code == 0
    assert "my waves: style distance" in told and told.splitlines()[-1] == "out"
    before, after = PortraitStylizer.load(preset), PortraitStylizer.load("out")
    assert after.styles == [*before.styles, "my waves"]
    photo = np.asarray(Image.open(tmp_path / "waves" / "waves00.png"))
    for style in before.styles:
        known, now = (stylizer.stylize(photo, style).astype(int) for stylizer in (before, after))
        assert np.abs(known - now).max() <= 1
    assert after.stylize(photo, "my waves").shape == photo.shape
    record = json.loads((tmp_path / "out" / "adaptation.json").read_text())
    assert record["arguments"]["seed"] == 3
    assert min(record["known_psnr"].values()) > 60.0
    assert Image.open(tmp_path / "out" / "sheet.png").size[0] > 4 * 192


def test_one_picture_and_another_after_it(adapt):
    assert adapt(styles="waves/waves00.png", output="one")[0] == 0
    assert adapt(styles="waves/waves01.jpg", output="two", model="one")[0] == 0
    generator = open_model("two").generator
    assert list(generator.styles["styles"])[-2:] == ["waves00", "waves01"]


def test_mistakes(adapt, tmp_path, run_folder):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.jpg").write_text("no picture")
    assert_refused(adapt(styles="nowhere"), "nowhere does not exist; name a folder of pictures")
    assert_refused(adapt(styles="empty"), "empty holds no readable picture")
    assert_refused(adapt(styles="broken.jpg"), "broken.jpg")
    assert_refused(adapt("--photos", "empty"), "empty holds no readable picture")
    assert_refused(adapt("--name", "oil"), "knows a style called 'oil' already")
    assert_refused(adapt("--steps", "0"), "--steps: 0 must be 1 or more")
    assert_refused(adapt("--size", "40"), "--size: 40 must be a multiple of 16")
    assert_refused(adapt("--seed", "-1"), "--seed: -1 must be 0 or more")
    assert_refused(adapt(model="nothing"), "'nothing' is neither a preset")
    assert_refused(
        adapt(model=run_folder / "generator.keras", output="waves"), "waves is not empty"
    )
    assert_refused(adapt(output="broken.jpg"), "broken.jpg is not a folder")
    assert_refused(adapt(output="broken.jpg/run"), "broken.jpg")
    assert not (tmp_path / "out").exists()
