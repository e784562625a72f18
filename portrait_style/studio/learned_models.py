"""Models that were learned in a studio: what finished jobs left."""

import re
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from portrait_style.errors import ModelError
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
from portrait_style.studio.storage.tables import Job, JobState

LEARN = "learn"
_NAME = re.compile(r"job-([0-9]{1,18})")


@dataclass(frozen=True)
class LearnedModel:
    """A model that can be drawn with.

    Attributes:
        name: str, by which it is asked for.
        title: str, what people call it.
        source: what `open_model` takes.
    """

    name: str
    title: str
    source: str | Path


def model_name(job_id: int) -> str:
    """Name the model that a job learns.

    Example:
        >>> model_name(12)
        'job-12'
    """
    return f"job-{job_id}"


def model_folder(folder: Path, job_id: int) -> Path:
    """Say where a job keeps the model that it learned.

    Args:
        folder: of the job.
        job_id: int.
    """
    return folder / model_name(job_id)


class LearnedModels:
    """What was learned in a studio.

    Args:
        database: `Database`.
        files: `FileStore`.
    """

    def __init__(self, database: Database, files: FileStore):
        self._database = database
        self._files = files

    def all(self) -> list[LearnedModel]:
        """List them, the oldest first."""
        asked = sa.select(Job).where(Job.kind == LEARN, Job.state == JobState.DONE)
        with self._database.reading() as session:
            return [self._of(job) for job in session.scalars(asked.order_by(Job.id))]

    def find(self, name: str) -> LearnedModel:
        """Find one by its name.

        Raises:
            ModelError: if there is none.
        """
        match = _NAME.fullmatch(name)
        with self._database.reading() as session:
            job = session.get(Job, int(match[1])) if match else None
        if job is None or job.kind != LEARN or job.state != JobState.DONE:
            raise ModelError(f"no model is called {name[:80]!r}; choose another one")
        return self._of(job)

    def _of(self, job: Job) -> LearnedModel:
        folder = model_folder(self._files.path(job.folder), job.id)
        return LearnedModel(model_name(job.id), job.name, folder)
