"""Is an artefact's output near enough to that of the Keras model?"""

import dataclasses
from dataclasses import dataclass

from portrait_style.errors import ParityError


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
    """What parity an artefact must reach.

    Attributes:
        psnr: float, dB, at least.
        worst_psnr: float, dB, at least, for every single picture.
        correlation: float, at least.
    """

    psnr: float
    worst_psnr: float
    correlation: float


def check_parity(name: str, parity: Parity, threshold: Threshold) -> None:
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
