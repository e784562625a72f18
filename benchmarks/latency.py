"""Print size, speed, memory and parity of the exported generators, with the goals beside them.

    python benchmarks/latency.py --data ../shared

Exports the bundled `mobile` preset, compares every file with Keras on held-out portraits, and times
the TFLite files, and one of `large`, beside other networks. All networks, of both sizes, run in
turn, round after round, so that whatever else the machine does hits all of them alike; the tables
hold medians.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data
from machine import describe_machine

from portrait_style.image import save_image
from portrait_style.model_files.trained_model import open_model
from portrait_style.reports.table import format_table
from portrait_style.terminal import silenced

MODEL, LARGE, MAIN = "mobile", "large", "float16"
SIZES = (256, 512)
PHOTO_SIZE = 1024


def main() -> None:
    """Print the machine, a table a size, the parity and the goals."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data and peers")
    parser.add_argument("--style", default="oil", help="style of the baked files")
    parser.add_argument("--rounds", type=int, default=41)
    arguments = parser.parse_args()
    print(describe_machine())
    # First: a child process is charged with what this one held when it started.
    stylize_peak = measure_stylize()
    with tempfile.TemporaryDirectory() as folder, silenced():
        report, photos = export(Path(folder), arguments)
        networks = {size: convert(size, arguments.style, photos) for size in SIZES}
    peers = {size: read_peers(arguments.data / "peers", size) for size in SIZES}
    latency = time_all({size: networks[size] | peers[size] for size in SIZES}, arguments.rounds)
    for size in SIZES:
        print(f"\n{size} x {size}, batch 1, 2 threads, median of {arguments.rounds} rounds")
        print(latency_table(networks[size], peers[size], latency[size]), flush=True)
    print("\nparity with Keras, 256 x 256")
    print(parity_table(report))
    print("\ngoals")
    print(format_table(["", "goal", "reached"], goals(report, networks, latency, stylize_peak)))


# What is measured


def export(folder: Path, arguments):
    """Export the preset in every format; return the report and the folder of portraits."""
    from portrait_style.export import export_model

    photos = arguments.data / "data" / "photos"
    photos = photos if photos.is_dir() else None
    return export_model(MODEL, folder / "out", style=arguments.style, photos=photos), photos


def convert(size: int, style: str, photos) -> dict[str, bytes]:
    """Convert both programs of `mobile`, and one of `large`, for square photos."""
    from portrait_style.export.calibration import calibration_inputs
    from portrait_style.export.pictures import portraits
    from portrait_style.export.source import load_source
    from portrait_style.export.tflite import convert_tflite

    source = load_source(MODEL, style)
    conditional, baked = source.programs[:2]
    examples = calibration_inputs(conditional, portraits(photos, size, last=True), source.bank)
    return {
        f"{MODEL} {MAIN}": convert_tflite(conditional, size, MAIN),
        f"{MODEL} int8": convert_tflite(conditional, size, "int8", examples),
        f"{MODEL} {MAIN} baked": convert_tflite(baked, size, MAIN),
        f"{LARGE} {MAIN}": convert_tflite(load_source(LARGE).programs[0], size, MAIN),
    }


def read_peers(folder: Path, size: int) -> dict[str, bytes]:
    """Read the networks of others of that size."""
    from portrait_style.export.benchmark import read_peers

    return read_peers(folder, size)


def time_all(networks: dict[int, dict[str, bytes]], rounds: int) -> dict[int, dict[str, float]]:
    """Return the median milliseconds of one call of each network, by size and name."""
    from portrait_style.export.benchmark import measure_latency

    together = {
        (size, name): file for size, files in networks.items() for name, file in files.items()
    }
    with silenced():
        measured = measure_latency(together, rounds)
    return {
        size: {name: measured[size, name].median for name in files}
        for size, files in networks.items()
    }


def measure_stylize() -> float:
    """Stylize a large photo in a process of its own; return its peak memory in GB."""
    style = open_model(MODEL).bank.names[0]
    with tempfile.TemporaryDirectory() as folder:
        photo, output = Path(folder) / "photo.png", Path(folder) / "output.png"
        noise = np.random.default_rng(0).integers(0, 256, (PHOTO_SIZE, PHOTO_SIZE, 3), np.uint8)
        save_image(photo, noise)
        command = [sys.executable, "-m", "portrait_style", "stylize", photo, "--style", style]
        subprocess.run([*command, "--output", output], check=True, stdout=subprocess.DEVNULL)
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 1e9


