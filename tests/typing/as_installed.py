"""Show `public_names.py` to mypy, with the package beside it as a wheel lays it out.

    make check

Where it is developed mypy does not find `portrait_style.training`, which lies in `training/`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("public_names.py")


def lay_out(folder: Path) -> None:
    package = folder / "portrait_style"
    package.mkdir()
    for path in (*(ROOT / "portrait_style").iterdir(), ROOT / "training", ROOT / "export"):
        (package / path.name).symlink_to(path)
    (folder / PROGRAM.name).symlink_to(PROGRAM)


def main() -> int:
    options = ("--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", os.devnull)
    command = [sys.executable, "-m", "mypy", *options, "--warn-unused-ignores", PROGRAM.name]
    with tempfile.TemporaryDirectory() as folder:
        lay_out(Path(folder))
        return subprocess.run(command, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main())
