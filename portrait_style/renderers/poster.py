"""Poster: five flat inks from dark to light, with smooth borders, as a silk-screen print."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._cel import slope
from portrait_style.renderers._forms import ink, simplify
from portrait_style.renderers._scene import blur

DESCRIPTION = "silk-screen poster in five inks: navy, wine, vermilion, sand and cream"
PHOTOGRAPHIC = False
MEDIUM = Medium("halftone", scale=8.0, depth=0.05)
INKS = (
    np.float32([[17, 34, 64], [128, 44, 58], [206, 56, 41], [238, 180, 104], [252, 240, 214]])
    / 255.0
)
# Tones between the inks, of 0..100 after the tone was set against its surroundings.
BORDERS = (22.0, 36.0, 54.0, 74.0)
# How much softer borders are in the face, and at eyes and mouth, for the sake of likeness.
FACE_SOFTNESS, DETAIL_SOFTNESS = 2.5, 8.0
# What a difference of one local contrast is worth.
GAIN = 13.0


def draw(scene) -> np.ndarray:
    """Draw: ink over ink, each where the tone is above its border, and outlines in the first."""
    forms = simplify(scene, 1.6, 12.0)
    tone = key(scene, forms)
    steep = blur(slope(tone), 0.7 * scene.unit)
    width = np.clip(0.8 * steep, 0.15, 6.0)
    width = width + FACE_SOFTNESS * scene.face + DETAIL_SOFTNESS * scene.detail
    drawn = np.broadcast_to(INKS[0], scene.photo.shape)
    for border, colour in zip(BORDERS, INKS[1:], strict=True):
        share = 0.5 + 0.5 * np.tanh((tone - border) / width)
        drawn = drawn + share[..., None] * (colour - drawn)
    return drawn + ink(forms, scene, 0.85, 0.115)[..., None] * (INKS[0] - drawn)


def key(scene, forms):
    """Tone that decides the ink: that of the surroundings, and the difference from them."""
    over = forms.lab[..., 0] - forms.around
    contrast = np.sqrt(blur(over * over, 10.0 * scene.unit))
    # Dark skin is lifted to where two inks meet; black hair and cloth, without colour, stay below.
    warm = blur(np.clip((forms.lab[..., 1] + forms.lab[..., 2]) / 18.0, 0, 1), 2.0 * scene.unit)
    lift = 8.0 * warm * np.exp(-(((forms.around - 26.0) / 12.0) ** 2))
    return 4.5 + 0.86 * forms.around + lift + GAIN * over / (contrast + 5.0)
