"""The command line: one file a command, with its arguments and what it does.

Exit codes: 0 done, 1 our mistake, 2 the user's, 130 interrupted, 143 terminated. TensorFlow is
imported inside the commands, after everything that can be checked without it.
"""

import os
import sys
import traceback
import warnings
from types import ModuleType

from portrait_style.cli._exit_codes import DONE, INTERRUPTED, OUR_MISTAKE, USER_MISTAKE
from portrait_style.cli._registry import commands, parser
from portrait_style.errors import ArtefactError, PortraitStyleError
from portrait_style.installation import check_installed, package_of
from portrait_style.terminal import report, show_warning

__all__ = ["commands", "main", "parser"]


def main(arguments: list[str] | None = None, available: dict[str, ModuleType] | None = None) -> int:
    """Run the command line: one command with its arguments.

    Args:
        arguments: list of str, or `None` for those of the process.
        available: dict of name to command, modules as `_registry` describes them, or `None` for
            those that `commands` finds.

    Returns:
        The exit code.
    """
    # TensorFlow reads it when it is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        options = parser(available).parse_args(arguments)
    except SystemExit as stop:
        return stop.code
    with warnings.catch_warnings():
        warnings.showwarning = show_warning
        return _run_command(options)


def _run_command(options) -> int:
    """Run the command that was parsed; say in a line what went wrong, and return the exit code."""
    # What is left are the command's own.
    settings = vars(options)
    command, debug = settings.pop("command"), settings.pop("debug", False)
    try:
        check_installed(command.EXTRA, getattr(command, "LIGHT", False))
        return command.run(options)
    except BrokenPipeError:
        # Whoever read the output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt as stop:
        report(str(stop) or "interrupted")
        return getattr(stop, "exit_code", INTERRUPTED)
    except Exception as caught:
        error = caught
        if isinstance(caught, ModuleNotFoundError):
            error = package_of(caught) or caught
        if debug:
            traceback.print_exc()
        if isinstance(error, ArtefactError):
            report(error)
            return OUR_MISTAKE
        if isinstance(error, PortraitStyleError):
            report(error)
            return USER_MISTAKE
        report(f"unexpected {type(error).__name__}: {error} (--debug shows where)")
        return OUR_MISTAKE
