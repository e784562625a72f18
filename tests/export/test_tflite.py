import dataclasses
import functools

import numpy as np
import pytest
import tensorflow as tf
from skimage import data
from skimage.metrics import peak_signal_noise_ratio

from portrait_style._version import __version__
from portrait_style.errors import ArtefactError
from portrait_style.export.calibration import calibration_inputs
from portrait_style.export.program import (
    Program,
    baked_program,
    conditional_program,
    style_encoder_program,
)
from portrait_style.export.tflite import TFLiteArtefact, convert_tflite
from portrait_style.image import crop_square, to_model_range
from portrait_style.model_files.trained_model import open_model
from portrait_style.styles.bank import StyleBank

SIZE = 64
# dB; what is asked at 256 pixels.
LEAST = {"float32": 80.0, "float16": 50.0, "dynamic": 35.0, "int8": 32.0}


@pytest.fixture(scope="module")
def trained():
    return open_model("mobile").networks


@pytest.fixture(scope="module")
def bundled_bank(trained):
    return StyleBank.from_config(trained[0].styles)


@pytest.fixture(scope="module")
def portraits():
    """Cut from the astronaut and the cat that scikit-image carries: two to compare, four more."""
    astronaut, cat = data.astronaut(), data.cat()
    cuts = [astronaut[:280, 80:360], cat[:, 80:380], astronaut[20:260, 100:340]]
    squares = [crop_square(cut, SIZE) for cut in cuts]
    return np.stack([*squares, *(square[:, ::-1] for square in squares)])


@pytest.fixture(scope="module")
def inputs(portraits, bundled_bank):
    names = ["oil", "linocut"]
    return {
        "photo": to_model_range(portraits[:2]),
        "style_code": np.stack([bundled_bank.code(name) for name in names]),
        "intensity": np.float32([1.0, 0.5]),
    }


@pytest.fixture(scope="module")
def conditional(trained):
    return dataclasses.replace(conditional_program(trained[0]), licence="CC-BY-4.0")


@pytest.fixture(scope="module")
def convert(conditional, portraits, bundled_bank):
    examples = calibration_inputs(conditional, portraits[2:], bundled_bank)
    return functools.cache(lambda precision: convert_tflite(conditional, SIZE, precision, examples))


# Phones get the other two.
RARE = [pytest.param(precision, marks=pytest.mark.slow) for precision in ("float32", "dynamic")]


@pytest.fixture(params=["float16", "int8", *RARE])
def converted(request, convert):
    return request.param, convert(request.param)


@pytest.fixture
def float32(convert):
    return convert("float32")


def test_each_precision_draws_what_keras_draws(converted, conditional, inputs):
    precision, content = converted
    reference, image = conditional.run(**inputs), TFLiteArtefact(content).run(**inputs)
    assert image.shape == (2, SIZE, SIZE, 3)
    assert image.dtype == np.float32
    for expected, got in zip(reference, image, strict=True):
        assert peak_signal_noise_ratio(expected, got, data_range=2.0) >= LEAST[precision]


def test_each_precision_is_one_piece_of_builtin_operators_and_small(converted):
    precision, content = converted
    artefact = TFLiteArtefact(content)
    assert artefact.partitions() == 1
    # One in each of eight blocks, before three strides, and after three upsamplings.
    assert artefact.operators()["DEPTHWISE_CONV_2D"] == 14
    assert "CUSTOM" not in artefact.operators()
    most = {"float32": 2.1e6, "float16": 1.2e6, "dynamic": 0.7e6, "int8": 0.7e6}
    assert len(content) <= most[precision]


