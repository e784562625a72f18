"""The wheel as it would be published, and whether it holds everything that it should."""

import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from environment import Outcome, uv

ROOT = Path(__file__).resolve().parents[2]
# Where the folders of the checkout that are packages lie in the wheel.
PACKAGES = {
    "portrait_style": "portrait_style",
    "training": "portrait_style/training",
    "export": "portrait_style/export",
}


def build(folder: Path) -> tuple[Outcome, Path | None]:
    """Build a source distribution, and a wheel from that, of a copy of the checkout.

    Args:
        folder: path; "copy" and "dist" are made in it.

    Returns:
        What uv printed, and the path of the wheel, `None` if there is none.
    """
    copy, made = folder / "copy", folder / "dist"
    for name in tracked_files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    outcome = uv("build", "--python", sys.executable, "--out-dir", made, copy)
    shutil.rmtree(copy)
    return outcome, next(iter(made.glob("*.whl")), None)


def tracked_files() -> list[str]:
    """List the files that git tracks, and new ones that it does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file())


def missing(wheel: Path) -> list[str]:
    """List what git tracks of the package and the wheel lacks, by the names in the wheel."""
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = []
    for name in tracked_files():
        top, _, rest = name.partition("/")
        if rest and top in PACKAGES:
            wanted.append(f"{PACKAGES[top]}/{rest}")
    return [name for name in wanted if name not in held]


def extras(wheel: Path) -> set[str]:
    """Return the names of the wheel's extras."""
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    return set(Parser().parsestr(archive.read(name).decode()).get_all("Provides-Extra", []))
