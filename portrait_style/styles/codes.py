"""Calculating with style codes, which lie on one sphere: means, mixes, and the way between two.

The generator was trained on codes of one length. The mean of several is shorter than each of them,
and is therefore lifted back: its direction is kept, its length becomes that of the codes.
"""

import numpy as np

# Between opposite codes the straight line passes through zero, which has no direction.
SHORTEST = np.float32(1e-6)


def mix_codes(codes, weights=None) -> np.ndarray:
    """Average codes and lift the result to the sphere.

    Args:
        codes: (count, code_size) numbers.
        weights: (count,) numbers, 0 or more, not all 0; they need not sum to 1. `None` for equal
            ones.

    Returns:
        (code_size,) float32, as long as the codes are on average.

    Raises:
        ValueError: if a weight is negative or not finite, all are 0, or there is no code.

    Example:
        >>> mix_codes([[5.0, 0.0], [0.0, 5.0]], [4.0, 3.0]).round(3).tolist()
        [4.0, 3.0]
    """
    codes = np.atleast_2d(np.asarray(codes, np.float32))
    shares = normalized_weights(np.ones(len(codes)) if weights is None else weights)
    return on_sphere(shares @ codes, shares @ np.linalg.norm(codes, axis=1))


def normalized_weights(weights) -> np.ndarray:
    """Divide weights by their sum, float32.

    Raises:
        ValueError: if one is negative or not finite, or all are 0.
    """
    weights = np.asarray(weights, np.float64)
    if not (weights.size and np.isfinite(weights).all() and weights.min() >= 0.0 < weights.sum()):
        raise ValueError(
            "`weights` must be finite, 0 or more, and not all 0. "
            f"Received: weights={weights.tolist()}."
        )
    return (weights / weights.sum()).astype(np.float32)


def interpolate_codes(start, end, amount: float) -> np.ndarray:
    """Go along the great circle from `start` (0) to `end` (1), in equal angles.

    Args:
        start, end: (code_size,) numbers.
        amount: float in [0, 1].

    Returns:
        (code_size,) float32.

    Raises:
        ValueError: if `amount` is not in [0, 1].

    References:
        Shoemake (slerp), 1985, https://doi.org/10.1145/325334.325242
        White, 2016, https://arxiv.org/abs/1609.04468
    """
    if not 0.0 <= amount <= 1.0:
        raise ValueError(f"`amount` must be in [0, 1]. Received: amount={amount}.")
    start, end = np.asarray(start, np.float32), np.asarray(end, np.float32)
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    length = lengths[0] + np.float32(amount) * (lengths[1] - lengths[0])
    first, last = (x / max(n, SHORTEST) for x, n in zip((start, end), lengths, strict=True))
    angle = np.arccos(np.clip(first @ last, -1.0, 1.0))
    shares = np.sin([(1.0 - amount) * angle, amount * angle]).astype(np.float32)
    # Equal codes have no plane between them, opposite ones have too many.
    if np.sin(angle) < 1e-3:
        shares = np.float32([1.0 - amount, amount])
    return on_sphere(shares[0] * first + shares[1] * last, length)


def code_spread(codes, centre) -> float:
    """Tell how far codes are from their centre: root mean square distance."""
    return float(np.sqrt(np.mean(np.sum(np.square(np.asarray(codes) - centre), axis=1))))


def on_sphere(direction, length) -> np.ndarray:
    """Give a code another length."""
    return (direction * (length / max(np.linalg.norm(direction), SHORTEST))).astype(np.float32)
