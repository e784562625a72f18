import numpy as np
import pytest

from portrait_style.functional.cells import cell_moments
from portrait_style.losses.paired import (
    coarse_colour_loss,
    paired_feature_loss,
    shift_loss,
    texture_loss,
)
from portrait_style.losses.pixel import reconstruction_loss

rng = np.random.default_rng(0)
IMAGE = rng.uniform(-1, 1, (2, 32, 48, 3)).astype("float32")


def test_cell_moments_are_those_of_numpy():
    features = rng.normal(size=(2, 10, 8, 3)).astype("float32")
    moments = np.asarray(cell_moments(features, 4, epsilon=0.0))
    assert moments.shape == (2, 2, 2, 6)
    cell = features[1, 4:8, 0:4].reshape(16, 3)
    np.testing.assert_allclose(moments[1, 1, 0, :3], cell.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(moments[1, 1, 0, 3:], cell.std(axis=0), atol=1e-5)


def test_colours_of_cells_count_and_pixels_within_do_not():
    shuffled = IMAGE.reshape(2, 2, 16, 3, 16, 3)[:, :, ::-1, :, ::-1].reshape(IMAGE.shape)
    assert float(coarse_colour_loss(IMAGE, shuffled)) == pytest.approx(0.0, abs=1e-6)
    assert float(coarse_colour_loss(IMAGE, IMAGE + 0.25)) == pytest.approx(0.25, abs=1e-6)
    assert float(reconstruction_loss(IMAGE, shuffled)) > 0.5
    assert float(reconstruction_loss(IMAGE, IMAGE - 0.5)) == pytest.approx(0.5, abs=1e-6)


def maps(scale):
    return [scale * np.full((1, 32 >> i, 32 >> i, 2), i + 1.0, "float32") for i in range(4)]


def test_features_are_compared_in_shares_of_the_targets():
    for loss in (paired_feature_loss, texture_loss):
        assert float(loss(maps(1.0), maps(1.0))) == pytest.approx(0.0, abs=1e-6)
        # Even maps: means differ by half, deviations by nothing.
        assert float(loss(maps(1.0), maps(1.5))) == pytest.approx(0.5, rel=0.02)


def test_texture_may_move_within_its_cell_and_not_out_of_it():
    stripes = [np.zeros((1, 32 >> i, 32 >> i, 1), "float32") for i in range(4)]
    stripes[0][:, :, 3] = 1.0
    moved, away = ([np.array(x) for x in stripes] for _ in range(2))
    moved[0], away[0] = np.roll(stripes[0], 5, axis=2), np.roll(stripes[0], 16, axis=2)
    assert float(texture_loss(stripes, moved)) == pytest.approx(0.0, abs=1e-6)
    assert float(texture_loss(stripes, away)) > 0.1
    assert float(paired_feature_loss(stripes, moved)) > 0.1


def test_shift_loss_is_zero_for_what_moves_along_and_only_inside():
    moved = np.roll(IMAGE, (-3, -5), axis=(1, 2))
    moved[:, -3:] = moved[:, :, -5:] = 9.0
    assert float(shift_loss(IMAGE, moved, (3, 5), margin=8)) == 0.0
    assert float(shift_loss(IMAGE, moved + 0.5, (3, 5), margin=8)) == pytest.approx(0.5, abs=1e-6)
    assert float(shift_loss(IMAGE, moved, (2, 5), margin=8)) > 0.3


def test_changes_that_are_hardly_seen_do_not_count():
    moved = np.roll(IMAGE, (-3, -5), axis=(1, 2)) + 0.5
    for allowed, expected in ((0.2, 0.3), (np.array([0.9, 0.1], "float32"), 0.2), (0.6, 0.0)):
        loss = float(shift_loss(IMAGE, moved, (3, 5), margin=8, allowed=allowed))
        assert loss == pytest.approx(expected, abs=1e-6)
