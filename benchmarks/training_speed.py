"""Measure the speed and the memory of training: unpaired and by pairs, and with VGG16.

    python benchmarks/training_speed.py --data ../shared

Whole training steps (generator, discriminator, averages) on random pictures that are in memory
already; each way in a process of its own.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data
from machine import describe_machine

from portrait_style.reports.table import format_table

NETWORKS = ("compact", "vgg16")
# What stands beside a batch's photos, by way of teaching.
BESIDE = {"unpaired": "style", "pairs": "target"}
WARM_UP = 3
RATIO_GOAL, MEMORY_GOAL = 3.0, 4.0


def main() -> None:
    """Measure each way in a child process and print the table."""
    arguments = _parser().parse_args()
    if arguments.network:
        print(json.dumps(measure(arguments)))
        return
    print(describe_machine())
    weights = arguments.data / "models" / "vgg16_notop_float16.npz"
    if not weights.is_file():
        print("vgg16 has random weights here (as fast as trained ones)")
    ways = [("compact", "unpaired"), ("compact", "pairs"), ("vgg16", "unpaired")]
    results = {way: _measure_apart(*way, arguments, weights) for way in ways}
    print(
        f"training steps of {arguments.batch} pictures at {arguments.size} px, "
        f"median of {arguments.steps}"
    )
    rows = [
        [*way, f"{1000 * x['step']:.0f}", f"{arguments.batch / x['step']:.1f}", f"{x['peak']:.2f}"]
        for way, x in results.items()
    ]
    print(format_table(["perceptual network", "way", "ms/step", "images/s", "peak GB"], rows))
    ratio = results["vgg16", "unpaired"]["step"] / results["compact", "unpaired"]["step"]
    print(f"compact is {ratio:.1f}x as fast as vgg16 (goal: at least {RATIO_GOAL:g}x)")
    print(f"goal for the peak: at most {MEMORY_GOAL:g} GB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "models/")
    parser.add_argument("--steps", type=int, default=12, help="measured, after the warm-up")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--batch", type=int, default=8)
    # Set by the parent process only.
    parser.add_argument("--network", choices=NETWORKS, help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=BESIDE, help=argparse.SUPPRESS)
    parser.add_argument("--weights", help=argparse.SUPPRESS)
    return parser


def _measure_apart(network: str, way: str, arguments, weights: Path) -> dict:
    command = [sys.executable, __file__, "--network", network, "--way", way]
    for name in ("steps", "size", "batch"):
        command += [f"--{name}", str(getattr(arguments, name))]
    if network != "compact" and weights.is_file():
        command += ["--weights", str(weights)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"measuring {network}, {way} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(arguments) -> dict:
    """Train for a few steps.

    Returns:
        {"step": median seconds of a step, "peak": GB of this process at the most}.
    """
    import keras
    import numpy as np
    import tensorflow as tf

    durations = []

    class Stopwatch(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.start = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            # Keras has read the losses by now, hence the step is over.
            durations.append(time.perf_counter() - self.start)

    shape = (arguments.batch, arguments.size, arguments.size, 3)
    rng = np.random.default_rng(0)
    keys = ("photo", BESIDE[arguments.way])
    batch = {key: rng.uniform(-1, 1, shape).astype(np.float32) for key in keys}
    gan = build_gan(arguments.network, arguments.weights, arguments.way)
    gan.fit(
        tf.data.Dataset.from_tensors(batch).repeat(),
        steps_per_epoch=WARM_UP + arguments.steps,
        callbacks=[Stopwatch()],
        verbose=0,
    )
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
    return {"step": statistics.median(durations[WARM_UP:]), "peak": peak}


def build_gan(network: str, weights: str | None, way: str):
    """Build the model of a default run with this perceptual network and way, compiled."""
    from portrait_style.models.discriminator import Discriminator
    from portrait_style.models.feature_extractor import FeatureExtractor
    from portrait_style.models.generator import Generator
    from portrait_style.models.pair_discriminator import PairDiscriminator
    from portrait_style.models.style_encoder import StyleEncoder
    from portrait_style.training import PortraitStyleGAN

    pretrained = "pretrained" if network == "compact" else weights
    gan = PortraitStyleGAN(
        Generator("mobile"),
        Discriminator(),
        StyleEncoder(),
        FeatureExtractor(network, pretrained),
        pair_discriminator=PairDiscriminator() if way == "pairs" else None,
    )
    gan.compile()
    return gan


if __name__ == "__main__":
    main()
