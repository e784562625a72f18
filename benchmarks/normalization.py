"""Compare three ways of normalizing the mobile generator, as TFLite, with random weights.

    python benchmarks/normalization.py --photos ../shared/data/photos

The same network three times: batch statistics (ours), instance statistics of every picture, and
none; scale and shift come from the style code in each. Picture quality needs training and is not
measured here, see docs/decisions/0006-normalization.md.
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import ops
from machine import describe_machine

from portrait_style.export.benchmark import measure_latency
from portrait_style.export.calibration import calibration_inputs
from portrait_style.export.comparison import compare
from portrait_style.export.pictures import portraits
from portrait_style.export.program import Program, conditional_program
from portrait_style.export.tflite import TFLiteArtefact, convert_tflite
from portrait_style.layers.conditional_normalization import ConditionalBatchNormalization
from portrait_style.layers.separable_block import SeparableBlock
from portrait_style.models.generator import Generator
from portrait_style.reports.table import format_table
from portrait_style.styles.bank import StyleBank
from portrait_style.terminal import silenced

SIZE = 256
STYLES = 8
COMPARED = 20


class InstanceStatistics(keras.layers.Layer):
    """Statistics of the picture itself, applied as x * a + b: one pass less than the textbook's."""

    def call(self, features, training=None):
        """Normalize (batch, height, width, channels)."""
        mean = ops.mean(features, axis=(1, 2), keepdims=True)
        variance = ops.mean(ops.square(features - mean), axis=(1, 2), keepdims=True)
        scale = ops.rsqrt(variance + 1e-3)
        return features * scale - mean * scale


class NoStatistics(keras.layers.Layer):
    """Nothing: what remains is the scale and the shift from the code."""

    def call(self, features, training=None):
        return features


NORMALIZATIONS = {
    "batch, folded": None,
    "instance, at run time": InstanceStatistics,
    "none": NoStatistics,
}


def main() -> None:
    """Print the machine and one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="default: views of one portrait")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    shown = portraits(arguments.photos, SIZE, COMPARED)
    calibration = portraits(arguments.photos, SIZE, last=True)
    programs = {name: build(layer, shown) for name, layer in NORMALIZATIONS.items()}
    with silenced():
        halves = {name: convert_tflite(p, SIZE, "float16") for name, p in programs.items()}
        quality = {name: int8_quality(p, calibration, shown) for name, p in programs.items()}
        latency = measure_latency(halves, arguments.rounds)
    print(f"{describe_machine()}; 2 used; {SIZE} x {SIZE}, median of {arguments.rounds} rounds")
    rows = [row(name, halves[name], latency[name].median, quality[name]) for name in programs]
    print(format_table(HEADER, rows))


HEADER = ["normalization", "float16 ms", "operators", "partitions", "int8 dB", "int8 partitions"]


def row(name: str, content: bytes, milliseconds: float, quality: tuple) -> list[str]:
    artefact = TFLiteArtefact(content, strict=False)
    operators = artefact.operators()
    # A runtime unpacks half-precision weights once, when it loads the file.
    count = operators.total() - operators["DEQUANTIZE"]
    numbers = (f"{milliseconds:.1f}", count, artefact.partitions(), f"{quality[0]:.1f}", quality[1])
    return [name, *map(str, numbers)]


def build(layer, pictures: np.ndarray) -> Program:
    """Build the generator with random weights, the same ones each time.

    Args:
        layer: class of the statistics, or `None` for the generator's own.
        pictures: uint8 photos, by which batch statistics and the scale of the output are set.
    """
    keras.utils.set_random_seed(0)
    codes = np.random.default_rng(0).normal(size=(STYLES + 1, 64))
    bank = StyleBank(codes[0], {f"style {i}": code for i, code in enumerate(codes[1:])})
    generator = Generator("mobile", styles=bank.to_config())
    if layer is not None:
        for normalization in normalizations(generator):
            normalization.normalization = layer()
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    if layer is None:
        learn_statistics(generator, pictures, codes[1:])
    fit_range(generator, pictures, codes[1:])
    return conditional_program(generator)


def normalizations(generator) -> list[ConditionalBatchNormalization]:
    """List the normalizations of the network and of its blocks."""
    layers = generator.layers
    blocks = [layer.normalization for layer in layers if isinstance(layer, SeparableBlock)]
    return blocks + [x for x in layers if isinstance(x, ConditionalBatchNormalization)]


def learn_statistics(generator, pictures: np.ndarray, codes: np.ndarray, passes: int = 5) -> None:
    """Set the moving statistics as training would; at their start they normalize nothing."""
    for normalization in normalizations(generator):
        normalization.normalization.momentum = 0.5
    for _ in range(passes):
        generator(as_inputs(pictures, codes), training=True)


def fit_range(generator, pictures: np.ndarray, codes: np.ndarray) -> None:
    """Scale the last layer so that pictures fill the range without being clipped."""
    image = np.asarray(generator(as_inputs(pictures, codes), training=True))
    last = generator.smoothing
    scale = 0.8 / np.percentile(np.abs(image - image.mean()), 99)
    last.kernel.assign(last.kernel * scale)
    last.bias.assign((last.bias - image.mean()) * scale)


def as_inputs(pictures: np.ndarray, codes: np.ndarray) -> dict:
    """Pair some photos with codes."""
    photo = pictures[: len(codes)].astype(np.float32) / 127.5 - 1.0
    return {"photo": photo, "style_code": np.float32(codes)}


def int8_quality(program: Program, calibration: np.ndarray, pictures: np.ndarray):
    """Return the PSNR of the int8 file against Keras in dB, and its partitions."""
    bank = StyleBank.from_config(program.network.styles)
    content = convert_tflite(program, SIZE, "int8", calibration_inputs(program, calibration, bank))
    artefact = TFLiteArtefact(content, strict=False)
    names = [bank.names[i % STYLES] for i in range(len(pictures))]
    inputs = {
        "photo": pictures.astype(np.float32) / 127.5 - 1.0,
        "style_code": np.stack([bank.code(name) for name in names]),
        "intensity": np.ones(len(pictures), np.float32),
    }
    parts = (
        program.run(**{name: array[i : i + 4] for name, array in inputs.items()})
        for i in range(0, len(pictures), 4)
    )
    reference = np.concatenate(list(parts))
    return compare(reference, artefact.run(**inputs)).psnr, artefact.partitions()


if __name__ == "__main__":
    main()
