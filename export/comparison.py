"""How far is an artefact's output from that of the Keras model?"""

import math

import numpy as np
from skimage.metrics import structural_similarity

from portrait_style.errors import ParityError
from portrait_style.export.parity import Parity

# Images are in [-1, 1].
PEAK = 2.0
# What is written where two outputs are equal to the last bit.
MAX_PSNR = 200.0


def compare(reference: np.ndarray, output: np.ndarray) -> Parity:
    """Measure the difference of two stacks of pictures, or of codes.

    Args:
        reference: (pictures, height, width, 3) in [-1, 1], or (pictures, size).
        output: of the same shape.

    Returns:
        `Parity`.

    Raises:
        ParityError: if the shapes differ or the output is not finite.

    References:
        Wang et al. (SSIM), 2004, https://doi.org/10.1109/TIP.2003.819861
    """
    if reference.shape != output.shape:
        raise ParityError(f"the output has shape {output.shape}, not {reference.shape}")
    if not np.isfinite(output).all():
        raise ParityError(f"{np.mean(~np.isfinite(output)):.1%} of the output is not finite")
    reference, output = reference.astype(np.float64), output.astype(np.float64)
    difference = np.abs(reference - output)
    squares = (difference**2).reshape(len(reference), -1).mean(axis=1)
    return Parity(
        pictures=len(reference),
        max_error=float(difference.max()),
        mean_error=float(difference.mean()),
        psnr=_comparison_decibels(squares.mean()),
        worst_psnr=_comparison_decibels(squares.max()),
        ssim=_comparison_ssim(reference, output) if reference.ndim == 4 else None,
        correlation=_comparison_correlation(reference, output),
    )


def _comparison_decibels(mean_square: float) -> float:
    if mean_square == 0.0:
        return MAX_PSNR
    return min(MAX_PSNR, 10.0 * math.log10(PEAK**2 / mean_square))


def _comparison_ssim(reference: np.ndarray, output: np.ndarray) -> float:
    pairs = zip(reference, output, strict=True)
    return float(
        np.mean([structural_similarity(a, b, channel_axis=-1, data_range=PEAK) for a, b in pairs])
    )


def _comparison_correlation(reference: np.ndarray, output: np.ndarray) -> float:
    a, b = (x.ravel() - x.mean() for x in (reference, output))
    norms = math.sqrt((a @ a) * (b @ b))
    # Two constant outputs agree or not; correlation cannot say.
    return float(a @ b / norms) if norms > 0.0 else float(np.array_equal(reference, output))
