import json

import pytest

from portrait_style.errors import ModelError
from portrait_style.model_files.trained_model import open_model


@pytest.fixture
def run(tmp_path):
    """A folder that holds a generator's file, as far as anybody looks, and a configuration."""

    def write(text):
        (tmp_path / "generator.keras").touch()
        (tmp_path / "config.json").write_text(text)
        return tmp_path

    return write


def test_a_run_tells_what_its_training_held_out(run):
    folder = run(json.dumps({"validation_fraction": 0.25}))
    assert (
        open_model(folder).held_out_fraction
        == open_model(folder / "generator.keras").held_out_fraction
        == 0.25
    )


def test_presets_were_trained_with_the_default():
    assert open_model("mobile").held_out_fraction == 0.1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"validation_fraction": null}'])
def test_where_nothing_is_known_the_default_is_taken_with_a_warning(text, run):
    with pytest.warns(UserWarning, match="config.json does not tell .*; 0.1 of the files"):
        assert open_model(run(text)).held_out_fraction == 0.1


def test_a_run_that_held_nothing_out_is_refused(run):
    with pytest.raises(ModelError, match="held nothing out; leave out --held-out"):
        open_model(run(json.dumps({"validation_fraction": 0.0}))).held_out_fraction
