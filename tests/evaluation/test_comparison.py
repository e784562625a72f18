import numpy as np
import pytest

from portrait_style.evaluation.comparison import Comparison
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.face_reader import Face
from portrait_style.quality.style_set import SIDE, StyleSet


def waves(seed, colour):
    """Stripes of one colour: the style; their place and width: the content."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    tone = np.sin(rng.uniform(8, 30) * x + rng.uniform(8, 30) * y + rng.uniform(0, 6))
    return np.round((tone[..., None] + 1) * 0.5 * np.array(colour)).astype(np.uint8)


@pytest.fixture(scope="module")
def extractor():
    return FeatureExtractor()


@pytest.fixture(scope="module")
def pictures():
    photos = [waves(i, (250, 220, 200)) for i in range(4)]
    styles = [255 - waves(10 + i, (20, 90, 250)) for i in range(5)]
    return photos, styles


@pytest.fixture(scope="module")
def compare(extractor, pictures):
    photos, styles = pictures
    style_set = StyleSet(styles, extractor)

    def run(results, **arguments):
        comparison = Comparison(style_set, extractor, **arguments)
        for photo, result, style in zip(photos, results, styles, strict=False):
            comparison.update(photo, result, style)
        return comparison

    return run


def test_the_untouched_photo_has_all_content_and_no_style(compare, pictures):
    found = compare(pictures[0]).estimates()
    assert found["content_score"].value == pytest.approx(1.0)
    assert found["content_retention"].value == pytest.approx(1.0)
    for name in ("style_distance", "gram_distance", "kernel_distance", "frechet_distance"):
        assert found[name].value == pytest.approx(1.0, rel=1e-4), name
    assert found["total"].value == pytest.approx(0.0, abs=1e-4)
    assert found["psnr"].value == 100.0


def test_the_style_picture_in_its_place_has_style_and_no_content(compare, pictures):
    found = compare(pictures[1]).estimates()
    assert found["content_score"].value == pytest.approx(0.0, abs=1e-6)
    assert found["style_score"].value > 0.5
    assert found["kernel_distance"].value < 0.3
    assert found["total"].value == pytest.approx(0.0, abs=1e-6)
    # Four of the five pictures themselves.
    floor = found["style_distance_floor"].value
    assert found["style_distance"].value == pytest.approx(floor, rel=0.5)


def test_a_blend_is_worth_more_than_either_end(compare, pictures):
    blends = [np.uint8(0.5 * a + 0.5 * b) for a, b in zip(*pictures, strict=False)]
    found = compare(blends).estimates()
    assert found["total"].value > 0.1
    assert 0.0 < found["style_score"].value < 1.0
    assert 0.0 < found["content_score"].value < 1.0


def test_style_distance_by_hand(compare, pictures, extractor):
    from portrait_style.functional.moments import channel_moments
    from portrait_style.image import to_model_range

    def moments(images):
        maps = extractor(np.stack([to_model_range(image) for image in images]))
        return [np.asarray(channel_moments(x)) for x in maps[:4]]

    photos, styles = pictures
    targets = [x.mean(0) for x in moments(styles)]

    def distance(images):
        errors = [
            ((values - target) ** 2).mean(1) / (target**2).mean()
            for values, target in zip(moments(images), targets, strict=True)
        ]
        return np.mean(errors)

    results = [image[:, ::-1] // 2 for image in photos]
    expected = distance(results) / distance(photos)
    assert compare(results).estimates()["style_distance"].value == pytest.approx(expected, rel=5e-3)


def test_intervals_and_seeds(compare, pictures):
    comparison = compare([image // 2 for image in pictures[0]])
    first, again, other = (comparison.estimates(seed) for seed in (1, 1, 2))
    assert first == again != other
    for name, (value, low, high) in first.items():
        assert np.isfinite([value, low, high]).all(), name
        assert low <= value <= high, name


def test_one_picture(extractor, pictures):
    photos, styles = pictures
    comparison = Comparison(StyleSet(styles[:1], extractor), extractor)
    comparison.update(photos[0], photos[1], styles[0])
    found = comparison.estimates()
    assert "kernel_distance" not in found and "total" in found
    assert "two or more" in comparison.skipped["kernel_distance"]


class Eyes:
    """Sees a face in bright pictures; whose it is depends on the brightest channel."""

    tells_people_apart = True

    def find(self, image):
        landmarks = np.array([[0.0, 0], [10, 0], [5, 5], [2, 9], [8, 9]])
        return Face(1.0, landmarks) if image.mean() > 60 else None

    def embed(self, image, face):
        return np.eye(3)[image.reshape(-1, 3).sum(0).argmax()]


def test_faces(compare, pictures):
    blue = [image[..., ::-1] for image in pictures[0]]
    comparison = compare([*blue[:2], pictures[0][2], blue[3] // 9], face_reader=Eyes())
    found = comparison.estimates()
    assert found["faces_found"].value == pytest.approx(0.75)
    assert found["identity"].value == pytest.approx(0.25)
    assert found["landmark_drift"].value == 0.0
    assert not {"identity", "faces_found"} & set(comparison.skipped)


def test_without_face_networks_it_says_so(compare, pictures):
    comparison = compare(pictures[0])
    assert comparison.skipped["identity"] == "no face detector was given"
    assert "identity" not in comparison.estimates()


def test_faceless_photos_are_said_to_be_so(extractor, pictures):
    photos, styles = pictures
    comparison = Comparison(StyleSet(styles[:2], extractor), extractor, face_reader=Eyes())
    comparison.update(photos[0] // 9, photos[0], styles[0])
    assert "faces_found" not in comparison.estimates()
    assert comparison.skipped["faces_found"] == "no face was found"
