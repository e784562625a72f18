"""Putting a job in line: what was sent goes into its folder, under names of ours."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import HTTPException, UploadFile

from portrait_style.errors import DatasetError, ImageError
from portrait_style.studio.jobs.shown import told_job
from portrait_style.studio.pictures import row_or_404
from portrait_style.studio.settings import Limits
from portrait_style.studio.state import Studio
from portrait_style.studio.storage.tables import Job, JobState, Project
from portrait_style.studio.uploads import ready_photo, sent_pictures

# Pixels of the longer side at which pictures are kept that are to be looked at or learned from.
LONGER_SIDE = 1024
# Characters of a style's name in the name of its folder, which sheets of samples show.
_SLUG = 24


@dataclasses.dataclass(frozen=True)
class Saved:
    """What came of pictures that were sent.

    Attributes:
        kept: list of dict with "file", the name in the folder, and "name", to show.
        refused: list of dict with "name" and "error".
    """

    kept: list[dict[str, str]]
    refused: list[dict[str, str]]


def save_pictures(files: Sequence[UploadFile], folder: Path, limits: Limits) -> Saved:
    """Write pictures, also those in archives, into a folder, numbered in the order of coming.

    Args:
        files: what was sent.
        folder: path; it is made.
        limits: `Limits`.

    Raises:
        DatasetError: if there is no readable picture.
        ArgumentError: if an archive is refused.
        UploadLimitError: if there are too many.
    """
    folder.mkdir(parents=True, exist_ok=True)
    limits = dataclasses.replace(limits, longer_side=LONGER_SIDE)
    saved = Saved([], [])
    for upload in sent_pictures(files, limits):
        try:
            ready = ready_photo(upload.read(), upload.name, limits)
        except ImageError as error:
            saved.refused.append({"name": upload.name, "error": str(error)})
            continue
        file = f"{len(saved.kept) + 1:04d}{ready.suffix}"
        (folder / file).write_bytes(ready.data)
        saved.kept.append({"file": file, "name": upload.name})
    if not saved.kept:
        reasons = "; ".join(entry["error"] for entry in saved.refused[:3])
        raise DatasetError(f"no picture could be read: {reasons or 'none was sent'}")
    return saved


def folder_name(number: int, style: str) -> str:
    """Make the name of a style's folder, of letters of ours.

    Example:
        >>> folder_name(2, "../Line & work")
        '2_line_work'
    """
    slug = "_".join(re.findall("[a-z0-9]+", style.lower()))[:_SLUG].strip("_")
    return f"{number}_{slug or 'style'}"


def check_room(studio: Studio) -> None:
    """Make sure that another job may wait.

    Raises:
        HTTPException: 429, if as many wait as may.
    """
    asked = sa.select(sa.func.count()).select_from(Job).where(Job.state == JobState.WAITING)
    with studio.database.reading() as session:
        waiting = session.scalar(asked) or 0
    if waiting >= studio.settings.limits.waiting_jobs:
        raise HTTPException(429, f"{waiting} jobs wait already; try again when some are done")


def add_job(
    studio: Studio, project: int, kind: str, name: str, fill: Callable[[Path], dict[str, Any]]
) -> dict[str, Any]:
    """Put a job in line.

    Args:
        studio: `Studio`.
        project: int.
        kind: str, of `TASKS`.
        name: str, to show.
        fill: takes the job's folder, puts into it what the task needs, and gives its arguments.

    Returns:
        What the page is told of the job.

    Raises:
        HTTPException: 404, if there is no such project; 429, if too many jobs wait.
        PortraitStyleError: what `fill` raises; then nothing is left.
    """
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
    check_room(studio)
    key = studio.files.new_folder()
    try:
        arguments = fill(studio.files.path(key))
        job = Job(project_id=project, kind=kind, name=name, arguments=arguments, folder=key)
        with studio.database.session() as session:
            session.add(job)
    except BaseException:
        studio.files.delete_folder(key)
        raise
    studio.supervisor.wake()
    return told_job(job, studio.files)
