import dataclasses
import json
import os
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from portrait_style import __version__, cli, installation
from portrait_style.errors import (
    ArgumentError,
    DatasetError,
    DivergenceError,
    TrainingInterruptedError,
)
from portrait_style.image import encode_image, load_image
from portrait_style.model_files import preset as presets
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture
def photo_path(photo, tmp_path):
    path = tmp_path / "me.png"
    path.write_bytes(encode_image(photo, ".png"))
    return path


@pytest.fixture
def stylize(preset, photo_path, tmp_path, monkeypatch):
    """Run `stylize` in an empty folder; further arguments replace the defaults."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*arguments, photos=(photo_path,)):
        defaults = ["--style", "oil", "--model", preset]
        return cli.main([str(text) for text in ("stylize", *photos, *defaults, *arguments)])

    return run


def error_line(capsys):
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("portrait-style: error: ")
    return lines[0]


@pytest.mark.parametrize(
    "command", [[], ["styles"], ["stylize"], ["optimize"], ["feedback"], ["train"]]
)
def test_help_shows_a_real_example(command, capsys):
    assert cli.main([*command, "--help"]) == 0
    text = capsys.readouterr().out
    examples = [
        line for line in text.splitlines() if "  portrait-style " in line or "example:" in line
    ]
    assert any(" ".join(["portrait-style", *command]) in line for line in examples)


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_module_runs_as_a_script():
    command = [sys.executable, "-m", "portrait_style", "--version"]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip() == __version__


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["paint"],
        ["stylize"],
        ["stylize", "me.jpg"],
        ["stylize", "me.jpg", "--style", "oil", "--size", "ten"],
        ["stylize", "me.jpg", "--style", "oil", "--size", "3"],
        ["optimize", "me.jpg", "--style", "a.jpg"],
        ["optimize", "me.jpg", "--style", "a.jpg", "--output", "b.png", "--iterations", "0"],
        ["optimize", "me.jpg", "--style", "a.jpg", "--output", "b.png", "--style-weight", "nan"],
        ["train", "--photos", "photos"],
        ["train", "--photos", "p", "--styles", "s", "--output", "o", "--preset", "huge"],
    ],
)
def test_mistaken_arguments_get_one_line(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "--help" in error_line(capsys)


def test_styles_are_indented_below_their_preset(preset, tmp_path, monkeypatch, capsys):
    (tmp_path / "mobile").symlink_to(preset)
    monkeypatch.setattr(presets, "BUNDLED", tmp_path)
    assert cli.main(["styles"]) == 0
    assert capsys.readouterr().out == "mobile\n  oil\n  ink\n  café noir\n"


def test_stylize_names_the_picture_after_photo_and_style(stylize, preset, photo, capsys):
    assert stylize() == 0
    written = capsys.readouterr()
    assert written.out == "me-oil.png\n" and written.err == ""
    expected = PortraitStylizer.load(preset).stylize(photo, "oil")
    np.testing.assert_array_equal(load_image("me-oil.png"), expected)


def test_stylize_writes_to_a_file_or_into_a_folder(stylize):
    assert stylize("--output", "a/b.jpg") == 0
    assert stylize("--output", "c") == 0
    assert stylize("--output", "v1.2/") == 0
    assert load_image("a/b.jpg").shape == load_image("c/me-oil.png").shape == (40, 56, 3)
    assert os.path.isfile("v1.2/me-oil.png")


def test_stylize_in_a_random_style(stylize, preset, photo, capsys):
    assert stylize("--style", "random:7@oil") == 0
    assert capsys.readouterr().out == "me-random-7@oil.png\n"
    expected = PortraitStylizer.load(preset).stylize(photo, "random:7@oil")
    np.testing.assert_array_equal(load_image("me-random-7@oil.png"), expected)


@pytest.mark.parametrize("style", ["random", "random:-1", "random:seven", "random:7@chalk"])
def test_a_random_style_without_seed_is_refused(style, stylize, capsys):
    assert stylize("--style", style) == 2
    assert "chalk" in error_line(capsys) if "chalk" in style else "seed" in error_line(capsys)


def test_stylize_in_the_style_of_a_picture(stylize, photo_path, preset):
    assert stylize("--style", photo_path, "--intensity", "0.5", "--size", "28") == 0
    expected = PortraitStylizer.load(preset).stylize(str(photo_path), str(photo_path), 0.5, 28)
    np.testing.assert_array_equal(load_image("me-me.png"), np.asarray(expected))


def test_stylize_in_a_mix_of_a_style_a_discovered_one_and_a_picture(stylize, photo_path, preset):
    found = {"name": "wash", "code": [1.0, -1.0] * 32}
    Path("styles.json").write_text(json.dumps({"clusters": [found]}))
    mix = f"oil:0.5,styles.json#wash:0.3,{photo_path}:0.2"
    assert stylize("--style", mix, "--output", "mixed.png") == 0
    expected = PortraitStylizer.load(preset).stylize(str(photo_path), mix)
    np.testing.assert_array_equal(load_image("mixed.png"), np.asarray(expected))


def test_stylize_several_photos(stylize, photo_path, photo):
    other = photo_path.with_name("other.bmp")
    other.write_bytes(encode_image(photo[:20], ".bmp"))
    assert stylize("--output", "out", photos=(photo_path, other)) == 0
    assert load_image("out/me-oil.png").shape == (40, 56, 3)
    assert load_image("out/other-oil.png").shape == (20, 56, 3)


def test_a_bad_photo_does_not_stop_the_others(stylize, photo_path, capsys):
    bad = photo_path.with_name("bad.jpg")
    bad.write_text("text")
    assert stylize(photos=(bad, photo_path, "missing.png")) == 2
    written = capsys.readouterr()
    assert written.out == "me-oil.png\n"
    first, second = written.err.splitlines()
    assert "bad.jpg is not a picture" in first and "missing.png does not exist" in second


def test_two_photos_of_one_name_are_refused(stylize, photo_path, capsys):
    assert stylize(photos=(photo_path, photo_path.with_suffix(".jpg"))) == 2
    assert "would both become me-oil.png" in error_line(capsys)


def test_one_file_for_several_photos_is_refused(stylize, photo_path, capsys):
    assert stylize("--output", "all.png", photos=(photo_path, "other.png")) == 2
    assert "all.png is one file for 2 photos; pass a folder" in error_line(capsys)


def test_model_may_be_a_run_folder(stylize, run_folder):
    assert stylize("--model", run_folder) == 0
    assert stylize("--model", run_folder / "generator.keras", "--overwrite") == 0


def test_training_that_was_stopped_says_how_to_go_on(training, capsys):
    for number, code in ((2, 130), (15, 143)):
        training.error = TrainingInterruptedError("stopped; go on with --resume", number)
        assert cli.main(TRAIN) == code
        assert "go on with --resume" in error_line(capsys)


def test_training_that_diverged_is_no_mistake_of_ours(training, capsys):
    training.error = DivergenceError("training diverged: style is not finite")
    assert cli.main(TRAIN) == 2
    assert error_line(capsys).endswith("error: training diverged: style is not finite")


def test_our_mistake_is_one_line_and_1(stylize, monkeypatch, capsys):
    def fail(*arguments):
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr(PortraitStylizer, "stylize", fail)
    assert stylize() == 1
    assert "unexpected RuntimeError: first line second line" in error_line(capsys)
    assert stylize("--debug") == 1
    assert "Traceback" in capsys.readouterr().err


def test_interruption_is_130(stylize, monkeypatch, capsys):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(PortraitStylizer, "stylize", interrupt)
    assert stylize() == 130
    assert "interrupted" in error_line(capsys)


@pytest.fixture
def training(monkeypatch):
    from portrait_style.training import run

    recorded = types.SimpleNamespace(calls=[], error=None)

    def train(config, resume=False):
        if recorded.error:
            raise recorded.error
        recorded.calls.append((config, resume))

    monkeypatch.setattr(run, "train", train)
    monkeypatch.setattr(run, "plan", lambda config: f"would train {config.steps} steps")
    return recorded


TRAIN = ["train", "--photos", "p", "--styles", "s", "--output", "o"]


def test_train_hands_every_argument_over(training, tmp_path, capsys):
    from portrait_style.losses.weights import LossWeights
    from portrait_style.training.config import TrainingConfig

    weights = tmp_path / "vgg.h5"
    weights.touch()
    given = ["--preset", "large", "--steps", "7", "--size", "64", "--batch", "2", "--seed", "5"]
    given += ["--perceptual", "vgg16", "--perceptual-weights", str(weights)]
    given += ["--loss-weights", "style=3, content=2.5", "--sample-every", "50"]
    given += ["--deterministic", "--adaptive", "--adversarial-robustness", "4"]
    given += ["--quality-target", "0.6", "--patience", "5", "--validation-fraction", "0.2"]
    given += ["--learning-rate", "0.002", "--discriminator-learning-rate", "0.0003"]
    assert cli.main(TRAIN) == cli.main([*TRAIN, *given]) == 0
    (plain, first_resume), (full, second_resume) = training.calls
    assert plain == TrainingConfig(photos="p", styles="s", output="o")
    assert (first_resume, second_resume) == (False, False)
    assert (full.preset, full.steps, full.size, full.batch, full.seed) == ("large", 7, 64, 2, 5)
    assert (full.perceptual, full.perceptual_weights) == ("vgg16", str(weights))
    assert full.loss_weights == LossWeights(style=3.0, content=2.5)
    assert full.deterministic and full.adaptive and full.sample_every == 50
    assert (full.adversarial_robustness, full.quality_target, full.patience) == (4.0, 0.6, 5)
    assert (full.generator_learning_rate, full.discriminator_learning_rate) == (0.002, 0.0003)
    assert full.validation_fraction == 0.2
    assert capsys.readouterr().out == "o\no\n"


def test_dry_run_prints_the_plan(training, capsys):
    assert cli.main([*TRAIN, "--dry-run", "--steps", "9"]) == 0
    assert capsys.readouterr().out == "would train 9 steps\n"
    assert not training.calls


@pytest.mark.parametrize("error", [DatasetError("few"), ArgumentError("few")])
def test_what_training_refuses_is_the_users_mistake(error, training, capsys):
    training.error = error
    assert cli.main(TRAIN) == 2
    assert error_line(capsys).endswith("few")


@pytest.mark.parametrize("error", [ValueError("shapes"), TypeError("shapes"), KeyError("shapes")])
def test_an_error_of_ours_in_the_middle_of_a_run_is_no_mistake_of_the_user(error, training, capsys):
    training.error = error
    assert cli.main(TRAIN) == 1
    assert f"unexpected {type(error).__name__}" in error_line(capsys)
    assert cli.main([*TRAIN, "--debug"]) == 1
    assert "in train" in capsys.readouterr().err


def resumed_run(folder, **fields):
    """The folder of a run that was started with photos and styles beside it."""
    from portrait_style.training.config import TrainingConfig

    for name in ("photos", "styles"):
        (folder / name).mkdir()
    config = TrainingConfig("photos", "styles", "run", steps=40, size=64, **fields)
    run = folder / "run"
    run.mkdir()
    (run / "config.json").write_text(config.to_json())
    return config


@pytest.mark.parametrize("resume", [["--resume", "run"], ["--output", "run", "--resume"]])
def test_a_run_is_resumed_by_its_folder_alone(resume, training, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    config = resumed_run(tmp_path, seed=5, deterministic=True)
    assert cli.main(["train", *resume]) == 0
    assert cli.main(["train", *resume, "--steps", "60", "--size", "64"]) == 0
    (same, first), (longer, second) = training.calls
    assert (same, first, second) == (config, True, True)
    assert longer == dataclasses.replace(config, steps=60)
    assert capsys.readouterr().out == "run\nrun\n"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["--size", "128"], "size=64"),
        (["--steps", "20"], "steps=40"),
        (["--deterministic"], "deterministic=False"),
        (["--photos", "others"], "photos=photos"),
        (["--learning-rate", "0.5"], "generator_learning_rate=0.001"),
        (["--output", "elsewhere"], "name two runs"),
        (["--steps", "0"], "--steps: 0 must be 1 or more"),
    ],
)
def test_what_contradicts_the_run_is_named(given, named, training, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    resumed_run(tmp_path)
    assert cli.main(["train", "--resume", "run", *given]) == 2
    assert named in error_line(capsys)
    assert not training.calls


def test_a_run_that_cannot_be_resumed_says_why(training, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", "--resume"]) == 2
    assert "--resume runs/first" in error_line(capsys)
    assert cli.main(["train", "--resume", "nowhere"]) == 2
    assert "nowhere holds no run" in error_line(capsys)
    resumed_run(tmp_path)
    (tmp_path / "styles").rmdir()
    assert cli.main(["train", "--resume", "run"]) == 2
    assert "--styles styles, which is not there" in error_line(capsys)


def test_what_a_command_needs_is_said_in_one_line(monkeypatch, capsys):
    monkeypatch.setitem(installation.MODULES, "scikit-learn", "no_such_module")
    assert cli.main(["feedback", "choose", "--profile", "me.json", "--liked", "1"]) == 2
    line = error_line(capsys)
    assert "pip install scikit-learn" in line and "portrait-style[feedback]" in line
    monkeypatch.setitem(installation.MODULES, "tensorflow", "no.such.module")
    assert cli.main(["styles"]) == 2
    assert "pip install tensorflow (" in error_line(capsys)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["--steps", "0"], "--steps: 0 must be 1 or more"),
        (["--size", "100"], "--size: 100 must be a multiple of 16, 32"),
        (["--perceptual-weights", "nowhere.h5"], "nowhere.h5"),
        (["--loss-weights", "beauty=3"], "known: adversarial, content"),
        (["--loss-weights", "style=-1"], "0 or more"),
        (["--loss-weights", "style"], "style=3"),
    ],
)
def test_train_arguments_out_of_range(given, named, training, capsys):
    assert cli.main([*TRAIN, *given]) == 2
    assert named in error_line(capsys)


def test_help_names_the_true_defaults(capsys):
    from portrait_style.perceptual_settings import PERCEPTUAL_NETWORKS
    from portrait_style.training.config import PRESETS, TrainingConfig

    cli.main(["train", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    config = TrainingConfig(photos="p", styles="s", output="o")
    for name in ("preset", "steps", "size", "batch", "perceptual", "seed", "sample_every"):
        assert f"default: {getattr(config, name)}" in text
    for choices in (PRESETS, PERCEPTUAL_NETWORKS):
        assert "{" + ",".join(choices) + "}" in text
