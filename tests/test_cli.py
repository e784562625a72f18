import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from command_errors import error_line

from portrait_style import __version__, cli
from portrait_style.cli import stylize as command
from portrait_style.encoding import encode_image
from portrait_style.image import load_image
from portrait_style.medium import Medium
from portrait_style.model_files.preset import BUNDLED
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture
def stylize(preset, photo_path, tmp_path, monkeypatch):
    """Run `stylize` in an empty folder; further arguments replace the defaults."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*arguments, photos=(photo_path,)):
        defaults = ["--style", "oil", "--model", preset]
        return cli.main([str(text) for text in ("stylize", *photos, *defaults, *arguments)])

    return run


@pytest.mark.parametrize(
    "command", [[], ["styles"], ["stylize"], ["optimize"], ["feedback"], ["train"]]
)
def test_help_shows_a_real_example(command, capsys):
    assert cli.main([*command, "--help"]) == 0
    text = capsys.readouterr().out
    examples = [
        line for line in text.splitlines() if "  portrait-style " in line or "example:" in line
    ]
    assert any(" ".join(["portrait-style", *command]) in line for line in examples)


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_module_runs_as_a_script():
    command = [sys.executable, "-m", "portrait_style", "--version"]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip() == __version__


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["paint"],
        ["stylize"],
        ["stylize", "me.jpg"],
        ["stylize", "me.jpg", "--style", "oil", "--size", "ten"],
        ["stylize", "me.jpg", "--style", "oil", "--size", "3"],
        ["stylize", "me.jpg", "--style", "oil", "--texture", "rough"],
        ["stylize", "me.jpg", "--style", "oil", "--texture", "1.1"],
        ["optimize", "me.jpg", "--style", "a.jpg"],
        ["optimize", "me.jpg", "--style", "a.jpg", "--output", "b.png", "--iterations", "0"],
        ["optimize", "me.jpg", "--style", "a.jpg", "--output", "b.png", "--style-weight", "nan"],
        ["train", "--photos", "photos"],
        ["train", "--photos", "p", "--styles", "s", "--output", "o", "--generator-size", "huge"],
    ],
)
def test_mistaken_arguments_get_one_line(arguments, capsys):
    assert cli.main(arguments) == 2
    assert "--help" in error_line(capsys)


def test_styles_are_indented_below_their_preset(capsys):
    assert cli.main(["styles"]) == 0
    expected = ""
    for name in ("large", "mobile"):
        described = json.loads((BUNDLED / name / "preset.json").read_text(encoding="utf-8"))
        bank = described["styles"]
        details = bank["style_details"]
        width = max(map(len, bank["styles"]))
        lines = (
            f"  {x:{width}}  {details[x].get('description', '')}".rstrip() for x in bank["styles"]
        )
        expected += "".join(f"{line}\n" for line in (name, *lines))
    assert capsys.readouterr().out == expected
    assert expected.count("\n  oil               thick oil") == 2


def test_stylize_names_the_picture_after_photo_and_style(stylize, preset, photo, capsys):
    assert stylize() == 0
    written = capsys.readouterr()
    assert written.out == "me-oil.png\n" and written.err == ""
    expected = PortraitStylizer.load(preset).stylize(photo, "oil")
    np.testing.assert_array_equal(load_image("me-oil.png"), expected)


def test_stylize_writes_to_a_file_or_into_a_folder(stylize):
    assert stylize("--output", "a/b.jpg") == 0
    assert stylize("--output", "c") == 0
    assert stylize("--output", "v1.2/") == 0
    assert load_image("a/b.jpg").shape == load_image("c/me-oil.png").shape == (40, 56, 3)
    assert os.path.isfile("v1.2/me-oil.png")


def test_stylize_in_a_random_style(stylize, preset, photo, capsys):
    assert stylize("--style", "random:7@oil") == 0
    assert capsys.readouterr().out == "me-random-7@oil.png\n"
    expected = PortraitStylizer.load(preset).stylize(photo, "random:7@oil")
    np.testing.assert_array_equal(load_image("me-random-7@oil.png"), expected)


def test_stylize_on_the_medium_of_the_style(stylize, networks, photo, tmp_path, capsys):
    stylizer = PortraitStylizer(*networks)
    stylizer.bank.add("oil", stylizer.bank.code("oil"), medium=Medium("weave", 60.0, 0.1))
    model = stylizer.save(tmp_path / "model")
    assert stylize("--model", model, "--texture", "0.8", "--intensity", "0.5") == 0
    assert capsys.readouterr().err == ""
    loaded = PortraitStylizer.load(model)
    expected = loaded.stylize(photo, "oil", 0.5, texture=0.8)
    np.testing.assert_array_equal(load_image("me-oil.png"), expected)
    assert np.any(expected != loaded.stylize(photo, "oil", 0.5))


def test_a_style_without_medium_is_drawn_without_and_that_is_said_once(
    stylize, photo_path, preset, photo, capsys
):
    other = photo_path.with_name("other.bmp")
    other.write_bytes(encode_image(photo, ".bmp"))
    assert stylize("--texture", "1", photos=(photo_path, other)) == 0
    (said,) = capsys.readouterr().err.splitlines()
    assert "warning: the style oil has no medium" in said
    expected = PortraitStylizer.load(preset).stylize(photo, "oil")
    np.testing.assert_array_equal(load_image("me-oil.png"), expected)


@pytest.mark.parametrize("style", ["random", "random:-1", "random:seven", "random:7@chalk"])
def test_a_random_style_without_seed_is_refused(style, stylize, capsys):
    assert stylize("--style", style) == 2
    assert "chalk" in error_line(capsys) if "chalk" in style else "seed" in error_line(capsys)


def test_stylize_in_the_style_of_a_picture(stylize, photo_path, preset):
    assert stylize("--style", photo_path, "--intensity", "0.5", "--size", "28") == 0
    expected = PortraitStylizer.load(preset).stylize(str(photo_path), str(photo_path), 0.5, 28)
    np.testing.assert_array_equal(load_image("me-me.png"), np.asarray(expected))


def test_stylize_in_a_mix_of_a_style_a_discovered_one_and_a_picture(stylize, photo_path, preset):
    found = {"name": "wash", "code": [1.0, -1.0] * 32}
    Path("styles.json").write_text(json.dumps({"clusters": [found]}))
    mix = f"oil:0.5,styles.json#wash:0.3,{photo_path}:0.2"
    assert stylize("--style", mix, "--output", "mixed.png") == 0
    expected = PortraitStylizer.load(preset).stylize(str(photo_path), mix)
    np.testing.assert_array_equal(load_image("mixed.png"), np.asarray(expected))


def test_stylize_several_photos(stylize, photo_path, photo):
    other = photo_path.with_name("other.bmp")
    other.write_bytes(encode_image(photo[:20], ".bmp"))
    assert stylize("--output", "out", photos=(photo_path, other)) == 0
    assert load_image("out/me-oil.png").shape == (40, 56, 3)
    assert load_image("out/other-oil.png").shape == (20, 56, 3)


def test_a_bad_photo_does_not_stop_the_others(stylize, photo_path, capsys):
    bad = photo_path.with_name("bad.jpg")
    bad.write_text("text")
    assert stylize(photos=(bad, photo_path, "missing.png")) == 2
    written = capsys.readouterr()
    assert written.out == "me-oil.png\n"
    first, second, count = written.err.splitlines()
    assert "bad.jpg is not a picture" in first and "missing.png does not exist" in second
    assert "error: 2 of 3 photos were not drawn" in count


def test_two_photos_of_one_name_are_refused(stylize, photo_path, capsys):
    assert stylize(photos=(photo_path, photo_path.parent / "other" / photo_path.name)) == 2
    assert "would both become me-oil.png" in error_line(capsys)


def test_one_file_for_several_photos_is_refused(stylize, photo_path, capsys):
    assert stylize("--output", "all.png", photos=(photo_path, "other.png")) == 2
    assert "all.png is one file for 2 photos; pass a folder" in error_line(capsys)


def test_model_may_be_a_run_folder(stylize, run_folder):
    assert stylize("--model", run_folder) == 0
    assert stylize("--model", run_folder / "generator.keras", "--overwrite") == 0


def test_our_mistake_is_one_line_and_1(capsys):
    def fail(options):
        raise RuntimeError("first line\nsecond line")

    arguments = ["stylize", "me.png", "--style", "oil"]
    faulty = {"stylize": SimpleNamespace(**{**vars(command), "run": fail})}
    assert cli.main(arguments, faulty) == 1
    assert "unexpected RuntimeError: first line second line" in error_line(capsys)
    assert cli.main([*arguments, "--debug"], faulty) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.fixture
def interrupting_model(preset, tmp_path):
    """A preset whose weights never come: who begins to read them gets a SIGINT."""
    # Python's own handler, which a shell's background jobs do not have.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = shutil.copytree(preset, tmp_path / "interrupting")
    (folder / "weights.npz").unlink()
    os.mkfifo(folder / "weights.npz")
    over = threading.Event()

    def interrupt():
        with open(folder / "weights.npz", "wb"):  # waits for the reader
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            over.wait()

    threading.Thread(target=interrupt, daemon=True).start()
    yield folder
    over.set()
    signal.signal(signal.SIGINT, before)


def test_interruption_is_130(stylize, interrupting_model, capsys):
    assert stylize("--model", interrupting_model) == 130
    assert "interrupted" in error_line(capsys)


def test_what_a_command_needs_is_said_in_one_line(monkeypatch, capsys):
    # As Python marks what cannot be imported.
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert cli.main(["feedback", "choose", "--profile", "me.json", "--liked", "1"]) == 2
    line = error_line(capsys)
    assert "pip install scikit-learn" in line and "portrait-style[feedback]" in line
    monkeypatch.delitem(sys.modules, "google.protobuf", raising=False)
    monkeypatch.setitem(sys.modules, "google", None)
    assert cli.main(["export", "--model", "mobile", "--output", "exported"]) == 2
    assert "pip install protobuf" in error_line(capsys)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert cli.main(["optimize", "me.jpg", "--style", "a.jpg", "--output", "b.png"]) == 2
    assert "pip install tensorflow (" in error_line(capsys)
    # Where nothing of TensorFlow is needed, nothing of it is asked for.
    assert cli.main(["styles"]) == 0


def test_a_reader_that_has_seen_enough_is_no_mistake():
    listing = [sys.executable, "-m", "portrait_style", "styles"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(listing, **pipes) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
