"""Pictures that are transparent in places: laid on a ground, or drawn and cut out again."""

import numpy as np
from PIL import Image, ImageColor

from portrait_style.errors import ArgumentError


def flattened(pixels: np.ndarray, alpha: np.ndarray, background) -> np.ndarray:
    """Lay a picture on a plain ground.

    Args:
        pixels: uint8 (height, width, 3).
        alpha: uint8 (height, width), 0 where the ground shows.
        background: three numbers in 0..255.
    """
    cover = Image.fromarray(alpha)
    ground = Image.new("RGB", cover.size, tuple(background))
    return np.asarray(Image.composite(Image.fromarray(pixels), ground, cover))


def filled_in(pixels: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Give places where nothing is seen the colours around them, so that drawing has no rim there.

    Args:
        pixels: uint8 (height, width, 3), of any colours where nothing is seen.
        alpha: uint8 (height, width).

    Returns:
        uint8 (height, width, 3); what is seen, if only half, keeps its colours. All white where
        nothing is seen at all.

    References:
        Gortler et al., The lumigraph, 1996, section 3.4 (pull and push).
    """
    if not alpha.any():
        return np.full_like(pixels, 255)
    seen = (alpha > 0).astype(np.float32)
    filled = _pulled_and_pushed(pixels * seen[..., None], seen)
    return np.where(alpha[..., None] > 0, pixels, np.clip(np.round(filled), 0, 255)).astype(
        np.uint8
    )


def with_alpha(pixels: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Cut a drawing out again.

    Args:
        pixels: uint8 (height, width, 3).
        alpha: uint8, of the photo, of any size.

    Returns:
        uint8 (height, width, 4).
    """
    height, width = pixels.shape[:2]
    if alpha.shape != (height, width):
        cover = Image.fromarray(alpha).resize((width, height), Image.Resampling.LANCZOS)
        alpha = np.asarray(cover)
    return np.dstack([pixels, alpha])


def parse_colour(text: str) -> tuple[int, int, int]:
    """Read a colour such as white, #fafafa or rgb(250, 250, 250).

    Raises:
        ArgumentError: if it is none.
    """
    try:
        red, green, blue, *_ = ImageColor.getrgb(text)
    except ValueError as error:
        raise ArgumentError(f"{text!r} is not a colour such as white or #fafafa") from error
    return red, green, blue


def _pulled_and_pushed(weighted: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Average what is known at ever coarser scales, and fill what is not known from there."""
    height, width = weight.shape
    if height == width == 1:
        return weighted / np.maximum(weight, 1e-6)[..., None]
    padded = [(0, height % 2), (0, width % 2)]
    coarse = [
        np.pad(x, padded + [(0, 0)] * (x.ndim - 2)).reshape(
            (height + 1) // 2, 2, (width + 1) // 2, 2, *x.shape[2:]
        )
        for x in (weighted, weight)
    ]
    mean, share = (x.mean(axis=(1, 3)) for x in coarse)
    # Places of which a part is known count as known: their mean is that of the part.
    known = np.minimum(1.0, 4.0 * share)
    scale = (known / np.maximum(share, 1e-6))[..., None]
    around = _pulled_and_pushed(mean * scale, known)
    around = around.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
    return weighted + (1.0 - weight)[..., None] * around
