"""Pairs of pictures in forms in which Keras takes them, and loss weights that cost little."""

import keras
import tensorflow as tf
from gan_state import only

# The cheapest loss, and the cheapest that both networks learn by.
LIGHT = only(colour=1.0)
BOTH = only(colour=1.0, adversarial=1.0)


def dataset(pairs, size=2):
    return tf.data.Dataset.from_tensor_slices(pairs).batch(size)


def slices(pairs):
    """Batches of two, two and one."""
    for start in range(0, 5, 2):
        yield {name: images[start : start + 2] for name, images in pairs.items()}


def as_tuples(pairs):
    return ((x["photo"], x["style"]) for x in slices(pairs))


class Batches(keras.utils.PyDataset):
    def __init__(self, batches):
        super().__init__()
        self.batches = list(batches)

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


def floats(logs):
    return {name: float(value) for name, value in logs.items()}
