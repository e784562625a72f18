"""A studio of its own for each test, asked as its page asks."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from fastapi.testclient import TestClient
from studio_pictures import encoded

from portrait_style.studio.app import create_app
from portrait_style.studio.settings import StudioSettings

ADDRESS = "http://127.0.0.1:7860"
# What the page sends along, and pages of others cannot.
OWN = {"X-Studio": "1"}


@pytest.fixture
def settings(tmp_path):
    return StudioSettings(storage=tmp_path / "storage")


@pytest.fixture
def idle():
    """A supervisor that starts nothing."""
    return SimpleNamespace(start=lambda: None, close=lambda: None, wake=lambda: None)


@pytest.fixture
def open_client(settings, idle):
    """Open a studio: `open_client(upload_bytes=10)` with other limits, `user=...` and so on."""
    opened = []

    def open_one(raises=True, engine=None, supervisor=idle, **changes):
        known = {name: changes.pop(name) for name in list(changes) if hasattr(settings, name)}
        limits = replace(settings.limits, **changes)
        app = create_app(replace(settings, limits=limits, **known), engine, supervisor)
        client = TestClient(app, ADDRESS, headers=OWN, raise_server_exceptions=raises)
        opened.append(client.__enter__())
        return client

    yield open_one
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(open_client):
    """A studio whose supervisor starts no jobs."""
    return open_client()


@pytest.fixture
def face():
    """Smooth colours: uint8 (96, 80, 3)."""
    y, x = np.mgrid[:96, :80]
    return np.stack([x * 3, y * 2, 255 - x - y], axis=-1).astype(np.uint8)


@pytest.fixture
def send(client, face):
    """Send a photo to the first project; gives what the studio says of it."""

    def send_one(data=None, name="me.png", project=1):
        files = [("files", (name, encoded(face) if data is None else data))]
        answer = client.post(f"/api/projects/{project}/photos", files=files)
        assert answer.status_code == 200, answer.text
        return answer.json()["photos"][0]

    return send_one


@pytest.fixture
def post(client):
    """Send files as (name, bytes) to the first project."""

    def post_files(*files, to=client):
        return to.post("/api/projects/1/photos", files=[("files", file) for file in files])

    return post_files


@pytest.fixture
def refused(post):
    """Send files of which none is good; gives why the first was refused."""

    def why(*files, **options):
        answer = post(*files, **options)
        assert answer.status_code == 400, answer.text
        body = answer.json()
        assert body["photos"] == [] and body["error"] == body["refused"][0]["error"]
        assert "\n" not in body["error"]
        return body["error"]

    return why
