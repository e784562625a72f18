import numpy as np
import pytest
import tensorflow as tf

from portrait_style.functional.perturbation import GRAY_LEVEL, fgsm, pgd, strongest_change

EPSILON = 0.1


@pytest.fixture
def image():
    rng = np.random.default_rng(4)
    return tf.constant(rng.uniform(-1.0, 1.0, (2, 6, 5, 3)), tf.float32)


@pytest.fixture
def slope():
    rng = np.random.default_rng(5)
    return rng.normal(size=(2, 6, 5, 3)).astype("float32")


def test_gray_level_is_a_step_of_eight_bits():
    from portrait_style.image import to_model_range

    levels = to_model_range(np.array([[[0, 1, 255]]], np.uint8)).ravel()
    assert levels[1] - levels[0] == pytest.approx(GRAY_LEVEL, rel=1e-5)
    assert levels[2] - levels[0] == GRAY_LEVEL * 255


def test_fgsm_of_a_linear_objective_is_the_sign_of_its_slope(image, slope):
    moved = fgsm(lambda x: tf.reduce_sum(slope * x), image, EPSILON)
    expected = np.clip(np.array(image) + EPSILON * np.sign(slope), -1.0, 1.0)
    np.testing.assert_allclose(moved, expected, atol=1e-6)


def test_fgsm_moves_nothing_where_the_objective_is_even(image):
    np.testing.assert_array_equal(fgsm(lambda x: (x - image) ** 2, image, EPSILON), image)


def test_pgd_finds_the_nearest_point_of_the_ball_to_a_goal(image, slope):
    # The maximum of -(x - goal)**2 within the ball is the goal, clipped to the ball.
    goal = np.array(image) + 0.08 * slope
    moved = pgd(lambda x: -((x - goal) ** 2), image, EPSILON, step_size=0.002, steps=80)
    low, high = np.maximum(image - EPSILON, -1.0), np.minimum(image + EPSILON, 1.0)
    np.testing.assert_allclose(moved, np.clip(goal, low, high), atol=0.0021)


def test_pgd_stays_within_ball_and_range_from_any_start(image):
    moved = np.array(pgd(lambda x: x, image, EPSILON, 0.05, 30, start=image + 7.0))
    np.testing.assert_allclose(moved, np.minimum(image + EPSILON, 1.0), atol=1e-6)


def test_no_step_and_no_room_change_nothing(image):
    np.testing.assert_array_equal(pgd(lambda x: x, image, EPSILON, 0.05, steps=0), image)
    np.testing.assert_array_equal(pgd(lambda x: x, image, 0.0, 0.05, steps=3), image)


@pytest.mark.parametrize("steps", [1, 10])
def test_strongest_change_of_a_steep_function_goes_to_the_edge(slope, steps):
    photo = tf.zeros((2, 6, 5, 3))
    moved = np.array(strongest_change(lambda x: slope * x, photo, EPSILON, steps))
    # Each pixel of `slope * x` changes most at the ends of the range, whichever of the two.
    np.testing.assert_allclose(np.abs(moved), EPSILON, rtol=1e-5)


def test_more_steps_change_a_curved_function_no_less(image):
    def draw(x):
        return tf.sin(9.0 * x) + tf.reduce_mean(x, axis=(1, 2), keepdims=True)

    changes = [
        float(tf.reduce_mean((draw(strongest_change(draw, image, EPSILON, n)) - draw(image)) ** 2))
        for n in (0, 1, 20)
    ]
    # Ascent by signs swings around the top by a step.
    assert changes[0] < changes[1] <= 1.02 * changes[2]


def test_equal_seeds_start_alike(image):
    first, second, other = (
        strongest_change(lambda x: x, image, EPSILON, steps=0, seed=s) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 0.01
