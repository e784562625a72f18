"""The faces that come with the package, and what training and tests make of them."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from portrait_style.image import load_image
from portrait_style.image_folder import HELD_OUT_FRACTION, ImageFolder, bundled_photos, list_images


@pytest.fixture(scope="module")
def paths():
    return list_images(bundled_photos())


def test_there_are_96_of_at_most_two_megabytes(paths):
    assert len(paths) == len(list(bundled_photos().iterdir())) == 96
    assert sum(path.stat().st_size for path in paths) <= 2_000_000


def test_each_is_another_picture_of_256_pixels_in_colour(paths):
    assert {load_image(path).shape for path in paths} == {(256, 256, 3)}
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in paths}) == 96
    spread = [np.ptp(load_image(path), axis=-1).mean() for path in paths[::12]]
    assert min(spread) > 10


def test_none_says_where_it_comes_from(paths):
    for path in paths:
        with Image.open(path) as picture:
            picture.load()
            assert not picture.getexif()
            kept = set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not kept, f"{path.name} holds {sorted(kept)}"


def test_training_holds_some_out():
    held_out = ImageFolder(bundled_photos(), "validation", HELD_OUT_FRACTION)
    trained = ImageFolder(bundled_photos(), "train", HELD_OUT_FRACTION)
    assert 3 <= len(held_out) <= 15
    assert len(held_out) + len(trained) == 96
