"""One number for style and content together."""

import numpy as np


def score(distance, worst):
    """Turn a distance into a score, a part of the total: 1 - distance / worst, within 0..1.

    Args:
        distance: float or array, 0 or more.
        worst: float or array, the distance at which nothing is reached: positive.

    Returns:
        As `distance`, in [0, 1]: 1 at distance 0, and 0 from `worst` on.

    Raises:
        ValueError: if `worst` is not positive.

    Example:
        >>> float(score(0.25, 1.0)), float(score(3.0, 1.0))
        (0.75, 0.0)
    """
    if not np.all(np.asarray(worst) > 0.0):
        raise ValueError(f"`worst` must be positive. Received: worst={worst}.")
    return np.clip(1.0 - np.asarray(distance) / np.asarray(worst), 0.0, 1.0)


def total(style_score, content_score):
    """Harmonic mean of both scores: 2 · style · content / (style + content).

    It is 0 where either is, and at most twice the smaller one, so that neither can be bought with
    the other: the untouched photo (content 1, style 0) and the style picture handed out in its
    place (content 0, style 1) have 0 both.

    Args:
        style_score, content_score: float or array in [0, 1].

    Returns:
        As the scores, in [0, 1].

    Example:
        >>> float(total(0.5, 0.5)), float(total(1.0, 0.0))
        (0.5, 0.0)
    """
    style, content = np.asarray(style_score, np.float64), np.asarray(content_score, np.float64)
    both = style + content
    return np.where(both > 0.0, 2.0 * style * content / np.where(both > 0.0, both, 1.0), 0.0)
