"""Serves the page to this machine alone, and writes down each vote."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from blind_study.study import PAGE, PICTURES, Study
from blind_study.votes import check_vote, read_votes, save_votes, votes_document
from portrait_style.errors import ArgumentError, PortraitStyleError

ADDRESS, PORT = "127.0.0.1", 8137
# A vote has fewer bytes.
_LONGEST = 4096


class VoteServer(ThreadingHTTPServer):
    """Hands out the page and its pictures, never the key.

    Args:
        folder: path of the study.
        study: `Study`.
        port: int, or 0 for any that is free. Defaults to `PORT`.

    Raises:
        OSError: if the port is taken.
        StudyError: if there are votes that cannot be read.
    """

    def __init__(self, folder: Path, study: Study, port: int = PORT):
        self.folder, self.study = Path(folder), study
        self._lock = threading.Lock()
        self.files = {"/": (PAGE, "text/html; charset=utf-8")}
        for question in study.questions:
            for name in (question.picture, *question.drawings):
                path = f"{PICTURES}/{name}"
                self.files[f"/{path}"] = (path, "image/jpeg")
        # Found out before somebody votes.
        read_votes(self.folder, study)
        super().__init__((ADDRESS, port), _VoteHandler)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.server_address[1]}/"

    def document(self) -> dict:
        """Return the votes so far."""
        return votes_document(self.study, read_votes(self.folder, self.study))

    def save(self, told) -> None:
        """Add a vote to the file; votes that come at the same time wait for one another.

        Args:
            told: {"study", "question", "best", "faulty"}.

        Raises:
            ArgumentError: if it is no vote of this study.
            PortraitStyleError: if the file cannot be read or written.
        """
        if not isinstance(told, dict) or set(told) != {"study", "question", "best", "faulty"}:
            raise ArgumentError("this is no vote")
        if told["study"] != self.study.name:
            raise ArgumentError("this page is of another study; load it again")
        vote = check_vote(self.study, told["question"], told["best"], told["faulty"])
        with self._lock:
            votes = read_votes(self.folder, self.study)
            save_votes(self.folder, self.study, votes | {told["question"]: vote})


class _VoteHandler(BaseHTTPRequestHandler):
    """Answers one request; the names of its methods are those of `http.server`."""

    server: VoteServer

    def do_GET(self):
        if not self._is_from_here():
            return
        if self.path == "/votes":
            self._answer_with_votes()
        elif self.path in self.server.files:
            name, kind = self.server.files[self.path]
            self._answer(HTTPStatus.OK, (self.server.folder / name).read_bytes(), kind)
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"There is no such file.")

    def do_POST(self):
        if not self._is_from_here():
            return
        length = self.headers.get("Content-Length", "")
        # Pages of other sites may not send this type without asking first.
        if self.path != "/votes" or self.headers.get_content_type() != "application/json":
            self._answer(HTTPStatus.NOT_FOUND, b"Votes go to /votes, in JSON.")
        elif not length.isdecimal() or int(length) > _LONGEST:
            self._answer(HTTPStatus.BAD_REQUEST, b"this is no vote")
        else:
            self._save(self.rfile.read(int(length)))

    def log_message(self, *arguments):
        """Keep requests off the terminal."""

    def _answer_with_votes(self):
        try:
            body = json.dumps(self.server.document()).encode()
        except PortraitStyleError as error:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, str(error).encode())
        else:
            self._answer(HTTPStatus.OK, body, "application/json")

    def _save(self, body: bytes):
        try:
            self.server.save(json.loads(body))
        except ValueError as error:
            self._answer(HTTPStatus.BAD_REQUEST, str(error).encode())
        except PortraitStyleError as error:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, str(error).encode())
        else:
            self._answer(HTTPStatus.OK, b"saved")

    def _is_from_here(self) -> bool:
        """Refuse pages of other sites whose name was made to lead to this machine."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in (ADDRESS, "localhost"):
            self._answer(HTTPStatus.FORBIDDEN, b"This page is for this machine alone.")
        return host in (ADDRESS, "localhost")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)
