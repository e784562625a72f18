"""Training for so many minutes, whatever a step takes."""

import time

import keras
from tqdm import tqdm


class TimeBudget(keras.callbacks.Callback):
    """Stop training after the first step that ends beyond the budget, and show how far it is.

    Args:
        minutes: float, from the beginning of training; building the graph counts.
        name: str, beside the bar. Defaults to "train".
        clock: function that returns seconds. Defaults to `time.monotonic`.

    Attributes:
        steps: int, taken so far.
        seconds: float, passed so far.
        losses: dict of the last step's losses.
    """

    def __init__(self, minutes, name="train", clock=time.monotonic):
        super().__init__()
        if not minutes > 0:
            raise ValueError(f"`minutes` must be positive. Received: minutes={minutes}.")
        self.minutes = minutes
        self.name = name
        self._clock = clock

    def on_train_begin(self, logs=None):
        self.steps, self.seconds, self.losses = 0, 0.0, {}
        self._start = self._clock()
        self._bar = tqdm(total=round(60 * self.minutes), desc=self.name, unit="s", disable=None)

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        self.losses = {name: float(value) for name, value in (logs or {}).items()}
        self.seconds = self._clock() - self._start
        shown = " ".join(f"{name} {value:.3f}" for name, value in self.losses.items())
        self._bar.set_postfix_str(f"{self.steps} steps, {shown}", refresh=False)
        self._bar.update(min(round(self.seconds), self._bar.total) - self._bar.n)
        if self.seconds >= 60.0 * self.minutes:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self._bar.close()
