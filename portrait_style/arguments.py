"""The arguments of the command line, checked as far as that needs no model."""

import argparse
import dataclasses

from portrait_style._version import __version__
from portrait_style.evaluation.arguments import add_evaluate
from portrait_style.terminal import report


class _Parser(argparse.ArgumentParser):
    """Reports a mistake in one line."""

    def error(self, message):
        """Print the mistake and leave with 2."""
        report(f"{message}; see {self.prog} --help")
        self.exit(2)


def parser() -> argparse.ArgumentParser:
    """Build the parser; what it parses has the command's name in `command`."""
    root = _Parser(
        prog="portrait-style",
        description="Stylize portraits, and train styles of your own.",
        epilog="example: portrait-style stylize me.jpg --style oil",
    )
    root.add_argument("--version", action="version", version=__version__)
    commands = root.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    for add in (
        _add_styles,
        _add_stylize,
        _add_train,
        _add_evaluate,
        _add_export,
        _add_benchmark,
    ):
        command = add(commands)
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.add_argument("--debug", action="store_true", help="show where an error arose")
    return root


def _add_styles(commands):
    return commands.add_parser(
        "styles",
        help="list the bundled presets and their styles",
        description="List the bundled presets, and indented below each its styles.",
        epilog="example: portrait-style styles",
    )


def _add_stylize(commands):
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
    add("--intensity", type=_intensity, default=1.0, metavar="0..1", help="default: 1")
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
    add("--size", type=_size, metavar="N", help="pixels of the longer side (default: the photo's)")
    add("--overwrite", action="store_true", help="replace files that exist")
    return command


