"""Oil: thick dabs of rich colour along the flow, in relief, lit from the upper left."""

import cv2
import numpy as np

from portrait_style.image import LUMA
from portrait_style.medium import Medium
from portrait_style.renderers._dabs import average_along
from portrait_style.renderers._painting import Layer, bristles, paint_layers, scattered
from portrait_style.renderers._scene import blur

DESCRIPTION = "thick oil paint: brush marks along the forms, in relief, lit from one side"
PHOTOGRAPHIC = False
MEDIUM = Medium("weave", scale=3.2, depth=0.035)
LAYERS = [
    Layer(8.5, 28.0, 4.5, 6.0),
    Layer(4.4, 14.0, 2.5, 10.0, detail=0.14, face=0.03, low=0.13, high=0.18),
    Layer(1.7, 5.0, 1.0, 10.0, off=0.4, detail=0.22, low=0.13, high=0.18),
]
# What a patch that is lighter than its surroundings gains in red, green and blue.
WARM = (0.022, 0.0033, -0.0264)
LIGHT = (0.6, 0.8)


def draw(scene) -> np.ndarray:
    """Draw; the relief is of two kinds, rims of dabs and lines of bristles."""
    painting = paint_layers(scene, LAYERS, _mix)
    # Dabs have ragged sides by a pixel; this draws them smooth.
    paint = average_along(painting.paint, painting.flows[1].along, 0.35 * scene.unit, 2)
    rims = np.tanh(1.5 * _lit(scene.blurred(painting.thickness, 0.2), scene.unit))
    lines = bristles(scene, painting.flows[0].along)
    lines = np.tanh(2.2 * _lit(lines, scene.unit))
    # Texture is what tells cloth from an even wall, whose dabs have no rims.
    tone = scene.luminance
    texture = scattered(tone - scene.blurred(tone, 0.8), 4.0 * scene.unit)
    rims = rims * texture / (texture + 0.005)
    # Bristles are softer on skin, where lines would be read as wrinkles.
    relief = 0.08 * rims + 0.07 * (1.0 - 0.4 * scene.face) * lines
    shade = ((1.0 - 0.8 * scene.detail) * relief)[..., None]
    return paint * (1.0 + 1.6 * shade) + 0.4 * shade


def _mix(photo, width):
    """Rich paint: each patch a little apart from its surroundings, lights warm and darks cool."""
    near, far = blur(photo, 0.12 * width), blur(photo, 0.5 * width)
    spread = (blur(photo * photo, 0.5 * width) - far * far).sum(-1, keepdims=True)
    # Nothing is added beside outlines, where it would be a halo.
    apart = (near - far) * (0.0025 / (0.0025 + np.maximum(spread, 0.0))) ** 2
    tone, grey = _luminance(apart), _luminance(near)
    paint = grey + 1.25 * (near - grey) + 0.8 * tone + 0.6 * (apart - tone)
    paint = paint + np.tanh(tone / 0.02) * np.asarray(WARM, np.float32)
    return np.clip(paint, 0.0, 1.0).astype(np.float32)


def _luminance(image):
    return (image @ np.asarray(LUMA, np.float32))[..., None]


def _lit(height, unit):
    """How much a relief turns to the light, per unit of length."""
    dx, dy = (cv2.Scharr(height, cv2.CV_32F, *d) / 32.0 for d in ((1, 0), (0, 1)))
    return (LIGHT[0] * dx + LIGHT[1] * dy) * unit
