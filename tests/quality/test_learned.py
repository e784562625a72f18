import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from portrait_style.evaluation import evaluate
from portrait_style.image import load_image, save_image
from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.quality.learned import cell_distance, colour_error, learned

SHARED = Path(os.environ.get("PORTRAIT_STYLE_DATA", Path(__file__).parents[3] / "shared"))
JUDGE, VGG_WEIGHTS = SHARED / "tools/learned.py", SHARED / "models/vgg16_notop_float16.npz"


def chequered(low, high, side=32):
    """A map of one channel: every cell of two by two places has mean and spread of both values."""
    y, x = np.mgrid[:side, :side]
    return np.where((x + y) % 2 == 0, low, high).astype("float32")[None, :, :, None]


def test_cell_distance_by_hand():
    # Cells have mean 4 and deviation 1 where the truth has 2 and 2: (2 + 1) / (2 + 2).
    distance = cell_distance([chequered(3.0, 5.0)] * 4, [chequered(0.0, 4.0)] * 4)
    np.testing.assert_allclose(distance, [0.75], rtol=1e-6)


def test_blocks_count_alike_whatever_their_scale():
    maps, truth = chequered(3.0, 5.0), chequered(0.0, 4.0)
    scaled = cell_distance([maps, 100.0 * maps], [truth, 100.0 * truth])
    half = cell_distance([maps, truth], [truth, truth])
    np.testing.assert_allclose(scaled, [0.75], rtol=1e-6)
    np.testing.assert_allclose(half, [0.375], rtol=1e-6)
    # The fifth block does not count.
    five = cell_distance([truth] * 4 + [maps], [truth] * 5)
    np.testing.assert_array_equal(five, [0.0])


def test_strokes_may_lie_elsewhere_in_their_cell():
    maps = chequered(0.0, 4.0)
    np.testing.assert_array_equal(cell_distance([np.roll(maps, 1, axis=1)], [maps]), [0.0])
    # Beyond it, they may not: the cell on the left of the edge has no strokes any more.
    half = maps * (np.arange(32)[:, None] < 16)
    assert cell_distance([np.roll(half, 2, axis=2)], [half])[0] > 0.1


def test_colour_error_of_flat_colours_is_exact():
    def flat(*levels):
        return np.full((1, 64, 64, 3), levels, "float32") / 127.5 - 1.0

    error = colour_error(flat(100, 50, 0), flat(106, 50, 255))
    np.testing.assert_allclose(error, [(6 + 0 + 255) / 3], rtol=1e-6)
    np.testing.assert_array_equal(colour_error(flat(1, 2, 3), flat(1, 2, 3)), [0.0])


def test_colour_error_is_coarse():
    grain = chequered(-1.0, 1.0, 64).repeat(3, axis=-1)
    np.testing.assert_allclose(colour_error(grain, 0.0 * grain), [0.0], atol=1e-5)


def test_learned_has_its_ends():
    assert learned([0.0, 0.0], [2.0, 4.0]) == 1.0
    assert learned([2.0, 4.0], [2.0, 4.0]) == 0.0
    assert learned([4.0, 8.0], [2.0, 4.0]) == -1.0


@pytest.mark.slow
def test_an_independent_judge_agrees(run_folder, tmp_path):
    for path in JUDGE, VGG_WEIGHTS:
        if not path.is_file():
            pytest.skip(f"{path} is missing; set PORTRAIT_STYLE_DATA")
    for path in list_images(bundled_photos())[::32]:
        photo = load_image(path)
        # One is no square.
        photo = photo if path.stem.endswith("0") else photo[:, 20:-20]
        save_image(tmp_path / "photos" / f"{path.stem}.png", photo)
        truth = np.uint8(photo // 64 * 64 + 32)
        save_image(tmp_path / "truth" / "oil" / f"{path.stem}.png", truth)
    report = evaluate(
        run_folder,
        tmp_path / "photos",
        output=tmp_path / "report",
        truth=tmp_path / "truth",
        perceptual="vgg16",
        perceptual_weights=VGG_WEIGHTS,
    )
    drawn = tmp_path / "report" / "pictures" / "oil (by name)"
    folders = tmp_path / "photos", tmp_path / "truth" / "oil", drawn, VGG_WEIGHTS.parent
    judged = subprocess.run(
        [sys.executable, JUDGE, *folders], check=True, capture_output=True, text=True
    )
    found, wanted = report.styles["oil (by name)"], json.loads(judged.stdout.splitlines()[-1])
    assert wanted["n"] == 3
    for measure, error in ("learned", 0.005), ("strength", 0.005), ("colour_error", 0.06):
        assert found[measure].value == pytest.approx(wanted[measure], abs=error), measure
