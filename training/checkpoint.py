"""Checkpoint files: written whole, and recognized when they are not."""

import hashlib
import io
import os
from pathlib import Path

from portrait_style.errors import OutputError
from portrait_style.output_files import replaced

# Stands with the digest behind the HDF5 data, where HDF5 does not look: one file, so that weights
# and digest are replaced together.
_MARK = b"\nsha256:"
_DIGEST_SIZE = hashlib.sha256().digest_size
# What h5py and Keras raise for a file that is not as they expect.
_FAILURES = (OSError, RuntimeError, KeyError, ValueError)


class DamagedCheckpointError(ValueError):
    """A checkpoint is not what was written."""


class _CheckpointInMemory(io.BytesIO):
    """A file in memory under a name that Keras takes: HDF5 crashes the process on a full disk."""

    def __str__(self):
        return "checkpoint.weights.h5"


def write_checkpoint(model, path: Path) -> None:
    """Write a model's weights and optimizers through a temporary file, then rename.

    Args:
        model: `keras.Model`.
        path: file, its name ending in `.weights.h5`.

    Raises:
        OutputError: if it cannot be written; what was there before stays.
    """
    memory = _CheckpointInMemory()
    model.save_weights(memory)
    data = memory.getvalue()
    try:
        with replaced(path) as written, written.open("wb") as file:
            file.write(data + _MARK + hashlib.sha256(data).digest())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {checkpoint_reason(error)}; earlier checkpoints are whole: "
            "make room, then go on with --resume"
        ) from error


def read_checkpoint(model, path: Path) -> None:
    """Load a model's weights and optimizers.

    A file without a digest, as earlier versions wrote them, is trusted if it can be read.

    Args:
        model: `keras.Model`; after an error its weights may be half replaced.
        path: file.

    Raises:
        DamagedCheckpointError: if the file is truncated, damaged or of another model.
    """
    try:
        data = path.read_bytes()
        end = len(data) - _DIGEST_SIZE
        if data[end - len(_MARK) : end] == _MARK:
            digest = hashlib.sha256(data[: end - len(_MARK)]).digest()
            if digest != data[end:]:
                raise DamagedCheckpointError("its checksum does not match")
        model.load_weights(path)
    except DamagedCheckpointError:
        raise
    except _FAILURES as error:
        raise DamagedCheckpointError(checkpoint_reason(error)) from error


def checkpoint_reason(error: Exception) -> str:
    """Say in a line why a file could not be written or read."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.splitlines()[0]
