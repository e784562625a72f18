"""A run in epochs of `sample_every` steps, wherever it begins."""

import bisect
import warnings

from portrait_style.training.config import TrainingConfig


def epoch_steps(config: TrainingConfig) -> list[int]:
    """The step reached after each epoch; the last epoch may be shorter."""
    whole = range(config.sample_every, config.steps, config.sample_every)
    return [*whole, config.steps]


def fit(gan, config: TrainingConfig, sampler, validation, callbacks, first_step: int) -> None:
    """Fit epoch by epoch, from a step on until the end, or until a callback stops training.

    Args:
        gan: `PortraitStyleGAN`; where its `stop_training` is set already, nothing happens.
        config: `TrainingConfig`.
        sampler: `BatchSampler`.
        validation: batches, or `None`.
        callbacks: list of Keras callbacks.
        first_step: int, steps already taken.
    """
    for first_epoch, last_epoch, first, last in stretches(epoch_steps(config), first_step):
        if gan.stop_training:
            return
        with warnings.catch_warnings():
            # The last epoch is allowed to be shorter than the others.
            warnings.filterwarnings("ignore", message="Your input ran out of data")
            gan.fit(
                sampler.dataset(first, last - first),
                initial_epoch=first_epoch,
                epochs=last_epoch,
                steps_per_epoch=min(config.sample_every, last - first),
                validation_data=validation,
                callbacks=callbacks,
                shuffle=False,
            )


def stretches(steps: list[int], first_step: int) -> list[tuple[int, int, int, int]]:
    """Split what is left of a run into the rest of an epoch that was begun, and whole epochs.

    Args:
        steps: list of int, the step reached after each epoch.
        first_step: int, steps already taken.

    Returns:
        list of (first epoch, last epoch, first step, last step), ends not included.
    """
    epoch = bisect.bisect_right(steps, first_step)
    found = []
    if epoch < len(steps) and first_step not in (0, *steps):
        found.append((epoch, epoch + 1, first_step, steps[epoch]))
        first_step, epoch = steps[epoch], epoch + 1
    if epoch < len(steps):
        found.append((epoch, len(steps), first_step, steps[-1]))
    return found
