"""Small changes of a picture that change most of what is made of it."""

import keras
import tensorflow as tf
from keras import ops

# The step of one gray level of 8 bits, in the range [-1, 1].
GRAY_LEVEL = 2.0 / 255.0


def fgsm(objective, image, epsilon):
    """Perturb every pixel by `epsilon` in the direction in which an objective grows.

    Args:
        objective: function from images to a scalar or a value each, differentiable. Where its
            gradient is 0, as that of a distance is at its own picture, nothing moves: start such
            a one elsewhere, as `pgd` does.
        image: in [-1, 1], (batch, height, width, 3).
        epsilon: float, 0 or more, in units of the image.

    Returns:
        Images of the same shape in [-1, 1], within `epsilon` of `image`.

    References:
        Goodfellow et al., 2015, https://arxiv.org/abs/1412.6572
    """
    return pgd(objective, image, epsilon, step_size=epsilon, steps=1)


def pgd(objective, image, epsilon, step_size, steps, start=None):
    """Perturb by climbing an objective in steps of `fgsm`, within `epsilon` of the image.

    Args:
        objective: as for `fgsm`.
        image: in [-1, 1], (batch, height, width, 3).
        epsilon: float, 0 or more, the largest change of a pixel.
        step_size: float, the change of a pixel in one step.
        steps: int, 0 or more.
        start: images within `epsilon` of `image`, where to start. Defaults to `image`.

    Returns:
        Images of the same shape in [-1, 1].

    References:
        Madry et al., 2018, https://arxiv.org/abs/1706.06083
    """
    low = ops.maximum(image - epsilon, -1.0)
    high = ops.minimum(image + epsilon, 1.0)
    moved = image if start is None else ops.clip(start, low, high)
    for _ in range(steps):
        moved = moved + step_size * ops.sign(_perturbation_gradient(objective, moved))
        moved = ops.stop_gradient(ops.clip(moved, low, high))
    return moved


def strongest_change(draw, photo, epsilon, steps=10, seed=0):
    """Perturb photos so that what is drawn of them changes as much as possible.

    Args:
        draw: function from photos to pictures, differentiable.
        photo: RGB in [-1, 1], (batch, height, width, 3).
        epsilon: float, the largest change of a pixel, in units of the photo.
        steps: int, of projected gradient ascent. Defaults to 10.
        seed: int or `keras.random.SeedGenerator`, of the random start. Defaults to 0.

    Returns:
        Photos of the same shape in [-1, 1].
    """
    drawn = ops.stop_gradient(draw(photo))
    noise = keras.random.uniform(ops.shape(photo), -epsilon, epsilon, seed=seed)
    # Long enough steps to cross the range, as in the paper's code; one step is that of
    # Wong et al., 2020, https://arxiv.org/abs/2001.03994.
    step_size = 1.25 * epsilon if steps == 1 else 2.5 * epsilon / max(steps, 1)
    return pgd(
        lambda image: ops.square(draw(image) - drawn),
        photo,
        epsilon,
        step_size,
        steps,
        start=photo + noise,
    )


def _perturbation_gradient(objective, image):
    image = ops.copy(image)
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = ops.sum(objective(image))
    return tape.gradient(value, image)
