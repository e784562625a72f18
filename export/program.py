"""What is exported: a function of named tensors, whatever network stands behind it."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from portrait_style.functional.sphere import at_intensity
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import STYLE_IMAGE_SIZE

IMAGE_SHAPE = (None, None, None, 3)


@dataclass(frozen=True)
class Program:
    """A network as exporters, runtimes and the parity check see it.

    Attributes:
        name: str, also the stem of the files made from it.
        inputs: dict of name to shape; `None` is the batch, a height or a width.
        output: str, name of the only output.
        function: takes the inputs as keyword arguments (float32 tensors), returns a float32
            tensor. Images are RGB in [-1, 1].
        network: Keras model or other trackable object that owns the variables.
        multiple: int, height and width of an image must be multiples of it.
        size: int, the one height and width that it is meant for, or `None`.
        licence: str, of the weights, or `None` where it is not known.
    """

    name: str
    inputs: dict[str, tuple]
    output: str
    function: Callable
    network: object
    multiple: int
    size: int | None = None
    licence: str | None = None

    def specs(self, batch: int | None = None, size: int | None = None) -> list[tf.TensorSpec]:
        """Describe the inputs, in order.

        Args:
            batch: int, or `None` for any.
            size: int, height and width of images, or `None` for any.
        """
        specs = []
        for name, shape in self.inputs.items():
            sides = [size if side is None else side for side in shape[1:]]
            specs.append(tf.TensorSpec((batch, *sides), tf.float32, name=name))
        return specs

    def traceable(self) -> Callable:
        """Return the function with positional arguments in the order of `inputs`."""
        names = list(self.inputs)

        def call(*tensors):
            return {self.output: self.function(**dict(zip(names, tensors, strict=True)))}

        return call

    def run(self, **inputs: np.ndarray) -> np.ndarray:
        """Compute eagerly in Keras: the reference that every artefact is compared with."""
        tensors = {name: tf.constant(inputs[name], tf.float32) for name in self.inputs}
        return np.asarray(self.function(**tensors))


def conditional_program(generator) -> Program:
    """Photo, style code and intensity in: one file for every style.

    Args:
        generator: built `Generator` with styles.
    """
    photo_code = tf.constant(StyleBank.from_config(generator.styles).photo_code[None])

    def stylize(photo, style_code, intensity):
        code = at_intensity(photo_code, style_code, tf.reshape(intensity, (-1, 1)))
        return generator({"photo": photo, "style_code": code}, training=False)

    inputs = {
        "photo": IMAGE_SHAPE,
        "style_code": (None, generator.code_size),
        "intensity": (None,),
    }
    return Program("conditional", inputs, "image", stylize, generator, generator.multiple)


def baked_program(generator, style: str, intensity: float = 1.0) -> Program:
    """Photo in: one style, which converters fold into the convolutions.

    Args:
        generator: built `Generator` with styles.
        style: str, one of the styles.
        intensity: float in [0, 1]. Defaults to 1.0.

    Raises:
        ModelError: if there is no such style.
    """
    bank = StyleBank.from_config(generator.styles)
    code = tf.constant(bank.intensity(bank.code(style), intensity)[None], tf.float32)

    def stylize(photo):
        return generator({"photo": photo, "style_code": code}, training=False, one_style=True)

    return Program("baked", {"photo": IMAGE_SHAPE}, "image", stylize, generator, generator.multiple)


def style_encoder_program(style_encoder) -> Program:
    """Style picture in, style code out.

    Args:
        style_encoder: built `StyleEncoder`.
    """

    def encode(style_image):
        return style_encoder(style_image, training=False)

    shape, size = {"style_image": IMAGE_SHAPE}, STYLE_IMAGE_SIZE
    return Program("style_encoder", shape, "style_code", encode, style_encoder, 16, size)


def write_program(program: Program, folder, batch=None, size=None) -> None:
    """Write a program as a SavedModel with the one signature `serving_default`.

    Args:
        program: `Program`.
        folder: path.
        batch, size: as for `Program.specs`.
    """
    archive = keras.export.ExportArchive()
    archive.track(program.network)
    archive.add_endpoint("serving_default", program.traceable(), program.specs(batch, size))
    archive.write_out(str(folder), verbose=False)


class SavedProgram:
    """A program as a SavedModel of batch 1 and one size, written once, when it is first needed.

    Args:
        program: `Program`.
        size: int, height and width of images.
    """

    def __init__(self, program: Program, size: int):
        self.program = program
        self.size = size
        self._temporary = None

    @property
    def folder(self) -> str:
        """Path of the SavedModel; it is gone with this object."""
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory()
            write_program(self.program, self._temporary.name, batch=1, size=self.size)
        return self._temporary.name
