import os
from pathlib import Path

import numpy as np
import pytest
from skimage.data import astronaut

from portrait_style.errors import ModelError
from portrait_style.quality import identity
from portrait_style.quality.face_reader import Face, FaceReader

SHARED = Path(os.environ.get("PORTRAIT_STYLE_DATA", "nowhere"))
DETECTOR = SHARED / "models" / "face_detection_yunet.onnx"
EMBEDDING = SHARED / "models" / "face_embedding_sface.onnx"
LANDMARKS = np.array([[10.0, 10], [30, 10], [20, 20], [15, 30], [25, 30]])


@pytest.fixture(scope="module")
def reader():
    if not (DETECTOR.is_file() and EMBEDDING.is_file()):
        pytest.skip("PORTRAIT_STYLE_DATA names no folder with face networks")
    return FaceReader(DETECTOR, EMBEDDING)


@pytest.fixture(scope="module")
def portrait():
    return astronaut()[0:256, 96:352]


class DrawnFaces:
    """Takes the mean colour for an embedding, and dark pictures for faceless."""

    tells_people_apart = True

    def find(self, image):
        return Face(0.9, LANDMARKS + image[0, 0, 2]) if image.mean() > 20 else None

    def embed(self, image, face):
        return image.reshape(-1, 3).mean(0)


def flat(*colour):
    return np.full((40, 40, 3), colour, np.uint8)


def test_cosine_by_hand():
    assert identity.identity_similarity([3.0, 0.0], [3.0, 3.0]) == pytest.approx(2**-0.5)
    assert identity.identity_similarity([1.0, 2.0], [-2.0, -4.0]) == pytest.approx(-1.0)


def test_drift_by_hand():
    assert identity.landmark_drift(LANDMARKS, LANDMARKS) == 0.0
    moved = LANDMARKS.copy()
    moved[2] += (6, 8)  # one of five by 10; the eyes are 20 apart
    assert identity.landmark_drift(LANDMARKS, moved) == pytest.approx(0.1)


def test_likeness_by_hand():
    reader = DrawnFaces()
    same = identity.likeness(reader, flat(90, 90, 0), flat(90, 90, 0))
    assert same == (True, pytest.approx(1.0), 0.0)
    other = identity.likeness(reader, flat(90, 0, 0), flat(0, 90, 4))
    assert other == (True, pytest.approx(0.0, abs=1e-6), pytest.approx(4 * 2**0.5 / 20))


def test_a_face_that_is_lost_is_still_compared():
    lost = identity.likeness(DrawnFaces(), flat(90, 0, 0), flat(9, 0, 0))
    assert lost == (False, pytest.approx(1.0), None)


def test_a_photo_without_a_face_says_nothing():
    assert identity.likeness(DrawnFaces(), flat(0, 0, 0), flat(90, 90, 90)) is None


def test_without_embedding_there_is_no_identity():
    reader = DrawnFaces()
    reader.tells_people_apart = False
    assert identity.likeness(reader, flat(90, 0, 0), flat(90, 0, 0)).identity is None


def test_missing_and_damaged_networks(tmp_path):
    with pytest.raises(ModelError, match="nowhere.onnx does not exist"):
        FaceReader(tmp_path / "nowhere.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(b"no network")
    with pytest.raises(ModelError, match="damaged.onnx is not a face network"):
        FaceReader(damaged)


def test_finds_the_face_where_it_is(reader, portrait):
    face = reader.find(portrait)
    assert face.confidence > 0.8
    right_eye, left_eye, nose, *mouth = face.landmarks
    assert right_eye[0] < nose[0] < left_eye[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(corner[1] for corner in mouth)
    larger = reader.find(np.kron(portrait, np.ones((2, 2, 1), np.uint8)))
    np.testing.assert_allclose(larger.landmarks, 2 * face.landmarks, atol=3.0)
    assert reader.find(np.full((64, 48, 3), 128, np.uint8)) is None


def test_identity_of_a_portrait(reader, portrait):
    same = identity.likeness(reader, portrait, portrait)
    assert same == (True, pytest.approx(1.0, abs=1e-5), 0.0)
    mirrored = identity.likeness(reader, portrait, portrait[:, ::-1])
    assert mirrored.identity < 0.99 and mirrored.drift > 0.05
    noise = np.random.default_rng(0).integers(0, 256, portrait.shape, np.uint8)
    lost = identity.likeness(reader, portrait, noise)
    assert not lost.found and lost.identity < 0.5


def test_against_another_runtime(reader, portrait):
    """The embedding of the same aligned face, run by ONNX Runtime."""
    import cv2
    import onnxruntime

    face = reader.find(portrait)
    row = np.concatenate([np.zeros(4), face.landmarks.ravel(), [1]]).astype("float32")
    aligner = cv2.FaceRecognizerSF.create(str(EMBEDDING), "")
    aligned = aligner.alignCrop(np.ascontiguousarray(portrait[..., ::-1]), row[None])
    session = onnxruntime.InferenceSession(EMBEDDING)
    pixels = aligned[..., ::-1].transpose(2, 0, 1)[None].astype("float32")
    (expected,) = session.run(None, {session.get_inputs()[0].name: pixels})
    cosine = identity.identity_similarity(expected[0], reader.embed(portrait, face))
    assert cosine == pytest.approx(1.0, abs=1e-3)
