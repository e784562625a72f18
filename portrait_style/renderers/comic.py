"""Comic: solid blacks in the shadows, few flat colours in the lights, white highlights."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._cel import from_lab, glide, inked_tone, slope, soft_steps
from portrait_style.renderers._forms import chroma, ink, simplify
from portrait_style.renderers._scene import blur

DESCRIPTION = "graphic novel: solid blacks, few saturated colours, white highlights"
PHOTOGRAPHIC = False
MEDIUM = Medium("halftone", scale=8.0, depth=0.08)
# Distance of two tones in L*, where the first border lies, how colourful paint is.
STEP, FIRST, COLOURFULNESS = 24.0, 20.0, 1.5
# Colours are lighter than the photo by this, as blacks take light away.
LIGHTER = 5.0
# Difference from the surroundings, in L*, from which a light is white.
HIGHLIGHT = 10.0
INK = np.float32([0.03, 0.03, 0.05])


def draw(scene) -> np.ndarray:
    """Draw: few colours, white highlights, and black over them.

    References:
        Winnemöller et al., XDoG, 2012.
    """
    forms = simplify(scene, 1.5, 11.0)
    tone = forms.lab[..., 0]
    over = tone - forms.around
    paint = colours(scene, forms, forms.around + (0.7 + 0.3 * scene.detail) * over)
    light = np.clip((over - HIGHLIGHT) / 3.0, 0, 1) * np.clip((tone - 45.0) / 8.0, 0, 1)
    paint = paint + (0.85 * light[..., None]) * (1.0 - paint)
    return paint + blacks(scene, forms)[..., None] * (INK - paint)


def colours(scene, forms, tone):
    """Few flat colours."""
    # Borders as soft as a pixel or two, however steep the tone is there.
    width = np.clip(blur(slope(tone), 0.7 * scene.unit), 0.5, 6.0)
    steps = soft_steps(tone + STEP - FIRST, STEP, STEP / width) - STEP + FIRST
    # Eyes and mouth keep their tones.
    steps = steps + (0.2 + 0.6 * scene.detail) * (tone - steps)
    steps = np.clip(LIGHTER + steps, 0.0, 100.0)
    return from_lab(np.dstack([steps, COLOURFULNESS * chroma(forms, scene)]))


def blacks(scene, forms):
    """Shadows and lines in ink, 0..1."""
    unit, tone = scene.unit, forms.lab[..., 0]
    # Shadows are black against their surroundings, so that a dark face is not lost in ink.
    level = 5.0 + 0.48 * forms.around
    level = level + (1.0 - scene.face) * np.maximum(22.0 - level, 0.0)
    edge = glide(inked_tone(forms.relief, forms.broad, 0.8 * unit), forms.broad, 2.5 * unit)
    # No steeper than a border of a pixel and a half.
    width = np.clip(1.5 * blur(slope(tone), 0.5 * unit), 4.0, 20.0) + 10.0 * scene.detail
    mass = np.clip(0.5 + (level - tone - 60.0 * edge) / width, 0.0, 1.0)
    return np.maximum(mass, ink(forms, scene, 0.85, 0.075))
