"""The image contract: uint8 RGB outside, float32 in [-1, 1] inside.

Whatever somebody hands in (path, bytes, PIL image, array; grey, palette, CMYK, 16-bit, transparent,
rotated by EXIF) becomes one kind of array here, and whatever leaves is written here, without the
metadata of the picture it came from.
"""

import io
import os
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image

from portrait_style.decoding import (
    MIN_SIDE,
    DecodedImage,
    decode_image,
    decode_pil_image,
    existing_image_file,
    readable_image,
)
from portrait_style.encoding import IMAGE_SUFFIXES, QUALITY, encode_image
from portrait_style.errors import OutputError
from portrait_style.output_files import check_output_file, write_atomically
from portrait_style.settings import between
from portrait_style.transparency import filled_in, flattened, with_alpha

# Pixels of the longer side that a picture can be drawn with.
SIZE_RANGE = between(MIN_SIDE, 8192)
# Rec. 601 luma of red, green and blue.
LUMA = (0.299, 0.587, 0.114)

ImageSource = str | os.PathLike | bytes | IO[bytes] | Image.Image | np.ndarray


def load_image(source: ImageSource, background=(255, 255, 255)) -> np.ndarray:
    """Read a picture as uint8 RGB, upright.

    Args:
        source: path, encoded bytes, stream of them, `PIL.Image.Image`, or array of shape
            (height, width), (height, width, 1), (height, width, 3) or (height, width, 4): uint8, or
            floating point in [0, 1] or, where a number is above 1, in [0, 255] as Keras has it.
        background: three numbers in 0..255, shown where the picture is transparent.

    Returns:
        uint8 array of shape (height, width, 3), in sRGB.

    Raises:
        ImageError: if the picture is missing, damaged, animated, smaller than 16 pixels or larger
            than 64 megapixels, or HEIC where pillow-heif is not installed.
        TypeError: if `source` is of another kind.
        ValueError: if an array has another shape, type or range.
    """
    pixels, alpha = read_image(source)
    return pixels if alpha is None else flattened(pixels, alpha, background)


def read_image(source: ImageSource) -> DecodedImage:
    """Read a picture and where it is transparent: as `load_image`, which see.

    Returns:
        `DecodedImage`.
    """
    if isinstance(source, np.ndarray):
        return _decode_image_array(source)
    if isinstance(source, (str, os.PathLike)):
        return decode_image(existing_image_file(source), str(source))
    if isinstance(source, bytes):
        return decode_image(io.BytesIO(source), "the picture")
    if isinstance(source, Image.Image):
        with readable_image("the picture"):
            return decode_pil_image(source, "the picture")
    if hasattr(source, "read"):
        # Not every stream can go back.
        return decode_image(io.BytesIO(source.read()), "the picture")
    raise TypeError(
        "`source` must be a path, bytes, stream, PIL image or array. "
        f"Received: source of type {type(source).__name__}."
    )


def read_photo(source: ImageSource, flatten=None) -> DecodedImage:
    """Read a picture that is to be drawn, and cut out again where it is transparent.

    Args:
        source: as for `load_image`.
        flatten: three numbers in 0..255, a ground to lay it on, or `None`. Defaults to `None`.

    Returns:
        `DecodedImage`, filled in with the colours around where nothing is seen; its `alpha` is
        `None` where it was laid on a ground.
    """
    pixels, alpha = read_image(source)
    if alpha is None:
        return DecodedImage(pixels, None)
    if flatten is not None:
        return DecodedImage(flattened(pixels, alpha, flatten), None)
    return DecodedImage(filled_in(pixels, alpha), alpha)


def to_model_range(image: np.ndarray) -> np.ndarray:
    """Map an image from uint8 0..255 to float32 [-1, 1].

    Example:
        >>> to_model_range(np.array([0, 255], np.uint8)).tolist()
        [-1.0, 1.0]
    """
    levels = image.astype(np.float32)
    levels /= np.float32(127.5)
    levels -= np.float32(1.0)
    return levels


def to_uint8(image: np.ndarray) -> np.ndarray:
    """Map an image from float [-1, 1] to uint8 0..255, rounding; values outside are clipped.

    Example:
        >>> to_uint8(np.array([-1.0, 0.0, 1.0, 7.0])).tolist()
        [0, 128, 255, 255]
    """
    levels = np.asarray(image, np.float32) + np.float32(1.0)
    levels *= np.float32(127.5)
    np.rint(levels, out=levels)
    np.clip(levels, 0.0, 255.0, out=levels)
    return levels.astype(np.uint8)


