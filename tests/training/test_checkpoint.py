import resource

import h5py
import keras
import numpy as np
import pytest

from portrait_style.errors import OutputError
from portrait_style.training.checkpoint import (
    DamagedCheckpointError,
    read_checkpoint,
    write_checkpoint,
)


@pytest.fixture
def model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(50), keras.layers.Dense(2)])


@pytest.fixture
def path(model, tmp_path):
    path = tmp_path / "step-0000001.weights.h5"
    write_checkpoint(model, path)
    return path


def changed(model):
    """Spoil the weights; return what they were."""
    stored = model.get_weights()
    model.set_weights([weight + 1 for weight in stored])
    return stored


def assert_weights(model, expected):
    for weight, value in zip(model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(weight, value)


def test_round_trip(model, path):
    stored = changed(model)
    read_checkpoint(model, path)
    assert_weights(model, stored)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with h5py.File(path) as file:  # what stands behind its data does not disturb HDF5
        assert "layers" in file


def test_file_of_an_earlier_version_is_trusted(model, path):
    model.save_weights(path, overwrite=True)
    stored = changed(model)
    read_checkpoint(model, path)
    assert_weights(model, stored)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_truncated_file_is_refused(model, path, share):
    data = path.read_bytes()
    path.write_bytes(data[: int(share * (len(data) - 64))])
    with pytest.raises(DamagedCheckpointError):
        read_checkpoint(model, path)


def test_a_single_wrong_bit_is_noticed(model, path):
    data = bytearray(path.read_bytes())
    place = data.index(model.get_weights()[0].tobytes()[:16])
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedCheckpointError, match="checksum"):
        read_checkpoint(model, path)


def test_checkpoint_of_another_model_is_refused(path):
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(50), keras.layers.Dense(2)])
    with pytest.raises(DamagedCheckpointError):
        read_checkpoint(other, path)


def test_missing_file_is_refused(model, tmp_path):
    with pytest.raises(DamagedCheckpointError, match="No such file"):
        read_checkpoint(model, tmp_path / "step-0000009.weights.h5")


@pytest.fixture
def full_disk():
    """No file may grow past 4 kB, as on a disk with no more room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_leaves_the_earlier_checkpoint(model, path, full_disk):
    before = path.read_bytes()
    assert len(before) > 4096
    for target in (path, path.with_name("step-0000002.weights.h5")):
        with pytest.raises(OutputError, match=f"cannot write .*{target.name}.* --resume") as caught:
            write_checkpoint(model, target)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]
