"""Projects, photos and drawings: listed, renamed, really deleted; and what fails at the edge."""

import errno
import io
import os
import sqlite3

import numpy as np
import pytest
from PIL import Image
from studio_pictures import encoded

from portrait_style.mark import mark_of
from portrait_style.studio.pictures import keep_picture
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.tables import Job, JobState, PictureKind, Style, Taste
from portrait_style.studio.uploads import ready_picture


@pytest.fixture
def studio(client):
    return client.app.state.studio


@pytest.fixture
def keep(studio, face):
    """Keep a drawing, as the studio does."""

    def keep_one(style="oil", photo=None, project=1):
        ready = ready_picture(255 - face, f"{style}.png", mark_of(style))
        drawing = PictureKind.DRAWING
        return keep_picture(studio, project, drawing, ready, photo, {"style": style})

    return keep_one


def stored_files(studio):
    return sorted(path for path in studio.files.folder.rglob("*") if path.is_file())


def drawings(client, **wanted):
    return client.get("/api/projects/1/drawings", params=wanted).json()["drawings"]


def fail_on_full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# What the page is told first


def test_a_new_studio_has_a_project(client):
    state = client.get("/api/state").json()
    assert state["projects"] == [{"id": 1, "name": "My portraits"}]
    assert state["limits"] == {"upload_bytes": 200 << 20, "files": 500, "pixels": 40_000_000}
    assert "paper" in state["media"] and state["version"]
    assert {"name", "description"} == set(state["renderers"][0])
    assert "linocut" in [renderer["name"] for renderer in state["renderers"]]


# Projects


def test_projects_are_made_and_renamed(client):
    made = client.post("/api/projects", json={"name": "  Holiday \n 2025 "})
    assert (made.status_code, made.json()) == (201, {"id": 2, "name": "Holiday 2025"})
    renamed = client.patch("/api/projects/2", json={"name": "家庭"})
    assert renamed.json() == {"id": 2, "name": "家庭"}
    assert client.get("/api/state").json()["projects"][1] == {"id": 2, "name": "家庭"}


@pytest.mark.parametrize("name", ["", " \u202e\x07 ", 7, None, [], "x" * 2000])
def test_a_project_needs_a_name(client, name):
    answer = client.post("/api/projects", json={"name": name})
    assert answer.status_code == 400 and "\n" not in answer.json()["error"]


def test_what_is_not_there_is_said(client):
    for method, path in [
        ("PATCH", "/api/projects/9"),
        ("DELETE", "/api/projects/9"),
        ("GET", "/api/projects/9/photos"),
        ("GET", "/api/projects/9/drawings"),
        ("GET", "/api/pictures/9/file"),
        ("GET", "/api/pictures/9/thumbnail"),
        ("PATCH", "/api/pictures/9"),
        ("DELETE", "/api/pictures/9"),
    ]:
        body = {"name": "x"} if method == "PATCH" else None
        answer = client.request(method, path, json=body)
        assert answer.status_code == 404 and "there is no" in answer.json()["error"]
    files = [("files", ("me.png", b"x"))]
    assert client.post("/api/projects/9/photos", files=files).status_code == 404


def test_a_number_that_is_none_is_not_understood(client):
    assert client.get("/api/pictures/../1/file").status_code == 404
    assert client.get("/api/pictures/x/file").status_code == 400
    assert client.get(f"/api/pictures/{10**20}/file").status_code == 404


