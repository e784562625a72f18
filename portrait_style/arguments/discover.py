"""The arguments of `discover`."""

import argparse

from portrait_style.arguments.values import clusters


def add_discover(commands):
    """Add the parser of `discover` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "discover",
        help="find the styles in a folder of mixed pictures",
        description=(
            "Sort pictures by style without labels, and write styles.json (names, style codes, "
            "files), a sheet of pictures a style, a map, and index.html. Names in styles.json may "
            "be edited; `stylize --style DIR/styles.json#NAME` draws in a style."
        ),
        epilog=(
            "examples:\n"
            "  portrait-style discover pictures --output found\n"
            "  portrait-style stylize me.jpg --style 'found/styles.json#line work'"
        ),
        # What is not given is left to the defaults of `discover`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add("folder", metavar="STYLE_DIR", help="folder of pictures; sub-folders count too")
    add("--output", required=True, metavar="DIR", help="folder to write, new or empty")
    add(
        "--clusters",
        type=clusters,
        metavar="auto|N",
        help="number of styles, or auto: as many as can be told apart (default: auto)",
    )
    add("--model", metavar="PRESET|PATH", help="model that codes are for (default: mobile)")
    add("--seed", type=int, metavar="N", help="default: 0")
    add(
        "--overwrite",
        action="store_true",
        help="write into a folder that is not empty; names in its styles.json are kept",
    )
    command.set_defaults(debug=False)
    return command
