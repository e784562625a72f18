import dataclasses
import json
import shutil
import signal

import numpy as np
import pytest
from PIL import Image
from run_state import After, Killed, assert_same_networks, die, records, weights_of

from portrait_style.errors import (
    RunFolderError,
    TrainingInterruptedError,
)
from portrait_style.losses.weights import LossWeights
from portrait_style.training.config import TrainingConfig
from portrait_style.training.epochs import stretches
from portrait_style.training.run import train
from portrait_style.training.run_folder import RunFolder


@pytest.mark.slow
def test_killed_and_resumed_run_ends_where_the_uninterrupted_one_does(finished, make_config):
    _, uninterrupted = finished
    config = make_config()
    with pytest.raises(Killed):
        train(config, callbacks=[After(3, die)])
    folder = RunFolder(config.output)
    assert folder.steps_saved() == [2]
    assert not folder.generator.exists()
    assert [r["step"] for r in records(folder) if "generator" in r] == [1, 2, 3]
    train(config, resume=True)
    assert records(folder) == records(uninterrupted)
    assert_same_networks(folder, uninterrupted)
    np.testing.assert_array_equal(Image.open(folder.sheet), Image.open(uninterrupted.sheet))


@pytest.mark.slow
def test_run_killed_before_its_first_checkpoint_starts_again(finished, make_config):
    _, uninterrupted = finished
    config = make_config()
    with pytest.raises(Killed):
        train(config, callbacks=[After(1, die)])
    folder = train(config, resume=True)
    assert records(folder) == records(uninterrupted)
    assert_same_networks(folder, uninterrupted)


@pytest.mark.slow
def test_interrupted_and_resumed_run_ends_where_the_uninterrupted_one_does(finished, make_config):
    _, uninterrupted = finished
    config = make_config()
    terminated = After(3, lambda: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(TrainingInterruptedError, match="after step 3"):
        train(config, callbacks=[terminated])
    folder = RunFolder(config.output)
    assert folder.steps_saved() == [3, 2]
    train(config, resume=True)
    assert records(folder) == records(uninterrupted)
    assert_same_networks(folder, uninterrupted)


@pytest.mark.parametrize(
    ("first_step", "expected"),
    [
        (0, [(0, 3, 0, 25)]),
        (10, [(1, 3, 10, 25)]),
        (7, [(0, 1, 7, 10), (1, 3, 10, 25)]),
        (24, [(2, 3, 24, 25)]),
        (25, []),
    ],
)
def test_a_resumed_run_keeps_to_the_steps_of_the_first(first_step, expected):
    assert stretches([10, 20, 25], first_step) == expected


@pytest.mark.slow
def test_resuming_a_finished_run_changes_no_network(finished):
    config, folder = finished
    before = {name: weights_of(getattr(folder, name)) for name in ("generator", "style_encoder")}
    figures = folder.metrics.read_text()
    train(config, resume=True)
    for name, old in before.items():
        for a, b in zip(old.values(), weights_of(getattr(folder, name)).values(), strict=True):
            np.testing.assert_array_equal(a, b)
    assert folder.metrics.read_text() == figures


@pytest.mark.parametrize(
    "changes", [{"steps": 2}, {"seed": 1}, {"loss_weights": LossWeights(r1=1.0)}]
)
def test_changed_configuration_is_not_resumed(finished, changes):
    config, folder = finished
    before = folder.generator.stat().st_mtime_ns
    with pytest.raises(RunFolderError, match=f"other values of {next(iter(changes))}"):
        train(dataclasses.replace(config, **changes), resume=True)
    assert folder.generator.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_finished_run_goes_on_with_more_steps(finished, tmp_path):
    config, folder = finished
    more = dataclasses.replace(config, steps=7, output=str(tmp_path / "run"))
    shutil.copytree(folder.path, more.output)
    longer = train(more, resume=True)
    steps = [json.loads(line)["step"] for line in longer.metrics.read_text().splitlines()]
    assert sorted(set(steps)) == [1, 2, 3, 4, 5, 6, 7]
    assert TrainingConfig.from_json(longer.config.read_text()) == more
    assert longer.steps_saved() == [7, 6]


def test_foreign_folder_is_not_resumed(make_config, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="holds no run to resume"):
        train(make_config(output=str(tmp_path)), resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
