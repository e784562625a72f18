"""`discover`: styles in a folder without labels."""

from pathlib import Path

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.discovery.config import DiscoveryConfig
from portrait_style.terminal import import_tensorflow_quietly

HELP = "find the styles in a folder of mixed pictures"
DESCRIPTION = (
    "Sort pictures by style without labels, and write styles.json (names, style codes, files), a "
    "sheet of pictures a style, a map, and index.html. Names in styles.json may be edited; "
    "`stylize --style DIR/styles.json#NAME` draws in a style."
)
EXAMPLES = (
    "portrait-style discover pictures --output found",
    "portrait-style stylize me.jpg --style 'found/styles.json#line work'",
)
EXTRA = "discover"


def add_arguments(parser) -> None:
    """Add the arguments of `discover`."""
    add_settings(parser, DiscoveryConfig)


def run(options) -> int:
    """Run `discover`, and print what was found."""
    config = DiscoveryConfig(**vars(options))
    import_tensorflow_quietly()
    from portrait_style.discovery.run import run_discovery

    print(run_discovery(config, progress=True).table())
    print(Path(config.output) / "index.html")
    return DONE
