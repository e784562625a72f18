"""A Keras model that trains two networks against each other, each with its own optimizer."""

import keras
import tensorflow as tf

from portrait_style.losses.weights import LossWeights
from portrait_style.training.keras_model.learning_rates import with_following
from portrait_style.training.keras_model.muon import Muon

_LossScale = keras.optimizers.LossScaleOptimizer


class TwoOptimizers(keras.Model):
    """What compiling, saving and logging take beyond the one optimizer that Keras knows.

    A subclass has `generator_variables` and `discriminator_variables`, what each optimizer
    changes, and `logged`, the names of what a step logs.
    """

    def compile(
        self,
        generator_optimizer=None,
        discriminator_optimizer=None,
        loss_weights=None,
        **kwargs,
    ):
        """Choose optimizers and loss weights.

        `optimizer`, which Keras' callbacks know, is the generator's. Where a callback changes its
        learning rate, `fit` multiplies the discriminator's by the same factor, so that their ratio
        stays. A rate that a schedule gives moves by its schedule alone.

        Args:
            generator_optimizer: Keras optimizer of the generator. Defaults to `Muon`.
            discriminator_optimizer: Keras optimizer. Defaults to Adam with learning rate 4e-4
                and beta_1 0.5.
            loss_weights: `LossWeights`. Defaults to its defaults.
            **kwargs: passed to `keras.Model.compile`.
        """
        super().compile(optimizer=generator_optimizer or Muon(), **kwargs)
        self.discriminator_optimizer = keras.optimizers.get(
            discriminator_optimizer or keras.optimizers.Adam(4e-4, beta_1=0.5)
        )
        self.loss_weights = loss_weights or LossWeights()
        if isinstance(self.optimizer, _LossScale) and not isinstance(
            self.discriminator_optimizer, _LossScale
        ):
            # Keras does so for the optimizer it knows: small gradients vanish in half precision.
            self.discriminator_optimizer = _LossScale(self.discriminator_optimizer)
        self.optimizer.build(self.generator_variables)
        self.discriminator_optimizer.build(self.discriminator_variables)
        self._trackers = {name: keras.metrics.Mean(name=name) for name in self.logged}
        self._trained_names = tuple(self._trackers)

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        *args,
        **kwargs,
    ):
        """Train as `keras.Model.fit` does; callbacks that set a learning rate move both.

        Args:
            x, y, batch_size, epochs, verbose, callbacks, *args, **kwargs: as for
                `keras.Model.fit`; see `compile` for callbacks that set `optimizer.learning_rate`.

        Returns:
            `keras.callbacks.History`.
        """
        following = with_following(callbacks, self)
        return super().fit(x, y, batch_size, epochs, verbose, following, *args, **kwargs)

    def get_compile_config(self):
        """Optimizers and weights, for saving."""
        return {
            "generator_optimizer": keras.saving.serialize_keras_object(self.optimizer),
            "discriminator_optimizer": keras.saving.serialize_keras_object(
                self.discriminator_optimizer
            ),
            "loss_weights": vars(self.loss_weights),
        }

    def compile_from_config(self, config):
        """Compile as the saved model was."""
        restore = keras.saving.deserialize_keras_object
        self.compile(
            generator_optimizer=restore(config["generator_optimizer"]),
            discriminator_optimizer=restore(config["discriminator_optimizer"]),
            loss_weights=LossWeights.from_stored(config["loss_weights"]),
        )

    def scale_loss(self, optimizer, loss):
        """Scale a loss, the mean over a batch, for the gradients that an optimizer is to apply.

        Each replica of a `tf.distribute` strategy sees its share of the batch, and gradients are
        summed over the replicas.
        """
        return optimizer.scale_loss(loss) / tf.distribute.get_strategy().num_replicas_in_sync

    @property
    def metrics(self):
        """Means of what training steps log, over an epoch."""
        trackers = getattr(self, "_trackers", {})
        # Keras takes means for an epoch's figures where they have the names of a step's. Which
        # these are is known once a step was traced: batches may have pairs or not.
        return [trackers[name] for name in getattr(self, "_trained_names", trackers)]

    def reset_metrics(self):
        """Begin all means anew, also those of what only measuring logs."""
        for tracker in getattr(self, "_trackers", {}).values():
            tracker.reset_state()

    def log(self, logs, trained=False):
        """Add a step's figures to the means, and return them.

        Args:
            logs: dict of name to scalar.
            trained: bool, whether a training step logs. Defaults to `False`.
        """
        if trained:
            self._trained_names = tuple(logs)
        for name, value in logs.items():
            self._trackers[name].update_state(value)
        return logs
