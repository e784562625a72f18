"""Teach one network what renderers draw, by pairs and unpaired, and tell how much it learned.

Both ways start from the package's own networks, which have seen what these renderers draw; with
--ways nothing it is by pairs from random weights.

    python benchmarks/learned.py --data ../shared --output runs/learned

Half of the training photos are of each folder of photos; 40 others are held out. For each way of
teaching and number of steps: how much of each drawing is learned (1 the renderer's own picture, 0
the photo), by how many levels its coarse colours differ, and by how many a drawing changes when
the photo moves by some pixels. Sheets of truth, pairs and unpaired lie in the output folder. What
is there already is not done again.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data
from shifts import shift_changes
from tqdm import tqdm

from portrait_style import PortraitStylizer
from portrait_style.image import crop_square, load_image, save_image, to_model_range
from portrait_style.image_folder import list_images
from portrait_style.reports.sheet import contact_sheet
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly
from portrait_style.training.recipe import chosen_by_chance, read_recipe, split_by_person

RENDERERS = ("cartoon", "comic", "coloured_pencil", "watercolour", "linocut", "engraving", "oil")
RECIPE = Path(__file__).parents[1] / "training" / "recipes" / "mobile.json"
TRAINING, HELD_OUT = 300, 40
SIZE, KEPT = 256, 512
SHIFTS = (1, 2, 3, 5)
# Every fourth photo is moved.
MOVED = 4
WEIGHTS = "vgg16_notop_float16.npz"
WAYS = ("pairs", "unpaired")
SHOWN = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/photos_diverse, data/photos, models/vgg16_notop_float16.npz")
    parser.add_argument("--output", type=Path, default=Path("runs/learned"))
    parser.add_argument("--steps", default="1000,3000", help="default: 1000,3000")
    parser.add_argument("--renderers", default=",".join(RENDERERS), help="default: seven")
    parser.add_argument("--ways", default=",".join(WAYS), help=f"default: {','.join(WAYS)}")
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    names, output = arguments.renderers.split(","), arguments.output
    lay_out(arguments.data / "data", output, names)
    ways, weights = arguments.ways.split(","), arguments.data / "models" / WEIGHTS
    for steps in map(int, arguments.steps.split(",")):
        runs = [output / f"{way}_{steps}" for way in ways]
        for way, run in zip(ways, runs, strict=True):
            if not (run / "generator.keras").is_file():
                teach(output, run, way, names, steps)
        for way, found in zip(ways, measure(output, runs, names, weights), strict=True):
            print(f"\n{way}, {steps} steps\n{figures(found)}", flush=True)
        draw_sheets(output, runs, names, f"sheets_{steps}")


def lay_out(data: Path, output: Path, names) -> None:
    """Write photos to learn from, photos that are held out, and what is to be drawn of those."""
    from portrait_style.renderers import render_all

    for split, chosen in split_photos(data).items():
        for path in chosen:
            target = output / split / f"{path.parent.name}-{path.stem}.png"
            if not target.is_file():
                save_image(target, crop_square(load_image(path), KEPT))
    for path in list_images(output / "held_out"):
        missing = [n for n in names if not (output / "truth" / n / path.name).is_file()]
        if missing:
            drawings = render_all(crop_square(load_image(path), SIZE), missing)
            for name, drawing in drawings.items():
                save_image(output / "truth" / name / path.name, drawing)


def split_photos(data: Path) -> dict[str, list[Path]]:
    """Choose as many photos of each folder, by chance: {"photos", "held_out"}.

    People are held out whom the recipe of the package's own networks holds out, too.
    """
    sources = read_recipe(RECIPE).photos
    parts = [split_by_person(list_images(data / x["folder"]), x) for x in sources]
    chosen = {}
    for part, (split, count) in enumerate({"photos": TRAINING, "held_out": HELD_OUT}.items()):
        some = [chosen_by_chance(pair[part], count // len(sources)) for pair in parts]
        chosen[split] = [path for paths in some for path in paths]
    return chosen


def teach(output: Path, run: Path, way: str, names, steps: int, **changes) -> None:
    """Train a run.

    Args:
        output: folder that holds photos/.
        run: folder of the run, new.
        way: one of `WAYS`.
        names: list of str, renderers.
        steps: int.
        **changes: of `TrainingConfig`.
    """
    from portrait_style.training import TrainingConfig, train
    from portrait_style.training.sources import sources_of

    pairs = TrainingConfig(output=str(run), photos=str(output / "photos"), render=tuple(names))
    if way == "unpaired":
        for name, folder in sources_of(pairs, progress=True).pictures.items():
            link = output / "styles" / name
            link.parent.mkdir(exist_ok=True)
            if not link.exists():
                link.symlink_to(folder.resolve())
        taught = {"styles": str(output / "styles")}
    else:
        taught = {"render": tuple(names)}
    if way == "nothing":
        taught["initial"] = "random"
    photos = str(output / "photos")
    train(
        TrainingConfig(
            output=str(run), photos=photos, steps=steps, sample_every=250, **taught, **changes
        )
    )


def figures(measured: dict[str, list[float]]) -> str:
    """Lay out what was learned of each style, as `measure` tells it."""
    rows = [
        [name, *(f"{value:.3f}" if i == 0 else f"{value:.1f}" for i, value in enumerate(values))]
        for name, values in measured.items()
    ]
    means = np.mean(list(measured.values()), axis=0)
    rows.append(["mean", f"{means[0]:.3f}", *(f"{mean:.1f}" for mean in means[1:])])
    header = ["style", "learned", "colour error", *(f"moved {n} px" for n in SHIFTS), "change"]
    return format_table(header, rows)


def measure(output: Path, runs, names, weights: Path, limit: int = HELD_OUT) -> list[dict]:
    """Draw held-out photos by several runs, and measure what was learned of each style.

    Args:
        output: folder that holds held_out/ and truth/.
        runs: list of folders.
        names: list of str, renderers.
        weights: path of VGG16's.
        limit: int, photos. Defaults to all.

    Returns:
        A dict for each run, of name to a list: the learned score, the error of coarse colours in
        levels, the change for each of `SHIFTS`, the mean change from the photo.
    """
    from portrait_style.functional.moments import STYLE_BLOCKS
    from portrait_style.models.feature_extractor import FeatureExtractor

    paths = list_images(output / "held_out")
    stylizers = [PortraitStylizer.load(run) for run in runs]
    extractor = FeatureExtractor("vgg16", weights, STYLE_BLOCKS)
    some = paths[:: len(paths) // limit][:limit]
    compared = compare(output / "truth", some, stylizers, names, extractor)
    photos = [load_image(path) for path in paths[::MOVED]]
    found = []
    for stylizer, comparisons in zip(stylizers, compared, strict=True):
        moved = {name: shift_changes(stylizer, photos, name, SIZE, SHIFTS) for name in names}
        found.append(
            {name: [*comparisons[name], *moved[name][0], moved[name][1]] for name in names}
        )
    return found


def compare(truth: Path, paths, stylizers, names, extractor) -> list[dict]:
    """Hold drawings against the truth, which is looked at once for all who draw.

    Args:
        truth: folder of a folder a renderer.
        paths: of photos.
        stylizers: list of `PortraitStylizer`.
        names: list of str, renderers.
        extractor: `FeatureExtractor`.

    Returns:
        A dict for each stylizer, of name to its learned score and its error of coarse colours.
    """
    from portrait_style.quality.learned import cell_distance, colour_error, learned

    distances = {name: np.zeros((len(paths), 1 + len(stylizers))) for name in names}
    errors = {name: np.zeros((len(paths), 1 + len(stylizers))) for name in names}
    for row, path in enumerate(tqdm(paths, desc="compare", unit="photo")):
        photo = crop_square(load_image(path), SIZE)
        pictures = {name: load_image(truth / name / path.name) for name in names}
        of_photo = extractor(to_model_range(photo)[None])
        for name, picture in pictures.items():
            wanted = to_model_range(picture)[None]
            true_maps = extractor(wanted)
            distances[name][row, 0] = cell_distance(of_photo, true_maps)[0]
            for column, stylizer in enumerate(stylizers, start=1):
                drawn = to_model_range(stylizer.stylize(photo, name))[None]
                distances[name][row, column] = cell_distance(extractor(drawn), true_maps)[0]
                errors[name][row, column] = colour_error(drawn, wanted)[0]
    return [
        {
            name: (learned(table[:, column], table[:, 0]), errors[name][:, column].mean())
            for name, table in distances.items()
        }
        for column in range(1, 1 + len(stylizers))
    ]


def draw_sheets(output: Path, runs: list[Path], names, folder: str = "sheets") -> None:
    """Write a sheet a style: photo, truth, and what each run draws."""
    paths = list_images(output / "held_out")[:: HELD_OUT // SHOWN][:SHOWN]
    stylizers = [PortraitStylizer.load(run) for run in runs]
    for name in names:
        rows = []
        for path in paths:
            photo = crop_square(load_image(path), SIZE)
            drawn = [stylizer.stylize(photo, name) for stylizer in stylizers]
            rows.append([photo, load_image(output / "truth" / name / path.name), *drawn])
        sheet = contact_sheet(rows, ["photo", "truth", *(run.name for run in runs)], size=SIZE)
        save_image(output / folder / f"{name}.png", sheet, overwrite=True)


if __name__ == "__main__":
    main()
