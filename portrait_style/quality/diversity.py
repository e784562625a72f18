"""Do different style pictures give different results?"""

import itertools

import numpy as np

from portrait_style.quality.perceptual import perceptual_distance


def diversity(features) -> float:
    """Mean perceptual distance of all pairs of results.

    Args:
        features: list of the results' feature maps, (pictures, height, width, channels) each: of
            one photo after several style pictures.

    Returns:
        float in [0, 2]; 0 where all results are one picture.

    Raises:
        ValueError: if there are fewer than two pictures.

    References:
        Choi et al. (StarGAN v2), 2020, section 4, https://arxiv.org/abs/1912.01865
    """
    count = features[0].shape[0]
    if count < 2:
        raise ValueError(f"`features` must be of two or more pictures. Received: {count} pictures.")
    first, second = map(list, zip(*itertools.combinations(range(count), 2), strict=True))
    features = [np.asarray(maps) for maps in features]
    distances = perceptual_distance(
        [maps[first] for maps in features], [maps[second] for maps in features]
    )
    return float(np.mean(np.asarray(distances)))
