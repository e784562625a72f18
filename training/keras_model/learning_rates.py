"""Two learning rates that keep their ratio whatever moves the first of them."""

import keras
from keras import ops


class FollowLearningRate(keras.callbacks.Callback):
    """Multiply the discriminator's learning rate by what the generator's is multiplied by.

    Keras' callbacks know the model's one `optimizer`, which is the generator's. The
    discriminator's rate is let alone where it was changed itself: the ratio is a new one then. Of
    a schedule nothing is moved, and nothing follows it.
    """

    def set_model(self, model):
        """Remember the rates as they are before the first step."""
        super().set_model(model)
        rates = (model.optimizer.learning_rate, model.discriminator_optimizer.learning_rate)
        # Anything but a variable is what a schedule says of the present step.
        self._rates = rates if all(isinstance(x, keras.Variable) for x in rates) else None
        self._ratio = None
        self._seen = None
        self._follow()

    def on_train_begin(self, logs=None):
        """Follow what was restored."""
        self._follow()

    def on_epoch_begin(self, epoch, logs=None):
        """Follow `LearningRateScheduler` and its like."""
        self._follow()

    def on_train_batch_begin(self, batch, logs=None):
        """Follow what is moved from step to step."""
        self._follow()

    def on_epoch_end(self, epoch, logs=None):
        """Follow `ReduceLROnPlateau` and its like."""
        self._follow()

    def _follow(self):
        if self._rates is None:
            return
        generator_rate, discriminator_rate = seen = self._read()
        if seen == self._seen:
            return
        moved_alone = self._seen is not None and discriminator_rate == self._seen[1]
        if moved_alone and self._ratio is not None:
            self._rates[1].assign(self._ratio * generator_rate)
        elif generator_rate > 0.0:
            self._ratio = discriminator_rate / generator_rate
        self._seen = self._read()

    def _read(self):
        return tuple(float(ops.convert_to_numpy(rate)) for rate in self._rates)


def with_following(callbacks, model):
    """Let the discriminator's rate follow after each callback, so that the next one sees both.

    Args:
        callbacks: what `fit` takes: a callback, a list of them, `keras.callbacks.CallbackList` or
            `None`.
        model: `keras.Model` with `optimizer` and `discriminator_optimizer`.

    Returns:
        What `fit` takes.
    """
    follow = FollowLearningRate()
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return keras.callbacks.CallbackList([callbacks, follow], model=model)
    given = [callback for callback in keras.tree.flatten(callbacks) if callback is not None]
    return [x for callback in given for x in (callback, follow)] or [follow]
