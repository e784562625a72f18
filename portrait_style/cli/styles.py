"""`styles`: what the presets know, as a list or drawn."""

import math

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._values import PHOTO, add_no_mark, add_overwrite
from portrait_style.cli.stylize import load_stylizer
from portrait_style.errors import ArgumentError, ModelError
from portrait_style.image import check_image_output, crop_square, load_image, save_image
from portrait_style.mark import mark_of
from portrait_style.model_files.preset import preset_names
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.reports.sheet import captioned_grid
from portrait_style.styles.bank import StyleBank
from portrait_style.terminal import print_line, print_path

HELP = "list the bundled presets and their styles, or draw a photo in all of them"
DESCRIPTION = (
    "List the bundled presets, and indented below each its styles with a line on what they look "
    "like. With --sheet, draw a photo in all styles of a model side by side."
)
EXAMPLES = (
    "portrait-style styles",
    "portrait-style styles --sheet me.jpg",
    "portrait-style styles --sheet me.jpg --model runs/mine --output mine.png",
)
EXTRA = None
LIGHT = True
# Pixels of a cell, and how much wider than high a sheet is.
CELL, ASPECT = 256, 1.5


def add_arguments(parser) -> None:
    """Add the arguments of `styles`."""
    add = parser.add_argument
    add("--sheet", default=None, metavar="PHOTO", help=f"draw it in all styles; {PHOTO}")
    add(
        "--output",
        default=None,
        metavar="FILE",
        help="where the sheet goes (default: sheet.jpg in this folder)",
    )
    add(
        "--model",
        default=None,
        metavar="PRESET|PATH",
        help="bundled preset, run folder or generator.keras (default: all presets; "
        "for a sheet, mobile)",
    )
    add_no_mark(parser)
    add_overwrite(parser)


def run(options) -> int:
    """Run `styles`: print models and what they know, or draw a photo in all of it."""
    if options.sheet is not None:
        return _draw_sheet(options)
    if options.output is not None:
        raise ArgumentError("--output is where a sheet goes; name a photo with --sheet")
    for source in [options.model] if options.model else preset_names():
        bank = _bank_of(open_model(source))
        print_line(source)
        width = max(map(len, bank.names), default=0)
        for style in bank.names:
            print_line(f"  {style:{width}}  {bank.description(style) or ''}".rstrip())
    return DONE


def _draw_sheet(options) -> int:
    output = options.output or "sheet.jpg"
    check_image_output(output, options.overwrite)
    model = open_model(options.model or "mobile")
    names = _bank_of(model).names
    photo = crop_square(load_image(options.sheet), CELL)
    stylizer = load_stylizer(model)
    pictures = {"photo": photo} | {name: stylizer.stylize(photo, name) for name in names}
    columns = math.ceil(math.sqrt(ASPECT * len(pictures)))
    mark = None if options.no_mark else mark_of(", ".join(names))
    sheet = captioned_grid(pictures, columns, CELL)
    print_path(save_image(output, sheet, options.overwrite, mark=mark))
    return DONE


def _bank_of(model: TrainedModel) -> StyleBank:
    if model.bank is None:
        raise ModelError(f"{model.source} names no styles; name a preset or a finished run")
    return model.bank
