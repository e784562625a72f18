"""What is saved of the generator by the ways of Keras: exports and clones."""

import keras
import numpy as np
import pytest
import tensorflow as tf

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def gan(make_eager, batch):
    """A model whose averaged generator is not its generator."""
    made = make_eager()
    made.train_step(batch)
    return made


def test_export_writes_the_averaged_generator(gan, pairs, tmp_path):
    gan.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "served"))
    for shape in ((1, 32, 32, 3), (3, 48, 80, 3)):
        inputs = {
            "photo": np.resize(pairs["photo"], shape),
            "style_code": np.random.default_rng(1).normal(size=(shape[0], 64)).astype("float32"),
        }
        expected = gan.ema_generator(inputs)
        np.testing.assert_allclose(served.serve(inputs), expected, atol=1e-5)
        signature = served.signatures["serving_default"]
        (drawn,) = signature(**{name: tf.constant(x) for name, x in inputs.items()}).values()
        np.testing.assert_allclose(drawn, expected, atol=1e-5)
        assert np.abs(expected - gan.generator(inputs)).max() > 1e-4


def test_export_takes_another_signature(gan, tmp_path):
    signature = {
        "photo": keras.InputSpec(dtype="float32", shape=(1, 32, 32, 3), name="photo"),
        "style_code": keras.InputSpec(dtype="float32", shape=(1, 64), name="style_code"),
    }
    gan.export(str(tmp_path / "fixed"), "tf_saved_model", False, [signature])
    specs = tf.saved_model.load(str(tmp_path / "fixed")).signatures["serving_default"]
    assert specs.structured_input_signature[1]["photo"].shape == (1, 32, 32, 3)


def test_a_clone_of_the_generator_draws_the_same_after_its_weights_are_set(gan, pairs):
    inputs = {"photo": pairs["photo"], "style_code": gan.style_encoder(pairs["style"])}
    clone = keras.models.clone_model(gan.generator)
    assert type(clone) is type(gan.generator)
    clone.set_weights(gan.generator.get_weights())
    np.testing.assert_array_equal(clone(inputs), gan.generator(inputs))
    assert not {id(x) for x in clone.variables} & {id(x) for x in gan.generator.variables}
