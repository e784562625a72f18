import math
import subprocess
import sys

import pytest

from portrait_style.training.callbacks.controller import Band, Controller, Progress

BANDS = [Band("content", "content", 0.5, 0.6), Band("style", "style", 0.4, 0.9)]


def test_worked_by_hand():
    controller = Controller(BANDS, ratio=2.0, limits=(0.25, 4.0))
    assert controller.factors == {"content": 1.0, "style": 1.0}
    # Content too low, style in its band: content counts double.
    assert controller.update({"content": 0.4, "style": 0.5}) == {"content": 2.0, "style": 1.0}
    # The ends of a band belong to it.
    assert controller.update({"content": 0.5, "style": 0.9}) == {"content": 2.0, "style": 1.0}
    # Content above its band comes back, style now is too low.
    assert controller.update({"content": 0.7, "style": 0.1}) == {"content": 1.0, "style": 2.0}
    assert controller.update({"content": 0.7, "style": 0.1}) == {"content": 0.5, "style": 4.0}
    # Limits: a quarter and four.
    for _ in range(3):
        factors = controller.update({"content": 0.7, "style": 0.1})
    assert factors == {"content": 0.25, "style": 4.0}


def test_target_out_of_reach_is_approached_by_all_alike():
    bands = [Band("content", "content", 0.6, 0.7), Band("style", "style", 0.6, 0.7)]
    controller = Controller(bands, ratio=2.0)
    # Both too low, by 0.3 and 0.1: the style is 0.1 better off than usual, more than half a band.
    assert controller.update({"content": 0.3, "style": 0.5}) == {"content": 2.0, "style": 0.5}
    # Nearly alike: only the lower one grows.
    assert controller.update({"content": 0.43, "style": 0.45}) == {"content": 4.0, "style": 0.5}
    # As low as each other: both count more beside the other losses, up to the limit.
    assert controller.update({"content": 0.4, "style": 0.4}) == {"content": 4.0, "style": 1.0}
    # In reach again: the bands themselves.
    assert controller.update({"content": 0.59, "style": 0.71}) == {"content": 4.0, "style": 0.5}


def test_equal_measures_give_equal_factors():
    values = [0.45, 0.55, 0.65, 0.2, 0.99, 0.5]
    runs = [Controller(BANDS) for _ in range(2)]
    moved = [[run.update({"content": v, "style": 1.0 - v}) for v in values] for run in runs]
    assert moved[0] == moved[1]


def test_state_is_its_factors():
    whole, first, second = (Controller(BANDS) for _ in range(3))
    measured = [{"content": v, "style": v} for v in (0.1, 0.2, 0.95, 0.3, 0.3)]
    expected = [whole.update(x) for x in measured]
    for x in measured[:2]:
        first.update(x)
    second.factors = dict(first.factors)
    assert [second.update(x) for x in measured[2:]] == expected[2:]


def test_measure_that_is_not_a_number_moves_nothing():
    assert Controller(BANDS).update({"content": math.nan, "style": math.nan}) == {
        "content": 1.0,
        "style": 1.0,
    }


def test_empty_band_is_refused():
    with pytest.raises(ValueError, match="`low` must not be above `high`. Received: low=0.7"):
        Band("content", "content", 0.7, 0.6)


def test_progress_by_hand():
    progress = Progress(patience=2)
    found = [(progress.update(v), progress.exhausted) for v in (0.3, 0.2, 0.4, 0.4, 0.1)]
    # An equal value is no better one.
    assert found == [(True, False), (False, False), (True, False), (False, False), (False, True)]
    assert progress.best == 0.4


def test_without_patience_it_is_never_time_to_stop():
    progress = Progress()
    for _ in range(100):
        progress.update(0.0)
    assert not progress.exhausted


def test_a_value_that_is_not_a_number_is_not_the_best():
    assert not Progress().update(math.nan)


def test_needs_no_tensorflow():
    source = sys.modules[Controller.__module__].__file__
    check = (
        "import runpy, sys; "
        f"runpy.run_path({source!r}, run_name='controller'); "
        "assert not {'tensorflow', 'keras', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True, capture_output=True)
