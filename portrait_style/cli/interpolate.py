"""`interpolate`: a photo on the way from one style to another."""

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import option_reader
from portrait_style.cli._values import PHOTO, STYLE, add_model, add_no_mark, add_overwrite, size
from portrait_style.cli.stylize import load_stylizer
from portrait_style.image import load_image
from portrait_style.interpolation import FRAMES_RANGE, check_film, interpolate, save_film
from portrait_style.model_files.trained_model import open_model
from portrait_style.styles.expression import parse_style
from portrait_style.terminal import print_line

HELP = "draw a photo on the way from one style to another"
DESCRIPTION = "Draw a photo in styles between two: a strip of pictures, or an animation."
EXAMPLES = (
    "portrait-style interpolate me.jpg --from oil --to engraving --output strip.png",
    "portrait-style interpolate me.jpg --from oil --to a.jpg --output clip.gif",
)
EXTRA = None
LIGHT = True


def add_arguments(parser) -> None:
    """Add the arguments of `interpolate`."""
    add = parser.add_argument
    add("photo", metavar="PHOTO", help=PHOTO)
    add("--from", dest="start", required=True, metavar="STYLE", help=STYLE)
    add("--to", dest="end", required=True, metavar="STYLE", help="likewise")
    add(
        "--frames",
        type=option_reader(int, FRAMES_RANGE),
        default=9,
        metavar="N",
        help="pictures, 2..240 (default: 9)",
    )
    add_model(parser)
    add("--output", required=True, metavar="FILE", help="a strip, or an animation if it is a GIF")
    add("--size", type=size, default=256, metavar="N", help="longer side (default: 256)")
    add_no_mark(parser)
    add_overwrite(parser)


def run(options) -> int:
    """Run `interpolate`: draw, and write one file."""
    check_film(options.output, options.overwrite)
    model = open_model(options.model)
    names = model.bank.names if model.bank else []
    start, end = (parse_style(style, names) for style in (options.start, options.end))
    for style in (start, end):
        style.check(model.bank)
    photo = load_image(options.photo)
    stylizer = load_stylizer(model)
    pictures = interpolate(stylizer, photo, start, end, options.frames, options.size)
    style = None if options.no_mark else f"{start.label} to {end.label}"
    print_line(save_film(options.output, pictures, options.overwrite, style))
    return DONE
