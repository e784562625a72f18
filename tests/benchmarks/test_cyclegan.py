import numpy as np
import pytest
from baselines.cyclegan import CycleGAN, least_squares
from baselines.training import adam


@pytest.fixture
def model():
    model = CycleGAN(width=4, num_blocks=1, discriminator_width=4)
    model.compile(adam(4e-4, 0.5), adam(4e-4, 0.5))
    return model


def snapshot(model):
    networks = {
        "network": model.network,
        "photo_generator": model.photo_generator,
        "style_discriminator": model.style_discriminator,
        "photo_discriminator": model.photo_discriminator,
    }
    return {name: [np.array(w) for w in network.weights] for name, network in networks.items()}


def changed(before, after):
    return {
        name
        for name in before
        if any((a != b).any() for a, b in zip(before[name], after[name], strict=True))
    }


def test_each_network_is_changed_by_its_own_step_only(model, batch):
    start = snapshot(model)
    fakes, logs = model.generator_step(batch["photo"], batch["style"])
    middle = snapshot(model)
    assert changed(start, middle) == {"network", "photo_generator"}
    model.discriminator_step(batch["photo"], batch["style"], *fakes)
    assert changed(middle, snapshot(model)) == {"style_discriminator", "photo_discriminator"}
    assert all(np.isfinite(float(value)) for value in logs.values())


def test_least_squares_by_hand():
    logits = np.array([[0.0, 1.0], [2.0, 3.0]], "float32")
    assert float(least_squares(logits, 1.0)) == pytest.approx((1 + 0 + 1 + 4) / 4)


@pytest.mark.slow
def test_fit_logs_every_loss(model, fit):
    seen = fit(model, 3, adam(4e-4, 0.5), adam(4e-4, 0.5))
    assert set(seen[0]) == {"adversarial", "cycle", "identity", "discriminator"}
    assert seen[-1]["cycle"] < seen[0]["cycle"]
