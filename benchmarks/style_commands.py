"""Run every command around styles on real pictures, as somebody at a terminal does.

    python benchmarks/style_commands.py --data ../shared --output runs/styles

Discovery in a folder, a mix, a discovered style, a random one, the way between two as a strip
and as a film, adaptation to one picture, a session of feedback, and optimization. Prints how long
each took and what it left to look at. `--small` is the same at a fraction of the size.
"""

import argparse
import contextlib
import io
import os
import time
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data

from portrait_style.cli import main as portrait_style
from portrait_style.image_folder import list_images
from portrait_style.reports.table import format_table


def main() -> int:
    """Print a row a command; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/styles")
    parser.add_argument("--output", type=Path, default=Path("runs/styles"))
    parser.add_argument("--small", action="store_true", help="small pictures and few steps")
    arguments = parser.parse_args()
    rows = [run(command) for command in commands(arguments.data, arguments.output, arguments.small)]
    print(format_table(["command", "exit code", "seconds", "left"], rows))
    return int(any(row[1] != "0" for row in rows))


def commands(data: Path, output: Path, small: bool) -> list[list[str]]:
    """List the commands, in an order in which each finds what it needs.

    Args:
        data: folder that holds data/photos and data/styles.
        output: folder for what they write; replaced where it exists, but for models.
        small: bool, whether to make them cheap.

    Returns:
        list of lists of str.
    """
    photo = str(list_images(data / "data" / "photos")[0])
    styles = data / "data" / "styles" / "dutch_oil"
    picture, profile = str(list_images(styles)[0]), str(output / "me.json")
    size = ["--size", "64" if small else "384"]
    again = ["--overwrite"]

    def stylized(style, name):
        return ["stylize", photo, "--style", style, "--output", str(output / name), *size, *again]

    def faded(name, frames):
        ends = ["--from", "oil", "--to", "engraving", "--frames", frames]
        return ["interpolate", photo, *ends, "--output", str(output / name), *size, *again]

    adapted = ["adapt", "--model", "mobile", "--styles", picture, "--name", "one picture"]
    adapted += ["--photos", str(data / "data" / "photos")] * (not small)
    feedback, rounds = ["--profile", profile], ["--output", str(output / "rounds")]
    return [
        ["discover", str(styles), "--output", str(output / "found"), "--clusters", "2", *again],
        stylized("oil:0.6,engraving:0.4", "mix.png"),
        stylized("random:7", "random.png"),
        stylized("random:7@oil", "random_oil.png"),
        stylized(picture, "reference.png"),
        faded("strip.png", "9"),
        faded("clip.gif", "9"),
        [*adapted, "--output", str(output / "adapted"), *(["--steps", "2"] + size) * small],
        ["feedback", "start", *feedback, photo, *rounds, *size, *again],
        ["feedback", "choose", *feedback, "--liked", "1,4"],
        ["feedback", "next", *feedback, photo, *rounds, *size, *again],
        ["feedback", "choose", *feedback, "--better", "2,5"],
        ["feedback", "save", *feedback],
        stylized(profile, "profile.png"),
        ["optimize", photo, "--style", picture, "--output", str(output / "optimized.png"), *again]
        + size
        + ["--iterations", "3"] * small,
    ]


def run(command: list[str]) -> list[str]:
    """Run one; return a row of the table."""
    printed, start = io.StringIO(), time.perf_counter()
    with contextlib.redirect_stdout(printed):
        code = portrait_style(command)
    seconds = time.perf_counter() - start
    name = " ".join(command[: 2 if command[0] == "feedback" else 1])
    last = (printed.getvalue().strip().splitlines() or [""])[-1]
    return [name, str(code), f"{seconds:.1f}", last]


if __name__ == "__main__":
    raise SystemExit(main())
