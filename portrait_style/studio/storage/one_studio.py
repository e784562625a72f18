"""One studio a storage: two would both run its jobs."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from portrait_style.errors import StorageError

_LOCK_FILE = "in_use.sqlite3"


@contextlib.contextmanager
def held_storage(storage: Path) -> Iterator[None]:
    """Hold a storage for this process; however that ends, the storage is free again.

    Args:
        storage: folder, which can be written.

    Raises:
        StorageError: if another studio holds it.
    """
    # SQLite locks files on every system, and a lock goes with its process.
    lock = sqlite3.connect(storage / _LOCK_FILE, timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"{storage} is in use by another studio; end that one, or choose another --storage"
            ) from error
        yield
    finally:
        lock.close()
