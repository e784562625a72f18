import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from portrait_style.encoding import encode_image
from portrait_style.errors import ModelError
from portrait_style.image import crop_square, load_image, to_model_range
from portrait_style.medium import Medium, lay_on
from portrait_style.models.generator import Generator
from portrait_style.stylizer import RIM, PortraitStylizer


@pytest.fixture(scope="module")
def stylizer(networks):
    return PortraitStylizer(*networks)


def assert_drawn(picture, networks, photo, code):
    """Compare a picture with the generator's levels, which are not rounded.

    Compiled and eager runs differ by some 1e-6, so a level next to 0.5 may be rounded either way.
    """
    rim = np.pad(photo, ((RIM, RIM), (RIM, RIM), (0, 0)), mode="edge")
    inputs = {"photo": to_model_range(rim)[None], "style_code": code[None]}
    image = np.asarray(networks[0](inputs, training=False)[0], np.float64)
    levels = (image[RIM:-RIM, RIM:-RIM] + 1.0) * 127.5
    assert picture.dtype == np.uint8
    np.testing.assert_allclose(picture, levels, rtol=0.0, atol=0.5 + 1e-3)


def test_named_style_is_the_generator_at_its_code(stylizer, networks, bank, photo):
    photo = photo[:32, :48]
    assert_drawn(stylizer.stylize(photo, "ink"), networks, photo, bank.code("ink"))
    assert stylizer.styles == bank.names


def test_intensity_moves_the_code(stylizer, networks, bank, photo):
    photo = photo[:32, :48]
    for amount in (0.0, 0.3):
        code = bank.intensity(bank.code("oil"), amount)
        assert_drawn(stylizer.stylize(photo, "oil", amount), networks, photo, code)


@pytest.mark.parametrize("shape", [(16, 16), (17, 33), (40, 23), (16, 200)])
def test_any_size_comes_back(stylizer, shape):
    picture = stylizer.stylize(np.full((*shape, 3), 90, np.uint8), "oil")
    assert picture.shape == (*shape, 3) and picture.dtype == np.uint8


@pytest.mark.parametrize(("size", "expected"), [(16, (11, 16)), (28, (20, 28)), (112, (80, 112))])
def test_size_is_that_of_the_longer_side(stylizer, photo, size, expected):
    assert stylizer.stylize(photo, "oil", size=size).shape == (*expected, 3)


def test_result_comes_in_the_kind_of_the_photo(stylizer, photo, tmp_path):
    path = tmp_path / "me.png"
    data = encode_image(photo, ".png")
    path.write_bytes(data)
    expected = stylizer.stylize(photo, "oil")
    for source in (path, str(path), Image.fromarray(photo)):
        picture = stylizer.stylize(source, "oil")
        assert isinstance(picture, Image.Image)
        np.testing.assert_array_equal(np.asarray(picture), expected)
    np.testing.assert_array_equal(load_image(stylizer.stylize(data, "oil")), expected)


def test_a_list_is_drawn_photo_by_photo(stylizer, photo):
    drawn = stylizer.stylize([photo, Image.fromarray(photo[:30])], "oil", 0.7)
    np.testing.assert_array_equal(drawn[0], stylizer.stylize(photo, "oil", 0.7))
    np.testing.assert_array_equal(drawn[1], stylizer.stylize(photo[:30], "oil", 0.7))
    assert isinstance(drawn[1], Image.Image) and stylizer.stylize([], "oil") == []


def test_what_is_transparent_stays_so(stylizer, photo):
    alpha = np.zeros(photo.shape[:2], np.uint8)
    alpha[:, 20:] = 200
    drawn = stylizer.stylize(np.dstack([photo, alpha]), "oil")
    np.testing.assert_array_equal(drawn[..., 3], alpha)


def test_style_may_be_a_name_a_picture_or_a_code(stylizer, networks, photo, tmp_path):
    path = tmp_path / "style.png"
    path.write_bytes(encode_image(photo, ".png"))
    image = to_model_range(crop_square(photo, 192))
    code = np.asarray(networks[1](image[None]))[0]
    for style in (path, str(path), path.read_bytes(), Image.open(path), photo):
        np.testing.assert_allclose(stylizer.style_code(style), code, atol=1e-5)
    np.testing.assert_array_equal(stylizer.style_code(code), code)
    assert stylizer.encode_style(path).shape == (64,)


