"""What the page is told of a job."""

import functools
from pathlib import Path
from typing import Any

from portrait_style.errors import ModelError
from portrait_style.studio.jobs.discovered import Cluster, read_clusters
from portrait_style.studio.jobs.run_files import METRICS, RUN, read_run_curves, sheets_of_run
from portrait_style.studio.learned_models import LEARN
from portrait_style.studio.storage.files import FileStore
from portrait_style.studio.storage.tables import Job, JobState

# Of arguments: where files lie is nobody's business, and hundreds of names are not shown.
_NOT_TOLD = ("files", "source", "styles")
_COLUMNS = ("id", "kind", "name", "state", "progress", "remaining", "told")
_TIMES = ("created", "started", "ended")


def told_job(job: Job, files: FileStore) -> dict[str, Any]:
    """Tell the page of a job.

    Args:
        job: `Job`.
        files: `FileStore`.

    Returns:
        dict for JSON; "result" is `None` as long as there is nothing to show.
    """
    told = {name: getattr(job, name) for name in (*_COLUMNS, *_TIMES)}
    told["arguments"] = _told_arguments(job)
    shows = _RESULTS.get(job.kind)
    is_left = job.state not in (JobState.WAITING, JobState.CANCELLED) or job.kind == LEARN
    told["result"] = shows(job, files.path(job.folder)) if shows and is_left else None
    return told


def _told_arguments(job: Job) -> dict[str, Any]:
    told = {key: value for key, value in job.arguments.items() if key not in _NOT_TOLD}
    if job.kind == LEARN:
        told["source"] = job.arguments["source"]
        told["styles"] = [entry["name"] for entry in job.arguments.get("styles", ())]
    if "files" in job.arguments:
        told["pictures"] = len(job.arguments["files"])
    return told


def _learned(job: Job, folder: Path) -> dict[str, Any]:
    return {
        "curves": _curves(folder),
        "samples": [f"/api/jobs/{job.id}/samples/{step}" for step in sheets_of_run(folder)],
        "model": job.result.get("model") if job.state == JobState.DONE else None,
    }


def _curves(folder: Path) -> dict[str, list[list[float]]]:
    try:
        stat = (folder / RUN / METRICS).stat()
    except OSError:
        return {}
    return _curves_at(folder, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=16)
def _curves_at(folder: Path, changed: int, size: int) -> dict[str, list[list[float]]]:
    """Read curves once for each time that they have changed."""
    return read_run_curves(folder)


def _discovered(job: Job, folder: Path) -> dict[str, Any] | None:
    if job.state != JobState.DONE:
        return None
    try:
        clusters, noise = read_clusters(folder)
    except ModelError:
        return None
    return {
        "clusters": [_told_cluster(job, i, cluster) for i, cluster in enumerate(clusters)],
        "noise": noise,
        "map": f"/api/jobs/{job.id}/map",
    }


def _told_cluster(job: Job, number: int, cluster: Cluster) -> dict[str, Any]:
    address = f"/api/jobs/{job.id}/clusters/{number}/samples"
    samples = [f"{address}/{place}" for place in range(len(cluster.samples))]
    return {"name": cluster.name, "count": len(cluster.files), "samples": samples}


def _exported(job: Job, folder: Path) -> dict[str, Any] | None:
    if job.state != JobState.DONE:
        return None
    return {
        "artefacts": job.result.get("artefacts", []),
        "download": f"/api/jobs/{job.id}/download",
    }


_RESULTS = {LEARN: _learned, "discover": _discovered, "export": _exported}
