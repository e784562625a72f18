"""The page's folder: its own files, the networks, the styles, and what runs them."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from portrait_style._version import __version__
from portrait_style.encoding import encode_image
from portrait_style.errors import OutputError
from portrait_style.mark import mark_of
from portrait_style.medium import SIDE, SMALLEST, Medium, texture_squares
from portrait_style.output_files import check_output_folder
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.fingerprint import fingerprint

# What any style can be laid on, beside its own medium.
MEDIA = {
    "paper": Medium("paper", scale=4.0, depth=0.04),
    "film grain": Medium("grain", scale=1.2, depth=0.045),
    "canvas": Medium("weave", scale=3.2, depth=0.035),
    "printed dots": Medium("halftone", scale=8.0, depth=0.08),
}
# Fetched when somebody asks for another engine, not at the first load.
_LATER = ("runtime/litert/", "runtime/onnx/ort.webgpu", "model/drawing.tflite")
_LATER_WORD = "asyncify"


@dataclass(frozen=True)
class PageModel:
    """A generator as the page runs it.

    Attributes:
        name: str, of the model.
        bank: `StyleBank` of it.
        multiple: int, of which sides of the network's input are multiples.
        rim: int, pixels around the photo that are drawn and cut off.
        onnx: bytes, the conditional program.
        tflite: bytes, the same for pictures of one size.
        tflite_size: int, their side.
        sample: uint8 (height, width, 3), what is drawn before there is a photo.
    """

    name: str
    bank: StyleBank
    multiple: int
    rim: int
    onnx: bytes
    tflite: bytes
    tflite_size: int
    sample: np.ndarray


def site_files(model: PageModel, runtime: dict[str, bytes]) -> dict[str, bytes]:
    """Gather all files of the page.

    Args:
        model: `PageModel`.
        runtime: dict of paths to contents, as `runtime_files` returns.

    Returns:
        dict of relative paths to contents.
    """
    files = dict(_page_files())
    files["model/drawing.onnx"] = model.onnx
    files["model/drawing.tflite"] = model.tflite
    files["model/model.json"] = _as_json(describe_model(model))
    files["sample.jpg"] = encode_image(model.sample, ".jpg")
    for name, square in texture_squares().items():
        files[f"textures/{name}.bin"] = texture_bytes(square)[0]
    files |= runtime
    return {**files, "precache.js": _precache(files)}


def describe_model(model: PageModel) -> dict:
    """Tell the page what it has to know of a generator and its styles."""
    bank = model.bank
    described = bank.to_config()
    styles = [
        {
            "name": name,
            "code": described["styles"][name],
            "description": bank.description(name),
            "medium": _medium_config(bank.medium(name)),
        }
        for name in bank.names
    ]
    return {
        "name": model.name,
        "version": __version__,
        "fingerprint": fingerprint(bank),
        "photo_code": described["photo_code"],
        "styles": styles,
        "multiple": model.multiple,
        "rim": model.rim,
        "tflite_size": model.tflite_size,
        "media": {name: medium.to_config() for name, medium in MEDIA.items()},
        "smallest": SMALLEST,
        "texture_side": SIDE,
        "textures": {n: texture_bytes(square)[1] for n, square in texture_squares().items()},
        "mark": mark_of("{style}"),
    }


def write_site(output: str | os.PathLike, files: dict[str, bytes], overwrite: bool = False) -> Path:
    """Write the page's folder, whole or not at all.

    Args:
        output: path of the folder. One that is there keeps what else it holds.
        files: dict of relative paths to contents.
        overwrite: bool, whether the folder may hold files. Defaults to `False`.

    Returns:
        The path.

    Raises:
        OutputError: if the folder is not empty and `overwrite` is false, or cannot be written.
    """
    output = Path(output)
    check_output_folder(output, overwrite)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=output.parent, prefix=".portrait-style-"))
    except OSError as error:
        raise OutputError(f"cannot write {output}: {error.strerror or error}") from error
    try:
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        _move_into(made, output, files)
    except OSError as error:
        raise OutputError(f"cannot write {output}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return output


def _move_into(made: Path, output: Path, files) -> None:
    """Put files in their places; what says that there is something new, last."""
    for name in sorted(files, key=lambda name: name == "precache.js"):
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(made / name, output / name)


def texture_bytes(square: np.ndarray) -> tuple[bytes, dict]:
    """Keep a texture in bytes, which moves no level of a picture by more than one.

    Args:
        square: float32 (side, side).

    Returns:
        bytes, row by row, and of them "low", what 0 stands for, and "step", what 1 adds to it.
    """
    low = float(square.min())
    step = (float(square.max()) - low) / 255.0
    return np.rint((square - low) / step).astype(np.uint8).tobytes(), {"low": low, "step": step}


def _medium_config(medium: Medium | None) -> dict | None:
    return None if medium is None else medium.to_config()


def _page_files() -> Iterator[tuple[str, bytes]]:
    """List what lies in `page/`, modules and icons in folders of their own."""
    page = resources.files("portrait_style.web") / "page"
    for entry in sorted(page.iterdir(), key=lambda entry: entry.name):
        inside = sorted(entry.iterdir(), key=lambda file: file.name) if entry.is_dir() else []
        for file in inside:
            yield f"{entry.name}/{file.name}", file.read_bytes()
        if not inside:
            yield entry.name, entry.read_bytes()


def _precache(files: dict[str, bytes]) -> bytes:
    """Say what is kept for a time without a network: at once, and when it is first asked for."""
    told = hashlib.sha256()
    for name, content in sorted(files.items()):
        told.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    later = [name for name in files if name.startswith(_LATER) or _LATER_WORD in name]
    kept = [name for name in files if name not in later and not name.endswith(("sw.js", ".txt"))]
    listed = {"version": told.hexdigest()[:16], "first": kept, "later": later}
    return b"self.SITE = " + _as_json(listed).rstrip() + b";\n"


def _as_json(content) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
