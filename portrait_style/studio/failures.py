"""What a visitor is told when something fails: a line, and nothing of the server's paths."""

import errno
import logging
import re
from pathlib import Path
from typing import Any

import sqlalchemy.exc
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, StarletteHTTPException
from fastapi.responses import JSONResponse

import portrait_style
from portrait_style.errors import PortraitStyleError, StorageError
from portrait_style.studio.access import HEADERS
from portrait_style.studio.uploads import UploadLimitError

LOG = logging.getLogger("portrait_style.studio")
UNKNOWN = "something went wrong in the studio; its log says more"
_FULL = "the disk of the studio is full; delete something"
_BUSY = "the database is busy; try again"
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_PACKAGE = Path(portrait_style.__file__).parent


def add_failures(app: FastAPI, storage: Path) -> None:
    """Have an application answer whatever is raised with `{"error": "one line"}`.

    Args:
        app: FastAPI application.
        storage: folder of the studio, which answers do not name.
    """

    def refused(request: Request, error: Exception) -> JSONResponse:
        if has_no_space(error):
            return _answer(507, _FULL)
        status = 413 if isinstance(error, UploadLimitError) else 400
        status = 404 if isinstance(error, StorageError) else status
        return _answer(status, without_paths(str(error), storage))

    app.add_exception_handler(PortraitStyleError, refused)
    app.add_exception_handler(StarletteHTTPException, _http_failed)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(sqlalchemy.exc.SQLAlchemyError, _database_failed)
    app.add_exception_handler(OverflowError, _number_failed)
    app.add_exception_handler(OSError, _disk_failed)
    app.add_exception_handler(Exception, _unknown)


def without_paths(message: str, storage: Path) -> str:
    """Take the server's paths out of a message, but for the last names in them.

    Example:
        >>> without_paths("/home/me/s/ab/c.png is damaged", Path("/home/me/s"))
        'c.png is damaged'
    """
    for folder in (storage, storage.resolve(), _PACKAGE):
        message = re.sub(rf"{re.escape(str(folder))}(/[^\s:;,'\"]*/|/)?", "", message)
    return " ".join(message.split())


def has_no_space(error: BaseException | None) -> bool:
    """Tell whether an error, or what it came from, is a full disk."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _NO_SPACE:
            return True
        error = error.__cause__ or error.__context__
    return False


def _answer(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers)


def _http_failed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StarletteHTTPException)
    if error.status_code == 400 and has_no_space(error):
        return _answer(507, _FULL)
    headers: Any = error.headers
    return _answer(error.status_code, _first_lower(str(error.detail)), headers)


def _first_lower(text: str) -> str:
    """Write "Not Found" of others as the studio writes: in small letters."""
    return text.lower() if text.istitle() else text


def _not_understood(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    told = f"{where}: {first['msg']}" if where else first["msg"]
    return _answer(400, f"the request is not understood: {told}")


def _database_failed(request: Request, error: Exception) -> JSONResponse:
    told = str(getattr(error, "orig", error))
    if isinstance(error, sqlalchemy.exc.IntegrityError):
        return _answer(409, "what this belongs to was deleted meanwhile")
    if "full" in told or has_no_space(error):
        return _answer(507, _FULL)
    if "locked" in told or "busy" in told or isinstance(error, sqlalchemy.exc.TimeoutError):
        return _answer(503, _BUSY, {"Retry-After": "5"})
    raise error


def _number_failed(request: Request, error: Exception) -> JSONResponse:
    if "SQLite" in str(error):
        return _answer(404, "there is nothing of so high a number")
    raise error


def _disk_failed(request: Request, error: Exception) -> JSONResponse:
    if has_no_space(error):
        return _answer(507, _FULL)
    raise error


def _unknown(request: Request, error: Exception) -> JSONResponse:
    LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(500, UNKNOWN, HEADERS)
