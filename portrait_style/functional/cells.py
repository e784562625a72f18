"""Statistics of feature maps in the cells of a grid, shared by losses and measures."""

from keras import ops


def cell_moments(features, cell, epsilon=1e-4):
    """Mean and standard deviation of each channel in square cells.

    Args:
        features: (batch, height, width, channels), sides of `cell` or more; what is left over at
            the end does not count.
        cell: int >= 1, places.
        epsilon: float, added to the variance so that the gradient of its root stays finite.

    Returns:
        (batch, height // cell, width // cell, 2 * channels): means, then standard deviations.
    """
    mean = ops.average_pool(features, cell, cell)
    square = ops.average_pool(ops.square(features), cell, cell)
    deviation = ops.sqrt(ops.relu(square - ops.square(mean)) + epsilon)
    return ops.concatenate([mean, deviation], axis=-1)
