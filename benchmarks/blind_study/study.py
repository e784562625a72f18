"""A study on disk: a page, pictures whose names tell nothing, and a key apart from them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from markupsafe import Markup

from portrait_style.encoding import encode_image
from portrait_style.errors import PortraitStyleError
from portrait_style.output_files import write_atomically
from portrait_style.reports.page import render_page

OURS, RENDERER, FILTER, MAGENTA = SOURCES = ("ours", "renderer", "filter", "magenta")
LETTERS = "ABCD"
PAGE, PICTURES, KEY = "index.html", "pictures", "key.json"
_HERE = Path(__file__).parent


class StudyError(PortraitStyleError):
    """A folder holds no study, another one, or a file of it is damaged."""


@dataclass(frozen=True)
class Question:
    """A photo and its drawings, in the order in which they are shown.

    Attributes:
        style: str.
        photo: str, path of the photo that was drawn.
        picture: str, name in `PICTURES` of the photo as it is shown.
        drawings: tuple of str, names in `PICTURES`; the first is called A.
        sources: tuple of str of `SOURCES`, who drew each.
    """

    style: str
    photo: str
    picture: str
    drawings: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def letters(self) -> str:
        """What the drawings are called."""
        return LETTERS[: len(self.drawings)]


@dataclass(frozen=True)
class Study:
    """All questions.

    Attributes:
        name: str, a checksum of all pictures: votes of one study do not fit another.
        settings: dict, what it was made with.
        questions: tuple of `Question`; the first is number 1.
    """

    name: str
    settings: dict
    questions: tuple[Question, ...]


def write_study(folder: Path, settings: dict, drawn: Iterable, seed: int) -> Study:
    """Write pictures and page as they come, and the key at the end: then the study is there.

    Args:
        folder: path; need not exist.
        settings: dict, for the key.
        drawn: yields style, path of the photo, the photo and a dict of source to drawing, uint8
            (height, width, 3).
        seed: int, of the order and of the pictures' names.

    Raises:
        OutputError: if the folder cannot be written.
    """
    # A stream of its own: the questions are chosen by another.
    rng, checksum, questions = np.random.default_rng([seed, 1]), hashlib.sha256(), []
    for style, path, photo, drawings in drawn:
        sources = [SOURCES[i] for i in rng.permutation(len(SOURCES)) if SOURCES[i] in drawings]
        names = []
        for pixels in (photo, *(drawings[source] for source in sources)):
            names.append(f"{rng.bytes(8).hex()}.jpg")
            file = encode_image(pixels, ".jpg")
            checksum.update(names[-1].encode() + file)
            write_atomically(folder / PICTURES / names[-1], file)
        questions.append(Question(style, str(path), names[0], tuple(names[1:]), tuple(sources)))
    study = Study(checksum.hexdigest()[:16], settings, tuple(questions))
    write_atomically(folder / PAGE, study_page(study))
    write_atomically(folder / KEY, f"{json.dumps(asdict(study), indent=1)}\n".encode())
    return study


def study_page(study: Study) -> bytes:
    """Fill in the page; nothing in it says who drew what."""
    shown = [
        {
            "style": question.style.replace("_", " "),
            "photo": f"{PICTURES}/{question.picture}",
            "drawings": [f"{PICTURES}/{name}" for name in question.drawings],
        }
        for question in study.questions
    ]
    return render_page(
        _HERE / "page.html",
        title="Which one would you hang up?",
        study={"study": study.name, "questions": shown},
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        script=Markup((_HERE / "page.js").read_text(encoding="utf-8")),
    )


def read_study(folder: Path) -> Study:
    """Read the key of a study.

    Raises:
        StudyError: if there is none, or it is damaged.
    """
    path = Path(folder) / KEY
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        questions = [
            Question(**{k: tuple(v) if isinstance(v, list) else v for k, v in question.items()})
            for question in told["questions"]
        ]
        for number, question in enumerate(questions, start=1):
            if len(question.sources) != len(question.drawings):
                raise ValueError(f"question {number} has other drawings than sources")
        return Study(told["name"], told["settings"], tuple(questions))
    except FileNotFoundError:
        raise StudyError(f"{folder} holds no study; make one by --output {folder}") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StudyError(f"{path} is damaged: {error}; make the study anew") from error
