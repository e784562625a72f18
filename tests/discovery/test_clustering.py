import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from portrait_style.discovery.clustering import choose_cluster_count, cluster, half_agreement
from portrait_style.discovery.space import style_space


def blobs(sizes, apart=12.0, dimensions=6, seed=0):
    """Normal clusters around the corners of a simplex, and which point is in which."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    centres = apart * np.eye(max(len(sizes), dimensions))[: len(sizes), :dimensions]
    return centres[labels] + rng.normal(size=(len(labels), dimensions)), labels


@pytest.mark.parametrize("sizes", [(30, 30), (20, 120), (15, 40, 90, 25)])
def test_clusters_of_unlike_sizes_are_found_and_counted(sizes):
    points, labels = blobs(sizes)
    found = cluster(points, "auto", seed=0)
    assert adjusted_rand_score(labels, found.labels) == 1.0
    assert found.agreement[len(sizes)] > 0.95
    # The largest comes first.
    assert (np.diff(np.bincount(found.labels)) <= 0).all()


def test_one_cloud_is_one_style():
    points, _ = blobs((90,))
    found = cluster(points, "auto", seed=0)
    assert found.labels.tolist() == [0] * 90
    assert max(found.agreement.values()) < 0.5


def test_few_points_are_not_divided_unasked():
    points, labels = blobs((5, 5))
    assert set(cluster(points, "auto", seed=0).labels) == {0}
    assert adjusted_rand_score(cluster(points, 2, seed=0).labels, labels) == 1.0


def test_a_number_of_clusters_may_be_given():
    points, _ = blobs((20, 20))
    for count in (1, 2, 5, 40):
        found = cluster(points, count, seed=0)
        assert len(set(found.labels)) == count
        assert found.agreement == {}


def test_a_point_far_from_all_is_an_outlier_and_stays_in_the_nearest_cluster():
    points, labels = blobs((40, 40))
    points = np.concatenate([points, points[:1] + [0, 0, 0, 0, 0, 60.0]])
    found = cluster(points, "auto", seed=0)
    assert found.outliers == [80]
    assert found.labels[80] == found.labels[0]
    assert adjusted_rand_score(labels, found.labels[:80]) == 1.0


def test_agreement_is_seeded():
    points, _ = blobs((20, 20), apart=3.0)
    assert half_agreement(points, 1) == half_agreement(points, 1)


def test_the_finest_division_nearly_as_good_as_the_best_is_chosen():
    assert choose_cluster_count({2: 1.0, 3: 0.6, 4: 0.96, 5: 0.94}) == 4
    assert choose_cluster_count({2: 0.49}) == choose_cluster_count({}) == 1


def test_space_ignores_directions_in_which_neighbours_differ():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 60)
    # Two styles that differ by 1 in one direction, and vary by 10 within each in another.
    vectors = np.stack([labels + 0.05 * rng.normal(size=120), 10.0 * rng.normal(size=120)], 1)
    vectors = np.concatenate([vectors, 0.05 * rng.normal(size=(120, 6))], axis=1)
    found = cluster(style_space(vectors, seed=0), 2, seed=0)
    assert adjusted_rand_score(labels, found.labels) == 1.0
    assert adjusted_rand_score(labels, cluster(vectors, 2, seed=0).labels) < 0.1
