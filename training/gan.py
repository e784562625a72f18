"""The adversarial model that learns styles: what one training step does."""

import keras
from keras import ops

from portrait_style.functional.sphere import lifted_mean
from portrait_style.models.generator import Generator
from portrait_style.training.config import TrainingConfig
from portrait_style.training.keras_model.batches import (
    as_batch,
    as_training_batch,
    references,
    split_batch,
)
from portrait_style.training.keras_model.muon import Muon
from portrait_style.training.keras_model.pair_model import PairModel
from portrait_style.training.networks import build_networks, initial_networks
from portrait_style.training.sources import sources_of
from portrait_style.training.step.adaptive_augmentation import AdaptiveAugmentation
from portrait_style.training.step.critic import Critic
from portrait_style.training.step.ema import (
    copy_weights,
    move_average,
    update_average,
    warm_decay,
)
from portrait_style.training.step.guidance_state import GuidanceState
from portrait_style.training.step.monitors import gradient_norm
from portrait_style.training.step.objective import logged_names
from portrait_style.training.step.pair_steps import PairSteps
from portrait_style.training.step.robustness import PhotoPerturbation
from portrait_style.training.step.unpaired_steps import UnpairedSteps
from portrait_style.training.step.window import shifting_window

# In which learning rates rise.
WARMUP_STEPS = 100
_NETWORKS = (
    "generator",
    "discriminator",
    "style_encoder",
    "feature_extractor",
    "pair_discriminator",
)


@keras.saving.register_keras_serializable("portrait_style")
class PortraitStyleGAN(PairSteps, UnpairedSteps, PairModel):
    """A generator against a discriminator, steered by style codes, guided by perceptual features.

    A batch is {"photo", "style"}: unpaired pictures, RGB in [-1, 1], (batch, height, width, 3).
    The generator draws each photo in the style of the picture beside it. Or it is {"photo",
    "target"}, what photos are to become; or has all three, the first photos being the targets'.
    `ema_generator`, its
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
        pair_discriminator: `PairDiscriminator`, or `None`: then pairs teach without one.

    Raises:
        ValueError: if `adversarial` is unknown.
    """

    def __init__(
        self,
        generator,
        discriminator,
        style_encoder,
        feature_extractor,
        adversarial: str = "hinge",
        ema_decay: float = 0.995,
        adaptive: bool = False,
        robustness: float = 0.0,
        guided: bool = False,
        seed: int = 0,
        pair_discriminator=None,
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
        self.pair_discriminator = pair_discriminator
        self.augmentation = (
            AdaptiveAugmentation(discriminator.feature_blocks, seed) if adaptive else None
        )
        self.perturbation = PhotoPerturbation(robustness, seed) if robustness > 0.0 else None
        self.critic = Critic(discriminator, adversarial, self.augmentation)
        self.ema_generator = Generator.from_config(generator.get_config())
        self.ema_generator.trainable = False
        self.photo_code = self.add_weight(
            shape=(generator.code_size,), initializer="zeros", trainable=False, name="photo_code"
        )
        self._build_networks()

    # Forward pass

    def call(self, inputs, training=None):
        """Draw photos in the style of pictures.

        Args:
            inputs: a batch: RGB in [-1, 1], (batch, height, width, 3) each.

        Returns:
            RGB in [-1, 1] of the photos' shape, by the averaged networks.
        """
        style_code = self.style_encoder(references(inputs))
        return self.ema_generator({"photo": inputs["photo"], "style_code": style_code})

    # Compilation

    @property
    def generator_variables(self):
        """What the generator's step changes."""
        return self.generator.trainable_variables

    @property
    def discriminator_variables(self):
        """What the discriminator's step changes."""
        judging_pairs = self.pair_discriminator
        more = judging_pairs.trainable_variables if judging_pairs is not None else []
        return [*self.discriminator.trainable_variables, *more]

    @property
    def logged(self):
        """Names of what a step logs."""
        return logged_names(self.loss_weights, self.adaptive, self.robustness > 0.0)

    # Steps

    def train_step(self, data):
        """Take one step of the generator, then one of the discriminator on the same pictures."""
        paired, unpaired = split_batch(as_training_batch(data, self.adaptive))
        window = shifting_window(self.optimizer.iterations)
        taught, logs = self.pair_gradients(paired, window) if paired else (None, {})
        if unpaired:
            logs |= self.unpaired_step(unpaired, window, taught)
        else:
            logs |= self.apply_pair_gradients(taught)
        decay = warm_decay(self.ema_decay, self.optimizer.iterations)
        update_average(self.ema_generator, self.generator, decay)
        return self.log(logs, trained=True)

    def test_step(self, data):
        """Measure the generator's losses with the averaged networks; change nothing."""
        paired, unpaired = split_batch(as_batch(data))
        logs = self.measure_pairs(paired) if paired else {}
        if unpaired:
            logs |= self._measure_unpaired(unpaired)
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

    def _average_photo_code(self, photo_code):
        """Take a batch's codes into the moving average; return the sphere's code next to it."""
        decay = warm_decay(self.ema_decay, self.optimizer.iterations)
        move_average(self.photo_code, ops.mean(ops.cast(photo_code, "float32"), axis=0), decay)
        return lifted_mean(self.photo_code[None])

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
        if self.pair_discriminator is not None and not self.pair_discriminator.built:
            self.pair_discriminator.build()
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
    def from_config(cls, config, sources=None) -> "PortraitStyleGAN":
        """Build from a saved configuration or from a `TrainingConfig`.

        Args:
            config: dict made by `get_config`, or `TrainingConfig`.
            sources: `Sources` of the `TrainingConfig`, or `None`: then they are looked for.

        Returns:
            `PortraitStyleGAN`; from a `TrainingConfig` with the networks of `initial_networks`.
        """
        if isinstance(config, dict):
            restore = keras.saving.deserialize_keras_object
            # Of version 0 there was none for pairs.
            networks = {name: restore(config.get(name)) for name in _NETWORKS}
            return cls(**{**config, **networks})
        return cls(
            **initial_networks(config, sources or sources_of(config)),
            adaptive=config.adaptive,
            robustness=config.adversarial_robustness,
            guided=config.measured,
            seed=config.seed,
        )


def build_gan(config: TrainingConfig, sources=None) -> PortraitStyleGAN:
    """Build and compile the model of a training run."""
    gan = PortraitStyleGAN.from_config(config, sources)

    def schedule(learning_rate):
        warmup = min(WARMUP_STEPS, config.steps // 10)
        return keras.optimizers.schedules.CosineDecay(
            learning_rate / 10,
            config.steps - warmup,
            alpha=0.05,
            warmup_target=learning_rate,
            warmup_steps=warmup,
        )

    def adam(learning_rate):
        return keras.optimizers.Adam(schedule(learning_rate), beta_1=0.5, beta_2=0.99)

    of_generator = config.generator_learning_rate
    gan.compile(
        generator_optimizer=(
            Muon(schedule(of_generator)) if config.optimizer == "muon" else adam(of_generator)
        ),
        discriminator_optimizer=adam(config.discriminator_learning_rate),
        loss_weights=config.loss_weights,
    )
    return gan
