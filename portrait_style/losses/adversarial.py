"""Adversarial losses as pairs: what the discriminator lowers, what the generator lowers.

Logits come as a list, one tensor a scale; the loss is the mean over scales of the mean over
patches.
"""

from collections.abc import Callable
from typing import NamedTuple

from keras import ops


class AdversarialPair(NamedTuple):
    """Two functions.

    Attributes:
        discriminator: (real_logits, fake_logits) -> scalar.
        generator: (fake_logits) -> scalar.
    """

    discriminator: Callable
    generator: Callable


def _adversarial_mean_over_scales(values):
    return sum(ops.mean(value) for value in values) / len(values)


def hinge_discriminator_loss(real_logits, fake_logits):
    """max(0, 1 - real) + max(0, 1 + fake); 2 for a discriminator that says 0.

    References:
        Lim and Ye, 2017, https://arxiv.org/abs/1705.02894
    """
    real = _adversarial_mean_over_scales([ops.relu(1.0 - x) for x in real_logits])
    return real + _adversarial_mean_over_scales([ops.relu(1.0 + x) for x in fake_logits])


def hinge_generator_loss(fake_logits):
    """-fake, not bounded."""
    return -_adversarial_mean_over_scales(fake_logits)


def non_saturating_discriminator_loss(real_logits, fake_logits):
    """softplus(-real) + softplus(fake); 2 ln 2 for a discriminator that says 0.

    References:
        Goodfellow et al., 2014, https://arxiv.org/abs/1406.2661
    """
    real = _adversarial_mean_over_scales([ops.softplus(-x) for x in real_logits])
    return real + _adversarial_mean_over_scales([ops.softplus(x) for x in fake_logits])


def non_saturating_generator_loss(fake_logits):
    """softplus(-fake), 0 or more."""
    return _adversarial_mean_over_scales([ops.softplus(-x) for x in fake_logits])


ADVERSARIAL_LOSSES = {
    "hinge": AdversarialPair(hinge_discriminator_loss, hinge_generator_loss),
    "non_saturating": AdversarialPair(
        non_saturating_discriminator_loss, non_saturating_generator_loss
    ),
}


def r1_penalty(image_gradient):
    """Half the squared norm of the discriminator's gradient at real pictures, batch mean.

    Args:
        image_gradient: gradient of the summed real logits by the image,
            (batch, height, width, 3).

    Returns:
        Scalar, 0 or more.

    References:
        Mescheder et al., 2018, https://arxiv.org/abs/1801.04406
    """
    return 0.5 * ops.mean(ops.sum(ops.square(image_gradient), axis=(1, 2, 3)))
