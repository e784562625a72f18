"""Train twice in equal steps, with and without one feature, and measure both on held-out pictures.

    python benchmarks/ablations.py guidance --data ../shared --output runs/ablations/guidance
    python benchmarks/ablations.py adaptive --data ../shared --output runs/ablations/adaptive
    python benchmarks/ablations.py robustness --data ../shared --output runs/ablations/robustness

Both runs see the same pictures in the same order. What is measured on is held out from training and
from what guidance measures while training. `--output` gets the runs, `sheet.png` (photo, style, and
each run's result) and `ablation.json`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data

from portrait_style.errors import DatasetError, OutputError
from portrait_style.image import save_image
from portrait_style.image_folder import in_validation, list_images
from portrait_style.reports.sheet import contact_sheet
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

TEST_FRACTION = 0.1
TRAIN_PHOTOS, TEST_PHOTOS = 400, 20
EPSILON = 4
SETTINGS = "ablation.json"
MEASURES = ("total", "style_score", "content_score", "kernel_distance")


@dataclass(frozen=True)
class Ablation:
    """Runs that differ in one feature.

    Attributes:
        question: str, what is asked.
        styles: tuple of str, style folders.
        runs: dict of str to list of str, what the command of each run has of its own.
        pairs: tuple of (str, str), the runs that are compared: without and with the feature.
        steps: int, by default.
        size: int, pixels of the views, by default.
        measurements: int, how often quality is measured while training.
        style_pictures: int or `None`, of each style, chosen by the seed.
        shared: tuple of str, what all commands have besides.
    """

    question: str
    styles: tuple
    runs: dict
    pairs: tuple
    steps: int
    size: int
    measurements: int = 1
    style_pictures: int | None = None
    shared: tuple = ()


GUIDED = ["--quality-target", "0.8"]
# As the default weights were when these ablations were laid out.
PLAIN = "colour=0,chroma_variation=0"
DEFAULT, UNBALANCED = (["--loss-weights", weights] for weights in (PLAIN, f"content=8,{PLAIN}"))
PRESET_WEIGHTS = "style=1,content=2.4,adversarial=0.35,colour=12,chroma_variation=0"
# What trained when these ablations were laid out: Adam, from nothing where nothing else is named.
ADAM = ("--optimizer", "adam", "--learning-rate", "0.001")
ABLATIONS = {
    "guidance": Ablation(
        question="weights that follow measured quality, against weights that stay",
        styles=("kaokore", "lorelei"),
        runs={
            "default": DEFAULT,
            "default guided": DEFAULT + GUIDED,
            "unbalanced": UNBALANCED,
            "unbalanced guided": UNBALANCED + GUIDED,
        },
        pairs=(("default", "default guided"), ("unbalanced", "unbalanced guided")),
        steps=240,
        size=64,
        measurements=12,
        shared=("--initial", "random", *ADAM),
    ),
    "adaptive": Ablation(
        question="a discriminator that is augmented and regularized, on 100 style pictures",
        styles=("kaokore",),
        runs={"without": [], "with": ["--adaptive"]},
        pairs=(("without", "with"),),
        steps=600,
        size=64,
        style_pictures=100,
        shared=("--initial", "random", *ADAM, *DEFAULT),
    ),
    "robustness": Ablation(
        question=f"photos perturbed by {EPSILON}/255 while training on from the bundled preset",
        styles=("kaokore",),
        runs={"without": [], "with": ["--adversarial-robustness", str(EPSILON)]},
        pairs=(("without", "with"),),
        steps=200,
        size=64,
        # Weights near those it was trained with: it should stay what it is.
        shared=("--initial", "mobile", *ADAM, "--loss-weights", PRESET_WEIGHTS),
    ),
}


def main() -> None:
    arguments = _parser().parse_args()
    ablation = ABLATIONS[arguments.ablation]
    steps, size = arguments.steps or ablation.steps, arguments.size or ablation.size
    try:
        lay_out(ablation, arguments.data / "data", arguments.output, arguments.seed)
    except DatasetError as error:
        _leave(f"{error}; --data names what holds data/")
    except OutputError as error:
        _leave(error)
    print(f"{arguments.ablation}: {ablation.question}; {steps} steps at {size} px", flush=True)
    for run in ablation.runs:
        train(ablation, run, arguments.output, steps, size, arguments.seed)
    import_tensorflow_quietly()
    reports = {
        run: evaluate_run(arguments.output, run, 2 * size, arguments.seed) for run in ablation.runs
    }
    figures = {run: means(report) for run, report in reports.items()}
    if arguments.ablation == "robustness":
        for run in ablation.runs:
            figures[run] |= changes_of(arguments.output, run, 2 * size, arguments.seed)
    write_sheet(arguments.output / "sheet.png", reports)
    settings = {"ablation": arguments.ablation, "steps": steps, "size": size}
    settings |= {"seed": arguments.seed, "runs": ablation.runs}
    written = json.dumps({**settings, "figures": figures}, indent=2)
    (arguments.output / SETTINGS).write_text(written + "\n")
    print_figures(figures, ablation.pairs)


def _leave(message) -> None:
    print(f"ablations: error: {message}", file=sys.stderr)
    sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("ablation", choices=ABLATIONS)
    add_data(parser, "data/photos and data/styles")
    add("--output", type=Path, required=True, help="folder to write, new or of an earlier ablation")
    add("--steps", type=int, help="of each run")
    add("--size", type=int, help="pixels of the views while training; results are twice as large")
    add("--seed", type=int, default=0)
    return parser


# Pictures and runs


def lay_out(ablation: Ablation, data: Path, output: Path, seed: int) -> None:
    """Link the pictures of training to `train/`, and those of the measures to `test/`.

    What training holds out itself, to measure while it runs, it chooses by the names of the links.
    """
    folders = {"photos": data / "photos"}
    folders |= {f"styles/{name}": data / "styles" / name for name in ablation.styles}
    # Before anything is removed.
    found = {name: list_images(folder) for name, folder in folders.items()}
    _empty(output)
    for name, paths in found.items():
        test = [path for path in paths if in_validation(path, TEST_FRACTION)]
        rest = [path for path in paths if path not in test]
        photos = name == "photos"
        _link(_some(test, TEST_PHOTOS if photos else None, seed), output / "test" / name, "test")
        count = TRAIN_PHOTOS if photos else ablation.style_pictures
        _link(_some(rest, count, seed), output / "train" / name, "train")


def _empty(output: Path) -> None:
    """Remove an earlier ablation, and nothing else."""
    if output.is_dir() and any(output.iterdir()) and not (output / SETTINGS).is_file():
        raise OutputError(f"{output} holds something else than an ablation; name a new folder")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    (output / SETTINGS).write_text("{}\n")


def _some(paths, count, seed):
    if count is None or len(paths) <= count:
        return paths
    chosen = np.random.default_rng(seed).permutation(len(paths))[:count]
    return [paths[i] for i in sorted(chosen)]


def _link(paths, folder: Path, prefix: str) -> None:
    folder.mkdir(parents=True)
    for path in paths:
        (folder / f"{prefix}-{path.name}").symlink_to(path.resolve())


def train(ablation: Ablation, run: str, output: Path, steps: int, size: int, seed: int) -> None:
    """Train by the command line, which writes into a log."""
    folder = _run_folder(output, run)
    options = {
        "--photos": output / "train" / "photos",
        "--styles": output / "train" / "styles",
        "--output": folder,
        "--steps": steps,
        "--size": size,
        "--seed": seed,
        "--sample-every": max(1, steps // ablation.measurements),
    }
    flat = [str(text) for pair in options.items() for text in pair]
    own = [*ablation.shared, *ablation.runs[run]]
    print(f"training {run}: {' '.join(own) or 'defaults'}", flush=True)
    command = [sys.executable, "-m", "portrait_style", "train", *flat, *own]
    log = folder.with_name(f"{folder.name}.log")
    with log.open("w") as file:
        if subprocess.run(command, stdout=file, stderr=subprocess.STDOUT).returncode:
            raise SystemExit(f"training failed:\n{log.read_text()[-2000:]}")


def _run_folder(output: Path, run: str) -> Path:
    return output / run.replace(" ", "_")


# Measures


def evaluate_run(output: Path, run: str, size: int, seed: int):
    from portrait_style.evaluation import evaluate

    test = output / "test"
    return evaluate(
        _run_folder(output, run),
        test / "photos",
        test / "styles",
        output / "evaluated" / _run_folder(output, run).name,
        limit=TEST_PHOTOS,
        size=size,
        seed=seed,
    )


def means(report) -> dict[str, float]:
    """Average each measure over the rows, which is what the total of a report is."""
    rows = report.styles.values()
    return {
        name: float(np.mean([row[name].value for row in rows]))
        for name in MEASURES
        if all(name in row for row in rows)
    }


def changes_of(output: Path, run: str, size: int, seed: int) -> dict[str, float]:
    from steadiness import changes

    from portrait_style.image_folder import ImageFolder

    photos = ImageFolder(output / "test" / "photos", limit=TEST_PHOTOS, seed=seed)
    (style,) = (output / "test" / "styles").iterdir()
    references = ImageFolder(style, limit=TEST_PHOTOS, seed=seed)
    return changes(_run_folder(output, run), photos, references, EPSILON, size, seed)


# What is shown


def write_sheet(path: Path, reports: dict) -> None:
    """Lay out photo, style and the results of all runs, for every row drawn after pictures."""
    first = next(iter(reports.values()))
    rows = []
    for name, shown in first.sheets.items():
        for i, (photo, reference, _) in enumerate(shown):
            if reference is not None:
                results = [report.sheets[name][i][2] for report in reports.values()]
                rows.append([photo, reference, *results])
    save_image(path, contact_sheet(rows, ["photo", "style", *reports], size=144), overwrite=True)


def print_figures(figures: dict, pairs) -> None:
    names = list(next(iter(figures.values())))
    rows = [[run, *(f"{values[name]:.4f}" for name in names)] for run, values in figures.items()]
    print(format_table(["run", *names], rows))
    for without, feature in pairs:
        for name in names:
            before, after = figures[without][name], figures[feature][name]
            relative = f"{100.0 * (after / before - 1.0):+.1f} %" if before > 0.0 else "no ratio"
            print(f"{name}: {before:.4f} {without}, {after:.4f} {feature} ({relative})")


if __name__ == "__main__":
    main()
