"""Our measures of results that lie in files."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from portrait_style.evaluation.comparison import Comparison
from portrait_style.image import crop_square, load_image
from portrait_style.quality.face_reader import FaceReader
from portrait_style.quality.style_set import SIDE, StyleSet


class Instruments:
    """Networks that measure; style pictures are looked at once.

    Args:
        extractor: `FeatureExtractor` of five blocks.
        models: path of the folder with the face networks.
    """

    def __init__(self, extractor, models: Path):
        self._extractor = extractor
        self._reader = FaceReader(
            models / "face_detection_yunet.onnx", models / "face_embedding_sface.onnx"
        )
        self._style = lru_cache(maxsize=4)(self._look_at)

    def measure(self, photos, results, references) -> dict[str, float]:
        """Compare results with their photos and with the style's own pictures.

        Args:
            photos, results: lists of paths, in the same order.
            references: list of paths, of which each photo was drawn after one, in turn.

        Returns:
            dict of measure to float, as in a report of `portrait-style evaluate`.
        """
        style_set, squares = self._style(tuple(references))
        comparison = Comparison(style_set, self._extractor, face_reader=self._reader)
        for number, paths in enumerate(zip(photos, results, strict=True)):
            photo, result = map(load_image, paths)
            square = squares[number % len(squares)]
            comparison.update(fitted(photo, result), result, square)
        return {name: estimate.value for name, estimate in comparison.estimates().items()}

    def _look_at(self, references):
        squares = [crop_square(load_image(path), SIDE) for path in references]
        return StyleSet(squares, self._extractor), squares


def fitted(photo: np.ndarray, result: np.ndarray) -> np.ndarray:
    """Scale the photo to its result's size, at which its face is compared."""
    height, width = result.shape[:2]
    return np.asarray(Image.fromarray(photo).resize((width, height), Image.Resampling.LANCZOS))
