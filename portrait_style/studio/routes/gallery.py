"""The gallery: drawings that were kept, and the files of all pictures."""

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from portrait_style.errors import StorageError
from portrait_style.studio.pictures import delete_files, row_or_404, told_picture
from portrait_style.studio.routes.projects import Named
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Picture, PictureKind, Project
from portrait_style.studio.uploads import needed_name

router = APIRouter(prefix="/api")
_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


@router.get("/projects/{project}/drawings")
def list_drawings(
    project: int,
    studio: CurrentStudio,
    style: str | None = None,
    photo: int | None = None,
) -> dict[str, Any]:
    """List the drawings of a project, of one style or photo only if asked so; the newest first."""
    wanted = sa.select(Picture).where(
        Picture.project_id == project, Picture.kind == PictureKind.DRAWING
    )
    if style is not None:
        wanted = wanted.where(Picture.settings["style"].as_string() == style)
    if photo is not None:
        wanted = wanted.where(Picture.photo_id == photo)
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
        found = session.scalars(wanted.order_by(Picture.id.desc()))
        return {"drawings": [told_picture(drawing) for drawing in found]}


@router.get("/pictures/{number}/file")
def picture_file(number: int, request: Request, studio: CurrentStudio) -> Response:
    """Give a picture's file."""
    picture = _picture(studio, number)
    return _file(studio, request, picture.file, picture.name)


@router.get("/pictures/{number}/thumbnail")
def picture_thumbnail(number: int, request: Request, studio: CurrentStudio) -> Response:
    """Give a picture's thumbnail, a JPEG file of at most 320 pixels."""
    picture = _picture(studio, number)
    return _file(studio, request, picture.thumbnail, picture.name)


@router.patch("/pictures/{number}")
def rename_picture(number: int, given: Named, studio: CurrentStudio) -> dict[str, Any]:
    """Rename a picture."""
    name = needed_name(given.name, "a picture")
    with studio.database.session() as session:
        picture = row_or_404(session, Picture, number)
        picture.name = name
    return told_picture(picture)


@router.delete("/pictures/{number}", status_code=204)
def delete_picture(number: int, studio: CurrentStudio) -> None:
    """Delete a picture: row, file and thumbnail. Drawings stay when their photo goes."""
    with studio.database.session() as session:
        picture = row_or_404(session, Picture, number)
        session.delete(picture)
    delete_files(studio.files, (picture.file, picture.thumbnail))


def _picture(studio: Studio, number: int) -> Picture:
    with studio.database.reading() as session:
        return row_or_404(session, Picture, number)


def _file(studio: Studio, request: Request, key: str, name: str) -> Response:
    """Give a file, or say that it is the one that the browser has."""
    # A file never changes under its key, but may be deleted: the browser has to ask.
    headers = {"ETag": f'"{key}"', "Cache-Control": "private, no-cache"}
    path = studio.files.path(key)
    if not path.is_file():
        raise StorageError("the file of this picture is gone; was it deleted by hand?")
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    shown = name if name.lower().endswith(path.suffix) else name + path.suffix
    return FileResponse(
        path,
        headers=headers,
        media_type=_TYPES[path.suffix],
        filename=shown,
        content_disposition_type="inline",
    )
