"""Teach a preset one more style: how long it takes, and what it brings.

    python benchmarks/style_adaptation.py --data ../shared --output adapted

From all pictures of a small folder, and from one of them: minutes of processor time, style distance
of held-out photos with the style encoder alone and adapted, and the least PSNR between pictures of
the other styles before and after. Sheets lie in the output folder.
"""

import argparse
import os
import shutil
import time
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data

from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

COLUMNS = (
    "new style",
    "pictures",
    "minutes of processor",
    "encoder alone",
    "adapted",
    "other styles, dB",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/styles")
    parser.add_argument("--folder", default="dutch_oil", help="name of a folder of styles")
    parser.add_argument("--model", default="mobile")
    parser.add_argument("--output", type=Path, default=Path("adapted"))
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    folder = arguments.data / "data" / "styles" / arguments.folder
    first = sorted(path for path in folder.iterdir() if path.is_file())[0]
    photos = arguments.data / "data" / "photos"
    rows = [
        measure(arguments.model, styles, photos, arguments.output / name, f"new {name}")
        for styles, name in ((folder, f"{folder.name}_all"), (first, f"{folder.name}_one"))
    ]
    print(format_table(list(COLUMNS), rows))


def measure(model: str, styles: Path, photos: Path, output: Path, name: str) -> list[str]:
    """Adapt once; return a row of the table."""
    from portrait_style.training.adaptation.run import adapt

    shutil.rmtree(output, ignore_errors=True)
    start = time.process_time()
    made = adapt(model, styles, output, photos, name=name, progress=True)
    minutes = (time.process_time() - start) / 60.0
    count = sum(1 for _ in styles.iterdir()) if styles.is_dir() else 1
    least = min(made.known_psnr.values())
    figures = [f"{x:.3f}" for x in (made.encoder_alone, made.adapted)]
    return [name, str(count), f"{minutes:.1f}", *figures, f"{least:.1f} or more"]


if __name__ == "__main__":
    main()
