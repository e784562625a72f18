import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from portrait_style.errors import ArtefactError, ParityError
from portrait_style.export.comparison import compare
from portrait_style.export.parity import Threshold, check_parity


@pytest.fixture
def images():
    rng = np.random.default_rng(1)
    reference = rng.uniform(-1, 1, (3, 16, 16, 3)).astype("float32")
    return reference, np.clip(reference + rng.normal(0, 0.05, reference.shape), -1, 1)


def test_measures_against_numpy_and_scikit_image(images):
    reference, output = images
    parity = compare(reference, output)
    assert parity.pictures == 3
    assert parity.max_error == pytest.approx(np.abs(reference - output).max(), rel=1e-6)
    assert parity.mean_error == pytest.approx(np.abs(reference - output).mean(), rel=1e-6)
    expected = peak_signal_noise_ratio(reference.astype(float), output, data_range=2.0)
    assert parity.psnr == pytest.approx(expected, abs=1e-6)
    assert parity.worst_psnr == pytest.approx(
        min(peak_signal_noise_ratio(a, b, data_range=2.0) for a, b in zip(*images, strict=True)),
        abs=1e-3,
    )
    correlation = np.corrcoef(reference.ravel(), output.ravel())[0, 1]
    assert parity.correlation == pytest.approx(correlation, rel=1e-6)
    assert 0.9 < parity.ssim < 1.0


def test_equal_pictures():
    picture = np.linspace(-1, 1, 2 * 8 * 8 * 3).reshape(2, 8, 8, 3).astype("float32")
    parity = compare(picture, picture.copy())
    assert (parity.psnr, parity.ssim, parity.max_error) == (200.0, 1.0, 0.0)
    assert parity.correlation == pytest.approx(1.0)


def test_codes_have_no_structural_similarity():
    codes = np.random.default_rng(2).normal(size=(4, 64))
    assert compare(codes, codes + 0.01).ssim is None


def test_constant_output_does_not_correlate():
    grey = np.zeros((1, 8, 8, 3))
    assert compare(np.random.default_rng(3).uniform(-1, 1, grey.shape), grey).correlation == 0.0


def test_another_shape_and_numbers_that_are_none(images):
    reference, output = images
    with pytest.raises(ParityError, match=r"shape \(3, 8, 16, 3\)"):
        compare(reference, output[:, :8])
    output[0, 0, 0, 0] = np.nan
    with pytest.raises(ParityError, match="not finite"):
        compare(reference, output)


def test_the_line_names_measure_and_both_numbers(images):
    parity = compare(*images)
    check_parity("fine", parity, Threshold(parity.psnr, parity.worst_psnr, parity.correlation))
    with pytest.raises(ParityError, match=r"a\.tflite is not .*: psnr 32\.\d+, at least 40"):
        check_parity("a.tflite", parity, Threshold(40.0, 0.0, 0.0))
    with pytest.raises(ArtefactError, match="correlation"):
        check_parity("a.tflite", parity, Threshold(0.0, 0.0, 1.0))
