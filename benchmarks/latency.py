"""Time the generators as float16 TFLite beside other networks, and measure a stylization's memory.

    python benchmarks/latency.py --data ../shared

The networks of one table run in turn, round after round, so that whatever else the machine does
hits all of them alike; the table holds medians. A generator without a bundled preset has random
weights, which are as fast as trained ones.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from machine import describe_machine
from quiet import silenced
from portrait_style.table import format_table

from portrait_style.image import save_image
from portrait_style.presets import preset_names, read_preset_styles

GENERATORS = ("mobile", "large")
THREADS = 2
# A turn lasts at least so long, so that fast networks are not measured by a single call.
TURN_SECONDS = 0.1
PHOTO_SIZE, MEMORY_GOAL = 1024, 1.5


def main() -> None:
    """Print the machine, the memory and a table a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = os.environ.get("PORTRAIT_STYLE_DATA", "../shared")
    parser.add_argument("--data", type=Path, default=Path(default), help="holds peers/*.tflite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512], metavar="PIXELS")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    print(f"{describe_machine()}; {THREADS} used")
    # First: a child process is charged with what this one held when it started.
    print(memory_line(), flush=True)
    for pixels in arguments.sizes:
        contents = generators(pixels) | peers(arguments.data / "peers", pixels)
        medians = measure(contents, arguments.rounds)
        print(f"\n{pixels} x {pixels}, float16, batch 1, median of {arguments.rounds} rounds")
        print(latency_table(contents, medians), flush=True)


# Memory


def memory_line() -> str:
    """Stylize a large photo in a process of its own, and tell its peak memory."""
    if "mobile" not in preset_names():
        return "peak memory: not measured, there is no preset mobile"
    style = read_preset_styles("mobile").names[0]
    with tempfile.TemporaryDirectory() as folder:
        photo, output = Path(folder) / "photo.png", Path(folder) / "output.png"
        noise = np.random.default_rng(0).integers(0, 256, (PHOTO_SIZE, PHOTO_SIZE, 3), np.uint8)
        save_image(photo, noise)
        command = [sys.executable, "-m", "portrait_style", "stylize", photo, "--style", style]
        subprocess.run([*command, "--output", output], check=True, stdout=subprocess.DEVNULL)
    return f"peak memory of `stylize` on {PHOTO_SIZE}x{PHOTO_SIZE}: {_peak():.2f} GB" + (
        f" (goal: at most {MEMORY_GOAL} GB)"
    )


def _peak() -> float:
    """GB at the most in any child process so far."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e9


# Networks


def generators(pixels: int) -> dict[str, bytes]:
    """Convert every size of generator for square photos."""
    with silenced():
        return {name: convert(load_generator(name), pixels) for name in GENERATORS}


def load_generator(name: str):
    """Return the bundled preset's generator, or one with random weights where there is none."""
    from portrait_style.models.generator import Generator
    from portrait_style.presets import load_preset

    if name in preset_names():
        return load_preset(name)[0]
    generator = Generator(name)
    generator.build({"photo": (None, None, None, 3), "style_code": (None, generator.code_size)})
    return generator


def convert(generator, pixels: int) -> bytes:
    """Convert a generator to TFLite with float16 weights, batch 1 and a fixed size."""
    import keras
    import tensorflow as tf

    def serve(photo, style_code):
        return generator({"photo": photo, "style_code": style_code}, training=False)

    signature = [
        tf.TensorSpec((1, pixels, pixels, 3), name="photo"),
        tf.TensorSpec((1, generator.code_size), name="style_code"),
    ]
    archive = keras.export.ExportArchive()
    archive.track(generator)
    archive.add_endpoint("serve", serve, signature)
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def peers(folder: Path, pixels: int) -> dict[str, bytes]:
    """Read the other networks of that size, where there are any."""
    suffix = f"_{pixels}.tflite"
    paths = sorted(folder.glob(f"*{suffix}"))
    return {path.name.removesuffix(suffix): path.read_bytes() for path in paths}


# Timing


def measure(contents: dict[str, bytes], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of one call of each network."""
    interpreters = {name: prepare(content) for name, content in contents.items()}
    calls = {
        name: max(1, round(TURN_SECONDS / seconds(interpreter, 1)))
        for name, interpreter in interpreters.items()
    }
    measured = {name: [] for name in interpreters}
    for _ in range(rounds):
        for name, interpreter in interpreters.items():
            measured[name].append(1000.0 * seconds(interpreter, calls[name]))
    return {name: statistics.median(values) for name, values in measured.items()}


def prepare(content: bytes):
    """Load a network, fill its inputs with noise and run it once."""
    from ai_edge_litert.interpreter import Interpreter

    with silenced():
        interpreter = Interpreter(model_content=content, num_threads=THREADS)
        interpreter.allocate_tensors()
        rng = np.random.default_rng(0)
        for tensor in interpreter.get_input_details():
            values = rng.uniform(-1.0, 1.0, tensor["shape"]).astype(np.float32)
            interpreter.set_tensor(tensor["index"], values)
        interpreter.invoke()
    return interpreter


def seconds(interpreter, calls: int) -> float:
    """Return the mean duration of so many calls in a row."""
    start = time.perf_counter()
    for _ in range(calls):
        interpreter.invoke()
    return (time.perf_counter() - start) / calls


def latency_table(contents: dict[str, bytes], medians: dict[str, float]) -> str:
    """Lay out sizes, medians and how many times faster than each peer ours are."""
    others = [name for name in contents if name not in GENERATORS]
    rows = []
    for name, content in contents.items():
        ratios = [
            f"{medians[other] / medians[name]:.1f}x" if name in GENERATORS else ""
            for other in others
        ]
        rows.append([name, f"{len(content) / 1e6:.2f}", f"{medians[name]:.1f}", *ratios])
    return format_table(["network", "MB", "ms", *(f"vs {other}" for other in others)], rows)


if __name__ == "__main__":
    main()
