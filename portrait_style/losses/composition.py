"""Losses by name, weighed and added."""

from collections.abc import Callable, Mapping

from keras import ops

from portrait_style.losses.weights import LossWeights


def weighted_sum(
    losses: Mapping[str, Callable],
    weights: LossWeights,
    factors: Mapping[str, object] | None = None,
):
    """Compose one loss of many: compute those of positive weight, and add them up.

    Args:
        losses: a function without arguments for each field of `weights` that is to count; it is
            not called where the weight is 0.
        weights: `LossWeights`.
        factors: scalars by which some of the weights are multiplied. Defaults to none.

    Returns:
        The weighted sum, a float32 scalar, and a dict of the losses computed, unweighted.
    """
    total, computed = ops.zeros((), "float32"), {}
    for name, loss in losses.items():
        weight = getattr(weights, name)
        if weight > 0.0:
            computed[name] = ops.cast(loss(), "float32")
            if factors and name in factors:
                weight = weight * factors[name]
            total = total + weight * computed[name]
    return total, computed
