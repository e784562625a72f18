import numpy as np
import pytest

from portrait_style.personalization.preference import PreferenceModel


@pytest.fixture
def model():
    """Of somebody who likes what is near (0.2, -0.1), judged on 30 pairs."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-0.4, 0.4, (60, 2))
    distances = np.linalg.norm(points - [0.2, -0.1], axis=1)
    pairs = [
        (i, j) if distances[i] < distances[j] else (j, i)
        for i, j in zip(range(30), range(30, 60), strict=True)
    ]
    return PreferenceModel(0.4).fit(points, pairs)


def test_utility_falls_with_the_distance_from_the_taste(model):
    grid = np.stack(np.meshgrid(*[np.linspace(-0.4, 0.4, 33)] * 2), axis=-1).reshape(-1, 2)
    best = grid[np.argmax(model.utility(grid))]
    assert np.linalg.norm(best - [0.2, -0.1]) < 0.08


def test_samples_scatter_about_the_mean(model):
    points = np.array([[0.0, 0.0], [0.3, 0.1], [-0.2, 0.3]])
    samples = model.sample_utilities(points, 4000, np.random.default_rng(0))
    assert samples.shape == (4000, 3)
    deviation = samples.std(axis=0)
    assert (np.abs(samples.mean(axis=0) - model.utility(points)) < 0.1 * deviation + 1e-6).all()
    bold = model.sample_utilities(points, 4000, np.random.default_rng(0), boldness=2.0)
    np.testing.assert_allclose(bold.std(axis=0), 2.0 * deviation, rtol=1e-6)


def test_one_comparison_is_enough_and_both_ways_round_say_nothing():
    points = np.array([[0.1, 0.0], [-0.1, 0.0]])
    once = PreferenceModel(0.4).fit(points, [(0, 1)])
    assert np.diff(once.utility(points)) < 0.0
    undecided = PreferenceModel(0.4).fit(points, [(0, 1), (1, 0)])
    np.testing.assert_allclose(undecided.weights, 0.0, atol=1e-6)
