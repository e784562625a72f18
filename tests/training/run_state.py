"""What tests of whole runs ask of the folders they leave."""

import json

import keras
import numpy as np


class Killed(Exception):
    pass


class After(keras.callbacks.Callback):
    """Do something when a step is over: its figures are written, its weights are not."""

    def __init__(self, step, act):
        super().__init__()
        self.step, self.act = step, act

    def on_train_batch_end(self, batch, logs=None):
        if self.model.optimizer.iterations == self.step:
            self.act()


def die():
    raise Killed


def records(folder):
    return [json.loads(line) for line in folder.metrics.read_text().splitlines()]


def weights_of(path):
    return {v.path: np.array(v) for v in keras.saving.load_model(path).weights}


def assert_same_networks(first, second):
    """Bit for bit: a resumed run continues, it does not approximate."""
    for name in ("generator", "style_encoder"):
        ours, theirs = (weights_of(getattr(folder, name)) for folder in (first, second))
        assert len(ours) == len(theirs)
        for (path, a), b in zip(ours.items(), theirs.values(), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=path)
