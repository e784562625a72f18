"""The medium: paper, film grain, canvas or a printer's screen, laid over a picture that is drawn.

A drawing depends on the photo and moves along with it; what it is drawn on does neither. So it is
laid on at the very end, at full size, and no network has to learn it.

Lengths are relative to the picture's longer side: it looks the same at every size. Everything is
fixed: there is one sheet of each paper and one piece of each canvas, kept as a square that fits to
itself on all sides.
"""

import functools
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from PIL import Image

from portrait_style.settings import between, check_settings, one_of, setting

# Of each kind the pixels below which it could not be told from noise.
SMALLEST = {"paper": 2.0, "grain": 2.0, "weave": 3.0, "halftone": 4.0}
KINDS = tuple(SMALLEST)
TEXTURE_RANGE = between(0.0, 1.0)
# Pixels that are worked on at once, which bounds the memory.
STRIP = 1 << 18
# The side of the squares, and how many of its samples a bump, a clump and a thread have.
SIDE = 1024
PAPER_SAMPLES, GRAIN_SAMPLES, WEAVE_SAMPLES = 5.0, 2.5, 8.0
# Shares of pigment and of light in what is seen of paper; their squares sum to 1.
PIGMENT_SHARE, LIGHT_SHARE = 0.8, 0.6
# The waves of threads, their radius being 1.
CRIMP = 0.4
# How far light comes from the left, and from above.
LIGHT_FROM = 0.6, 0.8

_LEVELS = np.arange(256, dtype=np.float32) / np.float32(255.0)
# How much a level gives way to pigment, to light and to grain: 1 in the middle, 0 at black; and to
# dots, which are half of white off: solid ink and blank paper have none.
_PIGMENT = 4.0 * _LEVELS * (1.0 - _LEVELS)
_LIGHT = 0.85 * _PIGMENT + 0.3 * _LEVELS
_GRAIN = 2.0 * np.sqrt(_LEVELS * (1.0 - _LEVELS))
_SCREEN = 2.0 * np.minimum(1.0, 1.5 * _PIGMENT)

# What is added to a strip, which begins in a row, in units of the depth: float32.
_Change = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True)
class Medium:
    """What the pictures of a style are drawn or printed on.

    Attributes:
        kind: "paper", "grain", "weave" or "halftone".
        scale: float in [0.1, 100], thousandths of the picture's longer side: the breadth of a bump
            of paper, of a clump of grain or of a thread, or the distance of two dots; see
            `SMALLEST` for what is drawn where that would be too small to be seen.
        depth: float in (0, 0.25], how much of it is seen at full texture: the standard deviation on
            even grey, white being 1.
        dry: bool, of paper: whether pigment stays on the peaks, as that of chalk does, or settles
            in the valleys, as that of water colours does. Defaults to `False`.

    Raises:
        ArgumentError: if a number is out of its range, or there is no such kind.
        TypeError: if an attribute is of another type.

    Example:
        >>> Medium.from_config({"kind": "weave", "scale": 4.0, "depth": 0.05}).kind
        'weave'
    """

    kind: str = setting("what it is", range=one_of(KINDS))
    scale: float = setting("thousandths of the longer side", range=between(0.1, 100.0))
    depth: float = setting("standard deviation on even grey", range=between(0.0, 0.25, "(]"))
    dry: bool = setting("whether pigment stays on the peaks", default=False)

    def __post_init__(self):
        check_settings(self)

    def to_config(self) -> dict:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_config(cls, config: dict) -> "Medium":
        """Rebuild from what `to_config` returned."""
        return cls(**config)


def lay_on(image: np.ndarray, medium: Medium, texture: float = 1.0) -> np.ndarray:
    """Draw the medium over a picture; its mean colours stay.

    Args:
        image: uint8 (height, width, 3).
        medium: `Medium`.
        texture: float in [0, 1], how much of it is seen. Defaults to 1.

    Returns:
        uint8 (height, width, 3); where `texture` is 0, the image itself.

    Raises:
        ArgumentError: if `texture` is out of its range.
        ValueError: if the image is of another type or shape.

    Example:
        >>> grey = np.full((64, 64, 3), 128, np.uint8)
        >>> bool(3.0 < lay_on(grey, Medium("grain", 30.0, 0.04), 0.5).std() < 6.0)
        True
    """
    TEXTURE_RANGE.check("texture", texture)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            "`image` must be uint8 of shape (height, width, 3). "
            f"Received: image of type {image.dtype} and shape {image.shape}."
        )
    if texture == 0.0 or image.size == 0:
        return image
    height, width = image.shape[:2]
    size = max(SMALLEST[medium.kind], medium.scale / 1000.0 * max(height, width))
    change = _CHANGES[medium.kind](medium, size)
    amount = np.float32(255.0 * texture * medium.depth)
    laid = np.empty_like(image)
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        strip = image[top : top + rows]
        levels = strip + amount * change(strip, top)
        laid[top : top + rows] = np.clip(np.rint(levels), 0.0, 255.0)
    return laid


