"""The image contract: uint8 RGB outside, float32 in [-1, 1] inside.

Whatever somebody hands in (path, bytes, PIL image, array; grey, palette, CMYK, 16-bit, transparent,
rotated by EXIF) becomes one kind of array here, and whatever leaves is written here, without the
metadata of the picture it came from.
"""

import contextlib
import io
import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from portrait_style.errors import ImageError, OutputError
from portrait_style.output_files import check_writable, write_atomically
from portrait_style.settings import between

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
MIN_SIDE = 16
# Pixels of the longer side that a picture can be drawn with.
SIZE_RANGE = between(MIN_SIDE, 8192)
MAX_PIXELS = 64_000_000
# Rec. 601 luma of red, green and blue.
LUMA = (0.299, 0.587, 0.114)

ImageSource = str | os.PathLike | bytes | Image.Image | np.ndarray

_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".bmp": "BMP"}


def load_image(source: ImageSource, background=(255, 255, 255)) -> np.ndarray:
    """Read a picture as uint8 RGB, upright.

    Args:
        source: path, encoded bytes, `PIL.Image.Image`, or array of shape (height, width),
            (height, width, 1), (height, width, 3) or (height, width, 4): uint8, or floating
            point in [0, 1].
        background: three numbers in 0..255, shown where the picture is transparent.

    Returns:
        uint8 array of shape (height, width, 3).

    Raises:
        ImageError: if the picture is missing, damaged, animated, smaller than 16 pixels or larger
            than 64 megapixels.
        TypeError: if `source` is of another kind.
        ValueError: if an array has another shape, type or range.
    """
    if isinstance(source, np.ndarray):
        return _image_array_to_rgb(source, background)
    if isinstance(source, (str, os.PathLike)):
        return _decode_image(_existing_image_file(source), str(source), background)
    if isinstance(source, bytes):
        return _decode_image(io.BytesIO(source), "the picture", background)
    if not isinstance(source, Image.Image):
        raise TypeError(
            "`source` must be a path, bytes, PIL image or array. "
            f"Received: source of type {type(source).__name__}."
        )
    with _readable_image("the picture"):
        return _pil_image_to_rgb(source, "the picture", background)


def to_model_range(image: np.ndarray) -> np.ndarray:
    """Map an image from uint8 0..255 to float32 [-1, 1].

    Example:
        >>> to_model_range(np.array([0, 255], np.uint8)).tolist()
        [-1.0, 1.0]
    """
    return image.astype(np.float32) / np.float32(127.5) - np.float32(1.0)


def to_uint8(image: np.ndarray) -> np.ndarray:
    """Map an image from float [-1, 1] to uint8 0..255, rounding; values outside are clipped.

    Example:
        >>> to_uint8(np.array([-1.0, 0.0, 1.0, 7.0])).tolist()
        [0, 128, 255, 255]
    """
    image = np.asarray(image, np.float32)
    return np.clip(np.round((image + 1.0) * 127.5), 0, 255).astype(np.uint8)


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


def like_source(image: np.ndarray, source: ImageSource):
    """Give an image in the kind in which the photo came: array, PNG bytes or `PIL.Image.Image`.

    Args:
        image: uint8 array of shape (height, width, 3).
        source: what the caller passed in.

    Returns:
        uint8 array for an array, PNG bytes for bytes, `PIL.Image.Image` otherwise.
    """
    if isinstance(source, np.ndarray):
        return image
    if isinstance(source, bytes):
        return encode_image(image, ".png")
    return Image.fromarray(image)


def encode_image(image: np.ndarray, suffix: str) -> bytes:
    """Encode uint8 RGB without any metadata.

    Args:
        image: uint8 array of shape (height, width, 3).
        suffix: str, one of `IMAGE_SUFFIXES`.

    Returns:
        bytes of a JPEG (quality 95), PNG, WebP or BMP file.

    Raises:
        ValueError: if the suffix is not one of `IMAGE_SUFFIXES`.
    """
    if suffix.lower() not in _FORMATS:
        raise ValueError(f"`suffix` must be one of {IMAGE_SUFFIXES}. Received: suffix={suffix!r}.")
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, _FORMATS[suffix.lower()], quality=95)
    return buffer.getvalue()


