"""What a discovery of the studio found: clusters, their names and pictures."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.output_files import write_atomically
from portrait_style.styles.bank import check_style_name
from portrait_style.styles.discovered import STYLES_FILE

PICTURES, FOUND, MAP_FILE = "pictures", "found", "map.png"
# Pictures of a cluster that are shown.
SAMPLES = 8


@dataclass(frozen=True)
class Cluster:
    """A style that was discovered.

    Attributes:
        name: str.
        files: list of str, names in the job's folder of pictures.
    """

    name: str
    files: list[str]

    @property
    def samples(self) -> list[str]:
        """Files that are shown, evenly spaced."""
        last, count = len(self.files) - 1, min(SAMPLES, len(self.files))
        return [self.files[round(i * last / max(1, count - 1))] for i in range(count)]


def read_clusters(folder: Path) -> tuple[list[Cluster], int]:
    """Read what a job has found.

    Args:
        folder: of the job.

    Returns:
        list of `Cluster`, the largest first, and how many pictures are like no others.

    Raises:
        ModelError: if it has found nothing, or the file is damaged.
    """
    content = _read(folder)
    try:
        clusters = [Cluster(entry["name"], entry["files"]) for entry in content["clusters"]]
        return clusters, len(content["outliers"])
    except (KeyError, TypeError) as error:
        raise ModelError("what was discovered is damaged; discover again") from error


def rename_clusters(folder: Path, names: dict[str, str]) -> None:
    """Give clusters other names.

    Args:
        folder: of the job.
        names: dict of the name that a cluster has to the one that it is to have.

    Raises:
        ModelError: if a cluster is not there.
        ArgumentError: if a name is not one line of text, or two clusters would have one name.
    """
    content = _read(folder)
    known = [entry["name"] for entry in content["clusters"]]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ModelError(f"no cluster is called {unknown[0]!r}; look at the discovery again")
    for name in names.values():
        check_style_name(name)
    renamed = [names.get(name, name) for name in known]
    if len({*renamed}) < len(renamed):
        raise ArgumentError("two clusters cannot have one name; choose another one")
    for entry, name in zip(content["clusters"], renamed, strict=True):
        entry["name"] = name
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_atomically(folder / FOUND / STYLES_FILE, f"{text}\n".encode())


def copy_cluster(folder: Path, cluster: Cluster, target: Path) -> None:
    """Copy the pictures of a cluster.

    Args:
        folder: of the job that found it.
        cluster: `Cluster`.
        target: path of the folder to make.
    """
    target.mkdir(parents=True)
    for file in cluster.files:
        shutil.copyfile(folder / PICTURES / file, target / file)


def _read(folder: Path) -> dict:
    try:
        return json.loads((folder / FOUND / STYLES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("nothing was discovered yet, or it is damaged") from error
