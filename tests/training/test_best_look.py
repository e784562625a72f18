"""Looks at a style while it is learned."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.training.adaptation.looks import BestLook


class Counted(keras.Model):
    """Its only number is how many steps it took."""

    style_code = np.zeros(64, np.float32)

    def __init__(self):
        super().__init__()
        self.number = self.add_weight(shape=(), initializer="zeros")
        self.learned_variables = [self.number]
        self.built = True

    def train_step(self, batch):
        self.number.assign_add(1.0)
        return {"loss": self.number}


class Told:
    """A trial whose distances are given by the step."""

    def __init__(self, model, distances):
        self.model, self.distances = model, distances

    def draw(self, style_code):
        return np.asarray(self.model.number)

    def distance(self, drawn):
        return self.distances[int(drawn)]


def look_at(steps, distances):
    model = Counted()
    model.compile()
    best = BestLook(Told(model, distances), steps)
    batches = tf.data.Dataset.from_tensors(np.zeros(1)).repeat(steps)
    model.fit(batches, callbacks=[best], shuffle=False, verbose=0)
    return best, float(model.number)


def test_it_looks_every_quarter_and_goes_back_to_the_best():
    best, number = look_at(10, {3: 0.4, 5: 0.2, 8: 0.3, 10: 0.25})
    assert best.distances == {3: 0.4, 5: 0.2, 8: 0.3, 10: 0.25}
    assert (best.least, float(best.drawn), number) == (0.2, 5.0, 5.0)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_few_steps_are_all_looked_at(steps):
    best, number = look_at(steps, {1: 0.3, 2: 0.2, 3: 0.1})
    assert list(best.distances) == list(range(1, steps + 1)) and number == steps
