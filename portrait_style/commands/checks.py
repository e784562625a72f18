"""What commands share: exit codes, and refusing what the user got wrong."""

import contextlib
import importlib.util
import os

from portrait_style.errors import ModelError, PortraitStyleError

# What the parser adds to the arguments of the function that a command calls.
_NOT_FIELDS = ("command", "debug", "resume", "dry_run")
DONE, OUR_MISTAKE, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130


class MistakenArgument(PortraitStyleError):
    """An argument that a command refuses."""


def given_by_user(options) -> dict:
    """Return the arguments of the function that the command calls."""
    return {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}


@contextlib.contextmanager
def mistakes_named():
    """Report an argument out of its range as the user's mistake."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise MistakenArgument(str(error)) from error


def check_perceptual_weights(path: str | None) -> None:
    """Make sure that a weights file exists, or that none was given.

    Raises:
        ModelError: if it does not.
    """
    if path is not None and not os.path.isfile(path):
        raise ModelError(f"{path} does not exist; check --perceptual-weights")


def check_installed(extra: str, modules: tuple[str, ...]) -> None:
    """Make sure that the modules of an extra are there, without importing them.

    Raises:
        MistakenArgument: if one is missing.
    """
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise MistakenArgument(
            f"{', '.join(missing)} must be installed for this: "
            f"pip install 'portrait-style[{extra}]'"
        )
