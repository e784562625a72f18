import dataclasses
import math

import pytest

from portrait_style.losses.composition import weighted_sum
from portrait_style.losses.weights import LossWeights


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf])
@pytest.mark.parametrize("name", [entry.name for entry in dataclasses.fields(LossWeights)])
def test_weights_out_of_range_are_refused(name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be a finite number, 0 or more"):
        LossWeights(**{name: value})


def test_weights_may_be_zero_and_cannot_be_changed():
    weights = LossWeights(style=0.0)
    assert weights.style == 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        weights.style = 1.0


def test_weighted_sum_by_hand():
    losses = {"style": lambda: 2.0, "content": lambda: 3.0, "tone": lambda: 1 / 0}
    weights = LossWeights(style=0.5, content=4.0, tone=0.0)
    total, computed = weighted_sum(losses, weights)
    assert float(total) == pytest.approx(13.0)
    assert {name: float(value) for name, value in computed.items()} == {
        "style": 2.0,
        "content": 3.0,
    }


def test_weighted_sum_of_nothing():
    total, computed = weighted_sum({"style": lambda: 1 / 0}, LossWeights(style=0.0))
    assert float(total) == 0.0
    assert computed == {}
