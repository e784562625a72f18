"""`portrait-style adapt`, from pictures or pairs to a model that knows them."""

import json

import keras
import numpy as np
import pytest
from drawn_pictures import draw_picture
from PIL import Image

from portrait_style import cli, render
from portrait_style.errors import DatasetError
from portrait_style.image import crop_square, load_image, to_model_range
from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.model_files.preset import save_preset
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.generator import Generator
from portrait_style.renderers import find_renderer
from portrait_style.styles.codes import STYLE_IMAGE_SIZE, mix_codes
from portrait_style.stylizer import PortraitStylizer
from portrait_style.training import adapt as adapt_in_python

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def preset(tiny, bank, networks, tmp_path_factory):
    """A preset with a generator that compiles in seconds."""
    # One whose pictures are near the photos: what is taught wrong makes them clearly worse.
    keras.utils.set_random_seed(2)
    generator = Generator(tiny, styles=bank.to_config())
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    return save_preset(tmp_path_factory.mktemp("preset") / "tiny", generator, networks[1], "random")


@pytest.fixture
def write_pairs():
    """Return a function that fills a folder with drawn photos and the targets given."""

    def write(folder, targets, photos=None):
        for i, target in enumerate(targets):
            photo = photos[i] if photos else draw_picture(f"p{i}", *target.shape[:2])
            for side, pixels in (("before", photo), ("after", target)):
                (folder / side).mkdir(parents=True, exist_ok=True)
                Image.fromarray(pixels).save(folder / side / f"p{i:02d}.png")

    return write


@pytest.fixture(scope="module")
def faces(tmp_path_factory, write_pictures):
    """Four photos: reading those of the package takes longer than all else."""
    return write_pictures(tmp_path_factory.mktemp("data") / "faces", 4)


@pytest.fixture
def adapt(tmp_path, monkeypatch, capsys, preset, faces, write_pictures, untraced):
    """Run `adapt` on drawn pictures; return (exit code, stdout, lines on stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTRAIT_STYLE_CACHE", str(tmp_path / "cache"))
    write_pictures(tmp_path / "waves", 3)

    def run(*options, model=preset, styles="waves", output="out"):
        arguments = ["--model", model, "--output", output, "--steps", 1, "--size", 32]
        if styles:
            arguments += ["--styles", styles]
            arguments += ["--photos", faces] * ("--photos" not in options)
        code = cli.main([str(x) for x in ("adapt", *arguments, *options)])
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


def test_pairs_teach_a_style_that_is_called_as_their_folder(adapt, write_pairs, tmp_path):
    write_pairs(tmp_path / "my edits", [255 - draw_picture(f"p{i}", 48, 48) for i in range(4)])
    code, told, _ = adapt("--pairs", "my edits", styles=None)
    assert code == 0 and "my edits: distance to the truth" in told
    assert PortraitStylizer.load("out").styles[-1] == "my edits"
    record = json.loads((tmp_path / "out" / "adaptation.json").read_text())
    assert f"kept: {record['kept']}" in told and record["measure"] == "distance to the truth"
    assert list(record["looks"]) == ["1"] and record["adapted"] == record["looks"]["1"]
    assert min(record["known_psnr"].values()) > 60.0
    # A row a photo, in four columns.
    assert Image.open(tmp_path / "out" / "sheet.png").size[1] > 4 * 192


def test_a_renderer_teaches_by_the_photos(adapt, faces, tmp_path):
    pytest.importorskip("cv2")
    assert adapt("--render", "poster", "--photos", faces, styles=None)[0] == 0
    bank = open_model("out").bank
    assert bank.names[-1] == "poster" and bank.medium("poster") == find_renderer("poster").MEDIUM
    assert bank.description("poster") == find_renderer("poster").DESCRIPTION
    assert len(list((tmp_path / "cache").rglob("after/*"))) == 4


def test_model_styles_output_and_photos_come_in_this_order(preset, faces, tmp_path):
    with pytest.raises(DatasetError, match="nowhere does not exist"):
        adapt_in_python(preset, "nowhere", tmp_path / "out", faces)
    with pytest.raises(DatasetError, match="nothing does not exist"):
        adapt_in_python(preset, faces, tmp_path / "out", "nothing")


def test_what_draws_worse_than_the_encoder_alone_is_not_kept(
    preset, tmp_path, write_pairs, untraced
):
    """Of 16 pairs every fifth is tried, is to stay as it is: others teach what is wrong."""
    pairs, output = tmp_path / "liar", tmp_path / "out"
    targets = [255 - draw_picture(f"p{i}", 64, 64) for i in range(16)]
    for i in range(0, 16, 5):
        targets[i] = 255 - targets[i]
    write_pairs(pairs, targets)
    made = adapt_in_python(preset, output=output, pairs=pairs, steps=8, size=32)
    assert made.kept == "encoder alone" and made.adapted >= made.encoder_alone
    assert set(made.known_psnr.values()) == {100.0}
    before, after = open_model(preset), open_model(output)
    for old, new in zip(before.generator.weights, after.generator.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    shown = [crop_square(x, STYLE_IMAGE_SIZE) for i, x in enumerate(targets) if i % 5]
    codes = np.asarray(before.style_encoder(to_model_range(np.stack(shown))))
    np.testing.assert_allclose(after.bank.code("liar"), mix_codes(codes), atol=1e-4)


def test_mistakes(adapt, tmp_path, run_folder, write_pairs):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.jpg").write_text("no picture")
    assert_refused(adapt(styles="nowhere"), "nowhere does not exist; name a folder of pictures")
    assert_refused(adapt(styles="empty"), "empty holds no readable picture")
    assert_refused(adapt(styles="broken.jpg"), "broken.jpg")
    assert_refused(adapt("--photos", "empty"), "empty holds no readable picture")
    assert_refused(adapt("--pairs", "waves"), "Received: styles and pairs.")
    assert_refused(adapt("--render", "oil"), "Received: styles and render.")
    assert_refused(adapt(styles=None), "exactly one of `styles`, `pairs` and `render`")
    assert_refused(adapt("--pairs", "waves", styles=None), "waves must hold before/ and after/")
    write_pairs(tmp_path / "edits", [draw_picture("p0", 48, 48)])
    (tmp_path / "edits" / "after").rename(tmp_path / "edits" / "afterwards")
    assert_refused(adapt("--pairs", "edits", styles=None), "edits must hold before/ and after/")
    assert_refused(
        adapt("--pairs", "waves", "--photos", "waves", styles=None), "`photos` must be left out"
    )
    assert_refused(adapt("--render", "etching", styles=None), "there is no renderer 'etching'")
    assert_refused(adapt("--render", "oil", styles=None), "knows a style called 'oil' already")
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


def test_a_drawing_is_learned_that_the_encoder_alone_does_not_give(tmp_path, write_pairs):
    """White lines on black, which no style of the preset has; and its styles stay as they are."""
    pytest.importorskip("cv2")
    photos = [load_image(path) for path in list_images(bundled_photos())[:24]]
    pairs = tmp_path / "scratchboard"
    write_pairs(pairs, [255 - render(photo, "engraving") for photo in photos], photos)
    made = adapt_in_python("mobile", output=tmp_path / "out", pairs=pairs, steps=600)
    assert made.kept == "adapted" and made.adapted < 0.85 * made.encoder_alone
    assert made.adapted == min(made.looks.values()) and list(made.looks) == [150, 300, 450, 600]
    assert min(made.known_psnr.values()) > 40.0
