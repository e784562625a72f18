import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.training.step.memory import FeatureMemory, pool


@pytest.fixture
def rows():
    rng = np.random.default_rng(6)
    shapes = {"real": (4, 10), "fake": (4, 10), "style_code": (4, 3)}
    return {name: rng.normal(1.0, 1.0, shape).astype("float32") for name, shape in shapes.items()}


def test_pool_averages_the_logarithms_of_the_fourth_map():
    maps = [np.full((2, 8 // 2**i, 8 // 2**i, 2), i, "float32") for i in range(3)]
    maps.append(np.arange(8.0).reshape(2, 1, 1, 4).astype("float32"))
    np.testing.assert_allclose(pool(maps), np.log([[1, 2, 3, 4], [5, 6, 7, 8]]), rtol=1e-6)


def test_one_streak_counts_less_than_strokes_all_over():
    strokes, streak = np.ones((1, 4, 4, 1), "float32"), np.zeros((1, 4, 4, 1), "float32")
    streak[0, 1, 2] = 16.0
    assert strokes.mean() == streak.mean()
    assert pool([streak] * 5)[0, 0] < 0.3 * pool([strokes] * 5)[0, 0]


def test_newest_pictures_push_out_the_oldest(rows):
    memory = FeatureMemory(10, 10, 3)
    for i in range(3):
        memory.remember(rows["real"] + i, rows["fake"], rows["style_code"])
    np.testing.assert_allclose(memory.real[:4], rows["real"] + 2)
    np.testing.assert_allclose(memory.real[8:], rows["real"][:2])
    np.testing.assert_allclose(memory.filled, np.ones((10, 1)))


def test_places_not_filled_yet_do_not_count(rows):
    small, large = FeatureMemory(4, 10, 3), FeatureMemory(400, 10, 3)
    for memory in (small, large):
        memory.remember(**rows)
    losses = [float(memory.feature_mean_loss(**rows)) for memory in (small, large)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_following_the_gradient_reaches_the_distribution():
    rng = np.random.default_rng(8)
    real = tf.constant(rng.normal(3.0, 1.0, (64, 10)), tf.float32)
    fake = tf.Variable(rng.normal(0.0, 1.0, (64, 10)), dtype=tf.float32)
    memory, code = FeatureMemory(1, 10, 3), tf.zeros((64, 3))
    optimizer = keras.optimizers.Adam(0.1)
    for _ in range(300):
        with tf.GradientTape() as tape:
            loss = memory.feature_mean_loss(real, fake, code)
        optimizer.apply(tape.gradient(loss, [fake]), [fake])
    assert abs(float(tf.reduce_mean(fake)) - 3.0) < 0.3


def test_remembering_is_not_part_of_the_gradient(rows):
    memory = FeatureMemory(8, 10, 3)
    assert memory.trainable_weights == []
    memory.remember(**rows)
    with tf.GradientTape() as tape:
        code = tf.constant(rows["style_code"])
        tape.watch(code)
        loss = memory.feature_mean_loss(rows["real"], rows["fake"], code)
    assert tape.gradient(loss, code) is None
