"""Print what is installed beside the floors of setup.cfg; exit code 1 if they differ.

python tests/installation/floors.py EXTRA
"""

import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

NAME = "portrait-style"


def main(extra: str) -> int:
    """Print a row a distribution that the package, or the extra, names."""
    rows = []
    for requirement in requirements(extra):
        floor, installed = floor_of(requirement), metadata.version(requirement.name)
        same = "yes" if is_floor(floor, installed) else "no"
        rows.append((requirement.name, floor or "none", installed, same))
    for row in [("distribution", "floor", "installed", "same"), *sorted(set(rows))]:
        print("{:<24}  {:>9}  {:>10}  {}".format(*row), flush=True)
    return int(any(row[3] == "no" for row in rows))


def requirements(extra: str):
    """Yield what an extra needs, the package itself and the extras of the extra included."""
    for text in metadata.requires(NAME):
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        if canonicalize_name(requirement.name) != NAME:
            yield requirement
            continue
        for further in requirement.extras:
            yield from requirements(further)


def floor_of(requirement: Requirement) -> str | None:
    """Return the lowest version that is allowed."""
    lowest = [part.version for part in requirement.specifier if part.operator in (">=", "==", "~=")]
    return max(lowest, key=Version, default=None)


def is_floor(floor: str | None, installed: str) -> bool:
    """Tell whether a version begins as the floor does: 5.0.0.93 is the floor 5.0."""
    if floor is None:
        return False
    wanted = Version(floor).release
    return Version(installed).release[: len(wanted)] == wanted


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
