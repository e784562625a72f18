"""Votes: which drawing was the best, which are faulty; a file beside the study."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from blind_study.study import LETTERS, Study, StudyError
from portrait_style.errors import ArgumentError
from portrait_style.output_files import write_atomically

VOTES = "votes.json"
_CHOICE = re.compile(rf"\s*(\d+)\s*=\s*([{LETTERS}]+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Vote:
    """What somebody said to a question.

    Attributes:
        best: str, the letter of the drawing that they would hang up, or `None`.
        faulty: tuple of str, letters of drawings that are marked as faulty, in order.
    """

    best: str | None = None
    faulty: tuple[str, ...] = ()


def check_vote(study: Study, number, best, faulty) -> Vote:
    """Make a vote of what came from outside.

    Args:
        study: `Study`.
        number: int in 1..questions.
        best: str, a letter of the question, or `None`.
        faulty: list of str, likewise.

    Raises:
        ArgumentError: if there is no such question or no such drawing.
    """
    last = len(study.questions)
    # JSON's true is an int to Python.
    if type(number) is not int or not 1 <= number <= last:
        raise ArgumentError(f"there is no question {number!r}; there are 1 to {last}")
    letters = list(study.questions[number - 1].letters)
    if not isinstance(faulty, list | tuple):
        raise ArgumentError(f"faulty drawings of question {number} are not a list: {faulty!r}")
    for letter in (*([] if best is None else [best]), *faulty):
        if letter not in letters:
            raise ArgumentError(
                f"question {number} has no drawing {letter!r}; it has {', '.join(letters)}"
            )
    return Vote(best, tuple(sorted(set(faulty))))


def read_votes(folder: Path, study: Study) -> dict[int, Vote]:
    """Read the votes of a study by the questions' numbers, none where nobody voted.

    Raises:
        StudyError: if the file is damaged, or of another study.
    """
    path = Path(folder) / VOTES
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["study"] != study.name:
            raise StudyError(f"{path} holds votes of another study; move it away")
        votes = {
            int(number): check_vote(study, int(number), vote["best"], vote["faulty"])
            for number, vote in told["votes"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else error
        raise StudyError(f"{path} is damaged: {reason}; mend it or move it away") from error
    return said_votes(votes)


def said_votes(votes: dict[int, Vote]) -> dict[int, Vote]:
    """Leave out votes that were taken back, and order the others by their questions."""
    return {number: vote for number, vote in sorted(votes.items()) if vote != Vote()}


def votes_document(study: Study, votes: dict[int, Vote]) -> dict:
    """Lay votes out as the file holds them."""
    said = said_votes(votes)
    return {
        "study": study.name,
        "votes": {str(n): {"best": x.best, "faulty": list(x.faulty)} for n, x in said.items()},
    }


def save_votes(folder: Path, study: Study, votes: dict[int, Vote]) -> None:
    """Write the file, whole or not at all.

    Raises:
        OutputError: if it cannot be written.
    """
    text = json.dumps(votes_document(study, votes), indent=1)
    write_atomically(Path(folder) / VOTES, f"{text}\n".encode())


def enter_votes(folder: Path, study: Study, best: str = "", faulty: str = "") -> int:
    """Add votes that were typed in; those of other questions stay as they are.

    Args:
        folder: path of the study.
        study: `Study`.
        best: str, such as "1=B,2=A". Defaults to none.
        faulty: str, such as "1=AC,2=B"; replaces what was marked in these questions. Defaults to
            none.

    Returns:
        int, questions that have a best drawing now.

    Raises:
        ArgumentError: if the words are no votes of this study.
        StudyError: if there are votes that cannot be read.
        OutputError: if the file cannot be written.
    """
    votes, bests, faults = read_votes(folder, study), _choices(best), _choices(faulty)
    for number in sorted({*bests, *faults}):
        before = votes.get(number, Vote())
        chosen = bests.get(number, before.best)
        # Longer than a letter, it is no drawing's.
        votes[number] = check_vote(study, number, chosen, list(faults.get(number, before.faulty)))
    save_votes(folder, study, votes)
    return sum(vote.best is not None for vote in votes.values())


def _choices(text: str) -> dict[int, str]:
    """Read "1=B,2=A" as numbers and letters."""
    found = {}
    for part in filter(None, text.split(",")):
        match = _CHOICE.fullmatch(part)
        if match is None:
            raise ArgumentError(f"{part!r} is no vote; write NUMBER=LETTER, such as 1=B,2=A")
        found[int(match[1])] = match[2].upper()
    return found
