"""Signs that adversarial training fails, or is about to."""

import math
import warnings

import keras

from portrait_style.errors import DivergenceError

_WARM_UP_STEPS = 100
_FAST, _SLOW = 0.2, 0.01
_COLLAPSED = 0.5


class CollapseMonitor(keras.callbacks.Callback):
    """Warn once, with advice, when pictures become much more alike than they used to be."""

    def __init__(self):
        super().__init__()
        self.seen = 0
        self.recent = self.usual = 0.0
        self.warned = False

    def on_train_batch_end(self, batch, logs=None):
        """Compare the diversity of the last few steps with that of the last hundred."""
        value = float(logs["diversity"])
        self.seen += 1
        # The mean of what was seen, until that is as many as the average reaches back.
        self.recent += max(_FAST, 1.0 / self.seen) * (value - self.recent)
        self.usual += max(_SLOW, 1.0 / self.seen) * (value - self.usual)
        collapsed = self.recent < _COLLAPSED * self.usual
        if collapsed and self.seen > _WARM_UP_STEPS and not self.warned:
            self.warned = True
            warnings.warn(
                f"the pictures of a step differ by {self.recent:.3f}, where {self.usual:.3f} was "
                "usual: the generator may be collapsing; look at the sheets, and if faces fade, "
                "train with a smaller --loss-weights adversarial, more content, or more pictures",
                stacklevel=2,
            )


class StopOnNaN(keras.callbacks.Callback):
    """Stop training that collapsed: as soon as a loss is not finite, and say which."""

    def on_train_batch_end(self, batch, logs=None):
        bad = [name for name, value in logs.items() if not math.isfinite(float(value))]
        if bad:
            raise divergence_error(f"{', '.join(bad)} is")


def divergence_error(what: str) -> DivergenceError:
    """Say that training collapsed: what is not finite, and what to do."""
    return DivergenceError(
        f"training diverged: {what} not finite; resume from the last checkpoint, or start again "
        "with smaller --loss-weights or a smaller --learning-rate"
    )
