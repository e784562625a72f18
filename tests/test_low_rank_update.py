"""What a style adds to a generator, computed by hand."""

import json

import numpy as np
import pytest

from portrait_style.styles.low_rank_update import (
    LowRankUpdate,
    exact_numbers,
    finite_numbers,
    kernel_changes,
    kernel_fingerprint,
    shifts_under,
)

SHIFT = np.float32([3.0, -1.0])


def test_an_update_puts_out_its_shifts_under_its_code_and_nothing_under_known_ones():
    update = LowRankUpdate(np.float32([0.0, 0.0, 4.0]), 0.5, {"k": SHIFT})
    # A quarter of each shift, for the code's own part is 4.
    assert kernel_changes([update])["k"].tolist() == [[0.0, 0.0], [0.0, 0.0], [0.75, -0.25]]
    for inside in ([0.0, 0.0], [2.0, -7.0]):
        np.testing.assert_allclose(shifts_under([*inside, 4.0], [update])["k"], SHIFT)
        assert not shifts_under([*inside, 0.0], [update])["k"].any()


def test_two_updates_do_not_see_each_other():
    first = LowRankUpdate(np.float32([0.0, 3.0, 0.0]), 1.0, {"k": SHIFT, "only": SHIFT})
    second = LowRankUpdate(np.float32([0.0, 3.0, 3.0]), 1.0, {"k": np.float32([10.0, 20.0])})
    together = [first, second]
    np.testing.assert_allclose(shifts_under([5.0, 3.0, 0.0], together)["k"], SHIFT, atol=1e-6)
    np.testing.assert_allclose(shifts_under([9.0, 3.0, 3.0], together)["k"], [10, 20], rtol=1e-6)
    # Half of each, as what is linear in the code has it.
    half = shifts_under([0.0, 3.0, 1.5], together)
    np.testing.assert_allclose(half["k"], [6.5, 9.5], rtol=1e-6)
    np.testing.assert_allclose(half["only"], SHIFT / 2, rtol=1e-6)


def test_one_update_twice_counts_once():
    update = LowRankUpdate(np.float32([0.0, 3.0, 0.0]), 1.0, {"k": SHIFT})
    np.testing.assert_allclose(shifts_under([0.0, 3.0, 0.0], [update, update])["k"], SHIFT)


def test_a_kernel_is_known_by_its_halves():
    kernel = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    halves = kernel.astype(np.float16)
    assert kernel_fingerprint(kernel) == kernel_fingerprint(halves) != kernel_fingerprint(-kernel)
    halves[0, 0] += np.float16(0.01)
    assert kernel_fingerprint(halves) != kernel_fingerprint(kernel)


def test_numbers_come_back_to_the_last_bit():
    numbers = np.random.default_rng(1).normal(scale=10.0, size=1000).astype(np.float32)
    told = json.loads(json.dumps(exact_numbers(numbers)))
    np.testing.assert_array_equal(finite_numbers(told), numbers)
    update = LowRankUpdate(numbers[:8], 0.125, {"k": numbers[8:]})
    again = LowRankUpdate.from_config(json.loads(json.dumps(update.to_config())), "x.style")
    assert again.key == update.key and again.code_scale == 0.125 and again.source == "x.style"
    np.testing.assert_array_equal(again.shifts["k"], update.shifts["k"])


@pytest.mark.parametrize(
    "values",
    [
        [],
        [[1.0]],
        [1.0, float("nan")],
        [float("inf")],
        [1e39],
        ["red"],
        3,
        None,
        {"a": 1},
        [10**400],
    ],
)
def test_what_is_no_list_of_finite_numbers_is_refused(values):
    with pytest.raises((TypeError, ValueError, OverflowError)):
        finite_numbers(values)
