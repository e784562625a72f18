import warnings

import numpy as np
import pytest
import tensorflow as tf

from portrait_style.training.callbacks.collapse import CollapseMonitor
from portrait_style.training.step.monitors import diversity, gradient_norm


def test_gradient_norm_by_hand():
    gradients = [tf.constant([3.0, 0.0]), None, tf.constant([[4.0], [12.0]])]
    assert float(gradient_norm(gradients)) == pytest.approx(13.0)


def test_diversity_is_the_spread_over_the_batch():
    image = np.zeros((2, 4, 4, 3), "float32")
    image[1] += 0.5
    assert float(diversity(tf.constant(image))) == pytest.approx(np.std(image, axis=0).mean())
    assert float(diversity(tf.constant(image[:1]))) == 0.0


def watch(values):
    monitor = CollapseMonitor()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for step, value in enumerate(values):
            monitor.on_train_batch_end(step, {"diversity": value})
    return [str(warning.message) for warning in caught]


def test_collapse_is_told_once_with_advice():
    (message,) = watch([0.4] * 200 + [0.02] * 50)
    assert "usual" in message and "--loss-weights adversarial" in message


def test_ordinary_ups_and_downs_are_not_a_collapse():
    rng = np.random.default_rng(0)
    assert watch(0.4 + 0.1 * rng.normal(size=500)) == []
    # Training starts with noise and calms down slowly.
    assert watch(np.linspace(0.6, 0.3, 500)) == []
    assert watch([0.0] * 300) == []
