"""`train` on the command line: what is handed over, resumed and refused."""

import dataclasses
import functools
from types import SimpleNamespace

import pytest
from command_errors import error_line

from portrait_style import cli
from portrait_style.cli import train as command
from portrait_style.encoding import encode_image
from portrait_style.errors import (
    ArgumentError,
    DatasetError,
    DivergenceError,
    TrainingInterruptedError,
)


class Training:
    """The command line, whose `train` keeps what it is given, or fails as it is told to."""

    def __init__(self):
        self.calls, self.error = [], None

    def main(self, arguments):
        run = functools.partial(command.run, train=self.train)
        return cli.main(arguments, {"train": SimpleNamespace(**{**vars(command), "run": run})})

    def train(self, config, resume=False):
        if self.error:
            raise self.error
        self.calls.append((config, resume))


@pytest.fixture
def training():
    return Training()


TRAIN = ["train", "--photos", "p", "--styles", "s", "--output", "o"]


def test_train_hands_every_argument_over(training, tmp_path, capsys):
    from portrait_style.losses.weights import LossWeights
    from portrait_style.training.config import TrainingConfig

    weights = tmp_path / "vgg.h5"
    weights.touch()
    given = ["--generator-size", "large", "--steps", "7", "--size", "64", "--batch", "2"]
    given += ["--seed", "5", "--perceptual", "vgg16", "--perceptual-weights", str(weights)]
    given += ["--loss-weights", "style=3, content=2.5", "--sample-every", "50"]
    given += ["--deterministic", "--adaptive", "--adversarial-robustness", "4"]
    given += ["--quality-target", "0.6", "--patience", "5", "--validation-fraction", "0.2"]
    given += ["--learning-rate", "0.002", "--discriminator-learning-rate", "0.0003"]
    assert training.main(TRAIN) == training.main([*TRAIN, *given]) == 0
    (plain, first_resume), (full, second_resume) = training.calls
    assert plain == TrainingConfig(photos="p", styles="s", output="o")
    assert (first_resume, second_resume) == (False, False)
    assert (full.generator_size, full.steps, full.size) == ("large", 7, 64)
    assert (full.batch, full.seed) == (2, 5)
    assert (full.perceptual, full.perceptual_weights) == ("vgg16", str(weights))
    assert full.loss_weights == LossWeights(style=3.0, content=2.5)
    assert full.deterministic and full.adaptive and full.sample_every == 50
    assert (full.adversarial_robustness, full.quality_target, full.patience) == (4.0, 0.6, 5)
    assert (full.generator_learning_rate, full.discriminator_learning_rate) == (0.002, 0.0003)
    assert full.validation_fraction == 0.2
    assert capsys.readouterr().out == "o\no\n"


def test_the_generator_size_is_still_understood_by_its_former_name(training, capsys):
    assert training.main([*TRAIN, "--preset", "large"]) == 0
    ((config, _),) = training.calls
    assert config.generator_size == "large"
    cli.main(["train", "--help"])
    assert "--preset" not in capsys.readouterr().out


def test_dry_run_prints_the_plan(training, photo, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for folder in ("p", "s"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.png").write_bytes(encode_image(photo, ".png"))
    assert training.main([*TRAIN, "--dry-run", "--steps", "9"]) == 0
    assert "training   9 steps of 8 pictures at 128 px\n" in capsys.readouterr().out
    assert not training.calls and not (tmp_path / "o").exists()


@pytest.mark.parametrize("error", [DatasetError("few"), ArgumentError("few")])
def test_what_training_refuses_is_the_users_mistake(error, training, capsys):
    training.error = error
    assert training.main(TRAIN) == 2
    assert error_line(capsys).endswith("few")


@pytest.mark.parametrize("error", [ValueError("shapes"), TypeError("shapes"), KeyError("shapes")])
def test_an_error_of_ours_in_the_middle_of_a_run_is_no_mistake_of_the_user(error, training, capsys):
    training.error = error
    assert training.main(TRAIN) == 1
    assert f"unexpected {type(error).__name__}" in error_line(capsys)
    assert training.main([*TRAIN, "--debug"]) == 1
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
    assert training.main(["train", *resume]) == 0
    assert training.main(["train", *resume, "--steps", "60", "--size", "64"]) == 0
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
        (["--learning-rate", "0.5"], "generator_learning_rate=0.02"),
        (["--output", "elsewhere"], "name two runs"),
        (["--steps", "0"], "--steps: 0 must be 1 or more"),
    ],
)
def test_what_contradicts_the_run_is_named(given, named, training, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    resumed_run(tmp_path)
    assert training.main(["train", "--resume", "run", *given]) == 2
    assert named in error_line(capsys)
    assert not training.calls


def test_a_run_that_cannot_be_resumed_says_why(training, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert training.main(["train", "--resume"]) == 2
    assert "--resume runs/first" in error_line(capsys)
    assert training.main(["train", "--resume", "nowhere"]) == 2
    assert "nowhere holds no run" in error_line(capsys)
    resumed_run(tmp_path)
    (tmp_path / "styles").rmdir()
    assert training.main(["train", "--resume", "run"]) == 2
    assert "--styles styles, which is not there" in error_line(capsys)


def test_training_that_was_stopped_says_how_to_go_on(training, capsys):
    for number, code in ((2, 130), (15, 143)):
        training.error = TrainingInterruptedError("stopped; go on with --resume", number)
        assert training.main(TRAIN) == code
        assert "go on with --resume" in error_line(capsys)


def test_training_that_diverged_is_no_mistake_of_ours(training, capsys):
    training.error = DivergenceError("training diverged: style is not finite")
    assert training.main(TRAIN) == 2
    assert error_line(capsys).endswith("error: training diverged: style is not finite")


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
    assert training.main([*TRAIN, *given]) == 2
    assert named in error_line(capsys)


def test_help_names_the_true_defaults(capsys):
    from portrait_style.models.generator_size import GENERATOR_SIZES
    from portrait_style.perceptual_settings import PERCEPTUAL_NETWORKS
    from portrait_style.training.config import TrainingConfig

    cli.main(["train", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    config = TrainingConfig(photos="p", styles="s", output="o")
    for name in ("generator_size", "steps", "size", "batch", "perceptual", "seed", "sample_every"):
        assert f"default: {getattr(config, name)}" in text
    for choices in (GENERATOR_SIZES, PERCEPTUAL_NETWORKS):
        assert "{" + ",".join(choices) + "}" in text
