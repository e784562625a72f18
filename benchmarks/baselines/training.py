"""Train a baseline for its minutes and keep its weights."""

import json
import os
import time

import keras

from baselines.time_budget import TimeBudget
from portrait_style.training.callbacks.collapse import StopOnNaN


def train_for(model, dataset, minutes: float, path, clock=time.monotonic) -> dict:
    """Train a compiled model and save the weights of its `network`.

    Args:
        model: `keras.Model`, compiled, with the attribute `network`.
        dataset: endless `tf.data.Dataset`.
        minutes: float.
        path: where to, ending in `.weights.h5`; what was reached is written beside it as JSON.
        clock: as for `TimeBudget`.

    Returns:
        dict of what was reached: "steps", "minutes", "losses".
    """
    budget = TimeBudget(minutes, path.name.removesuffix(".weights.h5"), clock)
    model.fit(dataset, callbacks=[StopOnNaN(), budget], verbose=0, shuffle=False)
    reached = {
        "steps": budget.steps,
        "minutes": round(budget.seconds / 60.0, 2),
        "losses": {name: round(value, 4) for name, value in budget.losses.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    # A training that is killed here must not leave half a file to be reused.
    partial = path.with_name(f".partial-{path.name}")
    model.network.save_weights(partial)
    record_of(path).write_text(json.dumps(reached, indent=1) + "\n")
    os.replace(partial, path)
    return reached


def record_of(path):
    """Return where it is written what a training reached."""
    return path.with_name(path.name.replace(".weights.h5", ".json"))


def adam(learning_rate=1e-3, beta_1=0.9):
    """Create the optimizer of all baselines."""
    return keras.optimizers.Adam(learning_rate, beta_1=beta_1)
