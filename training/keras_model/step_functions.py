"""The steps that Keras runs, one for each form of batch."""

import itertools

import keras
import tensorflow as tf

from portrait_style.training.keras_model.batches import as_batch


class StepFunctions:
    """Run a batch by a function that has seen batches of the same form only.

    `tf.function` relaxes what differs from call to call: after pictures of two sizes it would trace
    a step for pictures of any size, from which no window can be cut, and of which nothing can be
    said beforehand. Only the number of pictures is left to it.

    Args:
        make: function without arguments that returns a new function of an iterator.
    """

    def __init__(self, make):
        self._make = make
        self._functions = {}

    def __call__(self, iterator):
        """Take the next step or steps, and return what is logged."""
        if isinstance(iterator, (tf.data.Iterator, tf.distribute.DistributedIterator)):
            form = iterator.element_spec
        else:
            # From `train_on_batch` and `test_on_batch`.
            form = as_batch(next(iterator))
            iterator = itertools.chain([form], iterator)
        form = str(keras.tree.map_structure(_step_function_form, form))
        if form not in self._functions:
            self._functions[form] = self._make()
        return self._functions[form](iterator)


def _step_function_form(leaf) -> str:
    """Describe all of a batch but the number of pictures: one function for each."""
    if hasattr(leaf, "shape") and hasattr(leaf, "dtype"):
        return f"{leaf.dtype} {leaf.shape[1:]}"
    return str(leaf)
