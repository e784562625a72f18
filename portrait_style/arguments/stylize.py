"""The arguments of `styles` and `stylize`."""

from portrait_style.arguments.values import intensity, size


def add_styles(commands):
    """Add the parser of `styles` to what `ArgumentParser.add_subparsers` returned."""
    return commands.add_parser(
        "styles",
        help="list the bundled presets and their styles",
        description="List the bundled presets, and indented below each its styles.",
        epilog="example: portrait-style styles",
    )


def add_stylize(commands):
    """Add the parser of `stylize` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "stylize",
        help="stylize photos",
        description="Stylize photos in a bundled style or in that of a picture.",
        epilog=(
            "examples:\n"
            "  portrait-style stylize me.jpg --style oil --output me-in-oil.png\n"
            "  portrait-style stylize photos/*.jpg --style engraving.png --output engraved/"
        ),
    )
    add = command.add_argument
    add("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or BMP file")
    add("--style", required=True, metavar="NAME|IMAGE", help="a style's name, or a picture")
    add("--intensity", type=intensity, default=1.0, metavar="0..1", help="default: 1")
    add(
        "--model",
        default="mobile",
        metavar="PRESET|PATH",
        help="bundled preset, run folder or generator.keras (default: mobile)",
    )
    add(
        "--output",
        metavar="FILE|DIR",
        help="a file for one photo, a folder for any number "
        "(default: PHOTO-STYLE.png in this folder)",
    )
    add("--size", type=size, metavar="N", help="pixels of the longer side (default: the photo's)")
    add("--overwrite", action="store_true", help="replace files that exist")
    return command
