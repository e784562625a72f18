import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.errors import ModelError
from portrait_style.export.foreign import foreign_program
from portrait_style.export.native_runtime import NativeSavedModel
from portrait_style.export.onnx_format import OnnxArtefact, convert_onnx
from portrait_style.export.program import write_program

# Gamma, as somebody's network could learn it, in each range: sqrt of the pixel in [0, 1].
EXPECTED = {0.0: 0.0, 0.25: 0.5, 1.0: 1.0}


def write_keras(path, outputs_of, shape=(None, None, 3), inputs=1):
    tensors = [keras.Input(shape, name=f"picture_{i}") for i in range(inputs)]
    keras.Model(tensors[0] if inputs == 1 else tensors, outputs_of(*tensors)).save(path)
    return path


def unet(x):
    """Sides must be multiples of 4, or the skip does not fit."""
    down = keras.layers.Conv2D(4, 3, strides=4, padding="same", activation="relu")(x)
    up = keras.layers.Conv2DTranspose(3, 4, strides=4, padding="same")(down)
    return keras.layers.Activation("tanh")(keras.layers.Add()([x, up]))


def square_root(low, high):
    def network(x):
        unit = keras.ops.maximum((x - low) / (high - low), 0.0)
        return keras.ops.sqrt(unit) * (high - low) + low

    return network


@pytest.mark.parametrize("low, high", [(-1, 1), (0, 1), (0, 255)])
def test_pixels_reach_the_network_in_its_own_range(tmp_path, low, high):
    path = write_keras(tmp_path / "gamma.keras", square_root(low, high))
    program = foreign_program(path, (low, high))
    levels = np.float32(list(EXPECTED))
    photo = np.broadcast_to(levels[None, :, None, None] * 2 - 1, (1, 3, 5, 3))
    image = program.run(photo=photo)
    assert (program.name, program.multiple, program.output) == ("foreign", 1, "image")
    assert program.inputs == {"photo": (None, None, None, 3)}
    np.testing.assert_allclose((image[0, :, 0, 0] + 1) / 2, list(EXPECTED.values()), atol=1e-6)


def test_what_leaves_the_range_is_clipped(tmp_path):
    program = foreign_program(write_keras(tmp_path / "bright.keras", lambda x: x * 1.5 + 0.5))
    image = program.run(photo=np.full((1, 2, 2, 3), [-1.0, 0.0, 0.9], np.float32))
    np.testing.assert_allclose(image[0, 0, 0], [-1.0, 0.5, 1.0])


def test_the_multiple_is_found(tmp_path):
    program = foreign_program(write_keras(tmp_path / "unet.keras", unet))
    assert program.multiple == 4
    assert program.run(photo=np.zeros((2, 8, 12, 3), np.float32)).shape == (2, 8, 12, 3)


def test_a_fixed_size_stays_fixed(tmp_path):
    program = foreign_program(write_keras(tmp_path / "unet.keras", unet, (32, 48, 3)))
    assert program.inputs == {"photo": (None, 32, 48, 3)}
    assert program.multiple == 16
    assert program.specs(batch=1, size=64)[0].shape == (1, 32, 48, 3)
    with pytest.raises(ModelError, match="takes images of 48x32 pixels only"):
        program.run(photo=np.zeros((1, 64, 64, 3), np.float32))
    artefact = OnnxArtefact(convert_onnx(program))
    photo = np.random.default_rng(0).uniform(-1, 1, (3, 32, 48, 3)).astype(np.float32)
    np.testing.assert_allclose(artefact.run(photo=photo), program.run(photo=photo), atol=1e-5)


class Offset(tf.Module):
    """A network without Keras: half the pixel in [0, 1], plus a variable and a constant."""

    def __init__(self):
        super().__init__()
        self.offset = tf.Variable([0.0, 0.25, 0.5])
        # Longer than what TensorFlow copies into a graph.
        self.constant = tf.constant(np.linspace(0.0, 0.0, 600), tf.float32)

    @tf.function(input_signature=[tf.TensorSpec((None, None, None, 3), tf.float32, "pixels")])
    def draw(self, pixels):
        return {"drawn": pixels * 0.5 + self.offset + tf.reduce_sum(self.constant)}


