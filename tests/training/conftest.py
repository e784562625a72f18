"""Folders of drawn pictures, and networks small enough to train in a test."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from drawing_network import without_photo
from drawn_pictures import draw_picture
from operation_by_operation import operation_by_operation
from pair_data import LIGHT
from PIL import Image

from portrait_style.models.discriminator import Discriminator
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import GeneratorSize, register_generator_size
from portrait_style.models.style_encoder import StyleEncoder
from portrait_style.training import run
from portrait_style.training.config import TrainingConfig
from portrait_style.training.gan import PortraitStyleGAN
from portrait_style.training.step.ema import copy_weights

SUFFIXES = (".png", ".jpg", ".webp", ".bmp")


@pytest.fixture(scope="session")
def write_pictures():
    """Return a function that fills a folder with pictures of all formats."""

    def write(folder, count):
        folder.mkdir(parents=True, exist_ok=True)
        for i in range(count):
            name = f"{folder.name}{i:02d}{SUFFIXES[i % len(SUFFIXES)]}"
            Image.fromarray(draw_picture(name)).save(folder / name)
        return folder

    return write


@pytest.fixture(scope="session")
def photos(tmp_path_factory, write_pictures):
    """24 photos in two folders and four formats."""
    folder = tmp_path_factory.mktemp("data") / "photos"
    write_pictures(folder, 12)
    write_pictures(folder / "more" / "deeper", 12)
    return folder


@pytest.fixture(scope="session")
def styles(tmp_path_factory, write_pictures):
    """Two named styles of 12 and 4 pictures."""
    folder = tmp_path_factory.mktemp("data") / "styles"
    write_pictures(folder / "oil", 12)
    write_pictures(folder / "ink", 4)
    return folder


@pytest.fixture(scope="session")
def tiny():
    """Name of a generator size with one block a scale."""
    size = GeneratorSize(8, 16, 24, half_blocks=1, quarter_blocks=1, eighth_blocks=1)
    register_generator_size("tiny", size)
    return "tiny"


@pytest.fixture(scope="session")
def make_gan(tiny):
    """Return a function that builds and compiles a small model from a fixed seed."""

    def make(loss_weights=None, seed=0, learning_rate=2e-3, discriminator=None, **arguments):
        keras.utils.set_random_seed(seed)
        gan = PortraitStyleGAN(
            Generator(tiny),
            discriminator or Discriminator(width=8),
            StyleEncoder(),
            FeatureExtractor(),
            **arguments,
        )
        copy_weights(without_photo(gan.generator), gan.ema_generator)
        gan.compile(
            generator_optimizer=keras.optimizers.Adam(learning_rate, beta_1=0.5),
            discriminator_optimizer=keras.optimizers.Adam(learning_rate, beta_1=0.5),
            loss_weights=loss_weights,
        )
        return gan

    return make


@pytest.fixture(scope="session")
def batch():
    """Three photos and three style pictures of 32 pixels."""

    def pictures(kind):
        drawn = np.stack([draw_picture(f"{kind}{i}", 32, 32) for i in range(3)])
        return tf.constant(drawn.astype("float32") / 127.5 - 1.0)

    return {"photo": pictures("photo"), "style": pictures("style")}


@pytest.fixture(scope="session")
def make_eager(make_gan):
    """Return a function that makes a model whose steps need no tracing."""

    def make(loss_weights=LIGHT, **arguments):
        gan = make_gan(loss_weights, **arguments)
        gan.run_eagerly = True
        return gan

    return make


@pytest.fixture(scope="session")
def pairs(batch):
    """Five photos and five style pictures of 32 pixels, as arrays."""
    both = np.concatenate([batch["photo"], batch["style"]])
    return {"photo": both[:5], "style": both[1:]}


@pytest.fixture
def untraced():
    """Models of this test take their steps one operation after the other."""
    with operation_by_operation():
        yield


@pytest.fixture(scope="session")
def make_config(tiny, photos, styles, tmp_path_factory):
    """Return a function that makes the configuration of a run of few steps."""

    def make(**changes):
        values = {
            "photos": str(photos),
            "styles": str(styles),
            "output": str(tmp_path_factory.mktemp("runs") / "run"),
            "generator_size": tiny,
            "steps": 4,
            "size": 32,
            "batch": 2,
            "sample_every": 2,
            "mapping_steps": 2,
            "validation_fraction": 0.3,
        }
        return TrainingConfig(**{**values, **changes})

    return make


@pytest.fixture(scope="session")
def finished_run(make_config):
    """A finished run: its configuration and its folder."""
    config = make_config()
    with operation_by_operation():
        return config, run.train(config)


@pytest.fixture
def finished(untraced, finished_run):
    """The finished run, for a test whose own runs are not traced either."""
    return finished_run
