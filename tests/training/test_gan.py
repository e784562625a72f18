import keras
import numpy as np
import pytest
import tensorflow as tf
from gan_state import (
    EVERYTHING,
    GENERATOR_LOSSES,
    NETWORKS,
    changed,
    finite,
    generator_step,
    only,
    optimizer_state,
    snapshot,
)

from portrait_style.training.dataset import portrait_dataset
from portrait_style.training.step.window import shifting_window

# Each network is changed by its own step only


def test_generator_step_changes_the_generator_only(make_gan, batch):
    gan = make_gan(EVERYTHING)
    before, optimizer = snapshot(gan), [np.array(v) for v in gan.discriminator_optimizer.variables]
    generator_step(gan, batch)
    assert changed(before, gan) == {"generator"}
    for old, new in zip(optimizer, gan.discriminator_optimizer.variables, strict=True):
        np.testing.assert_array_equal(old, new)


def test_generator_step_changes_every_trainable_weight(make_gan, batch):
    gan = make_gan(EVERYTHING)
    before = [np.array(v) for v in gan.generator_variables]
    for _ in range(2):  # what sits behind a weight that starts at 0 moves in the second step
        generator_step(gan, batch)
    still = [
        v.path
        for old, v in zip(before, gan.generator_variables, strict=True)
        if np.array_equal(old, v)
    ]
    assert still == []


def test_discriminator_step_changes_the_discriminator_only(make_gan, batch):
    gan = make_gan(EVERYTHING)
    window = shifting_window(gan.optimizer.iterations)
    compared, _ = generator_step(gan, batch)
    before, optimizer = snapshot(gan), [np.array(v) for v in gan.optimizer.variables]
    logs = gan.discriminator_step(compared, window)
    assert changed(before, gan) == {"discriminator"}
    assert set(logs) == {"discriminator", "r1"}
    for old, new in zip(optimizer, gan.optimizer.variables, strict=True):
        np.testing.assert_array_equal(old, new)


def test_train_step_changes_all_but_the_perceptual_network_and_the_style_encoder(make_gan, batch):
    gan = make_gan(EVERYTHING)
    before = snapshot(gan)
    for _ in range(2):
        logs = gan.train_step(batch)
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor", "style_encoder"}
    assert set(logs) == {*GENERATOR_LOSSES, "generator", "discriminator", "r1"}
    assert finite(logs)
    assert gan.optimizer.iterations == gan.discriminator_optimizer.iterations == 2


def test_test_step_changes_nothing(make_gan, batch):
    gan = make_gan(EVERYTHING)
    gan.train_step(batch)
    before, optimizers = snapshot(gan), optimizer_state(gan)
    logs = gan.test_step(batch)
    assert changed(before, gan) == set()
    for old, new in zip(optimizers, optimizer_state(gan), strict=True):
        np.testing.assert_array_equal(old, new)
    assert set(logs) == {*GENERATOR_LOSSES, "generator"}
    assert finite(logs)


def test_test_step_uses_the_averaged_networks(make_gan, batch):
    gan = make_gan(EVERYTHING)
    expected = gan.test_step(batch)
    for variable in gan.generator.trainable_variables:
        variable.assign_add(tf.ones_like(variable))
    gan.reset_metrics()
    assert gan.test_step(batch) == expected
    gan.ema_generator.smoothing.bias.assign_add([0.5] * 3)
    gan.reset_metrics()
    assert gan.test_step(batch)["reconstruction"] != expected["reconstruction"]


def test_evaluation_is_the_mean_over_batches(make_gan, batch):
    gan = make_gan(only(reconstruction=1.0, total_variation=2.0, adversarial=0.1))
    mirrored = {name: batch["style" if name == "photo" else "photo"] for name in batch}
    single = []
    for one in (batch, mirrored):
        gan.reset_metrics()
        single.append({k: float(v) for k, v in gan.test_step(one).items()})
    gan.run_eagerly = True
    both = tf.data.Dataset.from_tensors(batch).concatenate(tf.data.Dataset.from_tensors(mirrored))
    values = gan.evaluate(both, return_dict=True, verbose=0)
    assert abs(single[0]["total_variation"] - single[1]["total_variation"]) > 1e-4
    for name in ("reconstruction", "total_variation", "generator"):
        expected = sum(x[name] for x in single) / 2
        assert float(values[name]) == pytest.approx(expected, rel=1e-5)


