"""Precision, compiled steps, several steps at once, other sizes, several devices."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from gan_state import NETWORKS, changed, finite, snapshot
from pair_data import BOTH, LIGHT, dataset, floats, slices


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
