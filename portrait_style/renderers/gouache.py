"""Gouache: flat opaque shapes in a few tones, chalky lights, cool shadows, dry brush at rims."""

import cv2
import numpy as np

from portrait_style.image import LUMA
from portrait_style.medium import Medium
from portrait_style.renderers._painting import Layer, bristles, paint_layers, scattered, smoothstep
from portrait_style.renderers._scene import blur

DESCRIPTION = "matte gouache: flat shapes in a few tones, chalky lights, cool shadows"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=3.0, depth=0.02)
LAYERS = [
    Layer(10.0, 16.0, 4.0, 25.0),
    Layer(4.5, 9.0, 2.5, 25.0, detail=0.10, face=0.02, low=0.11, high=0.15),
    Layer(1.5, 3.5, 1.0, 25.0, off=0.5, detail=0.22, low=0.12, high=0.17),
]
# Tones between black and white; closer together in the dark by the exponent.
TONES, EXPONENT = 7, 0.75
# Added to red, green and blue of lights, and of shadows.
CHALK, COOL = (0.045, 0.035, 0.015), (-0.012, -0.002, 0.028)


def draw(scene) -> np.ndarray:
    """Draw; the eyes keep their fine dabs, the rest becomes shapes."""
    painting = paint_layers(scene, LAYERS, lambda photo, width: blur(photo, 0.15 * width))
    keep = smoothstep(scene.detail, 0.2, 0.7)[..., None]
    paint = keep * painting.paint + (1.0 - keep) * _shapes(painting.paint, scene.unit)
    tone = paint @ np.asarray(LUMA, np.float32)
    dry = 0.09 * (1.0 - scene.detail) * bristles(scene, painting.flows[1].along)
    clear = _modelled(scene, tone) * (1.0 - 0.7 * scene.detail)
    flat = tone + clear * (_steps(tone + dry) - tone) + 0.4 * dry
    return _palette(flat[..., None], tone[..., None], paint, scene.face[..., None])


def _modelled(scene, tone):
    """Where tone changes quickly enough, 0..1, to be cut into steps: not on walls (adaptive
    sharpness), nor beside them along an outline, where the steps would be a halo."""
    change = _steepness(scene.blurred(tone, 1.0)) * scene.unit
    quick = smoothstep(scattered(change, 1.5 * scene.unit), 0.003, 0.008)
    size = 2 * max(1, round(1.8 * scene.unit)) + 1
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return scene.blurred(cv2.erode(quick, reach), 1.0)


def _shapes(paint, unit):
    """Dabs made into clean shapes: round outlines by a median, hard ones by clipped sharpening."""
    size = 2 * max(1, round(1.4 * unit)) + 1
    levels = np.round(255.0 * np.clip(paint, 0.0, 1.0)).astype(np.uint8)
    shapes = cv2.medianBlur(levels, size).astype(np.float32) / np.float32(255.0)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    near = blur(shapes, 0.3 * unit)
    sharp = near + 3.0 * (near - blur(shapes, 0.9 * unit))
    # Within what is there, sharpening cannot leave a rim.
    return np.clip(sharp, cv2.erode(shapes, reach), cv2.dilate(shapes, reach))


def _steps(tone):
    """A smooth staircase (Winnemöller et al., Real-time video abstraction, 2006)."""
    height = TONES * np.clip(tone, 0.0, 1.0) ** EXPONENT
    step = np.round(height)
    stairs = step + 0.5 * np.tanh(8.0 * (height - step)) / np.tanh(4.0)
    return (stairs / TONES) ** (1.0 / EXPONENT)


def _palette(flat, tone, paint, face):
    """Colour the tones: opaque white is in every mixture, so that nothing is quite black."""
    light, dark = smoothstep(flat, 0.5, 1.0), 1.0 - smoothstep(flat, 0.05, 0.5)
    # Chroma goes with tone: skin that becomes lighter by a step would be grey otherwise.
    chroma = np.clip((flat + 0.03) / (tone + 0.03), 0.7, 1.4) * (1.2 - 0.45 * light)
    coloured = 0.03 + 0.94 * flat + chroma * (paint - tone)
    cool = dark * (1.0 - 0.8 * face) * np.asarray(COOL, np.float32)
    return (coloured + light * np.asarray(CHALK, np.float32) + cool).astype(np.float32)


def _steepness(tone):
    dx, dy = (cv2.Scharr(tone, cv2.CV_32F, *d) / 32.0 for d in ((1, 0), (0, 1)))
    return np.sqrt(dx * dx + dy * dy)
