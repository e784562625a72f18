"""The sphere on which the style codes of all pictures lie."""

from keras import ops


def to_sphere(codes):
    """Lift codes, (..., code_size), to the sphere: mean 0 and deviation 1 in each."""
    centred = codes - ops.mean(codes, axis=-1, keepdims=True)
    return centred / ops.sqrt(ops.mean(ops.square(centred), axis=-1, keepdims=True))