@pytest.mark.parametrize("name", ["serving_default", "draw"])
def test_a_saved_model_runs_in_the_loader_of_servers_too(tmp_path, name):
    module = Offset()
    tf.saved_model.save(module, str(tmp_path / "theirs"), signatures={name: module.draw})
    program = foreign_program(tmp_path / "theirs", (0, 1))
    del module
    photo = np.full((2, 4, 6, 3), -1.0, np.float32)
    expected = np.broadcast_to(np.float32([-1.0, -0.5, 0.0]), photo.shape)
    np.testing.assert_allclose(program.run(photo=photo), expected, atol=1e-6)
    write_program(program, tmp_path / "ours")
    with NativeSavedModel(tmp_path / "ours") as native:
        image = native.run("serving_default", photo=photo)["image"]
    np.testing.assert_allclose(image, expected, atol=1e-6)
    artefact = OnnxArtefact(convert_onnx(program))
    np.testing.assert_allclose(artefact.run(photo=photo), expected, atol=1e-6)


def test_a_keras_model_exported_elsewhere_comes_back(tmp_path):
    inputs = keras.Input((None, None, 3))
    model = keras.Model(inputs, unet(inputs))
    model.export(tmp_path / "theirs", verbose=False)
    program = foreign_program(tmp_path / "theirs")
    write_program(program, tmp_path / "ours")
    photo = np.random.default_rng(1).uniform(-1, 1, (1, 16, 24, 3)).astype(np.float32)
    with NativeSavedModel(tmp_path / "ours") as native:
        image = native.run("serving_default", photo=photo)["image"]
    assert program.multiple == 4
    np.testing.assert_allclose(image, model(photo), atol=1e-5)


def test_instance_normalization_of_tensorflow_addons(tmp_path):
    gamma, beta = np.float32([0.1, 0.2, 0.3]), np.float32([-0.5, 0.0, 0.5])
    path = tmp_path / "addons.keras"
    path.write_bytes(keras_2_archive(gamma, beta))
    photo = np.random.default_rng(2).uniform(-1, 1, (2, 8, 10, 3)).astype(np.float32)
    mean = photo.mean((1, 2), keepdims=True)
    deviation = np.sqrt(photo.var((1, 2), keepdims=True) + 1e-5)
    expected = (photo - mean) / deviation * gamma + beta
    assert np.abs(expected).max() < 1.2
    image = foreign_program(path).run(photo=photo)
    np.testing.assert_allclose(image, np.clip(expected, -1, 1), atol=1e-5)


def keras_2_archive(gamma, beta) -> bytes:
    """Write what Keras 2.15 wrote for an input and an InstanceNormalization."""
    normalization = {
        "name": "instance_normalization",
        "trainable": True,
        "dtype": "float32",
        "groups": 3,
        "axis": -1,
        "epsilon": 1e-5,
        "center": True,
        "scale": True,
        **{
            f"{name}_{kind}": None
            for name in ("beta", "gamma")
            for kind in ("regularizer", "constraint")
        },
        "beta_initializer": keras_2("keras.initializers", "Zeros", {}),
        "gamma_initializer": keras_2("keras.initializers", "Ones", {}),
    }
    shape = [None, None, None, 3]
    image = {"batch_input_shape": shape, "dtype": "float32", "sparse": False, "ragged": False}
    layers = [
        {
            **keras_2("keras.layers", "InputLayer", {**image, "name": "input_1"}),
            "name": "input_1",
            "inbound_nodes": [],
        },
        {
            **keras_2(
                "tensorflow_addons.layers.normalizations", "InstanceNormalization", normalization
            ),
            "registered_name": "Addons>InstanceNormalization",
            "build_config": {"input_shape": shape},
            "name": "instance_normalization",
            "inbound_nodes": [[["input_1", 0, 0, {}]]],
        },
    ]
    model = {
        "name": "model",
        "trainable": True,
        "layers": layers,
        "input_layers": [["input_1", 0, 0]],
        "output_layers": [["instance_normalization", 0, 0]],
    }
    config = keras_2("keras.src.engine.functional", "Functional", model)
    config["registered_name"] = "Functional"
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        group = "layers/instance_normalization/vars"
        file[f"{group}/0"], file[f"{group}/1"] = gamma, beta
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        file.writestr("config.json", json.dumps(config))
        file.writestr("model.weights.h5", weights.getvalue())
    return archive.getvalue()


