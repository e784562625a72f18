"""Discovery, a training that is stopped and goes on, and an export, as the studio runs them."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from studio_pictures import encoded
from waiting import ended, wait_for

from portrait_style.studio.jobs.supervisor import Supervisor
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore

pytestmark = pytest.mark.slow
PATIENCE = 1800.0


@pytest.fixture
def client(open_client, settings):
    """A studio whose supervisor works."""
    settings.storage.mkdir()
    files = FileStore(settings.files_folder)
    return open_client(
        supervisor=Supervisor(Database(settings.database_path), files, settings.storage)
    )


def squares(rng):
    coarse = rng.integers(60, 200, (8, 8, 3), np.uint8)
    return coarse.repeat(8, axis=0).repeat(8, axis=1)


def lines(rng):
    y, x = np.mgrid[:64, :64]
    waves = np.sin(0.5 * (x + y) + rng.uniform(0.0, 6.0)) > 0.3
    return np.repeat(np.where(waves, 20, 250)[..., None], 3, axis=-1).astype(np.uint8)


def test_pictures_are_sorted_by_style(client):
    rng = np.random.default_rng(4)
    drawn = [(kind.__name__, kind(rng)) for kind in (squares, lines) for _ in range(8)]
    files = [("files", (f"{name}.png", encoded(picture))) for name, picture in drawn]
    job = client.post("/api/projects/1/discoveries", files=files, data={"name": "Two kinds"})
    found = ended(client, job.json(), PATIENCE)
    assert found["state"] == "done", found["told"]
    counts = [cluster["count"] for cluster in found["result"]["clusters"]]
    assert sum(counts) == 16 and len(counts) >= 2
    assert client.get(found["result"]["map"]).status_code == 200
    for cluster in found["result"]["clusters"]:
        assert client.get(cluster["samples"][0]).status_code == 200


def test_a_style_is_learned_stopped_and_drawn_with(client, send, face):
    photo = send()
    halves = [face, face[::-1], face[:, ::-1]]
    before = [("before", (f"{i}.png", encoded(half))) for i, half in enumerate(halves)]
    after = [("after", (f"{i}.png", encoded(255 - half))) for i, half in enumerate(halves)]
    form = {"source": "pairs", "name": "Negative", "steps": 4, "size": 32}
    job = client.post("/api/projects/1/learn", data=form, files=before + after).json()
    address = f"/api/jobs/{job['id']}"

    def steps_taken():
        now = client.get(address).json()
        assert now["state"] in ("waiting", "running"), now["told"]
        return now["told"].startswith("step 1")

    wait_for(steps_taken, PATIENCE)
    client.post(f"{address}/stop")
    stopped = ended(client, job, PATIENCE)
    assert stopped["state"] == "stopped" and stopped["result"]["model"] is None
    taken = max(step for step, _ in stopped["result"]["curves"]["generator"])
    presets = client.get("/api/models").json()["models"]
    assert [model["name"] for model in presets] == ["mobile", "large"]
    client.post(f"{address}/resume")
    done = ended(client, job, PATIENCE)
    assert done["state"] == "done", done["told"]
    steps = [step for step, _ in done["result"]["curves"]["generator"]]
    assert steps == [1, 2, 3, 4] and taken in steps
    sheet = client.get(done["result"]["samples"][-1])
    assert Image.open(io.BytesIO(sheet.content)).format == "PNG"
    *_, learned = client.get("/api/models").json()["models"]
    assert learned["name"] == done["result"]["model"] == f"job-{job['id']}"
    assert learned["title"] == "Negative"
    assert [style["name"] for style in learned["styles"]] == ["Negative"]
    asked = {"photo": photo["id"], "model": learned["name"], "style": "Negative", "size": 64}
    assert client.post("/api/projects/1/draw", json=asked).status_code == 200
    assert client.delete(address).status_code == 204
    assert client.post("/api/projects/1/draw", json=asked).status_code == 400


def test_a_model_is_exported(client):
    asked = {"model": "mobile", "formats": ["tflite"], "quantize": ["float16"]}
    done = ended(client, client.post("/api/projects/1/exports", json=asked).json(), PATIENCE)
    assert done["state"] == "done", done["told"]
    artefacts = done["result"]["artefacts"]
    assert all(artefact["ok"] and artefact["bytes"] > 10_000 for artefact in artefacts)
    assert max(artefact["psnr"] for artefact in artefacts) > 45.0
    packed = client.get(done["result"]["download"])
    names = zipfile.ZipFile(io.BytesIO(packed.content)).namelist()
    assert {artefact["path"] for artefact in artefacts} <= set(names)
    assert {"report.html", "report.json", "metadata.json"} <= set(names)
