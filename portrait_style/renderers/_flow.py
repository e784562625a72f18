"""The directions that strokes follow: along edges, where colour changes least."""

from dataclasses import dataclass

import cv2
import numpy as np

from portrait_style.renderers._scene import blur


@dataclass(frozen=True)
class Flow:
    """Directions of least change.

    Attributes:
        along: float32 (height, width, 2), unit vectors (x, y) along edges.
        anisotropy: float32 (height, width) in 0..1: 0 where there is no direction.
    """

    along: np.ndarray
    anisotropy: np.ndarray

    @property
    def across(self) -> np.ndarray:
        """Unit vectors (x, y) across edges, float32 (height, width, 2)."""
        return np.stack([-self.along[..., 1], self.along[..., 0]], axis=-1)


def edge_flow(image: np.ndarray, sigma: float) -> Flow:
    """Read directions off the smoothed structure tensor.

    Args:
        image: float32 (height, width) or (height, width, channels), any range.
        sigma: float, pixels by which the tensor is smoothed.

    References:
        Brox et al., Adaptive structure tensors, 2006; Kyprianidis and Döllner, Image abstraction
        by structure adaptive filtering, 2008.
    """
    planes = image if image.ndim == 3 else image[..., None]
    dx = cv2.Scharr(planes, cv2.CV_32F, 1, 0).reshape(planes.shape) / 32.0
    dy = cv2.Scharr(planes, cv2.CV_32F, 0, 1).reshape(planes.shape) / 32.0
    xx, xy, yy = (blur(product.sum(-1), sigma) for product in (dx * dx, dx * dy, dy * dy))
    root = np.sqrt((xx - yy) ** 2 + 4.0 * xy**2)
    # The angle of the larger eigenvector is across the edge.
    angle = 0.5 * np.arctan2(2.0 * xy, xx - yy) + np.pi / 2.0
    along = np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)
    return Flow(along, (root / (xx + yy + 1e-6)).astype(np.float32))


def smooth_along(image: np.ndarray, directions: np.ndarray, sigma: float) -> np.ndarray:
    """Average along directions, by a Gaussian that follows them as they turn.

    Args:
        image: float32 (height, width) or (height, width, channels).
        directions: float32 (height, width, 2), unit vectors (x, y); their sign does not matter.
        sigma: float, pixels.

    References:
        Cabral and Leedom, Line integral convolution, 1993; Kang et al., Coherent line drawing,
        2007.
    """
    count = max(1, int(np.ceil(2.0 * sigma)))
    height, width = image.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    total, weights = image.copy(), 1.0
    for sign in (1.0, -1.0):
        place_x, place_y, step = x.copy(), y.copy(), sign * directions
        for i in range(1, count + 1):
            place_x, place_y = place_x + step[..., 0], place_y + step[..., 1]
            weight = float(np.exp(-0.5 * (i / sigma) ** 2))
            total = total + weight * _at(image, place_x, place_y)
            weights += weight
            if i < count:
                turned = _at(directions, place_x, place_y)
                same = np.sign((turned * step).sum(-1, keepdims=True))
                step = turned * np.where(same == 0.0, 1.0, same)
    return (total / weights).astype(np.float32)


def difference_across(tone: np.ndarray, flow: Flow, sigma: float, k=1.6, tau=0.98) -> np.ndarray:
    """Difference of Gaussians across edges: negative beside dark lines.

    Args:
        tone: float32 (height, width).
        flow: `Flow`.
        sigma: float, pixels of the narrower Gaussian.
        k: float, the wider in the narrower. Defaults to 1.6.
        tau: float, how much of the wider is taken away. Defaults to 0.98.

    References:
        Winnemöller et al., Real-time video abstraction, 2006; Kyprianidis and Döllner, 2008.
    """
    return _across(tone, flow, sigma) - tau * _across(tone, flow, k * sigma)


def extended_difference(tone, flow: Flow, sigma: float, sharpness: float, k=1.6) -> np.ndarray:
    """The sharpened tone of XDoG before its threshold: (1 + p) G(sigma) - p G(k sigma).

    Args:
        tone: float32 (height, width) in 0..1.
        flow: `Flow`.
        sigma: float, pixels.
        sharpness: float, p.
        k: float, the wider Gaussian in the narrower. Defaults to 1.6.

    References:
        Winnemöller et al., XDoG, 2012.
    """
    narrow, wide = _across(tone, flow, sigma), _across(tone, flow, k * sigma)
    return (1.0 + sharpness) * narrow - sharpness * wide


def soft_threshold(tone: np.ndarray, level: float, steepness: float) -> np.ndarray:
    """1 above `level`, falling to 0 below as 1 + tanh(steepness (tone - level)) (XDoG, 2012)."""
    return np.where(tone >= level, 1.0, 1.0 + np.tanh(steepness * (tone - level))).astype(
        np.float32
    )


def _across(tone: np.ndarray, flow: Flow, sigma: float) -> np.ndarray:
    """A Gaussian along the straight line across the edge."""
    count = max(1, int(np.ceil(2.0 * sigma)))
    height, width = tone.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    normal, total, weights = flow.across, tone.copy(), 1.0
    for i in range(1, count + 1):
        weight = float(np.exp(-0.5 * (i / sigma) ** 2))
        for sign in (i, -i):
            total = total + weight * _at(tone, x + sign * normal[..., 0], y + sign * normal[..., 1])
            weights += weight
    return (total / weights).astype(np.float32)


def _at(image, x, y):
    return cv2.remap(
        image,
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    ).reshape(image.shape)