def test_deleting_a_project_deletes_all_that_is_its(client, studio, send, keep):
    other = client.post("/api/projects", json={"name": "other"}).json()["id"]
    stays = send(name="stays.png", project=other)
    photo = send()
    keep(photo=photo["id"])
    with studio.database.session() as session:
        folder = studio.files.new_folder()
        (studio.files.path(folder) / "log.txt").write_text("x")
        key = [studio.files.write(b"{}", ".json") for _ in range(2)]
        session.add(Style(project_id=1, name="s", model="mobile", file=key[0]))
        session.add(Taste(project_id=1, name="t", model="mobile", photo_id=1, file=key[1]))
        session.add(Job(project_id=1, kind="learn", name="j", folder=folder, state=JobState.DONE))
    assert client.delete("/api/projects/1").status_code == 204
    assert client.get("/api/state").json()["projects"] == [{"id": other, "name": "other"}]
    assert client.get(photo["url"]).status_code == 404
    assert client.get(stays["url"]).status_code == 200
    assert len(stored_files(studio)) == 2 and not studio.files.path(folder).exists()
    with studio.database.reading() as session:
        assert session.get(Job, 1) is session.get(Style, 1) is session.get(Taste, 1) is None


def test_a_project_whose_job_runs_is_not_deleted(client, studio, send):
    photo = send()
    with studio.database.session() as session:
        session.add(Job(project_id=1, kind="learn", name="j", folder="", state=JobState.RUNNING))
    answer = client.delete("/api/projects/1")
    assert answer.status_code == 409 and "running" in answer.json()["error"]
    assert client.get(photo["url"]).status_code == 200


def test_there_is_always_a_project(client):
    assert client.delete("/api/projects/1").status_code == 204
    assert client.get("/api/state").json()["projects"] == [{"id": 2, "name": "My portraits"}]


# Photos and drawings


def test_the_newest_comes_first_and_projects_are_apart(client, send):
    other = client.post("/api/projects", json={"name": "other"}).json()["id"]
    for name in ("a.png", "b.png"):
        send(name=name)
    send(name="c.png", project=other)
    photos = client.get("/api/projects/1/photos").json()["photos"]
    assert [photo["name"] for photo in photos] == ["b.png", "a.png"]


def test_drawings_are_found_by_style_and_by_photo(client, send, keep):
    first, second = send(), send()
    keep("oil", first["id"])
    keep("comic", first["id"])
    keep("oil", second["id"])
    assert [x["settings"]["style"] for x in drawings(client)] == ["oil", "comic", "oil"]
    assert [x["photo_id"] for x in drawings(client, style="oil")] == [second["id"], first["id"]]
    assert len(drawings(client, photo=first["id"])) == 2
    assert len(drawings(client, photo=first["id"], style="oil")) == 1
    assert drawings(client, style="oil' OR 1=1 --") == []


def test_a_drawing_says_that_a_program_made_it(client, keep, face):
    drawing = keep()
    data = client.get(drawing["url"]).content
    assert b"compositeWithTrainedAlgorithmicMedia" in data
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), 255 - face)


def test_a_picture_is_renamed(client, send):
    photo = send()
    renamed = client.patch("/api/pictures/1", json={"name": "Großmutter"})
    assert renamed.json() == {**photo, "name": "Großmutter"}
    disposition = client.get(photo["url"]).headers["content-disposition"]
    assert "Gro%C3%9Fmutter.jpg" in disposition
    assert client.patch("/api/pictures/1", json={"name": " "}).status_code == 400


def test_deleting_a_picture_deletes_row_file_and_thumbnail(client, studio, send):
    photo = send()
    assert len(stored_files(studio)) == 2
    assert client.delete("/api/pictures/1").status_code == 204
    assert stored_files(studio) == []
    assert client.get("/api/projects/1/photos").json() == {"photos": []}
    for url in (photo["url"], photo["thumbnail_url"]):
        assert client.get(url).status_code == 404
    assert client.delete("/api/pictures/1").status_code == 404


def test_a_drawing_stays_when_its_photo_goes(client, send, keep):
    photo = send()
    drawing = keep(photo=photo["id"])
    client.delete("/api/pictures/1")
    assert drawings(client) == [{**drawing, "photo_id": None}]
    assert client.get(drawing["url"]).status_code == 200


