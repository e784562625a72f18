"""`discover`: styles in a folder without labels."""

from pathlib import Path

from portrait_style.commands.checks import DONE, check_installed, given_by_user, mistakes_named
from portrait_style.terminal import import_tensorflow_quietly


def discover(options) -> int:
    """Discover, and print what was found."""
    check_installed("discover", ("matplotlib", "scipy", "sklearn", "threadpoolctl"))
    import_tensorflow_quietly()
    from portrait_style.discovery import discover

    from_user = given_by_user(options)
    with mistakes_named():
        made = discover(**from_user, progress=True)
    print(made.table())
    print(Path(options.output) / "index.html")
    return DONE
