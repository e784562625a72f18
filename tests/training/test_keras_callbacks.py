"""The callbacks of Keras, beside the fitting of both networks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from gan_state import assert_equal_states
from pair_data import dataset


@pytest.fixture(scope="module")
def fitted(make_eager, pairs, tmp_path_factory):
    """A model fitted to a dataset of dicts for an epoch, and where callbacks wrote."""
    folder = tmp_path_factory.mktemp("fitted")
    gan = make_eager()
    gan.fit(
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
    return gan, folder


@pytest.fixture(scope="module")
def idle(make_eager):
    """A model that does not learn."""
    return make_eager(learning_rate=0.0)


def test_checkpoint_of_weights_draws_the_same_pictures(fitted, make_eager, pairs):
    gan, folder = fitted
    other = make_eager(seed=5)
    drawn = gan(pairs)
    assert np.abs(other(pairs) - drawn).max() > 1e-3
    other.load_weights(folder / "gan.weights.h5")
    np.testing.assert_array_equal(other(pairs), drawn)
    assert_equal_states(other, gan)


def test_checkpoint_of_the_whole_model_draws_the_same_pictures(fitted, pairs):
    gan, folder = fitted
    loaded = keras.models.load_model(folder / "gan.keras")
    assert type(loaded) is type(gan)
    np.testing.assert_array_equal(loaded(pairs), gan(pairs))
    assert_equal_states(loaded, gan)


def test_tensorboard_gets_losses_of_training_and_validation(fitted):
    _, folder = fitted
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
