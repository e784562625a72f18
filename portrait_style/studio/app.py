"""The studio as an application: its page, its API, and what stands before them."""

import contextlib
import importlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import portrait_style
from portrait_style._version import __version__
from portrait_style.errors import OutputError
from portrait_style.output_files import check_output_folder
from portrait_style.studio.access import Access, Sessions
from portrait_style.studio.failures import add_failures
from portrait_style.studio.projects import ensure_project
from portrait_style.studio.settings import StudioSettings
from portrait_style.studio.state import Studio
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore

if TYPE_CHECKING:
    from portrait_style.studio.engine import Engine
    from portrait_style.studio.jobs.supervisor import Supervisor

ROUTES = (
    "signin",
    "projects",
    "photos",
    "gallery",
    "models",
    "drawing",
    "taste",
    "jobs",
    "discoveries",
    "exports",
    "sample",
)
_PACKAGE = Path(portrait_style.__file__).parent
PAGE, SHARED_PAGE = _PACKAGE / "studio" / "page", _PACKAGE / "web" / "page"


def create_app(
    settings: StudioSettings,
    engine: "Engine | None" = None,
    supervisor: "Supervisor | None" = None,
) -> FastAPI:
    """Build the application; its jobs run from its start to its end.

    Args:
        settings: `StudioSettings`.
        engine: what draws, or `None` for an `Engine`. Defaults to `None`.
        supervisor: what runs jobs, or `None` for a `Supervisor`. Defaults to `None`.

    Raises:
        OutputError: if the storage cannot be made and written.
        StorageError: if its database is damaged, or of a newer version.
    """
    studio = _open_studio(settings, engine, supervisor)
    app = FastAPI(
        title="portrait-style studio",
        version=__version__,
        lifespan=_lifespan,
        # What describes the API would bring scripts of other servers.
        openapi_url=None,
    )
    app.state.studio = studio
    app.state.sessions = Sessions(settings)
    app.add_middleware(Access, settings=settings, sessions=app.state.sessions)
    add_failures(app, settings.storage)
    for name in ROUTES:
        app.include_router(importlib.import_module(f"portrait_style.studio.routes.{name}").router)
    app.mount("/web", StaticFiles(directory=SHARED_PAGE))
    app.mount("/", StaticFiles(directory=PAGE, html=True))
    return app


def _open_studio(
    settings: StudioSettings, engine: "Engine | None", supervisor: "Supervisor | None"
) -> Studio:
    make_storage(settings.storage)
    database = Database(settings.database_path)
    files = FileStore(settings.files_folder)
    ensure_project(database)
    if engine is None:
        from portrait_style.studio.engine import Engine

        engine = Engine(database, files)
    if supervisor is None:
        from portrait_style.studio.jobs.supervisor import Supervisor

        supervisor = Supervisor(database, files, settings.storage)
    return Studio(settings, database, files, engine, supervisor)


def make_storage(storage: Path) -> None:
    """Make the folder, which nobody else on the machine may read: it holds photos.

    Raises:
        OutputError: if it cannot be made and written.
    """
    check_output_folder(storage, overwrite=True)
    try:
        storage.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {storage}: {error.strerror}") from error
    if not os.access(storage, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write {storage}: it is read-only; choose another --storage")


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    studio: Studio = app.state.studio
    studio.supervisor.start()
    try:
        yield
    finally:
        studio.supervisor.close()
        studio.engine.close()
        studio.database.close()
