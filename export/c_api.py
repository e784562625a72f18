"""The part of TensorFlow's C API that runs a SavedModel, for ctypes, and its tensors.

References:
    https://www.tensorflow.org/install/lang_c
    tensorflow/c/c_api.h and tensorflow/c/tf_tstring.h in TensorFlow's wheel
"""

import ctypes
import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from portrait_style.errors import ArtefactError

LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_cc.2.dylib")
TSTRING_BYTES = 24

_handle, _text, _size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
_int, _pointer = ctypes.c_int, ctypes.POINTER


class Output(ctypes.Structure):
    """`TF_Output` of the C API: one result of an operation."""

    _fields_ = [("operation", _handle), ("index", _int)]


class Buffer(ctypes.Structure):
    """`TF_Buffer` of the C API: bytes that somebody else owns."""

    _fields_ = [("data", _handle), ("length", _size), ("deallocator", _handle)]


# What each function of the C API returns and takes.
_FUNCTIONS = {
    "TF_NewStatus": (_handle, []),
    "TF_DeleteStatus": (None, [_handle]),
    "TF_GetCode": (_int, [_handle]),
    "TF_Message": (_text, [_handle]),
    "TF_NewGraph": (_handle, []),
    "TF_DeleteGraph": (None, [_handle]),
    "TF_NewBuffer": (_pointer(Buffer), []),
    "TF_DeleteBuffer": (None, [_pointer(Buffer)]),
    "TF_NewSessionOptions": (_handle, []),
    "TF_DeleteSessionOptions": (None, [_handle]),
    "TF_LoadSessionFromSavedModel": (
        _handle,
        [_handle, _handle, _text, _pointer(_text), _int, _handle, _pointer(Buffer), _handle],
    ),
    "TF_CloseSession": (None, [_handle, _handle]),
    "TF_DeleteSession": (None, [_handle, _handle]),
    "TF_GraphOperationByName": (_handle, [_handle, _text]),
    "TF_SessionRun": (
        None,
        [_handle, _handle]
        + [_pointer(Output), _pointer(_handle), _int] * 2
        + [_pointer(_handle), _int, _handle, _handle],
    ),
    "TF_AllocateTensor": (_handle, [_int, _pointer(ctypes.c_int64), _int, _size]),
    "TF_DeleteTensor": (None, [_handle]),
    "TF_TensorType": (_int, [_handle]),
    "TF_NumDims": (_int, [_handle]),
    "TF_Dim": (ctypes.c_int64, [_handle, _int]),
    "TF_TensorData": (_handle, [_handle]),
    "TF_TensorByteSize": (_size, [_handle]),
    "TF_StringInit": (None, [_handle]),
    "TF_StringCopy": (None, [_handle, _text, _size]),
    "TF_StringGetDataPointer": (_handle, [_handle]),
    "TF_StringGetSize": (_size, [_handle]),
}


@functools.cache
def load_library() -> ctypes.CDLL:
    """Open the C library in TensorFlow's wheel and declare its functions.

    Raises:
        ArtefactError: if this platform's wheel has none.
    """
    folder = Path(tf.sysconfig.get_lib())
    found = [folder / name for name in LIBRARIES if (folder / name).is_file()]
    if not found:
        raise ArtefactError(
            "this check needs the C library in the TensorFlow wheel of Linux or macOS; run it there"
        )
    library = ctypes.CDLL(str(found[0]))
    for name, (result, arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def to_tensor(array: np.ndarray, dtype: tf.DType) -> int:
    """Copy an array into a new `TF_Tensor` of the C API, which the caller deletes.

    Args:
        array: numbers, or `bytes` and `str` objects where `dtype` is `tf.string`.
        dtype: type of the tensor.

    Returns:
        Handle of the tensor.
    """
    if dtype == tf.string:
        return _to_c_string_tensor(np.asarray(array, object))
    array = np.ascontiguousarray(array, dtype.as_numpy_dtype)
    tensor = _allocate_c_tensor(dtype, array.shape, array.nbytes)
    ctypes.memmove(load_library().TF_TensorData(tensor), array.ctypes.data, array.nbytes)
    return tensor


def to_array(tensor: int) -> np.ndarray:
    """Copy a `TF_Tensor` of the C API into an array of numbers, or of `bytes` objects."""
    library = load_library()
    shape = [library.TF_Dim(tensor, i) for i in range(library.TF_NumDims(tensor))]
    dtype = tf.as_dtype(library.TF_TensorType(tensor))
    data = library.TF_TensorData(tensor)
    if dtype == tf.string:
        texts = [_read_c_string(data + i * TSTRING_BYTES) for i in range(int(np.prod(shape)))]
        array = np.empty(len(texts), object)
        array[:] = texts
        return array.reshape(shape)
    content = ctypes.string_at(data, library.TF_TensorByteSize(tensor))
    return np.frombuffer(content, dtype.as_numpy_dtype).reshape(shape)


def _to_c_string_tensor(array):
    library = load_library()
    tensor = _allocate_c_tensor(tf.string, array.shape, array.size * TSTRING_BYTES)
    data = library.TF_TensorData(tensor)
    for i, text in enumerate(array.ravel().tolist()):
        text = text.encode() if isinstance(text, str) else text
        library.TF_StringInit(data + i * TSTRING_BYTES)
        library.TF_StringCopy(data + i * TSTRING_BYTES, text, len(text))
    return tensor


def _allocate_c_tensor(dtype, shape: Sequence[int], length: int) -> int:
    dimensions = (ctypes.c_int64 * len(shape))(*shape)
    return load_library().TF_AllocateTensor(dtype.as_datatype_enum, dimensions, len(shape), length)


def _read_c_string(text: int) -> bytes:
    library = load_library()
    return ctypes.string_at(library.TF_StringGetDataPointer(text), library.TF_StringGetSize(text))
