"""One more style for a trained generator: what is learned, and why the others stay as they are."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from portrait_style.losses.composition import weighted_sum
from portrait_style.losses.weights import LossWeights
from portrait_style.training.step.objective import picture_objective
from portrait_style.training.step.pairs import TaughtPictures, pair_objective
from portrait_style.training.step.window import shifting_window

# Of pictures that show something else than the photos. What keeps light, dark and structure as they
# are in a photo draws outlines and flat colours away again.
WEIGHTS = LossWeights(
    adversarial=0.0,
    content=2.0,
    style=16.0,
    colour=40.0,
    reconstruction=0.0,
    style_code=0.0,
    consistency=0.0,
    tone=0.0,
    total_variation=0.1,
    chroma_variation=8.0,
    grid=0.0,
)
# Of what is to become of the photos.
PAIR_WEIGHTS = LossWeights(reconstruction=0.0)


class StyleAdaptation(keras.Model):
    """A frozen generator, of which the scales and shifts under one style code are learned.

    All that a style code does in the generator is linear: dense layers make it the scales and
    shifts of normalization and a few gates. While a single code is drawn, their biases are free
    scales and shifts of that style. `settle` moves what was learned from the biases to the kernels,
    along a direction that no known code has a part of: their pictures stay, to the last bits of
    rounding, and the network is as large as before.

    A batch is {"photo", "style"} or {"photo", "target"}: RGB in [-1, 1], (batch, height, width, 3).

    Args:
        generator: built `Generator`; `settle` changes it.
        feature_extractor: `FeatureExtractor`.
        style_code: (code_size,) numbers, of the new style.
        own_direction: (code_size,) numbers, a part of `style_code` orthogonal to all known codes.
        seen_code: (code_size,) numbers, the code whose picture is begun with, such as the one that
            the style encoder gives. Defaults to `style_code`.

    References:
        Dumoulin et al. (a style is the scales and shifts of normalization; others are learned with
        all else frozen), 2017, section 3.2, https://arxiv.org/abs/1610.07629
    """

    def __init__(self, generator, feature_extractor, style_code, own_direction, seen_code=None):
        super().__init__()
        self.generator = generator
        self.feature_extractor = feature_extractor
        self.style_code = np.asarray(style_code, np.float32)
        self._own = np.asarray(own_direction, np.float32)
        self._projections = generator.code_projections
        self._known_biases = [np.asarray(layer.bias) for layer in self._projections]
        if seen_code is not None:
            moved = generator.code_scale * (seen_code - self.style_code)
            for layer in self._projections:
                layer.bias.assign_add(moved @ np.asarray(layer.kernel))
        self.trainable = False
        self.built = True

    @property
    def learned_variables(self):
        """What a step changes."""
        return [layer.bias for layer in self._projections]

    def compile(self, optimizer, loss_weights=WEIGHTS, **kwargs):
        """Choose the optimizer and the weights of the losses.

        Args:
            optimizer: Keras optimizer.
            loss_weights: `LossWeights`; those of `picture_objective` count, with targets those
                of `pair_objective`.
            **kwargs: passed to `keras.Model.compile`.
        """
        super().compile(optimizer=optimizer, **kwargs)
        self.loss_weights = loss_weights
        self.optimizer.build(self.learned_variables)

    def call(self, photo, training=None):
        """Draw photos in the new style, (batch, height, width, 3) in [-1, 1]."""
        code = ops.broadcast_to(self.style_code[None], (ops.shape(photo)[0], self.style_code.size))
        # Frozen normalization keeps its statistics in training, too; only the clipping goes.
        return self.generator({"photo": photo, "style_code": code}, training=training)

    def train_step(self, batch):
        window = shifting_window(self.optimizer.iterations)
        losses_of = self._taught_losses if "target" in batch else self._style_losses
        compare = losses_of(batch, window)
        variables = self.learned_variables
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable.value for variable in variables])
            fake_image = window(self(batch["photo"], training=True))
            losses = compare(fake_image, self.feature_extractor(fake_image))
            total, logs = weighted_sum(losses, self.loss_weights)
        gradients = tape.gradient(total, [variable.value for variable in variables])
        self.optimizer.apply(gradients, variables)
        return {**logs, "total": total}

    def _style_losses(self, batch, window):
        """Return what compares drawn photos with pictures that show something else."""
        photo, style = window(batch["photo"]), batch["style"]
        photo_features, style_features = map(self.feature_extractor, (photo, style))
        return lambda image, features: picture_objective(
            (photo, style, image), (photo_features, style_features, features)
        )

    def _taught_losses(self, batch, window):
        """Return what compares drawn photos with what is to become of them."""
        photo, target = window(batch["photo"]), window(batch["target"])
        target_features = self.feature_extractor(target)
        return lambda image, features: pair_objective(
            TaughtPictures(
                photo=photo,
                target=target,
                fake_image=image,
                target_features=target_features,
                fake_features=features,
                style_code=self.style_code,
                # Both take more pictures than these, and are not asked for.
                reconstruction=(photo, photo),
                shifted=None,
            ),
            adversarial_loss=None,
        )

    def settle(self) -> None:
        """Give the biases back, and let the kernels draw the new style under its code."""
        along = self._own / (self.generator.code_scale * np.dot(self._own, self.style_code))
        for layer, known in zip(self._projections, self._known_biases, strict=True):
            layer.kernel.assign_add(np.outer(along, np.asarray(layer.bias) - known))
        self.leave()

    def leave(self) -> None:
        """Give the biases back, and with them the generator as it was."""
        for layer, known in zip(self._projections, self._known_biases, strict=True):
            layer.bias.assign(known)
        self.generator.trainable = True
