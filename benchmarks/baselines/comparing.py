"""Every method draws the same photos; what it draws is measured, once."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from held_out import STYLE_SETS, copy_references, draw, sheet
from judging import FEWEST, run_judge
from measuring import Instruments
from tqdm import tqdm

from baselines.report import BaselineReport, Row
from baselines.setting import Setting
from portrait_style.export.benchmark import measure_latency
from portrait_style.image import save_image
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.terminal import silenced

# Longer side of what is drawn, as in `portrait-style evaluate`.
SIZE = 256


class Evaluation:
    """One comparison; figures are kept beside the pictures and reused.

    Args:
        methods: list of `Method`, trained.
        setting: `Setting`.
        perceptual: str, the network that measures: "vgg16" or "compact".
    """

    def __init__(self, methods, setting: Setting, perceptual: str):
        self.methods = methods
        self.setting = setting
        self.perceptual = perceptual
        self._references = {name: setting.references(name) for name in STYLE_SETS}
        self._instruments = None

    def run(self) -> BaselineReport:
        """Do what is not done yet, and gather everything."""
        results = {
            (method, name): self.draw(method, name)
            for method in self.methods
            for name in STYLE_SETS
        }
        sheets = {method.name: self._sheet(method, results) for method in self.methods}
        costs = self.costs()
        rows = []
        for (method, name), drawn in tqdm(results.items(), desc="measure", disable=None):
            figures = self.figures(method, name, drawn)
            row = Row(method.name, name, len(drawn), figures, *costs[method.name])
            row.judge_scores = self.judge_scores(method, name, drawn)
            rows.append(row)
        trainings = {name: x for m in self.methods for name, x in m.trainings().items()}
        return BaselineReport(rows, sheets, trainings, self._settings())

    def draw(self, method, style_set: str) -> list[Path]:
        """Draw a method's photos in one style set, except those drawn since it was trained."""
        folder = self.setting.output / "pictures" / method.name / style_set
        weights = method.weights_path(style_set)
        since = weights.stat().st_mtime if weights else 0.0
        hand = _Later(lambda: method.hand(style_set))
        return draw(hand, method.photos, self._references[style_set], folder, SIZE, since)

    def figures(self, method, style_set: str, results) -> dict[str, float]:
        """Measure a folder of results."""
        path = self._figures_path(method, style_set, self.perceptual, len(results))
        references = self._references[style_set]
        return _kept(
            path,
            results,
            lambda: self._instrument().measure(method.photos, results, references),
        )

    def judge_scores(self, method, style_set: str, results) -> dict[str, float] | None:
        """Let `judge.py` measure it, where there is one."""
        judge = self.setting.data / "tools" / "judge.py"
        if not judge.is_file() or len(results) < FEWEST:
            return None
        path = self._figures_path(method, style_set, "judge", len(results))

        def ask():
            copies = self.setting.output / "references" / style_set
            copy_references(self._references[style_set], copies)
            return run_judge(judge, self.setting.photos, results[0].parent, copies, len(results))

        return _kept(path, results, ask)

    def costs(self) -> dict[str, tuple[float | None, float | None]]:
        """Return MB and milliseconds a photo of each method; the TFLite files run in turn."""
        path = self.setting.output / "figures" / "costs.json"
        names = [method.name for method in self.methods]
        known = json.loads(path.read_text()) if path.is_file() else {}
        if not set(names) <= set(known):
            with silenced():
                files = {method.name: method.tflite() for method in self.methods}
                files = {name: file for name, file in files.items() if file is not None}
                latency = measure_latency(files, rounds=15)
            known = {name: (len(x) / 1e6, latency[name].median) for name, x in files.items()}
            known |= {m.name: m.timed() for m in self.methods if m.name not in files}
            _write_json(path, known)
        return {name: known[name] for name in names}

    def _sheet(self, method, results) -> Path:
        """Write the sheet of a method, the style sets below one another."""
        parts = [
            sheet(method.photos, self._references[name], results[method, name], rows=4)
            for name in STYLE_SETS
        ]
        path = self.setting.output / "sheets" / f"{method.name}.png"
        save_image(path, np.concatenate(parts), overwrite=True)
        return path

    def _instrument(self) -> Instruments:
        if self._instruments is None:
            is_vgg = self.perceptual == "vgg16"
            weights = self.setting.perceptual_weights if is_vgg else "pretrained"
            extractor = FeatureExtractor(self.perceptual, weights)
            self._instruments = Instruments(extractor, self.setting.data / "models")
        return self._instruments

    def _figures_path(self, method, style_set, kind, count) -> Path:
        name = f"{method.name}-{style_set}-{kind}-{count}.json"
        return self.setting.output / "figures" / name

    def _settings(self) -> dict:
        return {
            "minutes": self.setting.minutes,
            "photos": len(self.setting.held_out_photos),
            "size": SIZE,
            "perceptual": self.perceptual,
            "iterations": self.setting.iterations,
        }


class _Later:
    """A hand that is made when something has to be drawn."""

    def __init__(self, make: Callable):
        self._make, self._hand = make, None

    def __call__(self, photo, reference):
        self._hand = self._hand or self._make()
        return self._hand(photo, reference)


def _kept(path: Path, results: list[Path], measure: Callable) -> dict:
    """Read figures that are as new as the results, or measure and keep them."""
    newest = max(result.stat().st_mtime for result in results)
    if not path.is_file() or path.stat().st_mtime < newest:
        _write_json(path, measure())
    return json.loads(path.read_text())


def _write_json(path: Path, content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")
