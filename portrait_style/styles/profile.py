"""The profile: what was shown, what was chosen, and the code that came of it. Numbers only."""

import json
import os
from dataclasses import dataclass

import numpy as np

from portrait_style.errors import OutputError, ProfileError
from portrait_style.output_files import check_output_file, write_atomically
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.choices import Round
from portrait_style.styles.discovered import discovered_references
from portrait_style.styles.fingerprint import fingerprint

SUFFIX = ".json"
FORMAT_VERSION = 1
_DECIMALS = 6


@dataclass
class Profile:
    """Somebody's choices.

    Attributes:
        model: str, `fingerprint` of the model whose codes these are.
        seed: int, 0 or more, from which all proposals follow.
        rounds: list of `Round`, one or more.
        code: (code_size,), the best code so far, or `None` before the first choice was used.
    """

    model: str | None
    seed: int
    rounds: list[Round]
    code: np.ndarray | None = None

    @property
    def code_size(self) -> int:
        """Numbers in a code, as many as in those of the model that drew the rounds."""
        return self.rounds[0].codes.shape[1]

    def to_json(self) -> bytes:
        """Content of the file: one line, in which equal profiles are equal bytes."""
        rounds = [
            {"codes": _rounded_profile_codes(entry.codes), "comparisons": entry.comparisons}
            for entry in self.rounds
        ]
        code = None if self.code is None else _rounded_profile_codes(self.code)
        content = {"version": FORMAT_VERSION, "model": self.model, "seed": self.seed}
        return f"{json.dumps({**content, 'rounds': rounds, 'code': code})}\n".encode()

    def save(self, path: str | os.PathLike) -> None:
        """Write the file whole or not at all.

        Raises:
            OutputError: if it cannot be written.
        """
        write_atomically(path, self.to_json())


def is_profile(style) -> bool:
    """Tell by its ending whether a style is the path of a profile."""
    return isinstance(style, str | os.PathLike) and os.fspath(style).endswith(SUFFIX)


def read_profile_code(path: str | os.PathLike, bank: StyleBank | None) -> np.ndarray:
    """Read the code of a profile.

    Args:
        path: of the profile.
        bank: `StyleBank` of the model that is to draw, or `None` if it has none.

    Returns:
        float32 array of shape (code_size,).

    Raises:
        ProfileError: if the profile is damaged, of another model, or has no code yet.
    """
    if bank is None:
        raise ProfileError(f"{path} cannot be used with a model that names no styles")
    profile = read_profile(path, bank)
    if profile.code is None:
        raise ProfileError(f"{path} has no code yet; choose pictures, then run feedback save")
    return profile.code


def read_profile(path: str | os.PathLike, bank: StyleBank | None = None) -> Profile:
    """Read a profile.

    Args:
        path: of the profile.
        bank: `StyleBank` of the model it must be of, or `None` for any.

    Raises:
        ProfileError: if it is missing, damaged or of another model.
    """
    if not os.path.isfile(path):
        raise ProfileError(f"{path} does not exist; make it by feedback start")
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        profile = None if "clusters" in content else _parsed_profile(content)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ProfileError(
            f"{path} is not a usable profile ({_profile_error_reason(error)})"
        ) from error
    if profile is None:
        raise ProfileError(
            f"{path} holds discovered styles and is no profile; name one: "
            f"{discovered_references(path)}"
        )
    if bank is not None and profile.model != fingerprint(bank):
        raise ProfileError(
            f"{path} was made with another model; name that one by --model, or start anew"
        )
    if bank is not None and profile.code_size != bank.photo_code.size:
        raise ProfileError(f"{path} must hold codes of {bank.photo_code.size} numbers")
    return profile


def check_new_profile(path: str | os.PathLike, overwrite: bool) -> None:
    """Make sure that a profile can be started there.

    Raises:
        OutputError: if the name does not end with .json, the file exists and `overwrite` is
            false, or the folder cannot be written.
    """
    if not is_profile(path):
        raise OutputError(f"{path} must end with {SUFFIX}")
    check_output_file(path, overwrite, "go on with it, or pass --overwrite to start anew")


def _parsed_profile(content: dict) -> Profile:
    if content["version"] != FORMAT_VERSION:
        raise ValueError(f"format {content['version']}, this version reads {FORMAT_VERSION}")
    if not isinstance(content["model"], str) or type(content["seed"]) is not int:
        raise TypeError("model and seed")
    rounds = [_profile_round(entry) for entry in content["rounds"]]
    codes = [] if content["code"] is None else [_profile_numbers(content["code"], 1)]
    sizes = {entry.codes.shape[1] for entry in rounds} | {code.size for code in codes}
    if not rounds or len(sizes) != 1 or content["seed"] < 0:
        raise ValueError("codes of one length are needed")
    return Profile(content["model"], content["seed"], rounds, codes[0] if codes else None)


def _profile_round(entry: dict) -> Round:
    codes = _profile_numbers(entry["codes"], 2)
    comparisons = [(better, worse) for better, worse in entry["comparisons"]]
    for pair in comparisons:
        if any(type(index) is not int or not 0 <= index < len(codes) for index in pair):
            raise ValueError("a comparison of pictures that were not shown")
    return Round(codes, comparisons)


def _profile_numbers(values, dimensions: int) -> np.ndarray:
    array = np.asarray(values, np.float32)
    if array.ndim != dimensions or not array.size or not np.isfinite(array).all():
        raise ValueError("codes must be finite numbers")
    return array


def _rounded_profile_codes(codes) -> list:
    return np.round(np.asarray(codes, np.float64), _DECIMALS).tolist()


def _profile_error_reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)[:100]
