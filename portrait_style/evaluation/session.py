"""One evaluation under way: the styles looked at, then row after row drawn and measured."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from portrait_style.evaluation.comparison import Comparison
from portrait_style.evaluation.drawing import RowStylizer, plan_rows
from portrait_style.evaluation.report import Report
from portrait_style.image import load_image, resize_longer_side, save_image
from portrait_style.image_folder import ImageFolder
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.bootstrap import bootstrap
from portrait_style.quality.face_reader import FaceReader
from portrait_style.quality.style_accuracy import StyleClassifier
from portrait_style.quality.style_set import SIDE, StyleSet, batches

_SHOWN = 8
# The class of photos, which no folder can be called.
_PHOTO = ""


class MetricNetworks(NamedTuple):
    """Networks that judge, none of which took part in drawing.

    Attributes:
        extractor: `FeatureExtractor` of five blocks.
        face_reader: `FaceReader` or `None`.
    """

    extractor: FeatureExtractor
    face_reader: FaceReader | None


class Session:
    """Draw photos in every style and measure the results.

    Args:
        stylizer: `PortraitStylizer`.
        metrics: `MetricNetworks`.
        photos: `ImageFolder`.
        size: int, pixels of the longer side at which photos are drawn.
        seed: int.
    """

    def __init__(
        self, stylizer, metrics: MetricNetworks, photos: ImageFolder, size: int, seed: int
    ):
        self._stylizer = stylizer
        self._metrics = metrics
        self._photos = photos
        self._size = size
        self._seed = seed

    def look_at(
        self,
        pictures: dict[str, ImageFolder],
        bars: dict,
        truth: dict[str, dict[str, Path]] | None = None,
    ) -> None:
        """Describe the styles' own pictures.

        Args:
            pictures: dict of style to `ImageFolder`.
            bars: dict of arguments for `tqdm`.
            truth: as `find_truth` finds it, or `None`. Defaults to `None`.

        Raises:
            ModelError: if the model can draw none of the styles.
        """
        self._rows = plan_rows(self._stylizer, pictures)
        self._pictures = pictures
        self._truth = truth or {}
        self._style_sets = {
            name: StyleSet(
                (found.square(i, SIDE) for i in range(len(found))),
                self._metrics.extractor,
                self._stylizer.style_encoder,
            )
            for name, found in tqdm(pictures.items(), desc="styles", **bars)
        }
        self._classifier = self._fit_classifier()

    def draw(self, folder: Path, names: list[str], bars: dict) -> Report:
        """Draw, measure and save every photo in every row.

        Args:
            folder: where to; a sub-folder a row.
            names: list of str, the files' names, one a photo.
            bars: dict of arguments for `tqdm`.

        Returns:
            `Report` without its settings.

        Raises:
            OutputError: if a picture cannot be written.
        """
        comparisons, sheets = {}, {}
        with tqdm(total=len(self._rows) * len(names), desc="photos", **bars) as bar:
            for row in self._rows:
                row_stylizer = RowStylizer(
                    self._stylizer, row, self._pictures[row.style], self._seed
                )
                comparison = self._comparison(row)
                sheets[row.name] = [
                    self._draw_one(row_stylizer, comparison, number, folder / row.name / name, bar)
                    for number, name in enumerate(names)
                ][:_SHOWN]
                self._measure_further(comparison, row_stylizer)
                self._classify(comparison, row.style)
                comparisons[row.name] = comparison
        return self._summed_up(comparisons, sheets)

    def _comparison(self, row) -> Comparison:
        return Comparison(
            self._style_sets[row.style],
            self._metrics.extractor,
            self._stylizer.style_encoder,
            self._metrics.face_reader,
        )

    def _draw_one(self, row_stylizer: RowStylizer, comparison: Comparison, number: int, path, bar):
        """Return photo, truth or style picture, and result where the sheet shows them."""
        row, original = row_stylizer.row, self._photos[number]
        photo = resize_longer_side(original, self._size)
        reference = row_stylizer.reference(number)
        result = row_stylizer.draw(photo, reference)
        comparison.update(photo, result, reference)
        truth = self._truth_of(row.style, path.name)
        if truth is not None:
            comparison.truth.update(original, result, truth)
        save_image(path, result, overwrite=True)
        bar.update()
        if number >= _SHOWN:
            return None
        if row.style in self._truth:
            return photo, truth, result
        return photo, reference if row.code is None else None, result

    def _truth_of(self, style: str, name: str) -> np.ndarray | None:
        """Return what the result of that name was to be, where that is known."""
        path = self._truth.get(style, {}).get(name)
        return None if path is None else load_image(path)

    def _measure_further(self, comparison: Comparison, row_stylizer: RowStylizer) -> None:
        diversity = row_stylizer.diversity_of(self._all_resized(), self._metrics.extractor)
        flicker = row_stylizer.flicker_of(self._all_resized(), self._seed)
        comparison.add("diversity", diversity)
        comparison.add("flicker", flicker)
        if not diversity and row_stylizer.row.code is not None:
            comparison.skipped["diversity"] = "a named style has one code"
        elif not diversity:
            comparison.skipped["diversity"] = "it takes three or more style pictures"
        if not flicker:
            comparison.skipped["flicker"] = "the photos are too small to cut clips from"

    def _fit_classifier(self):
        """Return a `StyleClassifier` of all styles and the photos, or a text why there is none."""
        encoder = self._stylizer.style_encoder
        if encoder is None:
            return "the model has no style encoder"
        squares = (self._photos.square(i, SIDE) for i in range(len(self._photos)))
        encoded = [np.asarray(encoder(images, training=False)) for images in batches(squares)]
        by_name = {_PHOTO: np.concatenate(encoded)}
        by_name |= {name: style_set.codes for name, style_set in self._style_sets.items()}
        if min(map(len, by_name.values())) < 2:
            return "it takes two or more photos and pictures of each style"
        names = [name for name, codes in by_name.items() for _ in codes]
        return StyleClassifier(np.concatenate(list(by_name.values())), names, self._seed)

    def _classify(self, comparison: Comparison, style: str) -> None:
        if isinstance(self._classifier, str):
            for name in ("style_accuracy", "style_accuracy_ceiling"):
                comparison.skipped[name] = self._classifier
            return
        comparison.add("style_accuracy", self._classifier.is_style(comparison.codes, style))
        comparison.add("style_accuracy_ceiling", [self._classifier.cross_checked])

    def _summed_up(self, comparisons: dict[str, Comparison], sheets) -> Report:
        def mean_total(index):
            return float(np.mean([found.total_of(index) for found in comparisons.values()]))

        return Report(
            styles={name: found.estimates(self._seed) for name, found in comparisons.items()},
            total=bootstrap(mean_total, (len(self._photos),), self._seed),
            skipped={name: found.skipped for name, found in comparisons.items()},
            sheets=sheets,
            show_truth={row.name for row in self._rows if row.style in self._truth},
        )

    def _resized(self, number: int) -> np.ndarray:
        return self._photos.resized(number, self._size)

    def _all_resized(self):
        return (self._resized(number) for number in range(len(self._photos)))
