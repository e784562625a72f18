"""Where things are kept that can be made, or fetched, again."""

import os
from pathlib import Path

import platformdirs

CACHE_VARIABLE = "PORTRAIT_STYLE_CACHE"


def cache_folder() -> Path:
    """Where things are kept that can be made again: `PORTRAIT_STYLE_CACHE`, or the user's cache."""
    return Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir("portrait-style"))
