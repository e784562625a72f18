"""Is an artefact's output that of the Keras model?"""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from skimage.metrics import structural_similarity

from portrait_style.errors import ParityError

# Images are in [-1, 1].
PEAK = 2.0
# What is written where two outputs are equal to the last bit.
MAX_PSNR = 200.0


@dataclass(frozen=True)
class Parity:
    """How far an artefact's outputs are from the Keras model's, over all pictures.

    Attributes:
        pictures: int, how many were compared.
        max_error: float, largest absolute difference of a value.
        mean_error: float, mean absolute difference.
        psnr: float, dB, of the mean squared error over all pictures; 200 at most.
        worst_psnr: float, dB, of the worst picture.
        ssim: float, mean structural similarity; `None` for what is not an image.
        correlation: float, Pearson's, of all values.
    """

    pictures: int
    max_error: float
    mean_error: float
    psnr: float
    worst_psnr: float
    ssim: float | None
    correlation: float

    def to_dict(self) -> dict:
        """Return the attributes, six significant digits."""
        values = dataclasses.asdict(self)
        return {k: float(f"{v:.6g}") if isinstance(v, float) else v for k, v in values.items()}


@dataclass(frozen=True)
class Threshold:
    """What an artefact must reach.

    Attributes:
        psnr: float, dB, at least.
        worst_psnr: float, dB, at least, for every single picture.
        correlation: float, at least.
    """

    psnr: float
    worst_psnr: float
    correlation: float


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
        psnr=_decibels(squares.mean()),
        worst_psnr=_decibels(squares.max()),
        ssim=_mean_ssim(reference, output) if reference.ndim == 4 else None,
        correlation=_correlation(reference, output),
    )


def check(name: str, parity: Parity, threshold: Threshold) -> None:
    """Hold a comparison against a threshold.

    Raises:
        ParityError: if it falls short, with the measure and both numbers.
    """
    for measure in ("psnr", "worst_psnr", "correlation"):
        reached, needed = getattr(parity, measure), getattr(threshold, measure)
        if not reached >= needed:
            raise ParityError(
                f"{name} is not the Keras model: {measure} {reached:.4g}, at least {needed:.4g} "
                f"is needed (mean error {parity.mean_error:.2g}, {parity.pictures} pictures)"
            )


def _decibels(mean_square: float) -> float:
    if mean_square == 0.0:
        return MAX_PSNR
    return min(MAX_PSNR, 10.0 * math.log10(PEAK**2 / mean_square))


def _mean_ssim(reference: np.ndarray, output: np.ndarray) -> float:
    pairs = zip(reference, output, strict=True)
    return float(
        np.mean([structural_similarity(a, b, channel_axis=-1, data_range=PEAK) for a, b in pairs])
    )


def _correlation(reference: np.ndarray, output: np.ndarray) -> float:
    a, b = (x.ravel() - x.mean() for x in (reference, output))
    norms = math.sqrt((a @ a) * (b @ b))
    # Two constant outputs agree or not; correlation cannot say.
    return float(a @ b / norms) if norms > 0.0 else float(np.array_equal(reference, output))
