"""The kinds of style that lie in files: discovered ones, profiles, shared ones, and pictures."""

import os
from pathlib import Path

import numpy as np

from portrait_style.decoding import READABLE_SUFFIXES
from portrait_style.errors import ModelError, SharedStyleError
from portrait_style.image import load_image
from portrait_style.styles.discovered import (
    discovered_references,
    read_discovered,
    split_discovered,
)
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.profile import is_profile, read_profile_code
from portrait_style.styles.shared import SharedStyle, is_shared_style, read_shared_style
from portrait_style.styles.style import Style, file_label


class DiscoveredStyle(Style):
    """The kind of a style that discovery found: `found/styles.json#line work`."""

    def __init__(self, source, path: str, name: str):
        super().__init__(source)
        self._path, self._name = path, name
        self._content: tuple[dict[str, np.ndarray], str | None] | None = None

    @classmethod
    def read(cls, source, names):
        """Take `FILE.json#NAME` of a file that exists."""
        found = split_discovered(source) if isinstance(source, str) else None
        return cls(source, *found) if found and os.path.exists(found[0]) else None

    def check(self, bank):
        self._file()

    def _file(self) -> tuple[dict[str, np.ndarray], str | None]:
        if self._content is None:
            self._content = read_discovered(self._path)
        return self._content

    @property
    def label(self):
        """Its name without the file's."""
        return file_label(self._name)

    def code(self, model):
        """Look it up, where the file was made with the model."""
        codes, made_with = self._file()
        path, name, size = self._path, self._name, model.code_size
        if name not in codes:
            raise ModelError(
                f"{self.source!r} names no discovered style; known: {discovered_references(path)}"
            )
        if codes[name].size != size:
            raise ModelError(
                f"{path}: the code of {name!r} has {codes[name].size} numbers, and the model's "
                f"codes have {size}; discover again with this model"
            )
        own = fingerprint(model.bank)
        if None not in (made_with, own) and made_with != own:
            raise ModelError(f"{path} was made with another model; discover again with this one")
        return codes[name]


class ProfileStyle(Style):
    """The kind of somebody's profile: `me.json`."""

    def __init__(self, source):
        super().__init__(source)
        self._code: np.ndarray | None = None

    @classmethod
    def read(cls, source, names):
        """Take the path of a profile; text only where the file exists."""
        return cls(source) if is_profile(source) and not _is_text(source) else None

    def check(self, bank):
        if self._code is None:
            self._code = read_profile_code(self.source, bank)

    @property
    def label(self):
        return file_label(Path(self.source).stem)

    def code(self, model):
        self.check(model.bank)
        return self._code


class SharedFileStyle(Style):
    """The kind of a style that somebody handed on: `theirs.style`."""

    def __init__(self, source):
        super().__init__(source)
        self._shared: SharedStyle | None = None

    @classmethod
    def read(cls, source, names):
        """Take the path of a shared style; text only where the file exists."""
        return cls(source) if is_shared_style(source) and not _is_text(source) else None

    def check(self, bank):
        self._read(bank)

    def _read(self, bank) -> SharedStyle:
        if bank is None:
            raise SharedStyleError(
                f"{self.source} cannot be used with a model that names no styles"
            )
        if self._shared is None:
            self._shared = read_shared_style(self.source, bank)
        return self._shared

    @property
    def label(self):
        return file_label(Path(self.source).stem)

    @property
    def name(self):
        return None if self._shared is None else self._shared.name

    def details(self, bank):
        shared = self._read(bank)
        return {
            "description": shared.description,
            "licence": shared.licence,
            "medium": shared.medium,
        }

    @property
    def updates(self):
        update = None if self._shared is None else self._shared.update
        return () if update is None else (update,)

    def code(self, model):
        return self._read(model.bank).code


class PictureStyle(Style):
    """The kind of a picture's style; the picture in any form that a photo can have."""

    def __init__(self, source):
        super().__init__(source)
        self._pixels: np.ndarray | None = None

    @classmethod
    def read(cls, source, names):
        """Take anything that is left; text only where the file exists."""
        return None if _is_text(source) else cls(source)

    def check(self, bank):
        if self._pixels is None:
            self._pixels = load_image(self.source)

    @property
    def label(self):
        if not isinstance(self.source, str | os.PathLike):
            return "picture"
        path = Path(self.source)
        return file_label(path.stem if path.suffix.lower() in READABLE_SUFFIXES else str(path))

    def code(self, model):
        self.check(model.bank)
        return model.encode_style(self._pixels)


def _is_text(source) -> bool:
    """Tell whether a source is text that names no file."""
    return isinstance(source, str) and not os.path.exists(source)
