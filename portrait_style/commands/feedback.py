"""`feedback`: a style from what somebody likes."""

from portrait_style.commands.checks import DONE


def feedback(options) -> int:
    """Take one step of a session."""
    from portrait_style.personalization.command import run_step

    for line in run_step(options):
        print(line)
    return DONE
