"""The arguments of `styles`, `stylize` and `interpolate`."""

from portrait_style.arguments.values import frames, intensity, size

_STYLE = (
    "a name, a picture, a profile (me.json), FILE.json#NAME of a discovered style, random:SEED, "
    "random:SEED@STYLE for a variant of one, or a mix: oil:0.6,ink:0.4"
)


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
        description="Stylize photos in a bundled style, in that of a picture, or in a mix.",
        epilog=(
            "examples:\n"
            "  portrait-style stylize me.jpg --style oil --output me-in-oil.png\n"
            "  portrait-style stylize photos/*.jpg --style engraving.png --output engraved/\n"
            "  portrait-style stylize me.jpg --style oil:0.6,engraving:0.4\n"
            "  portrait-style stylize me.jpg --style random:7@oil"
        ),
    )
    add = command.add_argument
    add("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or BMP file")
    add("--style", required=True, metavar="STYLE", help=_STYLE)
    add("--intensity", type=intensity, default=1.0, metavar="0..1", help="default: 1")
    _add_model(add)
    add(
        "--output",
        metavar="FILE|DIR",
        help="a file for one photo, a folder for any number "
        "(default: PHOTO-STYLE.png in this folder)",
    )
    add("--size", type=size, metavar="N", help="pixels of the longer side (default: the photo's)")
    add("--overwrite", action="store_true", help="replace files that exist")
    return command


def add_interpolate(commands):
    """Add the parser of `interpolate` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "interpolate",
        help="draw a photo on the way from one style to another",
        description="Draw a photo in styles between two: a strip of pictures, or an animation.",
        epilog=(
            "examples:\n"
            "  portrait-style interpolate me.jpg --from oil --to engraving --output strip.png\n"
            "  portrait-style interpolate me.jpg --from oil --to a.jpg --output clip.gif"
        ),
    )
    add = command.add_argument
    add("photo", metavar="PHOTO", help="JPEG, PNG, WebP or BMP file")
    add("--from", dest="start", required=True, metavar="STYLE", help=_STYLE)
    add("--to", dest="end", required=True, metavar="STYLE", help="likewise")
    add("--frames", type=frames, default=9, metavar="N", help="pictures, 2..240 (default: 9)")
    _add_model(add)
    add("--output", required=True, metavar="FILE", help="a strip, or an animation if it is a GIF")
    add("--size", type=size, default=256, metavar="N", help="longer side (default: 256)")
    add("--overwrite", action="store_true", help="replace a file that exists")
    return command


def _add_model(add):
    add(
        "--model",
        default="mobile",
        metavar="PRESET|PATH",
        help="bundled preset, run folder or generator.keras (default: mobile)",
    )
