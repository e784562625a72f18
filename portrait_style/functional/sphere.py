"""The sphere on which the style codes of all pictures lie."""

from keras import ops


def to_sphere(codes):
    """Lift codes, (..., code_size), to the sphere: mean 0 and deviation 1 in each."""
    centred = codes - ops.mean(codes, axis=-1, keepdims=True)
    return centred / ops.sqrt(ops.mean(ops.square(centred), axis=-1, keepdims=True))


def lifted_mean(codes):
    """Average codes, (count, code_size), and lift the mean to the sphere on which they lie.

    Training asks for photos to come back under this mean of their codes.
    """
    return to_sphere(ops.mean(codes, axis=0))
