"""Run a SavedModel as servers do: by TensorFlow's C++ loader, without Python's.

Python's loader rebuilds objects and forgives what the C++ loader refuses, so a SavedModel that
loads in Python may still fail on a server. The C++ loader is in TensorFlow's own wheel.
"""

import ctypes
import re
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf.meta_graph_pb2 import MetaGraphDef, SignatureDef

from portrait_style.errors import ArtefactError
from portrait_style.export.c_api import Output, load_library, to_array, to_tensor

PYTHON_ONLY = (
    "it was saved in a form whose weights only Python's loader finds; "
    "write it with keras.export.ExportArchive. "
)


class NativeSavedModel:
    """A SavedModel in a session of TensorFlow's C API.

    Args:
        folder: path that holds saved_model.pb.

    Attributes:
        signatures: dict of name to `SignatureDef`.

    Raises:
        ArtefactError: if the C++ loader refuses it, or this platform's wheel has no such loader.

    Example: ::

        with NativeSavedModel("portrait_style/1") as model:
            result = model.run("serving_default", photo=photo, style_code=code, intensity=one)
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self._api = load_library()
        with ExitStack() as resources:
            self._status = self._api.TF_NewStatus()
            resources.callback(self._api.TF_DeleteStatus, self._status)
            self._graph = self._api.TF_NewGraph()
            resources.callback(self._api.TF_DeleteGraph, self._graph)
            meta_graph = self._load()
            resources.callback(self._delete_session)
            self.signatures = _native_signatures(meta_graph)
            self._resources = resources.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """Release the session and its memory; a second call does nothing."""
        self._resources.close()

    def run(self, signature: str, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """Run a signature; the session stays usable if the run fails.

        Args:
            signature: str, one of `signatures`.
            **inputs: arrays by the signature's names: numbers, or `bytes` and `str` objects.

        Returns:
            dict of output name to array: numbers, or `bytes` objects.

        Raises:
            ArtefactError: if the run fails; it carries TensorFlow's message.
            ValueError: if the model is closed, there is no such signature, or the inputs are not
                the signature's.
        """
        definition = self._checked_signature(signature, inputs)
        names = sorted(definition.outputs)
        places = [definition.inputs[name] for name in inputs]
        tensors = (ctypes.c_void_p * len(inputs))()
        results = (ctypes.c_void_p * len(names))()
        try:
            for i, (array, place) in enumerate(zip(inputs.values(), places, strict=True)):
                tensors[i] = to_tensor(array, tf.as_dtype(place.dtype))
            self._run_session(
                (self._outputs(places), tensors, len(places)),
                (self._outputs(definition.outputs[name] for name in names), results, len(names)),
            )
            self._check(f"{self.folder} does not run {signature}")
            return {name: to_array(result) for name, result in zip(names, results, strict=True)}
        finally:
            for tensor in filter(None, (*tensors, *results)):
                self._api.TF_DeleteTensor(tensor)

    def _load(self) -> MetaGraphDef:
        options, buffer = self._api.TF_NewSessionOptions(), self._api.TF_NewBuffer()
        tags = (ctypes.c_char_p * 1)(tf.saved_model.SERVING.encode())
        try:
            self._session = self._api.TF_LoadSessionFromSavedModel(
                options,
                None,
                bytes(self.folder),
                tags,
                len(tags),
                self._graph,
                buffer,
                self._status,
            )
            self._check(f"{self.folder} cannot be loaded by TensorFlow's C++ loader")
            content = buffer.contents
            return MetaGraphDef.FromString(ctypes.string_at(content.data, content.length))
        finally:
            self._api.TF_DeleteBuffer(buffer)
            self._api.TF_DeleteSessionOptions(options)

    def _delete_session(self) -> None:
        self._api.TF_CloseSession(self._session, self._status)
        self._api.TF_DeleteSession(self._session, self._status)
        self._session = None

    def _run_session(self, inputs: tuple, outputs: tuple) -> None:
        self._api.TF_SessionRun(self._session, None, *inputs, *outputs, None, 0, None, self._status)

    def _outputs(self, places):
        """Find where in the graph the tensors are that a signature names `operation:index`."""
        found = []
        for place in places:
            operation, index = place.name.rsplit(":", 1)
            found.append(
                Output(
                    self._api.TF_GraphOperationByName(self._graph, operation.encode()), int(index)
                )
            )
        return (Output * len(found))(*found)

    def _checked_signature(self, signature: str, inputs: dict) -> SignatureDef:
        if self._session is None:
            raise ValueError("`run` needs an open model; load it again after `close`.")
        if signature not in self.signatures:
            raise ValueError(
                f"`signature` must be one of {sorted(self.signatures)}. "
                f"Received: signature={signature!r}."
            )
        definition = self.signatures[signature]
        if set(inputs) != set(definition.inputs):
            raise ValueError(
                f"`inputs` must be {sorted(definition.inputs)}. Received: {sorted(inputs)}."
            )
        return definition

    def _check(self, problem: str) -> None:
        if self._api.TF_GetCode(self._status) == 0:
            return
        message = self._api.TF_Message(self._status).decode(errors="replace")
        hint = PYTHON_ONLY if "Could not find variable" in message else ""
        raise ArtefactError(f"{problem}: {hint}{_native_message(message)}")


def _native_signatures(meta_graph: MetaGraphDef) -> dict[str, SignatureDef]:
    # Beside them the file lists an operation that only initializes.
    predict = tf.saved_model.PREDICT_METHOD_NAME
    return {n: s for n, s in meta_graph.signature_def.items() if s.method_name == predict}


def _native_message(message: str) -> str:
    """Leave out the names of nodes, which mean nothing to a reader."""
    return " ".join(re.sub(r"\[\[.*?\]\]", "", message).split())
