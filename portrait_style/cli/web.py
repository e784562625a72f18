"""`web`: a page that draws in any browser."""

import os

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._values import add_model, add_overwrite
from portrait_style.errors import ModelError
from portrait_style.model_files.trained_model import open_model
from portrait_style.output_files import check_output_folder
from portrait_style.terminal import import_tensorflow_quietly, print_path, report, silenced

HELP = "write a page that draws in the browser, as a folder to host anywhere"
DESCRIPTION = (
    "Write a folder of plain HTML, CSS and JavaScript in which the generator runs: camera, photos, "
    "styles, mixes. It asks no other server for anything, and works offline once it was opened. "
    "What runs networks in browsers is fetched once from the npm registry, by checksum."
)
EXAMPLES = (
    "portrait-style web --output site",
    "portrait-style web --model runs/mine --output site --runtime node_modules",
)
EXTRA = "export"
# Pixels of the pictures that LiteRT draws; its networks have one size.
DRAWN = 256


def add_arguments(parser) -> None:
    """Add the arguments of `web`."""
    parser.add_argument("--output", required=True, metavar="DIR", help="folder to write")
    add_model(parser)
    parser.add_argument(
        "--runtime",
        default=None,
        metavar="DIR",
        help="node_modules folder with onnxruntime-web and @litertjs/core (default: fetched from "
        "the npm registry, and kept)",
    )
    add_overwrite(parser)


def run(options) -> int:
    """Run `web`: write the folder, and print its path."""
    from portrait_style.web.runtime import runtime_files
    from portrait_style.web.site import site_files, write_site

    check_output_folder(options.output, options.overwrite)
    model = open_model(options.model)
    if model.bank is None:
        raise ModelError(f"{model.source} names no styles; name a preset or a finished run")
    runtime = runtime_files(options.runtime, say=lambda line: report(line, kind="note"))
    import_tensorflow_quietly()
    with silenced():
        made = _page_model(options.model)
    print_path(write_site(options.output, site_files(made, runtime), options.overwrite))
    return DONE


def _page_model(source: str):
    """Convert a model to what the page runs."""
    from skimage import data

    from portrait_style.export.onnx_format import convert_onnx
    from portrait_style.export.source import load_source
    from portrait_style.export.tflite import convert_tflite
    from portrait_style.stylizer import RIM
    from portrait_style.web.site import PageModel

    loaded = load_source(source)
    program = loaded.programs[0]
    size = DRAWN + 2 * RIM
    return PageModel(
        name=os.path.basename(os.path.normpath(source)),
        bank=loaded.bank,
        multiple=program.multiple,
        rim=RIM,
        onnx=convert_onnx(program),
        tflite=convert_tflite(program, size, "float16"),
        tflite_size=size,
        # NASA's portrait of Eileen Collins, public domain; its upper part.
        sample=data.astronaut()[:400, 40:440],
    )
