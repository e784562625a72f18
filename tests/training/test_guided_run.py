import keras
import numpy as np
import pytest
from run_state import records

from portrait_style.losses.weights import LossWeights
from portrait_style.training import run as run_module
from portrait_style.training.run import train


@pytest.mark.slow
def test_guided_run_ends_with_its_best_networks(untraced, make_config):
    calls = []

    def falling(fake_image, photo, reference_image):
        # Two measures, two batches: 0.6 after the first epoch, then 0.3, ...
        calls.append(fake_image)
        return 0.6 / (1 + (len(calls) - 1) // 4)

    measures = {"content": falling, "style": falling}
    weights = LossWeights(adversarial=0.0, style_code=0.0, content=2.0)
    config = make_config(steps=8, quality_target=0.5, patience=1, loss_weights=weights)
    folder = train(config, measures=measures)
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
