"""`render`: photos drawn by a classical algorithm."""

from portrait_style.cli._batch import add_batch, draw_all, works_of
from portrait_style.cli._options import option_reader
from portrait_style.cli._values import add_texture
from portrait_style.renderers._registry import STROKE_RANGE, find_renderer
from portrait_style.terminal import import_tensorflow_quietly

HELP = "draw photos by a renderer"
DESCRIPTION = (
    "Draw photos by a classical algorithm, which nothing was trained for: slower than a trained "
    "style, and what such styles can be taught by; see portrait-style renderers."
)
EXAMPLES = (
    "portrait-style render me.jpg --renderer comic --output me-as-comic.png",
    "portrait-style render photos/ --renderer linocut --stroke 1.5 --output prints/",
)
EXTRA = "render"


def add_arguments(parser) -> None:
    """Add the arguments of `render`."""
    add_batch(parser, "RENDERER")
    add = parser.add_argument
    add("--renderer", required=True, metavar="NAME", help="as portrait-style renderers lists them")
    add(
        "--stroke",
        type=option_reader(float, STROKE_RANGE),
        default=1.0,
        metavar="S",
        help="size of strokes, 0.25..4; 1 suits the face (default: 1)",
    )
    add_texture(parser, "renderer")


def run(options) -> int:
    """Run `render`."""
    find_renderer(options.renderer)
    works = works_of(options, options.renderer)
    import_tensorflow_quietly()
    from portrait_style.renderers import render

    def draw(pixels):
        return render(pixels, options.renderer, options.stroke, options.texture)

    return draw_all(works, options, "render", draw)
