import dataclasses
import json
import math
import shutil
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from portrait_style.errors import (
    DatasetError,
    DivergenceError,
    ModelError,
    RunFolderError,
    TrainingInterruptedError,
)
from portrait_style.losses.weights import LossWeights
from portrait_style.models.generator import SIZES, GeneratorSize
from portrait_style.training import guidance, objective
from portrait_style.training import run as run_module
from portrait_style.training.callbacks import Checkpoints, StopOnNaN
from portrait_style.training.config import TrainingConfig
from portrait_style.training.epochs import stretches
from portrait_style.training.run import plan, train
from portrait_style.training.run_folder import RunFolder

LOSSES = {n for n, weight in vars(LossWeights()).items() if weight > 0 and n != "consistency"}


@pytest.fixture(scope="module")
def small_runs(tiny):
    """Runs that use the tiny generator and take their steps one operation after the other.

    Tracing a step takes longer than the few steps that these runs take.
    """
    from portrait_style.models.generator import SIZES

    patch = pytest.MonkeyPatch()
    patch.setitem(SIZES, "mobile", SIZES[tiny])
    patch.setattr(run_module, "ENCODED_SIZE", 32)
    build_gan = run_module.build_gan

    def build(config):
        gan = build_gan(config)
        gan.run_eagerly = True
        return gan

    patch.setattr(run_module, "build_gan", build)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def make_config(photos, styles, tmp_path_factory):
    def make(**changes):
        values = {
            "photos": str(photos),
            "styles": str(styles),
            "output": str(tmp_path_factory.mktemp("runs") / "run"),
            "steps": 4,
            "size": 32,
            "batch": 2,
            "sample_every": 2,
            "validation_fraction": 0.3,
        }
        return TrainingConfig(**{**values, **changes})

    return make


@pytest.fixture(scope="module")
def finished(small_runs, make_config):
    config = make_config()
    return config, train(config)


def records(folder):
    return [json.loads(line) for line in folder.metrics.read_text().splitlines()]


def weights_of(path):
    return {v.path: np.array(v) for v in keras.saving.load_model(path).weights}


def assert_same_networks(first, second):
    """Bit for bit: a resumed run continues, it does not approximate."""
    for name in ("generator", "style_encoder"):
        ours, theirs = (weights_of(getattr(folder, name)) for folder in (first, second))
        assert len(ours) == len(theirs)
        for (path, a), b in zip(ours.items(), theirs.values(), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=path)


# What a run leaves


def test_files(finished):
    config, folder = finished
    assert {path.name for path in folder.path.iterdir()} == {
        "checkpoints",
        "config.json",
        "generator.keras",
        "logs",
        "metrics.jsonl",
        "report.html",
        "samples",
        "sheet.png",
        "style_encoder.keras",
    }
    assert TrainingConfig.from_json(folder.config.read_text()) == config
    assert folder.steps_saved() == [4, 2]
    assert sorted(p.name for p in folder.samples.iterdir()) == [
        "step-0000002.png",
        "step-0000004.png",
    ]
    assert list(folder.logs.rglob("events.out.tfevents.*"))


def test_a_line_of_figures_a_step(finished):
    _, folder = finished
    steps = [r for r in records(folder) if "generator" in r]
    assert [r["step"] for r in steps] == [1, 2, 3, 4]
    for record in steps:
        assert set(record) == {"step", "generator", "discriminator", *LOSSES}
        assert all(math.isfinite(value) for value in record.values())


def test_validation_figures_stand_beside_their_step(finished):
    _, folder = finished
    validation = [r for r in records(folder) if "val_generator" in r]
    assert [r["step"] for r in validation] == [2, 4]
    assert set(validation[0]) == {"step", "val_generator", *(f"val_{name}" for name in LOSSES)}


def test_sheets(finished):
    _, folder = finished
    sheet = Image.open(folder.sheet)
    # A heading, the two style pictures, four photos; a column for the photos and one a style.
    assert sheet.size == (3 * 36 + 4, 5 * 36 + 4 + 22)
    last = Image.open(folder.samples / "step-0000004.png")
    np.testing.assert_array_equal(np.asarray(last), np.asarray(sheet))


