"""CycleGAN at a small size."""

import tensorflow as tf
from keras import ops

from baselines.patch_discriminator import patch_discriminator
from baselines.residual_network import residual_network
from portrait_style.losses.pixel import reconstruction_loss
from portrait_style.training.keras_model.two_optimizers import TwoOptimizers


class CycleGAN(TwoOptimizers):
    """Photos become pictures of one style, and come back.

    Least-squares adversarial losses, cycle and identity losses, as in the paper; smaller networks,
    and no buffer of earlier results, which few steps would hardly fill.

    Args:
        width: int, channels of the generators at full size. Defaults to 16.
        num_blocks: int, their residual blocks. Defaults to 4.
        discriminator_width: int. Defaults to 32.
        cycle_weight: float. Defaults to 10.
        identity_weight: float. Defaults to 5.

    Attributes:
        network: the generator from photo to style; the other is `photo_generator`.

    References:
        Zhu et al., 2017, https://arxiv.org/abs/1703.10593
    """

    logged = ("adversarial", "cycle", "identity", "discriminator")

    def __init__(
        self,
        width=16,
        num_blocks=4,
        discriminator_width=32,
        cycle_weight=10.0,
        identity_weight=5.0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.network = residual_network(width, num_blocks, 7, name="style_generator")
        self.photo_generator = residual_network(width, num_blocks, 7, name="photo_generator")
        self.style_discriminator = patch_discriminator(discriminator_width, name="style")
        self.photo_discriminator = patch_discriminator(discriminator_width, name="photo")
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight

    @property
    def generator_variables(self):
        """What the first optimizer changes."""
        return self.network.trainable_variables + self.photo_generator.trainable_variables

    @property
    def discriminator_variables(self):
        """What the second optimizer changes."""
        discriminators = self.style_discriminator, self.photo_discriminator
        return [variable for model in discriminators for variable in model.trainable_variables]

    def call(self, photo):
        """Draw photos in [-1, 1]."""
        return self.network(photo)

    def train_step(self, batch):
        """Step the generators, then the discriminators on what was drawn before the step."""
        photo, style = batch["photo"], batch["style"]
        fakes, logs = self.generator_step(photo, style)
        logs["discriminator"] = self.discriminator_step(photo, style, *fakes)
        return self.log(logs)

    def generator_step(self, photo, style):
        """Lower the adversarial, cycle and identity losses by one step of both generators.

        Returns:
            The pair of fake style pictures and fake photos, and a dict of losses.
        """
        with tf.GradientTape() as tape:
            fake_style, same_style = self._halves(self.network, photo, style)
            fake_photo, same_photo = self._halves(self.photo_generator, style, photo)
            adversarial = least_squares(self.style_discriminator(fake_style), 1.0)
            adversarial += least_squares(self.photo_discriminator(fake_photo), 1.0)
            cycle = reconstruction_loss(photo, self.photo_generator(fake_style))
            cycle += reconstruction_loss(style, self.network(fake_photo))
            identity = reconstruction_loss(style, same_style)
            identity += reconstruction_loss(photo, same_photo)
            loss = adversarial + self.cycle_weight * cycle + self.identity_weight * identity
        variables = self.generator_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        logs = {"adversarial": adversarial, "cycle": cycle, "identity": identity}
        return (fake_style, fake_photo), logs

    def discriminator_step(self, photo, style, fake_style, fake_photo):
        """Tell real from fake better by one step of both discriminators; return the loss."""
        with tf.GradientTape() as tape:
            loss = self._told_apart(self.style_discriminator, style, fake_style)
            loss += self._told_apart(self.photo_discriminator, photo, fake_photo)
        variables = self.discriminator_variables
        self.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def _halves(self, generator, first, second):
        """Draw two batches in one call."""
        return ops.split(generator(ops.concatenate([first, second])), 2)

    def _told_apart(self, discriminator, real_image, fake_image):
        real_logits, fake_logits = self._halves(discriminator, real_image, fake_image)
        return 0.5 * (least_squares(real_logits, 1.0) + least_squares(fake_logits, 0.0))


def least_squares(logits, target: float):
    """Mean squared difference of logits from what they should be.

    References:
        Mao et al., 2017, https://arxiv.org/abs/1611.04076
    """
    return ops.mean(ops.square(logits - target))
