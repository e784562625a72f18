"""`share`: a style as one file, to hand on."""

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._values import STYLE, add_model, add_overwrite
from portrait_style.cli.stylize import load_stylizer
from portrait_style.model_files.trained_model import open_model
from portrait_style.sharing import shared_style, style_to_share
from portrait_style.styles.shared import SUFFIX, check_shared_output
from portrait_style.terminal import print_path

HELP = "write a style as one file, to hand on"
DESCRIPTION = (
    "Write a style as one file: its code, what adapt added to the networks, what is known of it, "
    "and a thumbnail, but no picture of yours. With the same model it draws wherever a style's "
    "name does; of a model that adapt wrote, others need only the one that it came of."
)
EXAMPLES = (
    "portrait-style share my_paintings --model runs/adapted --output my_paintings.style",
    "portrait-style share oil:0.6,engraving:0.4 --name 'oil print' --output print.style",
    "portrait-style stylize me.jpg --style my_paintings.style",
)
EXTRA = None
LIGHT = True


def add_arguments(parser) -> None:
    """Add the arguments of `share`."""
    add = parser.add_argument
    add("style", metavar="STYLE", help=STYLE)
    add(
        "--output",
        default=None,
        metavar="FILE",
        help=f"ends with {SUFFIX} (default: STYLE{SUFFIX} in this folder)",
    )
    add_model(parser)
    add("--name", default=None, metavar="TEXT", help="of the style (default: what it is called)")
    add(
        "--description",
        default=None,
        metavar="TEXT",
        help="what it looks like (default: what the model says)",
    )
    add(
        "--licence",
        default=None,
        metavar="TEXT",
        help="terms of the pictures that it was learned from (default: what the model says)",
    )
    add_overwrite(parser)


def run(options) -> int:
    """Run `share`: write one file."""
    if options.output is not None:
        check_shared_output(options.output, options.overwrite)
    model = open_model(options.model)
    style = style_to_share(model, options.style)
    output = options.output or f"{style.label}{SUFFIX}"
    check_shared_output(output, options.overwrite)
    told = options.name, options.description, options.licence
    shared_style(model, load_stylizer(model), style, *told).save(output, options.overwrite)
    print_path(output)
    return DONE