def test_generator_carries_the_styles_by_the_names_of_their_folders(finished):
    _, folder = finished
    generator = keras.saving.load_model(folder.generator)
    assert list(generator.styles["styles"]) == ["ink", "oil"]
    codes = [generator.styles["photo_code"], *generator.styles["styles"].values()]
    for code in codes:
        assert len(code) == 64
        assert np.mean(code) == pytest.approx(0.0, abs=1e-4)
        assert np.std(code) == pytest.approx(1.0, abs=1e-4)
    assert np.abs(np.subtract(codes[1], codes[2])).max() > 0.01


def test_saved_networks_are_the_averaged_ones(finished):
    config, folder = finished
    gan = run_module.build_gan(config)
    gan.load_weights(folder.checkpoint(4))
    for name in ("generator", "style_encoder"):
        saved = keras.saving.load_model(getattr(folder, name)).get_weights()
        averaged = getattr(gan, f"ema_{name}").get_weights()
        assert keras.saving.load_model(getattr(folder, name)).trainable
        for a, b in zip(saved, averaged, strict=True):
            np.testing.assert_array_equal(a, b)
        trained = getattr(gan, name).get_weights()
        assert any(not np.array_equal(a, b) for a, b in zip(saved, trained, strict=True))


# Resuming


class Killed(Exception):
    pass


def kill_at(monkeypatch, step):
    """Raise when `step` is over: its figures are written, its weights are not."""
    log = run_module.MetricsLog.on_train_batch_end

    def dying(self, batch, logs=None):
        log(self, batch, logs)
        if self.step == step:
            raise Killed

    monkeypatch.setattr(run_module.MetricsLog, "on_train_batch_end", dying)


def test_killed_and_resumed_run_ends_where_the_uninterrupted_one_does(
    finished, make_config, monkeypatch
):
    _, uninterrupted = finished
    config = make_config()
    with monkeypatch.context() as patch:
        kill_at(patch, 3)
        with pytest.raises(Killed):
            train(config)
    folder = RunFolder(config.output)
    assert folder.steps_saved() == [2]
    assert not folder.generator.exists()
    assert [r["step"] for r in records(folder) if "generator" in r] == [1, 2, 3]
    train(config, resume=True)
    assert records(folder) == records(uninterrupted)
    assert_same_networks(folder, uninterrupted)
    np.testing.assert_array_equal(Image.open(folder.sheet), Image.open(uninterrupted.sheet))


@pytest.mark.slow
def test_run_killed_before_its_first_checkpoint_starts_again(finished, make_config, monkeypatch):
    _, uninterrupted = finished
    config = make_config()
    with monkeypatch.context() as patch:
        kill_at(patch, 1)
        with pytest.raises(Killed):
            train(config)
    folder = train(config, resume=True)
    assert records(folder) == records(uninterrupted)
    assert_same_networks(folder, uninterrupted)


