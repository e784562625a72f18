"""Generators with what styles add to them, in Keras as in LiteRT; the networks themselves stay."""

import numpy as np

from portrait_style.errors import SharedStyleError
from portrait_style.model_files.lite_networks import LiteNetwork
from portrait_style.styles.low_rank_update import (
    LowRankUpdate,
    kernel_changes,
    kernel_fingerprint,
)


class UpdatedGenerators:
    """Adds to a generator what styles add to it, and remembers what came of it last."""

    def __init__(self):
        self._last: tuple | None = None

    def __call__(self, generator, updates: tuple[LowRankUpdate, ...]):
        """Add updates to a generator.

        Args:
            generator: `Generator`, or `LiteNetwork` of one; it stays as it is.
            updates: tuple of `LowRankUpdate`.

        Returns:
            What is called as `generator` is; the generator itself where there are no updates.

        Raises:
            SharedStyleError: if the updates are of another generator.
        """
        if not updates:
            return generator
        asked, last = (generator, [update.key for update in updates]), self._last
        if last is None or last[0] != asked:
            self._last = last = asked, updated_generator(generator, updates)
        return last[1]


def updated_generator(generator, updates: tuple[LowRankUpdate, ...]):
    """Add what styles add to a generator; see `UpdatedGenerators`, which remembers."""
    if isinstance(generator, LiteNetwork):
        return generator.edited(lambda content: updated_content(content, updates))
    return UpdatedGenerator(generator, updates)


class UpdatedGenerator:
    """A Keras generator that draws with changed kernels, and keeps its own.

    Args:
        generator: built `Generator`.
        updates: tuple of `LowRankUpdate`, one or more.

    Raises:
        SharedStyleError: if the updates are of another generator.
    """

    def __init__(self, generator, updates: tuple[LowRankUpdate, ...]):
        self._generator = generator
        self.code_size, self.multiple = generator.code_size, generator.multiple
        left, scale = kernel_changes(updates), generator.code_scale
        self._changes = []
        for layer in generator.code_projections:
            kernel = np.asarray(layer.kernel)
            change = left.pop(kernel_fingerprint(scale * kernel), None)
            if change is not None:
                change = change / np.float32(scale)
                _check_change(kernel, change, updates)
                self._changes.append((layer.kernel, change))
        _check_all_found(left, updates)

    def __call__(self, inputs, training: bool = False):
        """Stylize, see `Generator.call`; any number of threads may."""
        import keras

        changed = [(kernel, kernel.value + change) for kernel, change in self._changes]
        with keras.StatelessScope(state_mapping=changed):
            return self._generator(inputs, training=training)


def updated_content(content: bytes, updates: tuple[LowRankUpdate, ...]) -> bytes:
    """Change the kernels in a generator's TFLite file.

    Args:
        content: of a file with weights in half precision.
        updates: tuple of `LowRankUpdate`, one or more.

    Returns:
        A file of the same length.

    Raises:
        SharedStyleError: if the updates are of another generator.
    """
    # What describes the format comes with the runtime.
    from ai_edge_litert.schema_py_generated import Model, TensorType

    edited = bytearray(content)
    model = Model.GetRootAs(edited, 0)
    graph, left = model.Subgraphs(0), kernel_changes(updates)
    for tensor in map(graph.Tensors, range(graph.TensorsLength())):
        data = model.Buffers(tensor.Buffer())
        if tensor.Type() != TensorType.FLOAT16 or tensor.ShapeLength() != 2 or data.DataIsNone():
            continue
        # A view of `edited`, as TFLite has kernels: a row a channel.
        kernel = data.DataAsNumpy().view(np.float16).reshape(tensor.ShapeAsNumpy()).T
        # The scale of codes lies within the kernels, or in a multiplication before them.
        for scale in (1.0, updates[0].code_scale):
            change = left.pop(kernel_fingerprint(scale * kernel.astype(np.float32)), None)
            if change is not None:
                change = change / np.float32(scale)
                _check_change(kernel, change, updates)
                kernel[...] = kernel + change
    _check_all_found(left, updates)
    return bytes(edited)


def _check_change(kernel: np.ndarray, change: np.ndarray, updates) -> None:
    fits = kernel.shape == change.shape
    # Half precision holds less than a forged file may ask for.
    with np.errstate(over="ignore", invalid="ignore"):
        if not fits or not np.isfinite((kernel + change).astype(np.float16)).all():
            raise SharedStyleError(
                f"{_sources(updates)} must add finite numbers to each layer, one a channel"
            )


def _check_all_found(left: dict, updates) -> None:
    if left:
        raise SharedStyleError(
            f"{_sources(updates)} adds to other networks than these; name the model it was made "
            "with by --model"
        )


def _sources(updates) -> str:
    return ", ".join(dict.fromkeys(update.source for update in updates))
