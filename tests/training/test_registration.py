"""Saved networks load in a process that only imported Keras and the package."""

import subprocess
import sys

import pytest

from portrait_style.models.discriminator import Discriminator
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import Generator
from portrait_style.models.pair_discriminator import PairDiscriminator
from portrait_style.models.style_encoder import StyleEncoder
from portrait_style.training.gan import PortraitStyleGAN

LOAD = """
{imports}
import os
for name in sorted(os.listdir({folder!r})):
    print(type(keras.models.load_model(os.path.join({folder!r}, name))).__name__)
"""
NETWORKS = {
    "discriminator": "Discriminator",
    "feature_extractor": "FeatureExtractor",
    "gan": "PortraitStyleGAN",
    "generator": "Generator",
    "mapping_network": "MappingNetwork",
    "pair_discriminator": "PairDiscriminator",
    "strided_generator": "StridedGenerator",
    "style_encoder": "StyleEncoder",
}


@pytest.fixture(scope="module")
def saved(mapping_network, tmp_path_factory):
    """A file of every network, and of the whole model."""
    folder = tmp_path_factory.mktemp("saved")
    gan = PortraitStyleGAN(
        Generator("mobile"),
        Discriminator(width=8),
        StyleEncoder(),
        FeatureExtractor(),
        pair_discriminator=PairDiscriminator(width=8),
    )
    gan.compile()
    # What the bundled presets are.
    strided = Generator.from_config({"size": "mobile"})
    strided.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    others = {"gan": gan, "mapping_network": mapping_network, "strided_generator": strided}
    for name in NETWORKS:
        network = others[name] if name in others else getattr(gan, name)
        network.save(folder / f"{name}.keras")
    return folder


@pytest.mark.parametrize(
    "imports",
    [
        pytest.param("import keras, portrait_style", marks=pytest.mark.slow),
        # Who only asks whether Keras is there must not use up what registers.
        "import importlib.util, portrait_style; importlib.util.find_spec('keras'); import keras",
        pytest.param("import portrait_style, keras", marks=pytest.mark.slow),
        # What brings Keras is a module of ours, which is not whole yet.
        pytest.param("import portrait_style.layers.canvas, keras", marks=pytest.mark.slow),
    ],
)
def test_every_network_and_the_whole_model_load(saved, imports):
    loading = LOAD.format(imports=imports, folder=str(saved))
    result = subprocess.run([sys.executable, "-c", loading], capture_output=True, text=True)
    assert result.stdout.split() == list(NETWORKS.values()), result.stderr[-500:]
