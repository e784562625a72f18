"""`feedback`: a style from what somebody likes."""

import argparse

from portrait_style.cli._exit_codes import DONE
from portrait_style.cli._options import option_reader
from portrait_style.cli._values import PHOTO, add_model, add_overwrite, numbers, size
from portrait_style.settings import at_least

HELP = "find your own style by choosing pictures"
DESCRIPTION = (
    "Show rounds of six pictures, learn from those you like, and keep the result in a profile, "
    "which works as a style."
)
EXAMPLES = (
    "portrait-style feedback start --profile me.json me.jpg",
    "portrait-style feedback choose --profile me.json --liked 1,4",
    "portrait-style feedback next --profile me.json me.jpg",
    "portrait-style feedback save --profile me.json",
    "portrait-style stylize me.jpg --style me.json",
)
EXTRA = "feedback"


def add_arguments(parser) -> None:
    """Add the arguments of `feedback`, those of a session's steps."""
    steps = parser.add_subparsers(title="steps", dest="step", metavar="STEP", required=True)
    _add_feedback_round(steps, "start", "show a first round of varied pictures").add_argument(
        "--seed", type=int, default=0, metavar="N", help="other numbers show others (default: 0)"
    )
    _add_feedback_round(steps, "next", "learn from what was chosen, and show the next round")
    _add_feedback_choose(steps)
    _add_feedback_save(steps)


def run(options) -> int:
    """Run `feedback`: take one step of a session."""
    from portrait_style.personalization.command import run_step

    for line in run_step(options):
        print(line)
    return DONE


def _add_feedback_round(steps, name: str, purpose: str):
    step = _add_feedback_step(
        steps, name, purpose, f"portrait-style feedback {name} --profile me.json a.jpg"
    )
    add_model(step)
    step.add_argument("photos", nargs="+", metavar="PHOTO", help=PHOTO)
    step.add_argument(
        "--output",
        metavar="DIR",
        help="folder in which a folder round-N is made (default: the profile's path without .json)",
    )
    step.add_argument(
        "--size", type=size, default=384, metavar="N", help="longer side of pictures (default: 384)"
    )
    add_overwrite(step)
    return step


def _add_feedback_choose(steps) -> None:
    example = "portrait-style feedback choose --profile me.json --liked 1,4"
    step = _add_feedback_step(
        steps, "choose", "say which pictures of the last round you like", example
    )
    said = step.add_mutually_exclusive_group(required=True)
    said.add_argument(
        "--liked",
        type=numbers,
        metavar="N,...",
        help="those that please more than the others; replaces what was said of the round",
    )
    said.add_argument(
        "--better", type=numbers, metavar="N,M", help="the first pleases more than the second"
    )


def _add_feedback_save(steps) -> None:
    example = "portrait-style feedback save --profile me.json"
    step = _add_feedback_step(
        steps, "save", "make the best code so far that of the profile", example
    )
    add_model(step)
    step.add_argument(
        "photos", nargs="*", metavar="PHOTO", help="photos to refine on, with --refine"
    )
    step.add_argument(
        "--refine",
        action="store_true",
        help="go on from there towards the mean style of the pictures you liked last",
    )
    step.add_argument(
        "--steps",
        type=option_reader(int, at_least(1)),
        default=20,
        metavar="N",
        help="gradient steps of --refine (default: 20)",
    )


def _add_feedback_step(steps, name: str, purpose: str, example: str):
    step = steps.add_parser(
        name, help=purpose, description=f"{purpose.capitalize()}.", epilog=f"example: {example}"
    )
    add = step.add_argument
    add("--profile", required=True, metavar="ME.json", help="file of numbers; it holds no picture")
    # Not given here, it stays what it is before the step's name.
    add("--debug", action="store_true", default=argparse.SUPPRESS, help="show where an error arose")
    return step
