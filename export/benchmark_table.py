"""The benchmark of a model as a table."""

from pathlib import Path

from tqdm import tqdm

from portrait_style.export.benchmark import (
    count_multiply_adds,
    matrix_product_rate,
    measure_latency,
    measure_memory,
    read_peers,
)
from portrait_style.export.calibration import calibration_inputs
from portrait_style.export.config import BenchmarkConfig
from portrait_style.export.pictures import portraits
from portrait_style.export.program import Program
from portrait_style.export.source import check_source_size, load_source
from portrait_style.export.tflite import convert_tflite
from portrait_style.reports.table import format_table

# Ratios to other networks are those of this file.
_MAIN = "float16"


def benchmark_model(config: BenchmarkConfig, progress: bool = False) -> str:
    """Make the table of a model's TFLite files, each measured beside the networks of others.

    Args:
        config: `BenchmarkConfig`.
        progress: bool, whether to show a progress bar. Defaults to `False`.

    Returns:
        str: a row a file with MB on disk, milliseconds a picture, MB of memory above the bare
        interpreter, and how many times faster than each peer it is; then the share of the
        machine's peak.

    Raises:
        As `export_model`.
    """
    source = load_source(config.model, config.style)
    check_source_size(source.programs, config.size)
    programs = [program for program in source.programs if program.output == "image"]
    ours = _converted_for_table(programs, source.bank, config, progress)
    others = read_peers(Path(config.peers), config.size) if config.peers is not None else {}
    networks = ours | others
    latency = measure_latency(networks)
    header = ["network", "MB", "ms", "+-", "memory MB", *(f"vs {name}" for name in others)]
    rows = []
    for name, content in networks.items():
        took = latency[name]
        memory = measure_memory(content)
        ratios = [f"{latency[other].median / took.median:.1f}x" for other in others]
        rows.append(
            [name, f"{len(content) / 1e6:.2f}", f"{took.median:.1f}"]
            + [f"{took.interquartile_range:.1f}", f"{memory:.0f}"]
            + (ratios if name in ours else [""] * len(others))
        )
    share = _peak_line_of_table(programs[0], config.size, latency)
    return f"{format_table(header, rows)}\n\n{share}"


def _converted_for_table(programs, bank, config: BenchmarkConfig, progress) -> dict[str, bytes]:
    """Convert a model for the benchmark, a file a row."""
    size, precisions = config.size, config.quantize
    pictures = portraits(config.photos, size, last=True) if "int8" in precisions else None
    files = {}
    planned = [(program, precision) for program in programs for precision in precisions]
    for program, precision in tqdm(planned, desc="convert", unit="file", disable=not progress):
        examples = None if pictures is None else calibration_inputs(program, pictures, bank)
        name = f"{program.name}_{precision}"
        files[name] = convert_tflite(program, size, precision, examples)
    return files


def _peak_line_of_table(program: Program, size: int, latency) -> str:
    """Say below the benchmark's table how near the main file comes to the machine's peak."""
    name = f"{program.name}_{_MAIN}"
    if name not in latency:
        return ""
    count = count_multiply_adds(program, size)
    rate, peak = 1000.0 * count / latency[name].median, matrix_product_rate()
    return (
        f"{name}: {count / 1e6:.0f} million multiply-adds a picture, {rate / 1e9:.1f} billion a "
        f"second; a large float32 matrix product {peak / 1e9:.1f}: share of peak {rate / peak:.2f}"
    )
