"""What the generator and the style encoder are trained to lower."""

from collections.abc import Callable
from dataclasses import dataclass

from keras import ops

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
from portrait_style.training.memory import FeatureMemory, pool


@dataclass(frozen=True)
class Compared:
    """The pictures of a step, and what was made of them.

    Attributes:
        photo, reference_image, fake_image: photos, style pictures and photos drawn after them, RGB
            in [-1, 1], (batch, height, width, 3).
        seen_image: what discriminator and perceptual network see of `fake_image`.
        photo_features, reference_features, fake_features: lists of maps of the perceptual network.
        style_code: of the style pictures, (batch, code_size).
        reconstruction: photos, and what became of them under their own codes.
    """

    photo: object
    reference_image: object
    fake_image: object
    seen_image: object
    photo_features: list
    reference_features: list
    fake_features: list
    style_code: object
    reconstruction: tuple


def generator_objective(
    compared: Compared, memory: FeatureMemory, opinion: Callable, encode: Callable
) -> dict[str, Callable]:
    """Name the losses, each as a function without arguments, for `losses.composition`.

    Args:
        compared: `Compared`.
        memory: `FeatureMemory`.
        opinion: (image, features, style_code) -> the discriminator's loss for the generator.
        encode: (image, features) -> style code.

    Returns:
        dict with a field of `LossWeights` as key; all of them but `r1`.
    """
    x = compared
    # The generator must not win by choosing another code.
    asked_code = ops.stop_gradient(x.style_code)
    return {
        "adversarial": lambda: opinion(x.seen_image, x.fake_features, asked_code),
        "content": lambda: content_loss(x.photo_features, x.fake_features),
        "style": lambda: style_loss(x.reference_features, x.fake_features),
        "gram": lambda: gram_loss(x.reference_features, x.fake_features),
        "colour": lambda: colour_loss(x.reference_image, x.fake_image),
        "feature_mean": lambda: memory.feature_mean_loss(
            pool(x.reference_features), pool(x.fake_features), x.style_code
        ),
        "reconstruction": lambda: reconstruction_loss(*x.reconstruction),
        "style_code": lambda: style_code_loss(x.style_code, encode(x.seen_image, x.fake_features)),
        "tone": lambda: tone_loss(x.photo, x.fake_image),
        "structure": lambda: structure_loss(x.photo, x.fake_image),
        "total_variation": lambda: total_variation_loss(x.fake_image),
    }


def logged_names(weights: LossWeights) -> list[str]:
    """Name what a step logs: the losses of positive weight, and the sum of the generator's."""
    names = [name for name, weight in vars(weights).items() if weight > 0.0 and name != "r1"]
    if weights.adversarial > 0.0:
        names += ["discriminator"] + ["r1"] * (weights.r1 > 0.0)
    return [*names, "generator"]
