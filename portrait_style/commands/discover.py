"""`discover`: styles in a folder without labels."""

from pathlib import Path

from portrait_style.commands.checks import DONE, given_by_user
from portrait_style.terminal import import_tensorflow_quietly


def discover(options) -> int:
    """Discover, and print what was found."""
    import_tensorflow_quietly()
    from portrait_style.discovery import discover

    made = discover(**given_by_user(options), progress=True)
    print(made.table())
    print(Path(options.output) / "index.html")
    return DONE