def share_of_peak(milliseconds: float) -> float:
    """Return multiply-adds a second over those of a large float32 matrix product."""
    from portrait_style.export.benchmark import count_multiply_adds, matrix_product_rate
    from portrait_style.export.source import load_source

    with silenced():
        count = count_multiply_adds(load_source(MODEL).programs[0], SIZES[0])
    return 1000.0 * count / milliseconds / matrix_product_rate()


# Tables


def latency_table(networks, peers, latency) -> str:
    """Lay out sizes, medians and how many times faster than each peer ours are."""
    rows = []
    for name, content in (networks | peers).items():
        ratios = [
            f"{latency[peer] / latency[name]:.1f}x" if name in networks else "" for peer in peers
        ]
        rows.append([name, f"{len(content) / 1e6:.2f}", f"{latency[name]:.1f}", *ratios])
    return format_table(["network", "MB", "ms", *(f"vs {peer}" for peer in peers)], rows)


def parity_table(report) -> str:
    """Lay out how near each file is to Keras."""
    rows = []
    for artefact in report.artefacts:
        parity = artefact.parity
        rows.append(
            [artefact.path, f"{artefact.num_bytes / 1e6:.2f}", f"{parity.psnr:.1f}"]
            + [f"{parity.worst_psnr:.1f}", f"{parity.correlation:.6f}", f"{parity.max_error:.1e}"]
        )
    header = ["file", "MB", "PSNR dB", "worst dB", "correlation", "max error"]
    return format_table(header, rows)


def goals(report, networks, latency, stylize_peak: float) -> list[list[str]]:
    """Hold what was measured against what was to be reached."""
    from portrait_style.export.benchmark import measure_memory

    small, big = latency[SIZES[0]], latency[SIZES[1]]
    ours, int8, baked, large = networks[SIZES[0]]
    rows = [
        [f"mobile against {peer}", f">= {goal}x", f"{small[peer] / small[ours]:.1f}x"]
        for peer, goal in (("johnson", 20), ("animeganv2_arch", 35), ("cartoongan_light", 25))
        if peer in small
    ]
    if "johnson" in small:
        rows.append(["large against johnson", ">= 5x", f"{small['johnson'] / small[large]:.1f}x"])
    memory = measure_memory(networks[SIZES[1]][ours])
    rows += [
        ["baked against conditional", ">= 1.15x", f"{small[ours] / small[baked]:.2f}x"],
        ["time at 512 over 256", "<= 4.5x", f"{big[ours] / small[ours]:.2f}x"],
        ["file, float16", "<= 1.2 MB", f"{len(networks[SIZES[0]][ours]) / 1e6:.2f} MB"],
        ["file, int8", "<= 0.7 MB", f"{len(networks[SIZES[0]][int8]) / 1e6:.2f} MB"],
        *parity_goals(report),
        ["share of the machine's peak", ">= 0.5", f"{share_of_peak(small[ours]):.2f}"],
        ["memory at 512 above bare", "<= 150 MB", f"{memory:.0f} MB"],
        [f"peak of `stylize` at {PHOTO_SIZE}", "<= 1.5 GB", f"{stylize_peak:.2f} GB"],
    ]
    return rows


def parity_goals(report) -> list[list[str]]:
    """Return a row for each format of the conditional generator."""
    decibels = {"float32": 80, "float16": 50, "dynamic": 35, "int8": 32}
    correlations = {"float16": 0.9999, "int8": 0.998}
    rows = []
    for artefact in report.artefacts:
        if artefact.program == "conditional":
            goal, parity = decibels[artefact.precision], artefact.parity
            name = f"parity, {artefact.kind} {artefact.precision}"
            rows.append([name, f">= {goal} dB", f"{parity.psnr:.1f} dB"])
            if artefact.kind == "tflite" and artefact.precision in correlations:
                goal = correlations[artefact.precision]
                rows.append([f"{name}, correlation", f">= {goal}", f"{parity.correlation:.5f}"])
    return rows


if __name__ == "__main__":
    main()
