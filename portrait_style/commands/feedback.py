"""`feedback`: a style from what somebody likes."""

from portrait_style.commands.checks import DONE, check_installed, mistakes_named


def feedback(options) -> int:
    """Take one step of a session."""
    check_installed("feedback", ("sklearn",))
    from portrait_style.personalization.command import run_step

    with mistakes_named():
        for line in run_step(options):
            print(line)
    return DONE
