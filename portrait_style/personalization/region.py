"""Where codes give plausible pictures: mixes of styles, and as far around as styles spread."""

import numpy as np

from portrait_style.errors import ModelError
from portrait_style.styles.bank import StyleBank

# Root mean square distance of a picture's code from its style's, in lengths of a code, and the
# share of its square within the span of the styles: measured on the pictures of five styles.
SPREAD = 0.16
SHARE_WITHIN_SPAN = 0.8
# More directions than a person tells apart in a few rounds.
MAX_DIRECTIONS = 8


class PlausibleRegion:
    """Mixes of the styles of a bank and their surroundings, on the sphere of codes.

    Args:
        bank: `StyleBank` with a style or more. With a single one, the way to the photo's code is
            the region.

    Attributes:
        anchors: (styles, code_size), the codes that are mixed.
        directions: (directions, code_size), orthonormal; how the anchors differ, the strongest
            first.
        extent: float, root mean square distance of the anchors from their middle along the
            directions, in lengths of a code.

    Raises:
        ModelError: if the bank has no styles, or all are the same.
    """

    def __init__(self, bank: StyleBank | None):
        if bank is None or not bank.names:
            raise ModelError("the model names no styles to start from; train it on style folders")
        codes = [bank.code(name) for name in bank.names]
        if len(codes) == 1:
            codes.append(bank.photo_code)
        self.anchors = standardized(np.stack(codes))
        self.centre = self.anchors.mean(axis=0)
        self._length = np.sqrt(self.anchors.shape[1])
        _, sizes, directions = np.linalg.svd(self.anchors - self.centre, full_matrices=False)
        self.directions = directions[sizes > 1e-3 * self._length][:MAX_DIRECTIONS]
        if not len(self.directions):
            raise ModelError("all styles of the model are the same; there is nothing to choose")
        distances = np.sum(np.square(self.coordinates(self.anchors)), axis=1)
        self.extent = float(np.sqrt(np.mean(distances)))

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw codes: a mix of one, several or all styles, moved as far as styles spread.

        Args:
            count: int.
            rng: `numpy.random.Generator`.

        Returns:
            (count, code_size): mean 0 and deviation 1 in every code.
        """
        mixes = standardized(self._weights(count, rng) @ self.anchors)
        return standardized(mixes + self._offsets(count, rng) @ self.directions)

    def coordinates(self, codes) -> np.ndarray:
        """Describe codes along the directions, in lengths of a code: (count, directions)."""
        return (np.asarray(codes) - self.centre) @ self.directions.T / self._length

    def _weights(self, count, rng):
        """Draw weights that are evenly distributed over the mixes of a random set of styles."""
        styles = len(self.anchors)
        sizes = rng.integers(1, styles + 1, size=(count, 1))
        chosen = rng.random((count, styles)).argsort(axis=1) < sizes
        weights = rng.exponential(size=(count, styles)) * chosen
        return weights / weights.sum(axis=1, keepdims=True)

    def _offsets(self, count, rng):
        within = SPREAD * self._length * np.sqrt(SHARE_WITHIN_SPAN / len(self.directions))
        return within * rng.normal(size=(count, len(self.directions)))


def standardized(codes) -> np.ndarray:
    """Lift codes to the sphere on which the plausible region lies: mean 0, deviation 1.

    `functional.sphere.to_sphere` without a gradient and without Keras.
    """
    codes = np.asarray(codes, np.float64)
    centred = codes - codes.mean(axis=-1, keepdims=True)
    return centred / np.sqrt(np.mean(np.square(centred), axis=-1, keepdims=True))
