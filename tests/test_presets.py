import json

import numpy as np
import pytest

from portrait_style.errors import ModelError, OutputError
from portrait_style.model_files.preset import find_preset, preset_names, save_preset
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.models.generator import Generator
from portrait_style.stylizer import PortraitStylizer


def copy(preset, folder):
    folder.mkdir()
    for file in preset.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_weights_return_in_half_precision(networks, preset):
    loaded_networks = open_model(preset).networks
    for saved, loaded in zip(networks, loaded_networks, strict=True):
        assert type(loaded) is type(saved)
        for expected, actual in zip(saved.get_weights(), loaded.get_weights(), strict=True):
            assert actual.dtype == np.float32
            np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-7)


def test_styles_are_read_from_the_description_alone(bank, preset, tmp_path):
    folder = copy(preset, tmp_path / "described")
    (folder / "weights.npz").unlink()
    assert open_model(folder).bank.names == bank.names
    assert open_model(preset).generator.styles == bank.to_config()


def test_names_are_the_folders_of_presets(preset, tmp_path):
    copy(preset, tmp_path / "mine")
    (tmp_path / "__pycache__").mkdir()
    assert preset_names(tmp_path) == ["mine"]
    assert TrainedModel("mine", find_preset("mine", tmp_path)).generator.size == "mobile"
    assert find_preset("large", tmp_path) is None


def test_every_bundled_preset_loads():
    assert preset_names() == ["large", "mobile"]
    for name in preset_names():
        generator, style_encoder = open_model(name).networks
        assert generator.size == name
        assert open_model(name).bank.names
        assert style_encoder.code_size == generator.code_size


def test_a_value_beyond_half_precision_is_kept(networks, bank, tmp_path):
    generator = Generator("mobile", styles=bank.to_config())
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    generator.weights[0].assign(np.full(generator.weights[0].shape, 1e6, np.float32))
    folder = save_preset(tmp_path / "large", generator, networks[1], "")
    np.testing.assert_array_equal(open_model(folder).generator.get_weights()[0], np.float32(1e6))


def test_unknown_preset_lists_the_known_ones():
    with pytest.raises(ModelError, match="'huge'; known: large, mobile"):
        PortraitStylizer.from_preset("huge")
    with pytest.raises(ModelError, match=r"'huge' is neither a preset \(large, mobile\)"):
        open_model("huge")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"version": 1}', "7", '{"version": 1, "styles": {}}']
)
def test_damaged_description_is_named(text, preset, tmp_path):
    folder = copy(preset, tmp_path / "damaged")
    (folder / "preset.json").write_text(text)
    with pytest.raises(ModelError, match="damaged is not a usable preset"):
        open_model(folder).bank


@pytest.mark.parametrize("part", ["generator", "style_encoder", "styles"])
def test_unfit_part_of_the_description_is_named(part, preset, tmp_path):
    folder = copy(preset, tmp_path / "damaged")
    description = json.loads((folder / "preset.json").read_text())
    description[part] = {"unknown": 1}
    (folder / "preset.json").write_text(json.dumps(description))
    with pytest.raises(ModelError, match="damaged is not a usable preset"):
        open_model(folder).networks


def test_another_format_version_is_named(preset, tmp_path):
    folder = copy(preset, tmp_path / "newer")
    description = json.loads((folder / "preset.json").read_text())
    (folder / "preset.json").write_text(json.dumps({**description, "version": 2}))
    with pytest.raises(ModelError, match="format 2.*install the matching version"):
        open_model(folder).bank


def test_damaged_weights_are_named(preset, tmp_path):
    folder = copy(preset, tmp_path / "damaged")
    whole = (folder / "weights.npz").read_bytes()
    for data in (b"", b"text", whole[: len(whole) // 2]):
        (folder / "weights.npz").write_bytes(data)
        with pytest.raises(ModelError, match="damaged is not a usable preset"):
            open_model(folder).networks


def test_weights_of_another_shape_are_named(preset, tmp_path):
    folder = copy(preset, tmp_path / "mixed")
    arrays = dict(np.load(folder / "weights.npz"))
    np.savez(folder / "weights.npz", **{**arrays, "generator/000": np.zeros(3)})
    with pytest.raises(ModelError, match="must hold generator/000 with shape"):
        open_model(folder).networks


def test_saving_wants_styles_and_a_folder(networks, tmp_path):
    with pytest.raises(ValueError, match="`generator` must have styles"):
        save_preset(tmp_path, Generator("mobile"), networks[1], "")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        save_preset(tmp_path / "file" / "preset", *networks, "")


# Mapping network


def test_mapping_network_returns_in_half_precision(mapping_network, preset):
    loaded = open_model(preset).mapping_network
    for expected, actual in zip(mapping_network.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-7)


def test_a_preset_without_mapping_network_loads(networks, mapping_network, tmp_path):
    folder = save_preset(tmp_path / "earlier", *networks, "")
    assert sorted(path.name for path in folder.iterdir()) == ["preset.json", "weights.npz"]
    assert open_model(folder).mapping_network is None
    before = (folder / "weights.npz").read_bytes(), open_model(folder).bank.to_config()
    open_model(folder).save_mapping_network(mapping_network)
    after = (folder / "weights.npz").read_bytes(), open_model(folder).bank.to_config()
    assert after == before
    assert open_model(folder).mapping_network is not None


def test_damaged_mapping_network_is_named(preset, tmp_path):
    folder = copy(preset, tmp_path / "damaged")
    (folder / "mapping_network.npz").write_bytes(b"text")
    with pytest.raises(ModelError, match="damaged is not a usable preset"):
        open_model(folder).mapping_network
    open_model(folder).networks
    description = json.loads((folder / "preset.json").read_text())
    description["mapping_network"] = {"unknown": 1}
    (folder / "preset.json").write_text(json.dumps(description))
    with pytest.raises(ModelError, match="damaged is not a usable preset"):
        open_model(folder).mapping_network
