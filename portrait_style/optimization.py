"""Style transfer without training: one picture, optimized pixel by pixel."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tqdm import tqdm

from portrait_style.functional.feature_distance import content_change, relative_error
from portrait_style.functional.moments import gram_matrix
from portrait_style.image import (
    ImageSource,
    like_source,
    load_image,
    pad_to_multiple,
    resize_longer_side,
    to_model_range,
    to_uint8,
)
from portrait_style.losses.pixel import total_variation_loss
from portrait_style.stylizer import check_size

# The perceptual network halves the picture so often up to the blocks that count.
_MULTIPLE = 8
_STYLE_BLOCKS = 4


def optimize_picture(
    photo: ImageSource,
    style_picture: ImageSource,
    feature_extractor,
    *,
    size=None,
    steps=200,
    learning_rate=0.03,
    content_weight=1.0,
    style_weight=10.0,
    smoothness_weight=0.1,
    progress=False,
    on_step=None,
):
    """Change a photo until its features have the style of a picture.

    Slow, a perceptual network forth and back a step, but nothing has to be trained, and the result
    follows this one style picture.

    Args:
        photo: path, encoded bytes, PIL image or array, see `load_image`.
        style_picture: likewise; it is scaled to the longer side of the result, which makes its
            strokes as large as they are in the result.
        feature_extractor: `FeatureExtractor` of four blocks or more.
        size: int in [16, 8192], pixels of the longer side of the result, or `None` for the
            photo's own size. Defaults to `None`.
        steps: int, positive. Defaults to 200.
        learning_rate: float, about how far a pixel moves in a step, of 2. Defaults to 0.03.
        content_weight: float, of the change of the fourth block's map. Defaults to 1.
        style_weight: float, of the difference of Gram matrices. Defaults to 10.
        smoothness_weight: float, of total variation. Defaults to 0.1.
        progress: bool, whether to show a progress bar. Defaults to `False`.
        on_step: function of the step's number, from 0, and of the dict of its losses, or `None`.

    Returns:
        The picture, of the photo's kind: uint8 array for an array, PNG bytes for bytes,
        `PIL.Image.Image` otherwise. Its sides are the photo's where `size` is `None`.

    Raises:
        ImageError: if the photo or the style picture cannot be used.
        ValueError: if a number is out of its range or the network has too few blocks.

    References:
        Gatys et al., 2016, https://arxiv.org/abs/1508.06576, with Adam in place of L-BFGS
    """
    _check(feature_extractor, steps, learning_rate)
    check_size(size)
    pixels = load_image(photo)
    pixels = pixels if size is None else resize_longer_side(pixels, size)
    style_pixels = resize_longer_side(load_image(style_picture), max(pixels.shape[:2]))
    weights = {
        "content": content_weight,
        "style": style_weight,
        "smoothness": smoothness_weight,
    }
    objective = PictureObjective(_batch(pixels), _batch(style_pixels), feature_extractor, weights)
    picture = keras.Variable(_batch(pixels), name="picture")
    optimizer = keras.optimizers.Adam(learning_rate)
    # Bars are drawn on a terminal only.
    for step in tqdm(range(steps), desc="optimize", disable=None if progress else True):
        losses = _step(picture, objective, optimizer)
        if on_step is not None:
            on_step(step, {name: float(value) for name, value in losses.items()})
    height, width = pixels.shape[:2]
    return like_source(to_uint8(np.asarray(picture)[0, :height, :width]), photo)


class PictureObjective:
    """What is lowered: content of a photo, style of a picture, smoothness.

    Args:
        photo, style_image: RGB in [-1, 1], (1, height, width, 3), sides multiples of 8.
        feature_extractor: `FeatureExtractor` of four blocks or more.
        weights: dict of "content", "style" and "smoothness" to float.
    """

    def __init__(self, photo, style_image, feature_extractor, weights):
        self.weights = weights
        self._feature_extractor = feature_extractor
        self._photo_features = feature_extractor(photo)
        self._grams = [gram_matrix(maps) for maps in feature_extractor(style_image)[:_STYLE_BLOCKS]]

    def __call__(self, image):
        """Return the weighted sum, a scalar, and the dict of the losses themselves."""
        features = self._feature_extractor(image)
        # Only as many as there are Gram matrices.
        errors = [
            relative_error(gram, gram_matrix(maps))
            for gram, maps in zip(self._grams, features, strict=False)
        ]
        losses = {
            "content": ops.mean(content_change(self._photo_features, features, (_STYLE_BLOCKS,))),
            "style": ops.mean(sum(errors)) / len(errors),
            "smoothness": total_variation_loss(image),
        }
        return sum(self.weights[name] * value for name, value in losses.items()), losses


def _step(picture, objective: PictureObjective, optimizer) -> dict:
    with tf.GradientTape() as tape:
        total, losses = objective(picture.value)
    optimizer.apply([tape.gradient(total, picture.value)], [picture])
    # What is out of range could not be shown, and would count all the same.
    picture.assign(ops.clip(picture, -1.0, 1.0))
    return losses


def _batch(pixels: np.ndarray) -> np.ndarray:
    return to_model_range(pad_to_multiple(pixels, _MULTIPLE))[None]


def _check(feature_extractor, steps, learning_rate) -> None:
    if feature_extractor.num_blocks < _STYLE_BLOCKS:
        raise ValueError(
            f"`feature_extractor` must have {_STYLE_BLOCKS} blocks or more. "
            f"Received: num_blocks={feature_extractor.num_blocks}."
        )
    if steps < 1:
        raise ValueError(f"`steps` must be positive. Received: steps={steps}.")
    if not learning_rate > 0.0:
        raise ValueError(
            f"`learning_rate` must be positive. Received: learning_rate={learning_rate}."
        )
