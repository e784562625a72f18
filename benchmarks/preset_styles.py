"""Lay out the style folders of the bundled preset.

    python benchmarks/preset_styles.py --data ../shared --output runs/preset_styles

`preset_styles.csv` beside this script sorts the mixed 19th-century portraits by technique; it was
made by clustering VGG16's channel moments and naming the clusters by eye. The folders hold links.
"""

import argparse
import csv
from pathlib import Path

from data_folder import add_data

WHOLE_FOLDERS = {
    "picture_scroll": "kaokore",
    "oil": "dutch_oil",
    "ink_avatar": "lorelei",
    "line_avatar": "notionists",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/styles")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    count = lay_out(arguments.data, arguments.output)
    print(f"{count} pictures in {arguments.output}")


def lay_out(data: Path, output: Path) -> int:
    """Link each picture into the folder of its style; return how many there are."""
    styles = data.resolve() / "data" / "styles"
    pairs = [
        (name, path)
        for name, folder in WHOLE_FOLDERS.items()
        for path in sorted((styles / folder).iterdir())
    ]
    table = Path(__file__).with_name("preset_styles.csv")
    with table.open(newline="") as file:
        pairs += [
            (row["style"], styles / "american_19c" / row["file"]) for row in csv.DictReader(file)
        ]
    for name, path in pairs:
        folder = output / name
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / path.name
        if not link.is_symlink():
            link.symlink_to(path)
    return len(pairs)


if __name__ == "__main__":
    main()
