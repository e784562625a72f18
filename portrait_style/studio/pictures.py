"""Pictures in the database, with their files: kept together, and deleted together."""

import contextlib
from collections.abc import Iterable
from typing import Any, TypeVar

from fastapi import HTTPException
from sqlalchemy.orm import Session

from portrait_style.studio.state import Studio
from portrait_style.studio.storage.files import FileStore
from portrait_style.studio.storage.tables import Picture, PictureKind, Table
from portrait_style.studio.uploads import ReadyPicture

Row = TypeVar("Row", bound=Table)


def row_or_404(session: Session, table: type[Row], number: int) -> Row:
    """Give the row of a number.

    Raises:
        HTTPException: 404, if there is none.
    """
    row = session.get(table, number)
    if row is None:
        raise HTTPException(404, f"there is no {table.__name__.lower()} {number}")
    return row


def told_picture(picture: Picture) -> dict[str, Any]:
    """Tell the page of a picture."""
    return {
        "id": picture.id,
        "kind": picture.kind,
        "name": picture.name,
        "width": picture.width,
        "height": picture.height,
        "created": picture.created,
        "url": f"/api/pictures/{picture.id}/file",
        "thumbnail_url": f"/api/pictures/{picture.id}/thumbnail",
        "photo_id": picture.photo_id,
        "settings": picture.settings,
    }


def keep_picture(
    studio: Studio,
    project: int,
    kind: PictureKind,
    ready: ReadyPicture,
    photo: int | None = None,
    settings: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Keep a picture: its file, its thumbnail and its row, or nothing of them.

    Args:
        studio: `Studio`.
        project: int, number of the project.
        kind: `PictureKind`.
        ready: `ReadyPicture`.
        photo: int, number of the photo that a drawing was made of, or `None`.
        settings: how a drawing was made, or `None`.

    Returns:
        What the page is told of it.

    Raises:
        OSError: if the files cannot be written, as on a full disk.
        sqlalchemy.exc.IntegrityError: if project or photo have been deleted meanwhile.
    """
    written = []
    try:
        written.append(studio.files.write(ready.data, ready.suffix))
        written.append(studio.files.write(ready.thumbnail, ".jpg"))
        file, thumbnail = written
        picture = Picture(
            project_id=project,
            kind=kind,
            name=ready.name,
            width=ready.width,
            height=ready.height,
            file=file,
            thumbnail=thumbnail,
            photo_id=photo,
            settings=settings or {},
        )
        with studio.database.session() as session:
            session.add(picture)
    except BaseException:
        delete_files(studio.files, written)
        raise
    return told_picture(picture)


def delete_files(files: FileStore, keys: Iterable[str]) -> None:
    """Delete files whose rows are gone; one that cannot be deleted does not keep the others."""
    for key in keys:
        with contextlib.suppress(OSError):
            files.delete(key)
