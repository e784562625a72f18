"""Style transfer without training: one picture, optimized pixel by pixel."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tqdm import tqdm

from portrait_style.errors import ArgumentError
from portrait_style.functional.colour import match_colours
from portrait_style.functional.feature_distance import content_change, relative_error
from portrait_style.functional.moments import STYLE_BLOCKS, gram_matrix
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
from portrait_style.optimization_config import OptimizationConfig

# The perceptual network halves the picture so often up to the blocks that count.
_MULTIPLE = 16
# Share of the learning rate that is left in the end.
_LAST_RATE = 0.1
# Of a picture's layers, each of half the size of the one before: the finest two are brightness, for
# the network would colour every pixel another way.
_CHANNELS = (1, 1, 3, 3, 3)
# Down and to the right, pixels; no two alike in what the perceptual network skips.
_SHIFTS = ((0, 0), (3, 6), (5, 1), (2, 7), (7, 4), (4, 3), (1, 2), (6, 5))


def optimize_picture(
    photo: ImageSource,
    style_picture: ImageSource,
    feature_extractor,
    *,
    progress=False,
    on_step=None,
    **settings,
):
    """Change a photo until its features have the style of a picture.

    First the photo is given the style picture's colours, so that strokes alone are left to find.
    Slow, a perceptual network forth and back a step, but nothing has to be trained, and the result
    follows this one style picture.

    Args:
        photo: path, encoded bytes, PIL image or array, see `load_image`.
        style_picture: likewise; it is scaled to the longer side of the result, which makes its
            strokes as large as they are in the result.
        feature_extractor: `FeatureExtractor` of four blocks or more.
        progress: bool, whether to show a progress bar. Defaults to `False`.
        on_step: function of the step's number, from 0, and of the dict of its losses, or `None`.
        **settings: fields of `OptimizationConfig`.

    Returns:
        The picture, of the photo's kind: uint8 array for an array, PNG bytes for bytes,
        `PIL.Image.Image` otherwise. Its sides are the photo's where `size` is `None`.

    Raises:
        ImageError: if the photo or the style picture cannot be used.
        ArgumentError: if a setting is out of its range or the network has too few blocks.

    References:
        Gatys et al., 2016, https://arxiv.org/abs/1508.06576, with Adam in place of L-BFGS
        Gatys et al. (control of colour), 2017, https://arxiv.org/abs/1611.07865
        Olah et al. (shifts and coarse layers against grain), 2017,
        https://doi.org/10.23915/distill.00007
    """
    config = OptimizationConfig(**settings)
    _check_optimization_network(feature_extractor)
    pixels = load_image(photo)
    if config.size is not None:
        pixels = resize_longer_side(pixels, config.size)
    style_pixels = resize_longer_side(load_image(style_picture), max(pixels.shape[:2]))
    palette = pixels if config.keep_colours else style_pixels
    pixels, style_pixels = (match_colours(each, palette) for each in (pixels, style_pixels))
    objective = PictureObjective(
        _optimization_batch(pixels),
        _optimization_batch(style_pixels),
        feature_extractor,
        config.weights,
    )
    picture = LayeredPicture(_optimization_batch(pixels))
    step_once = _optimization_step(picture, objective, config.learning_rate, config.steps)
    # Bars are drawn on a terminal only.
    for step in tqdm(range(config.steps), desc="optimize", disable=None if progress else True):
        losses = step_once(step % len(_SHIFTS))
        if on_step is not None:
            on_step(step, {name: float(value) for name, value in losses.items()})
    height, width = pixels.shape[:2]
    # The network hardly tells hues apart, and tints what it may.
    result = match_colours(to_uint8(np.asarray(picture())[0, :height, :width]), palette)
    return like_source(result, photo)


class LayeredPicture:
    """A photo and what is added to it: layers of ever coarser grids, which are optimized.

    Coarse layers carry colours and broad strokes in few steps; in pixels alone, an optimizer
    finds grain first.

    Args:
        photo: RGB in [-1, 1], (1, height, width, 3), sides multiples of 16.
    """

    def __init__(self, photo):
        self._photo = ops.convert_to_tensor(photo)
        self._size = photo.shape[1:3]
        self.layers = [
            keras.Variable(ops.zeros((1, *(side // 2**i for side in self._size), _CHANNELS[i])))
            for i in range(len(_CHANNELS))
        ]

    def __call__(self):
        """Draw the picture, in [-1, 1]."""
        added = (ops.image.resize(layer, self._size) for layer in self.layers)
        image = sum(added, self._photo)
        # Gradients pass, so that what is out of range finds back.
        return image + ops.stop_gradient(ops.clip(image, -1.0, 1.0) - image)


class PictureObjective:
    """What optimization lowers: content of a photo, style of a picture, smoothness.

    Args:
        photo, style_image: RGB in [-1, 1], (1, height, width, 3), sides multiples of 16.
        feature_extractor: `FeatureExtractor` of four blocks or more.
        weights: dict of "content", "style" and "smoothness" to float.
    """

    def __init__(self, photo, style_image, feature_extractor, weights):
        self.weights = weights
        self._feature_extractor = feature_extractor
        self._content = ops.stack(
            [
                feature_extractor(_shifted_optimized_picture(photo, i))[STYLE_BLOCKS - 1]
                for i in range(len(_SHIFTS))
            ]
        )
        self._grams = [gram_matrix(maps) for maps in feature_extractor(style_image)[:STYLE_BLOCKS]]

    def __call__(self, image, view=0):
        """Return the weighted sum, a scalar, and the dict of the losses themselves.

        Args:
            image: RGB in [-1, 1], (1, height, width, 3).
            view: int below 8, by how much photo and image are shifted before they are looked at.
        """
        features = self._feature_extractor(_shifted_optimized_picture(image, view))
        # Only as many as there are Gram matrices.
        errors = [
            relative_error(gram, gram_matrix(maps))
            for gram, maps in zip(self._grams, features, strict=False)
        ]
        content = ops.take(self._content, view, axis=0)
        losses = {
            "content": ops.mean(content_change([content], features[STYLE_BLOCKS - 1 :][:1], (1,))),
            "style": ops.mean(sum(errors)) / len(errors),
            "smoothness": total_variation_loss(image),
        }
        return sum(self.weights[name] * value for name, value in losses.items()), losses


def _shifted_optimized_picture(image, view):
    """Move an image, and what leaves it to the other side.

    The perceptual network looks at every second pixel, and at every second of those; seen from one
    place only, a picture gets a grid of these.
    """
    return ops.roll(image, ops.take(ops.convert_to_tensor(_SHIFTS), view, axis=0), axis=(1, 2))


def _optimization_step(picture: LayeredPicture, objective, learning_rate: float, steps: int):
    """Return a function that moves the picture a step and returns the losses before it."""
    # Large steps find the strokes, small ones leave no grain.
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps, alpha=_LAST_RATE)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(picture.layers)
    layers = [layer.value for layer in picture.layers]

    def step(view):
        with tf.GradientTape() as tape:
            total, losses = objective(picture(), view)
        optimizer.apply(tape.gradient(total, layers), picture.layers)
        return losses

    # A graph takes half as long as the same operations one by one.
    view = tf.TensorSpec((), tf.int32)
    graph = tf.function(step, autograph=False).get_concrete_function(view)
    return lambda view: graph(tf.constant(view))


def _optimization_batch(pixels: np.ndarray) -> np.ndarray:
    return to_model_range(pad_to_multiple(pixels, _MULTIPLE))[None]


def _check_optimization_network(feature_extractor) -> None:
    if feature_extractor.num_blocks < STYLE_BLOCKS:
        raise ArgumentError(
            f"`feature_extractor` must have {STYLE_BLOCKS} blocks or more. "
            f"Received: num_blocks={feature_extractor.num_blocks}."
        )
