"""Refine a code by the personalized style loss, through the frozen generator."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.functional.sphere import to_sphere
from portrait_style.image import crop_square, to_model_range
from portrait_style.losses.personalized import distance_from_mean_grams, mean_gram
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.personalization.region import standardized

_LEARNING_RATE = 0.05
_SIZE = 192


def refine_code(generator, code, liked_codes, directions, photos, steps: int):
    """Bring the pictures of a code nearer to the mean style of the pictures that were liked.

    The liked pictures are drawn again, by their codes. Only the code moves, only as styles differ
    from each other (elsewhere the loss finds codes that fit, but draw ghosts), and the best of all
    steps counts: the result is never worse than `code`.

    Args:
        generator: built `Generator`.
        code: (code_size,), where to start.
        liked_codes: (liked, code_size).
        directions: (directions, code_size), orthonormal; those of `PlausibleRegion`.
        photos: list of uint8 arrays (height, width, 3).
        steps: int, gradient steps.

    Returns:
        float32 array of shape (code_size,), and the losses before and after.
    """
    images = np.stack([to_model_range(crop_square(photo, _SIZE)) for photo in photos])
    extractor = FeatureExtractor("compact", num_blocks=STYLE_BLOCKS)
    liked_grams = _refinement_grams(generator, extractor, images, liked_codes)
    start, basis = np.asarray(code, np.float32), np.asarray(directions, np.float32)
    moved = tf.Variable(np.zeros(len(basis), np.float32))
    optimizer = keras.optimizers.Adam(_LEARNING_RATE)
    seen = []
    for _ in range(steps + 1):
        with tf.GradientTape() as tape:
            drawn = generator(
                _refinement_inputs(images, to_sphere(start + ops.matmul(moved, basis))),
                training=False,
            )
            loss = distance_from_mean_grams(liked_grams, extractor(drawn))
        seen.append((float(loss), np.array(moved)))
        optimizer.apply([tape.gradient(loss, moved)], [moved])
    best_loss, best = min(seen, key=lambda entry: entry[0])
    # A code of no movement is given back as it came.
    final = standardized(start + best @ basis) if best.any() else start
    return final.astype(np.float32), seen[0][0], best_loss


def _refinement_grams(generator, extractor, images, codes):
    """Average the Gram matrices of all photos in all liked codes, a code at a time."""
    by_code = [
        [
            mean_gram(maps)
            for maps in extractor(generator(_refinement_inputs(images, code), training=False))
        ]
        for code in ops.convert_to_tensor(np.asarray(codes, np.float32))
    ]
    return [ops.mean(ops.stack(grams), axis=0) for grams in zip(*by_code, strict=True)]


def _refinement_inputs(images, code):
    return {"photo": images, "style_code": ops.tile(code[None], (len(images), 1))}
