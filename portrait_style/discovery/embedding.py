"""What discovery knows of each picture: how it looks to two networks, and plain measures."""

from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from portrait_style.discovery.traits import HUELESS, measure_traits
from portrait_style.functional.colour import luminance
from portrait_style.functional.moments import channel_moments
from portrait_style.near_duplicates import thumbnail
from portrait_style.quality.style_set import SIDE, batches

# What colour may add to the distance of two pictures, next to 1 for the moments.
_COLOUR = 0.05


@dataclass(frozen=True)
class Embedding:
    """What discovery knows of pictures, a row each.

    Attributes:
        moments: (pictures, size), logarithms of the channel moments of perceptual features of the
            picture without its colours.
        codes: (pictures, code_size), style codes.
        traits: (pictures, 14), see `traits.measure`.
        thumbnails: (pictures, size), see `duplicates.thumbnail`.
    """

    moments: np.ndarray
    codes: np.ndarray
    traits: np.ndarray
    thumbnails: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def vectors(self) -> np.ndarray:
        """Put moments and colour side by side, (pictures, size), standardized and weighed.

        Hue is left out: series of drawings come on grounds of many hues, and are one style. So are
        the codes: what sets unseen styles apart is in the moments, and the encoder has thrown some
        of it away.
        """
        colour = self.traits[:, HUELESS]
        parts = (self.moments, 1.0), (colour, _COLOUR)
        return np.concatenate(
            [_embedding_z_scores(part) * np.sqrt(weight / part.shape[1]) for part, weight in parts],
            axis=1,
        )


def embed(pictures, extractor, style_encoder, bars: dict) -> Embedding:
    """Look at every picture once, by two networks and plain measures.

    Args:
        pictures: `ImageFolder`.
        extractor: `FeatureExtractor`.
        style_encoder: `StyleEncoder`.
        bars: dict of arguments for `tqdm`.
    """
    moments, codes, traits, thumbnails = [], [], [], []

    def squares():
        for index in tqdm(range(len(pictures)), desc="pictures", **bars):
            square = pictures.square(index, SIDE)
            traits.append(measure_traits(square))
            thumbnails.append(thumbnail(square))
            yield square

    for images in batches(squares()):
        grey = np.repeat(np.asarray(luminance(images)), 3, axis=-1)
        described = [np.asarray(channel_moments(maps)) for maps in extractor(grey)]
        moments.append(np.log1p(np.concatenate(described, axis=-1)))
        codes.append(np.asarray(style_encoder(images, training=False)))
    return Embedding(
        np.concatenate(moments), np.concatenate(codes), np.stack(traits), np.stack(thumbnails)
    )


def _embedding_z_scores(values) -> np.ndarray:
    values = np.asarray(values, np.float64)
    # A feature that never changes tells nothing; it must not become infinitely loud.
    return (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-6)
