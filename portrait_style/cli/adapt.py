"""`adapt`: one more style for a trained model."""

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.terminal import import_tensorflow_quietly
from portrait_style.training.adaptation.config import AdaptationConfig

HELP = "teach a trained model one more style, from pictures, pairs or a renderer"
DESCRIPTION = (
    "Learn one more style in minutes, from one of --styles, --pairs and --render; the styles known "
    "before stay as they are. What was learned is kept only where it is better than what the model "
    "draws by the pictures alone."
)
EXAMPLES = (
    "portrait-style adapt --model mobile --styles my_paintings --photos photos --output runs/mine",
    "portrait-style adapt --model mobile --pairs my_edits --output runs/edits",
    "portrait-style adapt --model mobile --render linocut --output runs/linocut",
    "portrait-style stylize me.jpg --model runs/mine --style my_paintings",
)
EXTRA = None


def add_arguments(parser) -> None:
    """Add the arguments of `adapt`."""
    add_settings(parser, AdaptationConfig)


def run(options) -> int:
    """Run `adapt`: learn, and print what came of it."""
    config = AdaptationConfig(**vars(options))
    import_tensorflow_quietly()
    from portrait_style.training.adaptation.run import run_adaptation

    print(run_adaptation(config, progress=True).table())
    print(config.output)
    return DONE
