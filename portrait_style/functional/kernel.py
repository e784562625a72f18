"""Kernels between sets of vectors, shared by losses and measures."""

from keras import ops


def polynomial_kernel(left, right, degree=3):
    """(x . y / size + 1) ** degree for every pair of rows.

    Args:
        left: (rows, size).
        right: (columns, size).
        degree: int. Defaults to 3, the kernel of the kernel inception distance.

    Returns:
        (rows, columns).

    References:
        Binkowski et al., 2018, https://arxiv.org/abs/1801.01401
    """
    size = left.shape[-1]
    return (ops.matmul(left, ops.transpose(right)) / size + 1.0) ** degree
