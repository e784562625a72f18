"""Moving loss weights by what was measured, and knowing when to stop; no TensorFlow."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Band:
    """Where a measure should stay, and the loss weight that raises it.

    Attributes:
        measure: str, name of a measure; more is better.
        weight: str, the field of `LossWeights` that raises it.
        low: float, below it the weight grows.
        high: float, above it the weight shrinks.

    Raises:
        ValueError: if the band is empty.
    """

    measure: str
    weight: str
    low: float
    high: float

    def __post_init__(self):
        if not self.low <= self.high:
            raise ValueError(
                f"`low` must not be above `high`. Received: low={self.low}, high={self.high}."
            )


class Controller:
    """Multiply a loss weight by a factor that grows while its measure is too low.

    Factors move by one fixed ratio at a time and stay within limits, so that a measure which cannot
    be raised does not run away with the training. Where all measures are too low together, raising
    all weights would leave their balance as it is: the target is out of reach, and the measures are
    brought nearer to each other instead.

    Args:
        bands: sequence of `Band`, at most one a weight.
        ratio: float above 1, of one move. Defaults to 1.25.
        limits: (float, float), the least and the largest factor. Defaults to (1/4, 4).
    """

    def __init__(
        self,
        bands: Sequence[Band],
        ratio: float = 1.25,
        limits: tuple[float, float] = (0.25, 4.0),
    ):
        self.bands = tuple(bands)
        self.ratio = ratio
        self.limits = limits
        self.factors = {band.weight: 1.0 for band in self.bands}

    def update(self, measured: Mapping[str, float]) -> dict[str, float]:
        """Move the factors.

        Args:
            measured: the measures by name.

        Returns:
            The factor of each weight.
        """
        values = [measured[band.measure] for band in self.bands]
        pairs = list(zip(self.bands, values, strict=True))
        if pairs and all(value < band.low for band, value in pairs):
            directions = _controller_directions(pairs)
        else:
            directions = [(value < band.low) - (value > band.high) for band, value in pairs]
        for band, direction in zip(self.bands, directions, strict=True):
            factor = self.factors[band.weight] * self.ratio**direction
            self.factors[band.weight] = min(max(factor, self.limits[0]), self.limits[1])
        return dict(self.factors)


def _controller_directions(pairs):
    """Say which weights move up (1) and down (-1) where all measures are too low."""
    lacks = [band.low - value for band, value in pairs]
    usual = statistics.fmean(lacks)
    margins = [(band.high - band.low) / 2 for band, _ in pairs]
    return [
        (lack >= usual) - (lack < usual - margin)
        for lack, margin in zip(lacks, margins, strict=True)
    ]


class Progress:
    """The best value so far, and how often no better one came since: the end, to the controller.

    Args:
        patience: int or `None`, measurements without a better value before it is time to stop.
    """

    def __init__(self, patience: int | None = None):
        self.patience = patience
        self.best = -math.inf
        self.waited = 0

    def update(self, value: float) -> bool:
        """Take a value in; return whether it is the best so far."""
        if value > self.best:
            self.best, self.waited = value, 0
            return True
        self.waited += 1
        return False

    @property
    def exhausted(self) -> bool:
        """Whether it is time to stop."""
        return self.patience is not None and self.waited >= self.patience
