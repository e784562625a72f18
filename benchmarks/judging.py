"""The independent instrument, and whether our measures rank pictures as it does."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

# What the judge calls a measure, what we call it, and whether both rise together.
MEASURES = {
    "content": ("content_retention", -1),
    "style": ("style_distance", 1),
    "kid": ("kernel_distance", 1),
    "identity": ("identity", 1),
    "found": ("faces_found", 1),
}
GOAL = 0.8
# It refuses fewer.
FEWEST = 8


def run_judge(judge: Path, photos: Path, outputs: Path, styles: Path, limit: int) -> dict:
    """Let `judge.py` measure a folder of results.

    Args:
        judge: path of the program.
        photos: folder; results are called as their photos.
        outputs: folder of results, `FEWEST` or more.
        styles: folder of style pictures.
        limit: int, results that are looked at.

    Returns:
        dict of measure to float.
    """
    command = [sys.executable, judge, "--photos", photos, "--outputs", outputs]
    command += ["--style", styles, "--limit", str(limit)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{judge} failed on {outputs}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def correlations(theirs: list[dict], ours: list[dict]) -> dict[str, float]:
    """Spearman's rank correlation of each measure with the judge's, 1 for the same order.

    Args:
        theirs: dicts of the judge's measures, one a folder of results.
        ours: dicts of our measures to float, likewise; a measure that a folder lacks is left out.

    Returns:
        dict of the judge's name to a float in [-1, 1], NaN where all values are alike.
    """
    return {
        name: direction * _spearman([(a[name], b[m]) for a, b in zip(theirs, ours, strict=True)])
        for name, (m, direction) in MEASURES.items()
        if all(m in figures for figures in ours)
    }


def agreement_lines(theirs: list[dict], ours: list[dict]) -> list[str]:
    """Say how well the rankings agree, a line a measure."""
    lines = [f"Spearman over {len(ours)} folders, goal {GOAL}:"]
    for name, value in correlations(theirs, ours).items():
        shown = "all alike" if np.isnan(value) else f"{value:.3f}"
        lines.append(f"  {MEASURES[name][0]} with the judge's {name}: {shown}")
    return lines


def _spearman(pairs) -> float:
    first, second = np.transpose(pairs)
    if np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return float("nan")
    return float(spearmanr(first, second).statistic)
