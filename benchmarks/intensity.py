"""Follow the intensity from 0 to 1 on held-out photos: does 0 give the photo back, and then?

    python benchmarks/intensity.py --model mobile --data ../shared

Peak signal-to-noise ratio against the photo, in decibels, mean over photos, for every style.
`steady` is the share of photos that move away from the photo at every step.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data
from tqdm import tqdm

from portrait_style import PortraitStylizer
from portrait_style.image import load_image
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

INTENSITIES = (0.0, 0.25, 0.5, 0.75, 1.0)
GOAL = 30.0


def main() -> None:
    """Print a row a style."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/photos")
    parser.add_argument("--model", default="mobile", help="preset, run folder or .keras file")
    parser.add_argument("--limit", type=int, default=20, help="photos")
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    photos = held_out_photos(arguments.data / "data" / "photos")[: arguments.limit]
    stylizer = PortraitStylizer.load(arguments.model)
    rows = [
        row(style, ratios(stylizer, style, photos))
        for style in tqdm(stylizer.styles, desc="intensity", disable=None)
    ]
    print(f"{len(photos)} held-out photos of {arguments.model}, PSNR in dB by intensity")
    print(format_table(["style", *(f"{x:g}" for x in INTENSITIES), "steady"], rows))
    print(f"goal at intensity 0: at least {GOAL:g} dB")


def held_out_photos(folder: Path) -> list[np.ndarray]:
    """Read the photos that no training has seen."""
    from portrait_style.image_folder import HELD_OUT_FRACTION, in_validation, list_images

    return [
        load_image(path) for path in list_images(folder) if in_validation(path, HELD_OUT_FRACTION)
    ]


def ratios(stylizer, style: str, photos: list[np.ndarray]) -> np.ndarray:
    """Return the PSNR of every photo at every intensity, (photos, intensities)."""
    return np.array(
        [[psnr(photo, stylizer.stylize(photo, style, x)) for x in INTENSITIES] for photo in photos]
    )


def psnr(photo: np.ndarray, picture: np.ndarray) -> float:
    """Return the peak signal-to-noise ratio of two uint8 pictures."""
    error = np.mean((photo.astype(np.float64) - picture) ** 2)
    return float(10.0 * np.log10(255.0**2 / max(error, 1e-10)))


def row(style: str, measured: np.ndarray) -> list[str]:
    """Lay out one style's means and the share of photos that fall at every step."""
    steady = np.mean(np.all(np.diff(measured, axis=1) < 0.0, axis=1))
    return [style, *(f"{value:.1f}" for value in measured.mean(axis=0)), f"{steady:.0%}"]


if __name__ == "__main__":
    main()
