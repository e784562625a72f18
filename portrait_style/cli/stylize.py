"""`stylize`: photos in a style."""

import functools
import threading

from portrait_style.cli._batch import add_batch, draw_all, works_of
from portrait_style.cli._options import option_reader
from portrait_style.cli._values import STYLE, add_model, add_no_mark, add_texture, size
from portrait_style.mark import mark_of
from portrait_style.medium import lay_on
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.styles.expression import parse_style
from portrait_style.stylizer import INTENSITY_RANGE, PortraitStylizer
from portrait_style.terminal import import_tensorflow_quietly, silenced

HELP = "stylize photos"
DESCRIPTION = "Stylize photos in a bundled style, in that of a picture, or in a mix."
EXAMPLES = (
    "portrait-style stylize me.jpg --style oil --output me-in-oil.png",
    "portrait-style stylize photos/ --style engraving.png --output engraved/ --format jpg",
    "portrait-style stylize me.jpg --style oil:0.6,engraving:0.4",
    "portrait-style stylize me.jpg --style random:7@oil",
)
EXTRA = None
LIGHT = True


def add_arguments(parser) -> None:
    """Add the arguments of `stylize`."""
    add_batch(parser, "STYLE")
    add = parser.add_argument
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
        "--size",
        type=size,
        default=None,
        metavar="N",
        help="pixels of the longer side (default: the photo's)",
    )
    add_texture(parser, "style")
    add_no_mark(parser)


def run(options) -> int:
    """Run `stylize`."""
    model = open_model(options.model)
    style = parse_style(options.style, model.bank.names if model.bank else [])
    works = works_of(options, style.label)
    style.check(model.bank)
    medium = style.medium(model.bank) if options.texture else None

    @functools.cache
    def loaded():
        stylizer = load_stylizer(model, threads=None if len(works) == 1 else 1)
        return stylizer, stylizer.find_style(style)

    lock = threading.Lock()

    def draw(pixels):
        # Not before a photo could be read, and once for all threads.
        with lock:
            stylizer, code = loaded()
        drawn = stylizer.stylize(pixels, code, options.intensity, options.size)
        return (
            drawn if medium is None else lay_on(drawn, medium, options.texture * options.intensity)
        )

    mark = None if options.no_mark else mark_of(style.label)
    return draw_all(works, options, "stylize", draw, mark)


def load_stylizer(model: TrainedModel, threads: int | None = None) -> PortraitStylizer:
    """Load the networks that `stylize` draws with, quietly; TensorFlow only where they need it.

    Args:
        model: `TrainedModel`.
        threads: as for `PortraitStylizer.of`.
    """
    if not model.is_lite:
        import_tensorflow_quietly()
    with silenced():
        return PortraitStylizer.of(model, threads)
