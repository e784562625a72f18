"""README and documentation hold: commands parse, Python runs, links lead to something."""

import configparser
import contextlib
import fnmatch
import importlib.util
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portrait_style import cli

ROOT = Path(__file__).parents[1]
README, MEASURED = ROOT / "README.md", ROOT / "docs" / "measured.md"
# Where commands stand; decisions tell of earlier ones.
GUIDES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKING = [
    *GUIDES,
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
    ROOT / "CHANGELOG.md",
    ROOT / "assets" / "CREDITS.md",
]
MOST_WORDS = 1200
# What is no command: a drawing of two folders.
DRAWING = "photos/ "
TAUGHT_BY = {"styles", "pairs", "render"}

FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def by_name(paths):
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


def blocks(path, language=""):
    return [text for name, text in FENCED.findall(path.read_text()) if name == language]


def prose(path):
    return FENCED.sub("", path.read_text())


def test_readme_is_short():
    assert len(README.read_text().split()) < MOST_WORDS


# Commands


def check_portrait_style(words):
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            options = cli.parser().parse_args(words)
    except SystemExit:
        raise AssertionError(said.getvalue()) from None
    if options.command is cli.commands()["train"] and options.resume is None:
        given = set(vars(options))
        assert "output" in given and given & TAUGHT_BY, f"needs output and one of {TAUGHT_BY}"


def setup():
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg")
    return read


def extras():
    return set(setup()["options.extras_require"])


def requirements():
    lines = setup()["options"]["install_requires"].split()
    return {re.match(r"[\w-]+", line)[0] for line in lines}


def check_pip(words):
    assert words[:1] == ["install"], "only pip install is known"
    if words[1:2] == ["--no-deps"]:
        # What the package asks for itself can be listed beside it.
        words = [word for word in words if word != "--no-deps" and word not in requirements()]
    for package in words[1:]:
        named = re.fullmatch(r"\.(?:\[(.+)\])?", package)
        assert named, f"{package} is not this package"
        assert set(filter(None, (named[1] or "").split(","))) <= extras()


def targets():
    lines = re.findall(r"^([\w -]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return set(" ".join(lines).split())


def check_make(words):
    for word in words:
        # NAME stands for any, as in ablation-NAME; DATA=... is no target.
        assert "=" in word or fnmatch.filter(targets(), word.replace("NAME", "*")), word


def check_python(words):
    if words[0] == "-m":
        assert importlib.util.find_spec(words[1])
    else:
        assert (ROOT / words[0]).is_file()


CHECKS = {
    "portrait-style": check_portrait_style,
    "pip": check_pip,
    "make": check_make,
    "python": check_python,
    ".ci/run": lambda words: None,
}
# Programs of others, in the pages about devices and servers.
FOREIGN = {"cp", "docker"}


def check_command(line, foreign=()):
    """Check a line, or each part of one that && divides."""
    for part in line.split(" && "):
        program, *words = shlex.split(part, comments=True)
        if program in foreign:
            continue
        assert program in CHECKS, f"{line}\nis of an unknown kind"
        try:
            CHECKS[program](words)
        except AssertionError as error:
            raise AssertionError(f"{line}\n{error}") from None


def command_lines(block):
    """Lines of a block, without those that leave something out."""
    lines = block.replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and "…" not in line]


def is_shell(block):
    return block.split()[0] in CHECKS


def test_commands_of_the_readme():
    shell = [block for block in blocks(README) if not block.startswith(DRAWING)]
    assert shell
    for block in shell:
        for line in command_lines(block):
            check_command(line)


@pytest.mark.parametrize("path", by_name(GUIDES[1:]))
def test_commands_of_the_other_pages(path):
    for block in filter(is_shell, blocks(path)):
        for line in command_lines(block):
            check_command(line, FOREIGN)


@pytest.mark.parametrize("path", by_name(GUIDES))
def test_commands_within_sentences(path):
    for line in re.findall(r"`((?:make|python|pip) [^`]+)`", prose(path)):
        check_command(" ".join(line.split()))


