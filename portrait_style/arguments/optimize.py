"""The arguments of `optimize`."""

from portrait_style.arguments.perceptual import add_perceptual
from portrait_style.arguments.values import iterations, size, weight


def add_optimize(commands):
    """Add the parser of `optimize` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "optimize",
        help="stylize one photo after any picture without a trained style, in minutes",
        description=(
            "Change a photo step by step until its features have the style of a picture. Takes "
            "minutes, follows this one picture closely, and needs no trained style. Time and "
            "memory grow with the square of --size."
        ),
        epilog=(
            "examples:\n"
            "  portrait-style optimize me.jpg --style painting.jpg --output me-painted.png\n"
            "  portrait-style optimize me.jpg --style painting.jpg --output me-painted.png "
            "--size 512 --style-weight 15"
        ),
    )
    add = command.add_argument
    add("photo", metavar="PHOTO", help="JPEG, PNG, WebP or BMP file")
    add("--style", required=True, metavar="IMAGE", help="picture whose style is wanted")
    add("--output", required=True, metavar="FILE", help="picture to write")
    add("--size", type=size, default=384, metavar="N", help="longer side (default: 384)")
    add("--iterations", type=iterations, default=120, metavar="N", help="steps (default: 120)")
    _add_weights(add)
    add_perceptual(add, default="compact")
    add("--keep-colours", action="store_true", help="keep the photo's colours, take strokes only")
    add("--overwrite", action="store_true", help="replace a file that exists")
    return command


def _add_weights(add) -> None:
    add(
        "--style-weight",
        type=weight,
        default=5.0,
        metavar="X",
        help="higher: more of the picture's colours and strokes (default: 5)",
    )
    add(
        "--content-weight",
        type=weight,
        default=1.0,
        metavar="X",
        help="higher: closer to the photo's shapes (default: 1)",
    )
    add(
        "--smoothness-weight",
        type=weight,
        default=3.0,
        metavar="X",
        help="higher: less grain and fewer fine strokes (default: 3)",
    )
