"""Types of arguments: each makes a value of a text, or says what is wrong with it."""

import argparse
import dataclasses
import math


def loss_weights(text: str):
    """Read `style=3,content=2` as `LossWeights`."""
    from portrait_style.losses.weights import LossWeights

    try:
        pairs = (pair.split("=") for pair in text.split(","))
        return LossWeights(**{name.strip(): float(weight) for name, weight in pairs})
    except TypeError as error:
        known = ", ".join(entry.name for entry in dataclasses.fields(LossWeights))
        raise argparse.ArgumentTypeError(f"{text!r} names no known loss; known: {known}") from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list like style=3,content=2 of numbers, 0 or more"
        ) from error


def names(text: str) -> tuple[str, ...]:
    """Read names with commas between them."""
    return tuple(name.strip() for name in text.split(","))


def numbers(text: str) -> list[int]:
    """Read whole numbers with commas between them."""
    try:
        return [int(number) for number in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers like 1,4") from error


def pixel_range(text: str) -> tuple[float, float]:
    """Read two numbers with a comma between them."""
    try:
        low, high = (float(number) for number in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers like 0,255") from error
    return low, high


def intensity(text: str) -> float:
    """Read an intensity in [0, 1]."""
    from portrait_style.stylizer import check_intensity

    return _number(text, float, check_intensity)


def size(text: str) -> int:
    """Read a size in pixels that a photo can be drawn at."""
    from portrait_style.stylizer import check_size

    return _number(text, int, check_size)


def frames(text: str) -> int:
    """Read a number of pictures that lead from one style to another."""
    from portrait_style.interpolation import check_frames

    return _number(text, int, check_frames)


def iterations(text: str) -> int:
    """Read a number of steps, 1 or more."""
    return _number(text, int, _check_iterations)


def weight(text: str) -> float:
    """Read a weight, 0 or more."""
    return _number(text, float, _check_weight)


def clusters(text: str):
    """Read a number of clusters, or "auto"."""
    if text == "auto":
        return text
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is neither auto nor a whole number") from error


def _number(text: str, kind: type, check):
    try:
        number = kind(text)
        check(number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return number


def _check_iterations(number: int) -> None:
    if number < 1:
        raise ValueError(f"{number} must be 1 or more")


def _check_weight(number: float) -> None:
    if not 0.0 <= number < math.inf:
        raise ValueError(f"{number} must be 0 or more")
