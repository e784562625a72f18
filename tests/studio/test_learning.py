"""What is sent to be sorted or learned: where it goes, what is refused, and what is told of it."""

import sys
from pathlib import Path

import numpy as np
import pytest
from studio_pictures import archive, encoded
from waiting import ended

from portrait_style.image import load_image
from portrait_style.studio.jobs.learn import training_config
from portrait_style.studio.jobs.run_files import last_step, read_run_curves, sheets_of_run
from portrait_style.studio.jobs.supervisor import Supervisor
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore

FINDER = (sys.executable, str(Path(__file__).with_name("tiny_worker.py")), "finds")


def learn(client, source, files=(), **fields):
    form = {"source": source, "name": "Mine", **fields}
    return client.post("/api/projects/1/learn", data=form, files=list(files))


def pictures(face, *names, field="files"):
    return [
        (field, (name, encoded(np.roll(face, 5 * number, axis=0))))
        for number, name in enumerate(names)
    ]


def stored(settings, pattern):
    found = settings.files_folder.glob(f"*/*/{pattern}")
    return sorted(path.relative_to(settings.files_folder).as_posix() for path in found)


def below(paths):
    """Cut off the job's folder."""
    return [path.split("/", 2)[2] for path in paths]


def test_pictures_of_a_style_are_numbered(client, face, settings):
    files = pictures(face, "../../evil.png", "b.jpg", "b.jpg")
    files.append(("files", ("c.png", b"no picture")))
    job = learn(client, "pictures", files, name="../Line & work").json()
    assert below(stored(settings, "styles/**/*.*")) == [
        f"styles/1_line_work/000{number}.jpg" for number in (1, 2, 3)
    ]
    told = job["arguments"]
    assert (told["steps"], told["size"], told["pictures"]) == (300, 128, 3)
    assert told["styles"] == ["../Line & work"]
    assert [entry["name"] for entry in told["refused"]] == ["c.png"]
    assert job["result"] == {"curves": {}, "samples": [], "model": None}


def test_pictures_of_an_archive_are_taken_and_large_ones_scaled_down(client, settings):
    large = encoded(np.zeros((40, 1500, 3), np.uint8))
    packed = archive({"folder/a.png": large, "b.png": large})
    job = learn(client, "pictures", [("files", ("all.zip", packed))]).json()
    assert job["arguments"]["pictures"] == 2
    (first, _) = stored(settings, "styles/**/*.*")
    assert load_image(settings.files_folder / first).shape == (27, 1024, 3)


def test_pairs_are_put_together_by_name(client, face, settings):
    before = pictures(face, "x.jpg", "y.jpg", field="before")
    after = pictures(face, "y.png", "x.png", field="after")
    assert learn(client, "pairs", before + after).status_code == 200
    sides = [stored(settings, f"pairs/1_mine/{side}/*") for side in ("before", "after")]
    assert [Path(path).name for path in sides[0]] == ["0001.jpg", "0002.jpg"]
    assert [Path(path).name for path in sides[1]] == ["0001.jpg", "0002.jpg"]
    first, second = (load_image(settings.files_folder / path) for path in sides[1])
    # y came first, and is what the second photo is to become.
    assert np.abs(second.astype(int) - face).mean() < 4.0
    assert np.abs(first.astype(int) - face).mean() > 4.0


def test_pairs_of_other_names_are_put_together_by_place(client, face):
    before = pictures(face, "1.jpg", "2.jpg", field="before")
    after = pictures(face, "drawn a.png", "drawn b.png", field="after")
    assert learn(client, "pairs", before + after).status_code == 200


@pytest.mark.parametrize("names", [("x.png",), ("x.png", "z.png"), ("x.png", "x.png"), ()])
def test_pairs_that_do_not_fit_are_refused(client, face, settings, names):
    before = pictures(face, "x.jpg", "y.jpg", field="before")
    answer = learn(client, "pairs", before + pictures(face, *names, field="after"))
    assert answer.status_code == 400
    assert client.get("/api/projects/1/jobs").json()["jobs"] == []
    assert stored(settings, "**/*") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"source": "pictures"}, "no picture could be read: none was sent"),
        ({"source": "renderer", "renderer": "none"}, "none"),
        ({"source": "discovery", "job": "9"}, "there is no job 9"),
        ({"source": "magic"}, "not understood"),
        ({"source": "renderer", "renderer": "cartoon", "steps": "0"}, "steps"),
        ({"source": "renderer", "renderer": "cartoon", "size": "33"}, "size"),
        ({"source": "renderer", "renderer": "cartoon", "size": "1024"}, "size"),
        ({"source": "renderer", "renderer": "cartoon", "name": " \n"}, "needs a name"),
    ],
)
def test_what_cannot_be_learned_is_refused(client, settings, fields, said):
    answer = learn(client, **fields)
    assert answer.status_code in (400, 404) and said in answer.json()["error"]
    assert client.get("/api/projects/1/jobs").json()["jobs"] == []


