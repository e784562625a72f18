"""Random styles: `random:SEED`, and `random:SEED@STYLE` for a variant of one style."""

import os
import re
from typing import NamedTuple

import numpy as np

from portrait_style.errors import ArgumentError, ModelError

RANDOM = "random"
_PATTERN = re.compile(rf"{RANDOM}:([0-9]+)(?:@(.+))?")


class RandomStyle(NamedTuple):
    """What a random style is drawn from.

    Attributes:
        seed: int, 0 or more.
        style: str, what is varied, or `None` for any style that the model knows.
    """

    seed: int
    style: str | None


def split_random(source: str) -> RandomStyle | None:
    """Split `random:SEED@STYLE`; `None` if a text is nothing of the kind, or names a file.

    Example:
        >>> split_random("random:7@oil")
        RandomStyle(seed=7, style='oil')
    """
    match = _PATTERN.fullmatch(source)
    if match is None or os.path.exists(source):
        return None
    return RandomStyle(int(match[1]), match[2])


def check_seed(source: str) -> None:
    """Refuse a text that asks for a random style, but not by a seed.

    Raises:
        ArgumentError: if it does.
    """
    begins = source == RANDOM or source.startswith((f"{RANDOM}:", f"{RANDOM}@"))
    if begins and split_random(source) is None:
        raise ArgumentError(
            "`style` must give random a seed, a whole number of 0 or more, as in random:7 or "
            f"random:7@oil. Received: style={source!r}."
        )


def draw_random_style(random_style: RandomStyle, names, noise_size: int) -> tuple[np.ndarray, str]:
    """Draw the noise of a random style, and then, where none is given, the style.

    Args:
        random_style: `RandomStyle`.
        names: list of str, the styles that the model knows.
        noise_size: int.

    Returns:
        (noise_size,) float32, standard normal, and what names the style; equal seeds give equal
        ones.

    Raises:
        ModelError: if no style is given and the model knows none.
    """
    if random_style.style is None and not names:
        raise ModelError(
            "the model names no styles to choose from; say which one to vary, as in "
            f"random:{random_style.seed}@painting.jpg"
        )
    rng = np.random.default_rng(random_style.seed)
    noise = rng.standard_normal(noise_size, np.float32)
    return noise, random_style.style or names[rng.integers(len(names))]
