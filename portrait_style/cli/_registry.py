"""The registry of commands: every file of this folder whose name does not begin with `_`.

Such a file has

    HELP         a line for the list of commands
    DESCRIPTION  what it does
    EXAMPLES     tuple of str, calls
    EXTRA        name of the extra that brings what it needs, or `None`
    LIGHT        optional: whether it does without TensorFlow where a preset has TFLite files
    add_arguments(parser)
    run(options) -> exit code

and imports TensorFlow, and what brings it, inside `run`.
"""

import argparse
import importlib
import pkgutil
from types import ModuleType

from portrait_style import cli
from portrait_style._version import __version__
from portrait_style.terminal import report


class _Parser(argparse.ArgumentParser):
    """Parser of the registered commands, which reports a mistake in one line."""

    def error(self, message):
        """Print the mistake and leave with 2."""
        report(f"{message}; see {self.prog} --help")
        self.exit(2)


def commands() -> dict[str, ModuleType]:
    """Find the registered commands: modules by name, in alphabetical order."""
    names = [module.name for module in pkgutil.iter_modules(cli.__path__)]
    found = [name for name in sorted(names) if not name.startswith("_")]
    return {name: importlib.import_module(f"{cli.__name__}.{name}") for name in found}


def parser(available: dict[str, ModuleType] | None = None) -> argparse.ArgumentParser:
    """Build the parser of all commands; what it parses has the command's module in `command`.

    Args:
        available: commands by name, or `None` for those that `commands` finds.
    """
    root = _Parser(
        prog="portrait-style",
        description="Stylize portraits, and train styles of your own.",
        epilog="example: portrait-style stylize me.jpg --style oil",
    )
    root.add_argument("--version", action="version", version=__version__)
    added = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, module in (available or commands()).items():
        command = added.add_parser(
            name,
            help=module.HELP,
            description=module.DESCRIPTION,
            epilog="\n".join(["examples:", *(f"  {line}" for line in module.EXAMPLES)]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # What is not given is left to the defaults of the settings.
            argument_default=argparse.SUPPRESS,
        )
        module.add_arguments(command)
        command.add_argument("--debug", action="store_true", help="show where an error arose")
        command.set_defaults(command=module)
    return root
