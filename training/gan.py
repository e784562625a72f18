"""The adversarial model that learns styles: what one training step does."""

import keras
import tensorflow as tf
from keras import ops

from portrait_style.functional.sphere import lifted_mean
from portrait_style.losses.composition import weighted_sum
from portrait_style.models.face_map import face_map
from portrait_style.models.generator import Generator
from portrait_style.training.keras_model.batches import as_batch, as_training_batch
from portrait_style.training.keras_model.pair_model import PairModel
from portrait_style.training.networks import build_networks, initial_networks
from portrait_style.training.step.adaptive_augmentation import AdaptiveAugmentation
from portrait_style.training.step.critic import Critic
from portrait_style.training.step.drawing import Drawn, draw
from portrait_style.training.step.ema import (
    copy_weights,
    move_average,
    update_average,
    warm_decay,
)
from portrait_style.training.step.guidance_state import GuidanceState
from portrait_style.training.step.memory import BLOCK, FeatureMemory, pool
from portrait_style.training.step.monitors import diversity, gradient_norm
from portrait_style.training.step.objective import Compared, generator_objective, logged_names
from portrait_style.training.step.regularization import r1_weight
from portrait_style.training.step.robustness import PhotoPerturbation, with_perturbed
from portrait_style.training.step.window import shifting_window

MEMORY_SIZE = 256
_NETWORKS = ("generator", "discriminator", "style_encoder", "feature_extractor")


