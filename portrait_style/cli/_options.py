"""Command-line options of settings: names, types, defaults and help come from the dataclass."""

import argparse
import dataclasses
import typing

from portrait_style.errors import ArgumentError
from portrait_style.settings import Range, kinds_of

_KINDS = (int, float, str)


def add_settings(
    parser: argparse.ArgumentParser, settings: type, leave_out=(), needed: bool = True
) -> None:
    """Add an option for every field; what is not given is left to the defaults of the class.

    Args:
        parser: made with `argument_default=argparse.SUPPRESS`.
        settings: dataclass of fields made by `settings.setting`.
        leave_out: names of fields that the command adds itself, or not at all.
        needed: bool, whether fields that are needed must be given. Defaults to `True`.
    """
    hints = typing.get_type_hints(settings)
    for field in dataclasses.fields(settings):
        if field.name not in leave_out:
            _add_option(parser, field, hints[field.name], needed and _is_needed_option(field))


def _add_option(parser, field, annotation, needed: bool) -> None:
    """Add the command-line option of one field of a settings class."""
    details = field.metadata
    name = details.get("option", "--" + field.name.replace("_", "-"))
    if not name.startswith("-"):
        parser.add_argument(field.name, metavar=details.get("metavar"), help=details["about"])
        return
    if annotation is bool:
        parser.add_argument(name, dest=field.name, action="store_true", help=details["about"])
        return
    read = option_reader(
        details.get("parse") or next(x for x in _KINDS if x in kinds_of(annotation)),
        details.get("range"),
    )
    parser.add_argument(
        name,
        dest=field.name,
        required=needed,
        type=read,
        action="extend" if details.get("repeated") else "store",
        metavar=details.get("metavar", _option_metavar(details.get("range"))),
        help=details["about"] + _option_default(field),
    )
    if "former_option" in details:
        parser.add_argument(
            details["former_option"], dest=field.name, type=read, help=argparse.SUPPRESS
        )


def option_reader(parse, allowed: Range | None = None):
    """Make what argparse reads a text by: what is out of range is said in the range's words.

    Args:
        parse: makes a value of a text, or raises `ValueError`.
        allowed: what the value may be, or `None` for anything.
    """

    def read(text):
        try:
            value = parse(text)
        except ArgumentError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        if allowed is not None and not allowed.holds(value):
            raise argparse.ArgumentTypeError(f"{text} must be {allowed.text}")
        return value

    # What argparse names a text by that is no such value.
    read.__name__ = getattr(parse, "__name__", "value")
    return read


def _option_metavar(allowed: Range | None) -> str:
    return f"{{{','.join(allowed.names)}}}" if allowed is not None and allowed.names else "N"


def _is_needed_option(field) -> bool:
    missing = dataclasses.MISSING
    without_default = field.default is missing and field.default_factory is missing
    return field.metadata.get("needed", without_default)


def _option_default(field) -> str:
    shown = field.metadata.get("shown", field.default)
    if shown in (None, ()) or shown is dataclasses.MISSING:
        return ""
    if isinstance(shown, tuple):
        shown = ",".join(shown)
    return f" (default: {shown:g})" if isinstance(shown, float) else f" (default: {shown})"
