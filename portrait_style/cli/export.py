"""`export`: the files for other runtimes."""

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.export.config import ExportConfig
from portrait_style.terminal import import_tensorflow_quietly

HELP = "write SavedModel, TFLite and ONNX files that equal the Keras model"
DESCRIPTION = (
    "Write a generator in every format, run each file in its own runtime and compare it with Keras "
    "on portraits. A file that differs is marked as refused; the exit code is 1."
)
EXAMPLES = (
    "portrait-style export --model mobile --output exported --photos portraits",
    "portrait-style export --model runs/first --output phone --formats tflite "
    "--quantize float16,int8 --style oil",
)
EXTRA = "export"


def add_arguments(parser) -> None:
    """Add the arguments of `export`."""
    add_settings(parser, ExportConfig)


def run(options, formats=None) -> int:
    """Run `export`, and list what was written.

    Args:
        options: what was parsed.
        formats: as for `run_export`, or `None` for all that there are.
    """
    config = ExportConfig(**vars(options))
    import_tensorflow_quietly()
    from portrait_style.export.exporter import FORMATS, run_export

    made = run_export(config, progress=True, formats=formats or FORMATS)
    for artefact in made.artefacts:
        print(made.folder / artefact.path)
    print(made.folder / "report.html")
    return DONE
