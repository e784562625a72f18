"""What lies in the folder of a run while it is written: figures and sheets."""

import json
import re
from pathlib import Path

RUN, METRICS = "run", "metrics.jsonl"
# Points of a curve that are shown at most.
MOST_POINTS = 200
_SHEET = re.compile(r"step-([0-9]{7})\.png")
# Bytes that hold the last line of the figures.
_TAIL = 8192


def last_step(metrics: Path) -> int:
    """Say how many steps the figures of a run tell of; 0 where there are none."""
    try:
        with metrics.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL))
            lines = file.read().split(b"\n")
    except OSError:
        return 0
    return next((step for step in map(_step, reversed(lines)) if step is not None), 0)


def read_run_curves(folder: Path) -> dict[str, list[list[float]]]:
    """Read the curves of a run, while it goes on too.

    Args:
        folder: of the job.

    Returns:
        dict of name to list of [step, value], 200 at most: in between, the values are averaged.
    """
    curves: dict[str, list[list[float]]] = {}
    try:
        lines = (folder / RUN / METRICS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    for line in lines:
        try:
            record = json.loads(line)
            step = record.pop("step")
        except (ValueError, KeyError, AttributeError):
            # The last line may be half written.
            continue
        for name, value in record.items():
            curves.setdefault(name, []).append([step, value])
    return {name: _thinned(points) for name, points in curves.items()}


def sheets_of_run(folder: Path) -> dict[int, Path]:
    """Find the sheets of samples of a run.

    Args:
        folder: of the job.

    Returns:
        dict of step to path, the first step first.
    """
    found = {}
    for path in sorted((folder / RUN / "samples").glob("step-*.png")):
        if match := _SHEET.fullmatch(path.name):
            found[int(match[1])] = path
    return found


def _step(line: bytes) -> int | None:
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return None


def _thinned(points: list[list[float]]) -> list[list[float]]:
    """Average neighbours until there are few enough; steps are those of the last of each."""
    length = -(-len(points) // MOST_POINTS)
    groups = (points[i : i + length] for i in range(0, len(points), length))
    return [
        [group[-1][0], round(sum(value for _, value in group) / len(group), 6)] for group in groups
    ]
