import json

import pytest

from portrait_style.errors import ModelError
from portrait_style.loading import held_out_fraction


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
    assert held_out_fraction(folder) == held_out_fraction(folder / "generator.keras") == 0.25


def test_presets_were_trained_with_the_default():
    assert held_out_fraction("mobile") == 0.1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"validation_fraction": null}'])
def test_where_nothing_is_known_the_default_is_taken_with_a_warning(text, run):
    with pytest.warns(UserWarning, match="config.json does not tell .*; 0.1 of the files"):
        assert held_out_fraction(run(text)) == 0.1


def test_a_run_that_held_nothing_out_is_refused(run):
    with pytest.raises(ModelError, match="held nothing out; leave out --held-out"):
        held_out_fraction(run(json.dumps({"validation_fraction": 0.0})))
