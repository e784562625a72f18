"""Projects: made, renamed, deleted with all that belongs to them."""

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from portrait_style.studio.pictures import delete_files, row_or_404
from portrait_style.studio.projects import ensure_project
from portrait_style.studio.state import CurrentStudio
from portrait_style.studio.storage.tables import Job, JobState, Picture, Project, Style, Taste
from portrait_style.studio.uploads import needed_name

router = APIRouter(prefix="/api")


class Named(BaseModel):
    """A name that somebody typed."""

    name: str = Field(max_length=1000)


@router.post("/projects", status_code=201)
def make_project(given: Named, studio: CurrentStudio) -> dict[str, Any]:
    """Make a project."""
    project = Project(name=needed_name(given.name, "a project"))
    with studio.database.session() as session:
        session.add(project)
    return _told_project(project)


@router.patch("/projects/{number}")
def rename_project(number: int, given: Named, studio: CurrentStudio) -> dict[str, Any]:
    """Rename a project."""
    name = needed_name(given.name, "a project")
    with studio.database.session() as session:
        project = row_or_404(session, Project, number)
        project.name = name
    return _told_project(project)


@router.delete("/projects/{number}", status_code=204)
def delete_project(number: int, studio: CurrentStudio) -> None:
    """Delete a project: its rows, files and folders. One whose job is running is refused."""
    with studio.database.session() as session:
        project = row_or_404(session, Project, number)
        if _runs(session, number):
            raise HTTPException(409, "a job of this project is running; cancel or stop it first")
        files, folders = _keys(session, number)
        session.delete(project)
    delete_files(studio.files, files)
    for key in folders:
        studio.files.delete_folder(key)
    ensure_project(studio.database)


def _told_project(project: Project) -> dict[str, Any]:
    return {"id": project.id, "name": project.name}


def _runs(session: Session, project: int) -> bool:
    running = sa.select(Job.id).where(Job.project_id == project, Job.state == JobState.RUNNING)
    return session.scalar(running.limit(1)) is not None


def _keys(session: Session, project: int) -> tuple[list[str], list[str]]:
    """Name the files and the folders of a project."""
    columns = (Picture.file, Picture.thumbnail, Style.file, Taste.file)
    files = [
        key
        for column in columns
        for key in session.scalars(sa.select(column).where(column.class_.project_id == project))
    ]
    folders = session.scalars(sa.select(Job.folder).where(Job.project_id == project))
    return [key for key in files if key], [key for key in folders if key]
