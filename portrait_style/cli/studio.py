"""`studio`: a server whose page draws, discovers, learns and exports."""

import contextlib
import errno
import getpass
import os
import socket
import sys
import webbrowser
from pathlib import Path

from portrait_style.cli._exit_codes import DONE, OUR_MISTAKE
from portrait_style.cli._options import option_reader
from portrait_style.errors import ArgumentError
from portrait_style.settings import between
from portrait_style.terminal import print_line, report

HELP = "serve a page that draws, sorts pictures, learns styles and exports them"
DESCRIPTION = (
    "Serve a page for this machine's browser: draw photos, discover styles in a heap of pictures, "
    "learn them, find your own, export models. Photos, drawings and models are kept in one folder "
    "and sent nowhere. Only this machine reaches it, unless --host and --auth say otherwise."
)
EXAMPLES = (
    "portrait-style studio",
    "portrait-style studio --storage my_studio --port 8000 --no-browser",
    "portrait-style studio --host 0.0.0.0 --auth anna",
)
EXTRA = "studio"
PASSWORD_VARIABLE = "PORTRAIT_STYLE_STUDIO_PASSWORD"
SHORTEST_PASSWORD = 8
# Seconds that requests which are being answered have when the studio ends.
_LAST_SECONDS = 5

_port = option_reader(int, between(0, 65535))


def add_arguments(parser) -> None:
    """Add the arguments of `studio`."""
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="address to listen at (default: 127.0.0.1, which only this machine reaches)",
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=7860,
        metavar="N",
        help="port to listen at; 0 takes any that is free (default: 7860)",
    )
    parser.add_argument(
        "--storage",
        default=None,
        metavar="DIR",
        help="folder of all that is kept (default: one among the user's data)",
    )
    parser.add_argument(
        "--auth",
        default=None,
        metavar="USER",
        help="have visitors sign in by this name and a password, which is asked for or taken from "
        f"{PASSWORD_VARIABLE}",
    )
    parser.add_argument(
        "--i-know-it-is-public",
        action="store_true",
        default=False,
        help="listen at an address that others reach, and let everybody in",
    )
    parser.add_argument(
        "--no-browser", action="store_true", default=False, help="do not open the page"
    )


def run(options) -> int:
    """Run `studio`: print the page's address, and serve it until Ctrl-C."""
    from portrait_style.studio.access import is_loopback
    from portrait_style.studio.app import create_app
    from portrait_style.studio.settings import StudioSettings

    public = not is_loopback(options.host)
    if public and options.auth is None and not options.i_know_it_is_public:
        raise ArgumentError(
            f"others reach {options.host}: pass --auth USER, or --i-know-it-is-public"
        )
    hashed = None if options.auth is None else _password_hash()
    storage = _storage(options.storage)
    listening = _listen(options.host, options.port)
    with listening, _held(storage):
        port = listening.getsockname()[1]
        settings = StudioSettings(storage, options.host, port, options.auth, hashed)
        app = create_app(settings)
        if public:
            report(f"others reach {options.host}, and what is sent is not encrypted", kind="note")
        return _serve(app, listening, _address(options.host, port), not options.no_browser)


@contextlib.contextmanager
def _held(storage: Path):
    """Make the storage, and keep other studios from it, before its database is opened."""
    from portrait_style.studio.app import make_storage
    from portrait_style.studio.storage.one_studio import held_storage

    make_storage(storage)
    with held_storage(storage):
        yield


def _storage(folder: str | None) -> Path:
    if folder is not None:
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_data_dir("portrait-style")) / "studio"


def _password_hash() -> str:
    """Ask for the password, or take it from the environment; only its hash is kept."""
    from argon2 import PasswordHasher

    password = os.environ.pop(PASSWORD_VARIABLE, None)
    if password is None:
        if not sys.stdin.isatty():
            raise ArgumentError(f"--auth needs a password: set {PASSWORD_VARIABLE}")
        password = getpass.getpass("password for the studio: ")
    if len(password) < SHORTEST_PASSWORD:
        raise ArgumentError(f"the password must have at least {SHORTEST_PASSWORD} characters")
    return PasswordHasher().hash(password)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port, before anything else is done."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise ArgumentError(f"{host} is no address of this machine; name another --host") from error
    listening = socket.socket(family, kind, protocol)
    if os.name == "posix":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ArgumentError(_why_not(error, host, port)) from error
    return listening


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use, maybe by another studio; choose another --port"
    if error.errno == errno.EACCES:
        return f"port {port} is only for administrators; choose another --port"
    return f"cannot listen at {host}: {error.strerror}; name another --host"


def _address(host: str, port: int) -> str:
    """Say where this machine's browser finds the page."""
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _serve(app, listening: socket.socket, address: str, browser: bool) -> int:
    import uvicorn

    class Server(uvicorn.Server):
        """A server that says where it is once it answers."""

        async def startup(self, sockets=None):
            await super().startup(sockets)
            if self.started:
                print_line(f"studio: {address} (Ctrl-C ends it)")
                sys.stdout.flush()
                if browser:
                    webbrowser.open(address)

    # Who asks is told by the connection: a header could claim anything.
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    server = Server(config)
    try:
        server.run([listening])
    except KeyboardInterrupt:
        return DONE
    return DONE if server.started else OUR_MISTAKE
