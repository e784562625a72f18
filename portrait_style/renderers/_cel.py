"""Flat areas and ink: what `cartoon`, `comic` and `poster` share."""

import cv2
import numpy as np

from portrait_style.renderers._flow import Flow
from portrait_style.renderers._scene import blur

# Samples on either side of a place when averages follow the flow; farther apart for long strokes.
SAMPLES = 5
# Pixels; areas are evened out at a smaller size where sigma is more than twice this.
WIDEST = 5.0


def to_lab(photo: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of sRGB in 0..1, float32: L in 0..100."""
    return cv2.cvtColor(np.ascontiguousarray(photo, np.float32), cv2.COLOR_RGB2LAB)


def from_lab(lab: np.ndarray) -> np.ndarray:
    """sRGB in 0..1 of CIE L*a*b*."""
    rgb = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.clip(rgb, 0.0, 1.0)


def flatten(lab: np.ndarray, sigma: float, difference: float, times: int = 2) -> np.ndarray:
    """Even out areas and keep their borders, by repeated bilateral filtering.

    Args:
        lab: float32 (height, width, 3).
        sigma: float, pixels.
        difference: float, the distance in L*a*b* up to which colours are the same area.
        times: int, how often. Defaults to 2.

    References:
        Tomasi and Manduchi, Bilateral filtering, 1998; Winnemöller et al., 2006.
    """
    if sigma > 2.0 * WIDEST:
        # Large pictures would take minutes, and have more pixels than flat areas need.
        height, width = lab.shape[:2]
        scale = WIDEST / sigma
        size = (max(1, round(scale * width)), max(1, round(scale * height)))
        reduced = cv2.resize(lab, size, interpolation=cv2.INTER_AREA)
        reduced = flatten(reduced, WIDEST, difference, times)
        return cv2.resize(reduced, (width, height), interpolation=cv2.INTER_CUBIC)
    size = 2 * max(1, int(np.ceil(1.5 * sigma))) + 1
    for _ in range(times):
        lab = cv2.bilateralFilter(
            lab, size, difference, max(sigma, 0.3), borderType=cv2.BORDER_REFLECT_101
        )
    return lab


def glide(image: np.ndarray, flow: Flow, sigma: float) -> np.ndarray:
    """Average along the flow as `smooth_along` does, at a cost that does not grow with sigma.

    Args:
        image: float32 (height, width) or (height, width, channels), smooth at the scale sigma / 2.
        flow: `Flow`.
        sigma: float, pixels.
    """
    stride = max(0.4 * sigma, 0.3)
    rows, columns = np.indices(image.shape[:2], dtype=np.float32)
    total, weights = image.copy(), 1.0
    for sign in (stride, -stride):
        x, y, step = columns, rows, sign * flow.along
        for i in range(1, SAMPLES + 1):
            x, y = x + step[..., 0], y + step[..., 1]
            weight = float(np.exp(-0.5 * (i * stride / max(sigma, 0.3)) ** 2))
            total += weight * _at(image, x, y)
            weights += weight
            if i < SAMPLES:
                turned = _at(flow.along, x, y)
                step = turned * np.copysign(stride, (turned * step).sum(-1, keepdims=True))
    return total / np.float32(weights)


def inked_tone(tone: np.ndarray, flow: Flow, sigma: float, k: float = 1.6) -> np.ndarray:
    """The difference of Gaussians across the flow, G(sigma) - G(k sigma), in one pass.

    Args:
        tone: float32 (height, width).
        flow: `Flow`.
        sigma: float, pixels of the narrower Gaussian.
        k: float, the wider in the narrower. Defaults to 1.6.

    References:
        Kyprianidis and Döllner, Image abstraction by structure adaptive filtering, 2008.
    """
    stride = max(0.6 * sigma, 0.4)
    places = stride * np.arange(-SAMPLES, SAMPLES + 1)
    narrow, wide = (np.exp(-0.5 * (places / (s * max(sigma, 0.3))) ** 2) for s in (1.0, k))
    weights = narrow / narrow.sum() - wide / wide.sum()
    rows, columns = np.indices(tone.shape, dtype=np.float32)
    across, total = flow.across, np.zeros_like(tone)
    for place, weight in zip(places, weights, strict=True):
        moved = np.float32(place)
        at = _at(tone, columns + moved * across[..., 0], rows + moved * across[..., 1])
        total += np.float32(weight) * at
    return total


def tighten(image: np.ndarray, tone: np.ndarray, reach: float) -> np.ndarray:
    """Narrow soft borders: each place takes the colour a little farther from the border.

    Args:
        image: float32 (height, width, channels).
        tone: float32 (height, width) in 0..100, where borders are looked for.
        reach: float, pixels: how far at most.

    References:
        Kyprianidis and Kang, Image and video abstraction by coherence-enhancing filtering, 2011,
        whose shock filter does the same step by step.
    """
    strength = blur(slope(tone), 0.6 * reach)
    dx, dy = _gradient(strength)
    length = np.sqrt(dx * dx + dy * dy)
    # Full reach where the slope itself changes by half a level from pixel to pixel.
    move = -reach / (length + 0.5 / max(reach, 0.5))
    rows, columns = np.indices(tone.shape, dtype=np.float32)
    return _at(image, columns + move * dx, rows + move * dy)


def slope(tone: np.ndarray) -> np.ndarray:
    """Length of the gradient, per pixel."""
    dx, dy = _gradient(tone)
    return np.sqrt(dx * dx + dy * dy)


def surroundings(tone: np.ndarray, sigma: float, contrast: float) -> np.ndarray:
    """Mean tone around each place, of its own side of strong borders only: no halos.

    Args:
        tone: float32 (height, width) in 0..100.
        sigma: float, pixels.
        contrast: float, the standard deviation of tone from which on a border is kept.

    References:
        He et al., Guided image filtering, 2013.
    """
    mean, square = _wide_blur(tone, sigma), _wide_blur(tone * tone, sigma)
    kept = 1.0 - contrast**2 / (np.maximum(square - mean * mean, 0.0) + contrast**2)
    kept, rest = _wide_blur(kept, sigma), _wide_blur((1.0 - kept) * mean, sigma)
    return kept * tone + rest


def soft_steps(tone: np.ndarray, step: float, sharpness: np.ndarray) -> np.ndarray:
    """Quantize a tone into soft steps.

    Args:
        tone: float32 (height, width).
        step: float, how far steps are apart.
        sharpness: float32 (height, width), steepness of the borders between them.

    References:
        Winnemöller et al., Real-time video abstraction, 2006.
    """
    # Borders lie at multiples of the step, and the tone of each is the middle between two.
    border = step * np.round(tone / step)
    rise = np.tanh(sharpness * (tone - border) / step) / np.tanh(0.5 * sharpness)
    return border + 0.5 * step * rise


def _wide_blur(image, sigma):
    """Two boxes in place of a Gaussian, at a cost that does not grow with sigma."""
    size = 2 * int(round(1.22 * sigma)) + 1
    for _ in range(2):
        image = cv2.blur(image, (size, size), borderType=cv2.BORDER_REFLECT)
    return image


def _gradient(tone):
    return tuple(
        cv2.Scharr(tone, cv2.CV_32F, *order, borderType=cv2.BORDER_REFLECT_101) / np.float32(32.0)
        for order in ((1, 0), (0, 1))
    )


def _at(image, x, y):
    return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