def resize(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Scale an image to a width and a height: uint8; one that has them is returned as it is."""
    if image.shape[:2] == (height, width):
        return image
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.LANCZOS))


def shrink_shorter_side(image: np.ndarray, size: int) -> np.ndarray:
    """Scale an image down so that its shorter side has `size` pixels; a smaller one stays."""
    height, width = image.shape[:2]
    scale = min(1.0, size / min(height, width))
    return resize(image, round(width * scale), round(height * scale))


def resize_longer_side(image: np.ndarray, size: int) -> np.ndarray:
    """Scale an image so that the longer side has `size` pixels.

    Args:
        image: uint8 array of shape (height, width, 3).
        size: int >= 16, pixels.

    Returns:
        uint8 array; the aspect is kept to the nearest pixel and no side falls below 1.
    """
    height, width = image.shape[:2]
    scale = size / max(height, width)
    return resize(image, max(1, round(width * scale)), max(1, round(height * scale)))


def crop_square(image: np.ndarray, size: int) -> np.ndarray:
    """Cut an image's largest square, a quarter of the spare height from the top, and scale it.

    Portraits leave more room below the face than above, hence not the centre.

    Args:
        image: uint8 array of shape (height, width, 3).
        size: int, pixels.

    Returns:
        uint8 array of shape (size, size, 3).
    """
    height, width = image.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 4
    square = Image.fromarray(image[top : top + side, left : left + side])
    return np.asarray(square.resize((size, size), Image.Resampling.LANCZOS))


def pad_to_multiple(image: np.ndarray, multiple: int) -> np.ndarray:
    """Repeat an image's last row and column until both sides divide by `multiple`.

    Args:
        image: array of shape (height, width, channels).
        multiple: int >= 1, pixels.

    Returns:
        Array of the same type; cropping it to the former height and width gives `image` back.
    """
    bottom, right = (-side % multiple for side in image.shape[:2])
    return np.pad(image, ((0, bottom), (0, right), (0, 0)), mode="edge")


def like_source(
    image: np.ndarray,
    source: ImageSource,
    alpha: np.ndarray | None = None,
    mark: str | None = None,
):
    """Give an image in the kind in which the photo came: array, PNG bytes or `PIL.Image.Image`.

    Args:
        image: uint8 array of shape (height, width, 3).
        source: what the caller passed in.
        alpha: of the photo, where it is transparent in places; then the image is, too.
        mark: as for `encode_image`.

    Returns:
        uint8 array for an array, PNG bytes for bytes, `PIL.Image.Image` otherwise.
    """
    if alpha is not None:
        image = with_alpha(image, alpha)
    if isinstance(source, np.ndarray):
        return image
    if isinstance(source, bytes):
        return encode_image(image, ".png", mark=mark)
    return Image.fromarray(image)


def save_image(
    path: str | os.PathLike,
    image: np.ndarray,
    overwrite: bool = False,
    quality: int = QUALITY,
    mark: str | None = None,
) -> Path:
    """Write a picture whole or not at all.

    Args:
        path: where to; its suffix chooses the format. Missing folders are made.
        image: uint8 array, as for `encode_image`.
        overwrite: bool, whether an existing file may be replaced. Defaults to `False`.
        quality, mark: as for `encode_image`.

    Returns:
        The path.

    Raises:
        OutputError: if the file exists and `overwrite` is false, or cannot be written.
    """
    path = Path(path)
    check_image_output(path, overwrite)
    try:
        data = encode_image(image, path.suffix, quality, mark)
    except (OSError, ValueError) as error:
        height, width = image.shape[:2]
        raise OutputError(f"{path} cannot hold {width}x{height} pixels; save as PNG") from error
    write_atomically(path, data, overwrite)
    return path


def check_image_output(
    path: str | os.PathLike, overwrite: bool = False, suffixes: tuple[str, ...] = IMAGE_SUFFIXES
) -> None:
    """Find out before the work whether a picture can be written there.

    Args:
        path: where to.
        overwrite: bool, whether an existing file may be replaced. Defaults to `False`.
        suffixes: tuple of str, those that are known. Defaults to `IMAGE_SUFFIXES`.

    Raises:
        OutputError: if the suffix is unknown, the file exists and `overwrite` is false, or the
            folder cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise OutputError(f"{path} must end with one of {', '.join(suffixes)}")
    check_output_file(path, overwrite)


def _decode_image_array(array: np.ndarray) -> DecodedImage:
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[-1] not in (3, 4)):
        raise ValueError(
            "`source` must have shape (height, width), (height, width, 3) or (height, width, 4). "
            f"Received: source.shape={array.shape}."
        )
    if np.issubdtype(array.dtype, np.floating):
        if not (np.isfinite(array).all() and array.min() >= 0.0 and array.max() <= 255.0):
            raise ValueError(
                "`source` of floating point must be finite and in [0, 1] or [0, 255]. "
                f"Received: range [{array.min()}, {array.max()}]."
            )
        array = np.round(array * (255.0 if array.max() <= 1.0 else 1.0)).astype(np.uint8)
    if array.dtype != np.uint8:
        raise ValueError(f"`source` must be uint8 or float. Received: dtype={array.dtype}.")
    return decode_pil_image(Image.fromarray(array), "the picture")
