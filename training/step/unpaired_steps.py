"""The steps of a `PortraitStyleGAN` on photos and style pictures that do not belong together."""

import keras
import tensorflow as tf
from keras import ops

from portrait_style.losses.composition import weighted_sum
from portrait_style.models.face_map import face_map
from portrait_style.training.step.drawing import Drawn, draw
from portrait_style.training.step.monitors import diversity
from portrait_style.training.step.objective import Compared, generator_objective
from portrait_style.training.step.regularization import r1_weight
from portrait_style.training.step.robustness import with_perturbed


class UnpairedSteps:
    """What a model does with photos for which there is a picture of the style only.

    It has `generator`, `critic`, `guidance` and `perturbation` (or `None`),
    `loss_weights`, both optimizers, and encodes pictures by `_features`, `_encode` and
    `_average_photo_code`.
    """

    def unpaired_step(self, batch, window, taught=None):
        """Take both steps on photos and style pictures that do not belong together.

        Args:
            batch: {"photo", "style"}.
            window: function that cuts pictures to what perceptual network and discriminator see.
            taught: `PairGradients` that are applied as well, or `None`.

        Returns:
            The losses by name.
        """
        reference_features = self._features(batch["style"])
        photo_features = self._features(window(batch["photo"]))
        of_generator, of_discriminator = taught or (None, [])
        compared, logs = self.generator_step(
            batch, photo_features, reference_features, window, of_generator
        )
        if self.loss_weights.adversarial > 0.0:
            logs |= self.discriminator_step(compared, window, of_discriminator)
        elif of_discriminator:
            self.apply_pair_discriminator(of_discriminator)
        return logs

    def generator_step(
        self, batch, photo_features, reference_features, window, other_gradients=None
    ):
        """Change the generator only.

        Args:
            batch: {"photo", "style"}.
            photo_features: maps of the photos, seen through `window`.
            reference_features: maps of the style pictures.
            window: function that cuts pictures to what perceptual network and discriminator see.
            other_gradients: of `generator_variables`, what else is to change, or `None`.

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
        gradients = tape.gradient(scaled, variables)
        if other_gradients is not None:
            gradients = list(map(ops.add, gradients, other_gradients))
        logs |= self._apply(self.optimizer, "generator", gradients, variables)
        if self.adaptive:
            logs["diversity"] = diversity(drawn.fake_image)
        return compared, logs

    def discriminator_step(self, compared, window, other_gradients=()):
        """Change the discriminator only, or both where there are gradients of that of pairs.

        Args:
            compared: `Compared`.
            window: function that cuts pictures to what the discriminator sees.
            other_gradients: list of gradients of the discriminator of pairs, or nothing.

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
        variables = self.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            loss, logs, real_logits = self.critic.loss(
                real, fake, r1_weight(self.loss_weights, self.adaptive), optimizer.iterations
            )
            scaled = self.scale_loss(optimizer, loss)
        gradients = tape.gradient(scaled, variables)
        if other_gradients:
            gradients = [*gradients, *other_gradients]
            variables = [*variables, *self.pair_discriminator.trainable_variables]
        logs |= self._apply(optimizer, "discriminator", gradients, variables)
        return logs | self.critic.adapt(real_logits)

    def _measure_unpaired(self, batch) -> dict:
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
        return self._generator_losses(compared)[1]

    def _code_and_face(self, photo, features):
        maps = self._compact_features(photo, features)
        return self.style_encoder.encode_features(maps), face_map(maps)

    def _perturb(self, photo, style_code):
        if self.perturbation is None:
            return None
        return self.perturbation.perturb(self.generator, photo, style_code)

    def _generator_losses(self, compared: Compared, augment=lambda inputs: inputs):
        """Compute the losses of positive weight; return their weighted sum and each by name."""
        objective = generator_objective(
            compared,
            lambda inputs: self.critic.generator_loss(augment(inputs)),
            self._encode,
        )
        factors = self.guidance.factors if self.guidance else None
        total, logs = weighted_sum(objective, self.loss_weights, factors)
        return total, {**logs, "generator": total}
