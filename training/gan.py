"""The adversarial model that learns styles: what one training step does."""

import keras
import tensorflow as tf
from keras import ops

from portrait_style.losses.adversarial import ADVERSARIAL_LOSSES, r1_penalty
from portrait_style.losses.composition import weighted_sum
from portrait_style.losses.perceptual import content_loss, gram_loss, style_loss
from portrait_style.losses.pixel import (
    colour_loss,
    reconstruction_loss,
    structure_loss,
    style_code_loss,
    tone_loss,
    total_variation_loss,
)
from portrait_style.losses.weights import LossWeights
from portrait_style.models.generator import Generator
from portrait_style.models.style_encoder import StyleEncoder
from portrait_style.training.ema import copy_weights, update_average
from portrait_style.training.memory import FeatureMemory, pool
from portrait_style.training.networks import IMAGE_SHAPE, initial_networks
from portrait_style.training.window import shifting_window

_LossScale = keras.optimizers.LossScaleOptimizer
MEMORY_SIZE = 256
_NETWORKS = ("generator", "discriminator", "style_encoder", "feature_extractor")


@keras.saving.register_keras_serializable("portrait_style")
class PortraitStyleGAN(keras.Model):
    """Generator and style encoder against a discriminator, guided by a perceptual network.

    A batch is {"photo", "style"}: unpaired pictures, RGB in [-1, 1], (batch, height, width, 3).
    The generator draws each photo in the style of the picture beside it. `ema_generator` and
    `ema_style_encoder`, moving averages of the two, are what validation, samples and saving use.

    Args:
        generator: `Generator`.
        discriminator: `Discriminator`.
        style_encoder: `StyleEncoder`.
        feature_extractor: `FeatureExtractor`, frozen.
        adversarial: str, "hinge" or "non_saturating". Defaults to "hinge".
        ema_decay: float in [0, 1). Defaults to 0.995.

    Raises:
        ValueError: if `adversarial` is unknown.
    """

    def __init__(
        self,
        generator,
        discriminator,
        style_encoder,
        feature_extractor,
        adversarial="hinge",
        ema_decay=0.995,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if adversarial not in ADVERSARIAL_LOSSES:
            raise ValueError(
                f"`adversarial` must be one of {tuple(ADVERSARIAL_LOSSES)}. "
                f"Received: adversarial={adversarial!r}."
            )
        self.generator = generator
        self.discriminator = discriminator
        self.style_encoder = style_encoder
        self.feature_extractor = feature_extractor
        self.adversarial = adversarial
        self.ema_decay = ema_decay
        self.ema_generator = Generator.from_config(generator.get_config())
        self.ema_style_encoder = StyleEncoder.from_config(style_encoder.get_config())
        self.ema_generator.trainable = False
        self.ema_style_encoder.trainable = False
        self.memory = FeatureMemory(
            MEMORY_SIZE, sum(feature_extractor.output_channels[-2:]), generator.code_size
        )
        self._trackers = {}
        self._build_networks()

    # Forward pass

    def call(self, inputs, training=None):
        """Draw photos in the style of pictures.

        Args:
            inputs: {"photo", "style"}: RGB in [-1, 1], (batch, height, width, 3) each.

        Returns:
            RGB in [-1, 1] of the photos' shape, by the averaged networks.
        """
        style_code = self.ema_style_encoder(inputs["style"])
        return self.ema_generator({"photo": inputs["photo"], "style_code": style_code})

    # Compilation

    def compile(
        self,
        generator_optimizer=None,
        discriminator_optimizer=None,
        loss_weights=None,
        **kwargs,
    ):
        """Choose optimizers and loss weights.

        Args:
            generator_optimizer: Keras optimizer of generator and style encoder. Defaults to
                Adam with learning rate 1e-3 and beta_1 0.5.
            discriminator_optimizer: Keras optimizer. Defaults to Adam with learning rate 4e-4
                and beta_1 0.5.
            loss_weights: `LossWeights`. Defaults to its defaults.
            **kwargs: passed to `keras.Model.compile`.
        """
        generator_optimizer = generator_optimizer or keras.optimizers.Adam(1e-3, beta_1=0.5)
        super().compile(optimizer=generator_optimizer, **kwargs)
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
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self._trackers = {name: keras.metrics.Mean(name=name) for name in self._logged_names()}

    def get_compile_config(self):
        """Optimizers and weights, for `gan.save`."""
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
            loss_weights=LossWeights(**config["loss_weights"]),
        )

    @property
    def generator_variables(self):
        """What the generator's step changes: generator and style encoder."""
        return self.generator.trainable_variables + self.style_encoder.trainable_variables

    @property
    def metrics(self):
        """Means of the logged losses over an epoch."""
        return list(self._trackers.values())

    # Steps

    def train_step(self, batch):
        """Take one step of the generator, then one of the discriminator on the same pictures."""
        window = shifting_window(self.optimizer.iterations)
        reference_features = self._features(batch["style"])
        photo_features = self._features(window(batch["photo"]))
        fake, logs = self.generator_step(batch, photo_features, reference_features, window)
        if self.loss_weights.feature_mean > 0.0:
            self.memory.remember(pool(reference_features), pool(fake[1]), fake[2])
        if self.loss_weights.adversarial > 0.0:
            logs |= self.discriminator_step(batch["style"], reference_features, *fake)
        update_average(self.ema_generator, self.generator, self._warm_decay())
        update_average(self.ema_style_encoder, self.style_encoder, self._warm_decay())
        return self._log(logs)

    def generator_step(self, batch, photo_features, reference_features, window):
        """Change generator and style encoder only.

        Args:
            batch: {"photo", "style"}.
            photo_features: maps of the photos, seen through `window`.
            reference_features: maps of the style pictures.
            window: function that cuts pictures to what perceptual network and discriminator see.

        Returns:
            (fake image through the window, its feature maps, style code) and the losses by name.
        """
        variables = self.generator_variables
        with tf.GradientTape() as tape:
            style_code = self._encode(self.style_encoder, batch["style"], reference_features)
            photo_code = self._encode(self.style_encoder, batch["photo"], photo_features)
            fake_image, reconstruction = self._draw(batch["photo"], style_code, photo_code)
            seen_image = window(fake_image)
            fake_features = self._features(seen_image)
            total, logs = self._generator_losses(
                (batch["photo"], batch["style"], fake_image, seen_image),
                (photo_features, reference_features, fake_features),
                style_code,
                reconstruction,
                self.style_encoder,
            )
            scaled = self.optimizer.scale_loss(total)
        self.optimizer.apply(tape.gradient(scaled, variables), variables)
        return (seen_image, fake_features, style_code), logs

    def discriminator_step(self, real_image, real_features, fake_image, fake_features, style_code):
        """Change the discriminator only.

        Returns:
            The losses by name.
        """
        real = {"image": real_image, "features": real_features, "style_code": style_code}
        fake = {"image": fake_image, "features": fake_features, "style_code": style_code}
        real, fake = (keras.tree.map_structure(ops.stop_gradient, x) for x in (real, fake))
        variables = self.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            loss = ADVERSARIAL_LOSSES[self.adversarial].discriminator(
                self.discriminator(real, training=True), self.discriminator(fake, training=True)
            )
            loss = ops.cast(loss, "float32")
            logs = {"discriminator": loss}
            if self.loss_weights.r1 > 0.0:
                logs["r1"] = self._r1_penalty(real)
                loss = loss + self.loss_weights.r1 * logs["r1"]
            scaled = self.discriminator_optimizer.scale_loss(loss)
        self.discriminator_optimizer.apply(tape.gradient(scaled, variables), variables)
        return logs

    def test_step(self, batch):
        """Measure the generator's losses with the averaged networks; change nothing."""
        reference_features = self._features(batch["style"])
        photo_features = self._features(batch["photo"])
        style_code = self._encode(self.ema_style_encoder, batch["style"], reference_features)
        photo_code = self._encode(self.ema_style_encoder, batch["photo"], photo_features)
        draw = self.ema_generator
        fake_image = draw({"photo": batch["photo"], "style_code": style_code})
        reconstructed_image = draw({"photo": batch["photo"], "style_code": photo_code})
        _, logs = self._generator_losses(
            (batch["photo"], batch["style"], fake_image, fake_image),
            (photo_features, reference_features, self._features(fake_image)),
            style_code,
            (batch["photo"], reconstructed_image),
            self.ema_style_encoder,
        )
        self._log(logs)
        # The last step's figures are what Keras reports: means over the batches so far.
        return {name: self._trackers[name].result() for name in logs}

    # Parts of the steps

    def _features(self, image):
        return self.feature_extractor(ops.cast(image, "float32"))

    def _encode(self, style_encoder, image, features):
        # Where losses and codes rest on the same frozen network, its maps are computed once.
        if self.feature_extractor.network == "compact":
            return style_encoder.encode_features(features)
        return style_encoder(image)

    def _draw(self, photo, style_code, photo_code):
        """Stylize every photo and, in the same pass, reconstruct every second one.

        One pass, so that both kinds of picture share the statistics of normalization. Half of the
        photos get their own code, the others the mean code of photos, which the style bank keeps.

        Returns:
            fake_image, and the pair (photos, their reconstruction).
        """
        half = photo[::2]
        own = photo_code[::2]
        mean = ops.broadcast_to(ops.mean(photo_code, axis=0, keepdims=True), ops.shape(own))
        share = ops.cast(ops.arange(ops.shape(own)[0]) % 2, own.dtype)[:, None]
        codes = ops.concatenate([style_code, own + share * (mean - own)], axis=0)
        photos = ops.concatenate([photo, half], axis=0)
        images = self.generator({"photo": photos, "style_code": codes}, training=True)
        images = ops.cast(images, "float32")
        count = ops.shape(photo)[0]
        return images[:count], (half, images[count:])

    def _generator_losses(self, images, features, style_code, reconstruction, style_encoder):
        """Compute the losses of positive weight; return their weighted sum and each by name."""
        photo, style_image, fake_image, seen_image = images
        photo_features, reference_features, fake_features = features
        losses = {
            "adversarial": lambda: self._adversarial_loss(seen_image, fake_features, style_code),
            "content": lambda: content_loss(photo_features, fake_features),
            "style": lambda: style_loss(reference_features, fake_features),
            "gram": lambda: gram_loss(reference_features, fake_features),
            "colour": lambda: colour_loss(style_image, fake_image),
            "feature_mean": lambda: self.memory.feature_mean_loss(
                pool(reference_features), pool(fake_features), style_code
            ),
            "reconstruction": lambda: reconstruction_loss(*reconstruction),
            "style_code": lambda: style_code_loss(
                style_code, self._encode(style_encoder, seen_image, fake_features)
            ),
            "tone": lambda: tone_loss(photo, fake_image),
            "structure": lambda: structure_loss(photo, fake_image),
            "total_variation": lambda: total_variation_loss(fake_image),
        }
        total, logs = weighted_sum(losses, self.loss_weights)
        return total, {**logs, "generator": total}

    def _adversarial_loss(self, fake_image, fake_features, style_code):
        inputs = {
            "image": fake_image,
            "features": fake_features,
            # The generator must not win by choosing another code.
            "style_code": ops.stop_gradient(style_code),
        }
        return ADVERSARIAL_LOSSES[self.adversarial].generator(self.discriminator(inputs))

    def _r1_penalty(self, real):
        with tf.GradientTape() as tape:
            tape.watch(real["image"])
            logits = self.discriminator(real, training=False)
            summed = sum(ops.sum(x) for x in logits)
        return r1_penalty(tape.gradient(summed, real["image"]))

    def _warm_decay(self):
        # Early averages would otherwise remember the random start for thousands of steps.
        step = ops.cast(self.optimizer.iterations, "float32")
        return ops.minimum(self.ema_decay, (1.0 + step) / (10.0 + step))

    def _log(self, logs):
        for name, value in logs.items():
            self._trackers[name].update_state(value)
        return logs

    def _logged_names(self):
        weights = vars(self.loss_weights)
        names = [name for name, weight in weights.items() if weight > 0.0 and name != "r1"]
        if self.loss_weights.adversarial > 0.0:
            names += ["discriminator"] + ["r1"] * (self.loss_weights.r1 > 0.0)
        return [*names, "generator"]

    # Construction and configuration

    def _build_networks(self):
        image, code = IMAGE_SHAPE, (None, self.generator.code_size)
        generator_shapes = {"photo": image, "style_code": code}
        channels = self.feature_extractor.output_channels
        features = [(None, None, None, count) for count in channels]
        shapes = [
            (self.generator, generator_shapes),
            (self.ema_generator, generator_shapes),
            (self.style_encoder, image),
            (self.ema_style_encoder, image),
            (self.discriminator, {"image": image, "features": features, "style_code": code}),
        ]
        for network, shape in shapes:
            if not network.built:  # a deserialized one is
                network.build(shape)
        copy_weights(self.generator, self.ema_generator)
        copy_weights(self.style_encoder, self.ema_style_encoder)
        self.built = True

    def build(self, input_shape=None):
        """Nothing is left to build: the constructor builds the networks."""
        self.built = True

    def get_config(self):
        """Configuration, networks included."""
        networks = {
            name: keras.saving.serialize_keras_object(getattr(self, name)) for name in _NETWORKS
        }
        return {
            **super().get_config(),
            **networks,
            "adversarial": self.adversarial,
            "ema_decay": self.ema_decay,
        }

    @classmethod
    def from_config(cls, config):
        """Build from a saved configuration or from a `TrainingConfig`.

        Args:
            config: dict made by `get_config`, or `TrainingConfig`.

        Returns:
            `PortraitStyleGAN`; from a `TrainingConfig` with the networks of `initial_networks`.
        """
        if isinstance(config, dict):
            restore = keras.saving.deserialize_keras_object
            networks = {name: restore(config[name]) for name in _NETWORKS}
            return cls(**{**config, **networks})
        return cls(**initial_networks(config))
