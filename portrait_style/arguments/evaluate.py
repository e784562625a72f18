"""The arguments of `evaluate`."""

import argparse

from portrait_style.arguments.perceptual import add_perceptual
from portrait_style.arguments.values import size


def add_evaluate(commands):
    """Add the parser of `evaluate` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "evaluate",
        help="measure how well photos are stylized",
        description=(
            "Draw photos after the pictures of every sub-folder of --styles, and by name where "
            "the model knows a style of the folder's name; measure style and content, and write "
            "report.json, report.html and the pictures."
        ),
        epilog=(
            "examples:\n"
            "  portrait-style evaluate --model mobile --photos photos --styles styles "
            "--output report\n"
            "  portrait-style evaluate --model runs/first --photos photos --styles styles "
            "--output report --held-out --face-detector yunet.onnx --face-embedding sface.onnx"
        ),
        # What is not given is left to the defaults of `evaluate`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add(
        "--model",
        required=True,
        metavar="PRESET|PATH",
        help="bundled preset, run folder or generator.keras",
    )
    add("--photos", required=True, metavar="DIR", help="photos of faces; sub-folders count too")
    add("--styles", required=True, metavar="DIR", help="a folder a style, as for train")
    add("--output", required=True, metavar="DIR", help="folder to write, new or empty")
    add("--face-detector", metavar="FILE", help="YuNet as ONNX, to find faces and their landmarks")
    add("--face-embedding", metavar="FILE", help="SFace as ONNX, to tell whose they are")
    add_perceptual(add)
    add("--limit", type=int, metavar="N", help="photos at most (default: 60)")
    add("--size", type=size, metavar="N", help="longer side of the results (default: 256)")
    add("--seed", type=int, metavar="N", help="chooses pictures and pairs (default: 0)")
    add(
        "--held-out",
        action="store_true",
        help="use only pictures that the model's training held out",
    )
    add("--overwrite", action="store_true", help="write into a folder that is not empty")
    command.set_defaults(debug=False)
    return command
