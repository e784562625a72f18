"""Drawing: pictures, style cards, and drawings that are kept."""

import asyncio
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, Field

from portrait_style.encoding import encode_image
from portrait_style.mark import mark_of
from portrait_style.studio.asked_style import AskedStyle, read_asked_style
from portrait_style.studio.engine import OWN_MEDIUM, Wish
from portrait_style.studio.pictures import keep_picture
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Picture, PictureKind, Style, Taste
from portrait_style.studio.uploads import ready_picture, shown_text

router = APIRouter(prefix="/api")
CARD_QUALITY, PREVIEW_QUALITY = 82, 90
# The style as it was drawn: where a random one was asked for, with its seed.
STYLE_HEADER = "X-Style"


class DrawRequest(BaseModel):
    """What is to be drawn, and how."""

    photo: int
    model: str = "mobile"
    style: str = Field(max_length=2000)
    intensity: float = Field(default=1.0, ge=0.0, le=1.0, allow_inf_nan=False)
    size: int | None = Field(default=None, ge=16, le=4096)
    medium: str | None = None
    texture: float = Field(default=0.0, ge=0.0, le=1.0, allow_inf_nan=False)
    preview: bool = False

    def wish(self, style: AskedStyle) -> Wish:
        """Say it to the engine."""
        medium = self.medium or OWN_MEDIUM
        return Wish(style, self.intensity, self.size, medium, self.texture)


@router.post("/projects/{project}/draw")
async def draw(project: int, asked: DrawRequest, studio: CurrentStudio) -> Response:
    """Draw a photo: JPEG as a preview, else PNG with the mark of what a program composed."""
    return await asyncio.wrap_future(studio.engine.submit(_drawn, studio, project, asked))


@router.get("/projects/{project}/card")
async def card(project: int, photo: int, model: str, style: str, studio: CurrentStudio) -> Response:
    """Draw the upper square of a photo, JPEG of 160 pixels."""
    work = studio.engine.submit(_card, studio, project, (photo, model, style))
    return await asyncio.wrap_future(work)


@router.post("/projects/{project}/drawings")
async def keep(project: int, asked: DrawRequest, studio: CurrentStudio) -> dict[str, Any]:
    """Draw a photo, and keep the drawing."""
    return await asyncio.wrap_future(studio.engine.submit(_kept, studio, project, asked))


def photo_of(studio: Studio, project: int, number: int | None) -> Picture:
    """Give a photo of a project.

    Raises:
        HTTPException: 404, if there is none.
    """
    wanted = (
        Picture.id == number,
        Picture.project_id == project,
        Picture.kind == PictureKind.PHOTO,
    )
    with studio.database.reading() as session:
        found = session.scalar(sa.select(Picture).where(*wanted))
    if found is None:
        raise HTTPException(404, "this photo is not there any more; choose another one")
    return found


def style_of(studio: Studio, project: int, model: str, text: str) -> AskedStyle:
    """Read an expression of styles, those of a project included.

    Raises:
        PortraitStyleError: if the model or a style is not there.
    """

    def find_kept(kind: str, number: int) -> str | None:
        with studio.database.reading() as session:
            row: Style | Taste | None
            row = session.get(Style, number) if kind == "style" else session.get(Taste, number)
        if row is None or row.project_id != project:
            return None
        path = str(studio.files.path(row.file))
        part = getattr(row, "part", None)
        return path if part is None else f"{path}#{part}"

    return read_asked_style(text, studio.engine.stylizer(model).styles, find_kept)


def _drawn(studio: Studio, project: int, asked: DrawRequest) -> Response:
    photo = photo_of(studio, project, asked.photo)
    style = style_of(studio, project, asked.model, asked.style)
    data = studio.files.read(photo.file)
    picture = studio.engine.draw(data, asked.model, asked.wish(style))
    headers = {STYLE_HEADER: style.text} if style.text.isascii() else {}
    mark = mark_of(style.text)
    if asked.preview:
        data, kind = encode_image(picture, ".jpg", PREVIEW_QUALITY, mark), "image/jpeg"
    else:
        data, kind = encode_image(picture, ".png", mark=mark), "image/png"
    return Response(data, media_type=kind, headers=headers)


def _kept(studio: Studio, project: int, asked: DrawRequest) -> dict[str, Any]:
    photo = photo_of(studio, project, asked.photo)
    style = style_of(studio, project, asked.model, asked.style)
    picture = studio.engine.draw(studio.files.read(photo.file), asked.model, asked.wish(style))
    name = shown_text(f"{PurePosixPath(photo.name).stem} {style.text}")
    ready = ready_picture(picture, name, mark_of(style.text))
    settings = asked.model_dump(exclude={"photo", "preview"}) | {"style": style.text}
    return keep_picture(studio, project, PictureKind.DRAWING, ready, photo.id, settings)


def _card(studio: Studio, project: int, asked: tuple[int, str, str]) -> Response:
    number, model, text = asked
    photo = photo_of(studio, project, number)
    style = style_of(studio, project, model, text)
    # A profile changes under its name; numbers of rows may come back, keys of files do not.
    files = [studio.files.folder / path.partition("#")[0] for path in style.paths]
    changed = tuple(path.stat().st_mtime_ns for path in files if path.is_file())
    key = "card", photo.file, str(studio.engine.source(model)), style.text, changed
    data = studio.engine.cache.get(key)
    if data is None:
        picture = studio.engine.card(studio.files.read(photo.file), model, Wish(style))
        data = encode_image(picture, ".jpg", CARD_QUALITY, mark_of(style.text))
        studio.engine.cache.put(key, data)
    return Response(data, media_type="image/jpeg")
