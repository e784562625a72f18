"""The kinds of style that somebody can ask for: what each is called, whether it will do, its code.

A new kind is a new class in `KINDS`. A style is read once, from text or from what else names it; it
checks itself against the styles of a model without TensorFlow, and keeps what it has read.
"""

import os
import re
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np

from portrait_style.decoding import READABLE_SUFFIXES
from portrait_style.errors import ArgumentError, ModelError
from portrait_style.image import load_image
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.discovered import (
    discovered_references,
    read_discovered,
    split_discovered,
)
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.former_names import nearest_style, unknown_style
from portrait_style.styles.profile import is_profile, read_profile_code
from portrait_style.styles.random_style import (
    RandomStyle,
    check_seed,
    draw_random_style,
    split_random,
)


class Style(ABC):
    """One style, of some kind.

    Attributes:
        source: what named it.
    """

    def __init__(self, source):
        self.source = source

    @classmethod
    @abstractmethod
    def read(cls, source, names) -> "Style | None":
        """Take what names a style of this kind; `None` for anything else.

        Args:
            source: str, or anything else that `PortraitStylizer.style_code` takes.
            names: list of str, the styles that the model knows.
        """

    @abstractmethod
    def check(self, bank: StyleBank | None) -> None:
        """Find out without networks whether the style will do.

        Args:
            bank: `StyleBank` of the model, or `None` if it has none.

        Raises:
            PortraitStyleError: if it will not.
        """

    @property
    def label(self) -> str:
        """A part of a file name."""
        return file_label(self.source)

    @property
    def name(self) -> str | None:
        """The style of the model that this one is, or is a variant of; `None` for any other."""
        return None

    @abstractmethod
    def code(self, model) -> np.ndarray:
        """Find the code.

        Args:
            model: what has `bank`, `code_size`, `noise_size`, `vary_style` and `encode_style`, such
                as `PortraitStylizer`.

        Returns:
            float32 array of shape (code_size,).

        Raises:
            PortraitStyleError: if there is none.
        """


class NamedStyle(Style):
    """The kind of a style that the model knows: `oil`."""

    @classmethod
    def read(cls, source, names):
        """Take a known name, whatever it holds."""
        return cls(source) if isinstance(source, str) and source in names else None

    def check(self, bank):
        """The model knows it."""

    @property
    def name(self):
        return self.source

    def code(self, model):
        return model.bank.code(self.source)


class CodeStyle(Style):
    """The kind of a style code: an array."""

    @classmethod
    def read(cls, source, names):
        """Take an array of one axis."""
        return cls(source) if isinstance(source, np.ndarray) and source.ndim == 1 else None

    def check(self, bank):
        """Its length is that of the model's codes, or not."""

    @property
    def label(self):
        """An array has no name."""
        return "code"

    def code(self, model):
        size = model.code_size
        if self.source.shape != (size,) or not np.isfinite(self.source).all():
            raise ArgumentError(
                f"`style` as a code must be {size} finite numbers. "
                f"Received: style of shape {self.source.shape}."
            )
        return self.source.astype(np.float32)


class RandomVariant(Style):
    """The kind of what is drawn by a seed: `random:7` of any style, `random:7@oil` of one."""

    def __init__(self, source, drawn: RandomStyle, varied: Style | None):
        super().__init__(source)
        self._drawn = drawn
        self._varied = varied

    @classmethod
    def read(cls, source, names):
        """Take `random:SEED` and `random:SEED@STYLE`."""
        drawn = split_random(source) if isinstance(source, str) else None
        if drawn is None:
            return None
        varied = find_style(drawn.style, names) if drawn.style is not None else None
        known = drawn.style is None or varied is not None
        return cls(source, drawn, varied) if known else None

    def check(self, bank):
        if self._varied is not None:
            self._varied.check(bank)

    @property
    def name(self):
        return None if self._varied is None else self._varied.name

    def code(self, model):
        """Draw noise and, where none is given, the style; ask the mapping network."""
        names = model.bank.names if model.bank else []
        noise, name = draw_random_style(self._drawn, names, model.noise_size or 0)
        varied = self._varied or NamedStyle(name)
        return model.vary_style(varied.code(model), noise)


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
        missing = isinstance(source, str) and not os.path.exists(source)
        return cls(source) if is_profile(source) and not missing else None

    def check(self, bank):
        if self._code is None:
            self._code = read_profile_code(self.source, bank)

    @property
    def label(self):
        return file_label(Path(self.source).stem)

    def code(self, model):
        self.check(model.bank)
        return self._code


class PictureStyle(Style):
    """The kind of a picture's style; the picture in any form that a photo can have."""

    def __init__(self, source):
        super().__init__(source)
        self._pixels: np.ndarray | None = None

    @classmethod
    def read(cls, source, names):
        """Take anything that is left; text only where the file exists."""
        return None if isinstance(source, str) and not os.path.exists(source) else cls(source)

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


# In the order in which they are asked.
KINDS = (NamedStyle, CodeStyle, RandomVariant, DiscoveredStyle, ProfileStyle, PictureStyle)


def find_style(source, names) -> Style | None:
    """Read a style of any kind; `None` where a text is neither a known style nor an existing file.

    Args:
        source: str, or anything else that names a style.
        names: list of str, the styles that the model knows.
    """
    return next(filter(None, (kind.read(source, names) for kind in KINDS)), None)


def read_style(source, names) -> Style:
    """Read a style of any kind.

    Args:
        source, names: as for `find_style`.

    Raises:
        ModelError: if a text is neither a known style nor an existing file.
        ArgumentError: if it asks for a random style, but not by a seed.
    """
    style = find_style(source, names)
    if style is None:
        check_seed(source)
        if drawn := split_random(source):
            read_style(drawn.style, names)
        if nearest_style(source, names):
            raise ModelError(unknown_style(source, names))
        known = ", ".join(names) or "none, so name a style picture"
        raise ModelError(f"{source!r} is neither a style nor an existing picture; styles: {known}")
    return style


def file_label(text) -> str:
    """Make a part of a file name of what names a style of any kind.

    Example:
        >>> file_label("random:7@oil")
        'random-7@oil'
    """
    return re.sub(r"[\\/:]+", "-", str(text))