def test_a_browser_asks_again_and_is_told_that_nothing_changed(client, send):
    photo = send()
    tag = client.get(photo["url"]).headers["etag"]
    again = client.get(photo["url"], headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    client.delete("/api/pictures/1")
    assert client.get(photo["url"], headers={"If-None-Match": tag}).status_code == 404


def test_everything_is_there_after_a_new_start(open_client, face):
    for expected in ([], ["me.png"]):
        client = open_client()
        photos = client.get("/api/projects/1/photos").json()["photos"]
        assert [photo["name"] for photo in photos] == expected
        for photo in photos:
            assert client.get(photo["url"]).status_code == 200
        files = [("files", ("me.png", encoded(face)))]
        assert client.post("/api/projects/1/photos", files=files).status_code == 200


def test_a_file_that_was_deleted_by_hand_is_said(client, studio, send):
    photo = send()
    for path in stored_files(studio):
        path.unlink()
    answer = client.get(photo["url"])
    assert answer.status_code == 404 and "deleted by hand" in answer.json()["error"]
    assert str(studio.settings.storage) not in answer.text
    assert client.delete("/api/pictures/1").status_code == 204


# Failures at the edge


def test_a_full_disk_is_said_and_leaves_nothing_behind(client, studio, face, monkeypatch):
    monkeypatch.setattr("os.replace", fail_on_full_disk)
    files = [("files", ("me.png", encoded(face)))]
    answer = client.post("/api/projects/1/photos", files=files)
    assert answer.status_code == 507 and "disk of the studio is full" in answer.json()["error"]
    assert stored_files(studio) == []
    assert client.get("/api/projects/1/photos").json() == {"photos": []}


def test_a_full_disk_for_the_database_is_said(client, studio, face, monkeypatch):
    with studio.database.session() as session:
        # What SQLite says where the disk is full: no page can be added.
        connection = session.connection().connection.driver_connection
        connection.execute("PRAGMA max_page_count=1")
        kept = connection
    statuses = set()
    for i in range(80):
        answer = client.post("/api/projects", json={"name": f"{i} " + "x" * 110})
        statuses.add(answer.status_code)
        if answer.status_code == 507:
            assert "full" in answer.json()["error"]
    assert kept is not None and statuses == {201, 507}


def test_a_locked_database_is_said(settings, open_client, face, monkeypatch):
    client = open_client()
    studio = client.app.state.studio
    impatient = Database(settings.database_path, patience=50)
    monkeypatch.setattr(studio.database, "session", impatient.session)
    holder = sqlite3.connect(settings.database_path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    files = [("files", ("me.png", encoded(face)))]
    answer = client.post("/api/projects/1/photos", files=files)
    assert answer.status_code == 503 and "busy" in answer.json()["error"]
    assert answer.headers["retry-after"]
    assert stored_files(studio) == []
    # Reading goes on.
    assert client.get("/api/projects/1/photos").json() == {"photos": []}
    holder.execute("ROLLBACK")
    assert client.post("/api/projects/1/photos", files=files).status_code == 200
    holder.close()


def test_a_full_disk_while_a_photo_arrives_is_said(client, studio, face, monkeypatch):
    # What is larger than a megabyte is put aside while it arrives.
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.write", fail_on_full_disk)
    files = [("files", ("me.bmp", encoded(np.resize(face, (800, 800, 3)), "BMP")))]
    answer = client.post("/api/projects/1/photos", files=files)
    assert answer.status_code == 507 and "full" in answer.json()["error"]


def test_a_project_that_is_deleted_while_a_photo_arrives_is_said(client, studio, face, monkeypatch):
    def deleted_meanwhile(*arguments):
        client.delete("/api/projects/1")
        return keep_picture(*arguments)

    monkeypatch.setattr("portrait_style.studio.routes.photos.keep_picture", deleted_meanwhile)
    files = [("files", ("me.png", encoded(face)))]
    answer = client.post("/api/projects/1/photos", files=files)
    assert answer.status_code == 409 and "deleted meanwhile" in answer.json()["error"]
    assert stored_files(studio) == []
