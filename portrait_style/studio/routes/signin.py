"""Signing in and out, and what the page is told first."""

import functools
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from portrait_style._version import __version__
from portrait_style.renderers import find_renderer, renderer_names
from portrait_style.studio.access import COOKIE, SESSION_SECONDS, Sessions, address_of
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Project
from portrait_style.web.site import MEDIA

router = APIRouter(prefix="/api")


class Credentials(BaseModel):
    """What somebody signs in with."""

    user: str = Field(max_length=200)
    password: str = Field(max_length=1000)


@router.get("/state")
def state(request: Request, studio: CurrentStudio) -> dict[str, Any]:
    """Tell the page what it needs first; who has not signed in learns of no project."""
    signed_in = _sessions(request).knows(request.headers)
    limits = studio.settings.limits
    return {
        "version": __version__,
        "signed_in": signed_in,
        "needs_signin": studio.settings.needs_signin,
        "projects": _projects(studio) if signed_in else [],
        "limits": {
            "upload_bytes": limits.upload_bytes,
            "files": limits.files,
            "pixels": limits.pixels,
        },
        "media": list(MEDIA),
        "renderers": _renderers(),
    }


@router.post("/signin")
def signin(given: Credentials, request: Request) -> Response:
    """Sign in: the answer brings a cookie that scripts cannot read."""
    sessions = _sessions(request)
    token = sessions.open(given.user, given.password, address_of(request.scope))
    response = JSONResponse({"signed_in": True})
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


@router.post("/signout")
def signout(request: Request) -> Response:
    """Sign out: the cookie is worth nothing any more."""
    _sessions(request).close(request.headers)
    response = JSONResponse({"signed_in": False})
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def _sessions(request: Request) -> Sessions:
    return request.app.state.sessions


def _projects(studio: Studio) -> list[dict[str, Any]]:
    with studio.database.reading() as session:
        found = session.scalars(sa.select(Project).order_by(Project.id))
        return [{"id": project.id, "name": project.name} for project in found]


@functools.cache
def _renderers() -> list[dict[str, str]]:
    return [
        {"name": name, "description": find_renderer(name).DESCRIPTION} for name in renderer_names()
    ]
