"""The gradient penalty of the discriminator."""

import tensorflow as tf
from keras import ops

from portrait_style.losses.adversarial import r1_penalty

LAZY_INTERVAL = 16


def gradient_penalty(discriminator, real):
    """R1 at real pictures.

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
    """R1 at every sixteenth step, sixteen times as strong: the same on average, and cheaper.

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
