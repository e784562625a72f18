"""The database of a studio: SQLite in one file, brought up to date when it is opened."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session, sessionmaker

from portrait_style.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a transaction waits for another one, in milliseconds.
PATIENCE = 10_000
_READING = "portrait_style_reading"


def migrations() -> Config:
    """Give what Alembic's commands take: `attributes["connection"]` is to be set."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


class Database:
    """The database in a file, which is made, or brought to this version, when it is opened.

    Any number of threads and processes may open the same file.

    Args:
        path: the file.
        patience: int, milliseconds that a transaction waits for another one. Defaults to 10 s.

    Raises:
        StorageError: if the file is none of a studio, was written by a newer version, or cannot be
            opened.
    """

    def __init__(self, path: str | os.PathLike, patience: int = PATIENCE):
        self.path = Path(path)
        self._engine = _open(self.path, patience)
        self._writing = sessionmaker(self._engine, expire_on_commit=False)
        reading = self._engine.execution_options(**{_READING: True})
        self._reading = sessionmaker(reading, expire_on_commit=False)
        try:
            self._bring_up_to_date()
        except (sa.exc.DatabaseError, sa.exc.OperationalError) as error:
            self.close()
            raise StorageError(f"cannot open the database {self.path}: {error.orig}") from error
        except StorageError:
            self.close()
            raise

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Open a transaction, which is committed at the end, and rolled back upon an error.

        What was read keeps its values after the end. Transactions take turns: keep them short, and
        draw outside of them.
        """
        with self._writing.begin() as session:
            yield session

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads: it waits for nobody, and nobody waits for it."""
        with self._reading() as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _bring_up_to_date(self) -> None:
        config = migrations()
        script = ScriptDirectory.from_config(config)
        # One transaction around all: whoever opens the file meanwhile waits, and a migration that
        # fails leaves the database as it was.
        with self._engine.begin() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            if found == script.get_current_head():
                return
            if found is None and sa.inspect(connection).get_table_names():
                raise StorageError(f"{self.path} is a database, but none of a studio")
            if found is not None and found not in _versions(script):
                raise StorageError(
                    f"{self.path} was written by a newer version of portrait-style; install that "
                    "version, or choose another --storage"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _open(path: Path, patience: int) -> sa.Engine:
    url = sa.URL.create("sqlite", database=str(path))
    engine = sa.create_engine(url, connect_args={"timeout": patience / 1000})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Python's own transactions would leave out changes of the schema.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get(_READING, False)
        # A transaction that reads first and writes later could not be made to wait.
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _versions(script: ScriptDirectory) -> set[str]:
    return {revision.revision for revision in script.walk_revisions()}
