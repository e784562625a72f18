"""Write a `node_modules` folder into the working folder: the files that `web` takes, empty inside.

What runs networks in browsers is not fetched where installations are tried.
"""

import json
from pathlib import Path

from portrait_style.web.runtime import PACKAGES


def main() -> None:
    """Write every file of every package."""
    for package in PACKAGES:
        home = Path("node_modules", package.name)
        for name in package.files:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(f"// {name}\n")
        (home / "package.json").write_text(json.dumps({"version": package.version}))


if __name__ == "__main__":
    main()
