import numpy as np
import pytest
from scipy.spatial.distance import cosine

from portrait_style.quality import perceptual
from portrait_style.quality.diversity import diversity
from portrait_style.quality.metrics import FeatureMetric


@pytest.fixture
def maps():
    """Non-negative feature maps of four blocks, for two sets of three pictures."""
    rng = np.random.default_rng(2)
    shapes = [(3, 16 // 2**i, 16 // 2**i, 3 + i) for i in range(4)]
    return [[np.abs(rng.normal(size=s)).astype("float32") for s in shapes] for _ in "ab"]


def relative(target, value):
    return ((value - target) ** 2).sum((1, 2, 3)) / (target**2).sum((1, 2, 3))


def test_content_retention_by_hand(maps):
    real, fake = maps
    expected = 1 / (1 + (relative(real[2], fake[2]) + relative(real[3], fake[3])) / 2)
    np.testing.assert_allclose(perceptual.content_retention(real, fake), expected, rtol=1e-3)
    np.testing.assert_allclose(perceptual.content_retention(real, real), 1.0)
    silent = [np.zeros_like(x) for x in real]
    np.testing.assert_allclose(perceptual.content_retention(real, silent), 0.5, rtol=1e-3)


def test_perceptual_distance_against_scipy(maps):
    """Two unit vectors' squared distance is twice their cosine distance."""
    first, second = maps
    expected = np.zeros(3)
    for a, b in zip(first, second, strict=True):
        for i in range(3):
            vectors = zip(a[i].reshape(-1, a.shape[-1]), b[i].reshape(-1, b.shape[-1]), strict=True)
            expected[i] += np.mean([2 * cosine(u, v) for u, v in vectors]) / len(first)
    np.testing.assert_allclose(perceptual.perceptual_distance(first, second), expected, rtol=1e-4)


def test_perceptual_distance_properties(maps):
    first, second = maps
    there = np.asarray(perceptual.perceptual_distance(first, second))
    np.testing.assert_allclose(there, perceptual.perceptual_distance(second, first), rtol=1e-6)
    np.testing.assert_allclose(perceptual.perceptual_distance(first, first), 0.0, atol=1e-6)
    assert ((there > 0.0) & (there < 2.0)).all()
    one = np.zeros((1, 2, 2, 2), "float32")
    other = one.copy()
    one[..., 0], other[..., 1] = 3.0, 0.2
    assert float(perceptual.perceptual_distance([one], [other])[0]) == pytest.approx(2.0, abs=1e-4)


def test_perceptual_distance_of_silent_features_has_a_finite_gradient():
    import tensorflow as tf

    silent = tf.zeros((1, 4, 4, 2))
    with tf.GradientTape() as tape:
        tape.watch(silent)
        distance = perceptual.perceptual_distance([silent], [tf.ones((1, 4, 4, 2))])
    assert np.isfinite(tape.gradient(distance, silent)).all()


def test_moment_distance_against_numpy(maps):
    def moments(x):
        return np.concatenate([x.mean((1, 2)), x.std((1, 2))], axis=-1)

    reference, fake = maps
    expected = np.mean(
        [
            ((moments(a) - moments(b)) ** 2).sum(1) / (moments(a) ** 2).sum(1)
            for a, b in zip(reference, fake, strict=True)
        ],
        axis=0,
    )
    np.testing.assert_allclose(perceptual.moment_distance(reference, fake), expected, rtol=2e-3)


def test_gram_distance_against_numpy(maps):
    def gram(x):
        return np.einsum("bhwi,bhwj->bij", x, x) / (x.shape[1] * x.shape[2])

    reference, fake = maps
    expected = np.mean(
        [
            ((gram(a) - gram(b)) ** 2).sum((1, 2)) / (gram(a) ** 2).sum((1, 2))
            for a, b in zip(reference, fake, strict=True)
        ],
        axis=0,
    )
    np.testing.assert_allclose(perceptual.gram_distance(reference, fake), expected, rtol=2e-3)


@pytest.mark.parametrize("measure", ["moment_distance", "gram_distance"])
def test_style_does_not_depend_on_the_place(maps, measure):
    function = getattr(perceptual, measure)
    mirrored = [x[:, ::-1] for x in maps[0]]
    np.testing.assert_allclose(function(maps[0], mirrored), 0.0, atol=1e-6)
    assert (np.asarray(function(*maps)) > 0.0).all()


def test_diversity_is_the_mean_over_pairs(maps):
    first = maps[0]
    pairs = [(0, 1), (0, 2), (1, 2)]
    expected = np.mean(
        [
            float(
                perceptual.perceptual_distance(
                    [x[i : i + 1] for x in first], [x[j : j + 1] for x in first]
                )[0]
            )
            for i, j in pairs
        ]
    )
    assert diversity(first) == pytest.approx(expected, rel=1e-5)
    same = [np.repeat(x[:1], 4, axis=0) for x in first]
    assert diversity(same) == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(ValueError, match="two or more"):
        diversity([x[:1] for x in first])


def test_feature_metric_is_the_mean_over_all_pictures():
    rng = np.random.default_rng(0)
    real, fake = rng.uniform(-1, 1, (2, 3, 32, 32, 3)).astype("float32")
    metric = FeatureMetric("content_retention")
    metric.update_state(real[:1], fake[:1])
    metric.update_state(real[1:], fake[1:])
    from portrait_style.models.feature_extractor import FeatureExtractor

    extractor = FeatureExtractor()
    expected = np.mean(perceptual.content_retention(extractor(real), extractor(fake)))
    assert float(metric.result()) == pytest.approx(expected, rel=1e-4)
    again = FeatureMetric.from_config(metric.get_config())
    again.update_state(real, real)
    assert float(again.result()) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="`measure` must be one of"):
        FeatureMetric("beauty")
