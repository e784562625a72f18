import logging

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf

from portrait_style.errors import ArtefactError
from portrait_style.export.onnx_format import OnnxArtefact, convert_onnx
from portrait_style.export.program import (
    IMAGE_SHAPE,
    Program,
    baked_program,
    conditional_program,
    style_encoder_program,
)
from portrait_style.model_files.trained_model import open_model

METADATA = {"producer": "portrait-style", "styles": '{"café noir": [0.5, -1.0]}'}


@pytest.fixture(scope="module", params=["conditional", "baked", "style_encoder"])
def program(request):
    generator, style_encoder = open_model("mobile").networks
    return {
        "conditional": lambda: conditional_program(generator),
        "baked": lambda: baked_program(generator, "oil", intensity=0.5),
        "style_encoder": lambda: style_encoder_program(style_encoder),
    }[request.param]()


@pytest.fixture(scope="module")
def content(program):
    return convert_onnx(program, METADATA)


def inputs_for(program, batch, height, width):
    rng = np.random.default_rng(height)
    inputs = {
        "photo": rng.uniform(-1, 1, (batch, height, width, 3)),
        "style_image": rng.uniform(-1, 1, (batch, height, width, 3)),
        "style_code": rng.normal(size=(batch, 64)),
        "intensity": rng.uniform(0, 1, batch),
    }
    return {name: inputs[name].astype(np.float32) for name in program.inputs}


def test_one_file_equals_keras_at_every_size(program, content):
    artefact = OnnxArtefact(content)
    for batch, height, width in ((2, 64, 96), (1, 256, 256), (3, 48, 16)):
        inputs = inputs_for(program, batch, height, width)
        expected, output = program.run(**inputs), artefact.run(**inputs)
        assert output.shape == expected.shape
        error = np.mean((output - expected).astype(np.float64) ** 2)
        # 4 is the square of the range [-1, 1].
        assert 10 * np.log10(4 / error) >= 80


def test_the_file_is_what_runtimes_of_today_read(program, content):
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 17)]
    assert [value.name for value in model.graph.input] == list(program.inputs)
    assert [value.name for value in model.graph.output] == [program.output]
    sides = [side.dim_param or side.dim_value for side in dimensions(model.graph.input[0])]
    assert sides == ["batch", "height", "width", 3]
    assert dimensions(model.graph.output[0])[0].dim_param == "batch"
    assert OnnxArtefact(content).metadata == METADATA


def dimensions(value):
    return value.type.tensor_type.shape.dim


def test_only_what_takes_a_code_computes_with_it(program, content):
    # Dense layers make scale and shift of the code; baked in, they are constants.
    operators = {node.op_type for node in onnx.load_from_string(content).graph.node}
    assert ("MatMul" in operators) == (program.name != "baked")


def program_of(function):
    network = keras.Sequential()
    return Program("drawn", {"photo": IMAGE_SHAPE}, "image", function, network, 1)


def test_the_logarithm_that_onnx_lacks():
    artefact = OnnxArtefact(convert_onnx(program_of(lambda photo: tf.math.log1p(photo))))
    photo = np.float32([-0.5, 0.0, 1.5]) * np.ones((1, 2, 2, 3), np.float32)
    np.testing.assert_allclose(artefact.run(photo=photo)[0, 0, 0], np.log1p(photo[0, 0, 0]), 1e-6)


def test_large_constants_are_no_inputs():
    ramp = tf.constant(np.linspace(-1, 1, 8 * 8 * 3).reshape(8, 8, 3), tf.float32)
    artefact = OnnxArtefact(convert_onnx(program_of(lambda photo: photo * 0.5 + ramp)))
    image = artefact.run(photo=np.ones((1, 8, 8, 3), np.float32))
    np.testing.assert_allclose(image[0], ramp + 0.5, atol=1e-6)


def test_an_operation_without_equal_is_refused_without_noise(capfd):
    levels = [logging.getLogger(name).level for name in ("tensorflow", "tf2onnx")]
    program = program_of(lambda photo: tf.math.bessel_i0(photo))
    with pytest.raises(ArtefactError, match="drawn cannot be written as ONNX .*BesselI0") as error:
        convert_onnx(program)
    assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")
    assert [logging.getLogger(name).level for name in ("tensorflow", "tf2onnx")] == levels


@pytest.fixture(scope="module")
def small():
    return convert_onnx(program_of(lambda photo: photo * 0.5))


def test_damaged_files_are_refused(small, tmp_path):
    for damaged in (small[: len(small) // 2], b"", b"not an ONNX file"):
        with pytest.raises(ArtefactError, match="the ONNX file is damaged .*; export it again"):
            OnnxArtefact(damaged)
    with pytest.raises(ArtefactError, match="none.onnx cannot be read"):
        OnnxArtefact(tmp_path / "none.onnx")
    (tmp_path / "small.onnx").write_bytes(small)
    photo = np.ones((1, 2, 3, 3), np.float32)
    np.testing.assert_array_equal(OnnxArtefact(tmp_path / "small.onnx").run(photo=photo), photo / 2)


def test_operators_of_other_domains_are_refused(small):
    model = onnx.load_from_string(small)
    model.graph.node[0].domain = "com.microsoft"
    with pytest.raises(ArtefactError, match="uses operators of com.microsoft"):
        OnnxArtefact(model.SerializeToString())


@pytest.mark.parametrize(
    "inputs, message",
    [
        ({}, "takes photo, and was given nothing"),
        ({"image": np.zeros((1, 2, 2, 3))}, "takes photo, and was given image"),
        ({"photo": np.zeros((2, 2, 3))}, r"does not run on photo \(2, 2, 3\)"),
        ({"photo": np.zeros((1, 2, 2, 4))}, r"does not run on photo \(1, 2, 2, 4\)"),
    ],
)
def test_wrong_inputs_are_refused_in_one_line(small, inputs, message):
    with pytest.raises(ArtefactError, match=message) as error:
        OnnxArtefact(small).run(**inputs)
    assert "\n" not in str(error.value)
    assert "ONNXRuntimeError" not in str(error.value)
