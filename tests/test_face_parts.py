import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.data import astronaut

from portrait_style.image import load_image
from portrait_style.image_folder import (
    HELD_OUT_FRACTION,
    bundled_photos,
    in_validation,
    list_images,
)
from portrait_style.models.face_parts import find_face
from portrait_style.quality.face_reader import FaceReader

SHARED = Path(os.environ.get("PORTRAIT_STYLE_DATA", Path(__file__).parents[2] / "shared"))
DETECTOR = SHARED / "models" / "face_detection_yunet.onnx"
# Of photos in 256 pixels that the network was not fitted to: x and y of the eyes and of the middle
# of the mouth, as YuNet finds them.
PLACES = {
    "faker-female-29": [(95, 81), (127, 79), (113, 111)],
    "faker-female-39": [(117, 108), (171, 116), (136, 164)],
    "faker-female-75": [(107, 108), (149, 109), (128, 151)],
    "faker-female-92": [(113, 100), (151, 97), (135, 136)],
    "astronaut": [(107, 102), (150, 104), (127, 143)],
}
# A face from hair to chin in distances of its eyes, and the share of that distance that eyes and
# mouth of a face from the front are apart.
HEIGHT, DOWN = 3.8, 0.9


def portrait(name, side=256):
    if name == "astronaut":
        whole = astronaut()[0:256, 96:352]
    else:
        whole = load_image(bundled_photos() / f"{name}.jpg")
    return np.asarray(Image.fromarray(whole).resize((side, side), Image.Resampling.LANCZOS))


def height_of(right_eye, left_eye, mouth):
    """Of a face by its landmarks; seen from the side, eyes and mouth tell more than the eyes."""
    places = np.array([right_eye, left_eye, mouth], float)
    down = np.linalg.norm(places[:2].mean(axis=0) - places[2])
    return HEIGHT * max(np.linalg.norm(places[0] - places[1]), DOWN * down)


def padded(photo, height, width, top=0, left=0):
    """The photo on a ground that continues its edges."""
    rest = height - top - photo.shape[0], width - left - photo.shape[1]
    return np.pad(photo, ((top, rest[0]), (left, rest[1]), (0, 0)), mode="edge")


@pytest.mark.parametrize("name", PLACES)
def test_finds_the_face_with_its_eyes_and_mouth(name):
    found = find_face(portrait(name))
    assert found.face.shape == found.features.shape == (256, 256)
    assert all(found.features[y, x] > 0.5 for x, y in PLACES[name])
    middle = np.mean(PLACES[name], axis=0).astype(int)
    assert found.face[middle[1], middle[0]] > 0.9
    assert found.height == pytest.approx(height_of(*PLACES[name]), rel=0.25)
    # Neither is everywhere: not in the corners, and eyes and mouth on a small share only.
    for places in (found.face, found.features):
        assert places[[0, 0, -1, -1], [0, -1, 0, -1]].max() < 0.2
    assert 0.01 < (found.features > 0.3).mean() < 0.1
    assert 0.8 < (found.face > 0.5).sum() / (np.pi / 4 * found.height**2 * 1.5 / 1.9) < 1.4


def test_agrees_with_a_detector():
    if not DETECTOR.is_file():
        pytest.skip("PORTRAIT_STYLE_DATA names no folder with face networks")
    reader = FaceReader(DETECTOR)
    paths = list_images(bundled_photos())
    # A tenth was held out where the network was fitted; others that are many.
    chosen = [path for path in paths if in_validation(path, HELD_OUT_FRACTION)] + paths[::8]
    near = []
    for path in chosen:
        photo = load_image(path)
        landmarks, found = reader.find(photo).landmarks, find_face(photo)
        places = [*landmarks[:2], landmarks[3:].mean(axis=0)]
        assert all(found.features[int(y), int(x)] > 0.3 for x, y in places), path.name
        near.append(abs(found.height / height_of(*places) - 1.0) < 0.25)
    assert len(near) > 12 and np.mean(near) >= 0.8


@pytest.mark.parametrize("colour", [(0, 0, 0), (128, 128, 128), (255, 255, 255), (205, 155, 125)])
def test_finds_nothing_on_even_ground(colour):
    found = find_face(np.full((120, 160, 3), colour, np.uint8))
    assert found.height is None
    assert found.face.shape == found.features.shape == (120, 160)
    assert not found.face.any() and not found.features.any()


@pytest.mark.parametrize("sigma", [0.0, 1.0, 3.0])
def test_finds_nothing_in_noise(sigma):
    noise = np.random.default_rng(0).normal(size=(192, 192, 3))
    noise = cv2.GaussianBlur(noise, (0, 0), sigma) if sigma else noise
    found = find_face(np.clip(128 + 50 * noise / noise.std(), 0, 255).astype(np.uint8))
    assert found.height is None and not found.face.any()


@pytest.mark.parametrize("top, left", [(24, 40), (37, 13)])
def test_moves_along_with_the_photo(top, left):
    photo = portrait("faker-female-39", 160)
    before = find_face(padded(photo, 256, 256))
    after = find_face(padded(photo, 256, 256, top, left))
    assert after.height == pytest.approx(before.height, rel=0.08)
    inside = slice(top, top + 160), slice(left, left + 160)
    for was, moved in ((before.face, after.face), (before.features, after.features)):
        assert np.abs(was[:160, :160] - moved[inside]).mean() < 0.04
    x, y = PLACES["faker-female-39"][0]
    assert after.features[top + y * 160 // 256, left + x * 160 // 256] > 0.5


@pytest.mark.parametrize("side", [128, 512])
def test_grows_with_the_photo(side):
    expected = find_face(portrait("astronaut")).height * side / 256
    assert find_face(portrait("astronaut", side)).height == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("height, width", [(200, 320), (320, 200), (131, 257)])
def test_looks_at_pictures_of_any_aspect(height, width):
    side = min(height, width)
    found = find_face(padded(portrait("faker-female-39", side), height, width))
    assert found.face.shape == found.features.shape == (height, width)
    for x, y in PLACES["faker-female-39"]:
        assert found.features[y * side // 256, x * side // 256] > 0.5
    expected = height_of(*PLACES["faker-female-39"]) * side / 256
    assert found.height == pytest.approx(expected, rel=0.25)


@pytest.mark.parametrize("height, width", [(17, 40), (16, 16), (1, 3), (20, 900)])
def test_looks_at_tiny_and_narrow_pictures(height, width):
    photo = np.asarray(Image.fromarray(portrait("astronaut")).resize((width, height)))
    found = find_face(photo)
    assert found.face.shape == found.features.shape == (height, width)
    assert found.features.min() >= 0.0 and found.face.max() <= 1.0


def test_of_two_faces_the_larger_counts():
    small, large = portrait("astronaut", 112), portrait("faker-female-39", 160)
    both = np.concatenate([padded(small, 160, 112), large], axis=1)
    expected = find_face(padded(large, 160, 272)).height
    assert find_face(both).height == pytest.approx(expected, rel=0.2)
    x, y = PLACES["astronaut"][0]
    assert find_face(both).features[y * 112 // 256, x * 112 // 256] > 0.3
