"""The questions as pictures, to judge without a browser."""

from pathlib import Path

import numpy as np

from blind_study.study import LETTERS, PICTURES, Study
from portrait_style.image import load_image, save_image
from portrait_style.reports.sheet import contact_sheet

FOLDER, QUESTIONS, CELL = "sheets", 5, 320


def write_sheets(folder: Path, study: Study) -> list[Path]:
    """Draw sheets of a few questions each: number and style above the photo, letters beside it.

    Args:
        folder: path of the study.
        study: `Study`.

    Returns:
        list of paths, `sheets/questions-01-05.png` and so on.

    Raises:
        ImageError: if a picture is missing or damaged.
        OutputError: if the folder cannot be written.
    """
    paths, digits = [], len(str(len(study.questions)))
    for start in range(0, len(study.questions), QUESTIONS):
        numbers = range(start + 1, min(start + QUESTIONS, len(study.questions)) + 1)
        sheet = np.concatenate([question_strip(folder, study, number) for number in numbers])
        name = "-".join(f"{number:0{digits}d}" for number in (numbers[0], numbers[-1]))
        path = Path(folder) / FOLDER / f"questions-{name}.png"
        save_image(path, sheet, overwrite=True)
        paths.append(path)
    return paths


def question_strip(folder: Path, study: Study, number: int) -> np.ndarray:
    """Lay out one question, as wide as any of the study.

    Args:
        folder: path of the study.
        study: `Study`.
        number: int in 1..questions.

    Returns:
        uint8 (height, width, 3).
    """
    question = study.questions[number - 1]
    most = max(len(each.letters) for each in study.questions)
    names = (question.picture, *question.drawings)
    pictures = [load_image(Path(folder) / PICTURES / name) for name in names]
    empty = [None] * (most - len(question.letters))
    headings = [f"{number}   {question.style.replace('_', ' ')}", *LETTERS[: len(pictures) - 1]]
    return contact_sheet([[*pictures, *empty]], headings, CELL)
