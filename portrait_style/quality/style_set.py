"""What is known of a style's own pictures: all that results are compared with."""

import numpy as np

from portrait_style.functional.feature_distance import relative_error
from portrait_style.functional.moments import STYLE_BLOCKS, channel_moments, gram_matrix
from portrait_style.image import to_model_range

BATCH = 4
# The size at which pictures are compared: five halvings leave the window of the finest scale.
SIDE = 192


class Description:
    """What is known of a style's pictures: statistics of a batch.

    Args:
        features: list of five maps of `FeatureExtractor`.

    Attributes:
        moments, grams: lists of arrays, one a block, a row a picture.
        pooled: (pictures, size), mean features of the two deepest blocks.
    """

    def __init__(self, features):
        self.moments = [np.asarray(channel_moments(maps)) for maps in features[:STYLE_BLOCKS]]
        self.grams = [np.asarray(gram_matrix(maps)) for maps in features[:STYLE_BLOCKS]]
        deepest = [np.asarray(maps).mean(axis=(1, 2)) for maps in features[-2:]]
        self.pooled = np.concatenate(deepest, axis=-1)


class StyleSet:
    """The pictures of a style, as far as results are compared with them.

    Args:
        pictures: iterable of uint8 squares; read once.
        extractor: `FeatureExtractor` of five blocks.
        style_encoder: `StyleEncoder` or `None`.

    Attributes:
        pooled: (pictures, size), pooled features of each.
        codes: (pictures, code_size), or `None` without a style encoder.
        own_distances: (pictures,), the distance of each from their mean.
    """

    def __init__(self, pictures, extractor, style_encoder=None):
        moments, pooled, codes, gram_sums = [], [], [], None
        for images in batches(pictures):
            described = Description(extractor(images))
            moments.append(described.moments)
            pooled.append(described.pooled)
            # Gram matrices are large: only their sum is kept.
            sums = [gram.sum(axis=0, keepdims=True) for gram in described.grams]
            gram_sums = sums if gram_sums is None else list(map(np.add, gram_sums, sums))
            if style_encoder is not None:
                codes.append(np.asarray(style_encoder(images, training=False)))
        self.pooled = np.concatenate(pooled)
        self.codes = np.concatenate(codes) if codes else None
        by_block = [np.concatenate(block) for block in zip(*moments, strict=True)]
        self._moments = [block.mean(axis=0, keepdims=True) for block in by_block]
        self._grams = [total / len(self.pooled) for total in gram_sums]
        self.own_distances = _distance_from_style_set(self._moments, by_block)

    def moment_distance(self, described: Description) -> np.ndarray:
        """Distance of each picture's channel moments from the style's mean, (pictures,)."""
        return _distance_from_style_set(self._moments, described.moments)

    def gram_distance(self, described: Description) -> np.ndarray:
        """Distance of each picture's Gram matrices from the style's mean, (pictures,)."""
        return _distance_from_style_set(self._grams, described.grams)


def batches(pictures, size=BATCH):
    """Stack pictures of a set for networks: (size or fewer, height, width, 3) in [-1, 1]."""
    waiting = []
    for picture in pictures:
        waiting.append(to_model_range(picture))
        if len(waiting) == size:
            yield np.stack(waiting)
            waiting = []
    if waiting:
        yield np.stack(waiting)


def _distance_from_style_set(targets, values) -> np.ndarray:
    errors = [np.asarray(relative_error(a, b)) for a, b in zip(targets, values, strict=True)]
    return np.mean(errors, axis=0)
