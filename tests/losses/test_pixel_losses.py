import numpy as np
import pytest

from portrait_style.losses import pixel


def luma(image):
    return image @ np.array([0.299, 0.587, 0.114])


def test_luminance(images):
    np.testing.assert_allclose(
        pixel.luminance(images[0])[..., 0], luma(images[0]), atol=1e-5, rtol=1e-5
    )


def test_reconstruction_loss():
    black, white = -np.ones((1, 4, 4, 3), "float32"), np.ones((1, 4, 4, 3), "float32")
    assert float(pixel.reconstruction_loss(black, white)) == 2.0
    assert float(pixel.reconstruction_loss(white, white)) == 0.0
    half = white.copy()
    half[:, :2] = 0.5
    assert float(pixel.reconstruction_loss(white, half)) == pytest.approx(0.25)


def test_chroma_against_pillow():
    from PIL import Image

    pixels = np.random.default_rng(3).integers(0, 256, (8, 8, 3), np.uint8)
    expected = np.asarray(Image.fromarray(pixels).convert("YCbCr"), "float32")[..., 1:]
    drawn = pixel.chroma(pixels[None].astype("float32") / 127.5 - 1.0)[0]
    np.testing.assert_allclose(drawn, expected / 127.5 - 128 / 127.5, atol=1.5 / 127.5)


def test_colour_loss_by_hand():
    grey, red = np.zeros((1, 4, 4, 3), "float32"), np.zeros((1, 4, 4, 3), "float32")
    red[:, :2, :, 0] = 1.0  # in one half of the picture
    # Cb is -0.168736 and Cr 0.5 there: their means and deviations are half of that.
    expected = 2 * (0.168736 / 2) ** 2 + 2 * 0.25**2
    assert float(pixel.colour_loss(grey, red)) == pytest.approx(expected, rel=1e-2)
    assert float(pixel.colour_loss(red, red[:, ::-1])) == pytest.approx(0.0, abs=1e-6)


def test_brightness_is_not_colour(images):
    grey = images[0][..., :1].repeat(3, axis=-1)
    assert float(pixel.colour_loss(grey, 0.5 * grey + 0.3)) == pytest.approx(0.0, abs=1e-6)


def test_style_code_loss():
    loss = pixel.style_code_loss(np.array([[1.0, -1.0]]), np.array([[0.0, 2.0]]))
    assert float(loss) == pytest.approx(2.0)


def test_total_variation_of_stripes():
    image = np.zeros((1, 4, 4, 3), "float32")
    image[:, ::2] = 1.0  # every vertical step is 1, every horizontal one 0
    assert float(pixel.total_variation_loss(image)) == pytest.approx(1.0)
    assert float(pixel.total_variation_loss(np.ones_like(image))) == 0.0


def test_chroma_variation_of_stripes():
    image = np.zeros((1, 4, 4, 3), "float32")
    image[:, ::2, :, 2] = 1.0  # blue: Cb changes by 0.5 and Cr by 0.081312, from row to row
    assert float(pixel.chroma_variation_loss(image)) == pytest.approx(0.581312, rel=1e-5)
    image[:, ::2] = 1.0  # black and white
    assert float(pixel.chroma_variation_loss(image)) == pytest.approx(0.0, abs=1e-6)


def test_variation_counts_by_weight():
    image = np.zeros((1, 4, 4, 3), "float32")
    image[:, ::2] = 1.0
    weight = np.zeros((1, 4, 4, 1), "float32")
    weight[:, :, 0] = 0.5  # a quarter of the places, each by half
    assert float(pixel.total_variation_loss(image, weight)) == pytest.approx(0.125)


def test_grid_is_the_spread_within_a_cell():
    y, x = np.mgrid[:64, :64]
    for period in (8, 4, 2):
        wave = 0.02 * np.cos(2 * np.pi / period * (x + y))[None, ..., None].repeat(3, axis=-1)
        spread = 0.02 if period == 2 else 0.02 * np.sqrt(0.5)  # of a checkerboard, of a cosine
        loss = float(pixel.grid_loss(wave.astype("float32")))
        assert loss == pytest.approx(spread, rel=0.05)
        assert float(pixel.grid_loss(50.0 * wave.astype("float32"))) < 0.1 + 1e-6


def test_grain_ramps_and_other_periods_are_no_grid():
    y, x = np.mgrid[:160, :160]
    pictures = [
        np.random.default_rng(0).normal(0.0, 0.02, (160, 160)),  # 400 cells: a twentieth stays
        x / 160.0,
        0.02 * np.cos(2 * np.pi / 20.0 * x + y),
    ]
    for picture in pictures:
        image = picture[None, ..., None].repeat(3, axis=-1).astype("float32")
        assert float(pixel.grid_loss(image)) < 0.0015


def test_total_variation_bound():
    checkerboard = (np.indices((6, 6)).sum(axis=0) % 2 * 2.0 - 1.0)[None, ..., None]
    image = np.repeat(checkerboard, 3, axis=-1).astype("float32")
    assert float(pixel.total_variation_loss(image)) == pytest.approx(4.0)


def test_total_variation_against_tensorflow(images):
    import tensorflow as tf

    # TensorFlow sums; a square picture has as many vertical as horizontal neighbours.
    expected = float(tf.reduce_sum(tf.image.total_variation(tf.constant(images[0])))) / (
        2 * 31 * 32 * 3
    )
    assert float(pixel.total_variation_loss(images[0])) == pytest.approx(expected, rel=1e-5)


def coarse(image):
    """Luminance in blocks of 4 by 4 pixels, with the mean 0.5 and the spread 0.2: (count, h, w)."""
    count, height, width, _ = image.shape
    grey = luma(image).reshape(count, height // 4, 4, width // 4, 4).mean(axis=(2, 4))
    grey = grey - grey.mean((1, 2), keepdims=True)
    return 0.5 + 0.2 * grey / grey.std((1, 2), keepdims=True)


def test_tone_loss_against_scikit_image(images):
    from skimage.metrics import structural_similarity

    pairs = zip(*map(coarse, images), strict=True)
    options = dict(data_range=1.0, win_size=7, use_sample_covariance=False, full=True)
    maps = np.stack([structural_similarity(*pair, **options)[1] for pair in pairs])
    weight = np.zeros((2, 8, 8, 1), "float32")
    weight[:, 3:-3, 3:-3] = [[[2.0]]]  # whole windows only
    expected = np.mean(weight[..., 0] * (1 - maps))
    assert float(pixel.tone_loss(*images, weight=weight)) == pytest.approx(expected, abs=1e-4)


def test_tone_loss_properties(images):
    real, _ = images
    assert float(pixel.tone_loss(real, real)) == pytest.approx(0.0, abs=1e-3)
    assert float(pixel.tone_loss(real, 0.4 * real + 0.3)) == pytest.approx(0.0, abs=2e-3)
    assert float(pixel.tone_loss(real, -real)) > 1.0


def test_a_stroke_across_an_even_area_counts():
    real = np.full((1, 96, 96, 3), 0.2, "float32")
    real[:, :, :32] = -0.8
    fake = real.copy()
    fake[:, :, 60:64] += 0.15
    grey = [coarse(x).ravel() for x in (real, fake)]
    # Over the whole picture the stroke is lost.
    assert 1 - np.corrcoef(*grey)[0, 1] < 0.01
    assert float(pixel.tone_loss(real, fake)) > 0.1
