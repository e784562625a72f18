"""A node_modules folder that holds the names of files, and nothing that runs."""

import json
from pathlib import Path

from portrait_style.web.runtime import PACKAGES


def write_runtime(folder: Path, packages=PACKAGES) -> Path:
    """Write every file that the page takes of the packages."""
    for package in packages:
        home = folder / package.name
        for source in package.files:
            (home / source).parent.mkdir(parents=True, exist_ok=True)
            (home / source).write_text(f"// {package.name} {source}\n")
        (home / "package.json").write_text(json.dumps({"version": package.version}))
    index = folder / "@litertjs/core/dist/index.js"
    index.write_text('import { createWasmLib } from "@litertjs/wasm-utils";\n')
    return folder
