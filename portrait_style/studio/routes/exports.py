"""Exports: asked for, and fetched."""

import re
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from portrait_style.studio.jobs.export import ARCHIVE
from portrait_style.studio.jobs.intake import add_job
from portrait_style.studio.routes.jobs import job_or_404
from portrait_style.studio.state import CurrentStudio

router = APIRouter(prefix="/api")
KIND = "export"
Format = Literal["saved_model", "tflite", "onnx"]
Precision = Literal["float32", "float16", "dynamic", "int8"]


class ExportRequest(BaseModel):
    """What is to be exported: a model, in formats; the TFLite files in precisions."""

    model: str
    formats: list[Format] = Field(min_length=1)
    quantize: list[Precision] = []


@router.post("/projects/{project}/exports")
def export(project: int, asked: ExportRequest, studio: CurrentStudio) -> dict[str, Any]:
    """Put in line that a model is to be exported."""
    source = studio.engine.source(asked.model)
    title = next((m["title"] for m in studio.engine.models() if m["name"] == asked.model), "")
    arguments = {
        "model": asked.model,
        "title": title,
        "formats": list(dict.fromkeys(asked.formats)),
        "quantize": list(dict.fromkeys(asked.quantize)) or ["float32"],
        "source": _stored(source, studio.files.folder),
    }
    return add_job(studio, project, KIND, title or asked.model, lambda folder: arguments)


@router.get("/jobs/{number}/download")
def download(number: int, studio: CurrentStudio) -> Response:
    """Give what was exported, a zip archive."""
    found = job_or_404(studio, number, KIND)
    path = studio.files.path(found.folder) / ARCHIVE
    if not path.is_file():
        raise HTTPException(404, f"export {number} has no files")
    name = "_".join(re.findall(r"\w+", found.name)) or "model"
    return FileResponse(path, media_type="application/zip", filename=f"{name}.zip")


def _stored(source: str | Path, folder: Path) -> str:
    """Say where a model lies, in the words of the task: a preset, or a place in the storage."""
    return source if isinstance(source, str) else source.relative_to(folder).as_posix()
