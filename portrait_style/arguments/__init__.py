"""The arguments of the command line, checked as far as that needs no model."""

import argparse

from portrait_style._version import __version__
from portrait_style.arguments.adapt import add_adapt
from portrait_style.arguments.discover import add_discover
from portrait_style.arguments.evaluate import add_evaluate
from portrait_style.arguments.export import add_benchmark, add_export
from portrait_style.arguments.feedback import add_feedback
from portrait_style.arguments.optimize import add_optimize
from portrait_style.arguments.stylize import add_interpolate, add_styles, add_stylize
from portrait_style.arguments.train import add_train
from portrait_style.terminal import report


class _Parser(argparse.ArgumentParser):
    """Reports a mistake in one line."""

    def error(self, message):
        """Print the mistake and leave with 2."""
        report(f"{message}; see {self.prog} --help")
        self.exit(2)


def parser() -> argparse.ArgumentParser:
    """Build the parser; what it parses has the command's name in `command`."""
    root = _Parser(
        prog="portrait-style",
        description="Stylize portraits, and train styles of your own.",
        epilog="example: portrait-style stylize me.jpg --style oil",
    )
    root.add_argument("--version", action="version", version=__version__)
    commands = root.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    for add in (
        add_styles,
        add_stylize,
        add_interpolate,
        add_optimize,
        add_discover,
        add_train,
        add_adapt,
        add_feedback,
        add_evaluate,
        add_export,
        add_benchmark,
    ):
        command = add(commands)
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.add_argument("--debug", action="store_true", help="show where an error arose")
    return root
