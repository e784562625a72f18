"""Leave out one loss after another, and tell what that does to drawings.

    python benchmarks/losses.py --data ../shared --output runs/losses

Every run has equal steps from the package's own networks on the same pictures, by pairs or
unpaired; one has all losses, each other lacks one. A row is the mean over the styles: how much is
learned (1 the renderer's own picture, 0 the photo), by how many levels coarse colours differ, by
how many a drawing changes when its photo moves, and by how many it differs from the photo. Sheets
lie in the output folder. What is there already is not done again.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data
from learned import WEIGHTS, draw_sheets, lay_out, measure, teach

from portrait_style import LossWeights
from portrait_style.losses.weights import PAIR_LOSSES
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

RENDERERS = ("comic", "watercolour", "linocut")
STEPS, HELD_OUT = 200, 12
# Of perturbed photos benchmarks/ablations.py tells.
ELSEWHERE = (*PAIR_LOSSES, "consistency")
COUNTING = [name for name, weight in vars(LossWeights()).items() if weight > 0.0]
LOSSES = {
    "pairs": (*PAIR_LOSSES, "reconstruction"),
    "unpaired": tuple(name for name in COUNTING if name not in ELSEWHERE),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/photos_diverse, data/photos, models/vgg16_notop_float16.npz")
    parser.add_argument("--output", type=Path, default=Path("runs/losses"))
    parser.add_argument("--steps", type=int, default=STEPS, help=f"default: {STEPS}")
    parser.add_argument("--ways", default=",".join(LOSSES), help=f"default: {','.join(LOSSES)}")
    arguments = parser.parse_args()
    import_tensorflow_quietly()
    output, weights = arguments.output, arguments.data / "models" / WEIGHTS
    lay_out(arguments.data / "data", output, RENDERERS)
    for way in arguments.ways.split(","):
        left_out = ("none", *LOSSES[way])
        runs = [output / f"{way}_without_{loss}" for loss in left_out]
        for loss, run in zip(left_out, runs, strict=True):
            if not (run / "generator.keras").is_file():
                without = {} if loss == "none" else {loss: 0.0}
                changes = {"loss_weights": LossWeights(**without)}
                teach(output, run, way, RENDERERS, arguments.steps, **changes)
        rows = []
        measured = measure(output, runs, RENDERERS, weights, HELD_OUT)
        for loss, found in zip(left_out, measured, strict=True):
            learned, colour, *moved, change = np.mean(list(found.values()), axis=0)
            values = colour, np.mean(moved), change
            rows.append([loss, f"{learned:.3f}", *(f"{value:.1f}" for value in values)])
        header = ["left out", "learned", "colour error", "moved", "change"]
        print(f"\n{way}, {arguments.steps} steps\n{format_table(header, rows)}\n", flush=True)
        draw_sheets(output, runs, RENDERERS, f"sheets_{way}")


if __name__ == "__main__":
    main()
