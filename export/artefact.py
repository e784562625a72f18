"""An exported file, what was measured on it, and whether it may be used."""

import dataclasses
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from portrait_style.errors import ArtefactError
from portrait_style.export.parity import Parity

REFUSED_SUFFIX = ".refused"


@dataclass
class Artefact:
    """One file, or one SavedModel folder.

    Attributes:
        path: str, relative to the export's folder, with forward slashes.
        kind: str, "saved_model", "tflite" or "onnx".
        program: str, what it computes: "conditional", "baked", "style_encoder" or "foreign".
        precision: str, "float32", "float16", "dynamic" or "int8".
        num_bytes: int.
        sha256: str, of the file; of a folder, of its files' sums in the order of their names.
        parity: `Parity`, or `None` where it did not run.
        refused: str, why it must not be used, or `None`.
    """

    path: str
    kind: str
    program: str
    precision: str
    num_bytes: int = 0
    sha256: str = ""
    parity: Parity | None = None
    refused: str | None = None
    strip: object = field(default=None, repr=False)

    def to_dict(self) -> dict:
        """Return what belongs in a report."""
        names = [entry.name for entry in dataclasses.fields(self) if entry.name != "strip"]
        values = {name: getattr(self, name) for name in names}
        return {**values, "parity": self.parity.to_dict() if self.parity else None}


def refuse(folder: Path, artefact: Artefact, reason: str) -> None:
    """Mark an artefact as refused: in the report, and by the name of what was written."""
    artefact.refused = reason
    path = folder / artefact.path
    if path.exists():
        artefact.path += REFUSED_SUFFIX
        os.replace(path, folder / artefact.path)


def measure_artefact(folder: Path, artefact: Artefact) -> None:
    """Fill in size and checksum."""
    path = folder / artefact.path
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    files = [file for file in files if file.is_file()]
    artefact.num_bytes = sum(file.stat().st_size for file in files)
    sums = [_artefact_checksum(file) for file in files]
    artefact.sha256 = (
        hashlib.sha256("".join(sums).encode()).hexdigest() if path.is_dir() else sums[0]
    )


def read_artefact(content_or_path: bytes | str | os.PathLike) -> bytes:
    """Take bytes as they are, and read a file.

    Raises:
        ArtefactError: if the file cannot be read.
    """
    if isinstance(content_or_path, bytes):
        return content_or_path
    try:
        return Path(content_or_path).read_bytes()
    except OSError as error:
        raise ArtefactError(
            f"{content_or_path} cannot be read ({error.strerror}); export it again"
        ) from error


def _artefact_checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
