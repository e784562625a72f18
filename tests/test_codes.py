import numpy as np
import pytest

from portrait_style.styles.codes import (
    code_apart,
    code_of_length,
    code_spread,
    interpolate_codes,
    mix_codes,
    widen_codes,
)

EAST, NORTH = np.float32([2.0, 0.0]), np.float32([0.0, 2.0])


def test_a_mix_points_to_the_weighted_mean_and_keeps_the_length():
    np.testing.assert_allclose(mix_codes([EAST, NORTH]), [2**0.5, 2**0.5], rtol=1e-6)
    # 3 : 1 is the direction (3, 1), of length 2.
    np.testing.assert_allclose(
        mix_codes([EAST, NORTH], [0.75, 0.25]), np.float64([3, 1]) * 2 / 10**0.5, rtol=1e-6
    )


def test_weights_count_by_their_ratio():
    np.testing.assert_allclose(
        mix_codes([EAST, NORTH], [3, 9]), mix_codes([EAST, NORTH], [0.1, 0.3]), rtol=1e-6
    )
    np.testing.assert_array_equal(mix_codes([EAST, NORTH], [0, 5]), NORTH)


@pytest.mark.parametrize("weights", [[-0.1, 1.0], [0.0, 0.0], [np.nan, 1.0], [np.inf, 1.0]])
def test_unfit_weights_are_refused(weights):
    with pytest.raises(ValueError, match="`weights` must be finite, 0 or more"):
        mix_codes([EAST, NORTH], weights)
    with pytest.raises(ValueError, match="`weights`"):
        mix_codes(np.empty((0, 2)))


def test_the_way_between_two_codes_has_equal_angles():
    for amount in (0.0, 1 / 3, 0.5, 1.0):
        angle = amount * np.pi / 2
        expected = 2.0 * np.array([np.cos(angle), np.sin(angle)])
        np.testing.assert_allclose(interpolate_codes(EAST, NORTH, amount), expected, atol=1e-6)


def test_lengths_between_two_codes_change_evenly():
    code = interpolate_codes(EAST, 3.0 * NORTH, 0.25)
    assert np.linalg.norm(code) == pytest.approx(3.0, rel=1e-6)


def test_equal_and_opposite_codes_have_a_way_between_them():
    np.testing.assert_allclose(interpolate_codes(EAST, EAST, 0.3), EAST, rtol=1e-6)
    ways = [interpolate_codes(EAST, -EAST, amount) for amount in np.linspace(0.0, 1.0, 11)]
    assert np.isfinite(ways).all()
    np.testing.assert_allclose(ways[-1], -EAST, rtol=1e-6)


@pytest.mark.parametrize("amount", [-0.1, 1.1, np.nan])
def test_amounts_out_of_range_are_refused(amount):
    with pytest.raises(ValueError, match="`amount` must be in"):
        interpolate_codes(EAST, NORTH, amount)


def test_spread_is_the_root_mean_square_distance():
    assert code_spread([[3.0, 0.0], [0.0, 4.0]], [0.0, 0.0]) == pytest.approx(12.5**0.5)


@pytest.fixture
def known():
    """Seven codes as encoders give them: of mean 0 and deviation 1."""
    codes = np.random.default_rng(4).normal(size=(7, 64))
    return (codes - codes.mean(axis=1, keepdims=True)) / codes.std(axis=1, keepdims=True)


@pytest.mark.parametrize("share", [0.0, 1e-9, 1e-3, 1.0])
def test_a_code_apart_has_a_part_that_no_known_code_shares(known, share):
    code = known[2] + share * np.roll(known[3], 5)
    apart, own = code_apart(code, known)
    np.testing.assert_allclose(known @ own, 0.0, atol=1e-5)
    np.testing.assert_allclose(own @ apart, own @ own, rtol=1e-5)
    assert abs(apart.mean()) < 1e-6
    assert np.linalg.norm(apart) == pytest.approx(np.linalg.norm(code), rel=1e-6)
    assert np.linalg.norm(own) >= 0.4999 * np.linalg.norm(code)


def test_a_code_that_is_apart_already_stays(known):
    code = np.roll(known[0], 9)
    apart, own = code_apart(code, known[1:])
    np.testing.assert_allclose(apart, code, rtol=1e-5)
    basis = np.linalg.qr(known[1:].T)[0]
    np.testing.assert_allclose(own, code - basis @ (basis.T @ code), atol=1e-5)


def test_too_many_known_codes_leave_nothing_free():
    known = np.random.default_rng(1).normal(size=(70, 64))
    with pytest.raises(ValueError, match="`known` must leave a direction free. Received: 70 codes"):
        code_apart(known[0], known)


def test_widened_codes_keep_their_direction_and_length():
    rng = np.random.default_rng(2)
    codes = np.stack([code_of_length(code, 5.0) for code in rng.normal(1.0, 0.03, (40, 8))])
    centre = mix_codes(codes)
    wide = widen_codes(codes, centre, 2.0, 1.0)
    np.testing.assert_allclose(
        np.linalg.norm(wide, axis=1), np.linalg.norm(codes, axis=1), rtol=1e-5
    )
    before, after = (np.linalg.norm(points - centre, axis=1) for points in (codes, wide))
    np.testing.assert_allclose(after, np.minimum(2.0 * before, before.max()), rtol=0.02)
    np.testing.assert_allclose(widen_codes(codes, centre, 1.0, 1.0), codes, rtol=1e-5)


def test_no_widened_code_is_farther_than_most_were():
    rng = np.random.default_rng(3)
    codes = 5.0 * rng.normal(1.0, 0.1, (40, 8))
    centre = mix_codes(codes)
    before, after = (
        np.linalg.norm(points - centre, axis=1)
        for points in (codes, widen_codes(codes, centre, 3.0, 0.9))
    )
    assert after.max() <= np.quantile(before, 0.9) * 1.05
    assert np.median(after) > 1.2 * np.median(before)
