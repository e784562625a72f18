import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from baselines import training
from baselines.time_budget import TimeBudget


@pytest.fixture
def regression():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.compile(optimizer="sgd", loss="mse")
    network.network = network
    data = tf.data.Dataset.from_tensors((np.ones((4, 2)), np.ones((4, 1)))).repeat()
    return network, data


def clock(seconds_a_step):
    """A clock that goes on by so much whenever it is read."""
    now = [-seconds_a_step]

    def read():
        now[0] += seconds_a_step
        return now[0]

    return read


def test_stops_after_the_step_that_ends_beyond_the_budget(regression):
    model, data = regression
    budget = TimeBudget(1.0, clock=clock(25.0))
    model.fit(data, callbacks=[budget], verbose=0, shuffle=False)
    assert budget.steps == 3
    assert budget.seconds == 75.0
    assert budget.losses["loss"] >= 0.0


def test_weights_are_kept_with_what_was_reached(regression, tmp_path):
    model, data = regression
    path = tmp_path / "weights" / "tiny.weights.h5"
    reached = training.train_for(model, data, 1.0, path, clock(30.0))
    assert reached["steps"] == 2
    assert json.loads(training.record_of(path).read_text()) == reached
    assert sorted(p.name for p in path.parent.iterdir()) == ["tiny.json", path.name]
    other = keras.models.clone_model(model)
    other.load_weights(path)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_minutes_must_be_positive():
    with pytest.raises(ValueError, match="`minutes` must be positive"):
        TimeBudget(0.0)
