"""Calculating with style codes: mixes, ways between two, spread.

The codes of pictures lie on one sphere; that of a named style, their mean, lies within. What is
between codes gets a length between theirs: the straight line would be shorter.
"""

import numpy as np

# The side of the square, in pixels, as which a style picture is looked at when its code is read.
STYLE_IMAGE_SIZE = 192

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
    return code_of_length(shares @ codes, shares @ np.linalg.norm(codes, axis=1))


def normalized_weights(weights) -> np.ndarray:
    """Divide the weights of a mix of codes by their sum, float32.

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
    shares = np.sin(np.array([(1.0 - amount) * angle, amount * angle])).astype(np.float32)
    # Equal codes have no plane between them, opposite ones have too many.
    if np.sin(angle) < 1e-3:
        shares = np.array([1.0 - amount, amount], np.float32)
    return code_of_length(shares[0] * first + shares[1] * last, length)


def code_apart(code, known, share: float = 0.5):
    """Turn a code away from known ones, until a part of it is its own.

    Whatever is linear in the code can then change along that part, and none of the known codes
    notices.

    Args:
        code: (code_size,) numbers.
        known: (count, code_size) numbers, fewer than `code_size` - 1 of them independent.
        share: float in (0, 1), the least length of the part, relative to that of the code.
            Defaults to 0.5.

    Returns:
        The code, as long as before, and the part of it that is orthogonal to every known code:
        two (code_size,) float32.

    Raises:
        ValueError: if the known codes leave no direction free.

    Example:
        >>> code, own = code_apart([5.0, 0.1, -5.1], [[1.0, 0.0, -1.0]])
        >>> round(float(own @ own / (code @ code)), 3), round(float(own @ [1.0, 0.0, -1.0]), 3)
        (0.25, 0.0)
    """
    code = np.asarray(code, np.float64)
    # The mean of every code's numbers is 0: the direction of ones is not free.
    taken = np.vstack([np.asarray(known, np.float64), np.ones((1, code.size))])
    _, values, rows = np.linalg.svd(taken, full_matrices=False)
    basis = rows[values > 1e-6 * values[0]]
    if len(basis) >= code.size:
        raise ValueError(
            f"`known` must leave a direction free. Received: {len(taken) - 1} codes of {code.size}."
        )
    inside = basis.T @ (basis @ code)
    # A known code has no part of its own, but what rounding leaves has a direction.
    own = code - inside if np.any(code != inside) else np.eye(code.size)[0]
    for _ in range(2):
        own = own - basis.T @ (basis @ own)
    length, own_length = np.linalg.norm(code), np.linalg.norm(own)
    if own_length < share * length:
        own *= share * length / own_length
        inside = inside * np.sqrt(1.0 - share**2) * length / np.linalg.norm(inside)
    return (inside + own).astype(np.float32), own.astype(np.float32)


def code_spread(codes, centre) -> float:
    """Tell how far codes are from their centre: root mean square distance."""
    return float(np.sqrt(np.mean(np.sum(np.square(np.asarray(codes) - centre), axis=1))))


def widen_codes(codes, centre, factor: float, quantile: float) -> np.ndarray:
    """Spread codes about their centre, but put none farther away than most of them were.

    Args:
        codes: (count, code_size) numbers.
        centre: (code_size,) numbers.
        factor: float, 0 or more, by which distances grow.
        quantile: float in [0, 1], of the distances as they were: none becomes larger than this one.

    Returns:
        (count, code_size) float32, each as long as it was.

    Example:
        >>> codes = [[4.9, 1.0], [4.9, -1.0], [4.0, 3.0]]
        >>> [float(y) for _, y in widen_codes(codes, [5.0, 0.0], 2.0, 0.5).round(1)]
        [1.0, -1.0, 1.0]
    """
    codes, centre = np.asarray(codes, np.float32), np.asarray(centre, np.float32)
    lengths = np.linalg.norm(codes - centre, axis=1, keepdims=True)
    wanted = np.minimum(factor * lengths, np.quantile(lengths, quantile))
    moved = centre + (codes - centre) * (wanted / np.maximum(lengths, SHORTEST))
    ratios = np.linalg.norm(codes, axis=1) / np.maximum(np.linalg.norm(moved, axis=1), SHORTEST)
    return (moved * ratios[:, None]).astype(np.float32)


def code_of_length(direction, length) -> np.ndarray:
    """Give a style code another length, float32; one of length 0 keeps it."""
    return (direction * (length / max(np.linalg.norm(direction), SHORTEST))).astype(np.float32)
