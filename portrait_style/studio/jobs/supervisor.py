"""One job after the other, each in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from portrait_style.studio.learned_models import LEARN
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
from portrait_style.studio.storage.tables import Job, JobState, now

WORKER = (sys.executable, "-m", "portrait_style.studio.jobs.worker")
LOG_FILE = "log.txt"
# Jobs that keep what they did when they are stopped, and can go on.
RESUMABLE = (LEARN,)
# Seconds that a job has to keep what it did when the studio ends.
_GRACE = 60.0
# Seconds that the process of a studio that was killed is waited for, and between two looks.
_ORPHAN_PATIENCE, _LOOK_EVERY = 90.0, 0.5
_STOP, _CANCEL = "stop", "cancel"


class Supervisor:
    """Runs what waits, the first first, and notices how it ends. Any thread may call it.

    Args:
        database: `Database`.
        files: `FileStore`.
        storage: folder of the studio.
        command: sequence of str, what does a job; the storage and the job's number are added.
            Defaults to `WORKER`.
    """

    def __init__(
        self, database: Database, files: FileStore, storage: Path, command: Sequence[str] = WORKER
    ):
        self._database = database
        self._files = files
        self._command = (*command, str(storage))
        self._news = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._asked: dict[int, str] = {}
        self._running: tuple[int, subprocess.Popen] | None = None
        # Of the job that runs, set at its end.
        self._ended = threading.Condition(self._lock)
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to work. What ran when the studio ended goes on if it can, or has failed."""
        self._thread.start()

    def wake(self) -> None:
        """Say that there is a job to do."""
        self._news.set()

    def close(self) -> None:
        """Let the job that runs keep what it did, and end; it goes on when the studio starts."""
        self._closing.set()
        self._news.set()
        with self._lock:
            if self._running:
                self._running[1].terminate()
        if self._thread.is_alive():
            self._thread.join(_GRACE)
        with self._lock:
            if self._running:
                _kill(self._running[1])

    def stop(self, job_id: int) -> bool:
        """Ask a job to keep what it did, and end; it may be some seconds until it has.

        Returns:
            Whether it can be stopped: it waits or runs, and is of a kind that can go on later.
        """
        with self._lock:
            if self._ask(job_id, _STOP, (JobState.WAITING,), JobState.STOPPED):
                return True
            with self._database.reading() as session:
                job = session.get(Job, job_id)
            if job is None or job.kind not in RESUMABLE or job.state != JobState.RUNNING:
                return False
            self._asked.setdefault(job_id, _STOP)
            self._signal(job_id)
            return True

    def cancel(self, job_id: int) -> bool:
        """End a job at once, and delete what it made.

        Returns:
            Whether it was waiting, running or stopped.
        """
        before = (JobState.WAITING, JobState.STOPPED)
        with self._lock:
            if self._ask(job_id, _CANCEL, before, JobState.CANCELLED):
                self._forget(job_id)
                return True
            with self._database.reading() as session:
                job = session.get(Job, job_id)
            if job is None or job.state != JobState.RUNNING:
                return False
            self._asked[job_id] = _CANCEL
            self._signal(job_id)
            self._ended.wait_for(lambda: job_id not in self._asked, _GRACE)
            return True

    def resume(self, job_id: int) -> bool:
        """Let a job that was stopped, or has failed, go on from what it kept.

        Returns:
            Whether it can go on.
        """
        before = (JobState.STOPPED, JobState.FAILED)
        asked = sa.update(Job).where(Job.id == job_id, Job.state.in_(before))
        again = {"state": JobState.WAITING, "told": "waits to go on", "ended": None}
        changed = self._changes_one(asked.where(Job.kind.in_(RESUMABLE)).values(**again))
        self.wake()
        return changed

    def _ask(self, job_id: int, asked: str, before, after: JobState) -> bool:
        """Change the state of a job that no process does; tell if it was one of `before`."""
        told = "stopped before it began" if asked == _STOP else "cancelled"
        change = _changed(job_id, after, told).where(Job.state.in_(before))
        if asked == _STOP:
            change = change.where(Job.kind.in_(RESUMABLE))
        return self._changes_one(change)

    def _changes_one(self, change: sa.Update) -> bool:
        """Change a row; tell if there was one to change."""
        with self._database.session() as session:
            return session.scalar(change.returning(Job.id)) is not None

    def _signal(self, job_id: int) -> None:
        """Tell the process of a job what was asked, where there is one already."""
        if self._running and self._running[0] == job_id:
            process = self._running[1]
            if self._asked[job_id] == _CANCEL:
                _kill(process)
            else:
                process.terminate()

    def _work(self) -> None:
        self._recover()
        while not self._closing.is_set():
            self._news.clear()
            job = self._next()
            if job is None:
                self._news.wait()
            else:
                self._do(job)

    def _recover(self) -> None:
        """Put back in line what ran when the studio ended, or say that it failed."""
        with self._database.reading() as session:
            left = session.scalars(sa.select(Job).where(Job.state == JobState.RUNNING)).all()
        for job in left:
            self._wait_for_orphan(job.process)
            if job.kind in RESUMABLE:
                told = "goes on, for the studio was started again"
                values = {"state": JobState.WAITING, "told": told}
            else:
                told = "the studio ended while this ran; ask for it again"
                values = {"state": JobState.FAILED, "told": told, "ended": now()}
            change = sa.update(Job).where(Job.id == job.id, Job.state == JobState.RUNNING)
            self._write(change.values(process=None, remaining=None, **values))

    def _wait_for_orphan(self, process: int | None) -> None:
        """Wait until the process of a studio that was killed has ended, as it does by itself."""
        until = time.monotonic() + _ORPHAN_PATIENCE
        while process and _is_alive(process) and time.monotonic() < until:
            if self._closing.wait(_LOOK_EVERY):
                return

    def _next(self) -> Job | None:
        """Take the job that waits the longest."""
        asked = sa.select(Job).where(Job.state == JobState.WAITING).order_by(Job.id).limit(1)
        try:
            with self._database.session() as session:
                job = session.scalar(asked)
                if job is not None:
                    job.state = JobState.RUNNING
                    job.started = job.started or now()
                    job.told = "starts"
            return job
        except sa.exc.OperationalError:
            # Somebody keeps the database busy; look again later.
            self._news.set()
            self._closing.wait(_LOOK_EVERY)
            return None

    def _do(self, job: Job) -> None:
        """Run the process of a job to its end."""
        log = self._files.path(job.folder) / LOG_FILE
        try:
            with log.open("ab") as written, self._lock:
                process = subprocess.Popen(
                    [*self._command, str(job.id)],
                    stdin=subprocess.PIPE,
                    stdout=written,
                    stderr=written,
                    start_new_session=os.name == "posix",
                )
                self._running = (job.id, process)
                if job.id in self._asked:
                    self._signal(job.id)
        except OSError:
            self._end(job, 1)
            return
        self._write(sa.update(Job).where(Job.id == job.id).values(process=process.pid))
        code = process.wait()
        if process.stdin:
            process.stdin.close()
        self._end(job, code)

    def _end(self, job: Job, code: int) -> None:
        """Write down how the process of a job ended, unless that has done so itself."""
        with self._lock:
            self._running = None
            asked = self._asked.get(job.id)
            if asked == _CANCEL:
                self._write(_changed(job.id, JobState.CANCELLED, "cancelled"))
                self._forget(job.id)
            elif asked == _STOP or not self._closing.is_set():
                self._write_end(job, code, asked)
            self._asked.pop(job.id, None)
            self._ended.notify_all()

    def _write_end(self, job: Job, code: int, asked: str | None) -> None:
        stopped = job.kind in RESUMABLE and (asked == _STOP or code == 128 + signal.SIGTERM)
        state = JobState.STOPPED if stopped else JobState.FAILED
        told = "stopped; what was learned is kept" if stopped else _reason(code)
        # The process itself wrote down how it ended, unless it still seems to run.
        self._write(_changed(job.id, state, told).where(Job.state == JobState.RUNNING))

    def _forget(self, job_id: int) -> None:
        """Delete what a job made, and its result."""
        with self._database.reading() as session:
            job = session.get(Job, job_id)
        if job is not None:
            self._files.delete_folder(job.folder)
            self._write(sa.update(Job).where(Job.id == job_id).values(result={}, progress=0.0))

    def _write(self, statement: sa.Update) -> None:
        """Write something down, however long others keep the database busy."""
        while True:
            try:
                with self._database.session() as session:
                    session.execute(statement)
                return
            except sa.exc.OperationalError:
                if self._closing.wait(_LOOK_EVERY):
                    return


def _changed(job_id: int, state: JobState, told: str) -> sa.Update:
    """Make the statement by which a job ends."""
    values = {"state": state, "told": told, "ended": now(), "remaining": None, "process": None}
    return sa.update(Job).where(Job.id == job_id).values(**values)


def _reason(code: int) -> str:
    """Say how a process ended that did not say so itself."""
    if code >= 0:
        return f"the process of this job ended by itself (code {code}); its log says more"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
    hint = ", as where memory runs out" if name == "SIGKILL" else ""
    return f"the process of this job was ended from outside ({name}){hint}"


def _kill(process: subprocess.Popen) -> None:
    """End a process, and those that it started, at once."""
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        process.kill()


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False
    return True