def test_a_discovery_needs_pictures(client, face):
    files = [("files", ("a.txt", b"text"))]
    answer = client.post("/api/projects/1/discoveries", files=files)
    assert answer.status_code == 400
    answer = client.post("/api/projects/9/discoveries", files=pictures(face, "a.png"))
    assert answer.status_code == 404


@pytest.fixture
def finder(open_client, settings):
    """A studio whose discoveries find two clusters."""
    settings.storage.mkdir()
    files = FileStore(settings.files_folder)
    database = Database(settings.database_path)
    return open_client(supervisor=Supervisor(database, files, settings.storage, FINDER))


@pytest.fixture
def discovery(finder, face):
    files = pictures(face, *(f"{number}.png" for number in range(7)))
    job = finder.post("/api/projects/1/discoveries", files=files, data={"name": "All"}).json()
    return ended(finder, job)


def test_clusters_are_shown_and_named(finder, discovery):
    result = discovery["result"]
    assert [(x["name"], x["count"]) for x in result["clusters"]] == [("odd", 4), ("even", 3)]
    assert result["noise"] == 1
    assert finder.get(result["map"]).headers["content-type"] == "image/png"
    sample = finder.get(result["clusters"][1]["samples"][2])
    assert sample.headers["content-type"] == "image/jpeg"
    path = f"/api/jobs/{discovery['id']}"
    assert finder.get(f"{path}/clusters/1/samples/3").status_code == 404
    assert finder.get(f"{path}/clusters/2/samples/0").status_code == 404
    named = finder.patch(f"{path}/clusters", json={"names": {"odd": "Ligne claire"}}).json()
    assert [x["name"] for x in named["result"]["clusters"]] == ["Ligne claire", "even"]
    assert finder.get(path).json() == named
    for names in ({"odd": "x"}, {"even": "Ligne claire"}, {"even": "two\nlines"}, {"even": " "}):
        assert finder.patch(f"{path}/clusters", json={"names": names}).status_code == 400


def test_clusters_are_learned(finder, discovery, settings):
    path = f"/api/jobs/{discovery['id']}"
    finder.patch(f"{path}/clusters", json={"names": {"even": "E/ven"}})
    job = learn(finder, "discovery", job=discovery["id"], clusters=["E/ven"], steps=3).json()
    assert job["arguments"]["styles"] == ["E/ven"] and job["arguments"]["discovery"] == 1
    assert len(stored(settings, "styles/1_e_ven/*")) == 3
    assert ended(finder, job)["state"] == "done"
    both = learn(finder, "discovery", job=discovery["id"], steps=3).json()
    assert both["arguments"]["styles"] == ["odd", "E/ven"]
    assert ended(finder, both)["state"] == "done"
    unknown = learn(finder, "discovery", job=discovery["id"], clusters=["none"])
    assert unknown.status_code == 400
    assert learn(finder, "discovery", job=job["id"]).status_code == 404


def test_settings_of_a_short_run(tmp_path, monkeypatch, face):
    for side in ("before", "after"):
        folder = tmp_path / "pairs" / "1_mine" / side
        folder.mkdir(parents=True)
        (folder / "0001.png").write_bytes(encoded(face))
    monkeypatch.chdir(tmp_path)
    styles = [{"folder": "1_mine", "name": "Mine"}]
    config = training_config({"source": "pairs", "steps": 300, "size": 128, "styles": styles})
    assert config.pairs == ("pairs/1_mine",) and config.styles is None and config.output == "run"
    assert (config.steps, config.size, config.sample_every) == (300, 128, 50)
    # A few pictures are all learned from.
    assert config.validation_fraction == 0.0
    asked = {"source": "renderer", "steps": 2, "size": 32, "renderer": "cartoon"}
    config = training_config(asked)
    assert config.render == ("cartoon",) and config.sample_every == 1
    assert config.validation_fraction > 0.0


def test_curves_and_sheets_of_a_run_that_goes_on(tmp_path):
    assert read_run_curves(tmp_path) == {} and sheets_of_run(tmp_path) == {}
    assert last_step(tmp_path / "run" / "metrics.jsonl") == 0
    (tmp_path / "run" / "samples").mkdir(parents=True)
    lines = [f'{{"step": {step}, "loss": {step / 10}}}\n' for step in range(1, 601)]
    metrics = tmp_path / "run" / "metrics.jsonl"
    metrics.write_text("".join(lines) + '{"step": 600, "val_loss": 3.0}\n{"step": 601, "lo')
    curves = read_run_curves(tmp_path)
    assert len(curves["loss"]) == 200 and curves["val_loss"] == [[600, 3.0]]
    assert curves["loss"][0] == [3, 0.2] and curves["loss"][-1][0] == 600
    assert last_step(metrics) == 600
    for name in ("step-0000100.png", "step-0000050.png", "writing-step-0000150.png"):
        (tmp_path / "run" / "samples" / name).touch()
    assert list(sheets_of_run(tmp_path)) == [50, 100]
