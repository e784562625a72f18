import numpy as np
import pytest

from portrait_style.quality import fidelity
from portrait_style.quality.metrics import ImageMetric


@pytest.fixture(scope="module")
def images():
    """Two pairs of pictures of 192 pixels, a noisy copy and a faded one: float32 in [-1, 1]."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:192, :192] / 96.0 - 1.0
    real = np.stack([np.sin(9 * x * y), x * np.cos(20 * y), np.sign(np.sin(40 * x))], axis=-1)
    real = np.stack([real, real[::-1, :, ::-1]]) * 0.8
    fake = np.stack([real[0] + rng.normal(0, 0.2, real[0].shape), 0.4 * real[1] + 0.3])
    return real.astype("float32"), np.clip(fake, -1, 1).astype("float32")


def test_psnr_against_scikit_image(images):
    from skimage.metrics import peak_signal_noise_ratio

    expected = [peak_signal_noise_ratio(a, b, data_range=2.0) for a, b in zip(*images, strict=True)]
    np.testing.assert_allclose(fidelity.psnr(*images), expected, atol=1e-4)


def test_ssim_against_tensorflow(images):
    import tensorflow as tf

    expected = tf.image.ssim(*((image + 1) / 2 for image in images), max_val=1.0)
    np.testing.assert_allclose(fidelity.ssim(*images), expected, atol=1e-5)


def test_ssim_against_scikit_image(images):
    from skimage.metrics import structural_similarity

    for real, fake, ours in zip(*images, np.asarray(fidelity.ssim(*images)), strict=True):
        _, ssim_map = structural_similarity(
            (real + 1) / 2,
            (fake + 1) / 2,
            data_range=1.0,
            channel_axis=-1,
            gaussian_weights=True,
            sigma=1.5,
            win_size=11,
            use_sample_covariance=False,
            full=True,
        )
        # Whole windows only.
        assert ours == pytest.approx(ssim_map[5:-5, 5:-5].mean(), abs=1e-4)


def test_multiscale_ssim_against_tensorflow(images):
    import tensorflow as tf

    expected = tf.image.ssim_multiscale(*((image + 1) / 2 for image in images), max_val=1.0)
    np.testing.assert_allclose(fidelity.multiscale_ssim(*images), expected, atol=1e-4)
    two = (0.4, 0.6)
    even = [image[:, :40, :40] for image in images]
    assert np.isfinite(expected).all()
    expected = tf.image.ssim_multiscale(*((x + 1) / 2 for x in even), 1.0, power_factors=two)
    np.testing.assert_allclose(
        fidelity.multiscale_ssim(*even, scale_weights=two), expected, atol=1e-4
    )


@pytest.mark.parametrize(
    ("measure", "best"), [("psnr", 100.0), ("ssim", 1.0), ("multiscale_ssim", 1.0)]
)
def test_equal_pictures_are_best_and_order_does_not_matter(images, measure, best):
    function = getattr(fidelity, measure)
    real, fake = images
    np.testing.assert_allclose(function(real, real), [best, best], rtol=1e-5)
    there, back = np.asarray(function(real, fake)), np.asarray(function(fake, real))
    np.testing.assert_allclose(there, back, rtol=1e-5)
    assert (there < best).all()


def test_negative_structure_is_bounded(images):
    real, _ = images
    assert (np.asarray(fidelity.ssim(real, -real)) < 0.0).all()
    multiscale = np.asarray(fidelity.multiscale_ssim(real, -real))
    assert (multiscale >= 0.0).all() and (multiscale < 0.01).all()


def test_gradients_are_finite(images):
    import tensorflow as tf

    real, fake = images
    for function in (fidelity.psnr, fidelity.ssim, fidelity.multiscale_ssim):
        for start in (fake, -real, np.zeros_like(real)):
            value = tf.constant(start)
            with tf.GradientTape() as tape:
                tape.watch(value)
                total = tf.reduce_sum(function(tf.constant(real), value))
            assert np.isfinite(tape.gradient(total, value)).all()


def test_too_small_for_its_scales():
    image = np.zeros((1, 175, 300, 3), "float32")
    with pytest.raises(ValueError, match="sides of 176 or more for 5 scales"):
        fidelity.multiscale_ssim(image, image)


def test_metric_is_the_mean_over_all_pictures(images):
    from portrait_style.functional.colour import luminance

    real, fake = images
    metric = ImageMetric("ssim")
    for i in range(2):
        metric.update_state(real[i : i + 1], fake[i : i + 1])
    expected = np.mean(fidelity.ssim(luminance(real), luminance(fake)))
    assert float(metric.result()) == pytest.approx(expected, abs=1e-5)
    assert metric.name == "ssim"
    again = ImageMetric.from_config(metric.get_config())
    again.update_state(real, fake)
    assert float(again.result()) == pytest.approx(expected, abs=1e-5)


def test_unknown_metric():
    with pytest.raises(ValueError, match="`measure` must be one of .*'psnr'.*measure='beauty'"):
        ImageMetric("beauty")
