"""The kinds of style that somebody can ask for.

A new kind is a new class in `KINDS`; those that lie in files are in `file_kinds.py`.
"""

import numpy as np

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.styles.file_kinds import (
    DiscoveredStyle,
    PictureStyle,
    ProfileStyle,
    SharedFileStyle,
)
from portrait_style.styles.former_names import nearest_style, unknown_style
from portrait_style.styles.low_rank_update import UpdatedCode
from portrait_style.styles.random_style import (
    RandomStyle,
    check_seed,
    draw_random_style,
    split_random,
)
from portrait_style.styles.style import Style


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

    def details(self, bank):
        if bank is None:
            return super().details(bank)
        name = self.source
        known = bank.description(name), bank.licence(name), bank.medium(name)
        return dict(zip(("description", "licence", "medium"), known, strict=True))

    def code(self, model):
        return model.bank.code(self.source)


class CodeStyle(Style):
    """The kind of a style code: an array, or one with what its style adds to the generator."""

    def __init__(self, source):
        found = source if isinstance(source, UpdatedCode) else UpdatedCode(source)
        super().__init__(found.code)
        self._updates = found.updates

    @classmethod
    def read(cls, source, names):
        """Take an array of one axis, or an `UpdatedCode`."""
        is_code = isinstance(source, np.ndarray) and source.ndim == 1
        return cls(source) if is_code or isinstance(source, UpdatedCode) else None

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

    @property
    def updates(self):
        return self._updates


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

    def details(self, bank):
        if self._varied is None:
            return super().details(bank)
        return {**self._varied.details(bank), "description": None}

    @property
    def updates(self):
        return () if self._varied is None else self._varied.updates

    def code(self, model):
        """Draw noise and, where none is given, the style; ask the mapping network."""
        names = model.bank.names if model.bank else []
        noise, name = draw_random_style(self._drawn, names, model.noise_size or 0)
        varied = self._varied or NamedStyle(name)
        return model.vary_style(varied.code(model), noise)


# In the order in which they are asked.
KINDS = (
    NamedStyle,
    CodeStyle,
    RandomVariant,
    DiscoveredStyle,
    ProfileStyle,
    SharedFileStyle,
    PictureStyle,
)


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
