"""TFLite: a program as one file for phones, run by its own runtime."""

import os
import re
from collections import Counter

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils
from tensorflow.lite.python.convert import ConverterError

from portrait_style.errors import ArtefactError
from portrait_style.export.artefact import read_artefact
from portrait_style.export.calibration import check_calibration
from portrait_style.export.description import describe
from portrait_style.export.program import Program, SavedProgram
from portrait_style.export.tflite_metadata import read_metadata, with_metadata
from portrait_style.export.tflite_precision import CONVERSIONS

THREADS = 2


def convert_tflite(
    program: Program, size: int, quantize: str, representative: dict | None = None
) -> bytes:
    """Convert a program for one picture at a time, of a fixed square size.

    Args:
        program: `Program`.
        size: int, height and width of images, a multiple of `program.multiple`.
        quantize: str, "float32", "float16" (half-precision weights), "dynamic" (8-bit weights)
            or "int8" (8-bit weights and arithmetic). Inputs and output are float32 in each.
        representative: dict of input name to float32 array, one row an example, for "int8"; see
            `calibration_inputs`.

    Returns:
        bytes of a TFLite file of builtin operators with the signature `serving_default`, whose
        inputs have the names of `program.inputs`, and with metadata, see `read_metadata`.

    Raises:
        ArtefactError: if the network needs more than builtin operators, or the examples are
            degenerate.
        ValueError: if an argument is out of its range.
    """
    return convert_saved(SavedProgram(program, size), quantize, representative)


def convert_saved(saved: SavedProgram, quantize: str, representative: dict | None = None) -> bytes:
    """Convert to TFLite as `convert_tflite` does, what is a SavedModel already.

    Args:
        saved: `SavedProgram`.
        quantize, representative: as for `convert_tflite`.
    """
    program, size = saved.program, saved.size
    _check_tflite_arguments(program, size, quantize, representative)
    converter = tf.lite.TFLiteConverter.from_saved_model(saved.folder)
    try:
        content = CONVERSIONS[quantize](converter, size, representative)
    except ConverterError as error:
        raise ArtefactError(
            f"{program.name} cannot be written as TFLite: {_missing_tflite_operators(error)}; "
            "export it to another format"
        ) from error
    return with_metadata(content, {**describe(program, size), "precision": quantize})


