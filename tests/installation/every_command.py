"""Build the wheel, install it into empty environments, and run every command in them.

    make test-install

One environment for the package alone, one for each extra that brings a command, and a light one
without TensorFlow. Nothing of the checkout is seen there but the wheel. Prints a line a command as
it goes and a table at the end; the exit code is 1 if the wheel lacks a file, or if a command fails
or leaves less than it should.
"""

import shutil
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

import wheel
from environment import Environment, Outcome, temporary_folder
from steps import ENVIRONMENTS, LIGHT, LIGHT_PACKAGES, WITHOUT_COMMANDS, Step

# Seconds; each takes a small part of it.
LIMIT = 600
PROGRAMS = (
    "make_pictures.py",
    "make_heic.py",
    "make_runtime.py",
    "draw_found.py",
    "train_in_python.py",
    "load_generator.py",
    "use_studio.py",
)
NAME = "portrait-style"
# The table shows as many letters of a command.
WIDTH = 64
LINE = f"{{:<11}}  {{:>6}}  {{:<{WIDTH}}}  {{:>7}}  {{}}"
ALL_COMMANDS = "from portrait_style.cli import commands; print(*commands())"


@dataclass(frozen=True)
class Row:
    """A line of the table; `wrong` is empty where all is well."""

    environment: str
    size: str
    command: str
    seconds: float
    wrong: str


class Table:
    """What was done; says so as it goes."""

    def __init__(self):
        self.rows = []

    def add(self, environment, size, command, outcome: Outcome, wrong: str) -> bool:
        """Add a row, show it, and what was printed if it failed; return whether all is well."""
        row = Row(environment, size, command, outcome.seconds, wrong)
        self.rows.append(row)
        print(f"{environment}: {command}: {row.seconds:.1f} s, {wrong or 'ok'}", flush=True)
        if wrong:
            for printed in (outcome.stdout, outcome.stderr):
                print("".join(f"    {line}\n" for line in printed.splitlines()), end="", flush=True)
        return not wrong

    def __str__(self) -> str:
        lines = [LINE.format("environment", "MB", "command", "seconds", "ok")]
        for row in self.rows:
            command = row.command.removeprefix("portrait-style ")
            command = textwrap.shorten(command, WIDTH, placeholder=" ...")
            ok = f"no: {row.wrong}" if row.wrong else "yes"
            seconds = f"{row.seconds:.1f}"
            lines.append(LINE.format(row.environment, row.size, command, seconds, ok))
        return "\n".join(lines)


def main() -> int:
    """Run everything; return 1 if anything is not as it should be."""
    start, table = time.monotonic(), Table()
    with temporary_folder() as folder:
        built = build(folder, table)
        if built:
            desk = folder / "desk"
            desk.mkdir()
            for name in PROGRAMS:
                shutil.copy(Path(__file__).with_name(name), desk)
            for extra, steps in ENVIRONMENTS.items():
                brackets = f"[{extra}]" if extra else ""
                wanted = [f"portrait-style{brackets} @ {built.as_uri()}"]
                run_environment(extra or "base", wanted, steps, folder, table)
            alone = ["--no-deps", f"portrait-style @ {built.as_uri()}", *LIGHT_PACKAGES]
            run_environment("light", alone, LIGHT, folder, table)
    print(f"\n{table}\n\n{time.monotonic() - start:.0f} seconds")
    failed = sum(bool(row.wrong) for row in table.rows)
    if failed:
        print(f"{failed} of {len(table.rows)} failed")
    return int(failed > 0)


def build(folder: Path, table: Table) -> Path | None:
    """Build the wheel and look into it; return its path if there is one."""
    outcome, built = wheel.build(folder)
    if outcome.code or built is None:
        table.add("-", "-", "uv build", outcome, f"exit code {outcome.code}")
        return None
    size = f"{built.stat().st_size / 1e6:.1f}"
    table.add("-", size, "uv build", outcome, "")
    lacking = wheel.missing(built)
    unknown = sorted(wheel.extras(built) ^ (set(ENVIRONMENTS) - {""} | WITHOUT_COMMANDS))
    for what, names in (
        ("the wheel holds all that git tracks of the package", lacking),
        ("its extras are those that steps.py names", unknown),
    ):
        wrong = f"{len(names)} differ, such as {names[0]}" if names else ""
        table.add("-", size, what, Outcome(0, "\n".join(names), "", 0.0), wrong)
    return built


def run_environment(name: str, wanted: list[str], steps, folder: Path, table: Table) -> None:
    """Make an environment of what uv understands, run its steps in it, and throw it away."""
    environment = Environment(folder / name)
    installed = environment.install(*wanted)
    size = f"{environment.megabytes():.0f}"
    wrong = f"exit code {installed.code}" if installed.code else ""
    told = " ".join(word.partition(" @ ")[0] for word in wanted)
    if table.add(name, size, f"uv pip install {told}", installed, wrong):
        desk, home = folder / "desk", folder / "home"
        home.mkdir(exist_ok=True)
        for step in steps:
            outcome = environment.run(step.words, desk, home, LIMIT)
            table.add(name, size, step.command, outcome, judge(step, outcome, desk))
        if steps is ENVIRONMENTS[""]:
            outcome = environment.run(["python", "-c", ALL_COMMANDS], desk, home, LIMIT)
            table.add(name, size, "every command is in steps.py", outcome, forgotten(outcome))
    environment.remove()


def judge(step: Step, outcome: Outcome, desk: Path) -> str:
    """Say what is wrong with what a step did, in a few words; nothing if all is well."""
    expected = 2 if step.refused else 0
    if outcome.code != expected:
        return f"exit code {outcome.code} instead of {expected}"
    if step.refused and (outcome.stderr.count("\n") != 1 or "pip install" not in outcome.stderr):
        return "stderr is not one line that says what to install"
    for pattern in step.leaves:
        if not any(path.is_file() and path.stat().st_size for path in desk.glob(pattern)):
            return f"left no {pattern}"
    return ""


def forgotten(outcome: Outcome) -> str:
    """Say which commands of the package no step runs."""
    if outcome.code:
        return f"exit code {outcome.code}"
    words = [step.words for steps in ENVIRONMENTS.values() for step in steps if not step.refused]
    # A server is started by a program that ends it.
    run = {line[line.index(NAME) + 1] for line in words if NAME in line}
    lacking = sorted(set(outcome.stdout.split()) - run)
    return f"no step runs {', '.join(lacking)}" if lacking else ""


if __name__ == "__main__":
    raise SystemExit(main())