def test_int8_computes_in_integers_but_for_the_fine_layers(convert):
    artefact = TFLiteArtefact(convert("int8"))
    details = artefact.interpreter.get_tensor_details()
    activations = [d for d in details if len(d["shape"]) == 4 and d["shape"][0] == 1]
    coarse = [d["dtype"] for d in activations if d["shape"][1] in (SIZE // 8, SIZE // 4)]
    fine = [d["dtype"] for d in activations if d["shape"][1] in (SIZE // 2, SIZE)]
    assert coarse.count(np.int8) > 0.8 * len(coarse)
    assert fine.count(np.float32) > 0.8 * len(fine)
    assert {d["dtype"] for d in artefact.interpreter.get_input_details()} == {np.float32}


def test_inputs_are_bound_by_name(float32, inputs):
    artefact = TFLiteArtefact(float32)
    image = artefact.run(**inputs)
    backwards = artefact.run(**dict(reversed(inputs.items())))
    np.testing.assert_array_equal(image, backwards)


def test_codes_and_intensities_in_the_wrong_order_draw_something_else(float32, inputs):
    artefact = TFLiteArtefact(float32)
    image = artefact.run(**inputs)
    for name in ("style_code", "intensity", "photo"):
        changed = artefact.run(**{**inputs, name: inputs[name][::-1]})
        assert np.abs(changed - image).mean() > 0.02


def test_inputs_that_are_missing_unknown_or_misshapen_are_refused(float32, inputs):
    artefact = TFLiteArtefact(float32)
    photo = inputs["photo"]
    wrong = [
        {"photo": photo},
        {**inputs, "noise": photo},
        {**inputs, "photo": photo[:, :32]},
        {**inputs, "photo": photo[:1]},
        {**inputs, "photo": inputs["style_code"], "style_code": photo},
    ]
    for given in wrong:
        with pytest.raises(ArtefactError, match=r"takes .*photo \(1, 64, 64, 3\), .* was given"):
            artefact.run(**given)


def test_baked_style_leaves_no_code_and_no_multiplication(trained, portraits):
    program = baked_program(trained[0], "oil", 0.8)
    artefact = TFLiteArtefact(convert_tflite(program, SIZE, "float16"))
    operators = artefact.operators()
    assert operators["FULLY_CONNECTED"] == 0
    # The gate of the photo and every normalization are part of a convolution.
    assert operators["MUL"] == 0
    photo = to_model_range(portraits[:1])
    psnr = peak_signal_noise_ratio(
        program.run(photo=photo), artefact.run(photo=photo), data_range=2
    )
    assert psnr >= 50.0
    assert "styles" not in artefact.metadata


def test_style_encoder_gives_the_code_of_keras(trained, portraits):
    program = style_encoder_program(trained[1])
    artefact = TFLiteArtefact(convert_tflite(program, SIZE, "dynamic"))
    picture = to_model_range(portraits[:2])
    reference, code = program.run(style_image=picture), artefact.run(style_image=picture)
    assert np.corrcoef(reference.ravel(), code.ravel())[0, 1] >= 0.999
    assert artefact.partitions() == 1


def test_one_file_tells_its_inputs_and_holds_all_styles(converted, trained):
    precision, content = converted
    metadata = TFLiteArtefact(content).metadata
    assert metadata["name"] == "conditional"
    assert metadata["version"] == __version__
    assert metadata["licence"] == "CC-BY-4.0"
    assert metadata["precision"] == precision
    assert metadata["inputs"]["photo"]["shape"] == [1, SIZE, SIZE, 3]
    assert metadata["inputs"]["photo"]["range"] == [-1, 1]
    assert metadata["output"]["name"] == "image"
    assert metadata["styles"] == trained[0].styles["styles"]
    assert metadata["photo_code"] == trained[0].styles["photo_code"]


# Files that must not be used


def small(function, shape=(None, None, None, 3)) -> Program:
    return Program("small", {"photo": shape}, "image", function, tf.Module(), 1)


def foreign(function, size=16, operators=()) -> bytes:
    """Convert as somebody else would."""
    spec = tf.TensorSpec((1, size, size, 3), name="photo")
    concrete = tf.function(function, input_signature=[spec]).get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, *operators]
    return converter.convert()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_file_is_refused(float32, part):
    with pytest.raises(ArtefactError, match="the TFLite file is damaged"):
        TFLiteArtefact(float32[: int(part * len(float32))])


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ArtefactError, match="none.tflite cannot be read"):
        TFLiteArtefact(tmp_path / "none.tflite")


def test_a_file_is_read_from_a_path(float32, inputs, tmp_path):
    (tmp_path / "a.tflite").write_bytes(float32)
    from_path = TFLiteArtefact(tmp_path / "a.tflite").run(**inputs)
    np.testing.assert_array_equal(from_path, TFLiteArtefact(float32).run(**inputs))


def test_operators_of_tensorflow_are_refused():
    content = foreign(tf.image.rgb_to_hsv, operators=[tf.lite.OpsSet.SELECT_TF_OPS])
    with pytest.raises(ArtefactError, match="uses FlexRGBToHSV, which phones' runtimes lack"):
        TFLiteArtefact(content)


def test_a_network_that_needs_them_is_not_converted():
    program = small(lambda photo: tf.image.rgb_to_hsv(photo))
    with pytest.raises(ArtefactError, match="small cannot be .* no builtin operator for RGBToHSV;"):
        convert_tflite(program, 16, "float32")


def test_a_graph_in_pieces_is_refused_unless_allowed():
    def mirrored(photo):
        for _ in range(2):
            photo = tf.nn.relu(tf.pad(photo + 1.0, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT"))
            photo = tf.nn.avg_pool2d(photo, 3, 1, "VALID")
        return photo

    content = foreign(mirrored)
    with pytest.raises(ArtefactError, match=r"in \d pieces, not in one"):
        TFLiteArtefact(content)
    assert TFLiteArtefact(content, strict=False).partitions() > 1


def test_shapes_that_are_not_fixed_are_refused():
    def any_size(photo):
        return tf.image.resize(photo, tf.cast(photo[0, 0, 0, :2] * 0.0 + 8.0, tf.int32))

    with pytest.raises(ArtefactError, match="tensors without a fixed shape"):
        TFLiteArtefact(foreign(any_size))


def test_a_file_without_metadata_or_signature_says_so():
    artefact = TFLiteArtefact(foreign(lambda photo: photo * 2.0))
    with pytest.raises(ArtefactError, match="does not say what it is"):
        print(artefact.metadata)
    with pytest.raises(ArtefactError, match="does not name its inputs"):
        artefact.run(photo=np.zeros((1, 16, 16, 3), np.float32))


def test_black_calibration_is_refused(conditional, inputs):
    black = {**inputs, "photo": np.full_like(inputs["photo"], -1.0)}
    with pytest.raises(ArtefactError, match="2 of 2 calibration pictures are one flat colour"):
        convert_tflite(conditional, SIZE, "int8", black)


def test_arguments_out_of_range_are_refused(conditional, inputs):
    with pytest.raises(ValueError, match="`quantize` must be one of"):
        convert_tflite(conditional, SIZE, "int4")
    with pytest.raises(ValueError, match="`size` must be a multiple of 16"):
        convert_tflite(conditional, 72, "float32")
    with pytest.raises(ValueError, match="`representative` must hold photo, style_code, intensity"):
        convert_tflite(conditional, SIZE, "int8")
    with pytest.raises(ValueError, match="Received: photo"):
        convert_tflite(conditional, SIZE, "int8", {"photo": inputs["photo"]})
