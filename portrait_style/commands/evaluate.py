"""`evaluate`: how well a model draws."""

from pathlib import Path

from portrait_style.commands.checks import DONE, given_by_user
from portrait_style.terminal import import_tensorflow_quietly


def evaluate(options) -> int:
    """Measure, and print the table."""
    import_tensorflow_quietly()
    from portrait_style.evaluation import evaluate

    made = evaluate(**given_by_user(options), progress=True)
    print(made.table())
    for line in made.reasons():
        print(line)
    print(Path(options.output) / "report.html")
    return DONE
