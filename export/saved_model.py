"""The SavedModel that TensorFlow Serving serves."""

import os
import tempfile
from pathlib import Path

import keras
import tensorflow as tf

from portrait_style.errors import ModelError, OutputError
from portrait_style.export.program import conditional_program, style_encoder_program
from portrait_style.export.serving_graph import encode_style_function, stylize_bytes_function
from portrait_style.export.warmup import write_warmup
from portrait_style.styles.bank import StyleBank

VERSION = "1"


def write_serving_model(folder, generator, style_encoder=None) -> Path:
    """Write the SavedModel `folder/1`, whole or not at all, a signature for each way of asking.

    `serving_default` takes tensors: photo (batch, height, width, 3) RGB in [-1, 1] with sides that
    are multiples of `generator.multiple`, style_code (batch, code_size), intensity (batch,) in
    [0, 1]; it gives image, of the photo's shape and range. `stylize_bytes` takes files: image_bytes
    (batch,) JPEG or PNG of any size, style (batch,) a name or a code as comma-separated numbers,
    intensity (batch,); it gives png_bytes (batch,), what `PortraitStylizer.stylize` draws.
    `encode_style` takes image_bytes (batch,) and gives style_code (batch, code_size).

    Args:
        folder: path of the model's folder, made where it is missing.
        generator: built `Generator` with styles.
        style_encoder: built `StyleEncoder`, or `None`: then there is no `encode_style`.

    Returns:
        The path `folder/1`.

    Raises:
        ModelError: if the generator has no styles.
        OutputError: if `folder/1` exists, or the folder cannot be written.
    """
    if not generator.styles:
        raise ModelError("the generator has no styles to serve; name styles with a training run")
    path = Path(folder) / VERSION
    if os.path.lexists(path):
        raise OutputError(f"{path} exists; choose another folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside its place, so that the last step is a rename and servers see all or nothing.
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".portrait-style-") as temporary:
            written = Path(temporary) / VERSION
            _saved_model_archive(generator, style_encoder).write_out(str(written), verbose=False)
            write_warmup(written, StyleBank.from_config(generator.styles).photo_code)
            os.replace(written, path)
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise OutputError(f"cannot write {path}: {reason}") from error
    return path


def _saved_model_archive(generator, style_encoder) -> keras.export.ExportArchive:
    archive = keras.export.ExportArchive()
    program = conditional_program(generator)
    archive.track(generator)
    archive.add_endpoint("serving_default", program.traceable(), program.specs())
    stylize_bytes = stylize_bytes_function(program, StyleBank.from_config(generator.styles))
    intensity = tf.TensorSpec((None,), tf.float32, "intensity")
    archive.add_endpoint(
        "stylize_bytes",
        stylize_bytes,
        [_string_spec("image_bytes"), _string_spec("style"), intensity],
    )
    if style_encoder is not None:
        archive.track(style_encoder)
        encode_style = encode_style_function(style_encoder_program(style_encoder))
        archive.add_endpoint("encode_style", encode_style, [_string_spec("image_bytes")])
    return archive


def _string_spec(name: str) -> tf.TensorSpec:
    """Say that an input of a signature of the SavedModel is texts."""
    return tf.TensorSpec((None,), tf.string, name)
