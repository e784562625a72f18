"""Losses by name, weighed and added."""

from collections.abc import Callable, Mapping

from keras import ops

from portrait_style.losses.weights import LossWeights


def weighted_sum(losses: Mapping[str, Callable], weights: LossWeights):
    """Compute the losses of positive weight and add them up.

    Args:
        losses: a function without arguments for each field of `weights` that is to count; it is
            not called where the weight is 0.
        weights: `LossWeights`.

    Returns:
        The weighted sum, a float32 scalar, and a dict of the losses computed, unweighted.
    """
    total, computed = ops.zeros((), "float32"), {}
    for name, loss in losses.items():
        weight = getattr(weights, name)
        if weight > 0.0:
            computed[name] = ops.cast(loss(), "float32")
            total = total + weight * computed[name]
    return total, computed
