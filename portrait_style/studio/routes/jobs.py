"""Jobs: how far they are, and what may be done with them; and learning, which is one."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, File, HTTPException, UploadFile
from fastapi.responses import FileResponse, Response

from portrait_style.studio.jobs.intake import add_job
from portrait_style.studio.jobs.learn_intake import LearnRequest, fill_learn_folder
from portrait_style.studio.jobs.run_files import sheets_of_run
from portrait_style.studio.jobs.shown import told_job
from portrait_style.studio.pictures import row_or_404
from portrait_style.studio.state import CurrentStudio, Studio
from portrait_style.studio.storage.tables import Job, JobState, Project
from portrait_style.studio.uploads import needed_name

router = APIRouter(prefix="/api")
Files = Annotated[list[UploadFile], File()]


@router.get("/projects/{project}/jobs")
def jobs_of_project(project: int, studio: CurrentStudio) -> dict[str, Any]:
    """List the jobs of a project, the newest first."""
    asked = sa.select(Job).where(Job.project_id == project).order_by(Job.id.desc())
    with studio.database.reading() as session:
        row_or_404(session, Project, project)
        jobs = session.scalars(asked).all()
    return {"jobs": [told_job(job, studio.files) for job in jobs]}


@router.get("/jobs/{number}")
def job(number: int, studio: CurrentStudio) -> dict[str, Any]:
    """Tell of a job."""
    return told_job(job_or_404(studio, number), studio.files)


@router.get("/jobs/{number}/samples/{step}")
def sample(number: int, step: int, studio: CurrentStudio) -> Response:
    """Give the sheet of samples that a training drew after a step."""
    found = job_or_404(studio, number)
    path = sheets_of_run(studio.files.path(found.folder)).get(step)
    if path is None:
        raise HTTPException(404, f"job {number} has drawn no samples after step {step}")
    return FileResponse(path, media_type="image/png")


@router.post("/jobs/{number}/stop")
def stop(number: int, studio: CurrentStudio) -> dict[str, Any]:
    """Ask a job to keep what it did, and end."""
    return _acted(studio, number, studio.supervisor.stop, "stopped")


@router.post("/jobs/{number}/resume")
def resume(number: int, studio: CurrentStudio) -> dict[str, Any]:
    """Let a job go on."""
    return _acted(studio, number, studio.supervisor.resume, "resumed")


@router.post("/jobs/{number}/cancel")
def cancel(number: int, studio: CurrentStudio) -> dict[str, Any]:
    """End a job, and delete what it made."""
    return _acted(studio, number, studio.supervisor.cancel, "cancelled")


@router.delete("/jobs/{number}", status_code=204)
def delete(number: int, studio: CurrentStudio) -> None:
    """Delete a job, and all that it made."""
    found = job_or_404(studio, number)
    studio.supervisor.cancel(number)
    with studio.database.session() as session:
        session.execute(sa.delete(Job).where(Job.id == number))
    studio.files.delete_folder(found.folder)


@router.post("/projects/{project}/learn")
def learn(
    project: int,
    studio: CurrentStudio,
    asked: Annotated[LearnRequest, Depends(LearnRequest.from_form)],
    files: Files = [],  # noqa: B006
    before: Files = [],  # noqa: B006
    after: Files = [],  # noqa: B006
) -> dict[str, Any]:
    """Put in line that a style is to be learned."""
    name = needed_name(asked.name, "a style")

    def fill(folder):
        return fill_learn_folder(studio, project, folder, asked, (files, before, after))

    return add_job(studio, project, "learn", name, fill)


def job_or_404(studio: Studio, number: int, kind: str | None = None) -> Job:
    """Give the job of a number.

    Args:
        studio: `Studio`.
        number: int.
        kind: str, of which it must be, or `None` for any; then it must be done, too.

    Raises:
        HTTPException: 404, if there is none; 409, if it is not done yet.
    """
    with studio.database.reading() as session:
        found = row_or_404(session, Job, number)
    if kind is not None and found.kind != kind:
        raise HTTPException(404, f"job {number} is of another kind")
    if kind is not None and found.state != JobState.DONE:
        raise HTTPException(409, f"job {number} is not done")
    return found


def _acted(studio: Studio, number: int, act, done: str) -> dict[str, Any]:
    state = job_or_404(studio, number).state
    if not act(number):
        raise HTTPException(409, f"job {number} is {state}; it cannot be {done}")
    return told_job(job_or_404(studio, number), studio.files)
