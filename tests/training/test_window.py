import numpy as np
import tensorflow as tf

from portrait_style.training.step.window import MARGIN, shifting_window


def corner(step):
    """Row and column of the window's first pixel, read off a picture of coordinates."""
    rows, columns = np.mgrid[0:32, 0:48].astype("float32")
    image = np.stack([rows, columns], axis=-1)[None]
    seen = np.asarray(shifting_window(step)(image))
    assert seen.shape == (1, 32 - MARGIN, 48 - MARGIN, 2)
    assert (seen[0, -1, -1] - seen[0, 0, 0]).tolist() == [15.0, 31.0]
    return tuple(seen[0, 0, 0].astype(int).tolist())


def test_every_offset_comes_once_a_round():
    corners = {corner(step) for step in range(MARGIN**2)}
    assert corners == {(row, column) for row in range(MARGIN) for column in range(MARGIN)}


def test_depends_on_the_step_alone():
    assert corner(5) == corner(5 + MARGIN**2) != corner(6)


def test_step_may_be_a_tensor():
    @tf.function
    def cut(step, image):
        return shifting_window(step)(image)

    image = tf.reshape(tf.range(32.0 * 48.0), (1, 32, 48, 1))
    for step in (0, 9):
        np.testing.assert_array_equal(cut(tf.constant(step), image), shifting_window(step)(image))
