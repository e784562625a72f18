"""Sorting points into clusters, and how many clusters there are."""

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import NearestNeighbors

from portrait_style.discovery.space import neighbour_distances

MOST = 12
# With fewer pictures, two halves say nothing about each other.
FEWEST_PICTURES = 16
_SPLITS = 6
# What the best division must reach for there to be more than one style, and how much less a finer
# division may have.
_AGREEMENT, _TOLERANCE = 0.5, 0.05
_SMALLEST = 3
# Robust standard deviations of the logarithm of the distance to neighbours.
_FAR = 4.0


@dataclass(frozen=True)
class Clusters:
    """Which picture is in which cluster.

    Attributes:
        labels: (pictures,) int from 0; larger clusters come first.
        agreement: dict of number of clusters to how well halves of the pictures agree on them,
            empty where the number was given.
        outliers: sorted list of int, numbers of the pictures that are like no others.
    """

    labels: np.ndarray
    agreement: dict[int, float]
    outliers: list[int]


def cluster(points, count, seed: int) -> Clusters:
    """Sort points into clusters.

    Ward's method joins the two clusters whose union spreads least. Clusters of one or two points
    are outliers; each of their points goes to the cluster of its nearest neighbour.

    Args:
        points: (pictures, dimensions), see `style_space`.
        count: int, number of clusters, or "auto".
        seed: int.

    References:
        Ward, 1963, https://doi.org/10.1080/01621459.1963.10500845
    """
    agreement = {}
    if count == "auto":
        agreement = half_agreement(points, seed) if len(points) >= FEWEST_PICTURES else {}
        count = choose_cluster_count(agreement)
    labels = _ward_clusters(points, [count])[count]
    sizes = np.bincount(labels)
    # Only where the number was chosen: whoever asks for so many gets so many.
    small = np.isin(labels, np.flatnonzero(sizes < _SMALLEST)) if agreement else labels < 0
    if small.any() and not small.all():
        nearest = NearestNeighbors(n_neighbors=1).fit(points[~small])
        homes = nearest.kneighbors(points[small], return_distance=False)[:, 0]
        labels[small] = labels[~small][homes]
    outliers = np.flatnonzero(small | _far_from_clusters(points)).tolist()
    return Clusters(_clusters_by_size(labels), agreement, outliers)


def half_agreement(points, seed: int) -> dict[int, float]:
    """Tell how well halves of the points agree on each number of clusters.

    Both halves are clustered; the points of one, put into the clusters of the other by their
    nearest neighbour there, should lie together as they do in their own.

    Args:
        points: (pictures, dimensions).
        seed: int.

    Returns:
        dict of number of clusters to mean adjusted Rand index, 1 for perfect agreement.

    References:
        Lange et al., 2004, https://doi.org/10.1162/089976604773717621
        Tibshirani and Walther, 2005, https://doi.org/10.1198/106186005X59243
    """
    counts = range(2, max(3, min(MOST, len(points) // 6) + 1))
    rng = np.random.default_rng(seed)
    found = {count: [] for count in counts}
    for _ in range(_SPLITS):
        order = rng.permutation(len(points))
        halves = points[order[::2]], points[order[1::2]]
        labels = [_ward_clusters(half, counts) for half in halves]
        for one, other in ((0, 1), (1, 0)):
            neighbours = NearestNeighbors(n_neighbors=1).fit(halves[one])
            homes = neighbours.kneighbors(halves[other], return_distance=False)[:, 0]
            for count in counts:
                foreign = labels[one][count][homes]
                found[count].append(adjusted_rand_score(labels[other][count], foreign))
    return {count: float(np.mean(values)) for count, values in found.items()}


def choose_cluster_count(agreement: dict[int, float]) -> int:
    """Choose the finest division that halves agree on nearly as well as on any.

    Example:
        >>> choose_cluster_count({2: 0.9, 3: 0.88, 4: 0.7}), choose_cluster_count({2: 0.3, 3: 0.2})
        (3, 1)
    """
    best = max(agreement.values(), default=0.0)
    if best < _AGREEMENT:
        return 1
    return max(count for count, value in agreement.items() if value >= best - _TOLERANCE)


def _ward_clusters(points, counts) -> dict[int, np.ndarray]:
    if len(points) < 2:
        return {count: np.zeros(len(points), int) for count in counts}
    tree = linkage(points, "ward")
    return {count: fcluster(tree, count, "maxclust") - 1 for count in counts}


def _far_from_clusters(points) -> np.ndarray:
    logarithms = np.log(neighbour_distances(points).mean(axis=1) + 1e-9)
    distance = logarithms - np.median(logarithms)
    deviation = 1.4826 * np.median(np.abs(distance))
    return distance > _FAR * max(deviation, 0.1)


def _clusters_by_size(labels) -> np.ndarray:
    names, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = sorted(range(len(names)), key=lambda i: (-sizes[i], first[i]))
    ranks = {names[i]: rank for rank, i in enumerate(order)}
    return np.array([ranks[label] for label in labels])
