"""Styles as somebody writes them: one style of any kind, or a weighted mix.

oil                              a style that the model knows
painting.jpg                     the style of a picture
found/styles.json#line work      a style that discovery found
me.json                          the style of a profile
theirs.style                     a style that somebody handed on
random:7                         a variant of one of the model's styles, both drawn by the seed
random:7@oil                     a variant of that style
oil:0.6,painting.jpg:0.4         a weighted mix of any of them
"""

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from portrait_style.errors import ArgumentError
from portrait_style.medium import Medium
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import mix_codes
from portrait_style.styles.kinds import find_style, read_style
from portrait_style.styles.low_rank_update import LowRankUpdate
from portrait_style.styles.random_style import RANDOM
from portrait_style.styles.style import Style, file_label


@dataclass(frozen=True)
class Term:
    """A part of an expression: one style and its weight in the mix.

    Attributes:
        style: `Style`.
        weight: float, share in the mix; those of all parts sum to 1.
        written: str, the weight as it was given, or "".
    """

    style: Style
    weight: float
    written: str = ""


@dataclass(frozen=True)
class Mix:
    """What an expression of styles asks for, read once.

    Attributes:
        terms: tuple of `Term`, one or more.
    """

    terms: tuple[Term, ...]

    @property
    def label(self) -> str:
        """A part of a file name.

        Example:
            >>> parse_style("oil:0.6,ink:0.4", ["oil", "ink"]).label
            'oil-0.6-ink-0.4'
        """
        parts = (filter(None, (term.style.label, term.written)) for term in self.terms)
        return "-".join(file_label("-".join(part)) for part in parts)

    def check(self, bank: StyleBank | None) -> None:
        """Find out without networks whether every part will do; see `Style.check`."""
        for term in self.terms:
            term.style.check(bank)

    def code(self, model) -> np.ndarray:
        """Find the code, (code_size,) float32; see `Style.code`."""
        codes = [term.style.code(model) for term in self.terms]
        weights = [term.weight for term in self.terms]
        return codes[0] if len(codes) == 1 else mix_codes(codes, weights)

    @property
    def updates(self) -> tuple[LowRankUpdate, ...]:
        """What the parts add to the generator, once their code was found."""
        return tuple(update for term in self.terms for update in term.style.updates)

    def licence(self, bank: StyleBank | None) -> str | None:
        """Tell the terms of all parts, one line; `None` where none is known.

        Args:
            bank: as for `medium`.
        """
        known = [term.style.details(bank)["licence"] for term in self.terms]
        return "; ".join(dict.fromkeys(filter(None, known))) or None

    def medium(self, bank: StyleBank | None) -> Medium | None:
        """Find what to draw on: the medium of the heaviest part that is a named style or varies it.

        Args:
            bank: `StyleBank` of the model that `check` was called with, or `None` if it has none.

        Returns:
            `Medium`; `None`, with a warning, where there is none.
        """
        named = [term for term in self.terms if term.style.name is not None]
        heaviest = max(named, key=lambda term: term.weight, default=None)
        found = None if heaviest is None else heaviest.style.details(bank)["medium"]
        if found is None:
            warnings.warn(
                f"the style {self.label} has no medium; it is drawn without texture", stacklevel=3
            )
        return found


def parse_style(style, names) -> Mix:
    """Read an expression of styles: one style of any kind, or a weighted mix.

    A text that as a whole is a known name or an existing file is one part, whatever it holds.
    Weights that do not sum to 1 are divided by their sum, with a warning.

    Args:
        style: str, see above; or a mapping of such texts to weights; or a `Mix`, which is given
            back; anything else is one part.
        names: list of str, the styles that the model knows.

    Returns:
        `Mix`, no part of it weightless.

    Raises:
        ModelError: if a part is neither a known style nor an existing file.
        ArgumentError: if a weight is negative or no number, or all are 0, or a random style has
            no seed.
    """
    if isinstance(style, Mix):
        return style
    if isinstance(style, Mapping):
        written = [(source, weight) for source, weight in style.items()]
    elif not isinstance(style, str) or not set(style) & {",", ":"} or find_style(style, names):
        written = [(style, None)]
    else:
        written = _split_expression(style, names)
    weighed = [
        (source, 1.0 if w is None else _expression_weight(w, style), w) for source, w in written
    ]
    terms = [
        Term(read_style(source, names), weight, "" if w is None else str(w))
        for source, weight, w in weighed
    ]
    return Mix(_normalized_expression(terms, style))


def _split_expression(style: str, names) -> list[tuple[str, str | None]]:
    """Split a mix into parts and weights; `None` where a part has none."""
    parts: list[tuple[str, str | None]] = []
    for part in filter(None, map(str.strip, style.split(","))):
        source, mark, number = part.rpartition(":")
        source = source.strip()
        # The name of a discovered style is looked up later, and may hold anything: weights first.
        # So is a random one, whose seed may look like a weight.
        whole = not find_style(source, names) and (find_style(part, names) or source == RANDOM)
        parts.append((part, None) if whole or not mark else (source, number))
    return parts


def _expression_weight(number, style) -> float:
    try:
        weight = float(number)
    except (TypeError, ValueError):
        weight = math.nan
    if not 0.0 <= weight < math.inf:
        raise ArgumentError(
            f"`style` must have weights of 0 or more, as in oil:0.6,ink:0.4. "
            f"Received: style={style!r}."
        )
    return weight


def _normalized_expression(terms: list[Term], style) -> tuple[Term, ...]:
    total = math.fsum(term.weight for term in terms)
    if total <= 0.0:
        raise ArgumentError(f"`style` must have a weight above 0. Received: style={style!r}.")
    # Parts without weights have equal ones, which nobody expects to sum to 1.
    said = any(term.weight != 1.0 for term in terms)
    if said and not math.isclose(total, 1.0, abs_tol=1e-6):
        warnings.warn(
            f"the weights of {style!r} sum to {total:g}, not 1; they are divided by it",
            stacklevel=3,
        )
    return tuple(
        Term(term.style, term.weight / total, term.written) for term in terms if term.weight > 0.0
    )
