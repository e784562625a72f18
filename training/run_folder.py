"""Where a run keeps its configuration, figures, checkpoints and sheets."""

import contextlib
import dataclasses
import json
import re
import warnings
from pathlib import Path

from portrait_style.errors import OutputError, RunFolderError
from portrait_style.model_files.keras_files import (
    DISCRIMINATOR_FILE,
    GENERATOR_FILE,
    MAPPING_NETWORK_FILE,
    RUN_CONFIG_FILE,
    STYLE_ENCODER_FILE,
    save_model,
)
from portrait_style.output_files import write_atomically
from portrait_style.training.checkpoint import (
    DamagedCheckpointError,
    checkpoint_reason,
    read_checkpoint,
    write_checkpoint,
)
from portrait_style.training.config import TrainingConfig

_CHECKPOINT = re.compile(r"step-(\d{7})\.weights\.h5$")
KEPT_CHECKPOINTS = 2


class RunFolder:
    """The files of one run.

    ::

        config.json      the resolved configuration, written before the first step
        metrics.jsonl    a line a step
        samples/         a sheet every `sample_every` steps
        checkpoints/     the newest two, and the best one where quality is measured
        logs/            TensorBoard
        report.html      curves and sheets
        generator.keras, style_encoder.keras, mapping_network.keras, sheet.png   at the end
        discriminator.keras   at the end, for a run that starts from this one

    Args:
        path: the folder.
    """

    def __init__(self, path):
        self.path = Path(path)
        self.samples = self.path / "samples"
        self.checkpoints = self.path / "checkpoints"
        self.logs = self.path / "logs"
        self.metrics = self.path / "metrics.jsonl"
        self.config = self.path / RUN_CONFIG_FILE
        self.generator = self.path / GENERATOR_FILE
        self.style_encoder = self.path / STYLE_ENCODER_FILE
        self.mapping_network = self.path / MAPPING_NETWORK_FILE
        self.discriminator = self.path / DISCRIMINATOR_FILE
        self.report = self.path / "report.html"
        self.sheet = self.path / "sheet.png"

    def create(self, config: TrainingConfig) -> None:
        """Start a new run.

        Raises:
            RunFolderError: if the folder is not empty.
            OutputError: if it cannot be written.
        """
        self.check_unused()
        write_atomically(self.config, config.to_json().encode())
        self.make_folders()

    def take_up(self, config: TrainingConfig) -> None:
        """Go on with a run, whose steps may have become more.

        Raises:
            OutputError: if it cannot be written.
        """
        write_atomically(self.config, config.to_json().encode())
        self.make_folders()

    def make_folders(self) -> None:
        """Make the folders inside; a run killed early may lack them."""
        with self.writing():
            for folder in (self.samples, self.checkpoints, self.logs):
                folder.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def writing(self):
        """Say in a line what to do where a file of the run cannot be written.

        Raises:
            OutputError: in place of an `OSError`.
        """
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"cannot write into {self.path}: {checkpoint_reason(error)}; make room, "
                "then go on with --resume"
            ) from error

    def check_unused(self) -> None:
        """Make sure that a new run can start here.

        Raises:
            RunFolderError: if the folder is not empty.
        """
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise RunFolderError(
                f"{self.path} is not empty; choose another --output, or pass --resume to go on"
            )

    def resumed(self, given: dict) -> TrainingConfig:
        """Take the configuration of the run in this folder, as far as nothing else is given.

        Args:
            given: dict of fields of `TrainingConfig`; `output` does not count. `steps` may be more
                than they were.

        Returns:
            `TrainingConfig`, its output this folder.

        Raises:
            RunFolderError: if there is no run here, or something else is given than it was trained
                with, or its pictures are not where they were.
            ArgumentError: if a field is out of its range.
        """
        stored = self._stored()
        config = dataclasses.replace(stored, **{**given, "output": str(self.path)})
        self._check_same(stored, config)
        folders = [(name, getattr(config, name)) for name in ("photos", "styles")]
        for name, folder in folders + [("pairs", folder) for folder in config.pairs]:
            if folder is not None and not Path(folder).is_dir():
                raise RunFolderError(
                    f"{self.path} was trained on --{name} {folder}, which is not there; resume in "
                    "the folder in which the run was started"
                )
        return config

    def check_resumable(self, config: TrainingConfig) -> None:
        """Make sure that the run in this folder is the one that `config` describes.

        Args:
            config: `TrainingConfig`; its steps may be more than they were.

        Raises:
            RunFolderError: if there is no run here, or another one.
        """
        self._check_same(self._stored(), config)

    def _stored(self) -> TrainingConfig:
        if not self.config.is_file():
            raise RunFolderError(
                f"{self.path} holds no run to resume (no config.json); leave out --resume"
            )
        try:
            return TrainingConfig.from_json(self.config.read_text())
        except (ValueError, TypeError) as error:
            raise RunFolderError(
                f"{self.config} is not a configuration of a run ({error})"
            ) from error

    def _check_same(self, stored: TrainingConfig, config: TrainingConfig) -> None:
        different = stored.differences(config)
        if config.steps > stored.steps:
            different.remove("steps")
        if different:
            was = ", ".join(f"{name}={getattr(stored, name)}" for name in different)
            raise RunFolderError(
                f"{self.path} was trained with other values of {', '.join(different)} ({was}); "
                "leave them out (only --steps may be changed, to more), or choose another --output"
            )

    def checkpoint(self, step: int) -> Path:
        """Path of the checkpoint after `step` steps."""
        return self.checkpoints / f"step-{step:07d}.weights.h5"

    def steps_saved(self) -> list[int]:
        """Steps of which there is a checkpoint, newest first."""
        matches = (_CHECKPOINT.search(path.name) for path in self.checkpoints.glob("step-*.h5"))
        return sorted((int(match[1]) for match in matches if match), reverse=True)

    def save_checkpoint(self, gan, step: int) -> None:
        """Write a checkpoint whole, then drop all but this and the one before.

        Raises:
            OutputError: if it cannot be written; the others stay.
        """
        write_checkpoint(gan, self.checkpoint(step))
        saved = self.steps_saved()
        # One of a later step was damaged, or the run would have gone on from there.
        kept = [other for other in saved if other <= step][:KEPT_CHECKPOINTS]
        for other in set(saved) - set(kept):
            self.checkpoint(other).unlink()

    @property
    def best(self) -> Path:
        """Path of the checkpoint of the best measured quality."""
        return self.checkpoints / "best.weights.h5"

    def save_best(self, gan) -> None:
        """Write the best checkpoint whole.

        Raises:
            OutputError: if it cannot be written; the one before stays.
        """
        write_checkpoint(gan, self.best)

    def restore_best(self, gan) -> None:
        """Load the best checkpoint.

        Raises:
            RunFolderError: if it is damaged or missing.
        """
        try:
            read_checkpoint(gan, self.best)
        except DamagedCheckpointError as error:
            raise RunFolderError(
                f"{self.best} cannot be used ({error}); start again with another --output"
            ) from error

    def restore(self, gan) -> int:
        """Load the newest checkpoint that is whole.

        Returns:
            The steps taken until then; 0 where the run was stopped before its first checkpoint.

        Raises:
            RunFolderError: if there are checkpoints, but none is usable.
        """
        saved = self.steps_saved()
        for step in saved:
            try:
                read_checkpoint(gan, self.checkpoint(step))
            except DamagedCheckpointError as error:
                warnings.warn(
                    f"{self.checkpoint(step)} cannot be used ({error}); trying the one before",
                    stacklevel=2,
                )
            else:
                return step
        if saved:
            raise RunFolderError(
                f"{self.checkpoints} holds no usable checkpoint; start again with another --output"
            )
        return 0

    def save_model(self, model, path: Path) -> None:
        """Write a `.keras` file whole.

        Raises:
            OutputError: if it cannot be written.
        """
        with self.writing():
            save_model(model, path)

    def cut_metrics(self, step: int) -> None:
        """Forget figures after `step`, which a killed run wrote past its last checkpoint."""
        if not self.metrics.is_file():
            return
        kept = []
        for line in self.metrics.read_text().splitlines():
            try:
                record = json.loads(line)
            except json.JSONDecodeError:
                break
            if record["step"] <= step:
                kept.append(line)
        write_atomically(self.metrics, "".join(f"{line}\n" for line in kept).encode())
