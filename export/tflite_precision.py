"""How the weights and the numbers between layers are stored in a TFLite file.

Which operators stay in floating point follows from their kind and from the size of their result,
not from the weights of one network; `docs/decisions/0006-normalization.md` has the measurements.
"""

import warnings

import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

# What `tf.lite.experimental.QuantizationDebugger` calls, without its second, instrumented model.
from tensorflow.lite.python.convert import mlir_quantize

from portrait_style.export.calibration import representative_dataset


def convert_float32(converter, size, examples) -> bytes:
    """Convert in full precision: keep every number as it is."""
    return converter.convert()


def convert_float16(converter, size, examples) -> bytes:
    """Store weights in half precision; runtimes compute in the precision that they prefer."""
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return converter.convert()


def convert_dynamic(converter, size, examples) -> bytes:
    """Store large weights in 8-bit precision; the runtime finds the range of what flows past."""
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    model = flatbuffer_utils.read_model_from_bytearray(converter.convert())
    # XNNPACK has no such depthwise kernel: each of them would end a partition. The weights of
    # depthwise convolutions are few, so they go back to floating point.
    _restore_depthwise_filters(model)
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def convert_int8(converter, size, examples) -> bytes:
    """Compute in the precision int8, but for the style code and what has half the picture's size.

    The fine layers hold a hundredth of the weights and half of the loss: their rounding is seen in
    the picture itself, and no layer after them smooths it. The few numbers of a code save nothing,
    and XNNPACK has no 8-bit square root.

    Inputs and output stay float32: callers then treat all files alike, and the layers that touch
    the picture take floating point anyway.
    """
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative_dataset(examples)
    converter._experimental_calibrate_only = True
    with warnings.catch_warnings():
        # The converter itself still calibrates by the interpreter that TensorFlow gives up.
        warnings.filterwarnings("ignore", message=r"\s*Warning: tf.lite.Interpreter")
        calibrated = converter.convert()
    return mlir_quantize(
        calibrated,
        denylisted_nodes=_results_in_full_precision(calibrated, size),
        # A scale for each of the thousands of rows takes a tenth of the file, and gains nothing.
        disable_per_channel_for_dense_layers=True,
    )


# Calibration widens an empty range to about this.
_NO_RANGE = 1e-5

CONVERSIONS = {
    "float32": convert_float32,
    "float16": convert_float16,
    "dynamic": convert_dynamic,
    "int8": convert_int8,
}


def _results_in_full_precision(content: bytes, size: int) -> list[str]:
    """Name the results that stay in floating point: see `convert_int8`."""
    model = flatbuffer_utils.read_model_from_bytearray(content)
    graph = model.subgraphs[0]
    names = []
    for operator in graph.operators:
        dense = _int8_operator_kind(model, operator) == schema.BuiltinOperator.FULLY_CONNECTED
        inputs = [graph.tensors[i] for i in operator.inputs if i >= 0]
        for result in (graph.tensors[i] for i in operator.outputs):
            rank = len(result.shape)
            fine = rank == 4 and 2 * result.shape[1] >= size
            no_picture = rank == 3 or (rank == 2 and not dense)
            if fine or no_picture or any(map(_has_no_int8_range, (result, *inputs))):
                names.append(result.name.decode())
    return names


def _has_no_int8_range(tensor) -> bool:
    """Tell whether calibration saw one value only: no range to cut into steps of any precision."""
    ranges = tensor.quantization
    if ranges is None or ranges.min is None or ranges.max is None:
        return False
    return bool(np.all(np.subtract(ranges.max, ranges.min) < _NO_RANGE))


def _int8_operator_kind(model, operator) -> int:
    code = model.operatorCodes[operator.opcodeIndex]
    # Old operators stand in the field that holds small numbers only.
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def _restore_depthwise_filters(model) -> None:
    """Turn 8-bit filters of depthwise convolutions back to the precision float32, in place."""
    depthwise = schema.BuiltinOperator.DEPTHWISE_CONV_2D
    for graph in model.subgraphs:
        for operator in graph.operators:
            weights = graph.tensors[operator.inputs[1]] if len(operator.inputs) > 1 else None
            if (
                _int8_operator_kind(model, operator) == depthwise
                and weights.type == schema.TensorType.INT8
            ):
                _restore_precision(weights, model.buffers[weights.buffer])


def _restore_precision(weights, buffer) -> None:
    quantization = weights.quantization
    values = np.asarray(buffer.data, np.uint8).view(np.int8).reshape(weights.shape)
    # One scale for each entry of the last axis, or one for all.
    scaled = values.astype(np.float32) * np.asarray(quantization.scale, np.float32)
    buffer.data = scaled.view(np.uint8).ravel()
    weights.type, weights.quantization = schema.TensorType.FLOAT32, None
