import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.optimization import PictureObjective, optimize_picture


@pytest.fixture(scope="module")
def extractor():
    return FeatureExtractor(num_blocks=4)


@pytest.fixture(scope="module")
def stripes():
    y, x = np.mgrid[:48, :48]
    return np.where((x + y)[..., None] % 8 < 4, [250, 40, 20], [20, 30, 120]).astype(np.uint8)


def test_losses_fall_and_the_picture_is_as_large_as_the_photo(photo, stripes, extractor):
    seen = []
    result = optimize_picture(
        photo, stripes, extractor, steps=12, on_step=lambda step, losses: seen.append(losses)
    )
    assert result.shape == photo.shape
    assert result.dtype == np.uint8
    assert len(seen) == 12
    assert seen[0]["content"] == pytest.approx(0.0, abs=1e-6)
    assert seen[-1]["style"] < 0.8 * seen[0]["style"]
    assert seen[-1]["content"] > 0.0


def test_without_style_the_photo_stays(photo, stripes, extractor):
    arguments = {"style_weight": 0.0, "smoothness_weight": 0.0, "steps": 3}
    result = optimize_picture(photo, stripes, extractor, **arguments)
    # Adam divides by the size of the gradient, and so follows its rounding errors.
    assert np.abs(result.astype(int) - photo).max() <= 12


def test_total_variation_alone_smooths(stripes, extractor):
    arguments = {"style_weight": 0.0, "content_weight": 0.0, "smoothness_weight": 1.0}
    result = optimize_picture(stripes, stripes, extractor, steps=8, **arguments)
    before, after = (
        float(tf.image.total_variation(tf.constant(x, tf.float32))) for x in (stripes, result)
    )
    assert after < 0.9 * before


def test_style_is_nothing_where_the_photo_is_the_style_picture(stripes, extractor):
    image = stripes[None].astype("float32") / 127.5 - 1.0
    weights = {"content": 1.0, "style": 1.0, "smoothness": 0.0}
    total, losses = PictureObjective(image, image, extractor, weights)(tf.constant(image))
    assert float(total) == pytest.approx(0.0, abs=1e-6)
    assert float(losses["smoothness"]) > 0.1


def test_size_and_kind_of_the_result(photo, stripes, extractor):
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "PNG")
    result = optimize_picture(
        buffer.getvalue(), Image.fromarray(stripes), extractor, size=28, steps=1
    )
    assert isinstance(result, bytes)
    assert Image.open(io.BytesIO(result)).size == (28, 20)


def test_arguments_out_of_range_are_refused(photo, stripes, extractor):
    with pytest.raises(ValueError, match="`steps` must be positive"):
        optimize_picture(photo, stripes, extractor, steps=0)
    with pytest.raises(ValueError, match="`learning_rate` must be positive"):
        optimize_picture(photo, stripes, extractor, learning_rate=0.0)
    with pytest.raises(ValueError, match="`size` must be in"):
        optimize_picture(photo, stripes, extractor, size=3)
    with pytest.raises(ValueError, match="must have 4 blocks"):
        optimize_picture(photo, stripes, FeatureExtractor(weights=None, num_blocks=2))
