import numpy as np
import pytest

from portrait_style.losses import perceptual


def relative_error(target, value):
    axes = tuple(range(1, target.ndim))
    return np.mean(((value - target) ** 2).mean(axes) / ((target**2).mean(axes) + 1e-4))


def test_content_loss_against_numpy(maps):
    real, fake = maps
    expected = (relative_error(real[2], fake[2]) + relative_error(real[3], fake[3])) / 2
    assert float(perceptual.content_loss(real, fake)) == pytest.approx(expected, rel=1e-4)
    first = relative_error(real[0], fake[0])
    assert float(perceptual.content_loss(real, fake, (1,))) == pytest.approx(first, rel=1e-4)


def test_content_loss_of_silent_features_is_one(maps):
    real, _ = maps
    silent = [np.zeros_like(x) for x in real]
    assert float(perceptual.content_loss(real, silent)) == pytest.approx(1.0, abs=1e-3)


def test_content_loss_counts_places_by_their_weight(maps):
    real, fake = maps
    weight = np.zeros((2, 2, 2, 1), "float32")
    weight[0, 0, 1] = 3.0
    # One place of four counts, in one picture of two.
    error = 3.0 * ((fake[3][0, 0, 1] - real[3][0, 0, 1]) ** 2).sum() / real[3][0].size
    expected = error / ((real[3][0] ** 2).mean() + 1e-4) / 2
    loss = perceptual.content_loss(real, fake, (4,), weight)
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_content_loss_by_power_counts_most_what_has_changed_most(maps):
    real, fake = maps
    errors = [relative_error(real[3][i : i + 1], fake[3][i : i + 1]) for i in range(2)]
    assert abs(errors[0] - errors[1]) > 0.01
    loss = perceptual.content_loss(real, fake, (4,), power=2)
    assert float(loss) == pytest.approx(np.mean(np.square(errors)), rel=1e-4)


def test_style_loss_against_numpy(maps):
    def moments(x):
        return np.concatenate([x.mean((1, 2)), x.std((1, 2))], axis=-1)

    reference, fake = maps
    errors = [relative_error(moments(a), moments(b)) for a, b in zip(reference, fake, strict=True)]
    assert float(perceptual.style_loss(reference, fake)) == pytest.approx(np.mean(errors), rel=1e-3)


@pytest.mark.parametrize("loss", ["content_loss", "style_loss"])
def test_perceptual_losses_are_zero_for_equal_maps(maps, loss):
    assert float(getattr(perceptual, loss)(maps[0], maps[0])) == 0.0


def test_style_does_not_depend_on_place_or_size(maps):
    mirrored = [x[:, ::-1] for x in maps[0]]
    tiled = [np.tile(x, (1, 2, 1, 1)) for x in maps[0]]
    for other in (mirrored, tiled):
        assert float(perceptual.style_loss(maps[0], other)) == pytest.approx(0.0, abs=1e-6)


def test_a_faint_target_is_not_judged_by_its_neighbour(maps):
    # Scaling one picture's maps and its copy's alike must not change the relative error.
    real, fake = maps
    scale = np.array([1.0, 30.0], "float32")[:, None, None, None]
    louder = [[x * scale for x in features] for features in maps]
    plain = float(perceptual.content_loss(real, fake))
    assert float(perceptual.content_loss(*louder)) == pytest.approx(plain, rel=1e-2)
