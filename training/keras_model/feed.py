"""Generators and datasets in Python, in a form that Keras takes and with errors as they were."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from portrait_style.training.keras_model.batches import check_batch


class Feed:
    """What feeds one call of `fit` or `evaluate`; a context, which the call runs in.

    Keras takes no generator of dicts, and reads all generators within `tf.data`, which makes of
    every exception an error of its own with two tracebacks in its text. In this context the
    exception itself comes out.
    """

    def __init__(self):
        self.error = None

    def accept(self, x):
        """Wrap an iterator or a `keras.utils.PyDataset` of batches; let anything else pass."""
        if isinstance(x, keras.utils.PyDataset):
            return _CheckedDataset(x, self)
        if isinstance(x, Iterator):
            return self._checked(x)
        return x

    @contextmanager
    def keeping_errors(self):
        """Remember an exception that is about to pass through `tf.data`."""
        try:
            yield
        except Exception as error:
            self.error = error
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if self.error is not None and isinstance(error, tf.errors.OpError):
            raise self.error from None

    def _checked(self, batches):
        check = _Check()
        with self.keeping_errors():
            for data in batches:
                yield (check(data),)


class _CheckedDataset(keras.utils.PyDataset):
    """A dataset of the user's that feeds a call, each batch checked."""

    def __init__(self, dataset, feed):
        super().__init__(
            workers=dataset.workers,
            use_multiprocessing=dataset.use_multiprocessing,
            max_queue_size=dataset.max_queue_size,
        )
        self.dataset = dataset
        self.feed = feed
        self.check = _Check()

    @property
    def num_batches(self):
        """As the dataset has it, `None` where it never ends."""
        return self.dataset.num_batches

    def __getitem__(self, index):
        with self.feed.keeping_errors():
            return self.check(self.dataset[index])

    def on_epoch_begin(self):
        self.dataset.on_epoch_begin()

    def on_epoch_end(self):
        self.dataset.on_epoch_end()


class _Check:
    """Check what is fed, batch by batch; all must have pictures as large as those of the first."""

    def __init__(self):
        self.first = None

    def __call__(self, data) -> dict:
        pair = {name: np.asarray(image, "float32") for name, image in check_batch(data).items()}
        sides = {name: image.shape[1:3] for name, image in pair.items()}
        self.first = self.first or sides
        for name, size in sides.items():
            if size != self.first[name]:
                raise ValueError(
                    f"`{name}` must be of one height and width in all batches: crop or resize the "
                    f"pictures. Received: {size[0]} by {size[1]} pixels after "
                    f"{self.first[name][0]} by {self.first[name][1]}."
                )
        return pair
