import json
import warnings

import numpy as np
import pytest

from portrait_style.errors import OutputError, RunFolderError
from portrait_style.losses.weights import LossWeights
from portrait_style.training.config import TrainingConfig
from portrait_style.training.run_folder import RunFolder


@pytest.fixture
def config(tmp_path):
    return TrainingConfig(photos="photos", styles="styles", output=str(tmp_path / "run"))


@pytest.fixture
def folder(config):
    folder = RunFolder(config.output)
    folder.create(config)
    return folder


class Weights:
    """Stands in for a model: writes its step as weights."""

    def __init__(self, content=b"weights"):
        self.content = content

    def save_weights(self, file):
        file.write(self.content)

    def save(self, path):
        path.write_bytes(self.content)


def test_new_run_starts_with_its_configuration(folder, config):
    assert TrainingConfig.from_json(folder.config.read_text()) == config
    names = sorted(path.name for path in folder.path.iterdir())
    assert names == ["checkpoints", "config.json", "logs", "samples"]


def test_empty_folder_is_accepted(config, tmp_path):
    (tmp_path / "run").mkdir()
    RunFolder(config.output).create(config)
    assert (tmp_path / "run" / "config.json").is_file()


def test_folder_in_use_is_refused_and_left_alone(config, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="is not empty; choose another --output"):
        RunFolder(config.output).create(config)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["thesis.txt"]


def test_file_in_place_of_the_folder_is_refused(config, tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(RunFolderError, match="is not empty"):
        RunFolder(config.output).create(config)
    assert (tmp_path / "run").read_text() == "mine"


def test_same_configuration_may_resume(folder, config):
    assert folder.check_resumable(config) is None


def test_run_of_an_earlier_version_may_resume(folder, config):
    stored = folder.config.read_text()
    assert stored.count('"generator_size"') == 1
    folder.config.write_text(stored.replace('"generator_size"', '"preset"'))
    assert folder.check_resumable(config) is None


def test_foreign_folder_cannot_be_resumed(config, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("mine")
    for output in ("run", "missing"):
        with pytest.raises(RunFolderError, match="holds no run to resume"):
            RunFolder(tmp_path / output).check_resumable(config)


@pytest.mark.parametrize("text", ["not json", "[]", '{"photos": "p"}', '{"colour": 1}'])
def test_damaged_configuration_cannot_be_resumed(folder, config, text):
    folder.config.write_text(text)
    with pytest.raises(RunFolderError, match="is not a configuration of a run"):
        folder.check_resumable(config)


def test_other_values_cannot_be_resumed(folder, config):
    other = TrainingConfig(
        photos="photos",
        styles="styles",
        output=config.output,
        steps=5,
        loss_weights=LossWeights(style=0.0),
    )
    with pytest.raises(RunFolderError, match="of steps, loss_weights .*leave them out"):
        folder.check_resumable(other)


def test_the_newest_two_checkpoints_are_kept(folder):
    assert folder.steps_saved() == []
    for step in (2, 4, 10):
        folder.save_checkpoint(Weights(str(step).encode()), step)
    assert folder.steps_saved() == [10, 4]
    assert folder.checkpoint(4).read_bytes().startswith(b"4\n")
    assert len(list(folder.checkpoints.iterdir())) == 2


def test_checkpoints_of_steps_to_come_are_dropped(folder):
    for step in (2, 4, 10):
        folder.save_checkpoint(Weights(), step)
    folder.save_checkpoint(Weights(), 7)
    assert folder.steps_saved() == [7, 4]


def test_half_written_checkpoint_does_not_count(folder):
    class Killed(Weights):
        def save_weights(self, file):
            file.write(b"hal")
            raise KeyboardInterrupt

    folder.save_checkpoint(Weights(), 2)
    with pytest.raises(KeyboardInterrupt):
        folder.save_checkpoint(Killed(), 4)
    assert folder.steps_saved() == [2]
    assert folder.checkpoint(2).read_bytes().startswith(b"weights\n")


@pytest.fixture
def model():
    import keras

    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


def test_damaged_newest_checkpoint_falls_back_to_the_one_before(folder, model):
    expected = model.get_weights()
    folder.save_checkpoint(model, 2)
    model.set_weights([weight + 1 for weight in expected])
    folder.save_checkpoint(model, 4)
    data = folder.checkpoint(4).read_bytes()
    folder.checkpoint(4).write_bytes(data[: len(data) // 2])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert folder.restore(model) == 2
    (warning,) = caught
    assert "step-0000004.weights.h5 cannot be used" in str(warning.message)
    assert "\n" not in str(warning.message)
    for weight, value in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(weight, value)


@pytest.mark.filterwarnings("ignore:.*cannot be used")
def test_no_usable_checkpoint(folder, model):
    assert folder.restore(model) == 0
    for step in (2, 4):
        folder.save_checkpoint(model, step)
        folder.checkpoint(step).write_bytes(b"")
    with pytest.raises(RunFolderError, match="no usable checkpoint; start again with another"):
        folder.restore(model)


def test_model_that_cannot_be_written_is_one_line(folder):
    class Full(Weights):
        def save(self, path):
            path.write_bytes(b"hal")
            raise OSError(28, "No space left on device")

    folder.save_model(Weights(), folder.generator)
    with pytest.raises(OutputError, match="cannot write into .*: No space left on device; make"):
        folder.save_model(Full(), folder.generator)
    assert folder.generator.read_bytes() == b"weights"
    assert not list(folder.path.glob("writing-*"))


def test_half_written_model_does_not_replace_the_last(folder):
    class Killed(Weights):
        def save(self, path):
            path.write_bytes(b"hal")
            raise KeyboardInterrupt

    folder.save_model(Weights(), folder.generator)
    with pytest.raises(KeyboardInterrupt):
        folder.save_model(Killed(), folder.generator)
    assert folder.generator.read_bytes() == b"weights"


def test_figures_past_the_checkpoint_are_forgotten(folder):
    lines = [json.dumps({"step": step, "style": step / 7}) for step in range(1, 6)]
    folder.metrics.write_text("\n".join(lines) + '\n{"step": 6, "sty')
    folder.cut_metrics(3)
    assert folder.metrics.read_text() == "\n".join(lines[:3]) + "\n"


def test_torn_last_line_is_forgotten(folder):
    folder.metrics.write_text('{"step": 1}\n{"step": 2')
    folder.cut_metrics(9)
    assert folder.metrics.read_text() == '{"step": 1}\n'


def test_no_figures_yet(folder):
    folder.cut_metrics(0)
    assert not folder.metrics.exists()


def test_real_weights_round_trip(folder):
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    folder.save_checkpoint(model, 1)
    stored = model.get_weights()
    model.set_weights([w + 1 for w in stored])
    assert folder.restore(model) == 1
    for a, b in zip(stored, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
