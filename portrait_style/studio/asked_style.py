"""Styles as the page asks for them: names, random ones, and files of the project by number.

What somebody writes never becomes a path: a file is asked for as `style-3` or `taste-5`, and looked
up. All else of an expression is as `PortraitStylizer.stylize` takes it.
"""

import math
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.styles.random_style import RANDOM

_KEPT = re.compile(r"(style|taste)-([0-9]{1,18})")
_RANDOM = re.compile(r"random(?::([0-9]{1,18}))?(?:@(.+))?")
_MOST_SEED = 1_000_000
_MOST_PARTS = 16

# Takes "style" or "taste" and a number, gives the text by which `stylize` finds the file, or `None`
# where the project has none.
FindKept = Callable[[str, int], str | None]


@dataclass(frozen=True)
class AskedStyle:
    """A style that was asked for.

    Attributes:
        text: str, what was asked for, any random seed filled in.
        style: str, or dict of str to weight, as `PortraitStylizer.stylize` takes it; weights
            sum to 1.
        paths: dict of what stands for a file in `style` to how it was asked for.
    """

    text: str
    style: str | dict[str, float]
    paths: dict[str, str]

    def told(self, message: str) -> str:
        """Put what was asked for in the place of paths in a message."""
        for path, asked in self.paths.items():
            message = message.replace(path, asked).replace(path.partition("#")[0], asked)
        return message


def read_asked_style(text: str, names: list[str], find_kept: FindKept) -> AskedStyle:
    """Read what the page asks for.

    Args:
        text: str, such as "oil", "oil:0.7,style-3:0.3", "random", "random:7@oil" or "taste-5".
        names: list of str, the styles that the model knows.
        find_kept: see `FindKept`.

    Raises:
        ModelError: if a part is no style of the model or the project.
        ArgumentError: if a weight is no number from 0, or all are 0, or there are too many parts.
    """
    reader = _Reader(names, find_kept)
    whole = reader.part(text.strip())
    if whole is not None:
        return AskedStyle(whole[0], whole[1], reader.paths)
    parts = [part for part in map(str.strip, text.split(",")) if part]
    if not 1 <= len(parts) <= _MOST_PARTS:
        raise ArgumentError(f"a style must be named, or up to {_MOST_PARTS} for a mix")
    told: list[str] = []
    weights: dict[str, float] = {}
    for part in parts:
        asked, source, weight = reader.weighed(part)
        told.append(asked)
        weights[source] = weights.get(source, 0.0) + weight
    total = sum(weights.values())
    if not 0.0 < total < math.inf:
        raise ArgumentError("a mix must have a weight above 0, as in oil:0.6,ink:0.4")
    shares = {source: weight / total for source, weight in weights.items()}
    return AskedStyle(",".join(told), shares, reader.paths)


class _Reader:
    """Reads parts of an expression, and keeps which of them are files."""

    def __init__(self, names: list[str], find_kept: FindKept):
        self.names = names
        self.find_kept = find_kept
        self.paths: dict[str, str] = {}

    def part(self, text: str) -> tuple[str, str] | None:
        """Read one style: how it is told, and what `stylize` takes; `None` for anything else."""
        if text in self.names:
            return text, text
        if match := _KEPT.fullmatch(text):
            return self._kept(text, match[1], int(match[2]))
        if match := _RANDOM.fullmatch(text):
            varied = None if match[2] is None else self.part(match[2])
            if match[2] is not None and varied is None:
                return None
            start = f"random:{match[1] or secrets.randbelow(_MOST_SEED)}"
            if varied is None:
                return start, start
            told, source = f"{start}@{varied[0]}", f"{start}@{varied[1]}"
            return told, source
        return None

    def _kept(self, text: str, kind: str, number: int) -> tuple[str, str]:
        path = self.find_kept(kind, number)
        if path is None:
            raise ModelError(f"the project has no {text} any more; choose another style")
        self.paths[path] = text
        return text, path

    def weighed(self, text: str) -> tuple[str, str, float]:
        """Read a part of a mix: how it is told, what `stylize` takes, and its weight."""
        found, weight, written = self.part(text), 1.0, ""
        if found is None:
            name, _, number = text.rpartition(":")
            # What follows "random:" is a seed, never a weight.
            unknown = text if name.strip() in ("", RANDOM) else name
            found = None if unknown == text else self.part(name.strip())
            if found is None:
                known = ", ".join(self.names)
                raise ModelError(f"no style is called {unknown[:80]!r}; known: {known}")
            weight, written = _weight(number), f":{number.strip()}"
        told, source = found
        return f"{told}{written}", source, weight


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0.0 <= weight < math.inf:
        raise ArgumentError(f"a weight must be a number from 0. Received: {text[:40]!r}.")
    return weight
