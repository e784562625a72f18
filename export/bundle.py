"""What lies beside the artefacts: how to call them, and how they compared."""

import json
from pathlib import Path

import numpy as np

from portrait_style.encoding import encode_image
from portrait_style.export.artefact import Artefact
from portrait_style.export.description import describe, describe_inputs
from portrait_style.image import to_uint8
from portrait_style.output_files import write_atomically
from portrait_style.reports.page import render_page
from portrait_style.reports.sheet import contact_sheet

_CELL = 144
_SHOWN = 3


def write_bundle_metadata(folder: Path, name: str, programs, size: int, artefacts) -> None:
    """Write `metadata.json`: what a program needs to call the artefacts.

    Args:
        folder: of the export.
        name: str, of the model.
        programs: list of `Program`; the first is the generator's.
        size: int, pixels, of the files of fixed size.
        artefacts: list of `Artefact`; refused ones are left out.
    """
    metadata = {
        "photo_code": None,
        "styles": {},
        **describe(programs[0], size),
        "name": name,
        "programs": {program.name: describe_inputs(program, size) for program in programs},
        "files": {
            artefact.path: {"sha256": artefact.sha256, "bytes": artefact.num_bytes}
            for artefact in artefacts
            if artefact.refused is None
        },
    }
    _write_bundle_text(folder / "metadata.json", json.dumps(metadata, indent=1, ensure_ascii=False))


def write_bundle_report(folder: Path, name: str, artefacts: list[Artefact]) -> None:
    """Write `report.json` and `report.html`."""
    report = {"model": name, "artefacts": [artefact.to_dict() for artefact in artefacts]}
    _write_bundle_text(folder / "report.json", json.dumps(report, indent=1))
    page = render_page(
        "export.html",
        title=f"Export of {name}",
        pictures=max((a.parity.pictures for a in artefacts if a.parity), default=0),
        artefacts=artefacts,
        strips={a.path: encode_image(a.strip, ".png") for a in artefacts if a.strip is not None},
    )
    write_atomically(folder / "report.html", page)


def bundle_strip(reference: np.ndarray, output: np.ndarray) -> np.ndarray:
    """Lay out some portraits, one a line: Keras, artefact, ten times their difference around grey.

    Args:
        reference, output: (pictures, height, width, 3) in [-1, 1].

    Returns:
        uint8 array (height, width, 3).
    """
    lines = []
    for expected, got in list(zip(reference, output, strict=True))[:_SHOWN]:
        difference = np.clip(10.0 * (got - expected), -1.0, 1.0)
        lines.append([to_uint8(expected), to_uint8(np.clip(got, -1.0, 1.0)), to_uint8(difference)])
    return contact_sheet(lines, size=_CELL)


def _write_bundle_text(path: Path, text: str) -> None:
    write_atomically(path, f"{text.rstrip()}\n".encode())
