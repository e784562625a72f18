"""`optimize`: the slow way, picture by picture."""

import dataclasses
from pathlib import Path

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.cli._values import PHOTO, add_no_mark, add_overwrite, size
from portrait_style.image import check_image_output, load_image, save_image
from portrait_style.mark import mark_of
from portrait_style.optimization_config import OptimizationConfig
from portrait_style.perceptual_settings import PerceptualConfig
from portrait_style.styles.style import file_label
from portrait_style.terminal import import_tensorflow_quietly, print_line

HELP = "stylize one photo after any picture without a trained style, in minutes"
DESCRIPTION = (
    "Change a photo step by step until its features have the style of a picture. Takes minutes, "
    "follows this one picture closely, and needs no trained style. Time and memory grow with the "
    "square of --size."
)
EXAMPLES = (
    "portrait-style optimize me.jpg --style painting.jpg --output me-painted.png",
    "portrait-style optimize me.jpg --style painting.jpg --output me-painted.png --size 512 "
    "--style-weight 15",
)
EXTRA = None
_SIZE = 384


def add_arguments(parser) -> None:
    """Add the arguments of `optimize`."""
    add = parser.add_argument
    add("photo", metavar="PHOTO", help=PHOTO)
    add("--style", required=True, metavar="IMAGE", help="picture whose style is wanted")
    add("--output", required=True, metavar="FILE", help="picture to write")
    add(
        "--size",
        type=size,
        default=_SIZE,
        metavar="N",
        help=f"longer side in pixels (default: {_SIZE})",
    )
    add_settings(parser, OptimizationConfig, leave_out=("size", "learning_rate"))
    add_settings(parser, PerceptualConfig)
    add_no_mark(parser)
    add_overwrite(parser)


def run(options) -> int:
    """Run `optimize`: change one photo after a picture, and write it."""
    check_image_output(options.output, options.overwrite)
    photo, style_picture = load_image(options.photo), load_image(options.style)
    perceptual = _given_to_optimize(PerceptualConfig, options)
    perceptual.check_weights()
    settings = _given_to_optimize(OptimizationConfig, options)
    import_tensorflow_quietly()
    from portrait_style.functional.moments import STYLE_BLOCKS
    from portrait_style.models.feature_extractor import FeatureExtractor
    from portrait_style.optimization import optimize_picture

    network = FeatureExtractor(perceptual.perceptual, perceptual.weights, STYLE_BLOCKS)
    picture = optimize_picture(
        photo, style_picture, network, progress=True, **dataclasses.asdict(settings)
    )
    mark = None if options.no_mark else mark_of(file_label(Path(options.style).stem))
    print_line(save_image(options.output, picture, options.overwrite, mark=mark))
    return DONE


def _given_to_optimize(settings: type, options):
    """Make settings of a class of those arguments that are its fields."""
    names = {field.name for field in dataclasses.fields(settings)}
    return settings(**{name: value for name, value in vars(options).items() if name in names})
