"""Coloured pencils on white paper: slanting hatches, hair and folds along their own lines."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._flow import difference_across, edge_flow
from portrait_style.renderers._photo_strokes import hand_flow, moved_along, photo_strokes

DESCRIPTION = "coloured pencils on white paper, hatched along the forms"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=3.5, depth=0.04, dry=True)
# The slant of a right hand, in radians from the x-axis (y points down).
HAND = np.radians(-58.0)
# Slope (tone a pixel) of edges that turn the hand, and how much more it takes within the face.
BIAS, BIAS_FACE = 0.03, 0.04
# Widths of strokes outside and within the face, and their length: sigmas in units.
WIDTH, WIDTH_FACE, LENGTH = 0.5, 0.33, 3.2
# How far strokes overshoot the edges of what they fill, in units.
OVERSHOOT = 1.6
# Optical density of what stays white paper, and of as many layers as the paper holds.
PAPER, FULL = 0.08, 2.5
SATURATION = 1.2
# Strokes are a little warmer than the gaps between them: share of red, green and blue.
WARMTH = (0.94, 1.0, 1.06)
# What contour lines take from red, green and blue: a dark umber pencil.
UMBER = (0.68, 0.82, 0.86)


def draw(scene) -> np.ndarray:
    """Draw: pigment by the photo's density, its pressure by strokes, contours on top."""
    near = np.maximum(scene.blurred(scene.face, 3.0), scene.detail)
    flow = hand_flow(scene.luminance, 2.5 * scene.unit, HAND, BIAS + BIAS_FACE * near)
    widths = max(WIDTH * scene.unit, 0.9), max(WIDTH_FACE * scene.unit, 0.75)
    coarse, fine = photo_strokes(scene.luminance, flow, widths, LENGTH * scene.unit, 0.007)
    strokes = coarse + near * (fine - coarse)
    boldness = (1.0 - 0.6 * scene.detail) * (1.0 - 0.25 * near)
    overshoot = OVERSHOOT * scene.unit * (1.0 - 0.5 * near) * boldness * strokes
    rough = moved_along(scene.blurred(scene.photo, 0.4), flow, overshoot)
    exact = scene.blurred(scene.photo, 0.15)
    load = _pigment(rough + scene.detail[..., None] * (exact - rough))
    pressure = 1.0 / (1.0 + 0.6 * load.mean(-1, keepdims=True)) * np.asarray(WARMTH, np.float32)
    hatch = 1.0 + (boldness * strokes)[..., None] * pressure
    drawn = np.exp(-load * np.maximum(hatch, 0.02))
    line = _contours(scene) * np.clip(1.0 + 0.3 * strokes, 0.0, 1.0)
    return drawn * (1.0 - line[..., None] * np.asarray(UMBER, np.float32))


def _pigment(photo: np.ndarray) -> np.ndarray:
    """Density of pigment: as the photo's by the law of Beer and Lambert, lights left white."""
    load = -np.log(np.clip(photo, 0.03, 1.0))
    grey = load.mean(-1, keepdims=True)
    kept = 1.3 * np.clip((grey - PAPER) / (grey + 0.14), 0.0, 1.0)
    load = kept * np.maximum(grey + SATURATION * (load - grey), 0.0)
    grey = kept * grey
    return load * FULL * np.tanh(grey / FULL) / (grey + 1e-4)


def _contours(scene) -> np.ndarray:
    """Contour lines, 0..1: dark sides of edges, drawn after."""
    flow = edge_flow(scene.luminance, 0.8 * scene.unit)
    sigma = max(0.6, 0.42 * scene.unit)
    edge = difference_across(scene.blurred(scene.luminance, 0.15), flow, sigma, tau=0.99)
    return np.tanh(np.maximum(-26.0 * (edge - 0.004), 0.0))
