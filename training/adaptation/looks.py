"""Looks at a style while it is learned: the best of them is kept."""

import keras
import numpy as np

# In the course of learning, at equal distances.
LOOKS = 4


class BestLook(keras.callbacks.Callback):
    """Try a style a few times while it is learned, and in the end go back to when it was best.

    Training longer thus does not make it worse. Its model is a `StyleAdaptation`.

    Args:
        trial: `Trial` by the generator that is learned.
        steps: int, of training.

    Attributes:
        distances: dict of steps taken to the trial's distance then.
        drawn: what was drawn in the best look, (photos, height, width, 3) in [-1, 1].
    """

    def __init__(self, trial, steps: int):
        super().__init__()
        self.distances: dict[int, float] = {}
        self.drawn: np.ndarray | None = None
        self._trial = trial
        self._when = {-(-steps * (i + 1) // LOOKS) for i in range(LOOKS)}
        self._learned: list[np.ndarray] = []

    @property
    def least(self) -> float:
        """The distance in the best look."""
        return min(self.distances.values())

    def on_train_batch_end(self, batch, logs=None):
        """Look, where it is time."""
        if batch + 1 not in self._when:
            return
        drawn = self._trial.draw(self.model.style_code)
        distance = self._trial.distance(drawn)
        if not self.distances or distance < self.least:
            self.drawn = drawn
            self._learned = [np.array(x) for x in self.model.learned_variables]
        self.distances[batch + 1] = distance

    def on_train_end(self, logs=None):
        """Go back to the best look."""
        for variable, learned in zip(self.model.learned_variables, self._learned, strict=True):
            variable.assign(learned)
