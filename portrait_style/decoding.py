"""Files and streams of pictures, read as uint8 RGB in sRGB, upright, and their transparency.

What Pillow opens is read, and HEIC where pillow-heif is installed.
"""

import contextlib
import functools
import importlib
import io
import os
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from portrait_style.errors import ImageError, MissingPackageError, PortraitStyleError
from portrait_style.installation import MODULES, check_installed

READABLE_SUFFIXES = (
    ".avif",
    ".bmp",
    ".gif",
    ".heic",
    ".heif",
    ".jfif",
    ".jpeg",
    ".jpg",
    ".mpo",
    ".png",
    ".tif",
    ".tiff",
    ".webp",
)
MIN_SIDE = 16
MAX_PIXELS = 64_000_000
# Of which further pictures are previews, depth maps or pages, not an animation.
_STILL_FORMATS = ("MPO", "TIFF", "HEIF")
# Brands of the container that HEIC, with its own decoder, and AVIF share.
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_BRAND_BYTES = 64
# A profile that moves no colour by more levels is sRGB, whatever its name is.
_SAME_COLOUR = 1
# Modes of pictures, and the colour spaces of profiles that can belong to them.
_PROFILED = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}


class DecodedImage(NamedTuple):
    """A picture as it was read.

    Attributes:
        pixels: uint8 (height, width, 3), sRGB, without regard to transparency.
        alpha: uint8 (height, width), 0 where nothing is seen, or `None` where all is.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None


def decode_image(file, name: str) -> DecodedImage:
    """Read a picture.

    Args:
        file: path, or a seekable stream of bytes.
        name: str, what errors call it.

    Raises:
        ImageError: if it is missing, damaged, animated, smaller than 16 pixels or larger than 64
            megapixels, or HEIC where pillow-heif is not installed.
    """
    with readable_image(name), contextlib.ExitStack() as opened:
        if isinstance(file, (str, os.PathLike)):
            file = opened.enter_context(open(file, "rb"))
        _prepare_decoder(file, name)
        with Image.open(file) as picture:
            return decode_pil_image(picture, name)


def existing_image_file(path: str | os.PathLike) -> str | os.PathLike:
    """Return a path if there is a file that can hold a picture.

    Raises:
        ImageError: if there is none.
    """
    if str(path).lower().startswith(("http://", "https://")):
        raise ImageError(f"{path} is an address; download the picture and name the file")
    # os.path answers False for paths that pathlib refuses to look up, such as overlong ones.
    if os.path.isdir(path):
        raise ImageError(f"{path} is a folder; name a picture in it")
    if not os.path.isfile(path):
        raise ImageError(f"{path} does not exist; check the path")
    if os.path.getsize(path) == 0:
        raise ImageError(f"{path} is empty (0 bytes); copy the picture again")
    return path


@contextlib.contextmanager
def readable_image(name: str):
    """Turn what Pillow and its decoders raise into one error that names the picture."""
    try:
        with warnings.catch_warnings():
            # The limit of this module is stricter than the one that this warning tells of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    except PortraitStyleError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(_image_too_large(name)) from error
    except PermissionError as error:
        raise ImageError(f"{name} may not be read; change its permissions") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is not a picture in a known format; save it as PNG") from error
    # Decoders stumble over damaged files in all ways that there are.
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(f"{name} is damaged ({reason}); copy or save it again") from error


def decode_pil_image(picture: Image.Image, name: str) -> DecodedImage:
    """Take the pixels of a picture that is open; called within `readable_image`."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise ImageError(_image_too_large(name))
    if min(width, height) < MIN_SIDE:
        raise ImageError(
            f"{name} has {width}x{height} pixels; at least {MIN_SIDE}x{MIN_SIDE} are needed"
        )
    frames = getattr(picture, "n_frames", 1)
    if frames > 1 and picture.format not in _STILL_FORMATS:
        raise ImageError(f"{name} is animated ({frames} frames); save one frame of it")
    if frames > 1 and picture.format == "TIFF":
        warnings.warn(f"{name} has {frames} pages; the first is taken", stacklevel=2)
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode == "F" or picture.mode.startswith("I"):
        return DecodedImage(_wide_grey_to_rgb(np.asarray(picture), picture.mode), None)
    alpha = None
    if picture.has_transparency_data:
        alpha = np.asarray(picture.convert("RGBA").getchannel("A"))
        picture = picture.convert("L" if picture.mode == "LA" else "RGB")
        alpha = None if (alpha == 255).all() else alpha
    elif picture.mode not in _PROFILED:
        picture = picture.convert("RGB")
    return DecodedImage(np.asarray(_to_srgb(picture, profile).convert("RGB")), alpha)


def _prepare_decoder(stream, name: str) -> None:
    """Have Pillow know HEIC where this is one."""
    start = stream.read(_BRAND_BYTES)
    stream.seek(0)
    if start[4:8] != b"ftyp":
        return
    brands = {start[8:12], *(start[i : i + 4] for i in range(16, len(start) - 3, 4))}
    if brands & _HEIF_BRANDS and not brands & _AVIF_BRANDS:
        try:
            check_installed("heif")
        except MissingPackageError as error:
            raise ImageError(f"{name} is HEIC: {error}") from error
        # By name: what reads other pictures does not need it.
        importlib.import_module(MODULES["pillow-heif"]).register_heif_opener()


def _image_too_large(name: str) -> str:
    return f"{name} has more than {MAX_PIXELS // 1_000_000} megapixels; scale it down first"


def _wide_grey_to_rgb(grey: np.ndarray, mode: str) -> np.ndarray:
    """16-bit, 32-bit and floating-point grey, which Pillow's own conversion would clip."""
    grey = np.nan_to_num(grey.astype(np.float64))
    if mode == "F" and grey.max() <= 1.0:
        peak = 1.0
    else:
        # Only the 16-bit modes say what white is; the others hold 8 or 16 bits by custom.
        peak = 65535.0 if mode.startswith("I;16") or grey.max() > 255.0 else 255.0
    grey = np.clip(np.round(grey * (255.0 / peak)), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the profile that came with the picture; one that is of no use is left aside."""
    if not profile or picture.mode not in _PROFILED:
        return picture
    try:
        transform = _transform_to_srgb(profile, picture.mode)
        return picture if transform is None else ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


# A folder's photos have one profile, or a few.
@functools.lru_cache(maxsize=8)
def _transform_to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build what takes colours to sRGB; `None` where they are, or where the profile is another's.

    Raises:
        PyCMSError, OSError, ValueError, TypeError: if the profile is damaged.
    """
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if source.profile.xcolor_space.strip() != _PROFILED[mode]:
        return None
    transform = ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return None if mode == "RGB" and _is_srgb(transform) else transform


def _is_srgb(transform) -> bool:
    levels = np.linspace(0, 255, 6).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(6, 36, 3)
    seen = np.asarray(ImageCms.applyTransform(Image.fromarray(cube), transform))
    return int(np.abs(seen.astype(int) - cube).max()) <= _SAME_COLOUR
