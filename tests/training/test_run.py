import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from gan_state import GENERATOR_LOSSES, only
from PIL import Image
from run_state import records

from portrait_style.errors import (
    DatasetError,
    DivergenceError,
    RunFolderError,
)
from portrait_style.losses.weights import LossWeights
from portrait_style.training import run as run_module
from portrait_style.training.callbacks.collapse import StopOnNaN
from portrait_style.training.callbacks.run_files import Checkpoints
from portrait_style.training.config import TrainingConfig
from portrait_style.training.fitting import style_codes
from portrait_style.training.run import train
from portrait_style.training.run_folder import RunFolder

LOSSES = {name for name in GENERATOR_LOSSES if getattr(LossWeights(), name) > 0}


def test_files(finished):
    config, folder = finished
    assert {path.name for path in folder.path.iterdir()} == {
        "checkpoints",
        "config.json",
        "discriminator.keras",
        "generator.keras",
        "logs",
        "mapping_network.keras",
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
    # A heading, the two style pictures, four photos; a column for the photos and one a style, of
    # twice the pixels of training.
    assert sheet.size == (3 * 68 + 4, 5 * 68 + 4 + 22)
    last = Image.open(folder.samples / "step-0000004.png")
    np.testing.assert_array_equal(np.asarray(last), np.asarray(sheet))


def test_generator_carries_the_styles_by_the_names_of_their_folders(finished):
    config, folder = finished
    generator = keras.saving.load_model(folder.generator)
    assert list(generator.styles["styles"]) == ["ink", "oil"]
    style_encoder = keras.saving.load_model(folder.style_encoder)
    photo_code = np.asarray(generator.styles["photo_code"])
    assert np.mean(photo_code) == pytest.approx(0.0, abs=1e-4)
    assert 0.8 - 1e-4 <= np.std(photo_code) <= 1.1 + 1e-4
    of_photos = style_codes.read_codes(style_encoder, config.photos, config.validation_fraction)
    mean = of_photos.mean(axis=0)
    np.testing.assert_allclose(photo_code / photo_code.std(), mean / mean.std(), atol=1e-3)
    for name, code in generator.styles["styles"].items():
        share = config.validation_fraction
        pictures = style_codes.read_codes(style_encoder, f"{config.styles}/{name}", share)
        assert 1 < len(pictures) < 12 and len(code) == 64
        np.testing.assert_allclose(pictures.std(axis=1), 1.0, atol=1e-4)
        np.testing.assert_allclose(code, np.mean(pictures, axis=0), atol=1e-5)
    ink, oil = generator.styles["styles"].values()
    assert np.abs(np.subtract(ink, oil)).max() > 0.01


def test_saved_generator_is_the_averaged_one(finished):
    config, folder = finished
    gan = run_module.build_gan(config)
    gan.load_weights(folder.checkpoint(4))
    generator = keras.saving.load_model(folder.generator)
    assert generator.trainable
    style_encoder = keras.saving.load_model(folder.style_encoder)
    pairs = (generator, gan.ema_generator), (style_encoder, gan.style_encoder)
    for saved, expected in pairs:
        for a, b in zip(saved.get_weights(), expected.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
    trained = gan.generator.get_weights()
    assert any(
        not np.array_equal(a, b) for a, b in zip(generator.get_weights(), trained, strict=True)
    )


@pytest.mark.slow
def test_last_epoch_may_be_shorter(untraced, make_config, recwarn):
    folder = train(make_config(steps=3, loss_weights=LossWeights(adversarial=0.0, style_code=0.0)))
    assert [r["step"] for r in records(folder) if "generator" in r] == [1, 2, 3]
    assert folder.steps_saved() == [3, 2]
    assert not [w for w in recwarn if "ran out of data" in str(w.message)]


def test_folder_in_use_is_refused(finished):
    config, _ = finished
    with pytest.raises(RunFolderError, match="is not empty"):
        train(config)


def test_deterministic_run_asks_for_deterministic_operations(make_config, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(tf.config.experimental, "enable_op_determinism", lambda: asked.append(True))
    for deterministic in (False, True):
        config = make_config(deterministic=deterministic, photos=str(tmp_path / "missing"))
        with pytest.raises(DatasetError):
            train(config)
    assert asked == [True]


# What stops a run


def test_loss_that_is_not_finite_stops_the_run_by_name(untraced, make_config):
    # The first losses are finite; their gradients are so large that soon a weight is not.
    config = make_config(loss_weights=only(content=1e38), sample_every=4)
    with pytest.raises(FloatingPointError, match="training diverged: content, generator is not"):
        train(config)
    folder = RunFolder(config.output)
    figures = [record["content"] for record in records(folder)]
    assert 0 < len(figures) < 4 and all(map(math.isfinite, figures))
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
