"""Presets: trained models that travel with the package, in float16.

A preset is a folder with `preset.json` (what the networks are and which styles they know) and
`weights.npz`. Half the precision is half the download; the pictures do not show it.
"""

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np

from portrait_style.errors import ModelError
from portrait_style.image import write_atomically
from portrait_style.styles.bank import StyleBank

BUNDLED = Path(__file__).parent
FORMAT_VERSION = 1
_DESCRIPTION, _WEIGHTS = "preset.json", "weights.npz"
_KEYS = ("description", "generator", "style_encoder", "styles")
# Keras' own entries of a configuration: a preset does not carry the policy it was trained under.
_NOT_KEPT = ("name", "trainable", "dtype", "styles")


def preset_names() -> list[str]:
    """Name the bundled presets, in alphabetical order."""
    return sorted(path.parent.name for path in BUNDLED.glob(f"*/{_DESCRIPTION}"))


def is_preset(source: str | os.PathLike) -> bool:
    """Tell whether `source` is the name of a bundled preset, or the folder of another one."""
    return str(source) in preset_names() or os.path.isfile(os.path.join(source, _DESCRIPTION))


def read_preset_styles(name: str | os.PathLike) -> StyleBank:
    """Read the styles of a preset, without TensorFlow.

    Args:
        name: name of a bundled preset, or folder of another one.

    Returns:
        `StyleBank`.

    Raises:
        ModelError: if there is no such preset, or it is damaged.
    """
    folder = _folder(name)
    return _bank(folder, _read_description(folder))


def load_preset(name: str | os.PathLike):
    """Load the networks of a preset.

    Args:
        name: name of a bundled preset, or folder of another one.

    Returns:
        `Generator`, with the preset's styles, and `StyleEncoder`.

    Raises:
        ModelError: if there is no such preset, or it is damaged.
    """
    from portrait_style.models.generator import Generator
    from portrait_style.models.style_encoder import StyleEncoder

    folder = _folder(name)
    description = _read_description(folder)
    bank = _bank(folder, description)
    arrays = _read_weights(folder)
    try:
        generator = Generator(**description["generator"], styles=bank.to_config())
        style_encoder = StyleEncoder(**description["style_encoder"])
        generator.build({"photo": (None, None, None, 3), "style_code": (None, generator.code_size)})
        style_encoder.build((None, None, None, 3))
    except (TypeError, ValueError) as error:
        raise ModelError(_damaged(folder, error)) from error
    _set_weights(generator, "generator", arrays, folder)
    _set_weights(style_encoder, "style_encoder", arrays, folder)
    return generator, style_encoder


def save_preset(folder: str | os.PathLike, generator, style_encoder, description: str) -> Path:
    """Write two trained networks as a preset.

    Args:
        folder: where to; a folder in `BUNDLED` becomes part of the package.
        generator: built `Generator` with styles.
        style_encoder: built `StyleEncoder`.
        description: str, one line on what it was trained on.

    Returns:
        The folder.

    Raises:
        ValueError: if the generator has no styles.
        OutputError: if the folder cannot be written.
    """
    if not generator.styles:
        raise ValueError("`generator` must have styles. Received: generator.styles=None.")
    folder = Path(folder)
    text = json.dumps(
        {
            "version": FORMAT_VERSION,
            "description": description,
            "generator": _kept_config(generator),
            "style_encoder": _kept_config(style_encoder),
            "styles": StyleBank.from_config(generator.styles).to_config(),
        }
    )
    weights = io.BytesIO()
    np.savez_compressed(
        weights,
        **_half_precision(generator, "generator"),
        **_half_precision(style_encoder, "style_encoder"),
    )
    write_atomically(folder / _WEIGHTS, weights.getvalue())
    write_atomically(folder / _DESCRIPTION, f"{text}\n".encode())
    return folder


def _folder(name: str | os.PathLike) -> Path:
    if str(name) in preset_names():
        return BUNDLED / name
    if not is_preset(name):
        raise ModelError(f"no preset is called {str(name)!r}; known: {', '.join(preset_names())}")
    return Path(name)


def _read_description(folder: Path) -> dict:
    try:
        description = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        missing = [key for key in _KEYS if key not in description]
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(_damaged(folder, error)) from error
    if missing:
        raise ModelError(_damaged(folder, f"{_DESCRIPTION} lacks {', '.join(missing)}"))
    if description.get("version") != FORMAT_VERSION:
        raise ModelError(
            f"{folder} is a preset of format {description.get('version')}, and this version reads "
            f"format {FORMAT_VERSION}; install the matching version of portrait-style"
        )
    return description


def _bank(folder: Path, description: dict) -> StyleBank:
    try:
        return StyleBank.from_config(description["styles"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(_damaged(folder, error)) from error


def _read_weights(folder: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(folder / _WEIGHTS, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(_damaged(folder, error)) from error


def _set_weights(model, prefix: str, arrays: dict[str, np.ndarray], folder: Path) -> None:
    for key, variable in _keyed(model, prefix):
        shape = tuple(variable.shape)
        if key not in arrays or arrays[key].shape != shape:
            raise ModelError(_damaged(folder, f"{_WEIGHTS} must hold {key} with shape {shape}"))
        variable.assign(arrays[key].astype(np.float32))


def _half_precision(model, prefix: str) -> dict[str, np.ndarray]:
    packed = {}
    for key, variable in _keyed(model, prefix):
        exact = np.asarray(variable)
        with np.errstate(over="ignore"):
            half = exact.astype(np.float16)
        # A moving variance may exceed the largest float16.
        packed[key] = half if np.isfinite(half).all() else exact
    return packed


def _keyed(model, prefix: str):
    """Name the weights by position: the names that Keras numbers differ between processes."""
    return [(f"{prefix}/{i:03d}", variable) for i, variable in enumerate(model.weights)]


def _kept_config(model) -> dict:
    return {key: value for key, value in model.get_config().items() if key not in _NOT_KEPT}


def _damaged(folder: Path, reason) -> str:
    return f"{folder} is not a usable preset ({reason}); install or save it again"
