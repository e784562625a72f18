import keras
import numpy as np
import pytest
from gan_state import EVERYTHING, NETWORKS, assert_equal_states, changed, finite, snapshot

from portrait_style.losses.weights import LossWeights
from portrait_style.training.config import TrainingConfig
from portrait_style.training.gan import PortraitStyleGAN
from portrait_style.training.keras_model.muon import Muon

# Saving


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_default_optimizers_and_adapted_codes(photos, styles):
    config = TrainingConfig(photos=str(photos), styles=str(styles), output="o", size=32)
    gan = PortraitStyleGAN.from_config(config)
    assert np.ptp(gan.style_encoder.typical_mean) > 0.0
    gan.compile()
    assert isinstance(gan.optimizer, Muon)
    assert float(gan.discriminator_optimizer.learning_rate) == pytest.approx(4e-4)
    assert gan.loss_weights == LossWeights()
    assert gan.generator.size == "mobile"


# Mixed precision


def test_mixed_precision_step(make_gan, batch):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        gan = make_gan(LossWeights(r1=1.0))
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
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor", "style_encoder"}
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