def test_interrupted_and_resumed_run_ends_where_the_uninterrupted_one_does(
    finished, make_config, monkeypatch
):
    _, uninterrupted = finished
    config = make_config()
    log = run_module.MetricsLog.on_train_batch_end

    def interrupted(self, batch, logs=None):
        log(self, batch, logs)
        if self.step == 3:
            signal.raise_signal(signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(run_module.MetricsLog, "on_train_batch_end", interrupted)
        with pytest.raises(TrainingInterruptedError, match="after step 3"):
            train(config)
    folder = RunFolder(config.output)
    assert folder.steps_saved() == [3, 2]
    train(config, resume=True)
    assert records(folder) == records(uninterrupted)
    assert_same_networks(folder, uninterrupted)


@pytest.mark.parametrize(
    ("first_step", "expected"),
    [
        (0, [(0, 3, 0, 25)]),
        (10, [(1, 3, 10, 25)]),
        (7, [(0, 1, 7, 10), (1, 3, 10, 25)]),
        (24, [(2, 3, 24, 25)]),
        (25, []),
    ],
)
def test_a_resumed_run_keeps_to_the_steps_of_the_first(first_step, expected):
    assert stretches([10, 20, 25], first_step) == expected


def test_deterministic_run_asks_for_deterministic_operations(make_config, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(tf.config.experimental, "enable_op_determinism", lambda: asked.append(True))
    for deterministic in (False, True):
        config = make_config(deterministic=deterministic, photos=str(tmp_path / "missing"))
        with pytest.raises(DatasetError):
            train(config)
    assert asked == [True]


def test_resuming_a_finished_run_changes_no_network(finished):
    config, folder = finished
    before = {name: weights_of(getattr(folder, name)) for name in ("generator", "style_encoder")}
    figures = folder.metrics.read_text()
    train(config, resume=True)
    for name, old in before.items():
        for a, b in zip(old.values(), weights_of(getattr(folder, name)).values(), strict=True):
            np.testing.assert_array_equal(a, b)
    assert folder.metrics.read_text() == figures


def test_last_epoch_may_be_shorter(small_runs, make_config, recwarn):
    folder = train(make_config(steps=3, loss_weights=LossWeights(adversarial=0.0, style_code=0.0)))
    assert [r["step"] for r in records(folder) if "generator" in r] == [1, 2, 3]
    assert folder.steps_saved() == [3, 2]
    assert not [w for w in recwarn if "ran out of data" in str(w.message)]


@pytest.mark.parametrize(
    "changes", [{"steps": 8}, {"seed": 1}, {"loss_weights": LossWeights(r1=1.0)}]
)
def test_changed_configuration_is_not_resumed(finished, changes):
    config, folder = finished
    before = folder.generator.stat().st_mtime_ns
    with pytest.raises(RunFolderError, match=f"other values of {next(iter(changes))}"):
        train(dataclasses.replace(config, **changes), resume=True)
    assert folder.generator.stat().st_mtime_ns == before


def test_folder_in_use_is_refused(finished):
    config, _ = finished
    with pytest.raises(RunFolderError, match="is not empty"):
        train(config)


def test_foreign_folder_is_not_resumed(make_config, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="holds no run to resume"):
        train(make_config(output=str(tmp_path)), resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


# Guidance


def test_guided_run_ends_with_its_best_networks(small_runs, make_config, monkeypatch):
    calls = []

    def falling(fake_image, photo, reference_image):
        # Two measures, two batches: 0.6 after the first epoch, then 0.3, ...
        calls.append(fake_image)
        return 0.6 / (1 + (len(calls) - 1) // 4)

    measures = {"content": falling, "style": falling}
    monkeypatch.setattr(guidance, "perceptual_measures", lambda extractor: measures)
    weights = LossWeights(adversarial=0.0, style_code=0.0, content=2.0)
    config = make_config(steps=8, quality_target=0.5, patience=1, loss_weights=weights)
    folder = train(config)
    measured = [r for r in records(folder) if "quality_total" in r]
    assert [(r["step"], r["quality_total"]) for r in measured] == [(2, 0.6), (4, 0.3)]
    assert [(r["weight_content"], r["weight_style"]) for r in measured] == [(2.0, 6.0), (2.5, 7.5)]
    assert folder.steps_saved() == [4, 2]
    best = run_module.build_gan(config)
    best.load_weights(folder.checkpoint(2))
    exported = keras.saving.load_model(folder.generator).get_weights()
    for a, b in zip(exported, best.ema_generator.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    # What was stopped for good is not gone on with.
    figures = folder.metrics.read_text()
    train(config, resume=True)
    assert folder.metrics.read_text() == figures and folder.steps_saved() == [4, 2]


# Starting from trained networks


def test_run_starts_from_another_runs_networks(finished, make_config):
    _, folder = finished
    gan = run_module.build_gan(make_config(initial=str(folder.path)))
    for name in ("generator", "style_encoder"):
        trained = keras.saving.load_model(getattr(folder, name)).get_weights()
        for start in (getattr(gan, name), getattr(gan, f"ema_{name}")):
            for a, b in zip(start.get_weights(), trained, strict=True):
                np.testing.assert_array_equal(a, b)
    assert gan.generator.trainable_variables
    assert len(gan.style_encoder.trainable_variables) == 4


def test_larger_run_starts_from_a_smaller_one_but_not_from_a_larger(
    finished, make_config, monkeypatch
):
    _, folder = finished
    trained = keras.saving.load_model(folder.generator)
    grown = run_module.build_gan(make_config(initial=str(folder.path), preset="large")).generator
    for weight in trained.stem.kernel, trained.to_pixels.convolution.bias:
        path = weight.path.partition("/")[2]
        (new,) = (w for w in grown.weights if w.path.partition("/")[2] == path)
        np.testing.assert_array_equal(new[..., : weight.shape[-1]], weight)
    monkeypatch.setitem(SIZES, "large", GeneratorSize(4, 8, 12, 1, 1, 1))
    with pytest.raises(ModelError, match="does not fit into 'large'; train with --preset mobile"):
        run_module.build_gan(make_config(initial=str(folder.path), preset="large"))


def test_run_does_not_start_without_a_style_encoder(finished, make_config, tmp_path):
    _, folder = finished
    alone = shutil.copy(folder.generator, tmp_path / "generator.keras")
    with pytest.raises(ModelError, match="cannot be started from without its style encoder"):
        run_module.build_gan(make_config(initial=str(alone)))


# What stops a run


def test_loss_that_is_not_finite_stops_the_run_by_name(small_runs, make_config, monkeypatch):
    calls = []

    def diverging(*features):
        calls.append(features)
        return features[1][0].numpy().sum() * 0.0 + (math.nan if len(calls) > 1 else 1.0)

    monkeypatch.setattr(objective, "content_loss", diverging)
    config = make_config()
    with pytest.raises(FloatingPointError, match="training diverged: content, generator is not"):
        train(config)
    folder = RunFolder(config.output)
    assert not folder.generator.exists()


def test_every_loss_that_is_not_finite_is_named():
    callback = StopOnNaN()
    callback.on_train_batch_end(0, {"style": 1.0, "content": 0.0})
    with pytest.raises(FloatingPointError, match="diverged: style, content is not finite; resume"):
        callback.on_train_batch_end(1, {"style": math.nan, "tone": 0.1, "content": math.inf})


def test_weights_that_are_not_finite_replace_no_checkpoint(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="head")])
    folder = RunFolder(tmp_path)
    folder.make_folders()
    callback = Checkpoints(folder, [5, 10])
    callback.set_model(model)
    callback.on_epoch_end(0)
    model.set_weights([weight * math.nan for weight in model.get_weights()])
    with pytest.raises(DivergenceError, match="head/kernel and 1 more weights are not finite"):
        callback.on_epoch_end(1)
    assert folder.steps_saved() == [5]


def test_missing_pictures_stop_a_run_before_its_folder_is_made(make_config, tmp_path):
    config = make_config(photos=str(tmp_path / "missing"))
    with pytest.raises(DatasetError, match="is not a folder"):
        train(config)
    assert not RunFolder(config.output).path.exists()


# Plan


def test_plan(make_config):
    config = make_config(validation_fraction=0.0, steps=40, perceptual="vgg16")
    assert plan(config).splitlines() == [
        "photos     24 files, 0 of them held out",
        "style      ink: 4 files, 0 of them held out",
        "style      oil: 12 files, 0 of them held out",
        "generator  mobile",
        "perceptual vgg16",
        "training   40 steps of 2 pictures at 32 px",
        f"output     {config.output}: a sheet and a checkpoint every 2 steps",
    ]
    assert not RunFolder(config.output).path.exists()


def test_plan_counts_what_is_held_out(make_config):
    from pathlib import Path

    from portrait_style.training.image_folder import ImageFolder

    config = make_config(validation_fraction=0.3)
    held_out = len(ImageFolder(Path(config.photos), 32, "validation", 0.3))
    assert plan(config).startswith(f"photos     24 files, {held_out} of them held out")


def test_plan_of_missing_folders(make_config, tmp_path):
    for name in ("photos", "styles"):
        with pytest.raises(DatasetError, match="is not a folder"):
            plan(make_config(**{name: str(tmp_path / "missing")}))
