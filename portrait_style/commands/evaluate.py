"""`evaluate`: how well a model draws."""

from pathlib import Path

from portrait_style.commands.checks import DONE, check_installed, given_by_user, mistakes_named
from portrait_style.terminal import import_tensorflow_quietly


def evaluate(options) -> int:
    """Measure, and print the table."""
    check_installed("evaluate", ("cv2", "matplotlib", "scipy", "sklearn", "threadpoolctl"))
    import_tensorflow_quietly()
    from portrait_style.evaluation import evaluate

    from_user = given_by_user(options)
    with mistakes_named():
        made = evaluate(**from_user, progress=True)
    print(made.table())
    for line in made.reasons():
        print(line)
    print(Path(options.output) / "report.html")
    return DONE
