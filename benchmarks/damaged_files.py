"""Damage picture files by chance, and see that each is drawn from or refused in a clear line.

    python benchmarks/damaged_files.py --files 500

Whole files of every format that is read, of every mode that the format has, are mutated: bytes
changed, cut out, doubled or cut off, headers most of all. The same numbers give the same files.
Prints how many of each format are read and how many refused; what ends otherwise is shown, and the
exit code is 1.
"""

import argparse
import collections
import io
import sys
import time
import warnings

import numpy as np
from PIL import Image, ImageCms

from portrait_style.errors import ImageError
from portrait_style.image import load_image
from portrait_style.reports.table import format_table

MODES = {
    "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"),
    "JPEG": ("RGB", "L", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "AVIF": ("RGB", "RGBA"),
    "TIFF": ("RGB", "RGBA", "L", "CMYK", "LAB", "F", "I;16", "1"),
    "GIF": ("P", "L"),
    "BMP": ("RGB", "L", "P"),
    "HEIF": ("RGB", "L"),
}
# Seconds that a file may take.
SLOWEST = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=500, help="default: 500")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    whole = whole_files()
    rng = np.random.default_rng(arguments.seed)
    outcomes: dict = {kind: collections.Counter() for kind, _ in whole}
    wrong = []
    for number in range(arguments.files):
        kind, data = whole[number % len(whole)]
        start = time.perf_counter()
        outcome = what_becomes_of(mutated(data, rng))
        if time.perf_counter() - start > SLOWEST:
            outcome = f"took more than {SLOWEST:g} s"
        if outcome not in ("read", "refused"):
            wrong.append(f"file {number}, {kind}: {outcome}")
        outcomes[kind][outcome if outcome in ("read", "refused") else "otherwise"] += 1
    rows = [
        [kind, *(f"{found[what]}" for what in ("read", "refused", "otherwise"))]
        for kind, found in outcomes.items()
    ]
    total = sum(outcomes.values(), collections.Counter())
    rows.append(["all", *(f"{total[what]}" for what in ("read", "refused", "otherwise"))])
    print(format_table(["format", "read", "refused in a line", "otherwise"], rows))
    print("\n".join(wrong))
    sys.exit(bool(wrong))


def whole_files() -> list[tuple[str, bytes]]:
    """Write a picture in every format and mode: pairs of format and file."""
    y, x = np.mgrid[:60, :80]
    waves = (np.sin(x / 9.0), np.cos(y / 7.0), np.sin((x + y) / 11.0))
    photo = Image.fromarray(np.round(127.5 + 100.0 * np.stack(waves, -1)).astype(np.uint8))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = photo.getexif()
    exif[0x0112] = 6
    files = []
    for kind, modes in MODES.items():
        for mode in modes:
            options: dict = {} if kind in ("BMP", "GIF") else {"icc_profile": profile}
            if kind in ("JPEG", "PNG", "WEBP"):
                options["exif"] = exif
            files.append((kind, saved(in_mode(photo, mode), kind, **options)))
    return files


def in_mode(photo: Image.Image, mode: str) -> Image.Image:
    """Convert, by way of grey where there is no direct way."""
    if mode == "LAB":
        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        return ImageCms.profileToProfile(photo, *profiles, outputMode="LAB")
    if mode == "I;16":
        return Image.fromarray(np.asarray(photo.convert("L")).astype(np.uint16) * 257)
    return photo.convert(mode)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    """Encode a picture."""
    buffer = io.BytesIO()
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(image).save(buffer)
    else:
        image.save(buffer, kind, **options)
    return buffer.getvalue()


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file in one of four ways."""
    found = np.frombuffer(data, np.uint8).copy()
    # Headers hold sizes, types and offsets.
    reach = len(found) if rng.random() < 0.4 else min(256, len(found))
    way = rng.integers(4)
    if way == 0:
        return found[: rng.integers(1, len(found))].tobytes()
    if way == 1:
        begin, end = sorted(rng.integers(0, reach, 2))
        return np.concatenate([found[:begin], found[end:]]).tobytes()
    if way == 2:
        begin, end = sorted(rng.integers(0, reach, 2))
        return np.concatenate([found[:end], found[begin:]]).tobytes()
    places = rng.integers(0, reach, rng.integers(1, 16))
    found[places] = rng.choice([0, 1, 127, 128, 255, *rng.integers(0, 256, 8)], len(places))
    return found.tobytes()


def what_becomes_of(data: bytes) -> str:
    """Read a file: "read", "refused", or what went wrong."""
    try:
        pixels = load_image(data)
    except ImageError as error:
        return "refused" if "\n" not in str(error) else f"more than a line: {error!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    whole = pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[-1] == 3
    return "read" if whole else f"an array of {pixels.dtype}, {pixels.shape}"


if __name__ == "__main__":
    main()
