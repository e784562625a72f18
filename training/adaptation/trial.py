"""How a style looks before and after it is learned."""

import numpy as np

from portrait_style.image import crop_square, to_model_range, to_uint8
from portrait_style.image_folder import evenly_spaced
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.style_set import Description, StyleSet, batches
from portrait_style.reports.sheet import contact_sheet

BATCH = 4
# Style pictures that results are compared with.
COMPARED = 40


class Trial:
    """Photos drawn again and again in the course of an adaptation.

    Args:
        generator: `Generator`.
        photos, style_pictures: lists of uint8 arrays.
        size: int, pixels of the squares.
    """

    def __init__(self, generator, photos, style_pictures, size):
        self.generator = generator
        self.photos = to_model_range(np.stack([crop_square(x, size) for x in photos]))
        self._squares = [crop_square(x, size) for x in evenly_spaced(style_pictures, COMPARED)]
        self._extractor = FeatureExtractor()
        self._style_set = StyleSet(self._squares, self._extractor)

    def draw(self, style_code) -> np.ndarray:
        """Return the photos under a code, in [-1, 1]."""
        codes = np.repeat(style_code[None], len(self.photos), axis=0)
        inputs = {"photo": self.photos, "style_code": codes}
        return self.generator.predict(inputs, batch_size=BATCH, verbose=0)

    def style_distance(self, drawn) -> float:
        """Return the mean distance of drawn photos from the style's mean moments."""
        described = (Description(self._extractor(x)) for x in batches(map(to_uint8, drawn)))
        return float(np.concatenate([self._style_set.moment_distance(x) for x in described]).mean())

    def sheet(self, alone, adapted) -> np.ndarray:
        """Lay out a row a photo."""
        count = len(self._squares)
        rows = [
            [to_uint8(photo), self._squares[i % count], to_uint8(alone[i]), to_uint8(adapted[i])]
            for i, photo in enumerate(self.photos)
        ]
        return contact_sheet(rows, ["photo", "style", "encoder alone", "adapted"])
