"""What happens when somebody asks a running training to end."""

import signal
import threading

import keras

from portrait_style.errors import TrainingInterruptedError

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption(keras.callbacks.Callback):
    """End the step that is under way, save a checkpoint and stop.

    Signals are caught while this is used as a context manager. A second one ends the process at
    once.

    Args:
        run_folder: `RunFolder`.
        epoch_steps: list of int, the step reached after each epoch.
        first_step: int, steps already taken.
    """

    def __init__(self, run_folder, epoch_steps, first_step=0):
        super().__init__()
        self.run_folder = run_folder
        self.epoch_steps = frozenset(epoch_steps)
        self.step = first_step
        self.received = None
        self._previous = {}

    def __enter__(self):
        # Python allows handlers in the main thread only.
        if threading.current_thread() is threading.main_thread():
            self._previous = {number: signal.signal(number, self._receive) for number in SIGNALS}
        return self

    def __exit__(self, *error):
        self._restore_handlers()

    def on_train_batch_end(self, batch, logs=None):
        """Stop, except at the end of an epoch, whose measurements are still to come."""
        self.step += 1
        if self.received and self.step not in self.epoch_steps:
            self._stop()

    def on_epoch_end(self, epoch, logs=None):
        if self.received:
            self._stop()

    def _receive(self, number, frame):
        self.received = number
        self._restore_handlers()

    def _restore_handlers(self):
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous = {}

    def _stop(self):
        self.run_folder.save_checkpoint(self.model, self.step)
        raise TrainingInterruptedError(
            f"stopped after step {self.step}; go on with "
            f"portrait-style train --resume {self.run_folder.path}",
            self.received,
        )
