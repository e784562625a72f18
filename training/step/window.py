"""What the critics see of a picture: a window that shifts from step to step."""

from keras import ops

# The coarsest grid of the networks, in pixels.
MARGIN = 16


def shifting_window(step):
    """Choose the window of a training step.

    Generator, perceptual network and discriminator all sample on grids that start in a corner. Were
    the grids always aligned, the generator would learn a dot in every cell, which the others take
    for texture. The offsets run through all `MARGIN**2` in a fixed order, so that a resumed run
    needs no random state.

    Args:
        step: int or integer tensor, number of steps taken.

    Returns:
        Function from (batch, height, width, channels), with static height and width, to
        (batch, height - MARGIN, width - MARGIN, channels).
    """
    # 167 and the number of offsets have no common divisor: every offset comes once a round.
    cell = (step * 167) % MARGIN**2
    top, left = cell // MARGIN, cell % MARGIN

    def window(image):
        height, width = (side - MARGIN for side in image.shape[1:3])
        cut = image[:, top : top + height, left : left + width]
        return ops.reshape(cut, (-1, height, width, image.shape[-1]))

    return window
