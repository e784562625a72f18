"""The task that learns a style: a short training, and the model that comes of it."""

import os
import time
from pathlib import Path

from portrait_style.image_folder import HELD_OUT_FRACTION, list_images
from portrait_style.studio.jobs.run_files import METRICS, RUN, last_step
from portrait_style.studio.jobs.task import TaskContext
from portrait_style.studio.learned_models import model_folder, model_name
from portrait_style.terminal import import_tensorflow_quietly
from portrait_style.training.config import MAPPING_STEPS, TrainingConfig

STYLES, PAIRS = "styles", "pairs"
# Sheets and checkpoints of a run, at least, and steps between two of them at most.
_SHEETS, _MOST_BETWEEN = 6, 50
# Pictures of every folder from which on some are held out.
_ENOUGH = 20
# Shares of the work: until the first step is taken, and until the last.
_STARTED, _TRAINED = 0.05, 0.85
# Seconds that what follows the last step takes, about.
_FINISHING = 30.0


def run(context: TaskContext) -> None:
    """Learn, or go on learning, and keep the model for the studio to draw with.

    Args:
        context: `TaskContext` with the arguments "source", "steps", "size", "styles" (list of dict
            with "folder" and "name", of `styles/` or `pairs/`) and "renderer".

    Raises:
        TrainingInterruptedError: if it is stopped; a checkpoint is kept.
        PortraitStyleError: if the pictures do not do.
    """
    context.report(0.0, "reading the pictures", result={})
    import_tensorflow_quietly()
    from portrait_style.training.run import train
    from portrait_style.training.run_folder import RunFolder

    # All paths of a run are relative: the storage may be moved.
    os.chdir(context.folder)
    folder = RunFolder(RUN)
    resume = folder.config.is_file()
    config = folder.resumed({}) if resume else training_config(context.arguments)
    if not folder.generator.is_file():
        train(config, resume=resume, callbacks=[_progress(context, config.steps)])
    context.report(0.93, "making the model ready to draw", result={})
    _keep_model(context)
    context.report(1.0, "learned", result={"model": model_name(context.job)})


def training_config(arguments: dict) -> TrainingConfig:
    """Choose the settings of a short run, all paths relative to the job's folder.

    Args:
        arguments: dict, of the job; see `run`.

    Raises:
        ArgumentError: if a value is out of its range.
    """
    source, steps = arguments["source"], arguments["steps"]
    folders = [entry["folder"] for entry in arguments.get("styles", ())]
    looked_at = [Path(PAIRS, x, "before") if source == PAIRS else Path(STYLES, x) for x in folders]
    fewest = min((len(list_images(folder)) for folder in looked_at), default=_ENOUGH)
    return TrainingConfig(
        styles=None if source in (PAIRS, "renderer") else STYLES,
        pairs=tuple(f"{PAIRS}/{name}" for name in folders) if source == PAIRS else (),
        render=(arguments["renderer"],) if source == "renderer" else (),
        output=RUN,
        steps=steps,
        size=arguments["size"],
        sample_every=max(1, min(_MOST_BETWEEN, -(-steps // _SHEETS))),
        validation_fraction=HELD_OUT_FRACTION if fewest >= _ENOUGH else 0.0,
        mapping_steps=min(MAPPING_STEPS, max(20, 4 * steps)),
    )


def _progress(context: TaskContext, steps: int):
    """Make the callback that tells of the steps of a run."""
    import keras

    class Progress(keras.callbacks.Callback):
        """Tells how far a run is, and from the pace of its steps when it will be done."""

        def __init__(self):
            super().__init__()
            self.path = Path(RUN) / METRICS
            self.first: tuple[float, int] | None = None

        def on_train_batch_end(self, batch, logs=None):
            """Tell of a step; the first is slow, and tells nothing of the pace."""
            step, clock = last_step(self.path), time.monotonic()
            self.first = self.first or (clock, step)
            started, before = self.first
            pace = (clock - started) / (step - before) if step > before else None
            context.report(
                _STARTED + (_TRAINED - _STARTED) * step / steps,
                f"step {step} of {steps}",
                None if pace is None else pace * (steps - step) + _FINISHING,
            )

    context.report(_STARTED, "taking the first step, the slowest", result={})
    return Progress()


def _keep_model(context: TaskContext) -> None:
    """Write what was learned as a model that draws without TensorFlow, its styles named."""
    from portrait_style.export.lite_preset import write_lite_networks
    from portrait_style.model_files.preset import save_preset
    from portrait_style.model_files.trained_model import open_model
    from portrait_style.styles.bank import StyleBank

    trained = open_model(RUN)
    bank = StyleBank.from_config(trained.generator.styles)
    for entry in context.arguments.get("styles", ()):
        bank.rename(entry["folder"], entry["name"])
    trained.generator.styles = bank.to_config()
    folder = model_folder(Path(), context.job)
    generator, encoder = trained.networks
    save_preset(folder, generator, encoder, "learned in the studio", trained.mapping_network)
    write_lite_networks(folder)
