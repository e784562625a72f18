"""Networks as TFLite files in LiteRT: drawing without TensorFlow or Keras."""

import copy
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portrait_style.errors import ModelError

GENERATOR_LITE, ENCODER_LITE, MAPPING_LITE = (
    "generator.tflite",
    "style_encoder.tflite",
    "mapping_network.tflite",
)


class LiteNetwork:
    """A network in a TFLite file, called as its Keras model is, by any number of threads.

    Args:
        path: of a file with one signature and one output.
        threads: int, of the processor that one call takes, or `None` for all. Defaults to `None`.
        **told: attributes of the Keras model that callers read, such as `code_size`.

    Raises:
        ModelError: if the file is missing or damaged.
    """

    def __init__(self, path: str | os.PathLike, threads: int | None = None, **told):
        self._threads = threads or os.cpu_count() or 1
        self._path = Path(path)
        self._content: bytes | None = None
        self._lock = threading.Lock()
        self._idle = [self._open()]
        self.inputs = tuple(self._idle[0].get_input_details())
        self.__dict__.update(told)

    def __call__(self, inputs, training: bool = False) -> np.ndarray:
        """Compute.

        Args:
            inputs: dict of name to array, or the array where there is one input. A picture's
                height and width may be any that the network takes, the batch is 1.
            training: bool, there for Keras' sake; must be `False`.

        Returns:
            float32 array.
        """
        if not isinstance(inputs, Mapping):
            inputs = {self.inputs[0]: inputs}
        arrays = {name: np.ascontiguousarray(inputs[name], np.float32) for name in self.inputs}
        with self._borrowed() as runner:
            return next(iter(runner(**arrays).values()))

    def edited(self, edit: Callable[[bytes], bytes]) -> "LiteNetwork":
        """Open the network once more, its file changed in memory.

        Args:
            edit: content of the file -> content of one with the same signature.

        Raises:
            ModelError: if the file is missing or damaged.
        """
        network = copy.copy(self)
        network._content = edit(self._read())
        network._lock = threading.Lock()
        network._idle = [network._open()]
        return network

    @contextmanager
    def _borrowed(self):
        """Lend an interpreter, which serves one thread at a time; make another if all are lent."""
        with self._lock:
            runner = self._idle.pop() if self._idle else None
        runner = runner or self._open()
        try:
            yield runner
        finally:
            with self._lock:
                self._idle.append(runner)

    def _open(self):
        from ai_edge_litert.interpreter import Interpreter

        content = self._read() if self._content is None else self._content
        try:
            interpreter = Interpreter(model_content=content, num_threads=self._threads)
            # What the runtime has to say of the processor is said here, not at the first picture.
            interpreter.allocate_tensors()
            return interpreter.get_signature_runner()
        except (RuntimeError, ValueError) as error:
            raise self._damaged(error) from error

    def _read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> ModelError:
        return ModelError(
            f"{self._path} is damaged ({str(error).splitlines()[0][:120]}); "
            "install or save the preset again"
        )


@dataclass(frozen=True)
class LiteNetworks:
    """What a preset draws with.

    Attributes:
        generator: `LiteNetwork` with `code_size` and `multiple`.
        style_encoder: `LiteNetwork`.
        mapping_network: `LiteNetwork` with `noise_size`, or `None`.
    """

    generator: LiteNetwork
    style_encoder: LiteNetwork
    mapping_network: LiteNetwork | None
