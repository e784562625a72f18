import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.training.keras_model.two_optimizers import TwoOptimizers


class TwoLayers(TwoOptimizers):
    """Takes steps that change nothing, and logs a loss that stays where it is."""

    logged = ("loss",)

    def __init__(self):
        super().__init__()
        self.layers_of_two = [keras.layers.Dense(1) for _ in "ab"]
        for layer in self.layers_of_two:
            layer.build((None, 1))
        self.built = True

    @property
    def generator_variables(self):
        return self.layers_of_two[0].trainable_variables

    @property
    def discriminator_variables(self):
        return self.layers_of_two[1].trainable_variables

    def train_step(self, data):
        return self.log({"loss": tf.reduce_mean(data)})


class Seen(keras.callbacks.Callback):
    """Both rates as a step finds them."""

    def __init__(self):
        super().__init__()
        self.steps, self.ends = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(rates(self.model))

    def on_epoch_end(self, epoch, logs=None):
        self.ends.append(rates(self.model))


def rates(model):
    optimizers = (model.optimizer, model.discriminator_optimizer)
    return tuple(float(np.asarray(optimizer.learning_rate)) for optimizer in optimizers)


def compiled(first=1e-3, second=4e-4):
    model = TwoLayers()
    model.compile(keras.optimizers.SGD(first), keras.optimizers.SGD(second), run_eagerly=True)
    return model


def fit(model, callbacks, epochs=3):
    """Two steps an epoch; return the rates of each step, and those after each epoch."""
    seen = Seen()
    if not isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = [*callbacks, seen]
    else:
        callbacks.callbacks.append(seen)
    model.fit(np.ones((2, 1), "float32"), None, 1, epochs, 0, callbacks)
    return seen.steps, seen.ends


def expected(generator_rates, ratio=0.4):
    return [pytest.approx((rate, ratio * rate), rel=1e-5) for rate in generator_rates]


def scheduler(*values):
    return keras.callbacks.LearningRateScheduler(lambda epoch, rate: values[epoch])


def test_a_scheduler_moves_both():
    steps, _ = fit(compiled(), [scheduler(1e-3, 5e-4, 2e-3)])
    assert steps == expected([1e-3, 1e-3, 5e-4, 5e-4, 2e-3, 2e-3])


def test_a_plateau_lowers_both_before_the_next_callback_looks():
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1)
    _, ends = fit(compiled(), [plateau])
    assert ends == expected([1e-3, 5e-4, 2.5e-4])


def test_a_rate_set_within_an_epoch_moves_both():
    def halve(step, logs):
        model.optimizer.learning_rate = float(np.asarray(model.optimizer.learning_rate)) / 2

    model = compiled()
    steps, _ = fit(model, [keras.callbacks.LambdaCallback(on_train_batch_begin=halve)], 2)
    assert steps == expected([5e-4, 2.5e-4, 1.25e-4, 6.25e-5])


def test_the_ratio_survives_a_rate_of_zero():
    steps, _ = fit(compiled(), [scheduler(0.0, 1e-3, 0.0)])
    assert steps == expected([0.0, 0.0, 1e-3, 1e-3, 0.0, 0.0])


def test_a_callback_that_moves_both_itself_is_let_alone():
    def move(epoch, logs):
        model.optimizer.learning_rate = 1e-3 / (epoch + 1)
        model.discriminator_optimizer.learning_rate = 1e-4 / (epoch + 1)

    model = compiled()
    steps, _ = fit(model, [keras.callbacks.LambdaCallback(on_epoch_begin=move)])
    assert steps[::2] == expected([1e-3, 5e-4, 1e-3 / 3], ratio=0.1)


def test_another_ratio_set_between_two_fits_is_the_one_that_stays():
    model = compiled()
    fit(model, [scheduler(5e-4)], epochs=1)
    model.discriminator_optimizer.learning_rate = 1e-3
    steps, _ = fit(model, [scheduler(1e-3)], epochs=1)
    assert steps == expected([1e-3, 1e-3], ratio=2.0)


def test_without_callbacks_nothing_moves():
    model = compiled()
    model.fit(np.ones((2, 1), "float32"), verbose=0)
    assert rates(model) == pytest.approx((1e-3, 4e-4))


@pytest.mark.parametrize("wrapped", [0, 1])
def test_a_schedule_is_not_moved_and_not_followed(wrapped):
    given = [1e-3, 4e-4]
    given[wrapped] = keras.optimizers.schedules.PolynomialDecay(given[wrapped], 4, 1e-5)
    model = compiled(*given)
    other = 1 - wrapped
    before = rates(model)[other]
    steps, _ = fit(model, [scheduler(5e-4, 5e-4)] if wrapped else [], epochs=2)
    moved = 5e-4 if wrapped else before
    assert [step[other] for step in steps] == pytest.approx([moved] * 4)
    schedule = model.optimizer if not wrapped else model.discriminator_optimizer
    assert isinstance(schedule.get_config()["learning_rate"], dict)


def test_a_list_of_callbacks_made_by_hand_is_taken():
    model = compiled()
    callbacks = keras.callbacks.CallbackList([scheduler(1e-3, 5e-4)], add_history=True, model=model)
    steps, _ = fit(model, callbacks, epochs=2)
    # What stands in that list sees the discriminator's rate a callback late, its step does not.
    assert steps == expected([1e-3, 1e-3, 5e-4, 5e-4])
    assert len(model.history.history["loss"]) == 2


def test_a_single_callback_is_taken():
    model = compiled()
    model.fit(np.ones((2, 1), "float32"), callbacks=scheduler(5e-4), verbose=0)
    assert rates(model) == pytest.approx((5e-4, 2e-4))


def test_loss_scaling_optimizers_are_seen_through():
    model = compiled()
    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1e-3))
    model.compile(scaled, keras.optimizers.SGD(4e-4), run_eagerly=True)
    assert isinstance(model.discriminator_optimizer, keras.optimizers.LossScaleOptimizer)
    steps, _ = fit(model, [scheduler(1e-3, 5e-4)], epochs=2)
    assert steps[::2] == expected([1e-3, 5e-4])
