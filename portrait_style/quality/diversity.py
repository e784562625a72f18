"""Do different style pictures give different results?"""

import numpy as np

from portrait_style.quality.perceptual import unit_features


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
    # The mean over pairs is twice the variance: no pair has to be built, however many there are.
    variances = [np.var(unit_features(maps), axis=0, ddof=1) for maps in features]
    return float(np.mean([2.0 * variance.sum(axis=-1).mean() for variance in variances]))
