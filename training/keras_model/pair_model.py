"""A Keras model that is fitted to pairs of pictures, and exported as its generator."""

import keras

from portrait_style.training.keras_model.feed import Feed
from portrait_style.training.keras_model.step_functions import StepFunctions
from portrait_style.training.keras_model.two_optimizers import TwoOptimizers
from portrait_style.training.networks import IMAGE_SHAPE


class PairModel(TwoOptimizers):
    """What `fit`, `evaluate` and `export` take where a batch is a pair of pictures.

    A subclass has `ema_generator`, a `Generator`.
    """

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        **kwargs,
    ):
        """Train as `keras.Model.fit` does; callbacks that set a learning rate move both.

        Args:
            x: `tf.data.Dataset`, `keras.utils.PyDataset`, generator or other iterator of batches,
                which are {"photo", "style"}, (photo, style) or ({"photo", "style"},); or all
                pictures as {"photo", "style"}; or the photos. "target" may stand for "style", or
                beside it: what the first photos are to become. RGB in [-1, 1], float,
                (batch, height, width, 3), all photos of one size, a multiple of 16, 32 or more.
            y: the style pictures where `x` is the photos.
            validation_data: as `x`, or (photos, style pictures); photos of 16 pixels will do.
            batch_size, epochs, verbose, callbacks, validation_split: as for `keras.Model.fit`; see
                `compile` for callbacks that set `optimizer.learning_rate`.
            **kwargs: passed to `keras.Model.fit`.

        Returns:
            `keras.callbacks.History`.

        Raises:
            ValueError: if a batch is not of this form.
            TypeError: if pixels are not of floating point.
        """
        with Feed() as feed:
            return super().fit(
                feed.accept(x),
                y,
                batch_size,
                epochs,
                verbose,
                callbacks,
                validation_split,
                feed.accept(validation_data),
                **kwargs,
            )

    def evaluate(self, x=None, y=None, *args, **kwargs):
        """Measure as `keras.Model.evaluate` does.

        Args:
            x, y: as for `fit`.
            *args, **kwargs: passed to `keras.Model.evaluate`.

        Returns:
            Means of the losses over the batches, by name where `return_dict=True` is passed.

        Raises:
            ValueError, TypeError: as `fit`.
        """
        with Feed() as feed:
            return super().evaluate(feed.accept(x), y, *args, **kwargs)

    def make_train_function(self, force=False):
        """Make what `fit` runs: a function for each form of batch."""
        if self.train_function is None or force:
            self.train_function = StepFunctions(
                lambda: self._made("train_function", super(PairModel, self).make_train_function)
            )

    def make_test_function(self, force=False):
        """Make what `evaluate` runs: a function for each form of batch."""
        if self.test_function is None or force:
            self.test_function = StepFunctions(
                lambda: self._made("test_function", super(PairModel, self).make_test_function)
            )

    def _made(self, name, make):
        """Return the function that Keras makes, and leave the attribute that it sets as it was."""
        kept = getattr(self, name)
        make(force=True)
        made = getattr(self, name)
        setattr(self, name, kept)
        return made

    def export(
        self, filepath, format="tf_saved_model", verbose=None, input_signature=None, **kwargs
    ):
        """Write the averaged generator for inference, as `keras.Model.export` writes a model.

        Args:
            filepath: path to be written, a folder for a SavedModel.
            format: str. Defaults to "tf_saved_model".
            verbose: bool or `None`, whether to print what is written. Defaults to `None`: as Keras.
            input_signature: of {"photo", "style_code"}. By default batch, height and width are
                free: (batch, height, width, 3), RGB in [-1, 1], sides multiples of 16, and
                (batch, code_size).
            **kwargs: passed to `keras.Model.export`.
        """
        generator = self.ema_generator
        shapes = {"photo": IMAGE_SHAPE, "style_code": (None, generator.code_size)}
        signature = {
            name: keras.InputSpec(dtype="float32", shape=shape, name=name)
            for name, shape in shapes.items()
        }
        generator.export(
            filepath,
            format=format,
            verbose=verbose,
            input_signature=input_signature or [signature],
            **kwargs,
        )
