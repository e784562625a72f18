"""What the routes of a studio share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from portrait_style.studio.settings import StudioSettings
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore

if TYPE_CHECKING:
    from portrait_style.studio.engine import Engine
    from portrait_style.studio.jobs.supervisor import Supervisor


@dataclass(frozen=True)
class Studio:
    """What the routes share; it is `app.state.studio`.

    Args:
        settings: `StudioSettings`.
        database: `Database`.
        files: `FileStore`.
        engine: `Engine`, which draws.
        supervisor: `Supervisor`, which runs jobs.
    """

    settings: StudioSettings
    database: Database
    files: FileStore
    engine: "Engine"
    supervisor: "Supervisor"


def studio_of(request: Request) -> Studio:
    """Give the studio that a request is for."""
    return request.app.state.studio


# What a route takes as an argument to be given the studio.
CurrentStudio = Annotated[Studio, Depends(studio_of)]
