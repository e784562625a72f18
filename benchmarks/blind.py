"""Compare drawings by eye, blindly: ours, the renderer's own, a colour filter's and Magenta's.

    python benchmarks/blind.py --data ../shared --output runs/blind --serve
    python benchmarks/blind.py --tally runs/blind

Each question shows a photo of somebody whom training held out, and drawings of it in one style, in
an order by chance. Votes go to votes.json in the output folder: from the page while --serve runs,
by its download button where it was opened as a file, or by --vote, with the sheets that
--judge-sheet writes. key.json says who drew what; the page does not know it. A study that is there
is kept.
"""

import argparse
import functools
import os
import sys
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from blind_study.server import PORT, VoteServer
from blind_study.sheets import FOLDER, write_sheets
from blind_study.study import KEY, PAGE, Study, StudyError, read_study, write_study
from blind_study.tally import tally_text
from blind_study.votes import enter_votes, read_votes
from data_folder import add_data
from tqdm import tqdm

from portrait_style.errors import ArgumentError, OutputError, PortraitStyleError
from portrait_style.output_files import check_output_folder

DEFAULTS = {"model": "mobile", "photos": "held out", "count": 50, "seed": 0}


def main(argv=None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        _run(arguments)
    except PortraitStyleError as error:
        print(f"blind.py: error: {error}", file=sys.stderr)
        return 2
    return 0


def _run(arguments) -> None:
    if arguments.tally:
        study = read_study(arguments.tally)
        print(tally_text(study, read_votes(arguments.tally, study)))
        return
    folder = arguments.output
    if arguments.vote or arguments.faulty:
        study = read_study(folder)
        count = enter_votes(folder, study, arguments.vote, arguments.faulty)
        print(f"{count} of {len(study.questions)} questions have a vote")
        return
    study = kept_study(arguments) or make_study(arguments)
    if arguments.judge_sheet:
        print(f"{len(write_sheets(folder, study))} sheets in {folder / FOLDER}")
    if arguments.serve is not None:
        serve(folder, study, arguments.serve)
    else:
        print(f"{folder / PAGE}: open it, and put the votes that it downloads beside it; or")
        print(f"python benchmarks/blind.py --output {folder} --serve; after it, --tally {folder}")


def kept_study(arguments) -> Study | None:
    """Read the study that the output folder holds, or `None`.

    Raises:
        StudyError: if it was made otherwise than it is asked for, or is damaged.
    """
    if not (arguments.output / KEY).is_file():
        return None
    study = read_study(arguments.output)
    if study.settings != study.settings | _asked(arguments):
        told = ", ".join(f"{name} {value}" for name, value in study.settings.items())
        raise StudyError(
            f"{arguments.output} holds a study of {told}; remove it or name another --output"
        )
    print(f"{arguments.output} holds this study; remove the folder to draw anew")
    return study


def make_study(arguments) -> Study:
    """Choose questions, draw, and write the study.

    Raises:
        ArgumentError: if no photo or no style is left to ask about.
        PortraitStyleError: what reading, drawing and writing raise.
    """
    # TensorFlow comes with them, which the tally does without.
    from portrait_style.terminal import import_tensorflow_quietly

    import_tensorflow_quietly()
    from blind_study.drawing import Artists, make_references
    from blind_study.questions import choose_photos, plan_questions, style_pictures

    from portrait_style import PortraitStylizer

    check_output_folder(arguments.output, overwrite=True)
    settings, data = DEFAULTS | _asked(arguments), arguments.data / "data"
    stylizer = PortraitStylizer.load(settings["model"])
    choice = choose_photos(data, getattr(arguments, "photos", None))
    if not any(choice.held_out):
        raise ArgumentError(f"{settings['photos']}: there is no photo to ask about")
    references = make_references(stylizer.styles, choice.references, style_pictures(data))
    styles = _compared(stylizer.styles, references)
    if not styles:
        raise ArgumentError(f"{settings['model']} has no style that can be compared")
    planned = plan_questions(styles, choice.held_out, settings["count"], settings["seed"])
    artists = Artists(stylizer, references, _magenta(arguments))
    drawn = _drawn(artists, planned, np.random.default_rng([settings["seed"], 2]))
    return write_study(arguments.output, settings, drawn, settings["seed"])


def serve(folder: Path, study: Study, port: int) -> None:
    """Serve the page until somebody presses Ctrl-C.

    Raises:
        OutputError: if the port is taken.
        StudyError: if there are votes that cannot be read.
    """
    try:
        server = VoteServer(folder, study, port)
    except OSError as error:
        raise OutputError(f"cannot serve on port {port}: {error.strerror}; try another") from error
    print(f"{server.url} takes votes until Ctrl-C; then --tally {folder}", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def _compared(styles: list[str], references) -> list[str]:
    """Choose the styles of which there are pictures, and say which are left out."""
    for style in styles:
        if style not in references.pictures:
            print(f"{style} is left out: no renderer draws it, and no picture shows it")
    return [style for style in styles if style in references.pictures]


def _drawn(artists, planned, rng: np.random.Generator):
    """Draw what is asked about, a question at a time."""
    for style, path in tqdm(planned, desc="questions", disable=None):
        yield style, path, *artists.draw(style, path, rng)


def _magenta(arguments):
    """Return the function that draws as Magenta's network does, or say why there is none."""
    from baselines.magenta import MagentaMethod
    from baselines.setting import Setting

    method = MagentaMethod("magenta", Setting(arguments.data, arguments.output))
    if reason := method.reason_to_skip():
        print(f"{method.name} is left out: {reason}", flush=True)
        return None
    return method.hand("blind")


def _asked(arguments) -> dict:
    """Return the settings that were chosen on the command line."""
    told = {name: value for name, value in vars(arguments).items() if name in DEFAULTS}
    return told | ({"photos": str(told["photos"])} if "photos" in told else {})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add_data(parser, "data/ with the photos and styles of training/recipes/mobile.json")
    add("--output", type=Path, default=Path("runs/blind"), metavar="DIR", help="of the study")
    # What is not chosen may be anything in a study that is there.
    choose = functools.partial(add, default=argparse.SUPPRESS)
    choose("--model", metavar="MODEL", help="preset, run folder or .keras file (default: mobile)")
    choose("--photos", type=Path, metavar="DIR", help="to ask about (default: those held out)")
    choose("--count", type=_whole(1), metavar="N", help="questions (default: 50)")
    choose("--seed", type=_whole(0), metavar="N", help="(default: 0)")
    add("--judge-sheet", action="store_true", help="write the questions as pictures, too")
    add(
        "--serve",
        type=_whole(0),
        nargs="?",
        const=PORT,
        metavar="PORT",
        help=f"serve the page to this machine, and save votes (default port: {PORT})",
    )
    add("--vote", default="", metavar="1=B,2=A", help="enter the best drawings of questions")
    add("--faulty", default="", metavar="1=AC", help="enter the faulty drawings of questions")
    add("--tally", type=Path, metavar="DIR", help="count the votes of a study, and nothing else")
    return parser


def _whole(least: int):
    def whole_number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is below {least}")
        return value

    return whole_number


if __name__ == "__main__":
    sys.exit(main())
