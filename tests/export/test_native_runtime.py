import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.errors import ArtefactError
from portrait_style.export import c_api
from portrait_style.export.native_runtime import NativeSavedModel


class Arithmetic(tf.Module):
    """Numbers and texts in and out, a variable, and a run that can fail."""

    def __init__(self):
        super().__init__()
        self.factor = tf.Variable([[2.0], [3.0]])

    @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, "numbers")])
    def multiply(self, numbers):
        return {"product": numbers @ self.factor, "shape": tf.shape(numbers)}

    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.string, "texts")])
    def join(self, texts):
        nonempty = tf.reduce_all(tf.strings.length(texts) > 0)
        with tf.control_dependencies([tf.debugging.Assert(nonempty, ["an empty text"])]):
            return {"joined": tf.strings.reduce_join(texts, axis=1, separator="+")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("native") / "1"
    module = Arithmetic()
    tf.saved_model.save(
        module, str(folder), signatures={"multiply": module.multiply, "join": module.join}
    )
    return folder


@pytest.fixture(scope="module")
def model(folder):
    with NativeSavedModel(folder) as model:
        yield model


def test_numbers_go_in_and_out(model):
    assert set(model.signatures) == {"multiply", "join"}
    outputs = model.run("multiply", numbers=np.array([[1.0, 10.0], [0.5, -1.0], [0.0, 0.0]]))
    np.testing.assert_array_equal(outputs["product"], [[32.0], [-2.0], [0.0]])
    np.testing.assert_array_equal(outputs["shape"], [3, 2])
    assert outputs["product"].dtype == np.float32
    assert model.run("multiply", numbers=np.zeros((0, 2)))["product"].shape == (0, 1)


def test_texts_of_any_length_and_content_go_in_and_out(model):
    long = bytes(range(256)) * 4000
    texts = [[b"a", "ü"], [b"\0\0\0", long]]
    joined = model.run("join", texts=texts)["joined"]
    assert joined.tolist() == [b"a+\xc3\xbc", b"\0\0\0+" + long]


def test_failed_run_carries_the_message_and_leaves_the_session_usable(model, folder):
    for _ in range(3):
        with pytest.raises(ArtefactError) as caught:
            model.run("join", texts=[[b"a", b""]])
        assert str(caught.value) == f"{folder} does not run join: assertion failed: [an empty text]"
        assert model.run("join", texts=[[b"a", b"b"]])["joined"].tolist() == [b"a+b"]


def test_wrong_shape_is_an_artefact_error(model):
    with pytest.raises(ArtefactError, match="does not run multiply: .*Matrix size"):
        model.run("multiply", numbers=np.zeros((1, 3)))


def test_wrong_use_is_told_apart(model, folder):
    with pytest.raises(ValueError, match=r"must be one of \['join', 'multiply'\].*'add'"):
        model.run("add", numbers=np.zeros((1, 2)))
    with pytest.raises(ValueError, match=r"must be \['numbers'\]. Received: \['images'\]"):
        model.run("multiply", images=np.zeros((1, 2)))
    closed = NativeSavedModel(folder)
    closed.close()
    closed.close()
    with pytest.raises(ValueError, match="open model"):
        closed.run("multiply", numbers=np.zeros((1, 2)))


def test_what_is_no_saved_model_is_refused(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"not a graph")
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ArtefactError, match="cannot be loaded by TensorFlow's C.. loader: "):
            NativeSavedModel(path)


def test_form_that_only_python_loads_is_refused(tmp_path):
    """The Keras model hangs on a tf.Module: Python's loader runs it, servers do not."""
    module = tf.Module()
    module.network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    serve = tf.function(
        lambda x: {"y": module.network(x)}, input_signature=[tf.TensorSpec((None, 3), name="x")]
    )
    tf.saved_model.save(module, str(tmp_path), signatures={"serving_default": serve})
    x = np.ones((1, 3), np.float32)
    in_python = tf.saved_model.load(str(tmp_path)).signatures["serving_default"](tf.constant(x))
    np.testing.assert_allclose(in_python["y"], module.network(x), rtol=1e-6)
    with (
        pytest.raises(ArtefactError, match="only Python's loader finds; write it with keras"),
        NativeSavedModel(tmp_path) as model,
    ):
        model.run("serving_default", x=x)


def test_platform_without_the_library_is_told(folder, monkeypatch):
    monkeypatch.setattr(c_api, "LIBRARIES", ())
    c_api.load_library.cache_clear()
    with pytest.raises(ArtefactError, match="TensorFlow wheel of Linux or macOS"):
        NativeSavedModel(folder)
