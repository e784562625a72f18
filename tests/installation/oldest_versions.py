"""Run the quick tests with the lowest version of everything that setup.cfg allows.

    make test-oldest

On the oldest Python, in an environment outside the checkout that is thrown away. Further arguments
go to pytest.
"""

import os
import subprocess
import sys
from pathlib import Path

from environment import Environment, temporary_folder
from wheel import ROOT

OLDEST_PYTHON = (3, 11)
EXTRA = "test"
QUICK = ["-n", "2", "--dist", "loadfile", "-m", "not slow and not browser"]


def main(for_pytest: list[str]) -> int:
    """Install, compare, test; return the exit code of what failed first."""
    with temporary_folder() as folder:
        environment = make(folder / "oldest")
        if environment is None:
            return 1
        floors = str(Path(__file__).with_name("floors.py"))
        for command in ([floors, EXTRA], ["-m", "pytest", *QUICK, *for_pytest]):
            code = subprocess.run([environment.python, *command], cwd=ROOT).returncode
            if code:
                return code
    return 0


def make(folder: Path) -> Environment | None:
    """Make the environment; say what is wrong and return `None` if that fails."""
    right = sys.version_info[:2] == OLDEST_PYTHON
    version = "{}.{}".format(*OLDEST_PYTHON)
    print(f"installing the lowest versions on Python {version}", flush=True)
    # A shim of pyenv named python3.11 runs the version that this variable names.
    os.environ.setdefault("PYENV_VERSION", version)
    environment = Environment(folder, sys.executable if right else version)
    if environment.made.code:
        print(f"Python {version} is needed: {environment.made.stderr.splitlines()[0]}")
        return None
    lowest = ["--resolution", "lowest-direct", "-r", ROOT / "setup.cfg", "--extra", EXTRA]
    # Many tests start programs of their own; compiled once, TensorFlow is there sooner.
    for requirements in (["--compile-bytecode", *lowest], ["--no-deps", "--editable", ROOT]):
        installed = environment.install(*requirements)
        if installed.code:
            print(installed.stderr.strip())
            return None
    return environment


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
