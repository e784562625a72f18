"""The settings of a long operation: a frozen dataclass each, its fields made by `setting`.

Defaults and ranges stand there once: for Python, for the command line and its help.
"""

import dataclasses
import math
import os
import types
import typing
from collections.abc import Callable, Collection
from dataclasses import dataclass

from portrait_style.errors import ArgumentError


@dataclass(frozen=True)
class Range:
    """What a setting may be.

    Attributes:
        text: str, as in "`steps` must be TEXT".
        holds: tells whether a value is allowed.
        names: str, all that is allowed, where these are texts.
    """

    text: str
    holds: Callable[[typing.Any], bool]
    names: Collection[str] = ()

    def check(self, name: str, value) -> None:
        """Make sure that a value is allowed.

        Raises:
            ArgumentError: if it is not.
        """
        if not self.holds(value):
            raise ArgumentError(f"`{name}` must be {self.text}. Received: {name}={value!r}.")


def at_least(least: float) -> Range:
    """Allow a setting finite numbers from `least` on."""
    return Range(f"{least:g} or more", lambda value: least <= value < math.inf)


def between(low: float, high: float, ends: str = "[]") -> Range:
    """Allow a setting numbers between two; `ends` says by ( or [ whether each is allowed."""

    def holds(value) -> bool:
        above = low <= value if ends[0] == "[" else low < value
        return above and (value <= high if ends[1] == "]" else value < high)

    return Range(f"in {ends[0]}{low:g}, {high:g}{ends[1]}", holds)


def one_of(names: Collection[str]) -> Range:
    """Allow a setting some texts; one that is added to `names` later is allowed as well."""
    return Range(f"one of {tuple(names)}", lambda value: value in names, names)


def multiple_of(factor: int, least: int) -> Range:
    """Allow a setting multiples of a number from `least` on."""
    text = f"a multiple of {factor}, {least} or more"
    return Range(text, lambda value: value >= least and value % factor == 0)


def setting(about: str, default=dataclasses.MISSING, **details):
    """Make a field of a settings class.

    Args:
        about: str, what it means, as the help of the command line says it.
        default: its default; without one it must be given.
        **details: `range`, a `Range`; `metavar`, `option` (where it is not the field's name) and
            `parse`, which the command line shows, names and reads it by; `former_option`, what it
            was called before and still may be; `shown`, a text for the help in place of the
            default; `repeated`, whether the option may be given several times, each time with
            some of a tuple; `needed`, whether it must be given (default: one without a default).
    """
    factory = {"default_factory": default} if callable(default) else {"default": default}
    return dataclasses.field(**factory, metadata={"about": about, **details})


def check_settings(settings) -> None:
    """Check types and ranges; for `__post_init__`. Paths become text.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """
    hints = typing.get_type_hints(type(settings))
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if isinstance(value, os.PathLike):
            value = os.fspath(value)
            object.__setattr__(settings, field.name, value)
        _check_setting_type(field.name, value, hints[field.name])
        allowed = field.metadata.get("range")
        if allowed is not None and value is not None:
            allowed.check(field.name, value)


def kinds_of(annotation) -> tuple[type, ...]:
    """The classes that the annotation of a setting names, `None`'s included."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return tuple(x for part in typing.get_args(annotation) for x in kinds_of(part))
    return (typing.get_origin(annotation) or annotation,)


def _check_setting_type(name: str, value, annotation) -> None:
    accepted = kinds_of(annotation)
    if float in accepted:
        accepted = (*accepted, int)
    if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted):
        raise TypeError(
            f"`{name}` must be {annotation}. Received: {name}={value!r} of type "
            f"{type(value).__name__}."
        )
