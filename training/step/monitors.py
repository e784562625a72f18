"""Figures of a step that tell how adversarial training is doing."""

from keras import ops


def gradient_norm(gradients):
    """Monitor of a step: Euclidean norm of all gradients together; 0 or more."""
    return ops.sqrt(sum(ops.sum(ops.square(g)) for g in gradients if g is not None))


def diversity(fake_image):
    """Monitor of a step: standard deviation over the batch, mean over pixels and channels.

    Args:
        fake_image: RGB in [-1, 1], (batch, height, width, 3).

    Returns:
        Scalar in [0, 1]; 0 where all pictures are the same.
    """
    return ops.mean(ops.std(fake_image, axis=0))
