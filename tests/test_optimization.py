import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.optimization import LayeredPicture, PictureObjective, optimize_picture


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
    assert seen[-1]["style"] < 0.95 * seen[0]["style"]
    assert seen[-1]["content"] > 0.0
    colours, wanted = (np.mean(x, axis=(0, 1)) for x in (result, stripes))
    np.testing.assert_allclose(colours, wanted, atol=20.0)


def test_without_style_the_photo_stays(photo, stripes, extractor):
    arguments = {"style_weight": 0.0, "smoothness_weight": 0.0, "steps": 3}
    result = optimize_picture(photo, stripes, extractor, keep_colours=True, **arguments)
    # Adam divides by the size of the gradient, and so follows its rounding errors.
    assert np.abs(result.astype(int) - photo).max() <= 20


def test_coarse_layers_move_whole_regions():
    picture = LayeredPicture(np.zeros((1, 32, 48, 3), np.float32))
    assert [tuple(layer.shape[1:3]) for layer in picture.layers][-1] == (2, 3)
    picture.layers[-1].assign(np.full((1, 2, 3, 3), 3.0))
    assert np.asarray(picture()).shape == (1, 32, 48, 3)
    assert np.all(np.asarray(picture()) == 1.0)


def test_total_variation_alone_smooths(extractor):
    grain = np.random.default_rng(0).normal(128.0, 12.0, (32, 32, 1))
    grey = np.repeat(grain, 3, axis=-1).astype(np.uint8)
    seen = []
    weights = {"style_weight": 0.0, "content_weight": 0.0, "smoothness_weight": 1.0}
    record = {"on_step": lambda step, losses: seen.append(losses["smoothness"])}
    optimize_picture(grey, grey, extractor, steps=8, **weights, **record)
    assert seen[-1] < 0.9 * seen[0]


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
    with pytest.raises(ValueError, match="`steps` must be 1 or more"):
        optimize_picture(photo, stripes, extractor, steps=0)
    with pytest.raises(ValueError, match="`learning_rate` must be in"):
        optimize_picture(photo, stripes, extractor, learning_rate=0.0)
    with pytest.raises(ValueError, match="`size` must be in"):
        optimize_picture(photo, stripes, extractor, size=3)
    with pytest.raises(ValueError, match="must have 4 blocks"):
        optimize_picture(photo, stripes, FeatureExtractor(weights=None, num_blocks=2))
