"""Photos: sent, and listed."""

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, UploadFile
from fastapi.responses import JSONResponse

from portrait_style.errors import PortraitStyleError
from portrait_style.studio.archives import Upload
from portrait_style.studio.failures import without_paths
from portrait_style.studio.pictures import keep_picture, row_or_404, told_picture
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Picture, PictureKind, Project
from portrait_style.studio.uploads import (
    UploadLimitError,
    ready_photo,
    sent_pictures,
    shown_name,
)

router = APIRouter(prefix="/api")


@router.post("/projects/{project}/photos")
def send_photos(project: int, files: list[UploadFile], studio: CurrentStudio) -> JSONResponse:
    """Keep photos, those in zip archives included; say which were refused, and why."""
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
    kept: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    for upload in _uploads(files, studio, refused):
        try:
            ready = ready_photo(upload.read(), upload.name, studio.settings.limits)
        except PortraitStyleError as error:
            refused.append(_refusal(upload.name, error, studio))
        else:
            kept.append(keep_picture(studio, project, PictureKind.PHOTO, ready))
    body: dict[str, Any] = {"photos": kept, "refused": refused}
    if not kept:
        body["error"] = refused[0]["error"] if refused else "no photo was sent"
    return JSONResponse(body, 200 if kept else 400)


@router.get("/projects/{project}/photos")
def list_photos(project: int, studio: CurrentStudio) -> dict[str, Any]:
    """List the photos of a project, the newest first."""
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
        found = session.scalars(
            sa.select(Picture)
            .where(Picture.project_id == project, Picture.kind == PictureKind.PHOTO)
            .order_by(Picture.id.desc())
        )
        return {"photos": [told_picture(photo) for photo in found]}


def _uploads(
    files: list[UploadFile], studio: Studio, refused: list[dict[str, str]]
) -> list[Upload]:
    """List the pictures; an archive that is refused does not keep the other files."""
    found: list[Upload] = []
    limits = studio.settings.limits
    for file in files:
        try:
            found += sent_pictures([file], limits)
        except PortraitStyleError as error:
            refused.append(_refusal(shown_name(file.filename), error, studio))
    if len(found) > limits.files:
        raise UploadLimitError(
            f"{len(found)} pictures were sent; at most {limits.files} are taken at once"
        )
    return found


def _refusal(name: str, error: PortraitStyleError, studio: Studio) -> dict[str, str]:
    return {"name": name, "error": without_paths(str(error), studio.settings.storage)}
