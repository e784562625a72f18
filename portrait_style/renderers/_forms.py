"""Forms of a portrait as an illustrator sees them: flat colours, directions, relief of tone."""

from dataclasses import dataclass

import numpy as np

from portrait_style.renderers._cel import flatten, glide, inked_tone, surroundings, tighten, to_lab
from portrait_style.renderers._flow import Flow, edge_flow
from portrait_style.renderers._scene import Scene, blur


@dataclass(frozen=True)
class Forms:
    """What is left of a photo when it is simplified.

    Attributes:
        lab: float32 (height, width, 3), flat colours, finer at eyes and mouth.
        around: float32 (height, width), L* of the surroundings on the same side of borders.
        relief: float32 (height, width), tone against its surroundings in units of local contrast.
        broad: `Flow` of large forms.
        fine: `Flow` of eyes and mouth.
    """

    lab: np.ndarray
    around: np.ndarray
    relief: np.ndarray
    broad: Flow
    fine: Flow


def simplify(scene: Scene, sigma: float = 2.0, difference: float = 14.0) -> Forms:
    """Simplify a photo.

    Args:
        scene: `Scene`.
        sigma: float, units, size of what disappears. Defaults to 2.
        difference: float, L*a*b* distance of what disappears. Defaults to 14.
    """
    unit, detail = scene.unit, scene.detail[..., None]
    lab = to_lab(scene.photo)
    broad, fine = edge_flow(lab, 1.8 * unit), edge_flow(lab, 0.8 * unit)
    calm = flatten(blur(lab, 0.25 * unit), sigma * unit, difference)
    coarse = glide(calm, broad, 1.8 * unit)
    coarse = tighten(coarse, coarse[..., 0], 0.8 * unit)
    small = glide(flatten(lab, 0.7 * unit, 8.0, times=1), fine, 0.5 * unit)
    small = tighten(small, small[..., 0], 0.4 * unit)
    flat = coarse + detail * (small - coarse)
    around = surroundings(flat[..., 0], 14.0 * unit, 14.0)
    return Forms(flat, around, relief(lab[..., 0], unit), broad, fine)


def relief(tone: np.ndarray, unit: float) -> np.ndarray:
    """Tone against its surroundings, so that lines in shadow and in light are equally clear."""
    away = tone - blur(tone, 6.0 * unit)
    # Six levels of L* keep an even wall even.
    return away / (np.sqrt(blur(away**2, 8.0 * unit)) + 6.0)


def ink(forms: Forms, scene: Scene, width: float = 0.75, threshold: float = 0.06) -> np.ndarray:
    """Outlines on the dark side of edges, 0..1: broad ones, and fine ones at eyes and mouth.

    Args:
        forms: `Forms`.
        scene: `Scene`.
        width: float, units, half the width of broad lines.
        threshold: float, the difference of relief that is half ink.
    """
    unit = scene.unit
    broad = _lines(forms.relief, forms.broad, width * unit, 2.5 * unit, threshold)
    # Where lines crowd without a common direction there is texture, which is not drawn.
    crowd = blur(broad, 4.0 * unit) * (1.0 - blur(forms.broad.anisotropy, 3.0 * unit))
    broad = np.clip(broad * (1.3 - 6.0 * crowd), 0.0, 1.0)
    # Short dashes are specks; long lines stay, and taper where they end.
    broad *= np.clip(4.0 * glide(broad, forms.broad, 5.0 * unit) - 1.0, 0.0, 1.0)
    fine = _lines(forms.relief, forms.fine, 0.5 * width * unit, 1.2 * unit, 0.8 * threshold)
    return broad + scene.detail * (fine - broad)


def chroma(forms: Forms, scene: Scene) -> np.ndarray:
    """Chroma of the flat colours, with that of skin on the shine of skin, which photos whiten."""
    ab = forms.lab[..., 1:]
    shine = scene.face * np.clip((forms.lab[..., 0] - forms.around) / 20.0, 0.0, 1.0)
    shine = (0.7 * shine * (1.0 - scene.detail))[..., None]
    return ab + shine * (blur(ab, 7.0 * scene.unit) - ab)


def _lines(tone, flow, sigma, length, limit):
    difference = glide(inked_tone(blur(tone, 0.5 * sigma), flow, sigma), flow, length)
    # Edges without direction count for less.
    limit = limit * (1.7 - 0.7 * flow.anisotropy)
    return np.clip(0.5 + (-difference - limit) / (0.8 * limit), 0.0, 1.0)