# Averages


def test_average_follows_the_formula(make_gan, batch):
    gan = make_gan(only(reconstruction=1.0), ema_decay=0.2)
    # The first step's decay is still below ema_decay: (1 + 1) / (10 + 1).
    for decay in (2 / 11, 0.2, 0.2):
        pairs = list(zip(gan.ema_generator.weights, gan.generator.weights, strict=True))
        before = [np.array(average) for average, _ in pairs]
        gan.train_step(batch)
        for old, (average, model) in zip(before, pairs, strict=True):
            expected = decay * old + (1 - decay) * np.array(model)
            np.testing.assert_allclose(average, expected, rtol=1e-4, atol=1e-6)
            assert average.path.split("/", 1)[1] == model.path.split("/", 1)[1]


def test_photo_code_is_the_moving_average_of_photos(make_gan, batch):
    gan = make_gan(only(reconstruction=1.0), ema_decay=0.2)
    expected = np.zeros(gan.generator.code_size)
    for decay in (1 / 10, 2 / 11, 0.2):
        seen = shifting_window(gan.optimizer.iterations)(batch["photo"])
        mean = np.mean(gan.style_encoder(seen), axis=0)
        expected = decay * expected + (1 - decay) * mean
        gan.train_step(batch)
        np.testing.assert_allclose(gan.photo_code, expected, atol=1e-5)


def test_averages_start_equal_and_draw_the_samples(make_gan, batch):
    gan = make_gan(only(reconstruction=1.0))
    for average, model in zip(gan.ema_generator.weights, gan.generator.weights, strict=True):
        np.testing.assert_array_equal(average, model)
    gan.train_step(batch)
    code = gan.style_encoder(batch["style"])
    drawn = gan.ema_generator({"photo": batch["photo"], "style_code": code})
    np.testing.assert_allclose(gan(batch), drawn, atol=1e-6)
    assert np.abs(gan(batch)).max() <= 1.0


# Fit


@pytest.fixture(scope="module")
def history_of_fit(photos, styles, make_gan):
    """Fit twice two steps at 48 px, with validation and a callback."""
    gan = make_gan(EVERYTHING)
    before, calls = snapshot(gan), []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: calls.append(("step", dict(logs))),
        on_epoch_end=lambda epoch, logs: calls.append(("epoch", dict(logs))),
    )
    history = gan.fit(
        portrait_dataset(photos, styles, 48, 2, num_batches=4),
        validation_data=portrait_dataset(
            photos, styles, 48, 2, split="validation", validation_fraction=0.4, num_batches=2
        ),
        steps_per_epoch=2,
        epochs=2,
        callbacks=[record],
        verbose=0,
        shuffle=False,
    )
    return gan, before, calls, history.history


def test_fit_trains_every_network_but_the_frozen_one(history_of_fit):
    gan, before, _, _ = history_of_fit
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor", "style_encoder"}
    assert gan.optimizer.iterations == 4


def test_fit_logs_every_loss_by_name(history_of_fit):
    _, _, calls, history = history_of_fit
    trained = {*GENERATOR_LOSSES, "generator", "discriminator", "r1"}
    validated = {f"val_{name}" for name in (*GENERATOR_LOSSES, "generator")}
    assert set(history) == trained | validated
    assert all(len(values) == 2 and np.isfinite(values).all() for values in history.values())
    assert [kind for kind, _ in calls] == ["step", "step", "epoch"] * 2
    steps = [logs for kind, logs in calls if kind == "step"]
    assert all(set(logs) == trained for logs in steps)
    for epoch in range(2):  # an epoch's value is the mean of its steps
        mean = np.mean([logs["style"] for logs in steps[2 * epoch : 2 * epoch + 2]])
        assert history["style"][epoch] == pytest.approx(mean, rel=1e-4)


@pytest.mark.slow
def test_fit_by_graph_equals_steps_by_hand(make_gan, batch):
    graph, eager = (make_gan(only(reconstruction=1.0)) for _ in "ab")
    graph.fit(tf.data.Dataset.from_tensors(batch), verbose=0, shuffle=False)
    eager.train_step(batch)
    for a, b in zip(graph.weights, eager.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-2, atol=5e-4, err_msg=a.path)
