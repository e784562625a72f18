"""A cyanotype: a print in iron salts, Prussian blue on white paper."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._prints import bring_out, coloured

DESCRIPTION = "cyanotype: a print in Prussian blue, with crisp features on white paper"
PHOTOGRAPHIC = True
MEDIUM = Medium("paper", scale=3.0, depth=0.03)
# What the enlarged negative sees of red, green and blue, as modern panchromatic film.
SEEN = (0.34, 0.5, 0.16)
# Sigmas in units and gains of what the negative brings out.
CLARITY = ((0.8, 0.35), (5.0, 0.4))
# Red, green and blue of the print at these tones, from the deepest blue to paper: iron gives no
# black, and its middle tones are the most saturated.
DEPTHS = (0.0, 0.15, 0.35, 0.55, 0.75, 0.9, 1.0)
TONES = (
    (0.035, 0.085, 0.20),
    (0.06, 0.17, 0.36),
    (0.16, 0.34, 0.56),
    (0.385, 0.55, 0.72),
    (0.66, 0.765, 0.855),
    (0.88, 0.925, 0.945),
    (0.965, 0.97, 0.955),
)


def draw(scene) -> np.ndarray:
    """Draw: a crisp negative in contact with the paper, and the print's curve in three colours.

    References:
        Herschel, On the action of the rays of the solar spectrum on vegetable colours, and on some
        new photographic processes, 1842, https://doi.org/10.1098/rstl.1842.0013
        Ware, Cyanomicon, 2014, for the tones of the process.
    """
    tone = scene.photo @ np.asarray(SEEN, np.float32)
    tone = bring_out(scene, tone, CLARITY)
    curved = 0.45 * tone + 0.55 * tone * tone * (3.0 - 2.0 * tone)
    return coloured(curved, DEPTHS, TONES)
