"""Paintings in opaque paint: coarse dabs everywhere, finer ones where these fall short."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from portrait_style.renderers._dabs import average_along, lay_dabs
from portrait_style.renderers._flow import Flow, edge_flow
from portrait_style.renderers._scene import Scene, blur


@dataclass(frozen=True)
class Layer:
    """How a layer of dabs is laid; lengths in units.

    Attributes:
        width: float, of dabs.
        length: float, of dabs.
        turning: float, the smoothing of the flow that dabs follow: small turns quickly.
        fidelity: float, how much dabs keep to their colour (`lay_dabs`).
        off, detail, face: float, how much the layer is wanted where the one below is off the
            photo's colour, at eyes and mouth, and in the face.
        low, high: float, it is not wanted at all below `low`, and covers above `high`.
    """

    width: float
    length: float
    turning: float
    fidelity: float
    off: float = 1.0
    detail: float = 0.0
    face: float = 0.0
    low: float = 0.1
    high: float = 0.15


@dataclass(frozen=True)
class Painting:
    """What is on the canvas.

    Attributes:
        paint: float32 (height, width, 3).
        thickness: float32 (height, width), any unit: domes that overlap, as `Dabs.strength`.
        flows: list of `Flow`, which each layer followed, coarsest first.
    """

    paint: np.ndarray
    thickness: np.ndarray
    flows: list[Flow]


def paint_layers(scene: Scene, layers: list[Layer], mix: Callable) -> Painting:
    """Paint from coarse to fine.

    Whether a dab is there is read at its middle, so that dabs are there as a whole or not at all.

    Args:
        scene: `Scene`.
        layers: list of `Layer`, coarsest first; the first covers everything.
        mix: from the photo and the width of dabs in pixels to the paint that they are of.

    References:
        Hertzmann, Painterly rendering with curved brush strokes of multiple sizes, 1998.
    """
    painting = None
    for layer in layers:
        width = layer.width * scene.unit
        seen = blur(scene.photo, 0.15 * width)
        flow = edge_flow(seen, layer.turning * scene.unit)
        wanted = scene.luminance if painting is None else _wanted(scene, layer, painting, seen)
        dabs = lay_dabs(
            mix(scene.photo, width), wanted, flow, width, layer.length * scene.unit, layer.fidelity
        )
        if painting is None:
            painting = Painting(dabs.paint, dabs.strength, [flow])
            continue
        cover = dabs.carried
        paint = painting.paint + cover[..., None] * (dabs.paint - painting.paint)
        # A finer dab lies on top of what is below.
        thickness = painting.thickness + cover * (dabs.strength + 0.3 - painting.thickness)
        painting = Painting(paint, thickness, [*painting.flows, flow])
    return painting


def bristles(scene: Scene, directions: np.ndarray) -> np.ndarray:
    """Lines that the bristles leave: the photo's own texture, drawn out along the flow.

    Texture is brought to about the same strength everywhere but where there is none, which stays
    calm. Outlines are left out: drawn out along themselves they would be a rim.

    Returns:
        float32 (height, width), about -0.5..0.5.

    References:
        Cabral and Leedom, Line integral convolution, 1993, with the photo in the place of noise.
    """
    tone = scene.luminance
    texture = scene.blurred(tone, 0.25) - scene.blurred(tone, 0.8)
    power = texture * texture
    usual = np.sqrt(scene.blurred(power, 4.0))
    even = texture / (1.3 * usual + 0.004)
    even *= 1.4 * np.exp(-0.5 * even * even - scene.blurred(power, 0.7) / 0.04**2)
    lines = average_along(even.astype(np.float32), directions, 0.6 * scene.unit, 8)
    busy = scattered(texture, 4.0 * scene.unit)
    return lines * (busy / (busy + 0.004))


def scattered(values: np.ndarray, sigma: float) -> np.ndarray:
    """How large values usually are nearby; an outline hardly counts (mean of square roots)."""
    return blur(np.sqrt(np.abs(values)), sigma) ** 2


def smoothstep(values, low: float, high: float) -> np.ndarray:
    """0 below `low`, 1 above `high`, 3t² - 2t³ between."""
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return (t * t * (3.0 - 2.0 * t)).astype(np.float32)


def _wanted(scene, layer, painting, seen):
    """How much the layer is wanted, 0..1."""
    off = np.sqrt(((seen - painting.paint) ** 2).sum(-1))
    off = blur(off, 0.33 * layer.width * scene.unit)
    wanted = layer.off * off + layer.detail * scene.detail + layer.face * scene.face
    return smoothstep(wanted, layer.low, layer.high)