@keras.saving.register_keras_serializable("portrait_style")
class PortraitStyleGAN(PairModel):
    """A generator against a discriminator, steered by style codes, guided by perceptual features.

    A batch is {"photo", "style"}: unpaired pictures, RGB in [-1, 1], (batch, height, width, 3).
    The generator draws each photo in the style of the picture beside it. `ema_generator`, its
    moving average, is what validation, samples and saving use. `photo_code`, (code_size,), is the
    moving average of the photos' codes: lifted to the sphere, it gives photos back.

    Args:
        generator: `Generator`.
        discriminator: `Discriminator`.
        style_encoder: `StyleEncoder`, of which nothing is learned by gradient.
        feature_extractor: `FeatureExtractor`, frozen.
        adversarial: str, "hinge" or "non_saturating". Defaults to "hinge".
        ema_decay: float in [0, 1). Defaults to 0.995.
        adaptive: bool, whether what the discriminator sees is augmented as far as it overfits, R1
            applied lazily (by default, where its weight is 0), and gradients and diversity logged.
            Defaults to `False`.
        robustness: float, the largest perturbation of a pixel that the generator learns to ignore,
            in units of 1/255. Defaults to 0: none.
        guided: bool, whether loss weights can be moved while training. Defaults to `False`.
        seed: int, of augmentation and perturbation. Defaults to 0.

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
        adaptive=False,
        robustness=0.0,
        guided=False,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.generator = generator
        self.discriminator = discriminator
        self.style_encoder = style_encoder
        self.feature_extractor = feature_extractor
        self.adversarial = adversarial
        self.ema_decay = ema_decay
        self.adaptive = adaptive
        self.robustness = robustness
        self.guidance = GuidanceState() if guided else None
        self.seed = seed
        self.augmentation = (
            AdaptiveAugmentation(discriminator.feature_blocks, seed) if adaptive else None
        )
        self.perturbation = PhotoPerturbation(robustness, seed) if robustness > 0.0 else None
        self.critic = Critic(discriminator, adversarial, self.augmentation)
        self.ema_generator = Generator.from_config(generator.get_config())
        self.ema_generator.trainable = False
        self.memory = FeatureMemory(
            MEMORY_SIZE, feature_extractor.output_channels[BLOCK - 1], generator.code_size
        )
        self.photo_code = self.add_weight(
            shape=(generator.code_size,), initializer="zeros", trainable=False, name="photo_code"
        )
        self._build_networks()

    # Forward pass

    def call(self, inputs, training=None):
        """Draw photos in the style of pictures.

        Args:
            inputs: {"photo", "style"}: RGB in [-1, 1], (batch, height, width, 3) each.

        Returns:
            RGB in [-1, 1] of the photos' shape, by the averaged networks.
        """
        style_code = self.style_encoder(inputs["style"])
        return self.ema_generator({"photo": inputs["photo"], "style_code": style_code})

    # Compilation

    @property
    def generator_variables(self):
        """What the generator's step changes."""
        return self.generator.trainable_variables

    @property
    def discriminator_variables(self):
        """What the discriminator's step changes."""
        return self.discriminator.trainable_variables

    @property
    def logged(self):
        """Names of what a step logs."""
        return logged_names(self.loss_weights, self.adaptive, self.robustness > 0.0)

    # Steps

    def train_step(self, data):
        """Take one step of the generator, then one of the discriminator on the same pictures."""
        batch = as_training_batch(data, self.adaptive)
        window = shifting_window(self.optimizer.iterations)
        reference_features = self._features(batch["style"])
        photo_features = self._features(window(batch["photo"]))
        compared, logs = self.generator_step(batch, photo_features, reference_features, window)
        if self.loss_weights.feature_mean > 0.0:
            pooled = pool(reference_features), pool(compared.fake_features)
            self.memory.remember(*pooled, compared.style_code)
        if self.loss_weights.adversarial > 0.0:
            logs |= self.discriminator_step(compared, window)
        decay = warm_decay(self.ema_decay, self.optimizer.iterations)
        update_average(self.ema_generator, self.generator, decay)
        return self.log(logs)

    def generator_step(self, batch, photo_features, reference_features, window):
        """Change the generator only.

        Args:
            batch: {"photo", "style"}.
            photo_features: maps of the photos, seen through `window`.
            reference_features: maps of the style pictures.
            window: function that cuts pictures to what perceptual network and discriminator see.

        Returns:
            `Compared` and the losses by name.
        """
        variables = self.generator_variables
        style_code = self._encode(batch["style"], reference_features)
        seen_photo = window(batch["photo"])
        photo_code, face = self._code_and_face(seen_photo, photo_features)
        photo_codes = photo_code, self._average_photo_code(photo_code)
        perturbed_photo = self._perturb(batch["photo"][::2], style_code[::2])
        with tf.GradientTape() as tape:
            drawn = draw(self.generator, batch["photo"], style_code, photo_codes, perturbed_photo)
            seen_image = window(drawn.fake_image)
            compared = Compared(
                batch=batch,
                drawn=drawn,
                seen_photo=seen_photo,
                seen_image=seen_image,
                photo_features=photo_features,
                reference_features=reference_features,
                fake_features=self._features(seen_image),
                face=face,
                style_code=style_code,
            )
            total, logs = self._generator_losses(compared, self.critic.augment)
            scaled = self.scale_loss(self.optimizer, total)
        logs |= self._apply(
            self.optimizer, "generator", tape.gradient(scaled, variables), variables
        )
        if self.adaptive:
            logs["diversity"] = diversity(drawn.fake_image)
        return compared, logs

    def discriminator_step(self, compared, window):
        """Change the discriminator only.

        Args:
            compared: `Compared`.
            window: function that cuts pictures to what the discriminator sees.

        Returns:
            The losses by name.
        """
        real, fake = compared.real, compared.fake
        if compared.drawn.consistency is not None:
            perturbed_image = window(compared.drawn.consistency[1])
            fake = with_perturbed(fake, perturbed_image, self._features(perturbed_image))
        real, fake = (
            self.critic.augment(keras.tree.map_structure(ops.stop_gradient, inputs))
            for inputs in (real, fake)
        )
        optimizer = self.discriminator_optimizer
        variables = self.discriminator_variables
        with tf.GradientTape() as tape:
            loss, logs, real_logits = self.critic.loss(
                real, fake, r1_weight(self.loss_weights, self.adaptive), optimizer.iterations
            )
            scaled = self.scale_loss(optimizer, loss)
        logs |= self._apply(optimizer, "discriminator", tape.gradient(scaled, variables), variables)
        return logs | self.critic.adapt(real_logits)

    def test_step(self, data):
        """Measure the generator's losses with the averaged networks; change nothing."""
        batch = as_batch(data)
        reference_features = self._features(batch["style"])
        photo_features = self._features(batch["photo"])
        style_code = self._encode(batch["style"], reference_features)
        photo_code, face = self._code_and_face(batch["photo"], photo_features)
        fake_image, reconstructed_image = (
            # In half precision the losses would meet two types.
            ops.cast(self.ema_generator({"photo": batch["photo"], "style_code": code}), "float32")
            for code in (style_code, photo_code)
        )
        compared = Compared(
            batch=batch,
            drawn=Drawn(fake_image, (batch["photo"], reconstructed_image)),
            seen_photo=batch["photo"],
            seen_image=fake_image,
            photo_features=photo_features,
            reference_features=reference_features,
            fake_features=self._features(fake_image),
            face=face,
            style_code=style_code,
        )
        _, logs = self._generator_losses(compared)
        self.log(logs)
        # The last step's figures are what Keras reports: means over the batches so far.
        return {name: self._trackers[name].result() for name in logs}

    # Parts of the steps

    def _features(self, image):
        return self.feature_extractor(ops.cast(image, "float32"))

    def _compact_features(self, image, features):
        # Where losses and codes rest on the same frozen network, its maps are computed once.
        if self.feature_extractor.network == "compact":
            return features
        return self.style_encoder.feature_extractor(image)

    def _encode(self, image, features):
        return self.style_encoder.encode_features(self._compact_features(image, features))

    def _code_and_face(self, photo, features):
        maps = self._compact_features(photo, features)
        return self.style_encoder.encode_features(maps), face_map(maps)

    def _average_photo_code(self, photo_code):
        """Take a batch's codes into the moving average; return the sphere's code next to it."""
        decay = warm_decay(self.ema_decay, self.optimizer.iterations)
        move_average(self.photo_code, ops.mean(ops.cast(photo_code, "float32"), axis=0), decay)
        return lifted_mean(self.photo_code[None])

    def _perturb(self, photo, style_code):
        if self.perturbation is None:
            return None
        return self.perturbation.perturb(self.generator, photo, style_code)

    def _generator_losses(self, compared: Compared, augment=lambda inputs: inputs):
        """Compute the losses of positive weight; return their weighted sum and each by name."""
        objective = generator_objective(
            compared,
            self.memory,
            lambda inputs: self.critic.generator_loss(augment(inputs)),
            self._encode,
        )
        factors = self.guidance.factors if self.guidance else None
        total, logs = weighted_sum(objective, self.loss_weights, factors)
        return total, {**logs, "generator": total}

    def _apply(self, optimizer, name, gradients, variables):
        """Let an optimizer change a network; return what is monitored of it."""
        optimizer.apply(gradients, variables)
        if not self.adaptive:
            return {}
        # What has scaled the loss has scaled the gradients, too.
        return {f"{name}_gradient": gradient_norm(gradients) / self.scale_loss(optimizer, 1.0)}

    # Construction and configuration

    def _build_networks(self):
        build_networks(
            generators=(self.generator, self.ema_generator),
            style_encoder=self.style_encoder,
            discriminator=self.discriminator,
            feature_channels=self.feature_extractor.output_channels,
        )
        copy_weights(self.generator, self.ema_generator)
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
            "adaptive": self.adaptive,
            "robustness": self.robustness,
            "guided": self.guidance is not None,
            "seed": self.seed,
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
        return cls(
            **initial_networks(config),
            adaptive=config.adaptive,
            robustness=config.adversarial_robustness,
            guided=config.measured,
            seed=config.seed,
        )
