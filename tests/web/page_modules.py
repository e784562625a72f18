"""The page's modules in node, without a browser."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import portrait_style.web

PAGE = Path(portrait_style.web.__file__).parent / "page"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


class Modules:
    """The page's modules in a folder of their own, where node takes them for what they are."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(PAGE / "modules", folder / "modules")
        (folder / "package.json").write_text('{"type": "module"}')

    def run(self, script: str, **given):
        """Run a script that has `given` and returns what JSON can hold."""
        imports, _, body = script.partition("---\n")
        (self.folder / "given.json").write_text(json.dumps(given))
        (self.folder / "main.js").write_text(
            f"""import {{ readFileSync }} from "node:fs";
{imports}
const given = JSON.parse(readFileSync("given.json", "utf-8"));
async function main() {{
{body}
}}
console.log(JSON.stringify(await main()));
"""
        )
        done = subprocess.run(
            ["node", "main.js"], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