def save_image(path: str | os.PathLike, image: np.ndarray, overwrite: bool = False) -> Path:
    """Write a picture whole or not at all.

    Args:
        path: where to; its suffix chooses the format. Missing folders are made.
        image: uint8 array of shape (height, width, 3).
        overwrite: bool, whether an existing file may be replaced. Defaults to `False`.

    Returns:
        The path.

    Raises:
        OutputError: if the file exists and `overwrite` is false, or cannot be written.
    """
    path = Path(path)
    check_image_output(path, overwrite)
    try:
        data = encode_image(image, path.suffix)
    except (OSError, ValueError) as error:
        height, width = image.shape[:2]
        raise OutputError(f"{path} cannot hold {width}x{height} pixels; save as PNG") from error
    write_atomically(path, data)
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
    if os.path.isdir(path):
        raise OutputError(f"{path} is a folder; choose another name")
    if os.path.lexists(path) and not overwrite:
        raise OutputError(f"{path} exists; choose another name or pass --overwrite")
    check_writable(path)


def _existing_image_file(path: str | os.PathLike) -> str | os.PathLike:
    # os.path answers False for paths that pathlib refuses to look up, such as overlong ones.
    if os.path.isdir(path):
        raise ImageError(f"{path} is a folder; name a picture in it")
    if not os.path.isfile(path):
        raise ImageError(f"{path} does not exist; check the path")
    if os.path.getsize(path) == 0:
        raise ImageError(f"{path} is empty (0 bytes); copy the picture again")
    return path


def _decode_image(file, name: str, background) -> np.ndarray:
    with _readable_image(name), Image.open(file) as picture:
        return _pil_image_to_rgb(picture, name, background)


@contextlib.contextmanager
def _readable_image(name: str):
    """Turn what Pillow raises into one error that names the picture."""
    try:
        with warnings.catch_warnings():
            # The limit below is stricter than the one that this warning tells of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except Image.DecompressionBombError as error:
        raise ImageError(_image_too_large(name)) from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is not a picture in a known format; save it as PNG") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageError(f"{name} is damaged ({error}); copy or save it again") from error


def _image_too_large(name: str) -> str:
    return f"{name} has more than {MAX_PIXELS // 1_000_000} megapixels; scale it down first"


def _pil_image_to_rgb(picture: Image.Image, name: str, background) -> np.ndarray:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(_image_too_large(name))
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"{name} has {width}x{height} pixels; at least {MIN_SIDE}x{MIN_SIDE} are needed"
        )
    # The further pictures in a phone's MPO file are previews and depth maps, not an animation.
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and picture.format != "MPO":
        raise ImageError(f"{name} is animated ({frames} frames); save one frame of it")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == "F" or picture.mode.startswith("I"):
        return _wide_grey_image_to_rgb(np.asarray(picture), picture.mode)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        canvas = Image.new("RGBA", picture.size, (*background, 255))
        picture = Image.alpha_composite(canvas, picture)
    return np.asarray(picture.convert("RGB"))


def _wide_grey_image_to_rgb(grey: np.ndarray, mode: str) -> np.ndarray:
    """16-bit, 32-bit and floating-point grey, which Pillow's own conversion would clip."""
    grey = np.nan_to_num(grey.astype(np.float64))
    # Only the 16-bit modes say what white is; the others hold 8 or 16 bits by custom.
    peak = 65535.0 if mode.startswith("I;16") or grey.max() > 255.0 else 255.0
    grey = np.clip(np.round(grey * (255.0 / peak)), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def _image_array_to_rgb(array: np.ndarray, background) -> np.ndarray:
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[-1] not in (3, 4)):
        raise ValueError(
            "`source` must have shape (height, width), (height, width, 3) or (height, width, 4). "
            f"Received: source.shape={array.shape}."
        )
    if np.issubdtype(array.dtype, np.floating):
        if not (np.isfinite(array).all() and array.min() >= 0.0 and array.max() <= 1.0):
            raise ValueError(
                "`source` of floating point must be finite and in [0, 1]. "
                f"Received: range [{array.min()}, {array.max()}]."
            )
        array = np.round(array * 255.0).astype(np.uint8)
    if array.dtype != np.uint8:
        raise ValueError(f"`source` must be uint8 or float. Received: dtype={array.dtype}.")
    return _pil_image_to_rgb(Image.fromarray(array), "the picture", background)
