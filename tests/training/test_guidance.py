import types

import numpy as np
import pytest
import tensorflow as tf
from gan_state import only

from portrait_style.errors import DatasetError
from portrait_style.evaluation.comparison import Comparison
from portrait_style.image import to_model_range, to_uint8
from portrait_style.losses.weights import LossWeights
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.style_set import SIDE, StyleSet
from portrait_style.training.callbacks.controller import Controller, Progress
from portrait_style.training.callbacks.guidance import (
    Guidance,
    guidance_controller,
    guidance_for,
    perceptual_measures,
)
from portrait_style.training.config import TrainingConfig
from portrait_style.training.networks import PERCEPTUAL_BLOCKS
from portrait_style.training.step.guidance_state import GuidanceState

pytestmark = pytest.mark.slow


class Folder:
    """Stands in for a run folder: counts the best checkpoints."""

    def __init__(self):
        self.saved = 0

    def save_best(self, model):
        self.saved += 1


class Model:
    """Stands in for a model: draws every photo as it is."""

    loss_weights = LossWeights(content=2.0, style=10.0)
    stop_training = False

    def __call__(self, batch):
        return batch["photo"]


def batches(*values):
    return [{"photo": value, "style": 10 * value} for value in values]


def make(content, style, target=0.5, patience=None, validation=None):
    """Guidance whose measures give these values, one a call."""
    content, style = iter(content), iter(style)
    measures = {"content": lambda *x: next(content), "style": lambda *x: next(style)}
    folder, progress = Folder(), Progress(patience)
    controller = guidance_controller(target, measures)
    validation = validation or batches(0)
    guidance = Guidance(folder, validation, measures, GuidanceState(), controller, progress)
    guidance.set_model(Model())
    return guidance


def epoch_end(guidance):
    logs = {"val_style": 1.0}
    guidance.on_epoch_end(0, logs)
    return logs


def test_measures_are_means_over_the_batches_and_their_harmonic_mean():
    guidance = make([], [], validation=batches(0.1, 0.3))
    guidance.measures = {
        "content": lambda fake, photo, reference: fake + 0.1,
        "style": lambda fake, photo, reference: tf.constant(reference / 10 + photo),
    }
    measured = guidance.measure()
    assert measured["content"] == pytest.approx(0.3)
    assert measured["style"] == pytest.approx(0.4)
    assert measured["total"] == pytest.approx(2 / (1 / 0.3 + 1 / 0.4))


def test_total_cannot_be_bought():
    fair, bought = make([0.5], [0.5]), make([0.99], [0.01])
    assert fair.measure()["total"] > 10 * bought.measure()["total"]


def test_weight_of_what_is_too_low_rises_and_is_logged_as_it_counts():
    logs = epoch_end(make([0.4], [0.55]))
    assert logs == {
        "val_style": 1.0,
        "quality_content": 0.4,
        "quality_style": 0.55,
        "quality_total": pytest.approx(2 / (1 / 0.4 + 1 / 0.55)),
        "weight_content": 2.5,
        "weight_style": 10.0,
    }


def test_without_target_no_weight_moves():
    guidance = make([0.1], [0.1], target=None)
    assert not any(name.startswith("weight_") for name in epoch_end(guidance))
    assert [float(x) for x in guidance.state.factors.values()] == [1.0, 1.0]


def test_best_is_kept_and_patience_ends():
    guidance = make([0.5, 0.6, 0.6, 0.5], [0.5, 0.6, 0.6, 0.5], patience=2)
    saved = []
    for _ in range(4):
        epoch_end(guidance)
        saved.append((guidance.run_folder.saved, guidance.model.stop_training))
    assert saved == [(1, False), (2, False), (2, False), (2, True)]


def test_state_is_what_a_resumed_run_goes_on_from():
    content, style = [0.1, 0.2, 0.9, 0.1], [0.5, 0.9, 0.1, 0.1]
    whole = make(content, style)
    expected = [epoch_end(whole) for _ in content]
    first, second = make(content[:2], style[:2]), make(content[2:], style[2:])
    for _ in range(2):
        epoch_end(first)
    for old, new in zip(first.state.weights, second.state.weights, strict=True):
        new.assign(np.array(old))
    second.state.restore(second.controller, second.progress)
    assert second.progress.best == first.progress.best
    assert [epoch_end(second) for _ in range(2)] == expected[2:]


def test_photo_itself_has_no_style_and_style_itself_no_content(make_gan, batch):
    measures = perceptual_measures(make_gan(only(content=1.0)).feature_extractor)
    photo, style = batch["photo"], batch["style"]
    ends = {"content": (photo, style), "style": (style, photo)}
    for name, (best, worst) in ends.items():
        assert measures[name](best, photo, style) == 1.0
        assert measures[name](worst, photo, style) == 0.0
        between = measures[name](0.5 * (photo + style), photo, style)
        assert 0.0 < between < 1.0
    # There is no style to be reached.
    assert measures["style"](photo, photo, photo) == 1.0


def test_what_guides_is_what_is_evaluated(batch):
    extractor = FeatureExtractor()
    of_runs = FeatureExtractor("compact", "pretrained", PERCEPTUAL_BLOCKS)
    large = [tf.image.resize(batch[name], (SIDE, SIDE)) for name in ("photo", "style")]
    pictures = [to_uint8(images) for images in (*large, 0.7 * large[0] + 0.3 * large[1])]
    measures = perceptual_measures(of_runs)
    for photo, style, fake in zip(*pictures, strict=True):
        # A style of one picture is that picture.
        comparison = Comparison(StyleSet([style], extractor), extractor)
        comparison.update(photo, fake, style)
        estimates = comparison.estimates()
        images = [to_model_range(image)[None] for image in (fake, photo, style)]
        for name, measure in measures.items():
            expected = estimates[f"{name}_score"].value
            assert measure(*images) == pytest.approx(expected, abs=1e-3)


def test_moved_weights_count_in_a_step_that_is_compiled_already(make_gan, batch):
    gan = make_gan(only(content=2.0, total_variation=1.0), guided=True)

    @tf.function
    def losses():
        logs = gan.test_step(batch)
        total = 2.0 * gan.guidance.factors["content"] * logs["content"]
        return logs["generator"], total + logs["total_variation"]

    for factor in (1.0, 4.0):
        gan.reset_metrics()
        controller = Controller([])
        controller.factors = {"content": factor}
        gan.guidance.store(controller, Progress())
        total, expected = losses()
        assert float(total) == pytest.approx(float(expected), rel=1e-5)
    assert losses.experimental_get_tracing_count() == 1


def test_few_pictures_cannot_be_guided():
    config = TrainingConfig(photos="p", styles="s", output="o", patience=3)
    with pytest.raises(DatasetError, match="too few pictures to hold some out"):
        guidance_for(config, types.SimpleNamespace(), None, None)


def test_runs_that_ask_for_nothing_are_not_guided():
    config = TrainingConfig(photos="p", styles="s", output="o")
    assert guidance_for(config, None, None, None) is None
