import shutil

import keras
import numpy as np
import pytest

from portrait_style.errors import ModelError
from portrait_style.model_files.preset import START
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.generator_size import GeneratorSize, register_generator_size
from portrait_style.training import run as run_module


def test_run_starts_from_another_runs_networks(finished, make_config):
    _, folder = finished
    gan = run_module.build_gan(make_config(initial=str(folder.path)))
    for path, network in (
        (folder.generator, gan.generator),
        (folder.generator, gan.ema_generator),
        (folder.style_encoder, gan.style_encoder),
        (folder.discriminator, gan.discriminator),
    ):
        trained = keras.saving.load_model(path).get_weights()
        for a, b in zip(network.get_weights(), trained, strict=True):
            np.testing.assert_array_equal(a, b)
    assert gan.generator.trainable_variables
    assert gan.discriminator.trainable_variables


def test_run_starts_from_what_draws_already(make_config):
    start = open_model(START)
    gan = run_module.build_gan(make_config(generator_size="mobile"))
    for network, trained in (
        (gan.generator, start.generator),
        (gan.ema_generator, start.generator),
        (gan.style_encoder, start.style_encoder),
    ):
        for a, b in zip(network.get_weights(), trained.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("changes", [{}, {"generator_size": "mobile", "initial": "random"}])
def test_run_starts_from_nothing(make_config, changes):
    """A size that has no room for what draws already, and one that is told to."""
    gan = run_module.build_gan(make_config(**changes))
    photo = np.random.default_rng(0).uniform(-1, 1, (2, 64, 64, 3)).astype("float32")
    code = np.random.default_rng(1).normal(size=(2, gan.generator.code_size)).astype("float32")
    # The first picture is the photo.
    drawn = gan.generator({"photo": photo, "style_code": code}, training=True)
    assert np.abs(np.asarray(drawn) - photo).mean() < 0.1


def test_run_starts_from_a_preset_with_a_new_discriminator(make_config):
    gan = run_module.build_gan(make_config(initial="mobile", generator_size="mobile"))
    new = run_module.build_gan(make_config()).discriminator
    shapes = [weight.shape for weight in new.weights]
    assert [weight.shape for weight in gan.discriminator.weights] == shapes


def test_larger_run_starts_from_a_smaller_one_but_not_from_a_larger(finished, make_config):
    _, folder = finished
    trained = keras.saving.load_model(folder.generator)
    grown = run_module.build_gan(
        make_config(initial=str(folder.path), generator_size="large")
    ).generator
    for weight in trained.stem.kernel, trained.to_pixels.pointwise.bias:
        path = weight.path.partition("/")[2]
        (new,) = (w for w in grown.weights if w.path.partition("/")[2] == path)
        np.testing.assert_array_equal(new[..., : weight.shape[-1]], weight)
    register_generator_size("smaller", GeneratorSize(4, 8, 12, 1, 1, 1))
    with pytest.raises(
        ModelError, match="does not fit into 'smaller'; train with --generator-size tiny"
    ):
        run_module.build_gan(make_config(initial=str(folder.path), generator_size="smaller"))


def test_run_does_not_start_without_a_style_encoder(finished, make_config, tmp_path):
    _, folder = finished
    alone = shutil.copy(folder.generator, tmp_path / "generator.keras")
    with pytest.raises(ModelError, match="cannot be started from without its style encoder"):
        run_module.build_gan(make_config(initial=str(alone)))