class TFLiteArtefact:
    """A TFLite file in the LiteRT interpreter, on two threads of the processor.

    Args:
        content_or_path: bytes of the file, or its path.
        strict: bool, whether to refuse what makes a file slow on phones: shapes that are not
            fixed, and a graph that XNNPACK takes in more than one piece. Files of others may need
            `False`. Defaults to `True`.

    Attributes:
        interpreter: `ai_edge_litert.interpreter.Interpreter`, ready to run.

    Raises:
        ArtefactError: if the file is missing, damaged, or needs more than builtin operators.
    """

    def __init__(self, content_or_path: bytes | str | os.PathLike, strict: bool = True):
        self._content = read_artefact(content_or_path)
        try:
            self.interpreter = Interpreter(model_content=self._content, num_threads=THREADS)
        except ValueError as error:
            raise ArtefactError(
                f"the TFLite file is damaged ({_first_line_of_tflite_error(error)}); "
                "export it again"
            ) from error
        self._model = flatbuffer_utils.read_model_from_bytearray(self._content)
        self._check_operators()
        try:
            self.interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ArtefactError(
                f"the TFLite file does not run ({_first_line_of_tflite_error(error)}); "
                "export it again"
            ) from error
        if strict:
            self._check_shapes()
            self._check_partitions()

    @property
    def metadata(self) -> dict:
        """What the file tells about itself, see `read_metadata`."""
        return read_metadata(self._content)

    def run(self, **inputs: np.ndarray) -> np.ndarray:
        """Compute, one picture after another.

        Args:
            **inputs: an array for each input of the file, by name; one row a picture.

        Returns:
            float32 array, the rows of the file's output.

        Raises:
            ArtefactError: if an input is missing, unknown or of another shape, or the file names
                none of its inputs.
        """
        runner = self._signature()
        details = runner.get_input_details()
        arrays = {name: np.asarray(array, np.float32) for name, array in inputs.items()}
        _check_tflite_inputs(details, arrays)
        rows = zip(*arrays.values(), strict=True)
        outputs = [runner(**{n: x[None] for n, x in zip(arrays, row, strict=True)}) for row in rows]
        return np.concatenate([next(iter(output.values())) for output in outputs])

    def operators(self) -> Counter:
        """Count the operators of the file by name, as in `Counter({"CONV_2D": 16})`."""
        return Counter(
            flatbuffer_utils.opcode_to_name(self._model, operator.opcodeIndex)
            for graph in self._model.subgraphs
            for operator in graph.operators
        )

    def partitions(self) -> int:
        """Count the pieces of the graph that XNNPACK computes; the runtime does what is between."""
        # The interpreter has no public list of what it runs after the delegates have taken over.
        operators = self.interpreter._get_ops_details()
        return sum(operator["op_name"] == "DELEGATE" for operator in operators)

    def _signature(self):
        try:
            return self.interpreter.get_signature_runner()
        except ValueError as error:
            raise ArtefactError(
                "the TFLite file does not name its inputs; export it with one signature"
            ) from error

    def _check_operators(self) -> None:
        codes = (code.customCode for code in self._model.operatorCodes)
        foreign = sorted({code.decode() for code in codes if code})
        if foreign:
            raise ArtefactError(
                f"the TFLite file uses {', '.join(foreign)}, which phones' runtimes lack; "
                "export it with builtin operators alone"
            )

    def _check_shapes(self) -> None:
        free = [
            tensor["name"]
            for tensor in self.interpreter.get_tensor_details()
            if -1 in tensor["shape_signature"]
        ]
        if free:
            raise ArtefactError(
                f"the TFLite file has {len(free)} tensors without a fixed shape, such as "
                f"{free[0]!r}; export it for one size and batch 1"
            )

    def _check_partitions(self) -> None:
        count = self.partitions()
        if count > 1:
            raise ArtefactError(
                f"XNNPACK takes the TFLite file in {count} pieces, not in one, which is slow; "
                "replace the operators between them, such as mirror padding"
            )


def _check_tflite_arguments(program: Program, size: int, quantize: str, representative) -> None:
    if quantize not in CONVERSIONS:
        raise ValueError(
            f"`quantize` must be one of {tuple(CONVERSIONS)}. Received: quantize={quantize!r}."
        )
    if size < 1 or size % program.multiple:
        raise ValueError(f"`size` must be a multiple of {program.multiple}. Received: size={size}.")
    if quantize == "int8":
        if set(representative or ()) != set(program.inputs):
            raise ValueError(
                f"`representative` must hold {', '.join(program.inputs)} for int8. "
                f"Received: {', '.join(representative or ()) or None}."
            )
        check_calibration(representative)


def _check_tflite_inputs(details: dict, arrays: dict[str, np.ndarray]) -> None:
    # The runtime would resize a static graph to any shape that it is given, and run it.
    needed = {name: tuple(detail["shape"].tolist()) for name, detail in details.items()}
    given = {name: (1, *array.shape[1:]) for name, array in arrays.items()}
    if needed != given or len({len(array) for array in arrays.values()}) != 1:
        wanted = ", ".join(f"{name} {shape}" for name, shape in sorted(needed.items()))
        got = ", ".join(f"{name} {arrays[name].shape}" for name in sorted(arrays)) or "nothing"
        raise ArtefactError(
            f"the TFLite file takes {wanted}, any number of rows, and was given {got}; "
            "give it every input by name"
        )


def _missing_tflite_operators(error: Exception) -> str:
    names = sorted(set(re.findall(r"\btf\.([A-Z]\w*)", str(error))))
    if names:
        return f"it has no builtin operator for {', '.join(names)}"
    return _first_line_of_tflite_error(error)


def _first_line_of_tflite_error(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
