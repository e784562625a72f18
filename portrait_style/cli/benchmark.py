"""`benchmark`: size, speed and memory of the TFLite files."""

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.export.config import BenchmarkConfig
from portrait_style.terminal import import_tensorflow_quietly

HELP = "measure size, speed and memory of the TFLite files"
DESCRIPTION = (
    "Convert a generator to TFLite and measure every file, in turn with the networks of others "
    "where --peers names a folder of NAME_SIZE.tflite files."
)
EXAMPLES = ("portrait-style benchmark --model mobile --style oil --peers peers",)
EXTRA = "export"


def add_arguments(parser) -> None:
    """Add the arguments of `benchmark`."""
    add_settings(parser, BenchmarkConfig)


def run(options) -> int:
    """Run `benchmark`: measure, and print the table."""
    config = BenchmarkConfig(**vars(options))
    import_tensorflow_quietly()
    from portrait_style.export.benchmark_table import benchmark_model

    print(benchmark_model(config, progress=True))
    return DONE
