"""Compare the bundled presets with other ways of stylizing portraits, on held-out photos.

    python benchmarks/evaluate.py --data ../shared                      # all, in one go
    python benchmarks/evaluate.py --data ../shared --train adain --minutes 30
    python benchmarks/evaluate.py --data ../shared --methods mobile adain

Baselines are trained on the pictures that are not held out, for the same minutes each; then every
method draws the held-out photos after held-out style pictures, and the results are measured, by our
measures and by `judge.py` of the data folder where it has one. What the output folder holds already
is not done again, so that every part can be run on its own and after a break; remove it to start
anew. It ends with one table, `report.json`, `report.html` and a sheet for each method.
"""

import argparse
import logging
import os
import sys
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data

from portrait_style.terminal import import_tensorflow_quietly

TRAINED = ("adain", "johnson", "cyclegan")
METHODS = ("mobile", "large", *TRAINED, "gatys", "magenta")
NETWORKS = ("vgg16", "compact")


def main() -> int:
    arguments = _parser().parse_args()
    import_tensorflow_quietly()
    # Each training has a step of its own, which TensorFlow takes for one that is traced in vain.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    from baselines.methods import build_methods
    from baselines.report import training_lines
    from baselines.setting import Setting

    setting = Setting(
        data=arguments.data,
        output=arguments.output,
        minutes=arguments.minutes,
        limit=arguments.limit,
        optimized=min(arguments.optimized, arguments.limit),
        iterations=arguments.iterations,
    )
    if missing := setting.missing():
        print(
            f"evaluate.py: error: {missing[0]} is missing; name the folder of pictures and "
            "networks by --data or PORTRAIT_STYLE_DATA",
            file=sys.stderr,
        )
        return 2
    methods = build_methods(arguments.train or arguments.methods, setting)
    for method in methods:
        method.train()
        for line in training_lines(method.trainings()):
            print(line, flush=True)
    if not arguments.train:
        compare(methods, setting, arguments.perceptual)
    return 0


def compare(methods, setting, perceptual: str) -> None:
    """Draw, measure, judge, time; print and write."""
    from baselines.comparing import Evaluation
    from baselines.report import write_report

    drawn = []
    for method in methods:
        if reason := method.reason_to_skip():
            print(f"{method.name} is left out: {reason}", flush=True)
        else:
            drawn.append(method)
    evaluation = Evaluation(drawn, setting, perceptual)
    report = evaluation.run()
    write_report(setting.output, report)
    print(report.text())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add_data(parser, "data/, models/ and tools/")
    add("--output", type=Path, default=Path("runs/evaluate"), help="default: runs/evaluate")
    add("--minutes", type=_positive(float), default=30.0, help="of training, for each baseline")
    add("--limit", type=_positive(int), default=60, help="photos")
    add("--methods", nargs="+", choices=METHODS, default=METHODS, metavar="METHOD")
    add(
        "--train",
        nargs="+",
        choices=TRAINED,
        metavar="METHOD",
        help=f"train these where they are not, and do nothing else: {', '.join(TRAINED)}",
    )
    add("--perceptual", choices=NETWORKS, default="vgg16", help="network that measures")
    add("--optimized", type=_positive(int), default=16, help="photos that gatys draws")
    add("--iterations", type=_positive(int), default=60, help="steps of gatys for a picture")
    return parser


def _positive(kind):
    def positive(text):
        value = kind(text)
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text} is not positive")
        return value

    positive.__name__ = f"positive {kind.__name__}"
    return positive


if __name__ == "__main__":
    sys.exit(main())
