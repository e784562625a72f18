"""Pictures as files: formats, the profile that says what their numbers mean, and the mark."""

import functools
import io
import struct

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin, TiffTags

from portrait_style.transparency import flattened

# In which pictures can be written.
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".avif", ".tif", ".tiff")
_FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".bmp": "BMP",
    ".avif": "AVIF",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
_OPAQUE_FORMATS = ("JPEG", "BMP")
# Quality of lossy formats, 0..100.
QUALITY = 95


def encode_image(
    image: np.ndarray, suffix: str, quality: int = QUALITY, mark: str | None = None
) -> bytes:
    """Encode uint8 RGB, tagged as sRGB where the format can be; nothing else of a photo is in it.

    Args:
        image: uint8 array of shape (height, width, 3), or (height, width, 4) with transparency;
            formats that have none are laid on white.
        suffix: str, one of `IMAGE_SUFFIXES`.
        quality: int in [1, 100], of JPEG, WebP and AVIF. Defaults to 95.
        mark: str, XMP that goes with the picture, see `portrait_style.mark`; BMP cannot hold it.
            Defaults to `None`.

    Returns:
        bytes of a JPEG, PNG, WebP, BMP, AVIF or TIFF file.

    Raises:
        ValueError: if the suffix is not one of `IMAGE_SUFFIXES`.
    """
    if suffix.lower() not in _FORMATS:
        raise ValueError(f"`suffix` must be one of {IMAGE_SUFFIXES}. Received: suffix={suffix!r}.")
    chosen = _FORMATS[suffix.lower()]
    if image.shape[-1] == 4 and chosen in _OPAQUE_FORMATS:
        image = flattened(image[..., :3], image[..., 3], (255, 255, 255))
    options: dict = {} if chosen == "BMP" else {"icc_profile": srgb_profile()}
    if chosen == "TIFF":
        options["compression"] = "tiff_adobe_deflate"
    else:
        options["quality"] = quality
    if mark is not None:
        options |= _mark_options(chosen, mark)
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, chosen, **options)
    return buffer.getvalue()


def _mark_options(chosen: str, mark: str) -> dict:
    """Say how Pillow is given XMP for a format."""
    if chosen == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", mark)
        return {"pnginfo": chunks}
    if chosen == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        # XMP specification part 3: tag 700, of bytes.
        tags.tagtype[700] = TiffTags.BYTE
        tags[700] = mark.encode()
        return {"tiffinfo": tags}
    return {} if chosen == "BMP" else {"xmp": mark.encode()}


@functools.cache
def srgb_profile() -> bytes:
    """The profile of sRGB (IEC 61966-2-1), the same bytes on every day."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # ICC.1:2022, 7.2.8: when it was made; 7.2.18: a checksum, which may be left out.
    profile[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    profile[84:100] = bytes(16)
    return bytes(profile)