def _paper_change(medium: Medium, size: float) -> _Change:
    """Paper: pigment lies unevenly on its bumps and fibres, and light falls on them from one side.

    Where paper has d times the pigment, a colour C becomes C - (C - C²)(d - 1): nothing changes on
    blank paper, nor in black. Light is faint there, too.

    References:
        Bousseau et al., Interactive watercolor rendering with temporal coherence and abstraction,
        2006, for the colour; Curtis et al., Computer-generated watercolor, 1997, for paper as a
        height field; Sousa and Buchanan, Observational models of graphite pencil materials, 2000,
        for peaks that take the pigment.
    """
    heights, light = _paper_square()
    pigment = -PIGMENT_SHARE if medium.dry else PIGMENT_SHARE
    layers = (heights, pigment * _PIGMENT), (light, LIGHT_SHARE * _LIGHT)
    return _change_of_layers(layers, PAPER_SAMPLES / size)


def _grain_change(medium: Medium, size: float) -> _Change:
    """Film grain: a place is covered by a grain or not, with the tone as probability.

    The variance of that is u (1 - u): none at black and at white.

    References:
        Newson et al., A stochastic film grain model for resolution-independent rendering, 2017.
    """
    return _change_of_layers([(_grain_square(), _GRAIN)], GRAIN_SAMPLES / size)


def _weave_change(medium: Medium, size: float) -> _Change:
    """Canvas: threads over and under each other beneath the paint, lit from one side.

    References:
        Peirce, The geometry of cloth structure, 1937, for round threads on waved paths.
    """
    return _change_of_layers([(_weave_square(), _LIGHT)], WEAVE_SAMPLES / size)


def _halftone_change(medium: Medium, size: float) -> _Change:
    """A printer's screen at 45 degrees: dots whose size is the darkness of each colour.

    Half of the sum of two waves at right angles is the threshold. Edges of dots are as soft as a
    pixel, and thresholds are set so that dots are as dark on average as the level they stand for.

    References:
        Ulichney, Digital halftoning, 1987; Adobe, PDF reference, 2006, for the spot function that
        is called Cosine there.
    """
    # cos(a (x + y)) + cos(a (x - y)) = 2 cos(a x) cos(a y)
    turn = np.sqrt(2.0) * np.pi / size
    steepness = float(1.0 / min(turn, 2.0))
    thresholds = _screen_thresholds(steepness)

    def change(strip, top):
        height, width = strip.shape[:2]
        down, across = np.arange(top, top + height) + 0.5, np.arange(width) + 0.5
        spots = np.outer(steepness * np.cos(turn * down), np.cos(turn * across))
        spots = spots.astype(np.float32)
        dots = np.clip(thresholds[strip] - spots[..., None], 0.0, 1.0)
        return _SCREEN[strip] * (dots - _LEVELS[strip])

    return change


_CHANGES = {
    "paper": _paper_change,
    "grain": _grain_change,
    "weave": _weave_change,
    "halftone": _halftone_change,
}


@functools.lru_cache(maxsize=8)
def _screen_thresholds(steepness: float) -> np.ndarray:
    """Of each level, the threshold that gives dots of its mean."""
    waves = np.cos(np.pi * (np.arange(64) + 0.5) / 64.0)
    spots = steepness * np.outer(waves, waves).ravel()
    thresholds = np.linspace(-steepness, steepness + 1.0, 1024)
    means = np.clip(thresholds[:, None] - spots, 0.0, 1.0).mean(axis=1)
    return np.interp(_LEVELS, means, thresholds).astype(np.float32)


def _change_of_layers(layers, step: float) -> _Change:
    """Lay on squares, each with how much the levels give way to it; a pixel is `step` samples."""
    halvings = max(0, math.ceil(math.log2(step)) - 1)
    layers = [(_halved_square(square, halvings), response) for square, response in layers]
    step /= 2**halvings

    def change(strip, top):
        seen = (_seen_of_square(square, top, strip.shape[:2], step) for square, _ in layers)
        parts = (
            field[..., None] * response[strip]
            for field, (_, response) in zip(seen, layers, strict=True)
        )
        return functools.reduce(np.add, parts)

    return change


def _halved_square(square: np.ndarray, times: int) -> np.ndarray:
    """Halve a square, so that less is to be read where it is much finer than the picture."""
    for _ in range(times):
        rows = square[::2] + square[1::2]
        square = (rows[:, ::2] + rows[:, 1::2]) / 4.0
    return square


def _seen_of_square(square: np.ndarray, top: int, shape, step: float) -> np.ndarray:
    """Scale a square, repeated as often as need be, to a strip of a picture."""
    height, width = shape
    side, margin = len(square), math.ceil(2.0 * max(step, 1.0)) + 1
    first = int(top * step) - margin
    rows = np.arange(first, math.ceil((top + height) * step) + margin)
    columns = np.arange(-margin, math.ceil(width * step) + margin)
    samples = Image.fromarray(square[rows % side][:, columns % side])
    upper = top * step - first
    box = (margin, upper, margin + width * step, upper + height * step)
    return np.asarray(samples.resize((width, height), Image.Resampling.BICUBIC, box))


