"""What pairs teach in one step: pictures, maps and losses of photos whose drawing is known."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import ops

from portrait_style.losses.paired import (
    coarse_colour_loss,
    paired_feature_loss,
    shift_loss,
    texture_loss,
)
from portrait_style.losses.pixel import reconstruction_loss

# Pixels by which photos are moved, at most, and what does not count at each side (a quarter of
# small pictures): there the picture has come in from the other side.
MAX_SHIFT, SHIFT_MARGIN = 7, 16
# One pair in so many teaches a part of the way from its photo; how many parts there are, 1 the
# smallest, in turn.
PARTLY_EVERY, PARTS = 8, 8
# By how much a drawing may change when its photo moves, in [-1, 1] (1.5 levels of 255) and in
# shares of its difference from the photo: of black and white, more is not seen.
ALLOWED_CHANGE, ALLOWED_SHARE = 1.5 * 2.0 / 255.0, 0.045


@dataclass(frozen=True)
class TaughtPictures:
    """The pairs of a step, and what was drawn.

    Attributes:
        photo, target, fake_image: as the critics see them, RGB in [-1, 1],
            (pairs, height, width, 3).
        target_features, fake_features: lists of maps of the perceptual network.
        style_code: of the targets, (pairs, code_size).
        reconstruction: some photos, and what became of them under a photo's code.
        shifted: (drawings, drawings of the moved photos, how far they were moved, by how much they
            may differ), or `None`.
    """

    photo: object
    target: object
    fake_image: object
    target_features: list
    fake_features: list
    style_code: object
    reconstruction: tuple
    shifted: tuple | None

    @property
    def real(self) -> dict:
        """What the discriminator of pairs is to take for real."""
        return {"photo": self.photo, "image": self.target, "style_code": self.style_code}

    @property
    def fake(self) -> dict:
        """What it is to take for drawn."""
        return {**self.real, "image": self.fake_image}


def shift_of(step):
    """Choose how far photos are moved in a step: all distances in turn, without random state.

    Args:
        step: int or integer tensor.

    Returns:
        Pixels down and right, 0 to `MAX_SHIFT` each.
    """
    count = MAX_SHIFT + 1
    # 29 and the number of shifts have no common divisor.
    cell = (step * 29 + 9) % count**2
    return cell // count, cell % count


def amounts_of(step, count):
    """Choose how far each pair's drawing goes from its photo: all the way, but for every eighth.

    Those learn what intensities between 0 and 1 look like: all parts in turn, without random state.

    Args:
        step: int or integer tensor.
        count: int, pairs.

    Returns:
        float32 (count, 1) in (0, 1].
    """
    # 3 and the number of parts in use have no common divisor.
    part = ops.cast((step * 3) % (PARTS - 1) + 1, "float32") / PARTS
    # Every fourth, the first included, may have a code that is read off its drawing.
    place = ops.arange(count) % PARTLY_EVERY == 3
    # Of small batches, some have none.
    partly = ops.logical_and(place, (step * count) % PARTLY_EVERY < count)
    return ops.where(partly, part, 1.0)[:, None]


def draw_partly(photo, target, amounts):
    """Mix photos and their drawings: RGB, (pairs, height, width, 3)."""
    return photo + amounts[:, :, None, None] * (target - photo)


def draw_pairs(generator, photo, style_code, photo_codes, shift) -> tuple:
    """Draw photos, half of them moved as well, and bring every fourth back, all in one pass.

    Args:
        generator: `Generator`.
        photo: RGB in [-1, 1], (pairs, height, width, 3).
        style_code: (pairs, code_size).
        photo_codes: (pairs / 4, code_size), under which every fourth photo comes back.
        shift: pixels up and left by which half of the photos are moved.

    Returns:
        What was drawn of the photos, the reconstruction, and `TaughtPictures.shifted`.
    """
    half, fourth = photo[::2], photo[::4]
    moved = ops.roll(half, (-shift[0], -shift[1]), axis=(1, 2))
    images = generator(
        {
            "photo": ops.concatenate([photo, moved, fourth], axis=0),
            "style_code": ops.concatenate([style_code, style_code[::2], photo_codes], axis=0),
        },
        training=True,
    )
    images = ops.cast(images, "float32")
    count, halves = ops.shape(photo)[0], ops.shape(half)[0]
    fake_image = images[:count]
    drawn = fake_image[::2]
    shifted = drawn, images[count : count + halves], shift, allowed_change(half, drawn)
    return fake_image, (fourth, images[count + halves :]), shifted


def allowed_change(photo, drawn):
    """By how much a drawing of the moved photo may differ from the moved drawing, (batch,).

    Args:
        photo, drawn: RGB in [-1, 1], (batch, height, width, 3).
    """
    change = ops.mean(ops.abs(drawn - photo), axis=(1, 2, 3))
    return ops.stop_gradient(ops.maximum(ALLOWED_CHANGE, ALLOWED_SHARE * change))


def pair_objective(
    taught: TaughtPictures, adversarial_loss: Callable | None
) -> dict[str, Callable]:
    """Name the losses that pairs teach by, each as a function without arguments.

    Args:
        taught: `TaughtPictures`.
        adversarial_loss: {"photo", "image", "style_code"} -> the generator's adversarial loss, or
            `None` where there is no discriminator of pairs.

    Returns:
        dict with a field of `LossWeights` as key.
    """
    x = taught
    losses = {
        "coarse_colour": lambda: coarse_colour_loss(x.target, x.fake_image),
        "pixel": lambda: reconstruction_loss(x.target, x.fake_image),
        "paired_features": lambda: paired_feature_loss(x.target_features, x.fake_features),
        "texture": lambda: texture_loss(x.target_features, x.fake_features),
        "reconstruction": lambda: reconstruction_loss(*x.reconstruction),
    }
    if adversarial_loss is not None:
        losses["paired_adversarial"] = lambda: adversarial_loss(x.fake)
    if x.shifted is not None:
        drawn, of_moved, shift, allowed = x.shifted
        margin = min(SHIFT_MARGIN, min(drawn.shape[1:3]) // 4)
        losses["shift"] = lambda: shift_loss(drawn, of_moved, shift, margin, allowed)
    return losses


def pair_discriminator_loss(discriminator, losses, taught: TaughtPictures):
    """Price the targets and the drawings, without a way back to the generator.

    Args:
        discriminator: `PairDiscriminator`.
        losses: `AdversarialPair`.
        taught: `TaughtPictures`.
    """
    real, fake = (
        discriminator(keras.tree.map_structure(ops.stop_gradient, inputs), training=True)
        for inputs in (taught.real, taught.fake)
    )
    return ops.cast(losses.discriminator(real, fake), "float32")
