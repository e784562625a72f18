"""How near drawn photos are to what they should be."""

import numpy as np
import pytest
from drawn_pictures import draw_picture

from portrait_style.image import to_model_range
from portrait_style.training.adaptation.lesson import hold_out
from portrait_style.training.adaptation.trial import PairTrial, StyleTrial

PICTURES = [draw_picture(f"picture{i}", 64, 64) for i in range(6)]


@pytest.fixture(scope="module")
def trial():
    return PairTrial(None, [(x, 255 - x) for x in PICTURES], 64)


def test_truth_is_at_no_distance_from_itself_and_what_is_half_way_is_nearer(trial):
    truth, photos = trial.beside, trial.photos
    half = 0.5 * truth + 0.5 * np.roll(truth, 1, axis=0)
    # Levels of eight bits are compared.
    assert trial.distance(truth) == pytest.approx(0.0, abs=1e-6)
    assert 0.05 < trial.distance(half) < trial.distance(np.roll(truth, 1, axis=0))
    assert trial.distance(photos) > 0.2


def test_pictures_of_the_style_are_nearer_to_it_than_others():
    trial = StyleTrial(None, PICTURES[:2], PICTURES, 64)
    dark = -1.0 + 0.1 * (trial.beside + 1.0)
    assert trial.distance(trial.beside) < 0.5 * trial.distance(dark)


def test_the_sheet_has_a_row_a_photo_and_repeats_style_pictures():
    trial = StyleTrial(None, PICTURES, PICTURES[:1], 64)
    sheet = trial.sheet({"adapted": to_model_range(np.stack(PICTURES))})
    assert sheet.shape == (6 * 196 + 26, 3 * 196 + 4, 3)


@pytest.mark.parametrize(
    "count, learned, tried", [(1, 1, 1), (15, 15, 8), (16, 12, 4), (20, 15, 5), (400, 392, 8)]
)
def test_a_quarter_is_held_out_where_that_is_enough(count, learned, tried):
    found = hold_out(list(range(count)))
    assert tuple(map(len, found)) == (learned, tried)
    assert not set(found[0]) & set(found[1]) or count < 16
