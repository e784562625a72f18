"""Black-and-white film: an orange filter before the lens, and the tone curve of a print."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._prints import bring_out

DESCRIPTION = "black-and-white film behind an orange filter, printed with rich blacks"
PHOTOGRAPHIC = True
MEDIUM = Medium("grain", scale=1.2, depth=0.045)
# What the film sees of red, green and blue behind the filter: skin lighter, blue sky darker.
SEEN = (0.5, 0.4, 0.1)
# Sigmas in units and gains of what the printer brings out: pores and lashes, then features.
CLARITY = ((0.9, 0.3), (5.0, 0.35))
# The light that prints as half grey, and the curve's steepness there, a stop.
MIDDLE, STEEPNESS = 0.245, 0.85


def draw(scene) -> np.ndarray:
    """Draw: brought-out detail, a glow of the lights as of an uncoated lens, the print's curve."""
    tone = scene.photo @ np.asarray(SEEN, np.float32)
    tone = bring_out(scene, tone, CLARITY)
    glow = scene.blurred(np.maximum(tone - 0.7, 0.0), 7.0)
    tone = 1.0 - (1.0 - tone) * (1.0 - 0.5 * glow)
    return np.repeat(_print_curve(tone)[..., None], 3, axis=-1)


def _print_curve(tone: np.ndarray) -> np.ndarray:
    """Soft toe, steep middle, soft shoulder: a logistic curve over stops, paper white to black.

    References:
        Reinhard et al., Photographic tone reproduction, 2002, for the choice of logarithms; the
        toe and shoulder are Hurter and Driffield's, 1890.
    """
    linear = np.power(tone, 2.2) + 0.002
    stops = np.log2(linear / MIDDLE)
    curve = 1.0 / (1.0 + np.exp(-STEEPNESS * stops))
    low, high = (1.0 / (1.0 + np.exp(-STEEPNESS * np.log2(end / MIDDLE))) for end in (0.002, 1.002))
    reflected = np.clip((curve - low) / (high - low), 0.0, 1.0)
    return (0.02 + 0.97 * reflected).astype(np.float32)
