"""Quality that is measured while training, and what follows from it."""

import statistics
from collections.abc import Callable, Mapping

import keras
from keras import ops

from portrait_style.errors import DatasetError
from portrait_style.quality.perceptual import content_change, moment_distance
from portrait_style.quality.total import score, total
from portrait_style.training.callbacks.controller import Band, Controller, Progress
from portrait_style.training.config import TrainingConfig
from portrait_style.training.keras_model.batches import references
from portrait_style.training.step.guidance_state import GUIDED

# How far a measure may be above its target before its weight shrinks.
_BAND_WIDTH = 0.1
_LEAST_DISTANCE = 1e-6

# (fake_image, photo, reference_image), RGB in [-1, 1], (batch, height, width, 3) each -> scalar in
# [0, 1], more is better.
Measure = Callable[[object, object, object], object]


class Guidance(keras.callbacks.Callback):
    """Measure the validation batches after every epoch, and act upon it.

    Loss weights follow the measures; the best checkpoint is kept; training stops when no better one
    has come for a while. Figures go to the logs as `quality_NAME`, `quality_total` and
    `weight_NAME`. The total is that of `evaluate`, so that neither can be bought with the other.

    Args:
        run_folder: `RunFolder`.
        validation: batches of {"photo", "style"}, can be passed over again and again.
        measures: {"content", "style"}, a `Measure` each.
        state: `GuidanceState` of the model.
        controller: `Controller` with bands for some of the measures, or `None`.
        progress: `Progress` of the total.
    """

    def __init__(self, run_folder, validation, measures, state, controller, progress):
        super().__init__()
        self.run_folder = run_folder
        self.validation = validation
        self.measures = measures
        self.state = state
        self.controller = controller
        self.progress = progress

    def on_epoch_end(self, epoch, logs=None):
        measured = self.measure()
        logs |= {f"quality_{name}": value for name, value in measured.items()}
        if self.controller:
            factors = self.controller.update(measured)
            configured = self.model.loss_weights
            logs |= {f"weight_{n}": f * getattr(configured, n) for n, f in factors.items()}
        best = self.progress.update(measured["total"])
        self.state.store(self.controller, self.progress)
        if best:
            self.run_folder.save_best(self.model)
        if self.progress.exhausted:
            self.model.stop_training = True

    def measure(self) -> dict[str, float]:
        """Mean of each measure over the batches, and their total."""
        values = {name: [] for name in self.measures}
        for batch in self.validation:
            fake_image = self.model(batch)
            for name, measure in self.measures.items():
                value = float(measure(fake_image, batch["photo"], references(batch)))
                values[name].append(value)
        means = {name: statistics.fmean(found) for name, found in values.items()}
        return {**means, "total": float(total(means["style"], means["content"]))}


def perceptual_measures(feature_extractor) -> dict[str, Measure]:
    """Make what guidance measures by default: the scores that `evaluate` reports.

    Here, the style is that of the picture which a photo was drawn after, not of a whole folder.

    Args:
        feature_extractor: `FeatureExtractor`.
    """

    def content(fake_image, photo, reference_image):
        kept = feature_extractor(photo)
        return _guidance_score(
            content_change(kept, feature_extractor(fake_image)),
            content_change(kept, feature_extractor(reference_image)),
        )

    def style(fake_image, photo, reference_image):
        reached = feature_extractor(reference_image)
        return _guidance_score(
            moment_distance(reached, feature_extractor(fake_image)),
            moment_distance(reached, feature_extractor(photo)),
        )

    return {"content": content, "style": style}


def _guidance_score(distance, worst) -> float:
    # Both are 0 where the style pictures are the photos themselves.
    return float(score(ops.mean(distance), max(float(ops.mean(worst)), _LEAST_DISTANCE)))


def guidance_for(
    config: TrainingConfig, gan, run_folder, validation, measures=None
) -> Guidance | None:
    """Make what measures and steers a run, as far as the model's state has come.

    Args:
        config: `TrainingConfig`.
        gan: `PortraitStyleGAN`.
        run_folder, validation, measures: as for `Guidance`; without measures,
            `perceptual_measures`.

    Returns:
        `Guidance`, or `None` where the run asks for none.

    Raises:
        DatasetError: if there are no validation batches.
    """
    if not config.measured:
        return None
    if validation is None:
        raise DatasetError(
            "the folders hold too few pictures to hold some out, and "
            "quality is measured on such; add pictures, or leave out --quality-target and "
            "--patience"
        )
    measures = measures or perceptual_measures(gan.feature_extractor)
    controller = guidance_controller(config.quality_target, measures)
    progress = Progress(config.patience)
    gan.guidance.restore(controller, progress)
    gan.stop_training = progress.exhausted
    return Guidance(run_folder, validation, measures, gan.guidance, controller, progress)


def guidance_controller(target: float | None, measures: Mapping[str, Measure]) -> Controller | None:
    """Make the controller that keeps every measure of a guided weight at a target.

    Args:
        target: float in (0, 1), or `None` for no controller.
        measures: by name; those with the name of a guided weight are steered.
    """
    if target is None:
        return None
    bands = [Band(name, name, target, target + _BAND_WIDTH) for name in measures if name in GUIDED]
    return Controller(bands)
