"""`export` and `benchmark`: the files for other runtimes."""

from portrait_style.commands.checks import DONE, check_installed, given_by_user, mistakes_named
from portrait_style.terminal import import_tensorflow_quietly


def export(options) -> int:
    """Export, and list what was written."""
    from_user = _prepare_export(options)
    from portrait_style.export.exporter import export_model

    with mistakes_named():
        made = export_model(**from_user, progress=True)
    for artefact in made.artefacts:
        print(made.folder / artefact.path)
    print(made.folder / "report.html")
    return DONE


def benchmark(options) -> int:
    """Measure size, speed and memory."""
    from_user = _prepare_export(options)
    from portrait_style.export.benchmark_table import benchmark_model

    with mistakes_named():
        print(benchmark_model(**from_user, progress=True))
    return DONE


def _prepare_export(options) -> dict:
    """Check what is installed, import TensorFlow, and return the user's arguments."""
    check_installed(
        "export", ("ai_edge_litert", "onnx", "onnxruntime", "skimage", "tf2onnx", "threadpoolctl")
    )
    import_tensorflow_quietly()
    return given_by_user(options)
