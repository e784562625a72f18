"""What a perceptual network sees in photos, drawings and truth: distances and moments."""

from collections.abc import Sequence

import numpy as np

from portrait_style.functional.moments import channel_moments
from portrait_style.image import to_model_range
from portrait_style.quality.learned import cell_distance
from preset_figures.sitters import Sitter, Styles

# Significant digits of the moments that are kept.
_DIGITS = 6


class FeatureGauge:
    """Looks at pictures by a perceptual network.

    Args:
        extractor: `FeatureExtractor` of `STYLE_BLOCKS` blocks.
    """

    def __init__(self, extractor):
        self._extractor = extractor

    def measure(self, sitter: Sitter, styles: Styles) -> dict[str, dict]:
        """Look at all pictures of a photo.

        Args:
            sitter: `Sitter`.
            styles: `Styles`.

        Returns:
            dict of style to "moments", see `moments`, and where a renderer draws it
            "true_moments", "distance" and "photo_distance" from the truth, see `cell_distance`.
        """
        photo_maps, found = self._maps(sitter.photo), {}
        for style in styles.all:
            maps = self._maps(sitter.drawing(style))
            found[style] = {"moments": _moments_of(maps)}
            if style in styles.rendered:
                true_maps = self._maps(sitter.truth(style))
                found[style] |= {
                    "true_moments": _moments_of(true_maps),
                    "distance": float(cell_distance(maps, true_maps)[0]),
                    "photo_distance": float(cell_distance(photo_maps, true_maps)[0]),
                }
        return found

    def moments(self, picture: np.ndarray) -> list[list[float]]:
        """Mean and standard deviation of channels.

        Args:
            picture: uint8 (height, width, 3).

        Returns:
            list of lists of numbers, one a block.
        """
        return _moments_of(self._maps(picture))

    def _maps(self, picture) -> Sequence:
        return self._extractor(to_model_range(picture)[None])


def _moments_of(maps) -> list[list[float]]:
    rows = [np.asarray(channel_moments(block))[0] for block in maps]
    return [[float(f"{value:.{_DIGITS}g}") for value in row] for row in rows]
