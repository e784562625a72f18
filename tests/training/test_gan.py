import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.losses.weights import LossWeights
from portrait_style.training import gan as gan_module
from portrait_style.training.config import TrainingConfig
from portrait_style.training.dataset import portrait_dataset
from portrait_style.training.gan import PortraitStyleGAN
from portrait_style.training.window import shifting_window

NETWORKS = (
    "generator",
    "discriminator",
    "style_encoder",
    "feature_extractor",
    "ema_generator",
    "ema_style_encoder",
)
GENERATOR_LOSSES = [name for name in vars(LossWeights()) if name not in ("r1", "discriminator")]
EVERYTHING = LossWeights(**{name: 1.0 for name in vars(LossWeights())})


def only(**weights):
    """Loss weights of which all others are 0."""
    return LossWeights(**{**dict.fromkeys(vars(LossWeights()), 0.0), **weights})


def snapshot(gan):
    """Copies of the weights of every network, by network and place."""
    return {name: [np.array(weight) for weight in getattr(gan, name).weights] for name in NETWORKS}


def changed(before, gan):
    """Names of the networks of which any bit has changed."""
    after = snapshot(gan)
    return {
        name
        for name in NETWORKS
        if any(a.tobytes() != b.tobytes() for a, b in zip(before[name], after[name], strict=True))
    }


def optimizer_state(gan):
    optimizers = (gan.optimizer, gan.discriminator_optimizer)
    return [np.array(v) for optimizer in optimizers for v in optimizer.variables]


def assert_equal_states(first, second):
    for name in NETWORKS:
        for a, b in zip(getattr(first, name).weights, getattr(second, name).weights, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=a.path)
    for a, b in zip(optimizer_state(first), optimizer_state(second), strict=True):
        np.testing.assert_array_equal(a, b)


def generator_step(gan, batch):
    window = shifting_window(gan.optimizer.iterations)
    features = gan._features(window(batch["photo"])), gan._features(batch["style"])
    return (features[1], *gan.generator_step(batch, *features, window))


def finite(logs):
    return all(math.isfinite(float(value)) for value in logs.values())


# Each network is changed by its own step only


def test_generator_step_changes_generator_and_style_encoder_only(make_gan, batch):
    gan = make_gan(EVERYTHING)
    before, optimizer = snapshot(gan), [np.array(v) for v in gan.discriminator_optimizer.variables]
    generator_step(gan, batch)
    assert changed(before, gan) == {"generator", "style_encoder"}
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


def test_style_encoder_keeps_its_frozen_features(make_gan, batch):
    gan = make_gan(EVERYTHING)
    frozen = [np.array(v) for v in gan.style_encoder.feature_extractor.weights]
    gan.train_step(batch)
    for old, new in zip(frozen, gan.style_encoder.feature_extractor.weights, strict=True):
        np.testing.assert_array_equal(old, new)


def test_discriminator_step_changes_the_discriminator_only(make_gan, batch):
    gan = make_gan(EVERYTHING)
    reference_features, fake, _ = generator_step(gan, batch)
    before, optimizer = snapshot(gan), [np.array(v) for v in gan.optimizer.variables]
    logs = gan.discriminator_step(batch["style"], reference_features, *fake)
    assert changed(before, gan) == {"discriminator"}
    assert set(logs) == {"discriminator", "r1"}
    for old, new in zip(optimizer, gan.optimizer.variables, strict=True):
        np.testing.assert_array_equal(old, new)


def test_train_step_changes_all_but_the_perceptual_network(make_gan, batch):
    gan = make_gan(EVERYTHING)
    before = snapshot(gan)
    for _ in range(2):
        logs = gan.train_step(batch)
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor"}
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
    for network in (gan.generator, gan.style_encoder):
        for variable in network.trainable_variables:
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
        assert values[name] == pytest.approx(sum(x[name] for x in single) / 2, rel=1e-5)


# Averages


def test_average_follows_the_formula(make_gan, batch):
    gan = make_gan(only(reconstruction=1.0), ema_decay=0.2)
    # The first step's decay is still below ema_decay: (1 + 1) / (10 + 1).
    for decay in (2 / 11, 0.2, 0.2):
        pairs = [
            (average, model)
            for name in ("generator", "style_encoder")
            for average, model in zip(
                getattr(gan, f"ema_{name}").weights, getattr(gan, name).weights, strict=True
            )
        ]
        before = [np.array(average) for average, _ in pairs]
        gan.train_step(batch)
        for old, (average, model) in zip(before, pairs, strict=True):
            expected = decay * old + (1 - decay) * np.array(model)
            np.testing.assert_allclose(average, expected, rtol=1e-4, atol=1e-6)
            assert average.path.split("/", 1)[1] == model.path.split("/", 1)[1]


