"""Decisions and lab are listed, and their pages have the form that the lists promise."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DECISIONS, LAB = ROOT / "docs" / "decisions", ROOT / "docs" / "lab"
# What tells of the tree as it is; decisions and lab tell of the day on which they were written.
GUIDES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

NUMBERED = "[0-9]*.md"
STATUS = re.compile(r"in force|replaced by \[\d{4}\]\(\d{4}-[\w-]+\.md\)|partly: .+")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FILE_OF_THE_TREE = re.compile(r"`((?:[\w-]+/)+[\w-]*(?:\.\w+)?)`")


def pages(folder):
    return [path.name for path in sorted(folder.glob(NUMBERED))]


def by_name(paths):
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


def listed(folder):
    """Names of the pages that the list of a folder links to at the beginning of a line."""
    text = (folder / "README.md").read_text()
    return re.findall(r"^(?:\| |- )\[[^\]]+\]\(([0-9][\w-]+\.md)\)", text, re.MULTILINE)


def paragraphs(path):
    return path.read_text().strip().split("\n\n")


@pytest.mark.parametrize("folder", by_name([DECISIONS, LAB]))
def test_every_page_is_listed_once_and_in_order(folder):
    assert pages(folder)
    assert listed(folder) == pages(folder)


@pytest.mark.parametrize("folder", by_name([DECISIONS, LAB]))
def test_numbers_follow_each_other(folder):
    numbers = [int(name.partition("-")[0]) for name in pages(folder)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_has_a_status_and_a_line():
    rows = re.findall(r"^\| (\[\d{4}\].*) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    assert len(rows) == len(pages(DECISIONS))
    for row in rows:
        link, status, line = row.split(" | ")
        number, name = re.fullmatch(r"\[(\d{4})\]\((.+)\)", link).groups()
        assert name.startswith(number)
        assert STATUS.fullmatch(status), row
        assert line.endswith("."), row


@pytest.mark.parametrize("path", by_name(sorted(LAB.glob(NUMBERED))))
def test_a_page_of_the_lab_begins_with_what_came_of_it(path):
    title, *rest = paragraphs(path)
    assert re.fullmatch(rf"# {path.name[:2]} .+\?", title)
    heads = [re.match(r"\*\*(\w+)\.\*\* \S", paragraph) for paragraph in rest[:3]]
    assert [head and head[1] for head in heads] == ["Asked", "Found", "Kept"]
    # What was run and seen follows.
    assert len(rest) > 3


@pytest.mark.parametrize("path", by_name(sorted(LAB.glob("*.md"))))
def test_links_of_the_lab_lead_to_files(path):
    for link in LINK.findall(path.read_text()):
        if "://" not in link:
            assert (path.parent / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize("path", by_name(GUIDES))
def test_guides_name_files_that_exist(path):
    for name in FILE_OF_THE_TREE.findall(path.read_text()):
        if name.startswith(("portrait_style/", "training/", "export/", "docs/", "tests/")):
            assert (ROOT / name).exists(), name
