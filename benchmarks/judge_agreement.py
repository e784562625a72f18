"""Ask whether the measures rank methods and styles as an independent instrument does.

    python benchmarks/judge_agreement.py --photos photos --styles styles \
        --outputs ours=runs/ours adain=runs/adain --data ../shared

Each folder of outputs holds a sub-folder a style, called as in --styles, with results called as
their photos. `judge.py` of the data folder, with VGG16 and a runtime of its own for faces, measures
the same pictures; Spearman's rank correlation over all methods and styles is printed.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data
from judging import MEASURES, agreement_lines, run_judge
from measuring import Instruments
from tqdm import tqdm

from portrait_style.image_folder import list_images
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.reports.table import format_table


def main() -> None:
    arguments = _parser().parse_args()
    extractor = FeatureExtractor(arguments.perceptual, arguments.perceptual_weights or "pretrained")
    instruments = Instruments(extractor, arguments.data / "models")
    cases = [
        (method, folder)
        for method, output in arguments.outputs
        for folder in sorted(output.iterdir())
        if (arguments.styles / folder.name).is_dir()
    ]
    rows, theirs, ours = [], [], []
    for method, folder in tqdm(cases, disable=None):
        styles = arguments.styles / folder.name
        judge = arguments.data / "tools" / "judge.py"
        theirs.append(run_judge(judge, arguments.photos, folder, styles, arguments.limit))
        ours.append(measured(instruments, arguments, folder, styles))
        row = [f"{method}/{folder.name}"]
        for name, (measure, _) in MEASURES.items():
            row += [f"{theirs[-1][name]:.3f}", f"{ours[-1][measure]:.3f}"]
        rows.append(row)
    header = ["outputs"] + [cell for name in MEASURES for cell in (name, MEASURES[name][0])]
    print(format_table(header, rows))
    print("", *agreement_lines(theirs, ours), sep="\n")


def measured(instruments: Instruments, arguments, folder: Path, styles: Path) -> dict:
    results = {path.stem: path for path in list_images(folder)}
    photos = [path for path in list_images(arguments.photos) if path.stem in results]
    photos = photos[: arguments.limit]
    references = list_images(styles)[: 3 * arguments.limit]
    return instruments.measure(photos, [results[path.stem] for path in photos], references)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--photos", type=Path, required=True)
    add("--styles", type=Path, required=True, help="a folder a style")
    add("--outputs", type=_named, nargs="+", required=True, metavar="METHOD=DIR")
    add_data(parser, "models/ and tools/")
    add("--perceptual", default="compact", choices=("compact", "vgg16", "vgg19"))
    add("--perceptual-weights")
    add("--limit", type=int, default=60, help="photos")
    return parser


def _named(text: str) -> tuple[str, Path]:
    method, _, folder = text.partition("=")
    if not Path(folder or "?").is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not METHOD=DIR with an existing folder")
    return method, Path(folder)


if __name__ == "__main__":
    main()
