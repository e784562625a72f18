"""`portrait-style studio` as somebody starts it."""

import contextlib
import io
import os
import queue
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading

import httpx
import pytest

from portrait_style.cli import main

PASSWORD_VARIABLE = "PORTRAIT_STYLE_STUDIO_PASSWORD"
SECONDS = 120


@contextlib.contextmanager
def started(*arguments, **environment):
    """Run a studio; gives its address once it answers, and ends it by Ctrl-C."""
    command = [sys.executable, "-m", "portrait_style", "studio", "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        [*command, *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        lines = queue.Queue()
        threading.Thread(target=lambda: lines.put(process.stdout.readline()), daemon=True).start()
        line = lines.get(timeout=SECONDS)
        assert line, process.stderr.read()
        yield re.search(r"http://\S+/", line)[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0, process.stderr.read()
    finally:
        process.kill()
        process.communicate()


def refusal(capsys, *arguments):
    """Start a studio that is not to start; gives the one line that says why."""
    assert main(["studio", "--no-browser", *map(str, arguments)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    return said.err


def test_a_studio_answers_until_it_is_ended(tmp_path):
    storage = tmp_path / "made" / "here"
    with started("--storage", str(storage)) as address:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        page = httpx.get(address)
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        state = httpx.get(f"{address}api/state").json()
        assert state["projects"] == [{"id": 1, "name": "My portraits"}]
        assert state["signed_in"] is True
        assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 403
    assert (storage / "studio.sqlite3").is_file()
    assert storage.stat().st_mode & 0o077 == 0


def test_a_studio_with_a_password_asks_for_it(tmp_path):
    password = {PASSWORD_VARIABLE: "correct horse"}
    with (
        started("--storage", str(tmp_path), "--auth", "anna", **password) as address,
        httpx.Client(base_url=address, headers={"X-Studio": "1"}) as client,
    ):
        assert client.get("api/projects/1/photos").status_code == 401
        body = {"user": "anna", "password": "correct horse"}
        assert client.post("api/signin", json=body).status_code == 200
        assert client.get("api/projects/1/photos").status_code == 200
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"correct horse" not in path.read_bytes()


def test_a_storage_has_one_studio(capsys, tmp_path):
    with started("--storage", str(tmp_path)):
        told = refusal(capsys, "--port", 0, "--storage", tmp_path)
        assert "in use by another studio" in told
    with started("--storage", str(tmp_path)) as address:
        assert httpx.get(address).status_code == 200


def test_a_port_in_use_is_said(capsys, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refusal(capsys, "--port", port, "--storage", tmp_path / "s")
    assert f"port {port} is in use" in told and "--port" in told
    assert not (tmp_path / "s").exists()


def test_a_storage_that_cannot_be_written_is_said(capsys, tmp_path):
    (tmp_path / "file").write_text("x")
    told = refusal(capsys, "--port", 0, "--storage", tmp_path / "file")
    assert "is not a folder" in told
    told = refusal(capsys, "--port", 0, "--storage", tmp_path / "file" / "below")
    assert "cannot write" in told


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_storage_that_may_not_be_written_is_said(capsys, tmp_path):
    tmp_path.chmod(0o500)
    assert "read-only" in refusal(capsys, "--port", 0, "--storage", tmp_path / "s")


def test_a_storage_of_a_newer_version_is_said(capsys, tmp_path):
    connection = sqlite3.connect(tmp_path / "studio.sqlite3")
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
    connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    connection.commit()
    connection.close()
    assert "newer version" in refusal(capsys, "--port", 0, "--storage", tmp_path)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "studio.example"])
def test_an_address_that_others_reach_must_be_meant(capsys, tmp_path, host):
    told = refusal(capsys, "--host", host, "--storage", tmp_path)
    assert "--auth" in told and "--i-know-it-is-public" in told


def test_an_address_that_is_none_is_said(capsys, tmp_path):
    told = refusal(capsys, "--host", "no such host", "--i-know-it-is-public", "--storage", tmp_path)
    assert "no address of this machine" in told


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_is_said(capsys, port):
    refusal(capsys, "--port", port)


def test_a_password_must_be_given_and_long_enough(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    asked = ("--host", "0.0.0.0", "--port", 0, "--auth", "anna", "--storage", tmp_path)
    assert PASSWORD_VARIABLE in refusal(capsys, *asked)
    monkeypatch.setenv(PASSWORD_VARIABLE, "short")
    assert "at least 8 characters" in refusal(capsys, *asked)


def test_the_server_is_built_without_tensorflow(tmp_path):
    """It takes hundreds of megabytes, and only what runs jobs needs it."""
    check = (
        "import sys; from pathlib import Path; from portrait_style.studio.app import create_app; "
        "from portrait_style.studio.settings import StudioSettings; "
        f"create_app(StudioSettings(Path({str(tmp_path)!r}))); "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", check], check=True, capture_output=True)
