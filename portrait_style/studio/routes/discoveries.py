"""Discoveries: started, looked at, and named."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, UploadFile
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel

from portrait_style.encoding import encode_image
from portrait_style.image import crop_square, load_image
from portrait_style.studio.jobs.discovered import (
    FOUND,
    MAP_FILE,
    PICTURES,
    read_clusters,
    rename_clusters,
)
from portrait_style.studio.jobs.intake import add_job, save_pictures
from portrait_style.studio.jobs.shown import told_job
from portrait_style.studio.routes.jobs import job_or_404
from portrait_style.studio.state import CurrentStudio
from portrait_style.studio.uploads import needed_name

router = APIRouter(prefix="/api")
KIND = "discover"
_SAMPLE_SIDE, _QUALITY = 160, 85


class Renamed(BaseModel):
    """Names of clusters: those that they have, and those that they are to have."""

    names: dict[str, str]


@router.post("/projects/{project}/discoveries")
def discover(
    project: int,
    files: list[UploadFile],
    studio: CurrentStudio,
    name: Annotated[str, Form(max_length=1000)] = "Discovery",
) -> dict[str, Any]:
    """Put in line that pictures are to be sorted by style."""

    def fill(folder):
        saved = save_pictures(files, folder / PICTURES, studio.settings.limits)
        return {"files": saved.kept, "refused": saved.refused}

    return add_job(studio, project, KIND, needed_name(name, "a discovery"), fill)


@router.patch("/jobs/{number}/clusters")
def name_clusters(number: int, given: Renamed, studio: CurrentStudio) -> dict[str, Any]:
    """Give clusters other names."""
    found = job_or_404(studio, number, KIND)
    rename_clusters(studio.files.path(found.folder), given.names)
    return told_job(found, studio.files)


@router.get("/jobs/{number}/map")
def map_of_clusters(number: int, studio: CurrentStudio) -> Response:
    """Give the map of a discovery, PNG."""
    found = job_or_404(studio, number, KIND)
    path = studio.files.path(found.folder) / FOUND / MAP_FILE
    if not path.is_file():
        raise HTTPException(404, f"discovery {number} has no map")
    return FileResponse(path, media_type="image/png")


@router.get("/jobs/{number}/clusters/{cluster}/samples/{place}")
def cluster_sample(number: int, cluster: int, place: int, studio: CurrentStudio) -> Response:
    """Give a picture of a cluster, a JPEG square of 160 pixels."""
    folder = studio.files.path(job_or_404(studio, number, KIND).folder)
    clusters, _ = read_clusters(folder)
    if not 0 <= cluster < len(clusters) or not 0 <= place < len(clusters[cluster].samples):
        raise HTTPException(404, f"discovery {number} has no such sample")
    picture = load_image(folder / PICTURES / clusters[cluster].samples[place])
    data = encode_image(crop_square(picture, _SAMPLE_SIDE), ".jpg", _QUALITY)
    return Response(data, media_type="image/jpeg")
