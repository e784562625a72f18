import keras
import numpy as np
from baselines.instance_normalization import InstanceNormalization


def test_agrees_with_group_normalization(tmp_path):
    features = np.random.default_rng(0).normal(3.0, 2.0, (2, 6, 5, 4)).astype("float32")
    ours, theirs = InstanceNormalization(), keras.layers.GroupNormalization(-1, epsilon=1e-5)
    for layer in (ours, theirs):
        layer.build(features.shape)
        layer.gamma.assign([1.0, 2.0, -1.0, 0.5])
        layer.beta.assign([0.0, 1.0, 2.0, -3.0])
    np.testing.assert_allclose(ours(features), theirs(features), atol=1e-5)


def test_is_saved(tmp_path):
    model = keras.Sequential([keras.Input((8, 8, 3)), InstanceNormalization(epsilon=1e-3)])
    model.layers[0].gamma.assign([1.0, 2.0, 3.0])
    model.save(tmp_path / "model.keras")
    image = np.random.default_rng(1).normal(size=(1, 8, 8, 3)).astype("float32")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(image), model(image))