def keras_2(module, name, config):
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


def test_layers_that_keras_2_described_otherwise(tmp_path):
    def network(x):
        return unet(keras.layers.BatchNormalization()(x))

    new, old = write_keras(tmp_path / "new.keras", network), tmp_path / "old.keras"
    with zipfile.ZipFile(new) as source, zipfile.ZipFile(old, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                # The first key of the layer's configuration; Keras 2 wrote this one as well.
                head, layer, tail = content.partition(b'"Conv2DTranspose", "config": {')
                content = head + layer + b'"groups": 1, ' + tail
                assert b'"axis": -1' in content
                content = content.replace(b'"axis": -1', b'"axis": [3]')
            if name == "metadata.json":
                content = b'{"keras_version": "2.15.0"}'
            target.writestr(name, content)
    with pytest.raises(TypeError):
        keras.saving.load_model(old)
    photo = np.random.default_rng(3).uniform(-1, 1, (1, 8, 12, 3)).astype(np.float32)
    image = foreign_program(old).run(photo=photo)
    np.testing.assert_array_equal(image, foreign_program(new).run(photo=photo))


def test_code_in_the_file_is_refused(tmp_path):
    path = write_keras(tmp_path / "lambda.keras", keras.layers.Lambda(lambda x: x * 0.5))
    with pytest.raises(ModelError, match="runs code from the file, such as Lambda, and is refused"):
        foreign_program(path)


@pytest.mark.parametrize(
    "make, message",
    [
        (dict(outputs_of=lambda a, b: a + b, inputs=2), "takes 2 inputs"),
        (dict(outputs_of=lambda x: [x, x * 0.5]), "gives 2 outputs"),
        (dict(outputs_of=lambda x: x * 0.5, shape=(None, None, 1)), "takes picture_0 of shape"),
        (dict(outputs_of=lambda x: x * 0.5, shape=(7,)), "must take an image"),
        (
            dict(outputs_of=keras.layers.UpSampling2D(2)),
            "does not turn 2 images into 2 of the same",
        ),
        (dict(outputs_of=lambda x: keras.ops.mean(x, axis=(1, 2))), "does not turn 2 images"),
        (dict(outputs_of=lambda x: x * 200.0), "draws pixels in .* choose its own input range"),
    ],
)
def test_other_networks_are_refused_in_one_line(tmp_path, make, message):
    path = write_keras(tmp_path / "other.keras", **make)
    with pytest.raises(ModelError, match=message) as error:
        foreign_program(path)
    assert "\n" not in str(error.value)


def test_a_range_that_cannot_be_is_refused(tmp_path):
    path = write_keras(tmp_path / "tanh.keras", keras.layers.Activation("tanh"))
    with pytest.raises(ModelError, match=r"choose one of \(-1, 1\), \(0, 1\), \(0, 255\)"):
        foreign_program(path, (0, 2))
    with pytest.raises(ModelError, match=r"when given \[0, 255\]; choose its own input range"):
        foreign_program(path, (0, 255))


def test_missing_and_damaged_files_are_refused(tmp_path):
    (tmp_path / "damaged.keras").write_bytes(b"PK not a model")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "saved_model.pb").write_bytes(b"damaged")
    (tmp_path / "old.h5").write_bytes(b"HDF")
    for name, message in (
        ("old.h5", "is no .keras file; load it in the Keras that wrote it"),
        ("none.keras", "does not exist"),
        ("damaged.keras", "cannot be loaded as a Keras model"),
        ("folder", "cannot be loaded as a SavedModel"),
        (".", "holds no saved_model.pb"),
    ):
        with pytest.raises(ModelError, match=message) as error:
            foreign_program(tmp_path / name)
        assert "\n" not in str(error.value)
