"""`portrait-style share`, and styles that somebody handed on."""

import io
import shutil
import zipfile

import numpy as np
import pytest
from adapted_model import NAME, write_adapted_model
from PIL import Image
from shared_style_files import difference, told_by

from portrait_style import share_style
from portrait_style.image import crop_square, load_image
from portrait_style.image_folder import bundled_photos
from portrait_style.interpolation import interpolate
from portrait_style.medium import Medium
from portrait_style.model_files.trained_model import open_model
from portrait_style.sharing import FACE
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.shared import read_shared_style
from portrait_style.stylizer import PortraitStylizer

pytestmark = pytest.mark.slow

# What is in the file


def test_a_file_tells_what_is_known_of_a_style(adapted_folder, adapted, waves, preset):
    told = told_by(waves)
    assert told["name"] == NAME and told["description"] == "blue waves"
    assert told["licence"] == "CC0-1.0" and told["medium"] is None
    assert told["model"] == fingerprint(open_model(preset).bank)
    np.testing.assert_allclose(told["code"], adapted.bank.code(NAME), rtol=1e-7)
    with zipfile.ZipFile(waves) as archive:
        assert sorted(archive.namelist()) == ["style.json", "thumbnail.png"]
        thumbnail = Image.open(io.BytesIO(archive.read("thumbnail.png")))
        assert "compositeWithTrainedAlgorithmicMedia" in thumbnail.info["XML:com.adobe.xmp"]
    face = crop_square(load_image(bundled_photos() / FACE), 192)
    np.testing.assert_array_equal(np.asarray(thumbnail), adapted.stylize(face, NAME))
    np.testing.assert_array_equal(read_shared_style(waves).thumbnail, np.asarray(thumbnail))


def test_equal_styles_are_equal_bytes(preset, oil, tmp_path):
    again = share_style(preset, "oil", tmp_path / "again.style")
    with open(oil, "rb") as first:
        assert again.read_bytes() == first.read()


def test_a_style_that_the_preset_knows_needs_no_update(oil, adapted_folder, tmp_path):
    assert told_by(oil)["update"] is None
    # Nor does it where the model has learned another one since.
    path = share_style(adapted_folder, "oil", tmp_path / "oil.style")
    assert told_by(path)["update"] is None


def test_texts_may_be_chosen(command, preset):
    texts = ("--name", "Öl & Tusche", "--description", "both", "--licence", "CC-BY-4.0")
    told = ("share", "oil:0.5,ink:0.5", "--model", preset, *texts, "--output", "a/b.style")
    assert command(*told) == (0, "a/b.style\n", [])
    style = read_shared_style("a/b.style")
    assert (style.name, style.description, style.licence) == ("Öl & Tusche", "both", "CC-BY-4.0")


def test_a_mix_has_the_licences_of_its_parts(adapted_folder, tmp_path):
    stylizer = PortraitStylizer.load(adapted_folder)
    stylizer.bank.add("oil", stylizer.bank.code("oil"), licence="public domain", description="oil")
    model = stylizer.save(tmp_path / "model")
    path = share_style(model, {NAME: 0.5, "oil": 0.5}, tmp_path / "mix.style")
    told = told_by(path)
    assert told["licence"] == "CC0-1.0; public domain" and told["description"] is None
    assert told["name"] == f"{NAME}-0.5-oil-0.5"


# Drawing


def test_a_file_draws_what_its_name_does(command, plain, preset, oil, photo, photo_path):
    np.testing.assert_array_equal(plain.stylize(photo, oil), plain.stylize(photo, "oil"))
    result = command("stylize", photo_path, "--style", oil, "--model", preset)
    assert result == (0, "me-oil.png\n", [])
    np.testing.assert_array_equal(load_image("me-oil.png"), plain.stylize(photo, "oil"))


def test_what_was_learned_is_drawn_by_the_plain_preset(plain, adapted, waves, photo):
    expected = adapted.stylize(photo, NAME)
    assert difference(plain.stylize(photo, waves), expected).max() <= 1
    # By the code alone it is another picture.
    alone = plain.stylize(photo, plain.style_code(waves))
    assert difference(alone, expected).mean() > 5.0


def test_the_other_styles_stay(plain, waves, photo):
    before = plain.stylize(photo, "oil"), plain.stylize(photo, photo[::-1])
    plain.stylize(photo, waves)
    for expected, style in zip(before, ("oil", photo[::-1]), strict=True):
        np.testing.assert_array_equal(plain.stylize(photo, style), expected)


