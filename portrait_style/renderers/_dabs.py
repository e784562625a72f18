"""Dabs of paint along the flow: each place takes the colour of the strongest dab that covers it."""

from dataclasses import dataclass

import cv2
import numpy as np

from portrait_style.renderers._flow import Flow
from portrait_style.renderers._scene import blur

# Spacing of the places looked at, in widths of the dab.
ALONG, ACROSS = 0.2, 0.14
# How much weaker a dab is at its ends and at its sides: the dome.
END, SIDE = 0.35, 0.5
# Added to contrast (levels of 1) before its logarithm is taken.
FLOOR = 2e-3


@dataclass(frozen=True)
class Dabs:
    """A layer of dabs.

    Attributes:
        paint: float32 (height, width, 3), the colour of the dab on top.
        carried: float32 (height, width), what else was read at that dab's middle.
        strength: float32 (height, width), how strong the dab on top is; falls towards its rim.
    """

    paint: np.ndarray
    carried: np.ndarray
    strength: np.ndarray


def lay_dabs(paint, carried, flow: Flow, width: float, length: float, fidelity: float) -> Dabs:
    """Lay dabs wherever the paint has a little light or dark patch, the clearest patches on top.

    A place looks along the flow and then across it for the patch that stands out most from its
    surroundings (largest difference of Gaussians), and takes the colour there: a dilation whose
    structuring element is a curved brush mark, ordered by contrast rather than by brightness, so
    that light and dark are spread alike. Marks so have flat colour, hard ends, and overlap.

    Args:
        paint: float32 (height, width, 3) in 0..1.
        carried: float32 (height, width).
        flow: `Flow`.
        width: float, pixels.
        length: float, pixels.
        fidelity: float, how much strength a dab loses over paint of another colour (squared
            distance); keeps dabs from crossing outlines.

    References:
        Hertzmann, Painterly rendering with curved brush strokes of multiple sizes, 1998;
        Verdú-Monedero et al., Anisotropic morphological filters with spatially-variant
        structuring elements, 2011.
    """
    detail = blur(paint, 0.18 * width) - blur(paint, 0.55 * width)
    rank = np.log(np.sqrt((detail**2).sum(-1)) + np.float32(FLOOR))
    planes = np.concatenate([paint, carried[..., None]], axis=-1)
    along = _Best(rank, planes, planes, fidelity)
    _try_along(along, flow.along, ALONG * width, length)
    best = _Best(along.rank, along.planes, planes, fidelity)
    _try_across(best, flow.across, ACROSS * width, width)
    return Dabs(np.ascontiguousarray(best.planes[..., :3]), best.planes[..., 3], best.rank)


class _Best:
    """The strongest dab found so far at each place, among those of the layer before."""

    def __init__(self, rank, planes, here, fidelity):
        self._before, self._here = (rank, planes), here
        self._price = np.asarray([[fidelity] * 3 + [0.0]], np.float32)
        self.rank, self.planes = rank.copy(), planes.copy()

    def try_at(self, x, y, cost: float):
        """Look at other places, whose dabs are weaker here by `cost` and by the unlike colour."""
        rank, planes = (read_at(image, x, y) for image in self._before)
        off = planes - self._here
        rank -= cv2.transform(off * off, self._price) + np.float32(cost)
        better = (rank > self.rank).view(np.uint8)
        cv2.copyTo(rank, better, self.rank)
        cv2.copyTo(planes, better, self.planes)


def _try_along(best, directions, step, length):
    count = max(1, round(0.5 * length / step))
    for i, x, y in follow(directions, step, count):
        best.try_at(x, y, END * (i / count) ** 4)


def _try_across(best, directions, step, width):
    count = max(1, round(0.5 * width / step))
    x, y = _grid(directions)
    for i in range(1, count + 1):
        for way in (np.float32(i * step), np.float32(-i * step)):
            places = x + way * directions[..., 0], y + way * directions[..., 1]
            best.try_at(*places, SIDE * (i / count) ** 3)


def follow(directions, step: float, count: int):
    """Walk along the flow from every pixel, first one way and then the other.

    Args:
        directions: float32 (height, width, 2), unit vectors (x, y); their sign does not matter.
        step: float, pixels; strokes allow longer steps than the single pixels of `smooth_along`.
        count: int >= 1, steps each way.

    Yields:
        (i, x, y): where each pixel has got to after step i in 1..count, float32 (height, width).
    """
    ways = [np.ascontiguousarray(directions[..., i]) for i in (0, 1)]
    for sign in (np.float32(step), np.float32(-step)):
        (x, y), way_x, way_y = _grid(directions), sign * ways[0], sign * ways[1]
        for i in range(1, count + 1):
            x, y = x + way_x, y + way_y
            yield i, x, y
            if i < count:
                next_x, next_y = (read_at(way, x, y, cv2.INTER_NEAREST) for way in ways)
                same = np.copysign(np.float32(step), next_x * way_x + next_y * way_y)
                way_x, way_y = same * next_x, same * next_y


def average_along(image: np.ndarray, directions: np.ndarray, step: float, count: int):
    """Average along the flow by a raised cosine of `count` steps each way.

    References:
        Cabral and Leedom, Line integral convolution, 1993.
    """
    total, weights = image.copy(), 1.0
    for i, x, y in follow(directions, step, count):
        weight = float(np.cos(0.5 * np.pi * i / (count + 1)) ** 2)
        total += np.float32(weight) * read_at(image, x, y)
        weights += weight
    return total / np.float32(weights)


def read_at(image, x, y, how=cv2.INTER_LINEAR):
    """Read an image at places between pixels; beyond the edge it is mirrored."""
    return cv2.remap(image, x, y, how, borderMode=cv2.BORDER_REFLECT_101)


def _grid(image):
    """The x and the y of every pixel, float32."""
    height, width = image.shape[:2]
    return np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
