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


def at_intensity(photo_code, style_code, amount):
    """Go from the code of photos (0) to that of a style (1), as `StyleBank.intensity` does.

    Args:
        photo_code, style_code: (batch or 1, code_size).
        amount: (batch, 1), in [0, 1].

    Returns:
        (batch, code_size).
    """
    share = amount * (1.5 - 0.5 * amount)
    line = photo_code + share * (style_code - photo_code)
    start, end, reached = (_length(code) for code in (photo_code, style_code, line))
    return line * ((start + share * (end - start)) / ops.maximum(reached, 1e-6))


def _length(codes):
    return ops.sqrt(ops.sum(codes * codes, axis=-1, keepdims=True))
