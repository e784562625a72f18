import dataclasses
import json

import pytest

from portrait_style.errors import ArgumentError
from portrait_style.losses.weights import LossWeights
from portrait_style.models.generator_size import GeneratorSize, register_generator_size
from portrait_style.training.config import TrainingConfig


def make(**changes):
    return TrainingConfig(**{"photos": "p", "styles": "s", "output": "o", **changes})


def test_json_round_trip():
    config = make(
        generator_size="large",
        steps=7,
        perceptual_weights="vgg.npz",
        initial="mobile",
        generator_learning_rate=2e-4,
        loss_weights=LossWeights(style=9.0, r1=0.5),
        deterministic=True,
        adaptive=True,
        adversarial_robustness=4.0,
        quality_target=0.6,
        patience=5,
    )
    assert TrainingConfig.from_json(config.to_json()) == config
    stored = json.loads(config.to_json())
    assert set(stored) == {entry.name for entry in dataclasses.fields(TrainingConfig)}
    assert stored["loss_weights"]["style"] == 9.0


def test_configuration_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        make().steps = 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 0),
        ("batch", 0),
        ("sample_every", -1),
        ("size", 16),
        ("size", 100),
        ("seed", -1),
        ("generator_size", "huge"),
        ("perceptual", "resnet"),
        ("validation_fraction", 1.0),
        ("validation_fraction", -0.1),
        ("validation_fraction", float("nan")),
        ("generator_learning_rate", 0.0),
        ("discriminator_learning_rate", 1.0),
        ("discriminator_learning_rate", float("nan")),
        ("adversarial_robustness", -1.0),
        ("adversarial_robustness", 33.0),
        ("adversarial_robustness", float("nan")),
        ("quality_target", 0.0),
        ("quality_target", 1.0),
        ("patience", 0),
        ("mapping_steps", 0),
    ],
)
def test_values_out_of_range_are_refused(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be .*Received: {name}="):
        make(**{name: value})


def test_a_registered_generator_size_may_be_asked_for():
    with pytest.raises(ValueError, match="`generator_size` must be one of"):
        make(generator_size="narrow")
    size = GeneratorSize(4, 8, 16, half_blocks=0, quarter_blocks=0, eighth_blocks=1)
    register_generator_size("narrow", size)
    assert make(generator_size="narrow").generator_size == "narrow"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 1.5),
        ("steps", "10"),
        ("steps", True),
        ("photos", 3),
        ("perceptual_weights", 3),
        ("generator_learning_rate", "fast"),
        ("loss_weights", {"style": 1.0}),
        ("deterministic", 1),
        ("adaptive", None),
        ("quality_target", "high"),
        ("patience", 1.5),
    ],
)
def test_values_of_another_type_are_refused(name, value):
    with pytest.raises(TypeError, match=f"`{name}` must be .*Received: {name}="):
        make(**{name: value})


def test_an_integer_is_a_number():
    assert make(validation_fraction=0).validation_fraction == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, r"known keys only. Received: \['colour'\]"),
        ({"loss_weights": {"beauty": 1.0}}, "beauty"),
        ({"loss_weights": {"style": -1.0}}, "`style` must be"),
        ({"steps": 0}, "`steps` must be 1 or more"),
        ({"steps": "10"}, "`steps` must be"),
    ],
)
def test_foreign_json_is_refused(change, message):
    values = {**json.loads(make().to_json()), **change}
    with pytest.raises(ValueError, match=message):
        TrainingConfig.from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "not json", "[1, 2]", '{"photos": "p"}'])
def test_text_that_is_no_configuration_is_refused(text):
    with pytest.raises(ValueError):
        TrainingConfig.from_json(text)


def test_a_weight_that_is_to_be_guided_must_count():
    with pytest.raises(ValueError, match="`loss_weights.style` must be positive to be guided"):
        make(quality_target=0.5, loss_weights=LossWeights(style=0.0))


def test_quality_is_measured_where_it_is_asked_for():
    assert not make().measured
    assert make(quality_target=0.5).measured and make(patience=2).measured


def test_configuration_of_an_earlier_version_is_that_of_today():
    values = json.loads(make().to_json())
    added = ("deterministic", "adaptive", "adversarial_robustness", "quality_target", "patience")
    for name in added:
        del values[name]
    del values["loss_weights"]["consistency"]
    assert TrainingConfig.from_json(json.dumps(values)) == make()


def test_a_loss_that_is_no_longer_there_may_have_counted_for_nothing():
    values = json.loads(make().to_json())
    values["loss_weights"] |= {"gram": 0.0, "feature_mean": 0.0}
    assert TrainingConfig.from_json(json.dumps(values)) == make()
    values["loss_weights"]["feature_mean"] = 10.0
    with pytest.raises(ValueError, match=r"feature_mean is no longer there.*feature_mean=10.0"):
        TrainingConfig.from_json(json.dumps(values))


def test_before_there_was_a_choice_adam_changed_the_generator():
    values = json.loads(make().to_json())
    assert values.pop("optimizer") == "muon"
    assert TrainingConfig.from_json(json.dumps(values)) == make(optimizer="adam")


def test_configuration_that_calls_the_generator_size_a_preset_is_read():
    values = json.loads(make(generator_size="large").to_json())
    values["preset"] = values.pop("generator_size")
    assert TrainingConfig.from_json(json.dumps(values)) == make(generator_size="large")


def test_differences_do_not_count_the_output():
    assert make().differences(make(output="elsewhere")) == []
    other = make(steps=5, loss_weights=LossWeights(style=1.0))
    assert make().differences(other) == ["steps", "loss_weights"]


@pytest.mark.parametrize(
    "changes", [{"adaptive": True}, {"adversarial_robustness": 4.0}, {"quality_target": 0.6}]
)
def test_what_pairs_alone_would_ignore_is_refused(changes):
    with pytest.raises(ArgumentError, match=f"`{next(iter(changes))}` needs `styles`"):
        make(styles=None, render=("comic",), **changes)
    make(render=("comic",), **changes)
