"""What people who know Keras do with a model, done with this one."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from gan_state import NETWORKS, assert_equal_states, changed, finite, only, snapshot

from portrait_style.stylizer import PortraitStylizer

# The cheapest loss, and the cheapest that both networks learn by.
LIGHT = only(colour=1.0)
BOTH = only(colour=1.0, adversarial=1.0)


@pytest.fixture
def make_eager(make_gan):
    """Return a function that makes a model whose steps need no tracing."""

    def make(loss_weights=LIGHT, **arguments):
        gan = make_gan(loss_weights, **arguments)
        gan.run_eagerly = True
        return gan

    return make


@pytest.fixture(scope="module")
def pairs(batch):
    """Five photos and five style pictures of 32 pixels, as arrays."""
    both = np.concatenate([batch["photo"], batch["style"]])
    return {"photo": both[:5], "style": both[1:]}


def dataset(pairs, size=2):
    return tf.data.Dataset.from_tensor_slices(pairs).batch(size)


def slices(pairs):
    """Batches of two, two and one."""
    for start in range(0, 5, 2):
        yield {name: images[start : start + 2] for name, images in pairs.items()}


def as_tuples(pairs):
    return ((x["photo"], x["style"]) for x in slices(pairs))


class Batches(keras.utils.PyDataset):
    def __init__(self, batches):
        super().__init__()
        self.batches = list(batches)

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


# Forms of data

FORMS = {
    "generator of dicts": slices,
    "generator of tuples": as_tuples,
    "generator of a dict in a tuple": lambda pairs: ((x,) for x in slices(pairs)),
    "iterator of tensors": lambda pairs: iter(dataset(pairs)),
    "generator of float64": lambda pairs: (
        {name: x.astype("float64") for name, x in batch.items()} for batch in slices(pairs)
    ),
    "PyDataset of dicts": lambda pairs: Batches(slices(pairs)),
    "PyDataset of tuples": lambda pairs: Batches(as_tuples(pairs)),
    "dataset of tuples": lambda pairs: dataset((pairs["photo"], pairs["style"])),
}


@pytest.fixture(scope="module")
def measuring(make_gan, pairs):
    """A model that is only measured, and its losses on a dataset of dicts."""
    gan = make_gan(LIGHT)
    gan.run_eagerly = True
    return gan, gan.evaluate(dataset(pairs), return_dict=True, verbose=0)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_data_is_measured_alike(measuring, pairs, form):
    gan, expected = measuring
    assert set(expected) == {"colour", "generator"}
    measured = gan.evaluate(FORMS[form](pairs), return_dict=True, verbose=0)
    assert measured == pytest.approx(expected, rel=1e-5)


def test_arrays_are_measured_alike(measuring, pairs):
    gan, expected = measuring
    as_two = gan.evaluate(pairs["photo"], pairs["style"], batch_size=2, return_dict=True, verbose=0)
    as_one = gan.evaluate(pairs, batch_size=2, return_dict=True, verbose=0)
    assert as_two == pytest.approx(expected, rel=1e-5)
    assert as_one == pytest.approx(expected, rel=1e-5)


@pytest.fixture(scope="module")
def fitted(make_gan, pairs, tmp_path_factory):
    """A model fitted to a dataset of dicts for an epoch, its history, and where callbacks wrote."""
    folder = tmp_path_factory.mktemp("fitted")
    gan = make_gan(LIGHT)
    gan.run_eagerly = True
    fit = gan.fit(
        dataset(pairs),
        validation_data=dataset(pairs),
        callbacks=[
            keras.callbacks.ModelCheckpoint(folder / "gan.weights.h5", save_weights_only=True),
            keras.callbacks.ModelCheckpoint(
                folder / "gan.keras", "val_generator", save_best_only=True, mode="min"
            ),
            keras.callbacks.TensorBoard(folder / "logs", update_freq=1),
        ],
        verbose=0,
        shuffle=False,
    )
    return gan, fit.history, folder


@pytest.fixture(scope="module")
def idle(make_gan):
    """A model that does not learn."""
    gan = make_gan(LIGHT, learning_rate=0.0)
    gan.run_eagerly = True
    return gan


@pytest.mark.parametrize(
    "form",
    ["generator of dicts", pytest.param("PyDataset of tuples", marks=pytest.mark.slow)],
)
def test_every_form_of_data_trains_alike(fitted, make_eager, pairs, form):
    expected, history, _ = fitted
    gan = make_eager()
    made = FORMS[form]
    measured = made(pairs)
    fit = gan.fit(made(pairs), validation_data=measured, verbose=0, shuffle=False)
    assert set(fit.history) == {"colour", "generator", "val_colour", "val_generator"}
    for name, values in fit.history.items():
        assert values == pytest.approx(history[name], rel=1e-4)
    assert_equal_states(gan, expected)


def test_arrays_can_be_split(idle, pairs):
    history = idle.fit(pairs["photo"], pairs["style"], 3, 1, 0, None, 0.4).history
    last = idle.evaluate(pairs["photo"][3:], pairs["style"][3:], return_dict=True, verbose=0)
    assert last["colour"] == pytest.approx(history["val_colour"][0], rel=1e-5)
    assert last["colour"] != pytest.approx(history["colour"][0], rel=1e-2)


def floats(logs):
    return {name: float(value) for name, value in logs.items()}


def test_train_on_batch_takes_the_step_of_fit(make_eager, batch):
    given, stepped = make_eager(), make_eager()
    logs = given.train_on_batch(batch["photo"].numpy(), batch["style"].numpy(), return_dict=True)
    assert floats(logs) == pytest.approx(floats(stepped.train_step(batch)), rel=1e-5)
    assert_equal_states(given, stepped)


def test_test_on_batch_measures_and_changes_nothing(measuring, batch):
    gan, _ = measuring
    before, measured = snapshot(gan), []
    for given in ((batch,), (batch["photo"], batch["style"])):
        gan.reset_metrics()
        measured.append(floats(gan.test_on_batch(*given, return_dict=True)))
    assert set(measured[0]) == {"colour", "generator"}
    assert measured[0] == measured[1]
    assert changed(before, gan) == set()


# What cannot be trained on. No step is traced to its end: these take no time.


def enlarged(pairs, side):
    return {name: np.zeros((5, side, side, 3), "float32") for name in pairs}


def as_bytes(pairs):
    return {name: np.uint8((images + 1) * 127.5) for name, images in pairs.items()}


WRONG = {
    "odd sides": (lambda pairs: enlarged(pairs, 40), ValueError, r"`photo` must have sides.*16"),
    "too small": (lambda pairs: enlarged(pairs, 16), ValueError, "32 pixels or more in training"),
    "bytes": (as_bytes, TypeError, r"scale bytes by x / 127.5 - 1\. Received: photo.dtype=uint8"),
    "no style": (lambda pairs: {"photo": pairs["photo"]}, ValueError, "keys 'photo' and 'style'"),
    "more keys": (lambda pairs: {**pairs, "name": pairs["photo"]}, ValueError, "and no others"),
    "grey": (
        lambda pairs: {**pairs, "style": pairs["style"][..., :1]},
        ValueError,
        "`style` must be RGB pictures",
    ),
}


@pytest.fixture(scope="module")
def traced(make_gan):
    """A model whose steps are traced."""
    return make_gan(LIGHT)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("given", ["dataset", "generator", "arrays", "batch"])
def test_what_cannot_be_trained_on_is_told_by_fit_itself(traced, pairs, wrong, given):
    change, kind, message = WRONG[wrong]
    changed_pairs = change(pairs)
    with pytest.raises(kind, match=message) as caught:
        if given == "batch":
            traced.train_on_batch(changed_pairs)
        elif given == "arrays":
            traced.fit(changed_pairs, batch_size=2, verbose=0)
        else:
            made = dataset if given == "dataset" else slices
            traced.fit(made(changed_pairs), verbose=0, shuffle=False)
    assert "\n" not in str(caught.value)
    assert traced.optimizer.iterations == 0


def test_photos_alone_cannot_be_trained_on(traced, pairs):
    with pytest.raises(ValueError, match="`y` is the style pictures"):
        traced.fit(pairs["photo"], verbose=0)


def test_validation_data_is_checked_too(traced, pairs):
    with pytest.raises(TypeError, match=r"x / 127.5 - 1"):
        traced.evaluate(dataset(as_bytes(pairs)), verbose=0)


def test_what_is_wrong_with_a_later_batch_is_told_as_well(idle, pairs):
    def batches(last):
        yield from list(slices(pairs))[1:]
        yield last

    with pytest.raises(TypeError, match="photo.dtype=uint8"):
        idle.fit(batches(as_bytes(pairs)), verbose=0, shuffle=False)
    with pytest.raises(ValueError, match="5 photos and 2 style pictures"):
        idle.evaluate(Batches(batches({**pairs, "style": pairs["style"][:2]})), verbose=0)
    with pytest.raises(ValueError, match="`style` must be of one height.*48 by 48"):
        idle.evaluate(batches((pairs["photo"], np.zeros((5, 48, 48, 3)))), verbose=0)


# Export


def test_export_writes_the_averaged_generator(fitted, pairs, tmp_path):
    gan, _, _ = fitted
    gan.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "served"))
    for shape in ((1, 32, 32, 3), (3, 48, 80, 3)):
        inputs = {
            "photo": np.resize(pairs["photo"], shape),
            "style_code": np.random.default_rng(1).normal(size=(shape[0], 64)).astype("float32"),
        }
        expected = gan.ema_generator(inputs)
        np.testing.assert_allclose(served.serve(inputs), expected, atol=1e-5)
        signature = served.signatures["serving_default"]
        (drawn,) = signature(**{name: tf.constant(x) for name, x in inputs.items()}).values()
        np.testing.assert_allclose(drawn, expected, atol=1e-5)
        assert np.abs(expected - gan.generator(inputs)).max() > 1e-4


@pytest.mark.slow
def test_export_takes_another_signature(measuring, tmp_path):
    gan, _ = measuring
    signature = {
        "photo": keras.InputSpec(dtype="float32", shape=(1, 32, 32, 3), name="photo"),
        "style_code": keras.InputSpec(dtype="float32", shape=(1, 64), name="style_code"),
    }
    gan.export(str(tmp_path / "fixed"), "tf_saved_model", False, [signature])
    specs = tf.saved_model.load(str(tmp_path / "fixed")).signatures["serving_default"]
    assert specs.structured_input_signature[1]["photo"].shape == (1, 32, 32, 3)


# Callbacks


def test_checkpoint_of_weights_draws_the_same_pictures(fitted, make_eager, pairs):
    gan, _, folder = fitted
    other = make_eager(seed=5)
    drawn = gan(pairs)
    assert np.abs(other(pairs) - drawn).max() > 1e-3
    other.load_weights(folder / "gan.weights.h5")
    np.testing.assert_array_equal(other(pairs), drawn)
    assert_equal_states(other, gan)


def test_checkpoint_of_the_whole_model_draws_the_same_pictures(fitted, pairs):
    gan, _, folder = fitted
    loaded = keras.models.load_model(folder / "gan.keras")
    assert type(loaded) is type(gan)
    np.testing.assert_array_equal(loaded(pairs), gan(pairs))
    assert_equal_states(loaded, gan)


def test_tensorboard_gets_losses_of_training_and_validation(fitted):
    _, _, folder = fitted
    tags = {}
    for part in ("train", "validation"):
        (file,) = (folder / "logs" / part).glob("events*")
        events = tf.compat.v1.train.summary_iterator(str(file))
        tags[part] = {value.tag for event in events for value in event.summary.value}
    assert {"epoch_colour", "epoch_generator", "batch_colour"} <= tags["train"]
    assert {"epoch_colour", "evaluation_colour_vs_iterations"} <= tags["validation"]


@pytest.mark.slow
def test_backup_goes_on_where_training_was_broken_off(make_eager, pairs, tmp_path):
    def interrupt(epoch, logs):
        if epoch == 1:
            raise InterruptedError

    def fit(gan, *callbacks):
        gan.fit(dataset(pairs, 5), epochs=2, callbacks=callbacks, verbose=0, shuffle=False)

    uninterrupted, first, second = (make_eager() for _ in range(3))
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 2e-3 * 0.5**epoch)
    fit(uninterrupted, halve)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(InterruptedError):
        fit(first, halve, backup, keras.callbacks.LambdaCallback(on_epoch_begin=interrupt))
    fit(second, halve, keras.callbacks.BackupAndRestore(tmp_path / "backup"))
    assert first.optimizer.iterations == 1
    assert_equal_states(second, uninterrupted)
    rate = second.discriminator_optimizer.learning_rate
    assert float(np.asarray(rate)) == pytest.approx(1e-3)


def test_early_stopping_watches_a_loss_of_validation(idle, pairs):
    stop = keras.callbacks.EarlyStopping("val_colour", min_delta=1e3, patience=1, mode="min")
    data = dataset(pairs, 5)
    fit = idle.fit(data, validation_data=data, epochs=5, callbacks=[stop], verbose=0)
    assert len(fit.history["val_colour"]) == 2


# Precision, compilation, steps at once


def test_mixed_precision_trains_and_measures(make_eager, pairs):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = make_eager(BOTH)
        for optimizer in (gan.optimizer, gan.discriminator_optimizer):
            optimizer.dynamic_scale.assign(16.0)  # the search from 32768 down takes many steps
        before = snapshot(gan)
        history = gan.fit(dataset(pairs, 5), validation_data=dataset(pairs, 5), verbose=0).history
    finally:
        keras.config.set_dtype_policy("float32")
    assert finite({name: values[0] for name, values in history.items()})
    assert {"discriminator", "val_colour"} <= set(history)
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor", "style_encoder"}
    assert {str(x.dtype) for x in gan.trainable_variables} == {"float32"}


def compiled(gan, **arguments):
    gan.compile(
        keras.optimizers.SGD(1e-2), keras.optimizers.SGD(1e-2), gan.loss_weights, **arguments
    )
    return gan


@pytest.mark.slow
def test_steps_at_once_are_the_same_steps(make_gan, pairs):
    single = compiled(make_gan(BOTH), run_eagerly=True)
    double = compiled(make_gan(BOTH), steps_per_execution=2)
    for gan in (single, double):
        gan.fit(slices(pairs), verbose=0)
    assert single.optimizer.iterations == double.optimizer.iterations == 3
    for a, b in zip(single.weights, double.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-2, atol=1e-4, err_msg=a.path)


@pytest.mark.slow
def test_a_step_compiled_by_xla_is_the_same_step(make_gan, batch):
    plain = compiled(make_gan(BOTH), run_eagerly=True)
    fused = compiled(make_gan(BOTH), jit_compile=True)
    logs = [floats(gan.train_on_batch(batch, return_dict=True)) for gan in (plain, fused)]
    assert logs[0] == pytest.approx(logs[1], rel=1e-3)
    for a, b in zip(plain.weights, fused.weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-2, atol=1e-4, err_msg=a.path)


@pytest.mark.slow
def test_training_goes_on_at_another_size(make_gan, pairs):
    gan = make_gan(LIGHT)
    gan.fit(slices(pairs), steps_per_epoch=3, verbose=0)
    larger = {name: np.tile(images, (1, 2, 2, 1)) for name, images in pairs.items()}
    history = gan.fit(slices(larger), steps_per_epoch=3, verbose=0).history
    assert gan.optimizer.iterations == 6
    assert finite({name: values[0] for name, values in history.items()})


@pytest.mark.slow
def test_two_replicas_take_the_step_of_one():
    script = Path(__file__).with_name("mirrored_step.py")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, script]
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    moved, *differences = map(float, result.stdout.split())
    assert moved > 1e-3
    assert max(differences) < 1e-5


# Beside training


def test_a_clone_of_the_generator_draws_the_same_after_its_weights_are_set(fitted, pairs):
    gan, _, _ = fitted
    inputs = {"photo": pairs["photo"], "style_code": gan.style_encoder(pairs["style"])}
    clone = keras.models.clone_model(gan.generator)
    assert type(clone) is type(gan.generator)
    clone.set_weights(gan.generator.get_weights())
    np.testing.assert_array_equal(clone(inputs), gan.generator(inputs))
    assert not {id(x) for x in clone.variables} & {id(x) for x in gan.generator.variables}


def test_threads_may_share_a_stylizer(networks, photo):
    stylizer = PortraitStylizer(*networks)
    jobs = [(np.roll(photo, i, axis=1), ("oil", "ink")[i % 2]) for i in range(6)]
    one_by_one = [stylizer.stylize(*job) for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda job: stylizer.stylize(*job), jobs))
    for expected, drawn in zip(one_by_one, at_once, strict=True):
        np.testing.assert_array_equal(drawn, expected)
    assert len({picture.tobytes() for picture in at_once}) == len(jobs)
