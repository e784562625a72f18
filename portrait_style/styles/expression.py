"""Styles as somebody writes them: a name, a picture, a discovered or random one, or a mix.

oil                              a style that the model knows
painting.jpg                     the style of a picture
found/styles.json#line work      a style that discovery found
me.json                          the style of a profile
random:7                         a variant of one of the model's styles, both drawn by the seed
random:7@oil                     a variant of that style
oil:0.6,painting.jpg:0.4         a weighted mix of any of them
"""

import math
import os
import warnings
from collections.abc import Mapping
from typing import NamedTuple

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.styles.discovered import discovered_choices, read_discovered
from portrait_style.styles.random_style import RANDOM, check_seed, split_random


class Term(NamedTuple):
    """A part of a mix.

    Attributes:
        source: str, what names the part; in a mix that was given as a mapping, or of other than
            text, whatever `PortraitStylizer.style_code` takes.
        weight: float, share in the mix; those of all parts sum to 1.
    """

    source: object
    weight: float


def parse_style(style, names) -> list[Term]:
    """Split a style into its parts.

    A text that as a whole is a known name or an existing file is one part, whatever it holds.
    Weights that do not sum to 1 are divided by their sum, with a warning.

    Args:
        style: str, see above; or a mapping of such texts to weights; anything else is one part.
        names: list of str, the styles that the model knows.

    Returns:
        list of `Term`, none of them weightless.

    Raises:
        ModelError: if a part is neither a known style nor an existing file.
        ArgumentError: if a weight is negative or no number, or all are 0, or a random style has no
            seed.

    Example:
        >>> parse_style("oil:0.75,ink:0.25", ["oil", "ink"])
        [Term(source='oil', weight=0.75), Term(source='ink', weight=0.25)]
    """
    if isinstance(style, Mapping):
        terms = [Term(source, _weight(weight, style)) for source, weight in style.items()]
    elif not isinstance(style, str):
        return [Term(style, 1.0)]
    elif _is_known(style, names) or not set(style) & {",", ":"}:
        terms = [Term(style, 1.0)]
    else:
        terms = _split(style, names)
    for term in terms:
        _check_known(term.source, names)
    return _normalized(terms, style)


def split_discovered(source: str) -> tuple[str, str] | None:
    """Split `FILE.json#NAME` into the two; `None` if a text is nothing of the kind.

    Example:
        >>> split_discovered("found/styles.json#line work")
        ('found/styles.json', 'line work')
    """
    path, mark, name = source.partition(".json#")
    return (f"{path}.json", name) if mark else None


def discovered_code(source: str, fingerprint: str | None, size: int):
    """Look the code of `FILE.json#NAME` up.

    Args:
        source: str.
        fingerprint: str, of the model, or `None` if it has none.
        size: int, length of the model's codes.

    Returns:
        (size,) float32.

    Raises:
        ModelError: if the file is damaged, made with another model, or has no such style.
    """
    path, name = split_discovered(source)
    codes, made_with = read_discovered(path)
    if name not in codes:
        raise ModelError(f"{source!r} names no discovered style; known: {discovered_choices(path)}")
    if codes[name].size != size:
        raise ModelError(
            f"{path}: the code of {name!r} has {codes[name].size} numbers, and the model's codes "
            f"have {size}; discover again with this model"
        )
    if None not in (made_with, fingerprint) and made_with != fingerprint:
        raise ModelError(f"{path} was made with another model; discover again with this one")
    return codes[name]


def _split(style: str, names) -> list[Term]:
    terms = []
    for part in filter(None, map(str.strip, style.split(","))):
        source, mark, number = part.rpartition(":")
        # The name of a discovered style is looked up later, and may hold anything: weights first.
        # So is a random one, whose seed may look like a weight.
        whole = not _is_known(source.strip(), names) and (
            _is_known(part, names) or source.strip() == RANDOM
        )
        if whole or not mark:
            terms.append(Term(part, 1.0))
        else:
            terms.append(Term(source.strip(), _weight(number, style)))
    return terms


def _weight(number, style) -> float:
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


def _normalized(terms: list[Term], style) -> list[Term]:
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
    return [Term(term.source, term.weight / total) for term in terms if term.weight > 0.0]


def _is_known(source: str, names) -> bool:
    drawn = split_random(source)
    if drawn and source not in names:
        return drawn.style is None or _is_known(drawn.style, names)
    found = split_discovered(source)
    return source in names or os.path.exists(found[0] if found else source)


def _check_known(source, names) -> None:
    if isinstance(source, str) and not _is_known(source, names):
        check_seed(source)
        if drawn := split_random(source):
            _check_known(drawn.style, names)
        known = ", ".join(names) or "none, so name a style picture"
        raise ModelError(f"{source!r} is neither a style nor an existing picture; styles: {known}")
