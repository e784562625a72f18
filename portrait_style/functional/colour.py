"""Brightness and colour of RGB, shared by losses and measures."""

from keras import ops

# Rec. 601 luma.
_LUMA = (0.299, 0.587, 0.114)
# Red, green and blue of Cb and Cr, for differences in the range of the image.
_CHROMA = ((-0.168736, 0.5), (-0.331264, -0.418688), (0.5, -0.081312))


def luminance(image):
    """Weighted mean of the channels, (batch, height, width, 1), in the image's range."""
    weights = ops.reshape(ops.convert_to_tensor(_LUMA, dtype=image.dtype), (1, 1, 3, 1))
    return ops.conv(image, weights)


def chroma(image):
    """Blue and red difference, (batch, height, width, 2), of RGB in [-1, 1]; 0 for every grey.

    References:
        ITU-R BT.601, the matrix of Cb and Cr.
    """
    weights = ops.reshape(ops.convert_to_tensor(_CHROMA, dtype=image.dtype), (1, 1, 3, 2))
    return ops.conv(image, weights)
