"""How large, how fast and how hungry exported networks are, beside others."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf
from threadpoolctl import threadpool_limits

from portrait_style.export.program import Program
from portrait_style.export.tflite import TFLiteArtefact

THREADS = 2
# A turn lasts at least so long, so that fast networks are not measured by a single call.
_TURN_SECONDS = 0.1
_MATRIX = 2048
_MULTIPLYING = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
# Run in a process of its own, before and after the interpreter works: kilobytes at the peak. The
# peak that `getrusage` tells begins with that of the parent; the one of /proc does not.
_MEMORY_PROBE = """
import pathlib, re, resource, sys
import numpy as np
from ai_edge_litert.interpreter import Interpreter
def peak():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
bare = peak()
interpreter = Interpreter(model_path=sys.argv[1], num_threads=int(sys.argv[2]))
interpreter.allocate_tensors()
for tensor in interpreter.get_input_details():
    interpreter.set_tensor(tensor["index"], np.zeros(tensor["shape"], tensor["dtype"]))
interpreter.invoke()
print([bare, peak()])
"""


@dataclass(frozen=True)
class Latency:
    """What one network took in a benchmark.

    Attributes:
        median: float, milliseconds a call.
        interquartile_range: float, milliseconds.
    """

    median: float
    interquartile_range: float


def measure_latency(networks: dict[str, bytes], rounds: int = 9) -> dict[str, Latency]:
    """Benchmark networks in turn, round after round: what else the machine does hits all alike.

    Args:
        networks: dict of name to the content of a TFLite file.
        rounds: int. Defaults to 9.

    Returns:
        dict of name to `Latency`, on two threads, for inputs of noise.
    """
    loaded = {name: _prepared_for_benchmark(content) for name, content in networks.items()}
    calls = {
        name: max(1, round(_TURN_SECONDS / _benchmark_seconds(x, 1))) for name, x in loaded.items()
    }
    measured = {name: [] for name in loaded}
    for _ in range(rounds):
        for name, interpreter in loaded.items():
            measured[name].append(1000.0 * _benchmark_seconds(interpreter, calls[name]))
    return {name: _benchmark_latency(values) for name, values in measured.items()}


def measure_memory(content: bytes) -> float:
    """Return by how many MB a call raises the peak of a process with a bare interpreter."""
    with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
        file.write(content)
        file.flush()
        command = [sys.executable, "-c", _MEMORY_PROBE, file.name, str(THREADS)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    bare, peak = json.loads(printed.strip().splitlines()[-1])
    unit = 1 if sys.platform == "darwin" else 1024
    return (peak - bare) * unit / 1e6


def count_multiply_adds(program: Program, size: int) -> int:
    """Count for a benchmark the multiplications of convolutions and matrix products for a picture.

    Args:
        program: `Program`.
        size: int, pixels.
    """
    specs = program.specs(1, size)
    graph = tf.function(program.traceable()).get_concrete_function(*specs).graph
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    profile = tf.compat.v1.profiler.profile(graph, cmd="op", options=options)
    operations = {}
    # The view by operation is a chain: every entry holds the next one.
    while profile.children:
        (profile,) = profile.children
        operations[profile.name] = profile.float_ops
    # The profiler counts the addition, too.
    return sum(operations.get(name, 0) for name in _MULTIPLYING) // 2


def matrix_product_rate() -> float:
    """Return multiply-adds a second of a large matrix product on a benchmark's threads, float32."""
    rng = np.random.default_rng(0)
    a, b = rng.random((2, _MATRIX, _MATRIX), np.float32)
    with threadpool_limits(THREADS):
        a @ b
        durations = []
        for _ in range(5):
            start = time.perf_counter()
            a @ b
            durations.append(time.perf_counter() - start)
    return _MATRIX**3 / statistics.median(durations)


def read_peers(folder: Path, size: int) -> dict[str, bytes]:
    """Read the networks of others of that size, to benchmark beside: `NAME_SIZE.tflite`.

    Args:
        folder: path; one that does not exist holds none.
        size: int, pixels.
    """
    suffix = f"_{size}.tflite"
    paths = sorted(Path(folder).glob(f"*{suffix}"))
    return {path.name.removesuffix(suffix): path.read_bytes() for path in paths}


def _prepared_for_benchmark(content: bytes):
    interpreter = TFLiteArtefact(content, strict=False).interpreter
    rng = np.random.default_rng(0)
    for tensor in interpreter.get_input_details():
        values = rng.uniform(-1.0, 1.0, tensor["shape"]).astype(tensor["dtype"])
        interpreter.set_tensor(tensor["index"], values)
    interpreter.invoke()
    return interpreter


def _benchmark_seconds(interpreter, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        interpreter.invoke()
    return (time.perf_counter() - start) / calls


def _benchmark_latency(milliseconds: list[float]) -> Latency:
    low, median, high = statistics.quantiles(milliseconds, n=4)
    return Latency(median, high - low)
