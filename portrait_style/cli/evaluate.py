"""`evaluate`: how well a model draws."""

from pathlib import Path

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.evaluation.config import EvaluationConfig
from portrait_style.terminal import import_tensorflow_quietly

HELP = "measure how well photos are stylized"
DESCRIPTION = (
    "Draw photos after the pictures of every sub-folder of --styles, and by name where the model "
    "knows a style of the folder's name; measure style and content, and write report.json, "
    "report.html and the pictures. With --truth, also how much was learned of drawings that are "
    "known."
)
EXAMPLES = (
    "portrait-style evaluate --model mobile --photos photos --styles styles --output report",
    "portrait-style evaluate --model runs/first --photos photos --styles styles --output report "
    "--held-out --face-detector yunet.onnx --face-embedding sface.onnx",
    "portrait-style evaluate --model runs/drawn --photos photos --truth drawings --output report "
    "--perceptual vgg16 --perceptual-weights vgg16.npz",
)
EXTRA = "evaluate"


def add_arguments(parser) -> None:
    """Add the arguments of `evaluate`."""
    add_settings(parser, EvaluationConfig)


def run(options) -> int:
    """Run `evaluate`: measure, and print the table."""
    config = EvaluationConfig(**vars(options))
    import_tensorflow_quietly()
    from portrait_style.evaluation.run import run_evaluation

    made = run_evaluation(config, progress=True)
    print(made.table())
    for line in made.reasons():
        print(line)
    print(Path(config.output) / "report.html")
    return DONE
