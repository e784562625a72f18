"""What a server computes: bytes in, bytes out, all of it TensorFlow operators.

A served model has no Python around it, so reading pictures, finding a style by its name and
writing PNG files belong to the graph. The results are those of `PortraitStylizer`.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from portrait_style.export.picture_decoding import passed_if, read_picture
from portrait_style.export.program import Program
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import STYLE_IMAGE_SIZE
from portrait_style.stylizer import RIM

NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"


def stylize_bytes_function(program: Program, bank: StyleBank) -> Callable:
    """Return what a server computes for the signature `stylize_bytes`.

    Args:
        program: conditional `Program`.
        bank: `StyleBank` whose names are understood.

    Returns:
        A function of image_bytes (batch,) string, style (batch,) string and intensity (batch,)
        float32 that returns {"png_bytes": (batch,) string}. Sizes may differ in a batch.
    """

    def stylize(row):
        data, style, intensity = row
        text = tf.strings.as_string(intensity, shortest=True)
        valid = (intensity >= 0.0) & (intensity <= 1.0)
        data = passed_if(valid, data, "intensity must be in [0, 1], not ", text)
        photo, code = read_picture(data), served_style_code(style, bank)
        return tf.io.encode_png(_draw_served(program, photo, code, intensity))

    def stylize_bytes(image_bytes, style, intensity):
        # One picture at a time: memory stays that of one, and the operators fill the cores.
        png_bytes = tf.map_fn(
            stylize,
            (_passed_if_served_alike(image_bytes, style, intensity), style, intensity),
            fn_output_signature=tf.TensorSpec((), tf.string),
            parallel_iterations=1,
        )
        return {"png_bytes": png_bytes}

    return stylize_bytes


def encode_style_function(program: Program) -> Callable:
    """Return what a server computes for the signature `encode_style`.

    Args:
        program: `Program` of the style encoder.

    Returns:
        A function of image_bytes (batch,) string that returns
        {"style_code": (batch, code_size) float32}.
    """

    def encode_style(image_bytes):
        images = tf.map_fn(
            lambda data: _served_to_model_range(
                served_square(read_picture(data), STYLE_IMAGE_SIZE)
            ),
            image_bytes,
            fn_output_signature=tf.TensorSpec((STYLE_IMAGE_SIZE, STYLE_IMAGE_SIZE, 3), tf.float32),
            parallel_iterations=1,
        )
        return {"style_code": program.function(style_image=images)}

    return encode_style


def served_style_code(style: tf.Tensor, bank: StyleBank) -> tf.Tensor:
    """Find the code of a style; the run fails with a list of the styles where there is none.

    Args:
        style: string tensor, scalar: a name, or a code as comma-separated numbers.
        bank: `StyleBank`.

    Returns:
        float32 tensor of shape (code_size,).
    """
    size = bank.photo_code.size
    parts = tf.strings.strip(tf.strings.split(style, ","))
    numbers = tf.reduce_all(tf.strings.regex_full_match(parts, NUMBER)) & (tf.size(parts) == size)
    named = tf.equal(style, tf.constant(bank.names, tf.string))
    parts = passed_if(
        numbers | tf.reduce_any(named),
        parts,
        "unknown style: ",
        tf.strings.substr(style, 0, 60),
        f"; give {size} comma-separated numbers or one of the styles: ",
        ", ".join(bank.names) or "none",
    )
    codes = np.reshape([bank.code(name) for name in bank.names], (-1, size)).astype(np.float32)
    code = tf.cond(
        tf.reduce_any(named),
        lambda: tf.boolean_mask(codes, named)[0],
        lambda: tf.strings.to_number(parts),
    )
    finite = tf.reduce_all(tf.math.is_finite(code))
    return tf.ensure_shape(passed_if(finite, code, "a style code must be finite"), (size,))


def served_square(image: tf.Tensor, size: int) -> tf.Tensor:
    """Do as `portrait_style.image.crop_square`, to within a grey level on most pixels.

    Args:
        image: uint8 tensor of shape (height, width, 3).
        size: int, pixels.

    Returns:
        float32 tensor of shape (size, size, 3), whole numbers in [0, 255].
    """
    height, width = tf.unstack(tf.shape(image)[:2])
    side = tf.minimum(height, width)
    left, top = (width - side) // 2, (height - side) // 4
    square = image[top : top + side, left : left + side]
    scaled = tf.image.resize(square, (size, size), "lanczos3", antialias=True)
    return tf.clip_by_value(tf.round(scaled), 0.0, 255.0)


def _draw_served(program, photo, code, intensity):
    """Pad, run and crop: uint8 (height, width, 3) in and out, as `PortraitStylizer` does."""
    height, width = tf.unstack(tf.shape(photo)[:2])
    padded = tf.gather(photo, _served_rim_rows(height, program.multiple), axis=0)
    padded = tf.gather(padded, _served_rim_rows(width, program.multiple), axis=1)
    image = program.function(
        photo=_served_to_model_range(padded)[None], style_code=code[None], intensity=intensity[None]
    )
    return _served_to_uint8(image[0, RIM : RIM + height, RIM : RIM + width])


def _served_rim_rows(side, multiple: int):
    """Indices of the rows that edge padding by the rim, then to the multiple, repeats."""
    padded = side + 2 * RIM + (-(side + 2 * RIM)) % multiple
    return tf.clip_by_value(tf.range(padded) - RIM, 0, side - 1)


def _served_to_model_range(image):
    return tf.cast(image, tf.float32) / 127.5 - 1.0


def _served_to_uint8(image):
    return tf.cast(tf.clip_by_value(tf.round((image + 1.0) * 127.5), 0.0, 255.0), tf.uint8)


def _passed_if_served_alike(image_bytes, style, intensity):
    """Refuse inputs of a served batch that are not of one length."""
    counts = [tf.size(tensor) for tensor in (image_bytes, style, intensity)]
    return passed_if(
        tf.reduce_all(tf.equal(counts[0], counts)),
        image_bytes,
        "image_bytes, style and intensity must be of one length, not ",
        tf.strings.reduce_join(tf.strings.as_string(counts), separator=", "),
    )
