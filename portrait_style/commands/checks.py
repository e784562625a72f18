"""What commands share: exit codes, and refusing what the user got wrong."""

import os

from portrait_style.errors import ModelError

# What the parser adds to the arguments of the function that a command calls.
_NOT_FIELDS = ("command", "debug", "resume", "dry_run")
DONE, OUR_MISTAKE, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130


def given_by_user(options) -> dict:
    """Return the arguments of the function that the command calls."""
    return {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}


def check_perceptual_weights(path: str | None) -> None:
    """Make sure that a weights file exists, or that none was given.

    Raises:
        ModelError: if it does not.
    """
    if path is not None and not os.path.isfile(path):
        raise ModelError(f"{path} does not exist; check --perceptual-weights")
