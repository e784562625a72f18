"""`train` and `adapt`: styles learned from pictures."""

from pathlib import Path

from portrait_style.commands.checks import DONE, check_perceptual_weights, given_by_user
from portrait_style.errors import ArgumentError
from portrait_style.terminal import import_tensorflow_quietly

_NEEDED = ("photos", "styles", "output")


def train(options) -> int:
    """Train, go on with a run, or say what would be done."""
    check_perceptual_weights(vars(options).get("perceptual_weights"))
    fields = given_by_user(options)
    _check_given(fields, options.resume)
    import_tensorflow_quietly()
    from portrait_style.training.config import TrainingConfig
    from portrait_style.training.run import plan, train
    from portrait_style.training.run_folder import RunFolder

    if options.resume is None:
        config = TrainingConfig(**fields)
    else:
        config = RunFolder(options.resume or fields["output"]).resumed(fields)
    if options.dry_run:
        print(plan(config))
    else:
        train(config, resume=options.resume is not None)
        print(config.output)
    return DONE


def _check_given(fields: dict, resume: str | None) -> None:
    """Make sure that folders are named: all of them, or the run to go on with.

    Args:
        fields: dict, what was given.
        resume: str, the run named by --resume, "" if it names none; `None` without --resume.

    Raises:
        ArgumentError: if one is missing, or two runs are named.
    """
    missing = [f"--{name}" for name in _NEEDED if name not in fields]
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


def adapt(options) -> int:
    """Teach a model one more style."""
    import_tensorflow_quietly()
    from portrait_style.training.adaptation import adapt

    made = adapt(**given_by_user(options), progress=True)
    print(made.table())
    print(options.output)
    return DONE