def _add_train(commands):
    command = commands.add_parser(
        "train",
        help="train styles from a folder of pictures",
        description="Learn every sub-folder of --styles as a style.",
        epilog=(
            "example:\n  portrait-style train --photos photos --styles styles --output runs/first"
        ),
        # What is not given is left to the defaults of `TrainingConfig`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add("--photos", required=True, metavar="DIR", help="photos of faces; sub-folders count too")
    add(
        "--styles", required=True, metavar="DIR", help="a folder a style, or one folder of pictures"
    )
    add("--output", required=True, metavar="RUN", help="folder for the run, new or empty")
    add("--preset", choices=("mobile", "large"), help="size of the generator (default: mobile)")
    add("--steps", type=int, metavar="N", help="training steps (default: 4000)")
    add("--size", type=int, metavar="N", help="pixels, a multiple of 16 (default: 128)")
    add("--batch", type=int, metavar="N", help="pictures a step (default: 8)")
    add(
        "--perceptual",
        choices=("compact", "vgg16", "vgg19"),
        help="network that judges content and style (default: compact)",
    )
    add("--perceptual-weights", metavar="FILE", help="its weights (default: bundled or downloaded)")
    add(
        "--loss-weights",
        type=_weights,
        metavar="NAME=X,...",
        help="weights of losses that are not to have their default, such as style=3,content=2",
    )
    add(
        "--initial",
        metavar="PRESET|PATH",
        help="trained networks to start from; a large generator can start from a mobile one",
    )
    add("--seed", type=int, metavar="N", help="default: 0")
    add(
        "--sample-every",
        type=int,
        metavar="N",
        help="steps between sheets and checkpoints (default: 100)",
    )
    add(
        "--deterministic",
        action="store_true",
        help="equal runs give equal bits, also when killed and resumed (slower)",
    )
    add(
        "--adaptive",
        action="store_true",
        help="augment what the discriminator sees as far as it overfits, with R1 unless "
        "--loss-weights sets r1, for small style folders; watch for collapse",
    )
    add(
        "--adversarial-robustness",
        type=float,
        metavar="EPS",
        help="draw photos alike that differ by up to EPS/255 a pixel, such as 4 (default: 0, off)",
    )
    add(
        "--quality-target",
        type=float,
        metavar="0..1",
        help="raise the loss weight of content or style while its measured quality is below this",
    )
    add(
        "--patience",
        type=int,
        metavar="N",
        help="stop after N measurements, one every --sample-every steps, without a better total",
    )
    add("--resume", action="store_true", default=False, help="go on with the run in --output")
    add("--dry-run", action="store_true", default=False, help="say what would be done")
    command.set_defaults(debug=False)
    return command


def _add_evaluate(commands):
    return add_evaluate(commands, _size)


def _add_export(commands):
    command = commands.add_parser(
        "export",
        help="write SavedModel, TFLite and ONNX files that equal the Keras model",
        description=(
            "Write a generator in every format, run each file in its own runtime and compare it "
            "with Keras on portraits. A file that differs is marked as refused; the exit code is 1."
        ),
        epilog=(
            "examples:\n"
            "  portrait-style export --model mobile --output exported --photos portraits\n"
            "  portrait-style export --model runs/first --output phone --formats tflite "
            "--quantize float16,int8 --style oil"
        ),
        # What is not given is left to the defaults of `export_model`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add(
        "--model",
        required=True,
        metavar="PRESET|PATH",
        help="bundled preset, run folder, .keras file, or SavedModel folder; one that is not of "
        "this package must map an image to an image",
    )
    add("--output", required=True, metavar="DIR", help="folder to write, new or empty")
    add("--formats", type=_names, metavar="LIST", help="default: saved_model,tflite,onnx")
    add(
        "--quantize",
        type=_names,
        metavar="LIST",
        help="TFLite files to write (default: float32,float16,dynamic,int8)",
    )
    add("--style", metavar="NAME", help="style to bake into further TFLite and ONNX files")
    add("--size", type=int, metavar="N", help="pixels of the TFLite files' images (default: 256)")
    add(
        "--photos",
        metavar="DIR",
        help="portraits to compare on, best such as were not trained on "
        "(default: views of one portrait)",
    )
    add(
        "--input-range",
        type=_range,
        metavar="LOW,HIGH",
        help="range of pixels of a network that is not of this package (default: -1,1)",
    )
    add("--overwrite", action="store_true", help="write into a folder that is not empty")
    command.set_defaults(debug=False)
    return command


def _add_benchmark(commands):
    command = commands.add_parser(
        "benchmark",
        help="measure size, speed and memory of the TFLite files",
        description=(
            "Convert a generator to TFLite and measure every file, in turn with the networks of "
            "others where --peers names a folder of NAME_SIZE.tflite files."
        ),
        epilog="example: portrait-style benchmark --model mobile --style oil --peers peers",
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add("--model", required=True, metavar="PRESET|PATH", help="as for export")
    add("--peers", metavar="DIR", help="networks to run beside")
    add("--style", metavar="NAME", help="style to bake into further files")
    add("--size", type=int, metavar="N", help="pixels (default: 256)")
    add("--photos", metavar="DIR", help="portraits to calibrate int8 on")
    add("--quantize", type=_names, metavar="LIST", help="default: float32,float16,dynamic,int8")
    command.set_defaults(debug=False)
    return command


def _weights(text: str):
    from portrait_style.losses.weights import LossWeights

    try:
        pairs = (pair.split("=") for pair in text.split(","))
        return LossWeights(**{name.strip(): float(weight) for name, weight in pairs})
    except TypeError as error:
        known = ", ".join(entry.name for entry in dataclasses.fields(LossWeights))
        raise argparse.ArgumentTypeError(f"{text!r} names no known loss; known: {known}") from error
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a list like style=3,content=2 of numbers, 0 or more"
        ) from error


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def _range(text: str) -> tuple[float, float]:
    try:
        low, high = (float(number) for number in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers like 0,255") from error
    return low, high


def _intensity(text: str) -> float:
    from portrait_style.stylizer import check_intensity

    return _number(text, float, check_intensity)


def _size(text: str) -> int:
    from portrait_style.stylizer import check_size

    return _number(text, int, check_size)


def _number(text: str, kind: type, check):
    try:
        number = kind(text)
        check(number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return number