def test_averages_start_equal_and_draw_the_samples(make_gan, batch):
    gan = make_gan(only(reconstruction=1.0))
    for name in ("generator", "style_encoder"):
        pairs = zip(getattr(gan, f"ema_{name}").weights, getattr(gan, name).weights, strict=True)
        for average, model in pairs:
            np.testing.assert_array_equal(average, model)
    gan.train_step(batch)
    code = gan.ema_style_encoder(batch["style"])
    drawn = gan.ema_generator({"photo": batch["photo"], "style_code": code})
    np.testing.assert_allclose(gan(batch), drawn, atol=1e-6)
    assert np.abs(gan(batch)).max() <= 1.0


# Loss weights


@pytest.mark.parametrize("name", GENERATOR_LOSSES)
def test_a_loss_of_weight_zero_is_not_computed(make_gan, batch, monkeypatch, name):
    def refuse(*args):
        raise AssertionError("computed")

    for other in set(GENERATOR_LOSSES) - {name, "adversarial", "feature_mean"}:
        monkeypatch.setattr(gan_module, f"{other}_loss", refuse)
    monkeypatch.setattr(gan_module, "r1_penalty", refuse)
    gan = make_gan(only(**{name: 2.0}))
    if name != "adversarial":
        monkeypatch.setattr(gan.discriminator, "call", refuse)
    if name != "feature_mean":
        monkeypatch.setattr(gan.memory, "_with", refuse)
    discriminator = {"discriminator"} if name == "adversarial" else set()
    logs = gan.train_step(batch)
    assert set(logs) == {name, "generator"} | discriminator
    assert float(logs["generator"]) == pytest.approx(2 * float(logs[name]), rel=1e-5)
    assert set(gan.test_step(batch)) == {name, "generator"}
    assert {metric.name for metric in gan.metrics} == set(logs)


def test_total_is_the_weighted_sum(make_gan, batch):
    weights = LossWeights(**{name: 0.1 * i for i, name in enumerate(vars(LossWeights()), start=1)})
    logs = make_gan(weights).train_step(batch)
    total = sum(getattr(weights, name) * float(logs[name]) for name in GENERATOR_LOSSES)
    assert float(logs["generator"]) == pytest.approx(total, rel=1e-5)


@pytest.mark.parametrize("name", GENERATOR_LOSSES)
def test_each_loss_falls_when_trained_alone(make_gan, batch, name):
    # Adversarial: the generator against a discriminator that stays as it is.
    gan = make_gan(only(**{name: 1.0}), learning_rate=3e-3)

    @tf.function
    def step():
        return generator_step(gan, batch)[-1][name]

    # Nothing bounds the opinion of a discriminator that does not learn: later, pictures run away.
    values = [float(step()) for _ in range(10 if name == "adversarial" else 30)]
    assert np.isfinite(values).all()
    first, last = np.mean(values[:3]), np.mean(values[-3:])
    assert last < first - 0.05 * abs(first)


@pytest.mark.parametrize(
    ("adversarial", "r1"),
    [("hinge", 0.0), pytest.param("non_saturating", 1e4, marks=pytest.mark.slow)],
)
def test_discriminator_loss_falls_when_trained_alone(make_gan, batch, adversarial, r1):
    gan = make_gan(only(adversarial=1.0, r1=r1), adversarial=adversarial)
    reference_features, fake, _ = generator_step(gan, batch)

    @tf.function
    def step():
        return gan.discriminator_step(batch["style"], reference_features, *fake)

    logs = [{k: float(v) for k, v in step().items()} for _ in range(30)]
    name = "r1" if r1 else "discriminator"
    values = [x[name] for x in logs]
    assert np.isfinite(values).all()
    assert values[-1] < 0.9 * values[0]


@pytest.mark.parametrize("adversarial", ["hinge", "non_saturating"])
def test_step_with_either_pair_and_gradient_penalty_is_finite(make_gan, batch, adversarial):
    gan = make_gan(only(adversarial=1.0, r1=1.0), adversarial=adversarial)
    logs = [gan.train_step(batch) for _ in range(2)][-1]
    assert set(logs) == {"adversarial", "discriminator", "generator", "r1"}
    assert finite(logs)
    assert float(logs["r1"]) > 0.0
    assert all(np.isfinite(weight).all() for weight in gan.get_weights())


