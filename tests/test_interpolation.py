import numpy as np
import pytest
from PIL import Image

from portrait_style import cli
from portrait_style.image import load_image, save_image
from portrait_style.interpolation import interpolate, save_film
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture
def run(preset, photo, tmp_path, monkeypatch, capsys):
    """Run `interpolate` in an empty folder; return (exit code, lines on stderr)."""
    monkeypatch.chdir(tmp_path)
    save_image("me.png", photo)

    def run(*arguments, start="oil", end="ink", output="strip.png"):
        given = ["--from", start, "--to", end, "--output", output, "--model", preset]
        code = cli.main([str(x) for x in ("interpolate", "me.png", *given, *arguments)])
        return code, capsys.readouterr().err.splitlines()

    return run


def test_ends_are_the_styles_and_the_middle_is_between_them(networks, bank, photo):
    stylizer = PortraitStylizer(*networks)
    pictures = interpolate(stylizer, photo, "oil", "ink", frames=3)
    np.testing.assert_array_equal(pictures[0], stylizer.stylize(photo, "oil"))
    np.testing.assert_array_equal(pictures[2], stylizer.stylize(photo, "ink"))
    # Codes of unlike length: half the angle, and the mean length.
    start, end = bank.code("oil"), bank.code("ink")
    middle = start / np.linalg.norm(start) + end / np.linalg.norm(end)
    middle *= 0.5 * (np.linalg.norm(start) + np.linalg.norm(end)) / np.linalg.norm(middle)
    expected = stylizer.stylize(photo, middle.astype(np.float32)).astype(int)
    assert np.abs(pictures[1] - expected).max() <= 1


def test_a_strip_and_an_animation_there_and_back(run):
    assert run("--frames", "4", "--size", "28") == (0, [])
    assert load_image("strip.png").shape == (20, 4 * 28, 3)
    assert run("--frames", "4", "--size", "28", output="clip.gif") == (0, [])
    with Image.open("clip.gif") as clip:
        assert (clip.size, clip.n_frames, clip.info["loop"]) == ((28, 20), 6, 0)


@pytest.mark.parametrize("output", ["strip.png", "clip.gif"])
def test_the_file_says_that_a_program_made_it(run, output):
    for marked, options in ((True, []), (False, ["--no-mark", "--overwrite"])):
        assert run("--frames", "2", "--size", "28", *options, output=output) == (0, [])
        with open(output, "rb") as file:
            content = file.read()
        assert (b"compositeWithTrainedAlgorithmicMedia" in content) == marked
        assert (b"oil to ink" in content) == marked


def test_one_line_for_each_mistake(run, tmp_path):
    for arguments, changes, words in (
        (["--frames", "1"], {}, "--frames: 1 must be in [2, 240]"),
        ([], {"output": "strip.psd"}, "must end with one of .jpg"),
        ([], {"start": "chalk"}, "'chalk' is neither a style"),
        ([], {"end": "oil:-1,ink:2"}, "weights of 0 or more"),
        ([], {"output": "me.png"}, "me.png exists"),
    ):
        code, lines = run(*arguments, **changes)
        assert code == 2 and len(lines) == 1 and words in lines[0], (words, lines)
    assert [path.name for path in tmp_path.iterdir()] == ["me.png"]


def test_an_existing_animation_is_not_replaced_unasked(tmp_path, photo):
    path = save_film(tmp_path / "a.gif", [photo, photo[::-1]])
    with pytest.raises(Exception, match="a.gif exists"):
        save_film(path, [photo, photo])
    save_film(path, [photo, photo[::-1]], overwrite=True)
