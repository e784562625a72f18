import dataclasses
import math

import numpy as np
import pytest

from portrait_style.losses import adversarial, perceptual, pixel
from portrait_style.losses.composition import weighted_sum
from portrait_style.losses.weights import LossWeights


@pytest.fixture
def images():
    """Two different pairs of smooth pictures with some noise: float32 in [-1, 1]."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:32, :32] / 16.0 - 1.0
    smooth = np.stack([x, y, x * y], axis=-1)
    real = np.clip(smooth + rng.normal(0, 0.1, (2, 32, 32, 3)), -1, 1)
    fake = np.clip(0.7 * smooth[::-1] + rng.normal(0, 0.3, (2, 32, 32, 3)), -1, 1)
    return real.astype("float32"), fake.astype("float32")


@pytest.fixture
def maps():
    """Non-negative feature maps of four blocks, for two sets of two pictures."""
    rng = np.random.default_rng(2)
    shapes = [(2, 16 // 2**i, 16 // 2**i, 3 + i) for i in range(4)]
    return [[np.abs(rng.normal(size=s)).astype("float32") for s in shapes] for _ in "ab"]


def luma(image):
    return image @ np.array([0.299, 0.587, 0.114])


# Pixel losses


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


def test_structure_loss_against_scikit_image(images):
    from skimage.metrics import structural_similarity

    scores = []
    for real, fake in zip(*((luma(x) + 1) / 2 for x in images), strict=True):
        _, ssim_map = structural_similarity(
            real,
            fake,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            win_size=11,
            use_sample_covariance=False,
            full=True,
        )
        scores.append(ssim_map[5:-5, 5:-5].mean())  # whole windows only
    assert float(pixel.structure_loss(*images)) == pytest.approx(1 - np.mean(scores), abs=1e-4)


def test_structure_loss_against_tensorflow(images):
    import tensorflow as tf

    real, fake = ((luma(x)[..., None] + 1) / 2 for x in images)
    expected = 1 - np.mean(tf.image.ssim(real.astype("f4"), fake.astype("f4"), 1.0))
    assert float(pixel.structure_loss(*images)) == pytest.approx(expected, abs=1e-5)


def test_structure_loss_properties(images):
    real, fake = images
    assert float(pixel.structure_loss(real, real)) == pytest.approx(0.0, abs=1e-5)
    there = float(pixel.structure_loss(real, fake))
    assert there == pytest.approx(float(pixel.structure_loss(fake, real)), abs=1e-5)
    assert 0.0 < there <= 2.0


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


# Perceptual losses


def relative_error(target, value):
    axes = tuple(range(1, target.ndim))
    return np.mean(((value - target) ** 2).mean(axes) / ((target**2).mean(axes) + 1e-4))


def test_content_loss_against_numpy(maps):
    real, fake = maps
    expected = (relative_error(real[2], fake[2]) + relative_error(real[3], fake[3])) / 2
    assert float(perceptual.content_loss(real, fake)) == pytest.approx(expected, rel=1e-4)
    first = relative_error(real[0], fake[0])
    assert float(perceptual.content_loss(real, fake, (1,))) == pytest.approx(first, rel=1e-4)


def test_content_loss_of_silent_features_is_one(maps):
    real, _ = maps
    silent = [np.zeros_like(x) for x in real]
    assert float(perceptual.content_loss(real, silent)) == pytest.approx(1.0, abs=1e-3)


def test_content_loss_counts_places_by_their_weight(maps):
    real, fake = maps
    weight = np.zeros((2, 2, 2, 1), "float32")
    weight[0, 0, 1] = 3.0
    # One place of four counts, in one picture of two.
    error = 3.0 * ((fake[3][0, 0, 1] - real[3][0, 0, 1]) ** 2).sum() / real[3][0].size
    expected = error / ((real[3][0] ** 2).mean() + 1e-4) / 2
    loss = perceptual.content_loss(real, fake, (4,), weight)
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_style_loss_against_numpy(maps):
    def moments(x):
        return np.concatenate([x.mean((1, 2)), x.std((1, 2))], axis=-1)

    reference, fake = maps
    errors = [relative_error(moments(a), moments(b)) for a, b in zip(reference, fake, strict=True)]
    assert float(perceptual.style_loss(reference, fake)) == pytest.approx(np.mean(errors), rel=1e-3)


def test_gram_loss_against_numpy(maps):
    def gram(x):
        return np.einsum("bhwi,bhwj->bij", x, x) / (x.shape[1] * x.shape[2])

    reference, fake = maps
    errors = [relative_error(gram(a), gram(b)) for a, b in zip(reference, fake, strict=True)]
    assert float(perceptual.gram_loss(reference, fake)) == pytest.approx(np.mean(errors), rel=1e-3)


@pytest.mark.parametrize("loss", ["content_loss", "style_loss", "gram_loss"])
def test_perceptual_losses_are_zero_for_equal_maps(maps, loss):
    assert float(getattr(perceptual, loss)(maps[0], maps[0])) == 0.0


@pytest.mark.parametrize("loss", ["style_loss", "gram_loss"])
def test_style_does_not_depend_on_place_or_size(maps, loss):
    mirrored = [x[:, ::-1] for x in maps[0]]
    tiled = [np.tile(x, (1, 2, 1, 1)) for x in maps[0]]
    for other in (mirrored, tiled):
        assert float(getattr(perceptual, loss)(maps[0], other)) == pytest.approx(0.0, abs=1e-6)


def test_a_faint_target_is_not_judged_by_its_neighbour(maps):
    # Scaling one picture's maps and its copy's alike must not change the relative error.
    real, fake = maps
    scale = np.array([1.0, 30.0], "float32")[:, None, None, None]
    louder = [[x * scale for x in features] for features in maps]
    plain = float(perceptual.content_loss(real, fake))
    assert float(perceptual.content_loss(*louder)) == pytest.approx(plain, rel=1e-2)


# Adversarial losses: two scales of different size, each counts the same


REAL = [np.array([[[2.0, 0.5]]]), np.array([[[-1.0]]])]
FAKE = [np.array([[[-2.0, 0.0]]]), np.array([[[0.5]]])]


def test_hinge_by_hand():
    # real: ((0 + 0.5) / 2 + 2) / 2; fake: ((0 + 1) / 2 + 1.5) / 2
    assert float(adversarial.hinge_discriminator_loss(REAL, FAKE)) == pytest.approx(1.125 + 1.0)
    # -((-2 + 0) / 2 + 0.5) / 2
    assert float(adversarial.hinge_generator_loss(FAKE)) == pytest.approx(0.25)


def test_non_saturating_by_hand():
    def softplus(x):
        return math.log1p(math.exp(x))

    real = ((softplus(-2.0) + softplus(-0.5)) / 2 + softplus(1.0)) / 2
    fake = ((softplus(-2.0) + softplus(0.0)) / 2 + softplus(0.5)) / 2
    generator = ((softplus(2.0) + softplus(0.0)) / 2 + softplus(-0.5)) / 2
    pair = adversarial.ADVERSARIAL_LOSSES["non_saturating"]
    assert float(pair.discriminator(REAL, FAKE)) == pytest.approx(real + fake, rel=1e-5)
    assert float(pair.generator(FAKE)) == pytest.approx(generator, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "undecided"), [("hinge", 2.0), ("non_saturating", 2 * math.log(2))]
)
def test_undecided_discriminator(name, undecided):
    zeros = [np.zeros((2, 4, 4), "float32"), np.zeros((2, 2, 2), "float32")]
    loss = adversarial.ADVERSARIAL_LOSSES[name].discriminator(zeros, zeros)
    assert float(loss) == pytest.approx(undecided, rel=1e-6)


@pytest.mark.parametrize("name", adversarial.ADVERSARIAL_LOSSES)
def test_adversaries_pull_in_opposite_directions(name):
    pair = adversarial.ADVERSARIAL_LOSSES[name]
    low, high = [np.full((1, 2, 2), -0.5, "f4")], [np.full((1, 2, 2), 0.5, "f4")]
    assert float(pair.generator(high)) < float(pair.generator(low))
    assert float(pair.discriminator(high, low)) < float(pair.discriminator(low, high))


def test_r1_penalty_by_hand():
    gradient = np.zeros((2, 4, 4, 3), "float32")
    gradient[0, 0, 0, 0], gradient[1, 1, 2, 2] = 3.0, 4.0
    assert float(adversarial.r1_penalty(gradient)) == pytest.approx(0.5 * (9 + 16) / 2)


# Gradients


def _gradient(function, value):
    import tensorflow as tf

    value = tf.convert_to_tensor(value)
    with tf.GradientTape() as tape:
        tape.watch(value)
        loss = function(value)
    return np.asarray(tape.gradient(loss, value))


@pytest.mark.parametrize(
    "loss",
    [
        pixel.reconstruction_loss,
        pixel.structure_loss,
        pixel.tone_loss,
        pixel.colour_loss,
        lambda real, fake: pixel.total_variation_loss(fake),
        lambda real, fake: perceptual.content_loss([real], [fake], (1,)),
        lambda real, fake: perceptual.style_loss([real], [fake]),
        lambda real, fake: perceptual.gram_loss([real], [fake]),
    ],
    ids=[
        "reconstruction",
        "structure",
        "tone",
        "colour",
        "total_variation",
        "content",
        "style",
        "gram",
    ],
)
def test_gradients(images, loss):
    real, fake = images
    even = np.zeros_like(real)
    assert np.abs(_gradient(lambda x: loss(real, x), fake)).max() > 0.0
    for start, target in ((real, real), (even, real), (even, even)):
        gradient = _gradient(lambda x, target=target: loss(target, x), start)
        assert np.isfinite(gradient).all()


# Weights


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
@pytest.mark.parametrize("name", [entry.name for entry in dataclasses.fields(LossWeights)])
def test_weights_out_of_range_are_refused(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be a finite number, 0 or more"):
        LossWeights(**{name: value})


def test_weights_may_be_zero_and_cannot_be_changed():
    weights = LossWeights(style=0.0)
    assert weights.style == 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        weights.style = 1.0


def test_weighted_sum_by_hand():
    losses = {"style": lambda: 2.0, "content": lambda: 3.0, "tone": lambda: 1 / 0}
    weights = LossWeights(style=0.5, content=4.0, tone=0.0)
    total, computed = weighted_sum(losses, weights)
    assert float(total) == pytest.approx(13.0)
    assert {name: float(value) for name, value in computed.items()} == {
        "style": 2.0,
        "content": 3.0,
    }


def test_weighted_sum_of_nothing():
    total, computed = weighted_sum({"style": lambda: 1 / 0}, LossWeights(style=0.0))
    assert float(total) == 0.0
    assert computed == {}
