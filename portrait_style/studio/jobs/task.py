"""What a task is given: its arguments, its folder, and a way to tell how far it is."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
from portrait_style.studio.storage.tables import Job

# Kinds of jobs, and the modules whose `run` does them.
TASKS = {
    "discover": "portrait_style.studio.jobs.discover",
    "learn": "portrait_style.studio.jobs.learn",
    "export": "portrait_style.studio.jobs.export",
}
# Seconds between two reports that are written down.
_REPORT_EVERY = 0.5


@dataclass
class TaskContext:
    """What a task works with.

    Attributes:
        job: int, number of the job.
        arguments: dict, what was asked for.
        folder: path that the task may write in; what was there before is left.
        files: `FileStore`.
        database: `Database`.
    """

    job: int
    arguments: dict[str, Any]
    folder: Path
    files: FileStore
    database: Database
    _reported: float = field(default=-_REPORT_EVERY, repr=False)

    def report(
        self,
        progress: float,
        told: str,
        remaining: float | None = None,
        result: dict[str, Any] | None = None,
    ) -> None:
        """Say how far the task is; reports that come quickly after another are left out.

        A database that is busy does not end the task: the next report says the same.

        Args:
            progress: float in [0, 1].
            told: str, a line for people.
            remaining: float, seconds that are left, or `None` where that is not known.
            result: dict, what the task found; it is always written. Defaults to `None`: no news.
        """
        if result is None and time.monotonic() - self._reported < _REPORT_EVERY:
            return
        values: dict[str, Any] = {"progress": progress, "told": told, "remaining": remaining}
        if result is not None:
            values["result"] = result
            patiently(lambda: write_job(self.database, self.job, **values))
        else:
            with contextlib.suppress(sa.exc.OperationalError):
                write_job(self.database, self.job, **values)
        self._reported = time.monotonic()


def write_job(database: Database, job: int, **values: Any) -> None:
    """Change columns of a job; one that was deleted is no error.

    Args:
        database: `Database`.
        job: int.
        **values: new values by name of the column.
    """
    with database.session() as session:
        session.execute(sa.update(Job).where(Job.id == job).values(**values))


def patiently(write: Callable[[], None], tries: int = 60) -> None:
    """Write what must not be lost, however long others keep the database busy.

    Args:
        write: writes once.
        tries: int; each waits for the database as long as that does. Defaults to 60.

    Raises:
        sqlalchemy.exc.OperationalError: if it is still busy at the last try.
    """
    for number in range(tries):
        try:
            return write()
        except sa.exc.OperationalError:
            if number == tries - 1:
                raise
            time.sleep(_REPORT_EVERY)
