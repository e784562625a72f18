"""What `train` says of folders and runs that will not do: a line each, exit code 2."""

import numpy as np
import pytest
from command_errors import assert_refused
from PIL import Image

from portrait_style import cli


@pytest.fixture
def train(tmp_path, monkeypatch, capsys):
    """Run `train` on two small folders; return (exit code, lines on stderr)."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for folder, count in (("photos", 4), ("styles/ink", 4)):
        (tmp_path / folder).mkdir(parents=True)
        for i in range(count):
            noise = rng.integers(0, 256, (40, 40, 3), np.uint8)
            Image.fromarray(noise).save(tmp_path / folder / f"{i}.png")

    def run(*arguments, photos="photos", styles="styles", output="run"):
        options = ["--photos", photos, "--styles", styles, "--output", output]
        sizes = ["--size", "32", "--batch", "2", "--steps", "1"]
        code = cli.main([str(text) for text in ("train", *options, *sizes, *arguments)])
        errors = capsys.readouterr().err.splitlines()
        return code, [line for line in errors if line.startswith("portrait-style:")]

    return run


def test_empty_folder(train, tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(train(photos="empty"), "empty holds no readable picture")
    assert_refused(train(styles="empty"), "empty holds no picture")
    assert_refused(train("--dry-run", styles="empty"), "empty holds no picture")


def test_missing_folder(train):
    assert_refused(train(photos="nowhere"), "nowhere is not a folder")
    assert_refused(train(styles="nowhere"), "nowhere is not a folder")


def test_fewer_style_pictures_than_one_batch(train):
    assert_refused(train("--batch", "9"), "fewer than one batch of 9; add pictures or pass")


def test_output_that_is_in_use(train, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").touch()
    assert_refused(train(), "run is not empty; choose another --output")


def test_unwritable_run_folder(train, tmp_path):
    assert_refused(train(output=tmp_path / "photos" / "0.png" / "run"), "0.png")


def test_resume_of_a_foreign_run_folder(train, tmp_path):
    assert_refused(train("--resume"), "holds no run to resume")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text('{"learning_rate": 1}')
    assert_refused(train("--resume"), "is not a configuration of a run")


def test_resume_with_other_values(train, tmp_path):
    from portrait_style.training.config import TrainingConfig

    config = TrainingConfig(photos="photos", styles="styles", output="run", size=64)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.json").write_text(config.to_json())
    assert_refused(train("--resume"), "was trained with other values of", "size")
