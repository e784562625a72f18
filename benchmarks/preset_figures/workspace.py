"""The output folder: what was drawn and measured already is not done again."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style import renderers
from portrait_style.model_files.trained_model import TrainedModel
from portrait_style.output_files import check_output_folder, write_atomically

KEYS, DRAWN, TRUTH, MEASURED, SHEETS = "made_of.json", "drawn", "truth", "measured", "sheets"
# What is made by what; it is thrown away where that has changed.
_MADE_BY = {"model": (DRAWN, MEASURED, SHEETS), "renderers": (TRUTH, MEASURED, SHEETS)}


class Workspace:
    """The output folder.

    Args:
        folder: path; need not exist.
        keys: dict of "model" and "renderers" to checksums, see `checksum_of_model` and
            `checksum_of_renderers`. What another model or other renderers made is removed.

    Raises:
        OutputError: if the folder holds something else, or cannot be written.
    """

    def __init__(self, folder: Path, keys: dict[str, str]):
        self.folder, path = folder, folder / KEYS
        # What lies in a folder that is not one of these is somebody's, whatever it is called.
        check_output_folder(folder, overwrite=path.is_file(), remedy="name a new folder")
        before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for name, parts in _MADE_BY.items():
            if before.get(name) != keys[name]:
                for part in parts:
                    shutil.rmtree(folder / part, ignore_errors=True)
        write_atomically(path, json.dumps(keys).encode())

    def measure_each(self, figure: str, names: Iterable[str], measure: Callable) -> dict[str, dict]:
        """Measure one thing after another; a run that was stopped goes on where it was.

        Args:
            figure: str, the name of what is measured.
            names: of what it is measured on.
            measure: function of a name to what JSON can hold.

        Returns:
            dict of name to what was measured.
        """
        found = {}
        for name in tqdm(list(names), desc=figure, disable=None):
            path = self.folder / MEASURED / figure / f"{name}.json"
            if not path.is_file():
                write_atomically(path, json.dumps(measure(name)).encode())
            found[name] = json.loads(path.read_text(encoding="utf-8"))
        return found


def checksum_of_model(model: TrainedModel) -> str:
    """Tell a generator from others, and its styles' codes: 64 hexadecimal digits."""
    checksum = hashlib.sha256(json.dumps(model.bank.to_config(), sort_keys=True).encode())
    for weights in model.generator.get_weights():
        checksum.update(np.ascontiguousarray(weights).tobytes())
    return checksum.hexdigest()


def checksum_of_renderers() -> str:
    """Tell whether renderers draw as they did, by their code: 64 hexadecimal digits."""
    checksum = hashlib.sha256()
    for path in sorted(Path(renderers.__path__[0]).glob("*.py")):
        checksum.update(path.read_bytes())
    return checksum.hexdigest()
