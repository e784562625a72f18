import numpy as np
import pytest
from keras import ops
from skimage import data
from skimage.transform import resize
from sklearn.metrics import roc_auc_score

from portrait_style.image import to_model_range
from portrait_style.models.face_map import BLOCK, face_map, smooth_face_map
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.face_reader import Face
from portrait_style.training.fitting import face_map_fit

# Of the portrait that scikit-image carries: a head and shoulders, and in it the face, by eye.
TOP, LEFT, SIZE = 10, 120, 200
FACE_ROWS, FACE_COLUMNS = slice(70, 160), slice(185, 255)


@pytest.mark.parametrize("size", [128, 200, 256])
def test_the_face_of_a_portrait_stands_out_of_its_ground(size):
    portrait = data.astronaut()[TOP : TOP + SIZE, LEFT : LEFT + SIZE]
    face = np.zeros((SIZE, SIZE), np.float32)
    face[
        FACE_ROWS.start - TOP : FACE_ROWS.stop - TOP,
        FACE_COLUMNS.start - LEFT : FACE_COLUMNS.stop - LEFT,
    ] = 1.0
    view = resize(portrait, (size, size), preserve_range=True, anti_aliasing=True)
    inside = resize(face, (size // 8, size // 8)) > 0.5
    features = FeatureExtractor("compact", num_blocks=BLOCK)(to_model_range(view)[None])
    (found,) = np.asarray(face_map(features))[..., 0]
    assert found.shape == (size // 8, size // 8)
    assert 0.0 < found.min() < found.max() < 1.0
    assert roc_auc_score(inside.ravel(), found.ravel()) > 0.95
    assert found[inside].mean() > 0.9
    # Left of the head there is a wall.
    assert found[: size // 16, : size // 40].mean() < 0.45


def test_neighbours_are_averaged_and_the_edge_is_not_darkened():
    places = np.zeros((1, 5, 5, 1), np.float32)
    places[0, 2, 2] = places[0, 0, 0] = 0.9
    smoothed = np.asarray(smooth_face_map(places))[0, ..., 0]
    assert smoothed[3, 3] == pytest.approx(0.1)
    assert smoothed[0, 0] == pytest.approx(0.9 / 4)
    np.testing.assert_allclose(np.asarray(smooth_face_map(ops.ones((1, 5, 5, 1)))), 1.0, rtol=1e-6)


def test_an_ellipse_lies_around_the_landmarks():
    landmarks = np.array([[80, 80], [120, 80], [100, 100], [88, 120], [112, 120]], float)
    marked = face_map_fit.face_map_labels(landmarks, 192)
    assert marked.shape == (24, 24)
    # Half axes of 1.5 and 1.9 times the 40 pixels between the eyes.
    assert marked.sum() * 64 == pytest.approx(np.pi * 60 * 76, rel=0.05)
    rows, columns = np.nonzero(marked)
    assert (columns.mean() + 0.5) * 8 == pytest.approx(100, abs=2)
    assert (rows.mean() + 0.5) * 8 == pytest.approx(96, abs=4)


def test_the_probe_is_fitted_to_what_a_detector_finds(photos, tmp_path, capsys):
    class Reader:
        """Finds the middle of every second picture."""

        def __init__(self, path):
            self.found = 0

        def find(self, image):
            self.found += 1
            middle = image.shape[0] / 2 + np.array([[-4, -2], [4, -2], [0, 0], [-2, 2], [2, 2]])
            return Face(0.9, middle) if self.found % 2 else None

    output = tmp_path / "face_map.npz"
    arguments = ["--photos", photos, "--detector", "any.onnx", "--output", output]
    face_map_fit.main([str(argument) for argument in arguments], Reader)
    assert "area under the ROC curve on" in capsys.readouterr().out
    with np.load(output) as archive:
        assert archive["kernel"].shape == (512,)
        assert archive["bias"].shape == (1,)
        assert np.abs(archive["kernel"]).max() > 0.0
