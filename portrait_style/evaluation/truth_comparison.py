"""Results held against the drawings that were to be learned."""

import numpy as np
from PIL import Image

from portrait_style.image import to_model_range
from portrait_style.quality.bootstrap import Estimate, bootstrap, mean_estimate
from portrait_style.quality.learned import SIDE, cell_distance, colour_error, learned

# What the distances are of; the figures of other networks would mean something else.
_NETWORK = "vgg16"
_NO_TRUTH = "no truth was given"
_OTHER_NETWORK = "it takes VGG16: --perceptual vgg16 --perceptual-weights FILE"
_NO_CHANGE = "the truth is the photos themselves"


class TruthComparison:
    """Gather how near results are to what was to be learned, picture by picture.

    Args:
        extractor: `FeatureExtractor`. With another network than VGG16, only colours are compared.
    """

    def __init__(self, extractor):
        self._extractor = extractor if extractor.network == _NETWORK else None
        self._colour_errors: list[float] = []
        self._distances: list[float] = []
        self._photo_distances: list[float] = []

    def update(self, photo, fake, truth) -> None:
        """Measure a result; all three pictures are scaled to the same square, whole.

        Args:
            photo, fake, truth: uint8 arrays (height, width, 3) of any sizes.
        """
        images = np.stack([to_model_range(_scaled(image)) for image in (photo, fake, truth)])
        self._colour_errors += np.asarray(colour_error(images[1:2], images[2:])).tolist()
        if self._extractor is None:
            return
        features = self._extractor(images)
        photo_maps, fake_maps, true_maps = ([x[i : i + 1] for x in features] for i in range(3))
        for kept, maps in (self._distances, fake_maps), (self._photo_distances, photo_maps):
            kept += np.asarray(cell_distance(maps, true_maps)).tolist()

    def estimates(self, seed=0) -> dict[str, Estimate]:
        """Sum up: every measure that could be taken, with its interval.

        Args:
            seed: int, of the intervals. Defaults to 0.
        """
        skipped, found = self.skipped, {}
        distances, untouched = np.array(self._distances), np.array(self._photo_distances)
        if "learned" not in skipped:
            found["learned"] = bootstrap(
                lambda index: learned(distances[index], untouched[index]), (len(untouched),), seed
            )
        for name, values in ("strength", untouched), ("colour_error", self._colour_errors):
            if name not in skipped:
                found[name] = mean_estimate(values, seed)
        return found

    @property
    def skipped(self) -> dict[str, str]:
        """Measures that could not be taken, and why."""
        if not self._colour_errors:
            return dict.fromkeys(("learned", "strength", "colour_error"), _NO_TRUTH)
        if self._extractor is None:
            return dict.fromkeys(("learned", "strength"), _OTHER_NETWORK)
        return {} if any(self._photo_distances) else {"learned": _NO_CHANGE}


def _scaled(image: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.LANCZOS))
