"""The discriminator with what belongs to its training: loss, penalty, augmentation."""

from keras import ops

from portrait_style.losses.adversarial import ADVERSARIAL_LOSSES
from portrait_style.training.step.regularization import gradient_penalty, lazy_gradient_penalty


class Critic:
    """Judge pictures as augmented, and price the judgement.

    Args:
        discriminator: `Discriminator`.
        adversarial: str, "hinge" or "non_saturating".
        augmentation: `AdaptiveAugmentation` or `None`; with it, R1 is applied lazily.

    Raises:
        ValueError: if `adversarial` is unknown.
    """

    def __init__(self, discriminator, adversarial, augmentation=None):
        if adversarial not in ADVERSARIAL_LOSSES:
            raise ValueError(
                f"`adversarial` must be one of {tuple(ADVERSARIAL_LOSSES)}. "
                f"Received: adversarial={adversarial!r}."
            )
        self.discriminator = discriminator
        self.losses = ADVERSARIAL_LOSSES[adversarial]
        self.augmentation = augmentation

    def augment(self, inputs):
        """Change {"image", "features", "style_code"} as chance has it."""
        return inputs if self.augmentation is None else self.augmentation(inputs)

    def generator_loss(self, inputs):
        """How far drawn pictures are from being taken for real; `inputs` as for `augment`."""
        return self.losses.generator(self.discriminator(inputs))

    def loss(self, real, fake, r1_weight, step):
        """Compute the discriminator's loss.

        Args:
            real, fake: {"image", "features", "style_code"}, augmented.
            r1_weight: float, 0 or more; of 0, the penalty is not computed.
            step: integer scalar, steps taken.

        Returns:
            The loss, its parts by name, and the logits of the real pictures.
        """
        real_logits = self.discriminator(real, training=True)
        fake_logits = self.discriminator(fake, training=True)
        loss = ops.cast(self.losses.discriminator(real_logits, fake_logits), "float32")
        logs = {"discriminator": loss}
        if r1_weight > 0.0:
            logs["r1"] = self.penalty(real, step)
            loss = loss + r1_weight * logs["r1"]
        return loss, logs, real_logits

    def penalty(self, real, step):
        """R1 at real pictures, 0 or more; with augmentation, 0 at most steps."""
        if self.augmentation is None:
            return gradient_penalty(self.discriminator, real)
        return lazy_gradient_penalty(self.discriminator, real, step)

    def adapt(self, real_logits):
        """Move the augmentation; return what is logged of it."""
        return {} if self.augmentation is None else self.augmentation.adapt(real_logits)