def test_unknown_style_lists_the_known_ones(stylizer, photo):
    with pytest.raises(ModelError, match="'chalk' is neither .*; styles: oil, ink, café noir"):
        stylizer.stylize(photo, "chalk")


@pytest.mark.parametrize("intensity", [-0.1, 1.1, float("nan")])
def test_intensity_out_of_range_is_refused(stylizer, photo, intensity):
    with pytest.raises(ValueError, match="`intensity` must be in"):
        stylizer.stylize(photo, "oil", intensity)


CANVAS, PAPER = Medium("weave", 60.0, 0.1), Medium("paper", 80.0, 0.1)


@pytest.fixture(scope="module")
def textured(networks, mapping_network):
    """A stylizer whose `oil` and `ink` have a medium."""
    stylizer = PortraitStylizer(*networks, mapping_network)
    for name, medium in (("oil", CANVAS), ("ink", PAPER)):
        stylizer.bank.add(name, stylizer.bank.code(name), medium=medium)
    return stylizer


@pytest.mark.parametrize(
    ("style", "medium"),
    [("oil", CANVAS), ("oil:0.3,ink:0.7", PAPER), ("random:7@oil", CANVAS)],
)
def test_texture_lays_the_medium_of_the_style_on(textured, photo, style, medium):
    plain = textured.stylize(photo, style)
    np.testing.assert_array_equal(
        textured.stylize(photo, style, texture=0.7), lay_on(plain, medium, 0.7)
    )
    assert np.any(textured.stylize(photo, style, texture=0.7) != plain)


def test_texture_fades_with_intensity(textured, photo):
    plain = textured.stylize(photo, "oil", 0.5)
    np.testing.assert_array_equal(
        textured.stylize(photo, "oil", 0.5, texture=0.8), lay_on(plain, CANVAS, 0.4)
    )
    np.testing.assert_array_equal(
        textured.stylize(photo, "oil", 0.0, texture=1.0), textured.stylize(photo, "oil", 0.0)
    )


def test_texture_is_as_fine_as_the_size_of_the_result_asks_for(textured, photo):
    plain = textured.stylize(photo, "oil", size=112)
    laid = textured.stylize(photo, "oil", size=112, texture=1.0)
    np.testing.assert_array_equal(laid, lay_on(plain, CANVAS))


def test_what_has_no_medium_is_drawn_as_it_is_and_said_so(textured, photo):
    for style in ("café noir", textured.style_code("oil"), photo):
        with pytest.warns(UserWarning, match="has no medium"):
            drawn = textured.stylize(photo, style, texture=1.0)
        np.testing.assert_array_equal(drawn, textured.stylize(photo, style))


@pytest.mark.parametrize("texture", [-0.1, 1.1, float("nan")])
def test_texture_out_of_range_is_refused(stylizer, photo, texture):
    with pytest.raises(ValueError, match="`texture` must be in"):
        stylizer.stylize(photo, "oil", texture=texture)


@pytest.mark.parametrize("size", [0, 15, -4, 8193])
def test_size_out_of_range_is_refused(stylizer, photo, size):
    with pytest.raises(ValueError, match="`size` must be in"):
        stylizer.stylize(photo, "oil", size=size)


@pytest.mark.parametrize("code", [np.zeros(63), np.full(64, np.nan)])
def test_unfit_code_is_refused(stylizer, photo, code):
    with pytest.raises(ValueError, match="`style` as a code must be 64"):
        stylizer.stylize(photo, code)


def test_a_picture_as_style_wants_the_style_encoder(networks, photo):
    alone = PortraitStylizer(networks[0])
    assert alone.stylize(photo, "oil").shape == photo.shape
    with pytest.raises(ModelError, match="put style_encoder.keras beside generator.keras"):
        alone.stylize(photo, photo)


