"""Strokes of a dry medium, made of the photo's own fine detail drawn out along the flow."""

import cv2
import numpy as np

from portrait_style.renderers._flow import Flow
from portrait_style.renderers._scene import blur

# The contrast of detail, in tone, from which it is an edge rather than material for strokes.
EDGE = 0.03


def hand_flow(image: np.ndarray, sigma: float, hand: float, bias) -> Flow:
    """Directions of edges, and the direction of a drawing hand where the photo has none.

    Args:
        image: float32 (height, width) in 0..1.
        sigma: float, pixels by which the structure tensor is smoothed.
        hand: float, radians: the direction of the hand's own strokes.
        bias: float or float32 (height, width), the slope (tone a pixel) of the edges that
            outweigh the hand.

    References:
        Brox et al., Adaptive structure tensors, 2006.
    """
    dx = cv2.Scharr(image, cv2.CV_32F, 1, 0) / 32.0
    dy = cv2.Scharr(image, cv2.CV_32F, 0, 1) / 32.0
    twice_real, twice_imaginary = blur(dx * dx - dy * dy, sigma), blur(2.0 * dx * dy, sigma)
    power = blur(dx * dx + dy * dy, sigma) + 1e-9
    # The hand as an edge of its own: its gradient stands across its strokes.
    real = twice_real - bias**2 * np.cos(2.0 * hand)
    imaginary = twice_imaginary - bias**2 * np.sin(2.0 * hand)
    angle = 0.5 * np.arctan2(imaginary, real) + np.pi / 2.0
    along = np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)
    sure = np.sqrt(twice_real**2 + twice_imaginary**2) / power
    return Flow(along, sure.astype(np.float32))


def photo_strokes(tone, flow: Flow, widths, length: float, floor: float) -> list[np.ndarray]:
    """Strokes along the flow, -1..1, where the photo has detail; none on even ground.

    Args:
        tone: float32 (height, width) in 0..1.
        flow: `Flow`.
        widths: floats, pixels: sigma of the finest detail, for strokes of several widths.
        length: float, pixels: sigma along the strokes.
        floor: float, the contrast of detail below which ground counts as even.
    """
    details = []
    for width in widths:
        detail = blur(tone, 0.5 * width) - blur(tone, 1.2 * width)
        # Compressed first, so that an edge does not outweigh the skin beside it, and left out
        # around strong ones: an edge drawn out along itself would be a halo.
        even = detail / np.sqrt(detail * detail + floor**2)
        details.append(even / (1.0 + blur(detail * detail, 2.5 * width) / EDGE**2))
    strokes = drawn_out(np.stack(details, -1), flow, length)
    return [_evened(strokes[..., i], width) for i, width in enumerate(widths)]


def _evened(strokes: np.ndarray, width: float) -> np.ndarray:
    """Strokes of the same pressure everywhere, except where there are hardly any."""
    strokes = strokes - blur(strokes, 2.5 * width)
    contrast = np.sqrt(blur(strokes * strokes, 5.0 * width) + 0.09**2)
    return np.tanh(1.1 * strokes / contrast).astype(np.float32)


def drawn_out(planes: np.ndarray, flow: Flow, sigma: float) -> np.ndarray:
    """Average along the flow, in steps of a pixel or more.

    Args:
        planes: float32 (height, width, channels), two channels at most.
        flow: `Flow`.
        sigma: float, pixels: a stroke is about four of them long.

    References:
        Cabral and Leedom, Line integral convolution, 1993.
    """
    height, width = planes.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    # Steps by powers of two: a face measured a little larger keeps its strokes where they were.
    step = 2.0 ** np.floor(np.log2(max(1.0, 0.12 * sigma)))
    # Fetched together, as place and direction are the same for all.
    both = np.concatenate([np.float32(step) * flow.along, planes], -1)
    total, weights = planes.copy(), 1.0
    count = max(1, int(np.ceil(2.3 * sigma / step)))
    for sign in (1.0, -1.0):
        way = np.float32(sign) * both[..., :2]
        place_x, place_y = x, y
        for i in range(1, count + 1):
            place_x, place_y = place_x + way[..., 0], place_y + way[..., 1]
            found = _at(both, place_x, place_y)
            weight = float(np.exp(-0.5 * (i * step / sigma) ** 2))
            total += np.float32(weight) * found[..., 2:]
            weights += weight
            turn = found[..., 0] * way[..., 0] + found[..., 1] * way[..., 1]
            way = found[..., :2] * np.copysign(np.float32(1.0), turn)[..., None]
    return total / np.float32(weights)


def moved_along(image: np.ndarray, flow: Flow, distance: np.ndarray) -> np.ndarray:
    """Fetch an image from places that lie `distance` pixels (height, width) along the flow."""
    height, width = image.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return _at(image, x + distance * flow.along[..., 0], y + distance * flow.along[..., 1])


def _at(image, x, y):
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
