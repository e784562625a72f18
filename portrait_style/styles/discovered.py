"""Reading `styles.json`, which discovery writes and people edit."""

import json
import os

import numpy as np

from portrait_style.errors import ModelError

STYLES_FILE = "styles.json"


def split_discovered(source: str) -> tuple[str, str] | None:
    """Split `FILE.json#NAME` into the two; `None` if a text is nothing of the kind.

    Example:
        >>> split_discovered("found/styles.json#line work")
        ('found/styles.json', 'line work')
    """
    path, mark, name = source.partition(".json#")
    return (f"{path}.json", name) if mark else None


def read_discovered(path: str | os.PathLike) -> tuple[dict[str, np.ndarray], str | None]:
    """Read the codes of a `styles.json`.

    Args:
        path: the file.

    Returns:
        dict of name to (code_size,) float32, and the fingerprint of the model whose codes these
        are, or `None` where the file does not tell.

    Raises:
        ModelError: if the file is missing or damaged, two styles share a name, or a code is not
            finite.
    """
    content, clusters = _read_discovered_entries(path, "code")
    codes = {}
    for name, code in clusters:
        if name in codes:
            raise ModelError(f"{path} has two styles called {name!r}; rename one of them")
        codes[name] = _discovered_code(path, name, code)
    return codes, content.get("model")


def discovered_references(path: str | os.PathLike) -> str:
    """List how the styles of a `styles.json` are called on the command line.

    Raises:
        ModelError: as `read_discovered` does.
    """
    return ", ".join(f"{path}#{name}" for name in read_discovered(path)[0]) or "none"


def read_discovered_files(path: str | os.PathLike) -> dict[str, list[str]]:
    """Read which files the styles of a `styles.json` have.

    Raises:
        ModelError: if the file is damaged.
    """
    return dict(_read_discovered_entries(path, "files")[1])


def _read_discovered_entries(path, key: str):
    """Return the whole content, and of each cluster its name and one entry."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        clusters = [(str(entry["name"]), entry[key]) for entry in content["clusters"]]
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is not a file of discovered styles ({error})") from error
    return content, clusters


def _discovered_code(path, name, code) -> np.ndarray:
    try:
        array = np.asarray(code, np.float32)
    except (TypeError, ValueError):
        array = np.empty(0, np.float32)
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise ModelError(f"{path}: the code of {name!r} must be a list of finite numbers")
    return array
