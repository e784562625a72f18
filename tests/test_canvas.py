import keras
import numpy as np

from portrait_style.layers.canvas import Canvas

rng = np.random.default_rng(0)
CODE = rng.normal(size=(2, 5)).astype("float32")


def with_every_wave_shown(canvas):
    canvas.build((None, None, None, 8), (None, 5))
    canvas.mix.assign(np.eye(8))
    return canvas


def test_canvas_begins_with_nothing():
    canvas, features = Canvas(4), rng.normal(size=(2, 16, 24, 4)).astype("float32")
    canvas.build(features.shape, (None, 5))
    np.testing.assert_array_equal(canvas(features, CODE), features)


def test_canvas_adds_waves_to_any_features():
    canvas = with_every_wave_shown(Canvas(8))
    features = rng.normal(size=(2, 16, 24, 8)).astype("float32")
    added = np.array(canvas(features, CODE)) - features
    np.testing.assert_allclose(added[0], added[1], atol=1e-6)
    y, x = np.mgrid[:16, :24]
    np.testing.assert_allclose(added[0, ..., 0], np.sin(np.pi / 4 * (x + y)), atol=1e-5)
    np.testing.assert_allclose(added[0, ..., 3], np.cos(np.pi / 4 * (x - y)), atol=1e-5)
    np.testing.assert_allclose(added[0, ..., 6], np.sin(np.pi / 2 * (x - y)), atol=1e-5)


def test_each_code_weighs_its_own_canvas():
    canvas = with_every_wave_shown(Canvas(8))
    canvas.gate.kernel.assign(rng.normal(size=(5, 8)))
    nothing = np.zeros((2, 16, 24, 8), "float32")
    together = np.array(canvas(nothing, CODE))
    assert np.ptp(together, axis=0).max() > 0.1
    for index in (0, 1):
        alone = canvas(nothing[:1], CODE[index : index + 1])
        np.testing.assert_allclose(together[index], alone[0], atol=1e-6)


def test_one_code_weighs_the_canvas_of_every_picture():
    canvas = with_every_wave_shown(Canvas(8))
    drawn = canvas(np.zeros((2, 16, 24, 8), "float32"), CODE[:1])
    np.testing.assert_array_equal(drawn[0], drawn[1])


def test_canvas_survives_saving(tmp_path):
    features, code = keras.Input((None, None, 8)), keras.Input((5,))
    canvas = with_every_wave_shown(Canvas(8))
    keras.Model([features, code], canvas(features, code)).save(tmp_path / "canvas.keras")
    loaded = keras.saving.load_model(tmp_path / "canvas.keras")
    values = [np.ones((1, 32, 32, 8), "float32"), np.ones((1, 5), "float32")]
    np.testing.assert_array_equal(loaded(values), canvas(*values))
