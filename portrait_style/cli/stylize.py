"""`stylize`: photos in a style."""

from portrait_style.cli._exit_codes import DONE, USER_MISTAKE
from portrait_style.cli._options import option_reader
from portrait_style.cli._output_paths import output_paths
from portrait_style.cli._values import (
    PHOTO,
    STYLE,
    add_flatten,
    add_model,
    add_overwrite,
    add_texture,
    size,
)
from portrait_style.errors import ImageError, OutputError
from portrait_style.image import check_image_output, read_photo, save_image
from portrait_style.medium import lay_on
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.styles.expression import parse_style
from portrait_style.stylizer import INTENSITY_RANGE, PortraitStylizer
from portrait_style.terminal import import_tensorflow_quietly, print_line, report, with_progress
from portrait_style.transparency import with_alpha

HELP = "stylize photos"
DESCRIPTION = "Stylize photos in a bundled style, in that of a picture, or in a mix."
EXAMPLES = (
    "portrait-style stylize me.jpg --style oil --output me-in-oil.png",
    "portrait-style stylize photos/*.jpg --style engraving.png --output engraved/",
    "portrait-style stylize me.jpg --style oil:0.6,engraving:0.4",
    "portrait-style stylize me.jpg --style random:7@oil",
)
EXTRA = None


def add_arguments(parser) -> None:
    """Add the arguments of `stylize`."""
    add = parser.add_argument
    add("photos", nargs="+", metavar="PHOTO", help=PHOTO)
    add("--style", required=True, metavar="STYLE", help=STYLE)
    add(
        "--intensity",
        type=option_reader(float, INTENSITY_RANGE),
        default=1.0,
        metavar="0..1",
        help="from the photo itself to the full style (default: 1)",
    )
    add_model(parser)
    add(
        "--output",
        default=None,
        metavar="FILE|DIR",
        help="a file for one photo, a folder for any number "
        "(default: PHOTO-STYLE.png in this folder)",
    )
    add(
        "--size",
        type=size,
        default=None,
        metavar="N",
        help="pixels of the longer side (default: the photo's)",
    )
    add_texture(parser, "style")
    add_flatten(parser)
    add_overwrite(parser)


def run(options) -> int:
    """Run `stylize`; a photo that cannot be read or written does not stop the others."""
    model = open_model(options.model)
    style = parse_style(options.style, model.bank.names if model.bank else [])
    outputs = output_paths(options.photos, style.label, options.output)
    for path in outputs:
        check_image_output(path, options.overwrite)
    style.check(model.bank)
    medium = style.medium(model.bank) if options.texture else None
    stylizer = code = None
    mistakes = 0
    for photo, path in with_progress(list(zip(options.photos, outputs, strict=True)), "stylize"):
        try:
            pixels, alpha = read_photo(photo, options.flatten)
        except ImageError as error:
            report(error)
            mistakes += 1
            continue
        if stylizer is None:
            stylizer = load_stylizer(model)
            code = stylizer.style_code(style)
        picture = stylizer.stylize(pixels, code, options.intensity, options.size)
        if medium is not None:
            picture = lay_on(picture, medium, options.texture * options.intensity)
        if alpha is not None:
            picture = with_alpha(picture, alpha)
        try:
            print_line(save_image(path, picture, options.overwrite))
        except OutputError as error:
            report(error)
            mistakes += 1
    return USER_MISTAKE if mistakes else DONE


def load_stylizer(model: TrainedModel) -> PortraitStylizer:
    """Load the networks that `stylize` draws with, quietly."""
    import_tensorflow_quietly()
    return PortraitStylizer.of(model)
