"""Soft chalk pastels on toned paper: broad grainy strokes along the forms, violet in shadows."""

import numpy as np

from portrait_style.image import LUMA
from portrait_style.medium import Medium
from portrait_style.renderers._photo_strokes import hand_flow, moved_along, photo_strokes

DESCRIPTION = "soft chalk pastels on toned paper, broad strokes with violet shadows"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=4.0, depth=0.035, dry=True)
# The slant of the hand in radians, and the slope (tone a pixel) of edges that turn it.
HAND, BIAS = np.radians(-48.0), 0.03
# Sigmas in units: of the breadth of strokes, of the streaks of grains within, of their length.
BREADTH, STREAK, LENGTH = 0.8, 0.3, 3.6
# How far strokes overshoot the edges of what they fill, in units.
OVERSHOOT = 2.2
# Tone beside strong edges, where broad strokes end.
EDGE = 0.05
SATURATION = 1.28
CREAM, VIOLET = (1.0, 0.9, 0.72), (0.34, 0.27, 0.46)


def draw(scene) -> np.ndarray:
    """Draw: chalk in the photo's hues, cream on top of strokes, violet in the gaps of shadows."""
    unit, tone = scene.unit, scene.luminance
    near = np.maximum(scene.blurred(scene.face, 3.0), scene.detail)
    flow = hand_flow(tone, 2.5 * unit, HAND, BIAS * (1.0 + near))
    widths = max(BREADTH * unit, 1.0), max(STREAK * unit, 0.7)
    broad, streaks = photo_strokes(tone, flow, widths, LENGTH * unit, 0.007)
    beside = scene.blurred(tone, 0.8) - scene.blurred(tone, 3.5)
    broad = broad / (1.0 + np.square(beside / EDGE))
    bold = (1.0 - 0.7 * scene.detail) * (1.0 - 0.25 * near)
    strokes = bold * (0.6 * broad + 0.65 * streaks)
    rough = moved_along(
        scene.blurred(scene.photo, 0.7), flow, OVERSHOOT * unit * (1.0 - 0.5 * near) * strokes
    )
    exact = scene.blurred(scene.photo, 0.15)
    mix = np.maximum(scene.detail, 0.2 * near)[..., None]
    return _chalked(_vivid(rough + mix * (exact - rough)), strokes[..., None])


def _vivid(photo: np.ndarray) -> np.ndarray:
    """The photo in the colours of a box of pastels: more saturated, a little more contrast."""
    tone = (photo @ np.asarray(LUMA, np.float32))[..., None]
    curved = tone + 0.35 * (tone * tone * (3.0 - 2.0 * tone) - tone)
    lively = 0.02 + 0.95 * curved + SATURATION * (photo - tone)
    return np.clip(lively, 0.02, 0.98)


def _chalked(chalk: np.ndarray, strokes: np.ndarray) -> np.ndarray:
    """Cream where strokes lie thick, violet paper where they leave gaps."""
    tone = (chalk @ np.asarray(LUMA, np.float32))[..., None]
    cream = np.maximum(strokes, 0.0) * np.minimum(0.06 + 0.3 * tone, 0.22)
    chalk = chalk + cream * np.asarray(CREAM, np.float32)
    # The gaps are as dark as the chalk around them, but violet; darker than it in lights.
    violet = np.asarray(VIOLET, np.float32) * (0.15 + 1.9 * tone)
    return chalk + 0.6 * np.maximum(-strokes, 0.0) * (violet - chalk)
