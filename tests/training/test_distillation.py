import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.training.fitting import distillation
from portrait_style.training.fitting.distillation import (
    Distillation,
    distillation_dataset,
    distillation_error,
    disturb,
    save_distilled_weights,
)

pytestmark = pytest.mark.slow


def test_relative_error_by_hand():
    target, predicted = np.array([3.0, 4.0]), np.array([3.0, 3.0])
    assert float(distillation_error(target, predicted)) == pytest.approx(1 / 25)
    assert float(distillation_error(target, target)) == 0.0
    assert float(distillation_error(target, np.zeros(2))) == 1.0


def test_disturbed_pictures_keep_range_and_shape():
    tf.random.set_seed(0)
    first = tf.random.uniform((32, 32, 32, 3), -1, 1)
    disturbed = disturb(first, -first)
    assert disturbed.shape == first.shape
    assert tf.reduce_max(tf.abs(disturbed)) <= 1.0
    same = tf.reduce_all(tf.abs(disturbed - first) < 1e-6, axis=(1, 2, 3))
    # Of four disturbances with chances 0.25, 0.3, 0.2, 0.25, none hits with chance 0.315.
    assert 2 <= int(tf.reduce_sum(tf.cast(same, "int32"))) <= 20


def test_batches_come_from_all_folders(photos, styles):
    (batch,) = distillation_dataset([photos, styles], 32, 3, seed=0).take(1)
    assert batch.shape == (3, 32, 32, 3)
    assert batch.dtype == tf.float32
    assert tf.reduce_max(tf.abs(batch)) <= 1.0


def test_only_the_student_learns_and_its_error_falls():
    keras.utils.set_random_seed(0)
    teacher, student = (FeatureExtractor("compact", None) for _ in "ab")
    model = Distillation(teacher, student)
    model.compile(optimizer=keras.optimizers.Adam(3e-3))
    image = tf.random.uniform((2, 32, 32, 3), -1, 1)
    before = [np.array(w) for w in teacher.weights]
    losses = [float(model.train_step(image)["loss"]) for _ in range(8)]
    for old, new in zip(before, teacher.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    assert losses[-1] < losses[0]


def test_weights_survive_float16(tmp_path):
    extractor = FeatureExtractor("compact", None)
    save_distilled_weights(extractor.backbone, tmp_path / "compact.npz")
    loaded = FeatureExtractor("compact", tmp_path / "compact.npz")
    for ours, theirs in zip(extractor.weights, loaded.weights, strict=True):
        half = np.asarray(ours).astype("float16").astype("float32")
        np.testing.assert_array_equal(half, theirs)


def test_command_writes_weights_that_load(photos, styles, tmp_path):
    teacher, output = tmp_path / "vgg16.npz", tmp_path / "compact.npz"
    save_distilled_weights(FeatureExtractor("vgg16", None).backbone, teacher)
    arguments = ["--images", photos, styles, "--teacher", teacher, "--output", output]
    distillation.main([*map(str, arguments), "--steps=2", "--size=32", "--batch=2"])
    with np.load(output) as arrays:
        assert {array.dtype for array in arrays.values()} == {np.dtype("float16")}
        assert all(np.isfinite(array).all() for array in arrays.values())
    assert output.stat().st_size <= 2_000_000
    image = np.zeros((1, 32, 32, 3), "float32")
    assert len(FeatureExtractor("compact", output)(image)) == 5
