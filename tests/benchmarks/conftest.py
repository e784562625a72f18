"""Scripts of the benchmarks are imported as they import one another."""

import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture(scope="session")
def extractor():
    """Four blocks of the shipped network: the shapes of VGG16."""
    from portrait_style.models.feature_extractor import FeatureExtractor

    return FeatureExtractor(num_blocks=4)


@pytest.fixture(scope="session")
def batch():
    rng = np.random.default_rng(5)
    return {key: rng.uniform(-1, 1, (2, 32, 32, 3)).astype("float32") for key in ("photo", "style")}


@pytest.fixture(scope="session")
def dataset(batch):
    return tf.data.Dataset.from_tensors(batch).repeat()


@pytest.fixture
def fit(dataset):
    """Train a model for some steps; return its losses, step by step."""

    def run(model, steps, *optimizers):
        keras.utils.set_random_seed(0)
        model.compile(*optimizers)
        seen = []
        log = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda step, logs: seen.append(dict(logs))
        )
        model.fit(dataset, steps_per_epoch=steps, callbacks=[log], verbose=0, shuffle=False)
        return seen

    return run


@pytest.fixture
def sitter(tmp_path):
    from flat_sitters import FACE
    from preset_figures.sitters import Sitter

    return Sitter("anna", FACE, tmp_path)
