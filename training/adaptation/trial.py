"""How a style looks before and after it is learned, and how near that is to what it should be."""

from abc import ABC, abstractmethod

import numpy as np

from portrait_style.image import crop_square, resize, to_model_range, to_uint8
from portrait_style.image_folder import evenly_spaced
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.learned import SIDE, cell_distance
from portrait_style.quality.style_set import Description, StyleSet, batches
from portrait_style.reports.sheet import contact_sheet

BATCH = 4
# Style pictures that results are compared with.
COMPARED = 40


class Trial(ABC):
    """Photos drawn again and again in the course of an adaptation.

    Args:
        generator: `Generator`.
        photos: list of uint8 arrays (height, width, 3).
        beside: list of uint8 arrays, what the sheet shows beside each photo.
        size: int, pixels of the squares, a multiple of 16.

    Attributes:
        measure: str, what `distance` is called.
        shown: str, what `beside` is called.
    """

    measure = ""
    shown = ""

    def __init__(self, generator, photos, beside, size):
        self.generator = generator
        self.photos = _squares(photos, size)
        self.beside = _squares(beside, size)
        self._extractor = FeatureExtractor()

    def draw(self, style_code) -> np.ndarray:
        """Return the photos under a code, in [-1, 1]."""
        codes = np.repeat(style_code[None], len(self.photos), axis=0)
        inputs = {"photo": self.photos, "style_code": codes}
        return self.generator.predict(inputs, batch_size=BATCH, verbose=0)

    @abstractmethod
    def distance(self, drawn) -> float:
        """Return how far drawn photos are from what they should be, 0 or more.

        Args:
            drawn: (photos, size, size, 3) in [-1, 1].
        """

    def sheet(self, columns) -> np.ndarray:
        """Lay out a row a photo: the photo, what is beside it, and columns of drawn photos.

        Args:
            columns: dict of heading to pictures in [-1, 1], one a photo.
        """
        count = len(self.beside)
        rows = [
            [
                to_uint8(x)
                for x in (photo, self.beside[i % count], *(c[i] for c in columns.values()))
            ]
            for i, photo in enumerate(self.photos)
        ]
        return contact_sheet(rows, ["photo", self.shown, *columns])


class StyleTrial(Trial):
    """A trial by pictures of the style, which show something else than the photos.

    Args:
        generator, photos, size: as for `Trial`.
        style_pictures: list of uint8 arrays (height, width, 3).
    """

    measure, shown = "style distance", "style"

    def __init__(self, generator, photos, style_pictures, size):
        super().__init__(generator, photos, evenly_spaced(style_pictures, COMPARED), size)
        self._style_set = StyleSet(map(to_uint8, self.beside), self._extractor)

    def distance(self, drawn) -> float:
        """Return the mean distance of drawn photos from the style's mean moments, 0 or more."""
        described = (Description(self._extractor(x)) for x in batches(map(to_uint8, drawn)))
        return float(np.concatenate([self._style_set.moment_distance(x) for x in described]).mean())


class PairTrial(Trial):
    """A trial by what becomes of each photo: its truth.

    Args:
        generator, size: as for `Trial`.
        pairs: list of (photo, target), uint8 arrays (height, width, 3).
    """

    measure, shown = "distance to the truth", "truth"

    def __init__(self, generator, pairs, size):
        photos, targets = zip(*pairs, strict=True)
        super().__init__(generator, photos, targets, size)
        self._true_features = list(self._features(self.beside))

    def distance(self, drawn) -> float:
        """Return the mean distance of the cells of drawn photos from the truth's, 0 or more."""
        both = zip(self._features(drawn), self._true_features, strict=True)
        return float(np.concatenate([cell_distance(*features) for features in both]).mean())

    def _features(self, images):
        """Look at pictures as the measure asks for them, a batch after the other."""
        return map(self._extractor, batches(resize(to_uint8(x), SIDE, SIDE) for x in images))


def _squares(pictures, size: int) -> np.ndarray:
    return to_model_range(np.stack([crop_square(x, size) for x in pictures]))
