"""Styles that somebody handed on, in a light installation."""

import subprocess
import sys

import numpy as np
import pytest
from adapted_model import NAME, write_adapted_model, write_model_with_distinct_kernels
from PIL import Image
from without_tensorflow import WITHOUT

from portrait_style import PortraitStylizer, share_style
from portrait_style.errors import SharedStyleError
from portrait_style.export.lite_preset import write_lite_networks
from portrait_style.image import load_image
from portrait_style.model_files.lite_networks import GENERATOR_LITE
from portrait_style.model_files.updated_networks import updated_content
from portrait_style.styles.low_rank_update import LowRankUpdate
from portrait_style.styles.shared import read_shared_style

# Networks are converted for them.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lite_folder(preset, tmp_path_factory):
    folder = write_model_with_distinct_kernels(tmp_path_factory.mktemp("distinct"), preset)
    write_lite_networks(folder)
    return folder


@pytest.fixture(scope="module")
def adapted_folder(lite_folder, tmp_path_factory):
    return write_adapted_model(tmp_path_factory.mktemp("adapted"), lite_folder)


@pytest.fixture(scope="module")
def waves(adapted_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("shared") / "waves.style"
    return share_style(adapted_folder, NAME, path)


@pytest.fixture
def run_light(photo_path):
    """Run a command where there is no TensorFlow."""
    run = f"{WITHOUT}from portrait_style.cli import main; sys.exit(main(sys.argv[1:]))"

    def done(*words):
        told = [sys.executable, "-c", run, *map(str, words)]
        result = subprocess.run(told, cwd=photo_path.parent, capture_output=True, text=True)
        return result.returncode, result.stdout, result.stderr

    return done


def difference(first, second):
    return np.abs(np.asarray(first).astype(int) - np.asarray(second).astype(int))


def test_what_was_learned_is_drawn_by_the_files_of_the_plain_preset(
    lite_folder, adapted_folder, waves, photo
):
    lite, adapted = (PortraitStylizer.load(folder) for folder in (lite_folder, adapted_folder))
    before = lite.stylize(photo, "oil")
    for told in ("{}", "{}:0.5,oil:0.5"):
        expected = adapted.stylize(photo, told.format(NAME))
        assert difference(lite.stylize(photo, told.format(waves)), expected).max() <= 2
    alone = lite.stylize(photo, lite.style_code(waves))
    assert difference(alone, adapted.stylize(photo, NAME)).mean() > 5.0
    np.testing.assert_array_equal(lite.stylize(photo, "oil"), before)


def test_the_command_draws_it_where_there_is_no_tensorflow(
    run_light, lite_folder, adapted_folder, waves, photo, photo_path
):
    words = "stylize", "me.png", "--style", waves, "--model", lite_folder, "--output", "out.png"
    assert run_light(*words) == (0, "out.png\n", "")
    expected = PortraitStylizer.load(adapted_folder).stylize(photo, NAME)
    drawn = load_image(photo_path.with_name("out.png"))
    assert difference(drawn, expected).max() <= 2


def test_styles_can_be_shared_and_shown_where_there_is_no_tensorflow(
    run_light, lite_folder, photo_path, photo
):
    told = "--model", lite_folder
    assert run_light("share", "oil", *told) == (0, "oil.style\n", "")
    shared, lite = photo_path.with_name("oil.style"), PortraitStylizer.load(lite_folder)
    np.testing.assert_array_equal(lite.stylize(photo, shared), lite.stylize(photo, "oil"))
    assert run_light("styles", "--sheet", "me.png", *told) == (0, "sheet.jpg\n", "")
    # Four cells of 256 pixels, three a row.
    assert Image.open(photo_path.with_name("sheet.jpg")).size == (784, 572)
    listed = f"{lite_folder}\n  oil\n  ink\n  café noir\n"
    assert run_light("styles", *told) == (0, listed, "")


def test_updates_of_other_networks_are_refused(lite_folder, waves, photo, tmp_path):
    content = (lite_folder / GENERATOR_LITE).read_bytes()
    update = read_shared_style(waves).update
    assert len(updated_content(content, (update,))) == len(content)
    foreign = {**update.shifts, "0" * 16: np.float32([1.0])}
    forged = LowRankUpdate(update.direction, update.code_scale, foreign, "forged.style")
    with pytest.raises(SharedStyleError, match=r"forged\.style adds to other networks"):
        updated_content(content, (forged,))
    first = next(iter(update.shifts))
    for shift in (np.float32([1.0]), np.full_like(update.shifts[first], 1e30)):
        forged = LowRankUpdate(update.direction, 1.0, {first: shift}, "forged.style")
        with pytest.raises(SharedStyleError, match=r"forged\.style must add finite numbers"):
            updated_content(content, (forged,))