def test_gradient_penalty_matches_finite_differences(make_gan, batch):
    gan = make_gan(only(adversarial=1.0, r1=1.0))
    features = gan._features(batch["style"])
    code = gan.style_encoder(batch["style"])
    real = {"image": batch["style"], "features": features, "style_code": code}
    with tf.GradientTape() as tape:
        tape.watch(real["image"])
        summed = tf.add_n([tf.reduce_sum(x) for x in gan.discriminator(real)])
    gradient = tape.gradient(summed, real["image"])
    penalty = float(gan._r1_penalty(real))

    def logits(step):
        moved = {**real, "image": real["image"] + step * gradient}
        return sum(float(tf.reduce_sum(x)) for x in gan.discriminator(moved))

    step = 1e-3 / float(tf.norm(gradient))
    slope = (logits(step) - logits(-step)) / (2 * step)  # squared norm, summed over the batch
    assert 2 * 3 * penalty == pytest.approx(slope, rel=0.05)


def test_odd_and_single_pictures(make_gan, batch):
    gan = make_gan()
    assert finite(gan.train_step({name: value[:1] for name, value in batch.items()}))


def test_unknown_pair_is_refused(make_gan):
    with pytest.raises(ValueError, match="`adversarial` must be one of .*'wasserstein'"):
        make_gan(adversarial="wasserstein")


# Saving


def test_saved_model_goes_on_exactly_where_it_was(make_gan, batch, tmp_path):
    weights = LossWeights(style=3.0, content=0.0, r1=0.5)
    gan = make_gan(weights, adversarial="non_saturating", ema_decay=0.5)
    for _ in range(2):
        gan.train_step(batch)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert loaded.loss_weights == weights
    assert (loaded.adversarial, loaded.ema_decay) == ("non_saturating", 0.5)
    assert loaded.optimizer is not loaded.discriminator_optimizer
    assert_equal_states(gan, loaded)
    ours, theirs = gan.train_step(batch), loaded.train_step(batch)
    assert {k: float(v) for k, v in ours.items()} == {k: float(v) for k, v in theirs.items()}
    assert_equal_states(gan, loaded)


def test_weights_file_restores_optimizers_too(make_gan, batch, tmp_path):
    gan = make_gan(EVERYTHING)
    gan.train_step(batch)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = make_gan(EVERYTHING, seed=9)
    assert changed(snapshot(gan), other)
    other.load_weights(tmp_path / "gan.weights.h5")
    assert_equal_states(gan, other)


@pytest.mark.slow
def test_schedules_survive_saving(make_gan, batch, tmp_path):
    gan = make_gan()
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, 10, alpha=0.05)
    gan.compile(keras.optimizers.Adam(schedule), keras.optimizers.SGD(0.25, momentum=0.5))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert loaded.optimizer.get_config() == gan.optimizer.get_config()
    assert isinstance(loaded.discriminator_optimizer, keras.optimizers.SGD)
    assert float(loaded.discriminator_optimizer.learning_rate) == 0.25


def test_default_optimizers():
    gan = PortraitStyleGAN.from_config(TrainingConfig(photos="p", styles="s", output="o"))
    gan.compile()
    assert float(gan.optimizer.learning_rate) == pytest.approx(1e-3)
    assert float(gan.discriminator_optimizer.learning_rate) == pytest.approx(4e-4)
    assert gan.loss_weights == LossWeights()
    assert gan.generator.size == "mobile"


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
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor"}
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


# Mixed precision


def test_mixed_precision_step(make_gan, batch):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = make_gan(LossWeights(structure=1.0, r1=1.0))
        for optimizer in (gan.optimizer, gan.discriminator_optimizer):
            optimizer.dynamic_scale.assign(16.0)  # the search from 32768 down takes many steps
        before = snapshot(gan)
        for _ in range(2):
            logs = gan.train_step(batch)
    finally:
        keras.config.set_dtype_policy("float32")
    assert finite(logs)
    assert gan.optimizer.inner_optimizer.iterations == 2
    assert gan.discriminator_optimizer.inner_optimizer.iterations == 2
    assert {str(v.dtype) for v in gan.generator.weights} == {"float32"}
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor"}
    for optimizer in (gan.optimizer, gan.discriminator_optimizer):
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)


@pytest.mark.slow
def test_mixed_precision_survives_saving(make_gan, batch, tmp_path):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = make_gan()
        gan.train_step(batch)
        gan.save(tmp_path / "gan.keras")
        loaded = keras.models.load_model(tmp_path / "gan.keras")
        assert_equal_states(gan, loaded)
        assert finite(loaded.train_step(batch))
        inner = loaded.discriminator_optimizer.inner_optimizer
        assert isinstance(inner, keras.optimizers.Adam)
    finally:
        keras.config.set_dtype_policy("float32")
