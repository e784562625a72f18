"""The files of a studio: under keys that it made, and nowhere else."""

import errno
import os

import pytest

from portrait_style.errors import StorageError
from portrait_style.studio.storage.files import FileStore

OUTSIDE = [
    "",
    ".",
    "..",
    "../x.png",
    "ab/../../x.png",
    "/etc/passwd",
    "ab/passwd",
    "AB/" + "0" * 32 + ".png",
    "ab/" + "0" * 32 + ".png/../../../x",
    "ab/" + "0" * 32 + ".png\0",
    "ab/" + "0" * 32 + "\n",
    "ab\\" + "0" * 32,
]


@pytest.fixture
def files(tmp_path):
    return FileStore(tmp_path / "files")


def test_what_was_written_is_read_and_deleted(files):
    keys = [files.write(b"one", ".png"), files.write(b"two", ".png")]
    assert [files.read(key) for key in keys] == [b"one", b"two"]
    assert files.path(keys[0]).suffix == ".png"
    files.delete(keys[0])
    files.delete(keys[0])
    assert not files.path(keys[0]).exists() and files.read(keys[1]) == b"two"
    with pytest.raises(StorageError, match="has no file"):
        files.read(keys[0])


def test_a_folder_goes_with_what_is_in_it(files):
    key = files.new_folder()
    (files.path(key) / "deep" / "er").mkdir(parents=True)
    (files.path(key) / "deep" / "er" / "x.txt").write_text("x")
    files.delete_folder(key)
    files.delete_folder(key)
    assert not files.path(key).exists()


@pytest.mark.parametrize("key", OUTSIDE)
def test_a_key_that_leads_elsewhere_is_refused(files, key):
    for use in (files.path, files.read, files.delete, files.delete_folder):
        with pytest.raises(StorageError, match="no key"):
            use(key)


def test_a_link_that_leads_out_is_not_followed(files, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    precious = tmp_path / "elsewhere" / ("0" * 32)
    precious.mkdir()
    (files.folder / "00").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="no key"):
        files.delete_folder("00/" + "0" * 32)
    assert precious.is_dir()


@pytest.mark.parametrize("suffix", ["", "png", "./x", ".p/../..", "." + "x" * 40])
def test_a_suffix_is_no_path(files, suffix):
    with pytest.raises(StorageError, match="no suffix"):
        files.write(b"x", suffix)
    assert not any(files.folder.rglob("*"))


def test_a_full_disk_leaves_nothing_behind(files, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        files.write(b"x", ".png")
    assert not [path for path in files.folder.rglob("*") if path.is_file()]
