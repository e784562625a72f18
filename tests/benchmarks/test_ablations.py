import runpy
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from portrait_style.errors import OutputError

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "ablations.py"


@pytest.fixture(scope="module")
def ablations():
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def data(tmp_path):
    for folder in ("photos", "styles/kaokore"):
        (tmp_path / "data" / folder).mkdir(parents=True)
        for i in range(160):
            Image.new("RGB", (8, 8)).save(tmp_path / "data" / folder / f"{i}.png")
    return tmp_path / "data"


def names(folder, prefix):
    found = [path.name for path in folder.iterdir()]
    assert all(name.startswith(prefix) for name in found)
    return {name.removeprefix(prefix) for name in found}


def is_held_out(name):
    return zlib.crc32(name.encode()) % 10_000 < 1000


def test_pictures_of_the_measures_are_not_trained_on(ablations, data, tmp_path):
    ablation = ablations["ABLATIONS"]["adaptive"]
    for seed in (0, 0, 1):
        ablations["lay_out"](ablation, data, tmp_path / "output", seed)
        trained, measured = (
            names(tmp_path / "output" / part / "styles" / "kaokore", f"{part}-")
            for part in ("train", "test")
        )
        assert len(trained) == 100 and measured
        assert not trained & measured
        # What every training holds out by default: no bundled preset has seen it.
        held_out = {name for name in map("{}.png".format, range(160)) if is_held_out(name)}
        assert measured == held_out


def test_a_folder_of_something_else_stays(ablations, data, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="something else than an ablation"):
        ablations["lay_out"](ablations["ABLATIONS"]["adaptive"], data, tmp_path, seed=0)
    assert (tmp_path / "thesis.txt").exists()


def test_compared_runs_differ_in_the_feature_only(ablations):
    features = {"guidance": "--quality-target", "adaptive": "--adaptive"}
    features["robustness"] = "--adversarial-robustness"
    for name, ablation in ablations["ABLATIONS"].items():
        for without, feature in ablation.pairs:
            shared, added = ablation.runs[without], ablation.runs[feature]
            assert added[: len(shared)] == shared
            assert added[len(shared)] == features[name] and len(added) <= len(shared) + 2


def test_without_pictures_there_is_one_line(tmp_path):
    command = [sys.executable, str(SCRIPT), "adaptive", "--data", str(tmp_path / "nowhere")]
    command += ["--output", str(tmp_path / "output")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "nowhere" in line and "--data" in line
