import signal
from pathlib import Path

import pytest

from portrait_style.errors import TrainingInterruptedError
from portrait_style.training.callbacks.interruption import SIGNALS, Interruption


class Folder:
    """Stands in for a run folder: remembers of which step a checkpoint was asked for."""

    def __init__(self):
        self.path = Path("runs/mine")
        self.saved = []

    def save_checkpoint(self, model, step):
        self.saved.append(step)


@pytest.fixture
def folder():
    return Folder()


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_step_under_way_is_finished_and_saved(folder, number, exit_code):
    with Interruption(folder, [10, 20], first_step=10) as interruption:
        interruption.on_train_batch_end(0)
        signal.raise_signal(number)
        assert folder.saved == []
        with pytest.raises(
            TrainingInterruptedError, match="after step 12; .* --resume runs/mine"
        ) as caught:
            interruption.on_train_batch_end(1)
    assert folder.saved == [12]
    assert caught.value.exit_code == exit_code


def test_measurements_at_the_end_of_an_epoch_come_first(folder):
    with Interruption(folder, [1, 2]) as interruption:
        signal.raise_signal(signal.SIGINT)
        interruption.on_train_batch_end(0)
        assert folder.saved == []
        with pytest.raises(KeyboardInterrupt):
            interruption.on_epoch_end(0)
    assert folder.saved == [1]


def test_nothing_happens_without_a_signal(folder):
    with Interruption(folder, [1]) as interruption:
        interruption.on_train_batch_end(0)
        interruption.on_epoch_end(0)
    assert folder.saved == []


@pytest.fixture
def python_handler():
    """Python's own handler of SIGINT, which a shell's background jobs do not have."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_second_signal_does_not_wait(folder, python_handler):
    with Interruption(folder, [10]):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt) as caught:
            signal.raise_signal(signal.SIGINT)
    assert not isinstance(caught.value, TrainingInterruptedError)


def test_handlers_are_put_back(folder):
    before = [signal.getsignal(number) for number in SIGNALS]
    with pytest.raises(ZeroDivisionError), Interruption(folder, [10]):
        assert [signal.getsignal(number) for number in SIGNALS] != before
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in SIGNALS] == before