def texture_squares() -> dict[str, np.ndarray]:
    """The squares of which media are laid on, each float32 (SIDE, SIDE), mean 0, deviation 1."""
    heights, light = _paper_square()
    layers = {"paper_heights": heights, "paper_light": light}
    return {**layers, "grain": _grain_square(), "weave": _weave_square()}


@functools.lru_cache(maxsize=1)
def _paper_square() -> tuple[np.ndarray, np.ndarray]:
    """Heights of paper, with pits that are narrower than bumps, and the light from upper left."""
    bumps = _noise_square(1, _band(0.5 / PAPER_SAMPLES, 0.6))
    fibres = np.zeros_like(bumps)
    for number in range(7):
        streaks = _noise_square(2 + number, _streaks(np.pi * (number + 0.3) / 7.0, 9.0, 0.9))
        fibres += np.maximum(streaks - 1.0, 0.0)
    heights = _standardized_square(bumps - 0.15 * bumps**2)
    heights = _standardized_square(heights + 0.35 * _standardized_square(fibres))
    return heights, _lit_square(heights)


@functools.lru_cache(maxsize=1)
def _grain_square() -> np.ndarray:
    """Noise whose smallest clumps and largest clouds are left out."""

    def gain(fx, fy):
        frequency = np.hypot(fx, fy)
        return np.exp(-2.0 * (0.85 * np.pi * frequency) ** 2) * -np.expm1(
            -((14.0 * frequency) ** 2)
        )

    return _noise_square(9, gain)


@functools.lru_cache(maxsize=1)
def _weave_square() -> np.ndarray:
    """Light on threads, none of which is quite straight or even, and less of it in the gaps."""
    down, across = _streaks(np.pi / 2.0, 40.0, 5.0), _streaks(0.0, 40.0, 5.0)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32) / WEAVE_SAMPLES
    x, y = x + 0.1 * _noise_square(10, down), y + 0.1 * _noise_square(11, across)
    thick, thick_across = (1.0 + 0.15 * _noise_square(s, g) for s, g in ((12, down), (13, across)))
    # Warp lies over weft where column and row are both even or both odd, and under it elsewhere.
    warp = thick * np.abs(np.sin(np.pi * x)) + CRIMP * np.sin(np.pi * (y + np.floor(x)))
    weft = thick_across * np.abs(np.sin(np.pi * y)) - CRIMP * np.sin(np.pi * (x + np.floor(y)))
    heights = np.maximum(warp, weft)
    return _standardized_square(_lit_square(heights) + 0.5 * _standardized_square(heights))


def _noise_square(seed: int, gain) -> np.ndarray:
    """Noise of some spectrum that fits to itself on all sides; mean 0, standard deviation 1.

    Args:
        seed: int, of white noise.
        gain: takes frequencies across and down, in periods a sample.

    References:
        Lagae et al., A survey of procedural noise functions, 2010, for noise by filtering.
    """
    white = np.random.default_rng(seed).standard_normal((SIDE, SIDE), np.float32)
    spectrum = np.fft.rfft2(white) * gain(np.fft.rfftfreq(SIDE), np.fft.fftfreq(SIDE)[:, None])
    return _standardized_square(np.fft.irfft2(spectrum, (SIDE, SIDE)))


def _band(centre: float, octaves: float):
    """Gain of noise in a band around a frequency; its power is the same in every octave."""

    def gain(fx, fy):
        frequency = np.maximum(np.hypot(fx, fy), 1e-6)
        return np.exp(-0.5 * (np.log2(frequency / centre) / octaves) ** 2) / frequency

    return gain


def _streaks(angle: float, length: float, breadth: float):
    """Gain of noise in streaks at an angle; sigmas in samples."""

    def gain(fx, fy):
        along = np.cos(angle) * fx + np.sin(angle) * fy
        across = np.cos(angle) * fy - np.sin(angle) * fx
        return np.exp(-2.0 * np.pi**2 * ((length * along) ** 2 + (breadth * across) ** 2))

    return gain


def _lit_square(heights: np.ndarray) -> np.ndarray:
    """Light on slopes that look to the upper left, shade on those that look away."""
    slopes = [np.roll(heights, -1, axis) - np.roll(heights, 1, axis) for axis in (1, 0)]
    return _standardized_square(LIGHT_FROM[0] * slopes[0] + LIGHT_FROM[1] * slopes[1])


def _standardized_square(square: np.ndarray) -> np.ndarray:
    standard = ((square - square.mean()) / square.std()).astype(np.float32)
    # One for all callers.
    standard.setflags(write=False)
    return standard
