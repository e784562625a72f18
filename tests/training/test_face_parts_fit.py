import numpy as np
import pytest

from portrait_style.models.face_parts import face_parts_head
from portrait_style.training.fitting import face_parts_fit
from portrait_style.training.fitting.face_parts_fit import face_parts_labels, face_parts_unit

# Eyes 48 pixels apart; the middle of the mouth 48 below that of the eyes. Cells are of 8 pixels and
# their middles lie at 4, 12, 20...: the right eye's in row 5, column 5.
LANDMARKS = np.array([[44, 44], [92, 44], [68, 68], [60, 92], [76, 92]], float)
SIDE = 192


def at(marked, x, y):
    return marked[(y - 4) // 8, (x - 4) // 8]


def test_size_is_the_distance_of_the_eyes_or_nine_tenths_of_that_to_the_mouth():
    assert face_parts_unit(LANDMARKS) == 48.0
    from_the_side = LANDMARKS.copy()
    from_the_side[1] = (54, 44)  # middle of the eyes: (49, 44); mouth: (68, 92)
    assert face_parts_unit(from_the_side) == pytest.approx(0.9 * np.hypot(19, 48))
    assert face_parts_unit(np.zeros((5, 2))) == 1.0
    marked = face_parts_labels(LANDMARKS, SIDE)
    assert marked.shape == (24, 24, 3) and marked.dtype == np.float32
    np.testing.assert_allclose(marked[..., 2], np.log(6.0), rtol=1e-6)


def test_eyes_mouth_and_nose_are_marked():
    parts = face_parts_labels(LANDMARKS, SIDE)[..., 1]
    for x, y in ((44, 44), (92, 44), (68, 92)):
        assert at(parts, x, y) == pytest.approx(1.0)
    assert at(parts, 68, 68) == pytest.approx(0.6)
    # Between the eyes, 24 pixels from each: in reaches of 0.42 times 48 to the power of 4.
    assert at(parts, 68, 44) == pytest.approx(np.exp(-0.5 * (24 / 20.16) ** 4), rel=1e-4)
    # 16 above an eye, whose reach upwards is 0.27 times 48.
    assert at(parts, 44, 28) == pytest.approx(np.exp(-0.5 * (16 / 12.96) ** 4), rel=1e-4)
    assert parts[:, 16:].max() < 1e-3


def test_the_face_is_an_ellipse_around_them():
    face = face_parts_labels(LANDMARKS, SIDE)[..., 0]
    # Its middle is the mean of all five, (68, 68), a tenth of 48 higher; its half axes 72 and 91.2.
    assert at(face, 68, 60) == pytest.approx(1.0, abs=2e-4)
    assert at(face, 140, 60) == pytest.approx(0.5, abs=0.01)
    down = (148 - 63.2) / 91.2
    assert at(face, 68, 148) == pytest.approx(1 / (1 + np.exp((down - 1) / 0.08)), rel=1e-3)
    assert at(face, 188, 188) == pytest.approx(0.0, abs=2e-4)


def test_views_are_of_one_size_and_come_again_from_one_seed():
    photo = np.random.default_rng(0).integers(0, 256, (300, 260, 3), np.uint8)

    def views(seed):
        rng = np.random.default_rng(seed)
        return np.stack([face_parts_fit.face_parts_view(photo, rng) for _ in range(6)])

    first = views(3)
    assert first.shape == (6, 256, 256, 3) and first.dtype == np.uint8
    np.testing.assert_array_equal(first, views(3))
    assert np.any(first != views(4))


def test_errors_are_told_of_what_a_head_finds():
    """A head that says the same everywhere: a face, no parts, eyes 12 cells apart."""
    head = face_parts_head()
    weights = [np.zeros_like(x) for x in head.get_weights()]
    weights[-1] = np.array([1.0, -1.0, np.log(12.0)])
    head.set_weights(weights)
    marks = face_parts_labels(LANDMARKS, SIDE)[None]
    said = face_parts_fit.describe_face_parts_errors(
        head, np.zeros((1, 24, 24, 512), np.float32), marks
    )
    share = (marks[..., 0] > 0.5).mean()
    assert f"face: intersection over union {share:.3f}" in said
    assert "eyes, mouth: intersection over union 0.000" in said
    # Twice the 6 cells that they are apart.
    assert "size within faces: median error 1.000" in said
