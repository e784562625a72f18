import numpy as np
import pytest
from simulated_people import angle, simulate

from portrait_style.model_files.trained_model import open_model

pytestmark = pytest.mark.slow


def test_angle_by_hand():
    assert angle([1.0, 0.0], [3.0, 3.0]) == pytest.approx(45.0)
    assert angle([1.0, 2.0], [-2.0, -4.0]) == pytest.approx(180.0)


def test_profiles_find_what_simulated_people_like():
    bank = open_model("mobile").bank
    outcomes = [simulate(bank, seed) for seed in range(100)]
    assert np.mean([outcome.won for outcome in outcomes]) >= 0.9
    by_round = np.median([outcome.by_round for outcome in outcomes], axis=0)
    assert by_round[-1] < 0.7 * by_round[0]
