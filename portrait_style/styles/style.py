"""A style that somebody asks for, whatever its kind: what it is called, if it will do, its code.

A style is read once, from text or from what else names it; it checks itself against the styles of a
model without TensorFlow, and keeps what it has read.
"""

import re
from abc import ABC, abstractmethod

import numpy as np

from portrait_style.styles.bank import StyleBank
from portrait_style.styles.low_rank_update import LowRankUpdate


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
        """The named style that this one is, or is a variant of; `None` for any other."""
        return None

    def details(self, bank: StyleBank | None) -> dict:
        """Tell what is known of the style beside its code.

        Args:
            bank: as for `check`.

        Returns:
            dict with "description", "licence" and "medium", as `StyleBank.add` takes them.
        """
        return {"description": None, "licence": None, "medium": None}

    @property
    def updates(self) -> tuple[LowRankUpdate, ...]:
        """What it adds to the generator, once its code was found."""
        return ()

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


def file_label(text) -> str:
    """Make a part of a file name of what names a style of any kind.

    Example:
        >>> file_label("random:7@oil")
        'random-7@oil'
    """
    return re.sub(r"[\\/:]+", "-", str(text))
