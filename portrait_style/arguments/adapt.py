"""The arguments of `adapt`."""

import argparse


def add_adapt(commands):
    """Add the parser of `adapt` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "adapt",
        help="teach a trained model one more style, from a few pictures or one",
        description="Learn one more style in minutes; the styles known before stay as they are.",
        epilog=(
            "example:\n  portrait-style adapt --model mobile --styles my_paintings --photos photos "
            "--output runs/mine\n"
            "  portrait-style stylize me.jpg --model runs/mine --style my_paintings"
        ),
        # What is not given is left to the defaults of `adapt`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add("--model", required=True, metavar="PRESET|PATH", help="what knows other styles already")
    add("--styles", required=True, metavar="DIR|IMAGE", help="pictures of it, or one picture")
    add("--output", required=True, metavar="RUN", help="folder for the new model, new or empty")
    add(
        "--photos",
        metavar="DIR",
        help="photos of faces to learn with, which gives better faces (default: the style's own "
        "pictures)",
    )
    add("--name", metavar="NAME", help="of the style (default: that of the folder or picture)")
    add(
        "--steps",
        type=int,
        metavar="N",
        help="training steps (default: 300, of a single picture 250)",
    )
    add("--size", type=int, metavar="N", help="pixels, a multiple of 16 (default: 128)")
    add("--seed", type=int, metavar="N", help="default: 0")
    command.set_defaults(debug=False)
    return command
