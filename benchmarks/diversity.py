"""How different are pictures of one photo under random seeds, next to real pictures of the style?

    python benchmarks/diversity.py --data ../shared --output runs/diversity

`seeds` is the mean perceptual distance between pictures of one photo in `random:SEED@STYLE`, under
ten seeds; `references` is that after ten real pictures of the style instead; `real` is that between
real pictures of the style, which also differ by who they show. The last row is of `random:SEED` and
of all styles together. Each photo's pictures are compared with each other, then photos averaged.
The sheet shows a photo and its pictures, a row a style.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data
from preset_styles import lay_out
from tqdm import tqdm

from portrait_style import PortraitStylizer
from portrait_style.image import save_image
from portrait_style.image_folder import ImageFolder, style_folders_of
from portrait_style.quality.style_set import SIDE
from portrait_style.reports.sheet import contact_sheet
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

SEEDS, GOAL = 10, 0.5
ALL = "all styles"


def main() -> None:
    """Print a row a style, and draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/photos")
    parser.add_argument("--model", default="mobile", help="preset, run folder or .keras file")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--photos", type=int, default=3, help="held-out photos")
    parser.add_argument("--real", type=int, default=20, help="real pictures of a style")
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    stylizer = PortraitStylizer.load(arguments.model)
    photos = squares(arguments.data / "data" / "photos", arguments.photos, held_out=True)
    lay_out(arguments.data, arguments.output / "styles")
    folders = style_folders_of(arguments.output / "styles")
    real = real_pictures(folders, stylizer.styles, arguments.real)
    rows, sheet = [], []
    for name, pictures in tqdm(real.items(), desc="diversity", disable=None):
        drawn = [drawn_by_seed(stylizer, photo, name) for photo in photos]
        rows.append(row(name, drawn, drawn_after(stylizer, photos, pictures), pictures))
        sheet.append([photos[0], *drawn[0]])
    print(f"{arguments.model}: {len(photos)} held-out photos, {SEEDS} seeds")
    print(format_table(["style", "seeds", "references", "real", "seeds / real"], rows))
    print(f"goal: seeds / real of at least {GOAL:g}")
    headings = ["photo", *(f"random:{seed}" for seed in range(SEEDS))]
    path = arguments.output / f"{Path(arguments.model).name}.png"
    print(save_image(path, contact_sheet(sheet, headings, size=128), overwrite=True))


def squares(folder: Path, limit: int, held_out: bool = False) -> list[np.ndarray]:
    split = "validation" if held_out else "all"
    pictures = ImageFolder(folder, split, limit=limit)
    return [pictures.square(index, SIDE) for index in range(len(pictures))]


def real_pictures(folders: dict[str, Path], names, limit: int) -> dict[str, list[np.ndarray]]:
    """Read pictures of each style, and put as many together of all of them in turn."""
    real = {name: squares(folders[name], limit) for name in names if name in folders}
    owners = list(real.values())
    mixed = [owners[i % len(owners)][i // len(owners)] for i in range(limit)]
    return real | {ALL: mixed}


def drawn_by_seed(stylizer, photo, name: str) -> list[np.ndarray]:
    ending = "" if name == ALL else f"@{name}"
    return [stylizer.stylize(photo, f"random:{seed}{ending}") for seed in range(SEEDS)]


def drawn_after(stylizer, photos, references) -> list[list[np.ndarray]]:
    codes = [stylizer.encode_style(reference) for reference in references[:SEEDS]]
    return [[stylizer.stylize(photo, code) for code in codes] for photo in photos]


def row(name: str, by_seed, by_reference, real) -> list[str]:
    seeds, references = (
        np.mean([mean_distance(pictures) for pictures in by_photo])
        for by_photo in (by_seed, by_reference)
    )
    between = mean_distance(real)
    return [name, *(f"{x:.3f}" for x in (seeds, references, between, seeds / between))]


def mean_distance(pictures) -> float:
    """Mean perceptual distance of all pairs, by the compact network."""
    from portrait_style.models.feature_extractor import FeatureExtractor
    from portrait_style.quality.diversity import diversity
    from portrait_style.quality.style_set import batches

    extractor = FeatureExtractor("compact")
    maps = [[np.asarray(block) for block in extractor(batch)] for batch in batches(pictures)]
    return diversity([np.concatenate(blocks) for blocks in zip(*maps, strict=True)])


if __name__ == "__main__":
    main()
