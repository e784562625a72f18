"""Draw `me.png` in the first style that discovery found in `found/`, whatever its name is."""

import json
from pathlib import Path

from portrait_style.cli import main

if __name__ == "__main__":
    found = json.loads(Path("found/styles.json").read_text(encoding="utf-8"))
    style = f"found/styles.json#{found['clusters'][0]['name']}"
    raise SystemExit(main(["stylize", "me.png", "--style", style, "--output", "light/found.png"]))
