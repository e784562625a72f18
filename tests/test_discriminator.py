import keras
import numpy as np
import pytest

from portrait_style.models.discriminator import Discriminator, PatchHead

rng = np.random.default_rng(0)


def _features(height=48, width=32, batch=2):
    return [
        rng.uniform(0, 1, (batch, height // 2**i, width // 2**i, c)).astype("float32")
        for i, c in enumerate((64, 128, 256, 512, 512))
    ]


@pytest.fixture(scope="module")
def judged():
    return {
        "image": rng.uniform(-1, 1, (2, 48, 32, 3)).astype("float32"),
        "features": _features(),
        "style_code": rng.normal(size=(2, 64)).astype("float32"),
    }


@pytest.fixture(scope="module")
def discriminator(judged):
    keras.utils.set_random_seed(6)
    model = Discriminator(width=8)
    model.build(keras.tree.map_structure(lambda x: (None, *x.shape[1:]), judged))
    return model


def test_logits_of_two_pixel_scales_and_three_blocks(discriminator, judged):
    shapes = [tuple(x.shape) for x in discriminator(judged)]
    assert shapes == [(2, 6, 4), (2, 3, 2), (2, 12, 8), (2, 6, 4), (2, 3, 2)]
    assert all(np.isfinite(x).all() for x in discriminator(judged))


def test_blocks_that_are_not_there_are_refused(judged):
    with pytest.raises(ValueError, match="`feature_blocks` must be among the 4 blocks"):
        Discriminator(width=8)({**judged, "features": judged["features"][:4]})


def test_every_scale_is_conditioned_on_the_code(discriminator, judged):
    other = {**judged, "style_code": -judged["style_code"]}
    for first, second in zip(discriminator(judged), discriminator(other), strict=True):
        assert np.abs(np.asarray(first) - np.asarray(second)).max() > 0.0


def test_the_code_acts_by_projection(discriminator, judged):
    # Linear in the code: the logit at 0 is half-way between those of opposite codes.
    codes = [judged["style_code"] * sign for sign in (1.0, 0.0, -1.0)]
    plus, zero, minus = (discriminator({**judged, "style_code": code}) for code in codes)
    for a, b, c in zip(plus, zero, minus, strict=True):
        np.testing.assert_allclose((np.asarray(a) + np.asarray(c)) / 2, b, atol=1e-4)


def test_spectral_norm_is_one_after_training_calls(judged):
    head = PatchHead((8, 8), (4, 3), code_size=64)
    for _ in range(30):
        head(judged["image"], judged["style_code"], training=True)
    for wrapper in (*head.convolutions, head.to_logit, head.embed):
        kernel = np.asarray(wrapper.layer.kernel)
        norm = np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), ord=2)
        assert norm == pytest.approx(1.0, abs=0.05)


def test_saved_discriminator_judges_exactly_the_same(discriminator, judged, tmp_path):
    discriminator.save(tmp_path / "discriminator.keras")
    loaded = keras.saving.load_model(tmp_path / "discriminator.keras")
    for ours, theirs in zip(discriminator(judged), loaded(judged), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_discriminator_stays_in_full_precision(judged, mixed_float16):
    logits = Discriminator(width=8)(judged, training=True)
    assert {x.dtype.name for x in logits} == {"float32"}
    assert all(np.isfinite(x).all() for x in logits)
