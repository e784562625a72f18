"""Every command around styles on real pictures; the other tests of commands draw their own."""

import os
from pathlib import Path

import pytest
import style_commands
from PIL import Image

DATA = Path(os.environ.get("PORTRAIT_STYLE_DATA", Path(__file__).parents[3] / "shared"))


@pytest.mark.slow
def test_every_command_runs_on_real_pictures(tmp_path):
    if not (DATA / "data" / "styles" / "dutch_oil").is_dir():
        pytest.skip("PORTRAIT_STYLE_DATA names no folder with data/styles/dutch_oil")
    rows = [style_commands.run(c) for c in style_commands.commands(DATA, tmp_path, small=True)]
    assert [row for row in rows if row[1] != "0"] == []
    for name in ("mix", "random", "random_oil", "reference", "profile", "optimized"):
        assert max(Image.open(tmp_path / f"{name}.png").size) == 64
    # There and back.
    assert Image.open(tmp_path / "clip.gif").n_frames == 16
    assert (tmp_path / "found" / "index.html").is_file()
    assert (tmp_path / "rounds" / "round-2" / "sheet.png").is_file()
    assert (tmp_path / "adapted" / "sheet.png").is_file()
