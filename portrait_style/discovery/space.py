"""A space in which pictures of one style are near each other, learned without labels."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

_DIMENSIONS, _PICTURES_A_DIMENSION = 32, 3
_NEIGHBOURS, _ROUNDS, _SHRINKAGE = 5, 3, 0.1


def style_space(vectors, seed: int) -> np.ndarray:
    """Reduce vectors by PCA, then divide by how much near pictures differ.

    The nearest neighbours of a picture are mostly of its own style, whatever that is. Directions in
    which they differ (brightness, in painted faces) tell nothing about style and are scaled down;
    those in which they agree are scaled up. A style of wide variety and one of narrow variety then
    have about the same extent, which is what clustering methods expect.

    Args:
        vectors: (pictures, size).
        seed: int.

    Returns:
        (pictures, dimensions), 32 dimensions at most.

    References:
        Art, Gnanadesikan and Kettenring, Data-based metrics for cluster analysis, 1982
    """
    wanted = max(2, min(_DIMENSIONS, len(vectors) // _PICTURES_A_DIMENSION))
    count = min(wanted, *vectors.shape)
    points = PCA(count, svd_solver="randomized", random_state=seed).fit_transform(vectors)
    for _ in range(_ROUNDS):
        points = _whitened_space(points)
    return points


def neighbour_distances(points, neighbours: int = _NEIGHBOURS) -> np.ndarray:
    """Distances in the space of styles to the nearest others, (points, neighbours or fewer)."""
    return _neighbours_in_space(points, neighbours).kneighbors()[0]


def _whitened_space(points):
    nearest = _neighbours_in_space(points, _NEIGHBOURS).kneighbors(return_distance=False)
    steps = (points[:, None] - points[nearest]).reshape(-1, points.shape[1])
    variances, axes = np.linalg.eigh(steps.T @ steps / len(steps))
    # Shrinkage keeps a direction in which all neighbours agree by chance from dominating.
    variances = (1.0 - _SHRINKAGE) * variances + _SHRINKAGE * variances.mean()
    return points @ axes / np.sqrt(variances + 1e-12)


def _neighbours_in_space(points, count):
    return NearestNeighbors(n_neighbors=min(count, len(points) - 1)).fit(points)
