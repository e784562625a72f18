"""Requests that TensorFlow Serving runs before it calls a new version of a model ready."""

from pathlib import Path

import numpy as np
import tensorflow as tf
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from tensorflow.core.framework.tensor_pb2 import TensorProto

from portrait_style.encoding import encode_image

WARMUP_FILE = "assets.extra/tf_serving_warmup_requests"
MODEL_NAME = "portrait_style"
PHOTO_SIZE = 256
PICTURE_SIZE = 64

_Field = descriptor_pb2.FieldDescriptorProto
# Name, number, type of every field that a request to predict needs; the numbers are those of
# tensorflow_serving/apis. A tensor is declared as its bytes: on the wire the two are the same,
# and TensorFlow's own messages need not be declared a second time.
_MESSAGES = {
    "ModelSpec": [("name", 1, "string"), ("signature_name", 3, "string")],
    "Input": [("key", 1, "string"), ("value", 2, "bytes")],
    "PredictRequest": [("model_spec", 1, "ModelSpec"), ("inputs", 2, "Input*")],
    "PredictLog": [("request", 1, "PredictRequest")],
    "PredictionLog": [("predict_log", 6, "PredictLog")],
}


def write_warmup(folder, code: np.ndarray) -> Path:
    """Write one request for `serving_default` and one for `stylize_bytes`.

    Args:
        folder: path of a SavedModel.
        code: float array of shape (code_size,), a style code to ask for.

    Returns:
        Path of the file.
    """
    path = Path(folder) / WARMUP_FILE
    path.parent.mkdir(exist_ok=True)
    with tf.io.TFRecordWriter(str(path)) as writer:
        for signature, inputs in warmup_requests(code).items():
            writer.write(prediction_log(signature, inputs))
    return path


def warmup_requests(code: np.ndarray) -> dict[str, dict[str, TensorProto]]:
    """Return the inputs of each signature: a black photo, and a small white picture.

    Args:
        code: float array of shape (code_size,).
    """
    code = np.asarray(code, np.float32)
    black = tf.make_tensor_proto(-1.0, tf.float32, (1, PHOTO_SIZE, PHOTO_SIZE, 3))
    white = encode_image(np.full((PICTURE_SIZE, PICTURE_SIZE, 3), 255, np.uint8), ".png")
    text = ",".join(f"{number:.6f}" for number in code)
    intensity = tf.make_tensor_proto([1.0], tf.float32)
    return {
        "serving_default": {
            "photo": black,
            "style_code": tf.make_tensor_proto(code[None]),
            "intensity": intensity,
        },
        "stylize_bytes": {
            "image_bytes": tf.make_tensor_proto([white]),
            "style": tf.make_tensor_proto([text]),
            "intensity": intensity,
        },
    }


def prediction_log(signature: str, inputs: dict[str, TensorProto]) -> bytes:
    """Serialize a request for the warmup as `tensorflow.serving.PredictionLog`.

    Args:
        signature: str, the signature's name.
        inputs: dict of the signature's input names to `TensorProto`.
    """
    log = _warmup_classes()["PredictionLog"]()
    request = log.predict_log.request
    request.model_spec.name = MODEL_NAME
    request.model_spec.signature_name = signature
    for name, tensor in sorted(inputs.items()):
        request.inputs.add(key=name, value=tensor.SerializeToString())
    return log.SerializeToString(deterministic=True)


def _warmup_classes():
    # A pool of its own: the official messages may be loaded in the same process.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_warmup_descriptor())
    names = [f"portrait_style.{name}" for name in _MESSAGES]
    found = [message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names]
    return dict(zip(_MESSAGES, found, strict=True))


def _warmup_descriptor():
    file = descriptor_pb2.FileDescriptorProto(
        name="portrait_style/warmup.proto", package="portrait_style", syntax="proto3"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field_name, number, kind in fields:
            field = message.field.add(name=field_name, number=number, label=_Field.LABEL_OPTIONAL)
            if kind.endswith("*"):
                field.label = _Field.LABEL_REPEATED
            _set_warmup_type(field, kind.rstrip("*"))
    return file


def _set_warmup_type(field, kind):
    if kind in _MESSAGES:
        field.type, field.type_name = _Field.TYPE_MESSAGE, f".portrait_style.{kind}"
    else:
        field.type = _Field.TYPE_STRING if kind == "string" else _Field.TYPE_BYTES
