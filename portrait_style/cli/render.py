"""`render`: photos drawn by a classical algorithm."""

from portrait_style.cli._exit_codes import DONE, USER_MISTAKE
from portrait_style.cli._options import option_reader
from portrait_style.cli._output_paths import output_paths
from portrait_style.cli._values import PHOTO, add_flatten, add_overwrite, add_texture
from portrait_style.errors import ImageError, OutputError
from portrait_style.image import check_image_output, read_photo, save_image
from portrait_style.renderers._registry import STROKE_RANGE, find_renderer
from portrait_style.terminal import import_tensorflow_quietly, print_line, report, with_progress
from portrait_style.transparency import with_alpha

HELP = "draw photos by a renderer"
DESCRIPTION = (
    "Draw photos by a classical algorithm, which nothing was trained for: slower than a trained "
    "style, and what such styles can be taught by; see portrait-style renderers."
)
EXAMPLES = (
    "portrait-style render me.jpg --renderer comic --output me-as-comic.png",
    "portrait-style render photos/*.jpg --renderer linocut --stroke 1.5 --output prints/",
)
EXTRA = "render"


def add_arguments(parser) -> None:
    """Add the arguments of `render`."""
    add = parser.add_argument
    add("photos", nargs="+", metavar="PHOTO", help=PHOTO)
    add("--renderer", required=True, metavar="NAME", help="as portrait-style renderers lists them")
    add(
        "--stroke",
        type=option_reader(float, STROKE_RANGE),
        default=1.0,
        metavar="S",
        help="size of strokes, 0.25..4; 1 suits the face (default: 1)",
    )
    add(
        "--output",
        default=None,
        metavar="FILE|DIR",
        help="a file for one photo, a folder for any number "
        "(default: PHOTO-RENDERER.png in this folder)",
    )
    add_texture(parser, "renderer")
    add_flatten(parser)
    add_overwrite(parser)


def run(options) -> int:
    """Run `render`; a photo that cannot be read or written does not stop the others."""
    find_renderer(options.renderer)
    outputs = output_paths(options.photos, options.renderer, options.output)
    for path in outputs:
        check_image_output(path, options.overwrite)
    import_tensorflow_quietly()
    from portrait_style.renderers import render

    mistakes = 0
    for photo, path in with_progress(list(zip(options.photos, outputs, strict=True)), "render"):
        try:
            pixels, alpha = read_photo(photo, options.flatten)
            picture = render(pixels, options.renderer, options.stroke, options.texture)
            if alpha is not None:
                picture = with_alpha(picture, alpha)
            print_line(save_image(path, picture, options.overwrite))
        except (ImageError, OutputError) as error:
            report(error)
            mistakes += 1
    return USER_MISTAKE if mistakes else DONE
