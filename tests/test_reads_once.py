"""One `stylize` reads each thing once: seen by Python's audit events, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import portrait_style
from portrait_style.encoding import encode_image

COUNTED = """
import json, sys
opened, listed = [], []

def hook(event, arguments):
    if event == "open":
        opened.append(str(arguments[0]))
    elif event in ("os.scandir", "os.listdir"):
        listed.append(str(arguments[0]))

sys.addaudithook(hook)
from portrait_style.cli import main
code = main({arguments!r})
print(json.dumps([code, opened, listed]))
"""


@pytest.mark.parametrize("preset", ["mobile", "large"])
def test_one_stylize_reads_style_picture_preset_and_list_of_presets_once(preset, photo, tmp_path):
    picture, style = tmp_path / "me.png", tmp_path / "style.png"
    for path in (picture, style):
        path.write_bytes(encode_image(photo, ".png"))
    arguments = ["stylize", str(picture), "--style", f"oil:0.5,{style}:0.5"]
    arguments += ["--output", str(tmp_path / "drawn.png"), "--size", "32"]
    arguments += ["--model", preset]
    run = [sys.executable, "-c", COUNTED.format(arguments=arguments)]
    printed = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    code, opened, listed = json.loads(printed.splitlines()[-1])
    assert code == 0
    presets = Path(portrait_style.__file__).parent / "presets"
    assert opened.count(str(picture)) == opened.count(str(style)) == 1
    assert opened.count(str(presets / preset / "preset.json")) == 1
    for network in ("generator.tflite", "style_encoder.tflite"):
        assert opened.count(str(presets / preset / network)) == 1
    assert listed.count(str(presets)) == 1
