"""Cartoon: flat colours in soft steps of light, dark outlines that follow the forms."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._cel import from_lab, slope, soft_steps
from portrait_style.renderers._forms import chroma, ink, simplify
from portrait_style.renderers._scene import blur

DESCRIPTION = "animation cel: flat colours in soft steps, dark outlines of varying width"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=2.5, depth=0.015)
# Distance of two tones in L*, and how much more colourful paint is than the photo.
STEP = 14.0
COLOURFULNESS = 1.3


def draw(scene) -> np.ndarray:
    """Draw: paint the areas, then ink their outlines.

    References:
        Winnemöller et al., Real-time video abstraction, 2006; Kyprianidis and Döllner, 2008.
    """
    forms = simplify(scene)
    unit, tone = scene.unit, forms.lab[..., 0]
    tone = tone + 0.35 * (tone - forms.around)
    steep = unit * blur(slope(tone), 0.7 * unit)
    steps = soft_steps(tone, STEP, 3.0 + 12.0 * np.clip(steep / 2.5, 0.0, 1.0))
    steps = steps + 0.6 * scene.detail * (tone - steps)
    paint = from_lab(np.dstack([np.clip(steps, 0, 100), COLOURFULNESS * chroma(forms, scene)]))
    lines = ink(forms, scene)[..., None]
    dark = from_lab(np.dstack([0.0 * tone + 7.0, 0.2 * forms.lab[..., 1:]]))
    return paint + lines * (dark - paint)
