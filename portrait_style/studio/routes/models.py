"""Models, and the styles of a project beside those of the models."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, UploadFile

from portrait_style.errors import ArgumentError, PortraitStyleError
from portrait_style.studio.pictures import row_or_404
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Project, Style
from portrait_style.studio.uploads import shown_name, shown_text
from portrait_style.styles.profile import SUFFIX as PROFILE_SUFFIX
from portrait_style.styles.profile import read_profile_code
from portrait_style.styles.shared import MOST_BYTES, read_shared_style
from portrait_style.styles.shared import SUFFIX as SHARED_SUFFIX

router = APIRouter(prefix="/api")


@router.get("/models")
def models(studio: CurrentStudio) -> dict[str, Any]:
    """List the models, presets first."""
    return {"models": studio.engine.models()}


@router.post("/projects/{project}/styles")
def add_style(
    project: int,
    file: UploadFile,
    studio: CurrentStudio,
    model: Annotated[str, Form()] = "mobile",
) -> dict[str, Any]:
    """Keep a style that somebody handed on, or a profile, for a model."""
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
    data = file.file.read(MOST_BYTES + 1)
    shown = shown_name(file.filename)
    suffix = SHARED_SUFFIX if data.startswith(b"PK") else PROFILE_SUFFIX
    if len(data) > MOST_BYTES or not data:
        raise ArgumentError(f"{shown} must have from 1 byte to {MOST_BYTES >> 20} MB")
    key = studio.files.write(data, suffix)
    try:
        name = _name_of_style(studio, key, model, shown)
        style = Style(project_id=project, name=name, model=model, file=key)
        with studio.database.session() as session:
            session.add(style)
    except BaseException:
        studio.files.delete(key)
        raise
    return _told_style(style)


@router.get("/projects/{project}/styles")
def styles_of_project(project: int, studio: CurrentStudio) -> dict[str, Any]:
    """List the styles of a project, the oldest first."""
    asked = sa.select(Style).where(Style.project_id == project).order_by(Style.id)
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
        return {"styles": [_told_style(style) for style in session.scalars(asked)]}


@router.delete("/styles/{number}", status_code=204)
def delete_style(number: str, studio: CurrentStudio) -> None:
    """Delete a style and its file."""
    digits = number.removeprefix("style-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise HTTPException(404, "there is no such style")
    with studio.database.session() as session:
        style = row_or_404(session, Style, int(digits))
        session.delete(style)
    studio.files.delete(style.file)


def _name_of_style(studio: Studio, key: str, model: str, shown: str) -> str:
    """Read a file, and say what its style is called.

    Raises:
        PortraitStyleError: if it is damaged or of another model, and says so by its shown name.
    """
    path, bank = studio.files.path(key), studio.engine.bank(model)
    try:
        if path.suffix == SHARED_SUFFIX:
            return shown_text(read_shared_style(path, bank).name) or shown
        read_profile_code(path, bank)
        return shown.removesuffix(PROFILE_SUFFIX)
    except PortraitStyleError as error:
        raise type(error)(str(error).replace(str(path), shown)) from error


def _told_style(style: Style) -> dict[str, Any]:
    return {
        "id": f"style-{style.id}",
        "name": style.name,
        "model": style.model,
        "created": style.created,
    }
