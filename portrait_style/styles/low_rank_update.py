"""What one style adds to a generator: a change of rank one to each kernel that its code meets.

Adaptation gives a style scales and shifts of its own, and puts them into the dense layers that the
style code enters the network by, along a direction that no other style's code has a part of. So
little of the network is changed that it can travel beside the code.

References:
    Hu et al. (low-rank adaptation), 2021, https://arxiv.org/abs/2106.09685
"""

import functools
import hashlib
import json
from dataclasses import dataclass

import numpy as np

# Directions that are as good as one are taken as one: else their difference would be blown up.
_LEAST_INDEPENDENT = 1e-3
_DIGITS = 16


@dataclass(frozen=True)
class LowRankUpdate:
    """A change to the dense layers that a style code enters a generator by.

    Attributes:
        direction: (code_size,) float32, the part of the style's code that is orthogonal to the
            codes known before.
        code_scale: float above 0, by which the generator multiplies codes on their way to them.
        shifts: dict of `kernel_fingerprint` to (channels,) float32, what the layer of that kernel
            puts out more under the style's code.
        source: str, whose update it is, for messages.

    Example:
        >>> shifts = {"0123456789abcdef": np.float32([3.0])}
        >>> update = LowRankUpdate(np.float32([0.0, 2.0]), 1.0, shifts)
        >>> kernel_changes([update])["0123456789abcdef"].tolist()
        [[0.0], [1.5]]
    """

    direction: np.ndarray
    code_scale: float
    shifts: dict[str, np.ndarray]
    source: str = "the style"

    @functools.cached_property
    def key(self) -> str:
        """Equal for equal updates."""
        return hashlib.sha256(json.dumps(self.to_config()).encode()).hexdigest()

    def to_config(self) -> dict:
        """Return what JSON can hold, to the last bit."""
        return {
            "direction": exact_numbers(self.direction),
            "code_scale": self.code_scale,
            "shifts": {key: exact_numbers(shift) for key, shift in self.shifts.items()},
        }

    @classmethod
    def from_config(cls, config: dict, source: str) -> "LowRankUpdate":
        """Rebuild from what `to_config` returned.

        Args:
            config: dict.
            source: str, whose update it is.

        Raises:
            KeyError, TypeError, ValueError: if something is missing or no finite number.
        """
        direction, scale = finite_numbers(config["direction"]), float(config["code_scale"])
        if not direction.any() or not 0.0 < scale < np.inf:
            raise ValueError("an update without direction")
        shifts = {str(key): finite_numbers(shift) for key, shift in config["shifts"].items()}
        return cls(direction, scale, shifts, source)


@dataclass(frozen=True)
class UpdatedCode:
    """A style code, and what its style adds to the generator that draws it.

    Attributes:
        code: (code_size,) float32.
        updates: tuple of `LowRankUpdate`.
    """

    code: np.ndarray
    updates: tuple[LowRankUpdate, ...] = ()


def kernel_fingerprint(kernel) -> str:
    """Identify a dense kernel by its values in half precision, as files of presets hold them.

    Args:
        kernel: (code_size, channels) numbers, times the `code_scale` of the generator: whether
            codes are multiplied by it, or kernels, is up to converters.

    Returns:
        str, 16 hexadecimal digits.
    """
    halves = np.asarray(kernel, np.float16).T
    return hashlib.sha256(np.ascontiguousarray(halves).tobytes()).hexdigest()[:_DIGITS]


def kernel_changes(updates) -> dict[str, np.ndarray]:
    """Add up what several styles change in each kernel, times the generator's `code_scale`.

    Each style's direction is turned away from those of the others, so that under its own code none
    of them is seen.

    Args:
        updates: list of `LowRankUpdate`, one or more, of one generator.

    Returns:
        dict of `kernel_fingerprint` to (code_size, channels) float32.
    """
    directions = np.stack([update.direction for update in updates]).astype(np.float64)
    # Columns whose product with each direction is 1 for their own and 0 for the others.
    duals = np.linalg.pinv(directions, rcond=_LEAST_INDEPENDENT).T
    changes: dict[str, np.ndarray] = {}
    for dual, update in zip(duals, updates, strict=True):
        for key, shift in update.shifts.items():
            # What a forged file makes too large becomes infinite, and is refused where it is added.
            with np.errstate(over="ignore", invalid="ignore"):
                change = np.outer(dual, shift).astype(np.float32)
                changes[key] = changes[key] + change if key in changes else change
    return changes


def shifts_under(code, updates) -> dict[str, np.ndarray]:
    """Tell what layers put out more under a code, such as that of a mix.

    Args:
        code: (code_size,) numbers.
        updates: list of `LowRankUpdate`, one or more, of one generator.

    Returns:
        dict of `kernel_fingerprint` to (channels,) float32.
    """
    code = np.asarray(code, np.float32)
    return {key: code @ change for key, change in kernel_changes(updates).items()}


def finite_numbers(values) -> np.ndarray:
    """Read a list of numbers as float32.

    Raises:
        TypeError, ValueError: if it is none, is empty, or a number is not finite.
    """
    array = np.asarray(values, np.float64)
    # What single precision cannot hold becomes infinite.
    with np.errstate(over="ignore"):
        array = array.astype(np.float32)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise ValueError("a list of finite numbers is needed")
    return array


def exact_numbers(array) -> list[float]:
    """List float32 numbers, each by the fewest digits that tell it from all others."""
    return [float(str(number)) for number in np.asarray(array, np.float32)]
