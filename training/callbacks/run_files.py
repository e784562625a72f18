"""What happens beside training: figures, sheets, checkpoints."""

import json

import keras
import numpy as np
import tensorflow as tf

from portrait_style.image import save_image, to_uint8
from portrait_style.reports.sheet import contact_sheet
from portrait_style.training.callbacks.collapse import divergence_error
from portrait_style.training.callbacks.report import write_report

# What comes once an epoch: validation losses, measured qualities, weights that move.
_MEASURED = ("val_", "quality_", "weight_")


class MetricsLog(keras.callbacks.Callback):
    """Append a JSON line a step to the run's `metrics.jsonl`.

    Args:
        run_folder: `RunFolder`.
        first_step: int, steps already taken.
    """

    def __init__(self, run_folder, first_step=0):
        super().__init__()
        self.path = run_folder.metrics
        self.step = first_step

    def on_train_begin(self, logs=None):
        self.file = self.path.open("a", buffering=1, encoding="utf-8")

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        record = {name: round(float(value), 6) for name, value in (logs or {}).items()}
        self.file.write(json.dumps({"step": self.step, **record}) + "\n")

    def on_epoch_end(self, epoch, logs=None):
        """Write validation losses, qualities and weights beside the step they belong to."""
        measured = {k: round(float(v), 6) for k, v in logs.items() if k.startswith(_MEASURED)}
        if measured:
            self.file.write(json.dumps({"step": self.step, **measured}) + "\n")

    def on_train_end(self, logs=None):
        self.file.close()


class Checkpoints(keras.callbacks.Callback):
    """Callback that writes a run's files: all that resuming needs, after every epoch.

    Args:
        run_folder: `RunFolder`.
        steps: list of int, the step reached after each epoch.
    """

    def __init__(self, run_folder, steps):
        super().__init__()
        self.run_folder = run_folder
        self.steps = steps

    def on_epoch_end(self, epoch, logs=None):
        """Save, unless the last step has spoiled a weight: the good checkpoints must stay."""
        spoiled = [w.path for w in self.model.weights if not np.isfinite(w.numpy()).all()]
        if spoiled:
            raise divergence_error(f"{spoiled[0]} and {len(spoiled) - 1} more weights are")
        self.run_folder.save_checkpoint(self.model, self.steps[epoch])


class SampleSheets(keras.callbacks.Callback):
    """Callback that writes a run's files: the same photos in the same styles, after every epoch.

    Args:
        run_folder: `RunFolder`.
        steps: list of int, the step reached after each epoch.
        photos: float32 in [-1, 1], (rows, size, size, 3).
        references: float32 in [-1, 1], (columns, size, size, 3), to be shown on top.
        codes: dict of name to (code_size,), one a reference: those that will name the styles.
    """

    def __init__(self, run_folder, steps, photos, references, codes):
        super().__init__()
        self.run_folder = run_folder
        self.steps = steps
        self.photos = photos
        self.references = references
        self.codes = codes

    def set_model(self, model):
        super().set_model(model)
        self.writer = tf.summary.create_file_writer(str(self.run_folder.logs / "samples"))

    def on_epoch_end(self, epoch, logs=None):
        """Write `samples/step-N.png` and the TensorBoard image."""
        step = self.steps[epoch]
        sheet = self.draw()
        save_image(self.run_folder.samples / f"step-{step:07d}.png", sheet, overwrite=True)
        with self.writer.as_default(step=step):
            tf.summary.image("samples", sheet[None])

    def draw(self):
        """Return the sheet: style pictures on top, then a row a photo."""
        drawn = [
            self.model.ema_generator(
                {
                    "photo": self.photos,
                    "style_code": tf.repeat(code[None], len(self.photos), axis=0),
                }
            )
            for code in self.codes.values()
        ]
        rows = [[None, *map(to_uint8, self.references)]]
        for i, photo in enumerate(self.photos):
            rows.append([to_uint8(photo), *(to_uint8(column[i]) for column in drawn)])
        return contact_sheet(rows, ["photo", *self.codes], size=self.photos.shape[1])


class Report(keras.callbacks.Callback):
    """Callback that writes a run's files: its page, after every epoch.

    Args:
        run_folder: `RunFolder`.
        config: `TrainingConfig`.
    """

    def __init__(self, run_folder, config):
        super().__init__()
        self.run_folder = run_folder
        self.config = config

    def on_epoch_end(self, epoch, logs=None):
        write_report(self.run_folder, self.config)
