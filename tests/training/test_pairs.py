"""Folders of before and after, and what does not fit."""

import re

import numpy as np
import pytest
from drawn_pictures import draw_picture
from PIL import Image

from portrait_style.errors import DatasetError
from portrait_style.training.dataset import portrait_dataset
from portrait_style.training.pairs import misfit, read_pairs

NAMES = [f"p{i}" for i in range(8)]


def write(folder, side, name, pixels, suffix=".png"):
    path = folder / side / f"{name}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def edits(tmp_path):
    """Eight photos and their negatives, in a folder whose name has a space."""
    folder = tmp_path / "my edits"
    for name in NAMES:
        pixels = draw_picture(name, 64, 48)
        write(folder, "before", name, pixels)
        write(folder, "after", name, 255 - pixels)
    return folder


def test_partners_come_together_and_the_style_is_named_after_the_folder(edits):
    pairs = read_pairs(edits, "all", 0.1)
    assert (pairs.name, len(pairs)) == ("my edits", 8)
    for photo, target in (pairs[i] for i in range(8)):
        np.testing.assert_array_equal(photo, 255 - target)


def test_views_of_a_pair_are_cut_alike(edits):
    dataset = portrait_dataset(pairs=(str(edits),), size=32, batch_size=4, num_batches=3)
    for batch in dataset.as_numpy_iterator():
        assert set(batch) == {"photo", "target"} and batch["target"].shape == (4, 32, 32, 3)
        # Negatives stay so, but for the rounding of two pictures.
        np.testing.assert_allclose(batch["photo"], -batch["target"], atol=0.02)


def test_pairs_and_folders_share_a_batch_pairs_first(edits, photos, styles):
    dataset = portrait_dataset(photos, styles, 32, 6, pairs=(str(edits),), num_batches=2)
    for batch in dataset.as_numpy_iterator():
        # One style of three is taught by pairs.
        assert {name: len(images) for name, images in batch.items()} == {
            "photo": 6,
            "target": 2,
            "style": 4,
        }
        np.testing.assert_allclose(batch["photo"][:2], -batch["target"], atol=0.02)


def test_a_larger_target_is_brought_to_the_photos_size(edits):
    pixels = np.asarray(Image.open(edits / "after" / "p0.png").resize((96, 128)))
    write(edits, "after", "p0", pixels)
    photo, target = read_pairs(edits, "all", 0.1)[0]
    assert photo.shape == target.shape == (64, 48, 3)


def refused(folder, *said):
    with pytest.raises(DatasetError) as error:
        read_pairs(folder, "all", 0.1)
    assert all(re.search(text, str(error.value)) for text in said), str(error.value)
    assert "\n" not in str(error.value)


def test_what_has_no_partner_is_named(edits):
    (edits / "after" / "p3.png").unlink()
    write(edits, "after", "extra", draw_picture("extra"))
    refused(edits, "before/p3", "after/extra")


def test_other_shapes_are_named(edits):
    write(edits, "after", "p2", draw_picture("p2", 48, 48))
    refused(edits, "1 of 8 pairs", r"p2 \(48x64 before, 48x48 after\)")


def test_shifted_crops_are_named(edits):
    rng = np.random.default_rng(0)
    scene = np.asarray(
        Image.fromarray(rng.integers(0, 255, (40, 40, 3), np.uint8)).resize((400, 400), 3)
    )
    write(edits, "before", "p5", scene[0:256, 0:192])
    write(edits, "after", "p5", 255 - scene[26:282, 0:192])
    refused(edits, r"p5 \(moved by .*10 % down\)")


def test_a_shift_is_not_seen_where_there_is_none():
    rng = np.random.default_rng(1)
    for _ in range(5):
        small = Image.fromarray(rng.integers(0, 255, (20, 20, 3), np.uint8))
        photo = np.asarray(small.resize((200, 200), 3))
        drawn = np.where(photo.mean(axis=-1, keepdims=True) > 128, 255, 0).astype(np.uint8)
        assert misfit(photo, np.repeat(drawn, 3, axis=-1)) is None
        assert misfit(photo, np.full_like(photo, 128)) is None


def test_folders_that_are_missing_or_empty(edits, tmp_path):
    refused(tmp_path / "nowhere", "before/ and after/")
    (tmp_path / "empty" / "before").mkdir(parents=True)
    (tmp_path / "empty" / "after").mkdir()
    refused(tmp_path / "empty", "before holds no picture")
