"""The gradient penalty of the discriminator."""

import tensorflow as tf
from keras import ops

from portrait_style.losses.adversarial import r1_penalty
from portrait_style.losses.weights import LossWeights

LAZY_INTERVAL = 16
# Of R1 where augmentation adapts. The penalty is some hundreds where the hinge loss is one:
# the gradient is that of all patches' logits together.
ADAPTIVE_R1 = 0.001


def r1_weight(weights: LossWeights, adaptive: bool) -> float:
    """Say how much R1 regularizes: as asked for; if not at all, with augmentation by default.

    Args:
        weights: `LossWeights`; an `r1` of 0 asks for nothing.
        adaptive: bool, whether what the discriminator sees is augmented.

    References:
        Karras et al. (ADA), 2020, appendix C, https://arxiv.org/abs/2006.06676
    """
    return weights.r1 or (ADAPTIVE_R1 if adaptive else 0.0)


def gradient_penalty(discriminator, real):
    """Regularize by R1 at real pictures.

    Args:
        discriminator: `Discriminator`.
        real: what it takes: {"image", "features", "style_code"}.

    Returns:
        Scalar, 0 or more.
    """
    image = ops.copy(real["image"])
    with tf.GradientTape() as tape:
        tape.watch(image)
        logits = discriminator({**real, "image": image}, training=False)
        summed = sum(ops.sum(x) for x in logits)
    return r1_penalty(tape.gradient(summed, image))


def lazy_gradient_penalty(discriminator, real, step):
    """Regularize at every sixteenth step, sixteen times as strong: cheaper, on average the same.

    Args:
        discriminator, real: as for `gradient_penalty`.
        step: integer scalar, steps taken.

    Returns:
        Scalar, 0 at the steps between.

    References:
        Karras et al. (StyleGAN 2), 2020, section 3.1, https://arxiv.org/abs/1912.04958
    """
    return ops.cond(
        step % LAZY_INTERVAL == 0,
        lambda: LAZY_INTERVAL * gradient_penalty(discriminator, real),
        lambda: ops.zeros((), "float32"),
    )
