"""`export` and `benchmark`: the files for other runtimes."""

from portrait_style.commands.checks import DONE, given_by_user
from portrait_style.terminal import import_tensorflow_quietly


def export(options) -> int:
    """Export, and list what was written."""
    import_tensorflow_quietly()
    from portrait_style.export.exporter import export_model

    made = export_model(**given_by_user(options), progress=True)
    for artefact in made.artefacts:
        print(made.folder / artefact.path)
    print(made.folder / "report.html")
    return DONE


def benchmark(options) -> int:
    """Measure size, speed and memory."""
    import_tensorflow_quietly()
    from portrait_style.export.benchmark_table import benchmark_model

    print(benchmark_model(**given_by_user(options), progress=True))
    return DONE
