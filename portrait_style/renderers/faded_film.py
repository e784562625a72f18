"""A colour print of the 1970s that has lain in an album: its cyan dye has faded first."""

import numpy as np

from portrait_style.image import LUMA
from portrait_style.medium import Medium

DESCRIPTION = "faded colour print of the 1970s, warm lights and cyan-green shadows"
PHOTOGRAPHIC = True
MEDIUM = Medium("grain", scale=1.2, depth=0.035)
# Red, green and blue of the print's black and of its paper, and the bend of each curve between.
BLACK = (0.115, 0.098, 0.085)
PAPER = (1.00, 0.955, 0.85)
GAMMA = (1.00, 1.06, 1.14)
# What is added to red, green and blue in shadows and in lights.
SHADOWS = (-0.085, 0.022, 0.028)
LIGHTS = (0.035, 0.010, -0.045)
SATURATION = 0.8
# What dark skin gets back of its colour, which the lifted black would thin out.
KEPT = 0.45
# Halation is red-orange: light that the film's base throws back reaches the red layer first.
HALATION = (1.0, 0.45, 0.18)


def draw(scene) -> np.ndarray:
    """Draw: less colour, a lifted and bent curve for each dye, toned shadows and lights."""
    photo = _glowing(scene)
    tone = (photo @ np.asarray(LUMA, np.float32))[..., None]
    # Skin of all tones is orange: red stands above blue. Cyan shadows would make it grey.
    warm = (photo[..., :1] - photo[..., 2:]) / (photo.max(-1, keepdims=True) + 0.05)
    warm = np.clip(3.0 * warm, 0.0, 1.0)
    photo = tone + (SATURATION + KEPT * warm * (1.0 - tone)) * (photo - tone)
    low, high = np.asarray(BLACK, np.float32), np.asarray(PAPER, np.float32)
    faded = low + (high - low) * np.power(np.clip(photo, 0.0, 1.0), np.asarray(GAMMA, np.float32))
    # Shadows turn cyan; black itself stays warm, and so do faces.
    elsewhere = (1.0 - warm) * (1.0 - 0.8 * scene.blurred(scene.face, 5.0)[..., None])
    shade = np.square(1.0 - tone) * tone / (tone + 0.1) * elsewhere
    light = tone * tone * (3.0 - 2.0 * tone)
    return faded + shade * np.asarray(SHADOWS, np.float32) + light * np.asarray(LIGHTS, np.float32)


def _glowing(scene) -> np.ndarray:
    """The photo, slightly soft, with halation around its lights."""
    photo = 0.65 * scene.photo + 0.35 * scene.blurred(scene.photo, 0.6)
    lights = np.maximum(scene.luminance - 0.72, 0.0) / 0.28
    halo = scene.blurred(lights, 2.5) + 0.6 * scene.blurred(lights, 8.0)
    gain = 0.10 * halo[..., None] * np.asarray(HALATION, np.float32)
    return 1.0 - (1.0 - photo) * (1.0 - gain)
