"""Exponential moving average of a model's weights."""

from keras import ops


def copy_weights(source, target) -> None:
    """Make `target`, such as an average, equal to `source`, another instance of the same model."""
    for old, new in zip(target.weights, source.weights, strict=True):
        old.assign(new)


def update_average(average, model, decay) -> None:
    """Move an exponential average towards `model`: average = decay * average + (1 - decay) * model.

    Moving statistics of normalization are averaged like weights.

    Args:
        average: `keras.Model`, another instance of the same model as `model`.
        model: `keras.Model` in training.
        decay: scalar in [0, 1].

    References:
        Yazıcı et al., 2019, https://arxiv.org/abs/1806.04498
    """
    for old, new in zip(average.weights, model.weights, strict=True):
        move_average(old, new, decay)


def move_average(average, value, decay) -> None:
    """Move one variable towards a value, as `update_average` moves every weight of a model."""
    average.assign(average + (1.0 - decay) * (value - average))


def warm_decay(decay, step):
    """Lower the average's decay at the start: the random weights would stay for too long.

    Args:
        decay: float in [0, 1], what it rises to.
        step: integer scalar, steps taken.

    Returns:
        Scalar: min(decay, (1 + step) / (10 + step)).
    """
    step = ops.cast(step, "float32")
    return ops.minimum(decay, (1.0 + step) / (10.0 + step))
