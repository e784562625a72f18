import sys
from pathlib import Path

import numpy as np
import pytest
from command_errors import error_line

from portrait_style import cli, renderers
from portrait_style.encoding import encode_image
from portrait_style.image import load_image
from portrait_style.renderers import find_renderer, render


@pytest.fixture
def draw(photo_path, tmp_path, monkeypatch):
    """Run `render` in an empty folder; further arguments replace the defaults."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*arguments, photos=(photo_path,)):
        words = ("render", *photos, "--renderer", "poster", *arguments)
        return cli.main([str(word) for word in words])

    return run


def test_renderers_are_listed_with_what_they_are(capsys):
    assert cli.main(["renderers"]) == 0
    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    files = sorted(path.stem for path in Path(renderers.__path__[0]).glob("[!_]*.py"))
    assert listed == [[name, find_renderer(name).DESCRIPTION] for name in files]


def test_the_list_is_aligned(capsys):
    assert cli.main(["renderers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    width = max(len(line.split()[0]) for line in lines)
    assert all(line[width : width + 2] == "  " and line[width + 2] != " " for line in lines)


@pytest.mark.parametrize("command", ["render", "renderers"])
def test_help_shows_a_real_example(command, capsys):
    assert cli.main([command, "--help"]) == 0
    assert f"  portrait-style {command}" in capsys.readouterr().out


def test_a_drawing_is_named_after_photo_and_renderer(draw, photo, capsys):
    assert draw() == 0
    written = capsys.readouterr()
    assert written.out == "me-poster.png\n" and written.err == ""
    np.testing.assert_array_equal(load_image("me-poster.png"), render(photo, "poster"))


def test_renderer_and_stroke_are_what_was_asked_for(draw, photo):
    assert draw("--renderer", "oil", "--stroke", "2.5", "--output", "a/b.png") == 0
    expected = render(photo, "oil", 2.5)
    np.testing.assert_array_equal(load_image("a/b.png"), expected)
    assert np.any(expected != render(photo, "oil"))


def test_a_bad_photo_does_not_stop_the_others(draw, photo_path, photo, capsys):
    bad, other = (photo_path.with_name(name) for name in ("bad.jpg", "other.bmp"))
    bad.write_text("text")
    other.write_bytes(encode_image(photo[:20], ".bmp"))
    assert draw("--output", "out", photos=(bad, photo_path, "missing.png", other)) == 2
    written = capsys.readouterr()
    assert written.out.split() == ["out/me-poster.png", "out/other-poster.png"]
    first, second, count = written.err.splitlines()
    assert "bad.jpg is not a picture" in first and "missing.png does not exist" in second
    assert "error: 2 of 4 photos were not drawn" in count
    assert load_image("out/other-poster.png").shape == (20, 56, 3)


def test_an_unknown_renderer_is_refused_before_anything_is_read(draw, capsys):
    assert draw("--renderer", "etching", photos=("missing.png",)) == 2
    line = error_line(capsys)
    assert "no renderer 'etching'" in line and "linocut" in line


def test_texture_is_what_was_asked_for(draw, photo):
    assert draw("--texture", "0.5") == 0
    np.testing.assert_array_equal(load_image("me-poster.png"), render(photo, "poster", 1.0, 0.5))


@pytest.mark.parametrize("texture", ["-0.1", "1.5", "rough", "nan"])
def test_a_texture_out_of_range_is_refused(texture, draw, capsys):
    assert draw("--texture", texture) == 2
    assert "--texture" in error_line(capsys)


@pytest.mark.parametrize("stroke", ["0.2", "4.5", "thick", "nan"])
def test_a_stroke_out_of_range_is_refused(stroke, draw, capsys):
    assert draw("--stroke", stroke) == 2
    assert "--stroke" in error_line(capsys)


def test_a_renderer_must_be_named(photo_path, capsys):
    assert cli.main(["render", str(photo_path)]) == 2
    assert "--renderer" in error_line(capsys)


def test_what_exists_is_kept_unless_it_may_be_replaced(draw, photo, capsys):
    Path("me-poster.png").write_text("mine")
    assert draw() == 2
    assert "me-poster.png exists" in error_line(capsys)
    assert Path("me-poster.png").read_text() == "mine"
    assert draw("--overwrite") == 0
    np.testing.assert_array_equal(load_image("me-poster.png"), render(photo, "poster"))


def test_two_photos_of_one_name_are_refused(draw, photo_path, capsys):
    assert draw(photos=(photo_path, photo_path.parent / "other" / photo_path.name)) == 2
    assert "would both become me-poster.png" in error_line(capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["renderers"],
        ["render", "me.png", "--renderer", "oil"],
        ["train", "--render", "oil", "--output", "run"],
    ],
)
def test_what_renderers_need_is_said_in_one_line(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    # As Python marks what cannot be imported.
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert cli.main(arguments) == 2
    line = error_line(capsys)
    assert "pip install opencv-python-headless" in line and "portrait-style[render]" in line
    assert list(tmp_path.iterdir()) == []
