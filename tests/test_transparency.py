import numpy as np
import pytest
from PIL import Image

from portrait_style.encoding import encode_image
from portrait_style.errors import ArgumentError
from portrait_style.image import load_image, read_photo, save_image
from portrait_style.transparency import filled_in, flattened, parse_colour, with_alpha


@pytest.fixture
def cut_out():
    """A red disc, half seen at its rim, in a picture that is green where nothing is seen."""
    y, x = np.mgrid[:64, :48]
    distance = np.hypot(y - 30, x - 24)
    alpha = np.clip(255 * (20.0 - distance), 0, 255).astype(np.uint8)
    alpha[(distance > 18) & (distance < 20)] = 128
    pixels = np.zeros((64, 48, 3), np.uint8)
    pixels[..., 1] = 255
    pixels[alpha > 0] = [200, 10, 30]
    return pixels, alpha


def test_what_is_not_seen_gets_the_colours_around(cut_out):
    pixels, alpha = cut_out
    filled = filled_in(pixels, alpha)
    np.testing.assert_allclose(filled, np.broadcast_to([200, 10, 30], filled.shape), atol=2)


def test_what_is_seen_keeps_its_colours(cut_out):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (37, 53, 3)).astype(np.uint8)
    alpha = rng.integers(0, 2, (37, 53)).astype(np.uint8) * 7
    filled = filled_in(pixels, alpha)
    np.testing.assert_array_equal(filled[alpha > 0], pixels[alpha > 0])


def test_nothing_is_seen_at_all():
    filled = filled_in(np.zeros((16, 20, 3), np.uint8), np.zeros((16, 20), np.uint8))
    assert (filled == 255).all()


def test_laid_on_a_ground(cut_out):
    """Porter and Duff, 1984: over."""
    pixels, alpha = cut_out
    share = alpha[..., None] / 255.0
    expected = share * pixels + (1 - share) * np.array([10, 20, 250])
    assert np.abs(flattened(pixels, alpha, (10, 20, 250)) - expected).max() <= 1.0


def test_alpha_follows_the_size(cut_out):
    pixels, alpha = cut_out
    larger = with_alpha(np.zeros((128, 96, 3), np.uint8), alpha)
    assert larger.shape == (128, 96, 4)
    halved = larger[..., 3].reshape(64, 2, 48, 2).mean((1, 3))
    assert np.abs(halved - alpha).mean() < 4.0


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif", ".avif"])
def test_formats_that_can_keep_it(suffix, cut_out, tmp_path):
    path = save_image(tmp_path / f"x{suffix}", np.dstack(cut_out))
    with Image.open(path) as picture:
        seen = np.asarray(picture.convert("RGBA"))[..., 3]
    assert np.abs(seen.astype(int) - cut_out[1]).mean() < 3.0


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_formats_that_cannot_are_laid_on_white(suffix, cut_out):
    data = encode_image(np.dstack(cut_out), suffix)
    np.testing.assert_allclose(load_image(data)[0, 0], 255, atol=3)


def test_a_photo_to_be_drawn_is_filled_in_or_laid_on_a_ground(cut_out):
    layers = np.dstack(cut_out)
    pixels, alpha = read_photo(layers)
    np.testing.assert_array_equal(alpha, cut_out[1])
    np.testing.assert_allclose(pixels[0, 0], [200, 10, 30], atol=2)
    pixels, alpha = read_photo(layers, (1, 2, 3))
    assert alpha is None and pixels[0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "colour"),
    [("white", (255, 255, 255)), ("#0a141e", (10, 20, 30)), ("rgb(1, 2, 3)", (1, 2, 3))],
)
def test_colours(text, colour):
    assert parse_colour(text) == colour


def test_no_colour():
    with pytest.raises(ArgumentError, match="'paper' is not a colour such as white or #fafafa"):
        parse_colour("paper")