@pytest.mark.parametrize(
    "line",
    [
        "portrait-style paint me.jpg",
        "portrait-style stylize me.jpg",
        "portrait-style train --photos photos",
        "pip install '.[everything]'",
        "pip install another",
        "pip install --no-deps . another",
        "make tea",
        "python examples/none.py",
        "npm install",
    ],
)
def test_a_wrong_command_is_shown(line):
    with pytest.raises(AssertionError, match=re.escape(line)):
        check_command(line)


def test_every_command_is_in_the_readme():
    text = README.read_text()
    for command in cli.commands():
        assert f"`{command}`" in text or f"portrait-style {command} " in text, command


# Tables


def rows(path, first):
    """Cells of the rows of the table whose first heading is `first`."""
    table = path.read_text().split(f"\n| {first} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table]


def test_each_command_has_its_installation():
    installed = {}
    for names, how, _ in rows(README, "for"):
        extra = re.search(r"\[(.+)\]", how)
        for command in re.findall(r"`(.+?)`", names):
            installed[command] = extra and extra[1]
    assert installed == {name: module.EXTRA for name, module in cli.commands().items()}


@pytest.mark.parametrize("path", by_name([README, MEASURED]))
def test_a_command_stands_beside_each_figure(path):
    for _, figure, command in rows(path, "what"):
        assert figure
        assert re.fullmatch(r"`(make|python) .+`", command), command


def test_figures_of_the_readme_are_those_of_the_documentation():
    for row in rows(README, "what"):
        assert row in rows(MEASURED, "what")


# Links


def anchors(path):
    headings = re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", by_name(LINKING))
def test_links_lead_to_something(path):
    for link in LINK.findall(prose(path)):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


# Python


@pytest.fixture
def folder(tmp_path, photo):
    """What the blocks of Python name: a photo, and folders of pictures."""
    Image.fromarray(photo).save(tmp_path / "me.jpg")
    for name, count in (("photos", 20), ("styles/oil", 20), ("styles/ink", 20), ("portraits", 24)):
        (tmp_path / name).mkdir(parents=True)
        for i in range(count):
            picture = np.roll(photo, 2 * i, axis=1)
            Image.fromarray(picture).save(tmp_path / name / f"{i:02d}.png")
    return tmp_path


def block_with(path, text):
    (block,) = [block for block in blocks(path, "python") if text in block]
    return block


def run(block, folder, small=()):
    """Run a block in a folder, with each text of `small` replaced by what follows it."""
    for text, smaller in dict(small).items():
        assert block.count(text) == 1, f"{text} is not in\n{block}"
        block = block.replace(text, smaller)
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


RUN = ("from_preset", "gan.fit", "export_model")


def test_every_block_of_python_is_run_here():
    found = [name for block in blocks(README, "python") for name in RUN if name in block]
    assert sorted(found) == sorted(RUN)
    assert len(found) == len(blocks(README, "python"))


def test_the_five_lines(folder, photo):
    run(block_with(README, "from_preset"), folder)
    drawn = np.asarray(Image.open(folder / "me-stylized.png"))
    assert drawn.shape == photo.shape
    assert np.abs(drawn.astype(int) - photo).mean() > 1.0


@pytest.mark.slow
def test_training_in_python(folder):
    small = {
        "size=128, batch_size=8": "size=32, batch_size=2",
        'split="validation"': 'split="validation", size=32, batch_size=2',
        "steps_per_epoch=100": "steps_per_epoch=1",
        "epochs=40": "epochs=1",
        # To trace a step takes longer than to take one.
        "LossWeights(style=6.0)": "LossWeights(style=6.0), run_eagerly=True",
    }
    run(block_with(README, "gan.fit"), folder, small)
    assert (folder / "generator.keras").is_file()
    assert (folder / "saved_model" / "saved_model.pb").is_file()


@pytest.mark.slow
def test_exporting_in_python(folder):
    small = {'photos="portraits"': 'photos="portraits", size=64, quantize=("float16",)'}
    printed = run(block_with(README, "export_model"), folder, small)
    assert "saved_model" in printed and "onnx" in printed and "tflite" in printed


@pytest.mark.slow
def test_feedback_in_python(folder):
    run(block_with(ROOT / "docs" / "styles.md", "FeedbackSession"), folder)
    assert (folder / "me.json").is_file()
