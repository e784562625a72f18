"""My taste: rounds of six pictures, of which somebody picks those that please."""

import asyncio
import re
import secrets
import threading
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from portrait_style.encoding import encode_image
from portrait_style.mark import mark_of
from portrait_style.personalization.session import FeedbackSession
from portrait_style.studio.pictures import row_or_404
from portrait_style.studio.routes.drawing import PREVIEW_QUALITY, photo_of
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Project, Taste
from portrait_style.studio.uploads import needed_name

router = APIRouter(prefix="/api")
SHOWN_SIDE = 384
_MOST_SEED = 1_000_000
# A choice reads the profile, thinks, and writes it.
_CHOOSING = threading.Lock()


class TasteRequest(BaseModel):
    """Whose rounds are to be shown, on which photo."""

    model: str = "mobile"
    photo: int
    name: str = Field(max_length=1000)
    seed: int | None = Field(default=None, ge=0, le=1 << 31)


class Choice(BaseModel):
    """Numbers of pictures that please, from 1; none asks for other pictures."""

    liked: list[int] = Field(max_length=16)


@router.post("/projects/{project}/tastes")
def start(project: int, asked: TasteRequest, studio: CurrentStudio) -> dict[str, Any]:
    """Show a first round."""
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
    photo = photo_of(studio, project, asked.photo)
    name = needed_name(asked.name, "a taste")
    seed = secrets.randbelow(_MOST_SEED) if asked.seed is None else asked.seed
    feedback = FeedbackSession.start(studio.engine.bank(asked.model), seed)
    key = studio.files.write(feedback.profile.to_json(), ".json")
    try:
        taste = Taste(project_id=project, name=name, model=asked.model, photo_id=photo.id, file=key)
        with studio.database.session() as session:
            session.add(taste)
    except BaseException:
        studio.files.delete(key)
        raise
    return _told_taste(taste, feedback)


@router.get("/projects/{project}/tastes")
def tastes_of_project(project: int, studio: CurrentStudio) -> dict[str, Any]:
    """List the tastes of a project, the newest first; those whose model is gone are left out."""
    asked = sa.select(Taste).where(Taste.project_id == project).order_by(Taste.id.desc())
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
        found = session.scalars(asked).all()
    known = {model["name"] for model in studio.engine.models()}
    here = [taste for taste in found if taste.model in known]
    return {"tastes": [_told_taste(taste, _session_of(studio, taste)) for taste in here]}


@router.get("/tastes/{number}")
def taste(number: int, studio: CurrentStudio) -> dict[str, Any]:
    """Tell of a taste: its round, and the pictures of it."""
    found = _taste(studio, number)
    return _told_taste(found, _session_of(studio, found))


@router.get("/tastes/{number}/pictures/{picture}")
async def picture(
    number: int, picture: int, studio: CurrentStudio, round: int | None = None
) -> Response:
    """Give a picture of a round, JPEG; that of the last one if none is named."""
    work = studio.engine.submit(_picture, studio, number, picture, round)
    return await asyncio.wrap_future(work)


@router.post("/tastes/{number}/choose")
def choose(number: int, choice: Choice, studio: CurrentStudio) -> dict[str, Any]:
    """Learn from what pleases in the round that is shown, and show the next."""
    with _CHOOSING:
        found = _taste(studio, number)
        feedback = _session_of(studio, found)
        if choice.liked:
            feedback.choose(choice.liked)
        feedback.next()
        feedback.profile.save(studio.files.path(found.file))
    return _told_taste(found, feedback)


@router.get("/tastes/{number}/profile")
def profile(number: int, studio: CurrentStudio) -> Response:
    """Give the profile's file: numbers, no picture."""
    found = _taste(studio, number)
    name = "_".join(re.findall(r"\w+", found.name)) or "taste"
    path = studio.files.path(found.file)
    return FileResponse(path, media_type="application/json", filename=f"{name}.json")


@router.delete("/tastes/{number}", status_code=204)
def delete(number: int, studio: CurrentStudio) -> None:
    """Delete a taste and its profile."""
    with studio.database.session() as session:
        found = row_or_404(session, Taste, number)
        session.delete(found)
    studio.files.delete(found.file)


def _taste(studio: Studio, number: int) -> Taste:
    with studio.database.reading() as session:
        return row_or_404(session, Taste, number)


def _session_of(studio: Studio, taste: Taste) -> FeedbackSession:
    bank = studio.engine.bank(taste.model)
    return FeedbackSession.load(studio.files.path(taste.file), bank)


def _told_taste(taste: Taste, feedback: FeedbackSession) -> dict[str, Any]:
    round_, address = feedback.number, f"/api/tastes/{taste.id}/pictures"
    return {
        "id": taste.id,
        "name": taste.name,
        "model": taste.model,
        "photo_id": taste.photo_id,
        "created": taste.created,
        "round": round_,
        "pictures": [
            {"number": number, "url": f"{address}/{number}?round={round_}"}
            for number in range(1, len(feedback.codes) + 1)
        ],
        "choices": sum(bool(entry.comparisons) for entry in feedback.profile.rounds),
        "code_known": feedback.code is not None,
    }


def _picture(studio: Studio, number: int, picture: int, round_: int | None) -> Response:
    found = _taste(studio, number)
    photo = photo_of(studio, found.project_id, found.photo_id)
    key = "taste", found.file, photo.file, picture, round_
    data = studio.engine.cache.get(key) if round_ else None
    if data is None:
        rounds = _session_of(studio, found).profile.rounds
        place = len(rounds) if round_ is None else round_
        if not 1 <= place <= len(rounds) or not 1 <= picture <= len(rounds[place - 1].codes):
            raise HTTPException(404, f"taste {number} has not shown such a picture")
        code = rounds[place - 1].codes[picture - 1]
        drawn = studio.engine.draw_code(
            studio.files.read(photo.file), found.model, code, SHOWN_SIDE
        )
        data = encode_image(drawn, ".jpg", PREVIEW_QUALITY, mark_of(found.name))
        studio.engine.cache.put(key, data)
    return Response(data, media_type="image/jpeg")
