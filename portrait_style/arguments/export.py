"""The arguments of `export` and `benchmark`."""

import argparse

from portrait_style.arguments.values import names, pixel_range


def add_export(commands):
    """Add the parser of `export` to what `ArgumentParser.add_subparsers` returned."""
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
    add("--formats", type=names, metavar="LIST", help="default: saved_model,tflite,onnx")
    add(
        "--quantize",
        type=names,
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
        type=pixel_range,
        metavar="LOW,HIGH",
        help="range of pixels of a network that is not of this package (default: -1,1)",
    )
    add("--overwrite", action="store_true", help="write into a folder that is not empty")
    command.set_defaults(debug=False)
    return command


def add_benchmark(commands):
    """Add the parser of `benchmark` to what `ArgumentParser.add_subparsers` returned."""
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
    add("--quantize", type=names, metavar="LIST", help="default: float32,float16,dynamic,int8")
    command.set_defaults(debug=False)
    return command