def test_without_named_styles_intensity_starts_at_the_photos_own_code(networks, photo):
    nameless = Generator("mobile")
    nameless.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    nameless.set_weights(networks[0].get_weights())
    stylizer = PortraitStylizer(nameless, networks[1])
    assert stylizer.styles == []
    code = stylizer.encode_style(photo[::-1])
    np.testing.assert_array_equal(
        stylizer.stylize(photo, code, 0.0), stylizer.stylize(photo, stylizer.encode_style(photo))
    )
    with pytest.raises(ModelError, match="name a style picture"):
        stylizer.stylize(photo, "oil")


def test_loads_from_a_run_folder_a_file_and_a_preset(stylizer, run_folder, preset, photo):
    expected = stylizer.stylize(photo, "oil").astype(int)
    for source, tolerance in ((run_folder, 0), (run_folder / "generator.keras", 0), (preset, 3)):
        loaded = PortraitStylizer.load(source)
        assert loaded.styles == stylizer.styles
        assert np.abs(loaded.stylize(photo, "oil") - expected).max() <= tolerance
        assert loaded.style_encoder is not None
        assert loaded.mapping_network is not None
    assert PortraitStylizer.from_preset(preset).styles == stylizer.styles


def test_styles_that_were_added_renamed_and_removed_are_saved(run_folder, tmp_path, bank):
    stylizer = PortraitStylizer.load(run_folder)
    code = bank.mix({"oil": 1, "ink": 1})
    stylizer.bank.add("half", code, spread=0.5, licence="CC0 1.0", medium=PAPER)
    stylizer.bank.rename("ink", "pen")
    stylizer.bank.remove("oil")
    loaded = PortraitStylizer.load(stylizer.save(tmp_path / "mine"))
    assert loaded.styles == ["pen", "café noir", "half"]
    np.testing.assert_allclose(loaded.style_code("half"), code, atol=1e-6)
    assert (loaded.bank.spread("half"), loaded.bank.licence("half")) == (0.5, "CC0 1.0")
    assert (loaded.bank.medium("half"), loaded.bank.medium("pen")) == (PAPER, None)
    assert loaded.style_encoder is not None
    random_codes = [each.style_code("random:7@half") for each in (stylizer, loaded)]
    np.testing.assert_allclose(*random_codes, atol=1e-5)


def test_generator_file_alone_has_no_style_encoder(run_folder, tmp_path):
    path = tmp_path / "mine.keras"
    path.write_bytes((run_folder / "generator.keras").read_bytes())
    alone = PortraitStylizer.load(path)
    assert alone.style_encoder is None and alone.mapping_network is None


def test_what_cannot_be_loaded_is_named(run_folder, tmp_path):
    with pytest.raises(ModelError, match="neither a preset"):
        PortraitStylizer.load(tmp_path / "nowhere")
    with pytest.raises(ModelError, match="holds no generator.keras"):
        PortraitStylizer.load(tmp_path)
    text = tmp_path / "generator.keras"
    text.write_text("text")
    with pytest.raises(ModelError, match="cannot be loaded as a Keras model"):
        PortraitStylizer.load(text)
    with pytest.raises(ModelError, match="holds a StyleEncoder, not a Generator"):
        PortraitStylizer.load(run_folder / "style_encoder.keras")


@pytest.mark.slow
def test_saved_generator_reloads_where_only_the_package_was_imported(run_folder):
    code = (
        "import sys, portrait_style; assert 'keras' not in sys.modules; import keras; "
        "print(len(keras.saving.load_model(sys.argv[1]).styles['styles']))"
    )
    command = [sys.executable, "-c", code, str(run_folder / "generator.keras")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout.strip() == "3", result.stderr[-2000:]


def test_threads_may_share_a_stylizer(stylizer, photo):
    jobs = [(np.roll(photo, i, axis=1), ("oil", "ink")[i % 2]) for i in range(6)]
    one_by_one = [stylizer.stylize(*job) for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda job: stylizer.stylize(*job), jobs))
    for expected, drawn in zip(one_by_one, at_once, strict=True):
        np.testing.assert_array_equal(drawn, expected)
    assert len({picture.tobytes() for picture in at_once}) == len(jobs)
