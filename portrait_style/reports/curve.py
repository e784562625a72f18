"""Curves as coordinates: where a line, dots and the numbers of both axes lie in a drawing.

What the coordinates look like, templates decide.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple


class Frame(NamedTuple):
    """The drawing, and the part of it that the curve fills.

    Attributes:
        width, height: of the drawing.
        left, right, top, bottom: edges of the part.
    """

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int


FRAME = Frame(width=360, height=192, left=50, right=344, top=8, bottom=164)
# Points of a line: as many as can be told apart.
_POINTS = 160
_GAPS_ACROSS, _GAPS_UP = 5, 4
# What is steadier than that, as a share of its size, is drawn as steady.
_STEADY = 0.01
# Numbers from here on, or with more decimals, have an exponent.
_LARGE, _DECIMALS = 1e6, 4


@dataclass(frozen=True)
class Curve:
    """A curve to draw.

    Attributes:
        line, dots: lists of (x, y).
        steps: list of (x, text), numbers of the horizontal axis.
        values: list of (y, text), numbers of the vertical axis.
        frame: `Frame` that all of them lie in.
    """

    line: list[tuple[float, float]]
    dots: list[tuple[float, float]]
    steps: list[tuple[float, str]]
    values: list[tuple[float, str]]
    frame: Frame = FRAME


def place_curve(line, dots) -> Curve:
    """Find the place of every point and number.

    The horizontal axis begins at step 0; the vertical one spans what is drawn, from a round number
    to a round number. Infinite values and those that are no numbers have no place.

    Args:
        line: list of (step, value), averaged where there are many.
        dots: list of (step, value).
    """
    line, dots = _finite_curve_points(line), _finite_curve_points(dots)
    last = max((step for step, _ in [*line, *dots]), default=0) or 1
    line = _averaged_curve_points(line)
    # There are no halves of steps.
    steps = curve_axis_numbers(0, last, max(1.0, curve_axis_step(last, _GAPS_ACROSS)))
    low, high = _curve_span([value for _, value in [*line, *dots]])
    values = curve_axis_numbers(low, high, curve_axis_step(high - low, _GAPS_UP), around=True)
    low, high = values[0], values[-1]

    def across(step):
        return round(FRAME.left + (FRAME.right - FRAME.left) * step / last, 1)

    def up(value):
        return round(FRAME.bottom - (FRAME.bottom - FRAME.top) * (value - low) / (high - low), 1)

    return Curve(
        line=[(across(step), up(value)) for step, value in line],
        dots=[(across(step), up(value)) for step, value in dots],
        steps=list(zip(map(across, steps), curve_axis_texts(steps), strict=True)),
        values=list(zip(map(up, values), curve_axis_texts(values), strict=True)),
    )


def curve_axis_step(span: float, gaps: int) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, 50, ... that needs no more gaps for a span.

    Tenths, hundredths, ... of these as well.

    Example:
        >>> curve_axis_step(300, 5), curve_axis_step(0.3, 4)
        (100.0, 0.1)
    """
    power = 10.0 ** math.floor(math.log10(span / gaps))
    # Rounded, for a span of 0.3 is a little more than three tenths to a computer.
    return next(x * power for x in (1, 2, 5, 10) if round(span / (x * power), 9) <= gaps)


def curve_axis_numbers(low: float, high: float, step: float, around=False) -> list[float]:
    """List the multiples of a step in a range.

    Args:
        low, high: float, the range.
        step: float.
        around: bool, with the next ones outside, unless the range ends with one.

    Example:
        >>> curve_axis_numbers(0, 1700, 500)
        [0, 500, 1000, 1500]
        >>> curve_axis_numbers(0.3, 1.7, 0.5, around=True)
        [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    first, last = (round(end / step, 9) for end in (low, high))
    down, up = (math.floor, math.ceil) if around else (math.ceil, math.floor)
    return [number * step for number in range(down(first), up(last) + 1)]


def curve_axis_texts(numbers: list[float]) -> list[str]:
    """Write evenly spaced numbers with as many decimals as tell them apart.

    Example:
        >>> curve_axis_texts([0, 500, 1000])
        ['0', '500', '1,000']
        >>> curve_axis_texts([-0.05, 0.0, 0.05])
        ['−0.05', '0', '0.05']
        >>> curve_axis_texts([0.0, 5e-05, 1e-04])
        ['0', '0.5e−4', '1.0e−4']
    """
    largest = max(map(abs, numbers))
    place = (
        _curve_digit_place(numbers[1] - numbers[0])
        if len(numbers) > 1
        else _curve_digit_place(largest or 1.0)
    )
    if largest >= _LARGE or -place > _DECIMALS:
        power = _curve_digit_place(largest)
        texts = [f"{number / 10.0**power:.{power - place}f}e{power}" for number in numbers]
    else:
        texts = [f"{number:,.{max(0, -place)}f}" for number in numbers]
    pairs = zip(numbers, texts, strict=True)
    return [text.replace("-", "−") if number else "0" for number, text in pairs]


def _curve_digit_place(number: float) -> int:
    """The exponent of the first digit: 2 of 500, -2 of 0.05."""
    return int(f"{number:.9e}".partition("e")[2])


def _curve_span(values: list[float]) -> tuple[float, float]:
    """The range of what is drawn, widened where it would be too narrow for numbers."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    least = _STEADY * max(abs(low), abs(high)) or 1.0
    spare = max(0.0, least - (high - low)) / 2
    return low - spare, high + spare


def _finite_curve_points(points):
    return [(step, value) for step, value in points if math.isfinite(value)]


def _averaged_curve_points(points):
    """Average neighbours until as many points are left as can be told apart."""
    share = -(-len(points) // _POINTS)
    groups = [points[i : i + share] for i in range(0, len(points), max(share, 1))]
    return [
        tuple(sum(column) / len(group) for column in zip(*group, strict=True)) for group in groups
    ]
