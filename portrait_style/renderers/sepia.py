"""An albumen print of the 1870s."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._prints import coloured

DESCRIPTION = "albumen print of the 1870s: warm browns, soft glowing skin"
PHOTOGRAPHIC = True
MEDIUM = Medium("paper", scale=3.0, depth=0.02)
# Wet collodion sees blue and green, hardly red; eased towards red, as it would darken all skin.
SEEN = (0.22, 0.45, 0.33)
# Red, green and blue of the print at these densities, from deep purple-brown to yellowed white.
DEPTHS = (0.0, 0.12, 0.3, 0.5, 0.7, 0.88, 1.0)
TONES = (
    (0.10, 0.055, 0.045),
    (0.20, 0.122, 0.10),
    (0.385, 0.265, 0.205),
    (0.605, 0.465, 0.365),
    (0.795, 0.67, 0.545),
    (0.925, 0.845, 0.70),
    (0.97, 0.925, 0.81),
)


def draw(scene) -> np.ndarray:
    """Draw: softness of an old lens, its glow, and the print's curve in three colours."""
    tone = scene.photo @ np.asarray(SEEN, np.float32)
    exposed = scene.blurred(scene.luminance, 4.0) - scene.blurred(tone, 4.0)
    tone = tone + 0.8 * exposed
    sharp = 0.45 * tone + 0.55 * scene.blurred(tone, 0.55)
    sharp = sharp + 0.3 * (sharp - scene.blurred(sharp, 4.0))
    # Petzval's lens: a sharp picture and a soft one over it, which lightens more than it darkens.
    soft = scene.blurred(tone, 3.0)
    glowing = 1.0 - (1.0 - sharp) * (1.0 - 0.28 * np.square(soft))
    depth = np.clip(0.97 * glowing - 0.015, 0.0, 1.0)
    curved = 0.5 * depth + 0.5 * depth * depth * (3.0 - 2.0 * depth)
    return coloured(curved, DEPTHS, TONES)
