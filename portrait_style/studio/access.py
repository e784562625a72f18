"""Who may ask for what: hosts and origins, sign-in, limits of rate and size, headers."""

import contextlib
import hashlib
import ipaddress
import secrets
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from fastapi import HTTPException
from fastapi.datastructures import Headers
from fastapi.responses import JSONResponse

from portrait_style.studio.settings import Limits, StudioSettings

OWN_HEADER = "x-studio"
COOKIE = "studio_session"
SESSION_SECONDS = 7 * 24 * 3600
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HARMLESS = ("GET", "HEAD")
# What may be asked for without having signed in, beside the page itself.
_OPEN = ("/api/state", "/api/signin")
_MOST_ADDRESSES = 10_000


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address.

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
        (True, True, False)
    """
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


class RateLimit:
    """How often something may happen in a minute, for each address.

    Args:
        per_minute: int; as many may come at once.
        clock: gives seconds. Defaults to a clock that never goes back.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic):
        self._most, self._clock = per_minute, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, address: str) -> bool:
        """Count one more; tell whether it may happen."""
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(address, (float(self._most), now))
            left = min(float(self._most), left + (now - then) * self._most / 60.0)
            allowed = left >= 1.0
            self._left[address] = (left - 1.0 if allowed else left, now)
            if len(self._left) > _MOST_ADDRESSES:
                self._left.popitem(last=False)
            return allowed


class Sessions:
    """Who has signed in; kept in memory, so that a new start asks again.

    Args:
        settings: `StudioSettings`.
        clock: gives seconds. Defaults to a clock that never goes back.
    """

    def __init__(self, settings: StudioSettings, clock: Callable[[], float] = time.monotonic):
        self._settings, self._clock = settings, clock
        self._attempts = RateLimit(settings.limits.signins_per_minute, clock)
        self._ends: dict[str, float] = {}
        # One at a time: each takes 64 MB.
        self._hashing = threading.Lock()

    def open(self, user: str, password: str, address: str) -> str:
        """Sign somebody in.

        Returns:
            A token, for the cookie.

        Raises:
            HTTPException: 401 if user or password are wrong, 429 after too many attempts, 400 if
                nobody has to sign in.
        """
        if self._settings.user is None or self._settings.password_hash is None:
            raise HTTPException(400, "this studio asks for no password")
        if not self._attempts.allows(address):
            raise HTTPException(429, "too many attempts; wait a minute", {"Retry-After": "60"})
        # The password is looked at for a wrong user, too: both take as long.
        known = self._knows_password(self._settings.password_hash, password)
        same = secrets.compare_digest(user.encode(), self._settings.user.encode())
        if not (known and same):
            raise HTTPException(401, "user or password is wrong")
        token = secrets.token_urlsafe(32)
        now = self._clock()
        self._ends = {key: end for key, end in self._ends.items() if end > now}
        self._ends[_digest(token)] = now + SESSION_SECONDS
        return token

    def knows(self, headers: Headers) -> bool:
        """Tell whether a request comes from somebody who has signed in, or nobody has to."""
        if not self._settings.needs_signin:
            return True
        token = _token(headers)
        return token is not None and self._ends.get(_digest(token), 0.0) > self._clock()

    def close(self, headers: Headers) -> None:
        """Sign out whoever a request comes from."""
        token = _token(headers)
        if token is not None:
            self._ends.pop(_digest(token), None)

    def _knows_password(self, hashed: str, password: str) -> bool:
        with self._hashing:
            try:
                return PasswordHasher().verify(hashed, password)
            except (Argon2Error, InvalidHashError):
                return False


class Access:
    """ASGI middleware: refuses what may not be asked for, before anything of it is read.

    Args:
        app: ASGI application.
        settings: `StudioSettings`.
        sessions: `Sessions`.
    """

    def __init__(self, app: Any, settings: StudioSettings, sessions: Sessions):
        self._app, self._settings, self._sessions = app, settings, sessions
        self._rate = RateLimit(settings.limits.requests_per_minute)
        self._names = _host_names(settings.host)
        self._any_address = settings.host in ("0.0.0.0", "::")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send, scope["path"])
        try:
            self._check(scope)
            receive = _bounded(receive, self._settings.limits)
        except HTTPException as refused:
            body = {"error": refused.detail}
            answer = JSONResponse(body, refused.status_code, refused.headers)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Any) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        host = headers.get("host", "")
        if not self._is_own_host(host):
            raise HTTPException(403, "this name is not the studio's; open it as it was started")
        origin = headers.get("origin")
        if origin is not None and not _is_of(origin, host):
            raise HTTPException(403, "another page may not use this studio")
        if scope["method"] not in _HARMLESS and headers.get(OWN_HEADER) != "1":
            raise HTTPException(403, f"the header {OWN_HEADER}: 1 is missing")
        if not path.startswith("/api/"):
            return
        if not self._rate.allows(address_of(scope)):
            raise HTTPException(429, "too many requests; wait a moment", {"Retry-After": "10"})
        if path not in _OPEN and not self._sessions.knows(headers):
            raise HTTPException(401, "sign in first")
        _check_length(headers.get("content-length"), self._settings.limits)

    def _is_own_host(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if self._any_address:
            # Other pages can have a name of theirs lead here, but not an address.
            with contextlib.suppress(ValueError):
                ipaddress.ip_address(name)
                return True
        return name in self._names


def address_of(scope: Any) -> str:
    """Give the address that a request comes from."""
    return (scope.get("client") or ("",))[0]


def _is_of(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


def _host_names(host: str) -> set[str]:
    names = {*LOCAL_NAMES, host.lower()}
    if not is_loopback(host):
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
    return names


def _check_length(length: str | None, limits: Limits) -> None:
    if length is not None and (not length.isdecimal() or int(length) > limits.upload_bytes):
        raise _too_long(limits)


def _bounded(receive: Any, limits: Limits) -> Any:
    """Count what arrives, for a request need not say how long it is."""
    seen = 0

    async def counted() -> Any:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limits.upload_bytes:
            raise _too_long(limits)
        return message

    return counted


def _too_long(limits: Limits) -> HTTPException:
    most = limits.upload_bytes / (1 << 20)
    return HTTPException(
        413, f"more than {most:.3g} MB at once; send less", {"Connection": "close"}
    )


def _with_headers(send: Any, path: str) -> Any:
    # What the studio answers is private, and the page is that of this version.
    kept = b"no-store" if path.startswith("/api/") else b"no-cache"
    added = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            if not any(name.lower() == b"cache-control" for name, _ in given):
                given.append((b"cache-control", kept))
            message = {**message, "headers": [*given, *added]}
        await send(message)

    return sent


def _token(headers: Headers) -> str | None:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return None if cookie is None else cookie.value


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
