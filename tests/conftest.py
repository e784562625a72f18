"""Small networks with random weights: enough for everything but the look of the pictures."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if "PYTEST_XDIST_WORKER" in os.environ:
    # A worker a core: more threads only wait for each other.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

import numpy as np
import pytest
from drawing_network import without_photo

from portrait_style.styles.bank import StyleBank


@pytest.fixture(scope="session")
def bank():
    rng = np.random.default_rng(7)
    styles = {name: rng.normal(size=64) for name in ("oil", "ink", "café noir")}
    return StyleBank(rng.normal(size=64), styles)


@pytest.fixture(scope="session")
def networks(bank):
    import keras

    from portrait_style.models.generator import Generator
    from portrait_style.models.style_encoder import StyleEncoder

    keras.utils.set_random_seed(3)
    generator = Generator("mobile", styles=bank.to_config())
    style_encoder = StyleEncoder(weights=None)
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    style_encoder.build((None, None, None, 3))
    return without_photo(generator), style_encoder


@pytest.fixture(scope="session")
def mapping_network():
    from portrait_style.models.mapping_network import MappingNetwork

    network = MappingNetwork(seed=3)
    network.build()
    return network


@pytest.fixture(scope="session")
def preset(networks, mapping_network, tmp_path_factory):
    from portrait_style.model_files.preset import save_preset

    folder = tmp_path_factory.mktemp("preset") / "tiny"
    return save_preset(folder, *networks, "random weights", mapping_network)


@pytest.fixture(scope="session")
def run_folder(networks, mapping_network, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    models = dict(
        zip(("generator", "style_encoder"), networks, strict=True), mapping_network=mapping_network
    )
    for name, model in models.items():
        model.save(folder / f"{name}.keras")
    return folder


@pytest.fixture
def photo():
    """Smooth colours, so that lossy formats stay close: uint8, (40, 56, 3)."""
    y, x = np.mgrid[:40, :56]
    return np.stack([x * 4, y * 6, 255 - x * 3 - y], axis=-1).astype(np.uint8)


@pytest.fixture
def mixed_float16():
    import keras

    keras.config.set_dtype_policy("mixed_float16")
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture
def photo_path(photo, tmp_path):
    from portrait_style.encoding import encode_image

    path = tmp_path / "me.png"
    path.write_bytes(encode_image(photo, ".png"))
    return path


@pytest.fixture
def photo_file(tmp_path):
    """A portrait as PNG, under a name of two scripts: 400 x 300."""
    from skimage import data

    from portrait_style.image import save_image

    return save_image(tmp_path / "Großmutter 奶奶.png", data.astronaut()[:300, 20:420])
