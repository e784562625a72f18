"""Putting into a job's folder what is to be learned from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from fastapi import Form, HTTPException, UploadFile

from portrait_style.errors import ArgumentError, DatasetError
from portrait_style.renderers import find_renderer
from portrait_style.settings import between, multiple_of
from portrait_style.studio.jobs.discovered import copy_cluster, read_clusters
from portrait_style.studio.jobs.intake import Saved, folder_name, save_pictures
from portrait_style.studio.jobs.learn import PAIRS, STYLES
from portrait_style.studio.pictures import row_or_404
from portrait_style.studio.state import Studio
from portrait_style.studio.storage.tables import Job
from portrait_style.studio.uploads import needed_name

STEPS, SIZE = 300, 128
_STEPS, _SIZE = between(1, 100_000), multiple_of(16, 32)
_LARGEST = 512
_MOST_CLUSTERS = 30

Source = Literal["pictures", "pairs", "renderer", "discovery"]
Sent = Sequence[UploadFile]


@dataclass(frozen=True)
class LearnRequest:
    """What is to be learned, and how long.

    Attributes:
        source: str, "pictures", "pairs", "renderer" or "discovery".
        name: str, of the style, or of all where there are several.
        steps: int from 1.
        size: int, a multiple of 16 from 32 to 512, pixels of what training sees.
        renderer: str, or "".
        job: int, of a discovery, or `None`.
        clusters: list of str, those of the discovery that are to be learned; none for all.

    Raises:
        ArgumentError: if a number is out of its range.
    """

    source: Source
    name: str
    steps: int
    size: int
    renderer: str
    job: int | None
    clusters: list[str]

    def __post_init__(self):
        _STEPS.check("steps", self.steps)
        _SIZE.check("size", self.size)
        if self.size > _LARGEST:
            raise ArgumentError(f"`size` must be at most {_LARGEST}. Received: size={self.size}.")

    @classmethod
    def from_form(
        cls,
        source: Annotated[Source, Form()],
        name: Annotated[str, Form(max_length=1000)],
        steps: Annotated[int, Form()] = STEPS,
        size: Annotated[int, Form()] = SIZE,
        renderer: Annotated[str, Form()] = "",
        job: Annotated[int | None, Form()] = None,
        clusters: Annotated[list[str], Form()] = [],  # noqa: B006
    ) -> "LearnRequest":
        """Read the fields of a form."""
        return cls(source, name, steps, size, renderer, job, clusters)


def fill_learn_folder(
    studio: Studio,
    project: int,
    folder: Path,
    asked: LearnRequest,
    sent: tuple[Sent, Sent, Sent],
) -> dict[str, Any]:
    """Put what is to be learned from into a job's folder.

    Args:
        studio: `Studio`.
        project: int.
        folder: path of the job's folder.
        asked: `LearnRequest`.
        sent: pictures of a style; photos; and what they are to become.

    Returns:
        The arguments of the task.

    Raises:
        PortraitStyleError: if something is missing or cannot be read.
        HTTPException: 404, if there is no such discovery.
    """
    files, before, after = sent
    name = needed_name(asked.name, "a style")
    arguments = {"source": asked.source, "steps": asked.steps, "size": asked.size}
    if asked.source == "renderer":
        find_renderer(asked.renderer)
        return {**arguments, "renderer": asked.renderer}
    if asked.source == "discovery":
        return {**arguments, **_clusters(studio, project, folder, asked)}
    own = folder_name(1, name)
    style = {"styles": [{"folder": own, "name": name}]}
    limits = studio.settings.limits
    if asked.source == "pictures":
        saved = save_pictures(files, folder / STYLES / own, limits)
        return {**arguments, **style, "files": saved.kept, "refused": saved.refused}
    photos, targets = folder / PAIRS / own / "before", folder / PAIRS / own / "after"
    first, second = save_pictures(before, photos, limits), save_pictures(after, targets, limits)
    _put_together(photos, targets, first, second)
    refused = [*first.refused, *second.refused]
    return {**arguments, **style, "files": [*first.kept, *second.kept], "refused": refused}


def _put_together(photos: Path, targets: Path, before: Saved, after: Saved) -> None:
    """Name each picture after its photo: that of its own name or, where no name fits, of its place.

    Raises:
        DatasetError: if some are alone.
    """
    stems = [_stem(entry["name"]) for entry in before.kept]
    others = [_stem(entry["name"]) for entry in after.kept]
    if sorted(stems) == sorted(others) and len({*stems}) == len(stems):
        places = [stems.index(stem) for stem in others]
    elif not {*stems} & {*others} and len(stems) == len(others):
        places = list(range(len(stems)))
    else:
        alone = sorted({*stems} ^ {*others})[:5] or sorted(stems)[:5]
        raise DatasetError(
            "each photo must have one picture of the same name, and the other way round; look at "
            + ", ".join(alone)
        )
    for entry, place in zip(after.kept, places, strict=True):
        (targets / entry["file"]).rename(targets / f"moving-{entry['file']}")
        entry["place"] = str(place)
    for entry in after.kept:
        partner = Path(before.kept[int(entry.pop("place"))]["file"])
        moved = targets / f"moving-{entry['file']}"
        entry["file"] = partner.with_suffix(moved.suffix).name
        moved.rename(targets / entry["file"])


def _stem(name: str) -> str:
    return PurePosixPath(name).stem.lower()


def _clusters(studio: Studio, project: int, folder: Path, asked: LearnRequest) -> dict[str, Any]:
    """Copy the pictures of clusters, a folder a style."""
    with studio.database.reading() as session:
        job = row_or_404(session, Job, asked.job or 0)
    if job.project_id != project or job.kind != "discover":
        raise HTTPException(404, f"the project has no discovery {asked.job}")
    found = studio.files.path(job.folder)
    clusters = {cluster.name: cluster for cluster in read_clusters(found)[0]}
    wanted = list(dict.fromkeys(asked.clusters)) or list(clusters)
    unknown = [name for name in wanted if name not in clusters]
    if unknown:
        raise ArgumentError(f"no cluster is called {unknown[0][:80]!r}; look at the discovery")
    if len(wanted) > _MOST_CLUSTERS:
        raise ArgumentError(f"at most {_MOST_CLUSTERS} styles are learned at once")
    styles = []
    for number, name in enumerate(wanted, start=1):
        own = folder_name(number, name)
        copy_cluster(found, clusters[name], folder / STYLES / own)
        styles.append({"folder": own, "name": name})
    return {"styles": styles, "discovery": job.id}
