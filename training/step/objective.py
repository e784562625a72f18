"""What the generator is trained to lower."""

from collections.abc import Callable
from dataclasses import dataclass

from keras import ops

from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.losses.perceptual import content_loss, style_loss
from portrait_style.losses.pixel import (
    chroma_variation_loss,
    colour_loss,
    consistency_loss,
    grid_loss,
    reconstruction_loss,
    style_code_loss,
    tone_loss,
    total_variation_loss,
)
from portrait_style.losses.weights import LossWeights
from portrait_style.training.step.drawing import Drawn
from portrait_style.training.step.regularization import r1_weight

# What keeps the face must leave lines to the style: where a face is well engraved, the third block
# of a perceptual network changes by nine tenths, and the fourth by less. Light and dark at the
# scale of eyes and mouths hold the face instead, whatever the paper's brightness is.
CONTENT_BLOCKS = (4,)
# Some styles and faces go together worse than others: the person is held where it is needed.
CONTENT_POWER = 3
# How much content, tone and total variation count outside of faces, where nobody is recognized:
# there the style may lead, but not strike through what is even.
CONTENT_GROUND = 0.05
TONE_GROUND = 0.2
VARIATION_GROUND = 0.25


@dataclass(frozen=True)
class Compared:
    """What the objective compares: the pictures of a step, and what was made of them.

    Attributes:
        batch: {"photo", "style"}: photos and style pictures, RGB in [-1, 1],
            (batch, height, width, 3).
        drawn: `Drawn`, what became of the photos.
        seen_photo, seen_image: what discriminator and perceptual network see of the photos and of
            `drawn.fake_image`.
        photo_features, reference_features, fake_features: lists of maps of the perceptual network.
        face: where faces are in what is seen, (batch, height / 8, width / 8, 1) in 0..1.
        style_code: of the style pictures, (batch, code_size).
    """

    batch: dict
    drawn: Drawn
    seen_photo: object
    seen_image: object
    photo_features: list
    reference_features: list
    fake_features: list
    face: object
    style_code: object

    @property
    def real(self) -> dict:
        """What the discriminator is to take for real."""
        return self._discriminator_inputs(self.batch["style"], self.reference_features)

    @property
    def fake(self) -> dict:
        """What the discriminator is to take for drawn.

        What it thinks of the deepest map moves nothing in faces: scrolls show robes and fans, and a
        face can only be given them as streaks.
        """
        drawn, shown = self.fake_features[:STYLE_BLOCKS], self.fake_features[STYLE_BLOCKS:]
        mask = ops.average_pool(self.face, 2)
        shown = [mask * ops.stop_gradient(x) + (1.0 - mask) * x for x in shown]
        return self._discriminator_inputs(self.seen_image, [*drawn, *shown])

    def _discriminator_inputs(self, image, features) -> dict:
        return {"image": image, "features": features, "style_code": self.style_code}


def generator_objective(
    compared: Compared, adversarial_loss: Callable, encode: Callable
) -> dict[str, Callable]:
    """Name the losses, each as a function without arguments, for `losses.composition`.

    Args:
        compared: `Compared`.
        adversarial_loss: {"image", "features", "style_code"} -> the generator's adversarial loss.
        encode: (image, features) -> style code.

    Returns:
        dict with a field of `LossWeights` as key; all of them but `r1`, and `consistency` only
        where photos were perturbed.
    """
    x = compared
    perturbed = {"consistency": lambda: consistency_loss(*x.drawn.consistency)}
    return {
        **picture_objective(
            (x.seen_photo, x.batch["style"], x.seen_image),
            (x.photo_features, x.reference_features, x.fake_features),
            x.face,
        ),
        "adversarial": lambda: adversarial_loss(x.fake),
        "reconstruction": lambda: reconstruction_loss(*x.drawn.reconstruction),
        "style_code": lambda: style_code_loss(x.style_code, encode(x.seen_image, x.fake_features)),
        **({} if x.drawn.consistency is None else perturbed),
    }


def picture_objective(images, features, face=None) -> dict[str, Callable]:
    """Name the losses that take no other network than the perceptual one, as functions.

    Args:
        images: photo, style picture and what was drawn, (batch, height, width, 3) in [-1, 1] each.
        features: their lists of maps of the perceptual network.
        face: where faces are in the photos, (batch, height / 8, width / 8, 1) in 0..1. By default
            all places count alike.

    Returns:
        dict with a field of `LossWeights` as key.
    """
    photo, reference_image, fake_image = images
    photo_features, reference_features, fake_features = features
    moments = reference_features[:STYLE_BLOCKS], fake_features[:STYLE_BLOCKS]
    content_weight, tone_weight, variation_weight = 1.0, 1.0, None
    if face is not None:
        content_weight = CONTENT_GROUND + (1.0 - CONTENT_GROUND) * face
        # Tone is compared at twice the size of the maps.
        tone_weight = _enlarged_objective_maps(TONE_GROUND + (1.0 - TONE_GROUND) * face, 2)
        variation_weight = _enlarged_objective_maps(
            VARIATION_GROUND + (1.0 - VARIATION_GROUND) * face, 8
        )
    return {
        "content": lambda: content_loss(
            photo_features, fake_features, CONTENT_BLOCKS, content_weight, CONTENT_POWER
        ),
        "style": lambda: style_loss(*moments),
        "colour": lambda: colour_loss(reference_image, fake_image),
        "tone": lambda: tone_loss(photo, fake_image, weight=tone_weight),
        "total_variation": lambda: total_variation_loss(fake_image, variation_weight),
        "chroma_variation": lambda: chroma_variation_loss(fake_image),
        "grid": lambda: grid_loss(fake_image),
    }


def _enlarged_objective_maps(maps, factor):
    """Repeat each place along both sides."""
    return ops.repeat(ops.repeat(maps, factor, axis=1), factor, axis=2)


def logged_names(weights: LossWeights, adaptive: bool = False, robust: bool = False) -> list[str]:
    """Name what of the objective a step logs: losses of positive weight, and the generator's sum.

    Args:
        weights: `LossWeights`.
        adaptive: bool, whether monitors and augmentation are logged, too. Defaults to `False`.
        robust: bool, whether photos are perturbed. Defaults to `False`.
    """
    apart = {"r1"} if robust else {"r1", "consistency"}
    names = [name for name, weight in vars(weights).items() if weight > 0.0 and name not in apart]
    if weights.paired_adversarial > 0.0:
        names.append("pair_discriminator")
    if weights.adversarial > 0.0:
        names += ["discriminator"] + ["r1"] * (r1_weight(weights, adaptive) > 0.0)
        names += ["discriminator_gradient", "augmentation", "overfitting"] * adaptive
    return [*names, "generator", *["generator_gradient", "diversity"] * adaptive]
