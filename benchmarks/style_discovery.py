"""Discover styles in folders whose styles are known: are they found?

    python benchmarks/style_discovery.py --data ../shared --output discovered

Four style folders thrown together, without their names: adjusted Rand index, 1 where every picture
is with those of its folder and no others. Mixed portraits of the 19th century: purity, the share of
120 labelled pictures that have the most frequent letter of their cluster.

`tests/data/american_19c_letters.csv` was labelled by eye: e line engraving, woodcut or pen drawing;
s stipple, steel engraving, mezzotint, lithograph or chalk; p photograph; t photograph on brown
paper; o painting; m painting reproduced in black and white. Small as the pictures are, what is s,
m and p is often a guess; purity is therefore told for coarser sortings, too.
"""

import argparse
import csv
import os
import tempfile
from collections import Counter
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data
from sklearn.metrics import adjusted_rand_score

from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

FOLDERS = ("dutch_oil", "kaokore", "lorelei", "notionists")
LETTERS = Path(__file__).parents[1] / "tests" / "data" / "american_19c_letters.csv"
SORTINGS = {
    "lines, tones, brown paper, colours": {"s": "p", "m": "p"},
    "lines, tones, colours": {"s": "p", "m": "p", "t": "p"},
    "prints, photographs and reproductions, colours": {"s": "e", "m": "p", "t": "p"},
    "prints, photographs, paintings": {"s": "e", "m": "o", "t": "p"},
    "all six letters": {},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/styles")
    parser.add_argument("--output", type=Path, default=Path("discovered"))
    arguments = parser.parse_args()
    styles = (arguments.data / "data" / "styles").resolve()
    import_tensorflow_quietly()
    mixed = discover_mixed(styles, arguments.output / "four_folders")
    print(mixed.table())
    print(f"adjusted Rand index {rand_index(mixed):.3f}, goal 0.9\n")
    portraits = discover_in(styles / "american_19c", arguments.output / "american_19c")
    print(portraits.table())
    rows = [[name, f"{purity(portraits, merged):.3f}"] for name, merged in SORTINGS.items()]
    print(format_table(["purity of 120 labelled pictures, goal 0.85", "american_19c"], rows))


def discover_mixed(styles: Path, output: Path):
    """Discover in links whose names do not tell the folder, only the number does."""
    with tempfile.TemporaryDirectory() as pool:
        for folder in FOLDERS:
            for number, path in enumerate(sorted((styles / folder).iterdir())):
                link = Path(pool) / f"{folder}-{number:04d}{path.suffix}"
                link.symlink_to(path)
        return discover_in(Path(pool), output)


def discover_in(folder: Path, output: Path):
    from portrait_style.discovery import discover

    return discover(folder, output, overwrite=True, progress=True)


def rand_index(found) -> float:
    """Compare clusters with folders."""
    pairs = [(file.rsplit("-", 1)[0], style.name) for style in found.styles for file in style.files]
    return adjusted_rand_score(*zip(*pairs, strict=True))


def purity(found, merged: dict[str, str]) -> float:
    """Share of labelled pictures that have the most frequent letter of their cluster."""
    with LETTERS.open(newline="") as file:
        letters = {row["file"]: row["letter"] for row in csv.DictReader(file)}
    letters = {file: merged.get(letter, letter) for file, letter in letters.items()}
    counts = [Counter(letters[f] for f in s.files if f in letters) for s in found.styles]
    return sum(max(count.values(), default=0) for count in counts) / len(letters)


if __name__ == "__main__":
    main()
