"""Runs that are killed as a machine kills them, and what is left of them."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np
import pytest

from portrait_style.training.run_folder import RunFolder

COMMAND = Path(__file__).with_name("tiny_command.py")
STEPS, SAMPLE_EVERY, KILLS = 34, 6, 10
# All that has a state of its own: augmentation, perturbation, controller.
OPTIONS = ["--deterministic", "--adaptive"]
OPTIONS += ["--adversarial-robustness", "4", "--quality-target", "0.6"]
WEIGHTS = "r1=0.1,style_code=0,tone=0,total_variation=0"
PATIENCE = 1800.0
PARTS = (
    "generator",
    "discriminator",
    "layers/style_encoder",
    "ema_generator",
    "optimizer",
    "discriminator_optimizer",
    "augmentation",
    "layers/photo_perturbation",
    "guidance",
)


@pytest.fixture(scope="module")
def command(tmp_path_factory, write_pictures):
    """Return a function that gives the command of a tiny run into a folder."""
    data = tmp_path_factory.mktemp("data")
    # By the checksums of their names, some of each are held out.
    photos = write_pictures(data / "photos", 24)
    for style in ("oil", "wood"):
        write_pictures(data / "styles" / style, 20)

    def command_for(output, *more):
        arguments = {
            "--photos": photos,
            "--styles": data / "styles",
            "--output": output,
            "--generator-size": "tiny",
            "--mapping-steps": 2,
            "--size": 32,
            "--batch": 2,
            "--steps": STEPS,
            "--sample-every": SAMPLE_EVERY,
            "--loss-weights": WEIGHTS,
        }
        flat = [str(text) for pair in arguments.items() for text in pair]
        return [sys.executable, str(COMMAND), "train", *flat, *OPTIONS, *more]

    return command_for


def ready(command):
    """Start a process that waits for `go`."""
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return subprocess.Popen(command, **pipes)


def go(process):
    process.stdin.write(b"\n")
    process.stdin.flush()


def finish(process):
    """Let a process run to its end; return what it wrote to stderr."""
    _, errors = process.communicate(b"\n", timeout=PATIENCE)
    assert process.returncode == 0, errors.decode()[-2000:]
    return errors.decode()


def last_step(folder):
    """The last step whose line in the log is whole."""
    if not folder.metrics.is_file():
        return 0
    lines = folder.metrics.read_text().split("\n")[:-1]
    return json.loads(lines[-1])["step"] if lines else 0


def wait_for_step(process, folder, step):
    deadline = time.monotonic() + PATIENCE
    while last_step(folder) < step:
        assert process.poll() is None, process.stderr.read().decode()[-2000:]
        assert time.monotonic() < deadline, f"step {step} was never reached"
        time.sleep(0.02)


def kill_after(process, folder, step, number=signal.SIGKILL, delay=0.0):
    """Let a process run, end it some time after it has logged `step`; return its exit code."""
    go(process)
    wait_for_step(process, folder, step)
    time.sleep(delay)
    os.kill(process.pid, number)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def arrays(path):
    """Every array of an HDF5 file by its place: networks, averages, optimizers, memory."""
    found = {}
    with h5py.File(path) as file:
        file.visititems(
            lambda name, item: (
                found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None
            )
        )
    return found


def assert_equal_runs(first, second):
    ours, theirs = (arrays(folder.checkpoint(STEPS)) for folder in (first, second))
    assert ours.keys() == theirs.keys()
    for part in PARTS:
        assert any(name.startswith(f"{part}/") for name in ours), part
    for name, array in ours.items():
        assert array.tobytes() == theirs[name].tobytes(), name
    assert first.metrics.read_text() == second.metrics.read_text()
    assert first.sheet.read_bytes() == second.sheet.read_bytes()


def kill_moments():
    """Ten moments, spread over the run, anywhere between two checkpoints: step, and seconds."""
    rng = random.Random(7)
    return [(rng.randint(3 * i + 1, 3 * i + 3), rng.uniform(0.0, 0.3)) for i in range(KILLS)]


def run_and_kill(command, path):
    """Kill a run ten times and let it end; return its folder and the exit codes."""
    folder, codes = RunFolder(path), []
    following = ready(command(path))
    for step, delay in kill_moments():
        process, following = following, ready(command(path, "--resume"))
        codes.append(kill_after(process, folder, step, delay=delay))
        assert not folder.generator.exists()
    finish(following)
    return folder, codes


def run_and_interrupt(command, path):
    """Interrupt a run, tear its newest checkpoint and let it end.

    Returns:
        Its folder, the exit code, the checkpoint, and what the second process wrote to stderr.
    """
    folder = RunFolder(path)
    process, following = ready(command(path)), ready(command(path, "--resume"))
    code = kill_after(process, folder, 8, signal.SIGINT)
    stopped_at = folder.steps_saved()[0]
    assert stopped_at == last_step(folder) >= 8
    newest = folder.checkpoint(stopped_at)
    newest.write_bytes(newest.read_bytes()[:-5000])
    return folder, code, newest, finish(following)


@pytest.fixture(scope="module")
def runs(command, tmp_path_factory):
    """All runs, two at a time: uninterrupted, killed, interrupted."""
    base = tmp_path_factory.mktemp("runs")
    with ThreadPoolExecutor(2) as pool:
        # The longest first.
        killed = pool.submit(run_and_kill, command, base / "killed")
        whole = pool.submit(lambda: finish(ready(command(base / "whole"))))
        interrupted = pool.submit(run_and_interrupt, command, base / "interrupted")
    whole.result()
    return RunFolder(base / "whole"), killed, interrupted


@pytest.mark.slow
def test_run_killed_ten_times_ends_bit_equal(runs):
    uninterrupted, killed, _ = runs
    folder, codes = killed.result()
    assert codes == [-signal.SIGKILL] * KILLS
    assert_equal_runs(folder, uninterrupted)


@pytest.mark.slow
def test_terminated_run_saves_and_ends_bit_equal(runs):
    uninterrupted, _, interrupted = runs
    folder, code, newest, errors = interrupted.result()
    assert code == 130
    # The newest checkpoint is torn: the run goes back to the one before and says so.
    assert f"{newest.name} cannot be used" in errors
    assert_equal_runs(folder, uninterrupted)


def test_kill_steps_are_ten_different_moments():
    steps = [step for step, _ in kill_moments()]
    assert len(set(steps)) == KILLS and sorted(steps) == steps and steps[-1] < STEPS
    assert len({step % SAMPLE_EVERY for step in steps}) >= 4
    assert np.diff(steps).max() <= 5
