"""The process that does one job.

python -m portrait_style.studio.jobs.worker STORAGE JOB

It ends when its standard input does: so none goes on whose studio was killed.
"""

import errno
import importlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from portrait_style.errors import PortraitStyleError, TrainingInterruptedError
from portrait_style.studio.failures import without_paths
from portrait_style.studio.jobs.task import TASKS, TaskContext, patiently, write_job
from portrait_style.studio.settings import StudioSettings
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
from portrait_style.studio.storage.tables import Job, JobState, now

# The page comes first.
_NICENESS = 5
# Milliseconds that a report waits for a busy database.
_PATIENCE = 2000
# Seconds to end in, once the studio is gone.
_GRACE = 60.0
_UNKNOWN = "something went wrong in the studio; the log of the job says more"
_DISK_FULL = "the disk is full; make room, and try again"

Task = Callable[[TaskContext], None]


def main(arguments: list[str] | None = None, tasks: Mapping[str, str | Task] = TASKS) -> int:
    """Do a job.

    Args:
        arguments: list of str, the storage's folder and the number of the job, or `None` for those
            of the command line.
        tasks: dict of kinds of jobs to what does them, or to the module that has it as `run`.

    Returns:
        0 where the job was done, 1 where it failed, and 128 plus the number of the signal where it
        was stopped by one.
    """
    storage, job_id = sys.argv[1:] if arguments is None else arguments
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_studio, daemon=True).start()
    settings = StudioSettings(storage=Path(storage))
    database = Database(settings.database_path, _PATIENCE)
    files = FileStore(settings.files_folder)
    with database.reading() as session:
        job = session.get(Job, int(job_id))
    if job is None:
        return 0
    task = tasks[job.kind]
    folder = files.path(job.folder).resolve()
    context = TaskContext(job.id, dict(job.arguments), folder, files, database)
    return _do(task, context)


def _do(task: str | Task, context: TaskContext) -> int:
    """Run a task, and write down how it ended."""
    try:
        run = importlib.import_module(task).run if isinstance(task, str) else task
        run(context)
    except TrainingInterruptedError as error:
        return error.exit_code
    except Exception as error:
        traceback.print_exc()
        _end(context, JobState.FAILED, told=_reason(error, context.files.folder.parent))
        return 1
    _end(context, JobState.DONE, progress=1.0)
    return 0


def _end(context: TaskContext, state: JobState, **values: Any) -> None:
    told = {"state": state, "ended": now(), "remaining": None, **values}
    patiently(lambda: write_job(context.database, context.job, **told))


def _reason(error: Exception, storage: Path) -> str:
    """Say in a line why a task failed, without paths of this machine."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _DISK_FULL
    if isinstance(error, MemoryError):
        return "there was not enough memory; try fewer or smaller pictures"
    if not isinstance(error, PortraitStyleError):
        return _UNKNOWN
    return without_paths(str(error), storage)


def _end_with_studio() -> None:
    """Wait for the end of standard input, which the studio holds; then stop as if asked to."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_GRACE)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
