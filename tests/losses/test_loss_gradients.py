import numpy as np
import pytest

from portrait_style.losses import perceptual, pixel


def _gradient(function, value):
    import tensorflow as tf

    value = tf.convert_to_tensor(value)
    with tf.GradientTape() as tape:
        tape.watch(value)
        loss = function(value)
    return np.asarray(tape.gradient(loss, value))


@pytest.mark.parametrize(
    "loss",
    [
        pixel.reconstruction_loss,
        pixel.tone_loss,
        pixel.colour_loss,
        lambda real, fake: pixel.total_variation_loss(fake),
        lambda real, fake: pixel.grid_loss(fake),
        lambda real, fake: perceptual.content_loss([real], [fake], (1,)),
        lambda real, fake: perceptual.style_loss([real], [fake]),
    ],
    ids=[
        "reconstruction",
        "tone",
        "colour",
        "total_variation",
        "grid",
        "content",
        "style",
    ],
)
def test_gradients(images, loss):
    real, fake = images
    even = np.zeros_like(real)
    assert np.abs(_gradient(lambda x: loss(real, x), fake)).max() > 0.0
    for start, target in ((real, real), (even, real), (even, even)):
        gradient = _gradient(lambda x, target=target: loss(target, x), start)
        assert np.isfinite(gradient).all()
