"""What lies beside the artefacts: how to call them, and how they compared."""

import json
from pathlib import Path

import numpy as np

from portrait_style._version import __version__
from portrait_style.export.artefact import Artefact
from portrait_style.export.program import Program
from portrait_style.image import encode_image, to_uint8
from portrait_style.output_files import write_atomically
from portrait_style.reports.page import render_page
from portrait_style.reports.sheet import contact_sheet

_CELL = 144
_SHOWN = 3
_RANGES = {"photo": [-1, 1], "style_image": [-1, 1], "intensity": [0, 1]}
_IMAGES = ("photo", "style_image", "image")


def describe_inputs(program: Program, size: int | None) -> dict:
    """Tell names, shapes and ranges of a program's inputs, and of its output.

    Args:
        program: `Program`.
        size: int, height and width of images in files of fixed size, or `None` for any.
    """

    fixed = program.size or size

    def entry(name, shape):
        described = {"shape": [1, *[fixed if side is None else side for side in shape[1:]]]}
        if name in _RANGES:
            described["range"] = _RANGES[name]
        if name in _IMAGES:
            described["colour"] = "RGB"
        return described

    inputs = {name: entry(name, shape) for name, shape in program.inputs.items()}
    output = {"name": program.output}
    if program.output in _IMAGES:
        output |= {"range": [-1, 1], "colour": "RGB"}
    return {"inputs": inputs, "output": output, "multiple": program.multiple}


def describe(program: Program, size: int | None) -> dict:
    """Tell all that a caller of a file has to know; a conditional one carries its styles.

    Args:
        program: `Program`.
        size: int, height and width of images in a file of fixed size, or `None` for any.
    """
    described = {
        "name": program.name,
        "version": __version__,
        "licence": program.licence,
        **describe_inputs(program, size),
    }
    if "style_code" in program.inputs:
        described |= program.network.styles
    return described


def write_metadata(folder: Path, name: str, programs, size: int, artefacts) -> None:
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
    _write(folder / "metadata.json", json.dumps(metadata, indent=1, ensure_ascii=False))


def write_report(folder: Path, name: str, artefacts: list[Artefact]) -> None:
    """Write `report.json` and `report.html`."""
    report = {"model": name, "artefacts": [artefact.to_dict() for artefact in artefacts]}
    _write(folder / "report.json", json.dumps(report, indent=1))
    page = render_page(
        "export.html",
        title=f"Export of {name}",
        pictures=max((a.parity.pictures for a in artefacts if a.parity), default=0),
        artefacts=artefacts,
        strips={a.path: encode_image(a.strip, ".png") for a in artefacts if a.strip is not None},
    )
    write_atomically(folder / "report.html", page)


def comparison_strip(reference: np.ndarray, output: np.ndarray) -> np.ndarray:
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


def _write(path: Path, text: str) -> None:
    write_atomically(path, f"{text.rstrip()}\n".encode())
