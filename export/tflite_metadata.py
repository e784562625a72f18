"""What a TFLite file tells about itself: one JSON text in a buffer of its own."""

import json

from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.tools import flatbuffer_utils

from portrait_style.errors import ArtefactError

METADATA_NAME = "PORTRAIT_STYLE_METADATA"


def with_metadata(content: bytes, metadata: dict) -> bytes:
    """Add metadata to a TFLite file.

    Args:
        content: bytes of the file.
        metadata: dict that JSON can hold.

    Returns:
        bytes of the longer file.
    """
    model = flatbuffer_utils.read_model_from_bytearray(content)
    text = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
    entry = schema.MetadataT()
    entry.name, entry.buffer = METADATA_NAME, len(model.buffers)
    buffer = schema.BufferT()
    buffer.data = list(text.encode())
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def read_metadata(content: bytes) -> dict:
    """Read what `with_metadata` added.

    Args:
        content: bytes of a whole TFLite file.

    Returns:
        dict: name, version, licence, precision, inputs and output with their ranges, and of a
        conditional file the styles with their codes and the code of photos.

    Raises:
        ArtefactError: if the file carries none.
    """
    model = schema.Model.GetRootAsModel(content, 0)
    for i in range(model.MetadataLength()):
        if model.Metadata(i).Name() == METADATA_NAME.encode():
            data = model.Buffers(model.Metadata(i).Buffer()).DataAsNumpy()
            return json.loads(data.tobytes())
    raise ArtefactError("the TFLite file does not say what it is; export it again")
