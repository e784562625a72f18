"""`train`: styles learned from pictures."""

from pathlib import Path

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import add_settings
from portrait_style.errors import ArgumentError
from portrait_style.terminal import import_tensorflow_quietly
from portrait_style.training.config import TrainingConfig

HELP = "train styles from a folder of pictures"
DESCRIPTION = (
    "Learn every sub-folder of --styles as a style, or from pairs of before and after, or what "
    "renderers draw; or go on with a run."
)
EXAMPLES = (
    "portrait-style train --photos photos --styles styles --output runs/first",
    "portrait-style train --render cartoon,linocut --output runs/drawn",
    "portrait-style train --pairs my_edits --output runs/edits",
    "portrait-style train --resume runs/first",
)
EXTRA = None
_TAUGHT_BY = ("styles", "pairs", "render")


def add_arguments(parser) -> None:
    """Add the arguments of `train`; the folders are not needed where a run goes on."""
    add_settings(parser, TrainingConfig, needed=False)
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        default=None,
        metavar="RUN",
        help="go on with a run, that of --output if none is named; what is not given is as it was, "
        "and --steps may be raised",
    )
    parser.add_argument(
        "--dry-run", action="store_true", default=False, help="say what would be done"
    )


def run(options, train=None) -> int:
    """Run `train`: train, go on with a run, or say what would be done.

    Args:
        options: what was parsed.
        train: what does what `training.run.train` does, or `None` for that.
    """
    fields = vars(options)
    resume, dry_run = fields.pop("resume"), fields.pop("dry_run")
    _check_given_to_train(fields, resume)
    config = TrainingConfig(**fields) if resume is None else None
    import_tensorflow_quietly()
    from portrait_style.training import run as training
    from portrait_style.training.run_folder import RunFolder

    config = config or RunFolder(resume or fields["output"]).resumed(fields)
    config.check_weights()
    if dry_run:
        print(training.plan(config))
    else:
        (train or training.train)(config, resume=resume is not None)
        print(config.output)
    return DONE


def _check_given_to_train(fields: dict, resume: str | None) -> None:
    """Make sure that it is said what to learn and where to write, or the run to go on with.

    Args:
        fields: dict, what was given.
        resume: str, the run named by --resume, "" if it names none; `None` without --resume.

    Raises:
        ArgumentError: if one is missing, or two runs are named.
    """
    missing = [] if "output" in fields else ["--output"]
    if not any(name in fields for name in _TAUGHT_BY):
        missing.append("one of --styles, --pairs and --render")
    if resume is None and missing:
        raise ArgumentError(
            f"{', '.join(missing)} must be given, or a run to go on with by --resume RUN; "
            "see portrait-style train --help"
        )
    if resume == "" and "output" not in fields:
        raise ArgumentError(
            "--resume must name the run to go on with, as in --resume runs/first; "
            "see portrait-style train --help"
        )
    if resume and Path(fields.get("output", resume)) != Path(resume):
        raise ArgumentError(
            f"--resume {resume} and --output {fields['output']} name two runs; give one of them"
        )
