"""Random views of a picture: cut, mirror, tone. The range stays 0..255."""

import numpy as np
from PIL import Image

from portrait_style.image import LUMA


def random_view(
    pixels: np.ndarray, size: int, rng: np.random.Generator, min_scale: float = 0.55
) -> np.ndarray:
    """Augment a picture: cut a random square, scale it to `size` and mirror it half of the time.

    Args:
        pixels: uint8 array of shape (height, width, 3).
        size: int, pixels.
        rng: source of randomness.
        min_scale: float in (0, 1], the smallest square relative to the shorter side.

    Returns:
        uint8 array of shape (size, size, 3).
    """
    return random_views((pixels,), size, rng, min_scale)[0]


def random_views(
    pictures, size: int, rng: np.random.Generator, min_scale: float = 0.55, max_scale: float = 1.0
) -> tuple[np.ndarray, ...]:
    """Augment pictures of one view alike: cut the same random square out of them.

    Args:
        pictures: sequence of uint8 arrays of one shape (height, width, 3).
        size, rng, min_scale: as for `random_view`.
        max_scale: float in [`min_scale`, 1], the largest square. Defaults to 1.

    Returns:
        tuple of uint8 arrays of shape (size, size, 3).
    """
    height, width = pictures[0].shape[:2]
    side = min(height, width) * rng.uniform(min_scale, max_scale)
    left = rng.uniform(0.0, width - side)
    # Of two draws the smaller: faces sit in the upper half of a portrait.
    top = min(rng.uniform(0.0, height - side), rng.uniform(0.0, height - side))
    step = -1 if rng.random() < 0.5 else 1
    box = (left, top, left + side, top + side)
    views = (
        Image.fromarray(pixels).resize((size, size), Image.Resampling.BICUBIC, box=box)
        for pixels in pictures
    )
    return tuple(np.asarray(view)[:, ::step] for view in views)


def random_tone(pixels: np.ndarray, rng: np.random.Generator, strength: float = 0.15) -> np.ndarray:
    """Augment brightness, contrast and saturation a little; one picture in ten turns grey.

    Args:
        pixels: uint8 array of shape (height, width, 3).
        rng: source of randomness.
        strength: float in [0, 1), the largest relative change.

    Returns:
        uint8 array of the same shape.
    """
    brightness, contrast, saturation = rng.uniform(1.0 - strength, 1.0 + strength, 3)
    if rng.random() < 0.1:
        saturation = 0.0
    image = pixels.astype(np.float32) * brightness
    image = image.mean() + (image - image.mean()) * contrast
    grey = image @ np.array(LUMA, np.float32)
    image = grey[..., None] + (image - grey[..., None]) * saturation
    return np.clip(np.round(image), 0, 255).astype(np.uint8)
