import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from without_tensorflow import WITHOUT

from portrait_style.errors import ModelError, ParityError
from portrait_style.export import lite_preset
from portrait_style.export.lite_preset import check_lite_networks, write_lite_networks
from portrait_style.export.parity import Threshold
from portrait_style.image import load_image
from portrait_style.model_files.lite_networks import ENCODER_LITE, GENERATOR_LITE, MAPPING_LITE
from portrait_style.model_files.preset import Preset, save_preset
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.strided_generator import StridedGenerator
from portrait_style.stylizer import PortraitStylizer

pytestmark = pytest.mark.slow

FILES = {GENERATOR_LITE, ENCODER_LITE, MAPPING_LITE}


@pytest.fixture(scope="module")
def lite_folder(preset, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lite") / "tiny"
    shutil.copytree(preset, folder)
    write_lite_networks(folder)
    return folder


@pytest.fixture(scope="module")
def stylizers(lite_folder, networks, mapping_network):
    return PortraitStylizer.of(open_model(lite_folder)), PortraitStylizer(
        *networks, mapping_network
    )


def test_files_are_equal_to_keras_for_every_style_and_size(lite_folder):
    found = check_lite_networks(Preset(lite_folder))
    assert set(found) == FILES
    assert min(parity.worst_psnr for parity in found.values()) >= 60.0
    assert found[GENERATOR_LITE].pictures == 3 * 8


@pytest.mark.parametrize(
    "style", ["oil", "café noir", "oil:0.6,ink:0.4", "random:7", "random:3@ink", "picture"]
)
@pytest.mark.parametrize("size", [None, 100])
def test_every_kind_of_style_is_drawn_as_by_keras(stylizers, photo, style, size):
    if style == "picture":
        style = np.ascontiguousarray(photo[::-1, ::-1])
    lite, keras = (stylizer.stylize(photo, style, 0.8, size=size) for stylizer in stylizers)
    assert lite.shape == keras.shape
    assert np.abs(lite.astype(int) - keras.astype(int)).max() <= 2


def test_threads_draw_what_one_draws(stylizers, photo):
    lite = stylizers[0]
    photos = [np.roll(photo, i, axis=1)[: 24 + 4 * i] for i in range(8)]
    alone = [lite.stylize(x, "ink") for x in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda x: lite.stylize(x, "ink"), photos))
    for expected, got in zip(alone, together, strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("style", ["ink", "oil:0.6,ink:0.4", "random:7@oil", "me.png"])
def test_the_command_draws_where_there_is_no_tensorflow(lite_folder, photo_path, style):
    run = f"{WITHOUT}from portrait_style.cli import main; sys.exit(main(sys.argv[1:]))"
    words = ["stylize", "me.png", "--style", style, "--model", lite_folder, "--output", "out.png"]
    done = subprocess.run(
        [sys.executable, "-c", run, *map(str, words)],
        cwd=photo_path.parent,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "out.png\n", "")
    drawn = load_image(photo_path.with_name("out.png"))
    asked = str(photo_path) if style == "me.png" else style
    expected = PortraitStylizer.of(open_model(lite_folder)).stylize(load_image(photo_path), asked)
    np.testing.assert_array_equal(drawn, expected)


def test_python_draws_where_there_is_no_tensorflow(lite_folder, photo_path):
    run = (
        f"{WITHOUT}from portrait_style import PortraitStylizer as P; "
        f"P.load({str(lite_folder)!r}).stylize({str(photo_path)!r}, 'ink').save('out.png')"
    )
    subprocess.run([sys.executable, "-c", run], cwd=photo_path.parent, check=True)
    assert load_image(photo_path.with_name("out.png")).shape == (40, 56, 3)


def test_a_network_that_somebody_changes_draws_as_changed(lite_folder, photo):
    stylizer = PortraitStylizer.of(open_model(lite_folder))
    before = stylizer.stylize(photo, "oil")
    bias = stylizer.generator.smoothing.bias
    bias.assign(bias + 0.5)
    after = stylizer.stylize(photo, "oil")
    assert after.astype(int).mean() > before.astype(int).mean() + 5


def test_a_preset_saved_anew_does_not_keep_files_of_the_one_before(
    lite_folder, networks, mapping_network, tmp_path
):
    folder = tmp_path / "again"
    shutil.copytree(lite_folder, folder)
    Preset(folder).save_mapping_network(mapping_network)
    assert {path.name for path in folder.glob("*.tflite")} == FILES - {MAPPING_LITE}
    save_preset(folder, *networks, "random weights", mapping_network)
    assert not list(folder.glob("*.tflite")) and not Preset(folder).is_lite


def test_files_that_fall_short_are_not_left(preset, tmp_path, monkeypatch):
    folder = tmp_path / "tiny"
    shutil.copytree(preset, folder)
    monkeypatch.setattr(lite_preset, "THRESHOLD", Threshold(300.0, 300.0, 0.9))
    with pytest.raises(ParityError, match=r"generator.tflite is not the Keras model"):
        write_lite_networks(folder)
    assert not list(folder.glob("*.tflite"))


def test_a_damaged_file_is_named(lite_folder, tmp_path):
    folder = tmp_path / "tiny"
    shutil.copytree(lite_folder, folder)
    (folder / GENERATOR_LITE).write_bytes(b"nothing")
    with pytest.raises(ModelError, match="generator.tflite is damaged"):
        PortraitStylizer.of(open_model(folder))


def test_a_layout_tied_to_one_size_is_refused(networks, tmp_path):
    generator = StridedGenerator("mobile", styles=networks[0].styles)
    generator.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    folder = save_preset(tmp_path / "old", generator, networks[1], "")
    with pytest.raises(ModelError, match="version 0"):
        write_lite_networks(folder)
