"""Jobs: one after the other, stopped, resumed, cancelled, killed, and found again."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from studio_pictures import encoded
from waiting import ended, wait_for

from portrait_style.studio.jobs.supervisor import Supervisor
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore

WORKER = (sys.executable, str(Path(__file__).with_name("tiny_worker.py")), "waits")
LONG = 100_000
# A studio without a page, until it is killed.
KILLED_STUDIO = """
import sys, signal
from pathlib import Path
from portrait_style.studio.jobs.supervisor import Supervisor
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
storage = Path(sys.argv[1])
database, files = Database(storage / "studio.sqlite3"), FileStore(storage / "files")
Supervisor(database, files, storage, sys.argv[2:]).start()
signal.pause()
"""


@pytest.fixture
def supervisor(settings):
    def new():
        settings.storage.mkdir(exist_ok=True)
        database = Database(settings.database_path)
        return Supervisor(database, FileStore(settings.files_folder), settings.storage, WORKER)

    return new


@pytest.fixture
def client(open_client, supervisor):
    """A studio whose jobs count."""
    return open_client(supervisor=supervisor())


def learn(client, steps=3, name="Counted"):
    form = {"source": "renderer", "name": name, "steps": steps, "renderer": "cartoon"}
    answer = client.post("/api/projects/1/learn", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


def discover(client, face):
    files = [("files", ("a.png", encoded(face))), ("files", ("b.png", encoded(face[::-1])))]
    return client.post("/api/projects/1/discoveries", files=files, data={"name": "Mixed"}).json()


def told(client, job):
    return client.get(f"/api/jobs/{job['id']}").json()


def runs(client, job):
    """Wait until a job is under way."""

    def look():
        now = told(client, job)
        return now if now["state"] == "running" and now["progress"] > 0.0 else None

    return wait_for(look)


def process_of(settings, job):
    with sqlite3.connect(settings.database_path) as connection:
        (found,) = connection.execute("select process from jobs where id = ?", (job["id"],))
    return found[0]


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_waits_runs_and_is_done(client):
    job = learn(client)
    assert (job["kind"], job["name"], job["state"]) == ("learn", "Counted", "waiting")
    assert job["arguments"]["steps"] == 3 and job["arguments"]["source"] == "renderer"
    done = ended(client, job)
    assert (done["state"], done["progress"], done["told"]) == ("done", 1.0, "counted from 0")
    assert done["remaining"] is None and done["created"] <= done["started"] <= done["ended"]
    assert [entry["id"] for entry in client.get("/api/projects/1/jobs").json()["jobs"]] == [1]


def test_jobs_run_one_after_the_other(client):
    first, second = learn(client, LONG), learn(client)
    runs(client, first)
    assert told(client, second)["state"] == "waiting"
    assert client.post(f"/api/jobs/{first['id']}/stop").status_code == 200
    assert ended(client, second)["state"] == "done"


def test_a_stopped_job_goes_on_from_where_it_was(client, settings):
    job = learn(client, LONG)
    assert runs(client, job)["remaining"] > 0.0
    assert client.post(f"/api/jobs/{job['id']}/resume").status_code == 409
    client.post(f"/api/jobs/{job['id']}/stop")
    assert ended(client, job)["state"] == "stopped"
    (kept,) = settings.files_folder.rglob("kept.txt")
    before = int(kept.read_text())
    assert client.post(f"/api/jobs/{job['id']}/stop").status_code == 409
    assert client.post(f"/api/jobs/{job['id']}/resume").status_code == 200
    wait_for(lambda: int(kept.read_text() or 0) > before)
    wait_for(lambda: told(client, job)["told"].startswith("step "))
    client.post(f"/api/jobs/{job['id']}/stop")
    assert ended(client, job)["state"] == "stopped"


def test_a_waiting_job_can_be_stopped_and_cancelled(client, settings):
    first, second, third = learn(client, LONG), learn(client), learn(client)
    assert client.post(f"/api/jobs/{second['id']}/stop").json()["state"] == "stopped"
    assert client.post(f"/api/jobs/{third['id']}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/api/jobs/{third['id']}/resume").status_code == 409
    runs(client, first)
    client.post(f"/api/jobs/{first['id']}/cancel")
    assert told(client, second)["state"] == "stopped"


def test_cancelling_ends_the_process_and_deletes_what_it_made(client, settings):
    job = learn(client, LONG)
    runs(client, job)
    wait_for(lambda: list(settings.files_folder.rglob("kept.txt")))
    process = process_of(settings, job)
    answer = client.post(f"/api/jobs/{job['id']}/cancel")
    assert answer.status_code == 200 and answer.json()["state"] == "cancelled"
    assert not is_alive(process)
    assert not list(settings.files_folder.rglob("kept.txt"))
    assert client.post(f"/api/jobs/{job['id']}/cancel").status_code == 409


def test_deleting_a_running_job_leaves_nothing(client, settings):
    job = learn(client, LONG)
    runs(client, job)
    process = process_of(settings, job)
    assert client.delete(f"/api/jobs/{job['id']}").status_code == 204
    assert not is_alive(process)
    assert client.get(f"/api/jobs/{job['id']}").status_code == 404
    assert not [path for path in settings.files_folder.rglob("*") if path.is_file()]


def test_a_worker_that_is_killed_fails_its_job_and_the_next_one_runs(client, settings):
    job, after = learn(client, LONG), learn(client)
    runs(client, job)
    os.kill(process_of(settings, job), signal.SIGKILL)
    failed = ended(client, job)
    assert failed["state"] == "failed" and "SIGKILL" in failed["told"]
    assert ended(client, after)["state"] == "done"
    # What was kept is still there.
    assert client.post(f"/api/jobs/{job['id']}/resume").status_code == 200
    runs(client, job)
    client.post(f"/api/jobs/{job['id']}/cancel")


def test_what_a_task_refuses_is_told_without_paths(client, settings):
    asked = {"model": "mobile", "formats": ["tflite"], "quantize": ["float16"]}
    failed = ended(client, client.post("/api/projects/1/exports", json=asked).json())
    assert failed["state"] == "failed"
    assert failed["told"] == "pictures holds nothing of use" and failed["result"] is None
    assert client.get(f"/api/jobs/{failed['id']}/download").status_code == 409
    assert client.post(f"/api/jobs/{failed['id']}/resume").status_code == 409


def test_learning_goes_on_when_the_studio_was_closed_and_discovering_does_not(
    open_client, supervisor, face, settings
):
    client = open_client(supervisor=supervisor())
    job = learn(client, LONG)
    runs(client, job)
    client.__exit__(None, None, None)
    (kept,) = settings.files_folder.rglob("kept.txt")
    before = int(kept.read_text())
    client = open_client(supervisor=supervisor())
    wait_for(lambda: int(kept.read_text() or 0) > before)
    client.post(f"/api/jobs/{job['id']}/cancel")
    job = discover(client, face)
    runs(client, job)
    client.__exit__(None, None, None)
    failed = ended(open_client(supervisor=supervisor()), job)
    assert failed["state"] == "failed" and "the studio ended" in failed["told"]


def test_learning_goes_on_when_the_studio_was_killed(open_client, supervisor, settings, idle):
    client = open_client(supervisor=idle)
    job = learn(client, LONG)
    command = [sys.executable, "-c", KILLED_STUDIO, str(settings.storage), *WORKER]
    studio = subprocess.Popen(command)
    try:
        runs(client, job)
        worker = wait_for(lambda: process_of(settings, job))
    finally:
        studio.kill()
        studio.wait()
    # Its worker notices, keeps what it did, and ends.
    wait_for(lambda: not is_alive(worker))
    assert told(client, job)["state"] == "running"
    (kept,) = settings.files_folder.rglob("kept.txt")
    before = int(kept.read_text())
    client = open_client(supervisor=supervisor())
    wait_for(lambda: int(kept.read_text() or 0) > before)
    client.post(f"/api/jobs/{job['id']}/cancel")


def test_a_busy_database_does_not_end_a_job(client, settings):
    job = learn(client, 40)
    runs(client, job)
    held = threading.Event()

    def hold():
        connection = sqlite3.connect(settings.database_path, isolation_level=None)
        connection.execute("begin immediate")
        held.set()
        (kept,) = settings.files_folder.rglob("kept.txt")
        wait_for(lambda: not is_alive(process_of(settings, job)) or kept.read_text() == "40")
        connection.rollback()
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    # Reading waits for nobody.
    assert told(client, job)["state"] == "running"
    holder.join()
    assert ended(client, job)["state"] == "done"


def test_no_more_jobs_wait_than_may(open_client, idle, settings):
    client = open_client(waiting_jobs=2)
    learn(client), learn(client)
    form = {"source": "renderer", "name": "Third", "renderer": "cartoon"}
    answer = client.post("/api/projects/1/learn", data=form)
    assert answer.status_code == 429 and "2 jobs wait" in answer.json()["error"]
    folders = [path for path in settings.files_folder.glob("*/*") if path.is_dir()]
    assert len(folders) == 2


def test_jobs_that_are_not_there(client):
    for path in ("", "/samples/1", "/map", "/clusters/0/samples/0", "/download"):
        assert client.get(f"/api/jobs/9{path}").status_code == 404
    for action in ("stop", "resume", "cancel"):
        assert client.post(f"/api/jobs/9/{action}").status_code == 404
    assert client.delete("/api/jobs/9").status_code == 404
    assert client.get("/api/projects/9/jobs").status_code == 404
