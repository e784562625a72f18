"""Where the photos, styles, networks and peers lie that are no part of the project."""

import argparse
import os
from pathlib import Path


def add_data(parser: argparse.ArgumentParser, holds: str) -> None:
    """Add `--data`.

    Args:
        parser: of the script.
        holds: str, what the script looks for in it.
    """
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("PORTRAIT_STYLE_DATA") or "../shared"),
        metavar="DIR",
        help=f"holds {holds} (default: PORTRAIT_STYLE_DATA or ../shared)",
    )
