"""Which files an export consists of: how each is written, opened and judged."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portrait_style.errors import ArgumentError
from portrait_style.export import onnx_format, saved_model, tflite
from portrait_style.export.artefact import Artefact
from portrait_style.export.bundle import describe
from portrait_style.export.native_runtime import NativeSavedModel
from portrait_style.export.parity import Threshold
from portrait_style.export.program import Program, write_saved_model
from portrait_style.output_files import write_atomically

FORMATS = ("saved_model", "tflite", "onnx")
PRECISIONS = ("float32", "float16", "dynamic", "int8")

# By precision, for images; for codes, what is asked of the correlation alone.
IMAGE_THRESHOLDS = {
    "float32": Threshold(psnr=80.0, worst_psnr=70.0, correlation=0.99999),
    "float16": Threshold(psnr=50.0, worst_psnr=45.0, correlation=0.9999),
    "dynamic": Threshold(psnr=35.0, worst_psnr=28.0, correlation=0.998),
    "int8": Threshold(psnr=32.0, worst_psnr=25.0, correlation=0.998),
}
CODE_CORRELATIONS = {"float32": 0.99999, "float16": 0.9999, "dynamic": 0.99, "int8": 0.99}


@dataclass(frozen=True)
class Job:
    """One file to make.

    Attributes:
        artefact: `Artefact`, not measured yet.
        program: `Program` that it must equal.
        write: takes the path, writes the file or folder.
        open: takes the path, returns a function of the program's inputs as keyword arguments.
    """

    artefact: Artefact
    program: Program
    write: Callable[[Path], None]
    open: Callable[[Path], Callable[..., np.ndarray]]

    @property
    def threshold(self) -> Threshold:
        """What the artefact must reach."""
        precision = self.artefact.precision
        if self.program.output == "image":
            return IMAGE_THRESHOLDS[precision]
        return Threshold(0.0, 0.0, CODE_CORRELATIONS[precision])


def saved_model_job(program: Program, generator=None, style_encoder=None) -> Job:
    """Make the SavedModel for servers; with a generator of ours also its other signatures."""

    def write(path):
        shutil.rmtree(path, ignore_errors=True)
        if generator is not None:
            saved_model.write_serving_model(path.parent, generator, style_encoder)
        else:
            write_saved_model(program, path)

    def open_native(path):
        loaded = NativeSavedModel(path)
        return lambda **inputs: loaded.run("serving_default", **inputs)[program.output]

    artefact = Artefact("saved_model/1", "saved_model", program.name, "float32")
    return Job(artefact, program, write, open_native)


def tflite_jobs(program: Program, size: int, precisions, calibration) -> list[Job]:
    """Make a file a precision.

    Args:
        program: `Program`.
        size: int, height and width of images.
        precisions: tuple of str, of `PRECISIONS`.
        calibration: dict of input name to array, one row an example, for int8.
    """

    def job(precision):
        def write(path):
            content = tflite.convert_tflite(program, size, precision, calibration)
            write_atomically(path, content)

        def open_tflite(path):
            # What others built may need more than one piece of the graph; ours may not.
            return tflite.TFLiteArtefact(path, strict=program.name != "foreign").run

        path = f"tflite/{program.name}_{precision}.tflite"
        artefact = Artefact(path, "tflite", program.name, precision)
        return Job(artefact, program, write, open_tflite)

    return [job(precision) for precision in precisions]


def onnx_job(program: Program) -> Job:
    """Make a file for any batch, height and width, which tells what `metadata.json` does."""

    def write(path):
        metadata = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in describe(program, None).items()
        }
        write_atomically(path, onnx_format.convert_onnx(program, metadata))

    artefact = Artefact(f"onnx/{program.name}.onnx", "onnx", program.name, "float32")
    return Job(artefact, program, write, lambda path: onnx_format.OnnxArtefact(path).run)


def check_arguments(formats, quantize, size) -> None:
    """Make sure that formats and precisions are known and the size is usable.

    Raises:
        ArgumentError: if one is not.
    """
    for name, values, known in (("formats", formats, FORMATS), ("quantize", quantize, PRECISIONS)):
        unknown = [value for value in values if value not in known]
        if unknown or not values:
            raise ArgumentError(f"`{name}` must be of {known}. Received: {name}={tuple(values)}.")
    if not 32 <= size <= 2048:
        raise ArgumentError(f"`size` must be in [32, 2048]. Received: size={size}.")
