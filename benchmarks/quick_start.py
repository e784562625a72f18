"""How long somebody waits for a picture, and for many: from the shell, all included.

    python benchmarks/quick_start.py

One JPEG of 512 x 512 pixels and a folder of them are drawn by `portrait-style stylize`, each call a
process of its own. Seconds are medians; pictures a second count the start of the process, too;
memory is the largest resident set of the process.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from portrait_style.image import crop_square, load_image, save_image
from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.model_files.trained_model import open_model
from portrait_style.reports.table import format_table

SIDE = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="mobile", help="default: mobile")
    parser.add_argument("--count", type=int, default=200, help="pictures (default: 200)")
    parser.add_argument("--repeats", type=int, default=5, help="of one picture (default: 5)")
    arguments = parser.parse_args()
    style = open_model(arguments.model).bank.names[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = list_images(bundled_photos())
        for i in range(arguments.count):
            photo = crop_square(load_image(photos[i % len(photos)]), SIDE)
            save_image(folder / "photos" / f"{i:04d}.jpg", photo)
        one = folder / "photos" / "0000.jpg"
        # The first call finds nothing in the file cache.
        calls = [
            stylize(one, arguments.model, style, folder / "one.jpg")
            for _ in range(arguments.repeats + 1)
        ][1:]
        many = stylize(folder / "photos", arguments.model, style, folder / "drawn")
    rows = [
        ["one picture", f"{statistics.median(c[0] for c in calls):.2f} s", f"{calls[-1][1]:.0f}"],
        [
            f"{arguments.count} pictures",
            f"{arguments.count / many[0]:.1f} pictures/s",
            f"{many[1]:.0f}",
        ],
    ]
    print(f"{arguments.model}, {style}, {SIDE} x {SIDE}, {os.cpu_count()} cores")
    print(format_table(["", "time", "MB"], rows))


def stylize(source: Path, model: str, style: str, output: Path) -> tuple[float, float]:
    """Run the command; return seconds and megabytes at most."""
    command = [sys.executable, "-m", "portrait_style", "stylize", source, "--style", style]
    command += ["--model", model, "--output", output, "--format", "jpg", "--overwrite"]
    start = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(process.stderr.read().decode())
    return seconds, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