def test_it_can_be_mixed_and_weakened(plain, adapted, waves, photo):
    for told in ("{}:0.5,oil:0.5", "{}:0.3, ink:0.3, café noir:0.4", "{}"):
        for intensity in (1.0, 0.4):
            expected = adapted.stylize(photo, told.format(NAME), intensity)
            drawn = plain.stylize(photo, told.format(waves), intensity)
            assert difference(drawn, expected).max() <= 1


def test_it_can_be_varied(plain, adapted, waves, photo):
    expected = adapted.stylize(photo, f"random:7@{NAME}")
    assert difference(plain.stylize(photo, f"random:7@{waves}"), expected).max() <= 1


def test_the_way_to_it(plain, adapted, waves, photo):
    expected = interpolate(adapted, photo, "oil", NAME, 3, 32)
    for drawn, wanted in zip(interpolate(plain, photo, "oil", waves, 3, 32), expected, strict=True):
        assert difference(drawn, wanted).max() <= 1


def test_commands_draw_what_was_learned(command, adapted, preset, waves, photo, photo_path):
    told = ("--model", preset, "--output", "out.png")
    assert command("stylize", photo_path, "--style", f"{waves}:0.5,oil:0.5", *told)[0] == 0
    expected = adapted.stylize(photo, {NAME: 0.5, "oil": 0.5})
    assert difference(load_image("out.png"), expected).max() <= 1
    way = ("interpolate", photo_path, "--from", waves, "--to", "ink", "--frames", 2, "--size", 32)
    assert command(*way, "--model", preset, "--output", "way.png") == (0, "way.png\n", [])
    expected = np.concatenate(interpolate(adapted, photo, NAME, "ink", 2, 32), axis=1)
    assert difference(load_image("way.png"), expected).max() <= 1


def test_two_learned_styles_at_once(plain, preset, waves, photo, tmp_path):
    folder = write_adapted_model(tmp_path / "other", preset, "sand", seed=6)
    sand, other = (
        share_style(folder, "sand", tmp_path / "sand.style"),
        PortraitStylizer.load(folder),
    )
    both = {str(sand): 1.0 - 1e-6, waves: 1e-6}
    assert difference(plain.stylize(photo, both), other.stylize(photo, "sand")).max() <= 1


def test_a_style_learned_after_another(plain, adapted_folder, photo, tmp_path):
    folder = write_adapted_model(tmp_path / "second", adapted_folder, "sand", seed=6)
    second = PortraitStylizer.load(folder)
    for name in ("sand", NAME, "oil"):
        path = share_style(folder, name, tmp_path / f"{name}.style")
        assert difference(plain.stylize(photo, path), second.stylize(photo, name)).max() <= 1


def test_without_a_note_the_bundled_presets_are_asked(photo, tmp_path):
    adapted = write_adapted_model(tmp_path / "adapted", "mobile", note=False)
    path = share_style(adapted, NAME, tmp_path / "waves.style")
    drawn = PortraitStylizer.from_preset("mobile").stylize(photo, path)
    assert difference(drawn, PortraitStylizer.load(adapted).stylize(photo, NAME)).max() <= 1


def test_what_no_preset_is_like_is_shared_by_its_code(adapted_folder, tmp_path):
    folder = shutil.copytree(adapted_folder, tmp_path / "alone")
    (folder / "adaptation.json").unlink()
    assert told_by(share_style(folder, NAME, tmp_path / "waves.style"))["update"] is None


def test_a_shared_style_can_be_shared_again(plain, preset, waves, adapted, photo, tmp_path):
    path = share_style(preset, waves, tmp_path / "again.style")
    told = told_by(path)
    assert (told["name"], told["licence"]) == (NAME, "CC0-1.0")
    assert difference(plain.stylize(photo, path), adapted.stylize(photo, NAME)).max() <= 1
    mix = share_style(preset, f"{waves}:0.5,oil:0.5", tmp_path / "mix.style")
    expected = adapted.stylize(photo, {NAME: 0.5, "oil": 0.5})
    assert difference(plain.stylize(photo, mix), expected).max() <= 1


def test_the_medium_comes_along(command, networks, preset, plain, photo, photo_path, tmp_path):
    stylizer, canvas = PortraitStylizer(*networks), Medium("weave", 60.0, 0.1)
    stylizer.bank.add("oil", stylizer.bank.code("oil"), medium=canvas)
    model = stylizer.save(tmp_path / "model")
    path = share_style(model, "oil", tmp_path / "canvas.style")
    told = ("--style", path, "--model", model, "--texture", 1)
    assert command("stylize", photo_path, *told) == (0, "me-canvas.png\n", [])
    drawn = load_image("me-canvas.png")
    np.testing.assert_array_equal(
        drawn, PortraitStylizer.load(model).stylize(photo, path, texture=1)
    )
    assert difference(drawn, PortraitStylizer.load(model).stylize(photo, path)).mean() > 2.0
