"""The steps of a `PortraitStyleGAN` that pairs teach."""

from typing import NamedTuple

import tensorflow as tf
from keras import ops

from portrait_style.functional.sphere import at_intensity
from portrait_style.losses.adversarial import ADVERSARIAL_LOSSES
from portrait_style.losses.composition import weighted_sum
from portrait_style.training.keras_model.batches import TARGET_CODE
from portrait_style.training.step.drawing import replaced_but_every
from portrait_style.training.step.pairs import (
    TaughtPictures,
    amounts_of,
    draw_pairs,
    draw_partly,
    pair_discriminator_loss,
    pair_objective,
    shift_of,
)


class PairGradients(NamedTuple):
    """How pairs would have networks change.

    Attributes:
        generator: list of gradients, one for each of `generator_variables`.
        discriminator: likewise of the discriminator of pairs; empty where there is none.
    """

    generator: list
    discriminator: list


class PairSteps:
    """What a model does with photos whose drawing is known.

    It has `generator`, `pair_discriminator` (or `None`), `adversarial`, `loss_weights`, both
    optimizers, and encodes pictures by `_features`, `_encode` and `_average_photo_code`.
    """

    @property
    def _pairs_are_judged(self) -> bool:
        return self.pair_discriminator is not None and self.loss_weights.paired_adversarial > 0.0

    def pair_gradients(self, batch, window):
        """Draw pairs, and tell how generator and discriminator of pairs are to change.

        Args:
            batch: {"photo", "target"}.
            window: function that cuts pictures to what perceptual network and discriminator see.

        Returns:
            `PairGradients` and the losses by name.
        """
        taught, of_generator, logs = self._pair_generator_gradients(batch, window)
        if not self._pairs_are_judged:
            return PairGradients(of_generator, []), logs
        of_discriminator, judged = self._pair_discriminator_gradients(taught)
        return PairGradients(of_generator, of_discriminator), {**logs, **judged}

    def apply_pair_gradients(self, gradients: PairGradients) -> dict:
        """Change both networks by what pairs teach; return what is monitored."""
        if gradients.discriminator:
            self.apply_pair_discriminator(gradients.discriminator)
        variables = self.generator_variables
        return self._apply(self.optimizer, "generator", gradients.generator, variables)

    def apply_pair_discriminator(self, gradients) -> None:
        """Change the discriminator of pairs, and no other network."""
        variables = self.pair_discriminator.trainable_variables
        self.discriminator_optimizer.apply(gradients, variables)

    def _pair_generator_gradients(self, batch, window):
        """Draw pairs, and tell how the generator is to change.

        Returns:
            `TaughtPictures`, the gradients of `generator_variables`, and the losses by name.
        """
        photo, step = batch["photo"], self.optimizer.iterations
        amounts = self._amounts(batch, step)
        target = window(draw_partly(photo, batch["target"], amounts))
        target_features = self._features(target)
        style_code = self._codes_of_targets(batch, target, target_features)
        photo_codes, common = self._codes_to_come_back_by(photo, window)
        style_code = at_intensity(common[None], style_code, amounts)
        shift = shift_of(step)
        with tf.GradientTape() as tape:
            drawn, reconstruction, shifted = draw_pairs(
                self.generator, photo, style_code, photo_codes, shift
            )
            seen = window(drawn)
            taught = TaughtPictures(
                photo=window(photo),
                target=target,
                fake_image=seen,
                target_features=target_features,
                fake_features=self._features(seen),
                style_code=style_code,
                reconstruction=reconstruction,
                shifted=shifted,
            )
            total, logs = self._pair_losses(taught)
            scaled = self.scale_loss(self.optimizer, total)
        return taught, tape.gradient(scaled, self.generator_variables), logs

    def _pair_discriminator_gradients(self, taught: TaughtPictures):
        """Tell how the discriminator of pairs is to change.

        Returns:
            The gradients of its variables, and its loss by name.
        """
        with tf.GradientTape() as tape:
            losses = ADVERSARIAL_LOSSES[self.adversarial]
            loss = pair_discriminator_loss(self.pair_discriminator, losses, taught)
            scaled = self.scale_loss(self.discriminator_optimizer, loss)
        variables = self.pair_discriminator.trainable_variables
        return tape.gradient(scaled, variables), {"pair_discriminator": loss}

    def measure_pairs(self, batch) -> dict:
        """Compute the losses of pairs with the averaged networks; change nothing."""
        photo, target = batch["photo"], batch["target"]
        target_features = self._features(target)
        style_code = self._codes_of_targets(batch, target, target_features)
        photo_code = self._encode(photo, self._features(photo))
        fake_image, reconstructed = (
            ops.cast(self.ema_generator({"photo": photo, "style_code": code}), "float32")
            for code in (style_code, photo_code)
        )
        taught = TaughtPictures(
            photo=photo,
            target=target,
            fake_image=fake_image,
            target_features=target_features,
            fake_features=self._features(fake_image),
            style_code=style_code,
            reconstruction=(photo, reconstructed),
            shifted=None,
        )
        return self._pair_losses(taught)[1]

    def _codes_of_targets(self, batch, target, target_features):
        """Take the codes of the targets' styles where they are known, but every fourth its own.

        A style is asked for by its name most of all. Its pictures' own codes differ by what they
        show, so much that styles of like colours cannot be told apart by them.
        """
        own = self._encode(target, target_features)
        if TARGET_CODE not in batch:
            return own
        return replaced_but_every(4, own, batch[TARGET_CODE])

    @staticmethod
    def _amounts(batch, step):
        """Choose how far each pair goes; where a style has no code of its own, all the way."""
        count = ops.shape(batch["photo"])[0]
        return amounts_of(step, count) if TARGET_CODE in batch else ops.ones((count, 1))

    def _codes_to_come_back_by(self, photo, window):
        """Encode every fourth photo; half of them get the one code of all photos.

        Returns:
            The codes, and the one of all photos, (code_size,).
        """
        seen = window(photo[::4])
        own = self._encode(seen, self._features(seen))
        common = self._average_photo_code(own)
        return replaced_but_every(2, own, common), common

    def _pair_losses(self, taught: TaughtPictures):
        def adversarial(inputs):
            losses = ADVERSARIAL_LOSSES[self.adversarial]
            return losses.generator(self.pair_discriminator(inputs))

        objective = pair_objective(taught, adversarial if self._pairs_are_judged else None)
        total, logs = weighted_sum(objective, self.loss_weights)
        return total, {**logs, "generator": total}
