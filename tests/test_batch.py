"""Many photos at once: folders, patterns, streams, and what goes wrong among them."""

import io
import os
import re
import resource
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from portrait_style import cli
from portrait_style.errors import OutputError
from portrait_style.image import load_image, save_image
from portrait_style.image_folder import list_images


@pytest.fixture
def stylize(preset, tmp_path, monkeypatch, capsys):
    """Run `stylize`; return exit code, lines of stdout and lines of stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        words = ["stylize", *arguments, "--style", "oil", "--model", str(preset), "--size", "32"]
        code = cli.main([str(word) for word in words])
        written = capsys.readouterr()
        return code, written.out.splitlines(), written.err.splitlines()

    return run


@pytest.fixture
def album(photo, tmp_path):
    """photos/a.png, photos/trip/b.jpg, photos/trip/sea/c.bmp"""
    for name in ("a.png", "trip/b.jpg", "trip/sea/c.bmp"):
        save_image(tmp_path / "photos" / name, photo)
    return tmp_path / "photos"


def files(folder) -> list[str]:
    folder = Path(folder)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# Folders and patterns


def test_a_folder_is_mirrored(stylize, album):
    code, told, errors = stylize("photos", "--output", "out", "--format", "webp")
    assert code == 0 and errors == []
    expected = ["a-oil.webp", "trip/b-oil.webp", "trip/sea/c-oil.webp"]
    assert files("out") == expected
    assert told == [f"out/{name}" for name in expected]
    with Image.open("out/trip/b-oil.webp") as picture:
        assert picture.format == "WEBP"


def test_a_pattern_in_quotes(stylize, album):
    assert stylize("photos/**/*.[jb]*", "--output", "out")[0] == 0
    assert files("out") == ["b-oil.png", "c-oil.png"]


def test_a_pattern_that_nothing_fits(stylize, album):
    code, _, (line,) = stylize("photos/*.gif", "--output", "out")
    assert code == 2 and "no file fits photos/*.gif" in line


def test_a_file_may_be_named_like_a_pattern(stylize, photo):
    save_image("me[1].png", photo)
    assert stylize("me[1].png") == (0, ["me[1]-oil.png"], [])


def test_results_below_the_photos_are_no_photos(stylize, album):
    for _ in range(2):
        assert stylize("photos", "--output", "photos/drawn", "--overwrite")[0] == 0
    assert len(files("photos/drawn")) == 3


def test_a_folder_is_not_drawn_into_itself(stylize, album):
    code, _, (line,) = stylize("photos", "--output", "photos/")
    assert code == 2 and "photos is what is drawn; name another folder with --output" in line
    assert len(files("photos")) == 3


def test_one_file_for_a_folder(stylize, album):
    code, _, (line,) = stylize("photos", "--output", "all.png")
    assert code == 2 and "all.png is one file for 3 photos; pass a folder" in line


def test_two_formats_of_one_photo_become_two_drawings(stylize, photo):
    save_image("photos/me.png", photo)
    save_image("photos/me.jpg", photo)
    assert stylize("photos", "--output", "out")[0] == 0
    assert files("out") == ["me.jpg-oil.png", "me.png-oil.png"]


def test_a_folder_that_leads_into_itself_is_read_once(album):
    (album / "trip" / "again").symlink_to(album, target_is_directory=True)
    (album / "other").symlink_to(album / "trip" / "sea", target_is_directory=True)
    names = [str(path.relative_to(album)) for path in list_images(album)]
    assert names == ["a.png", "other/c.bmp", "trip/b.jpg", "trip/sea/c.bmp"]


# What goes wrong among many


def test_the_others_are_drawn_and_the_bad_are_counted(stylize, album):
    (album / "trip" / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    (album / "empty.jpg").write_bytes(b"")
    code, told, errors = stylize("photos", "--output", "out")
    assert code == 2 and len(told) == 3
    assert "empty.jpg is empty" in errors[0] and "bad.png is " in errors[1]
    assert errors[2].endswith("2 of 5 photos were not drawn")
    assert len(files("out")) == 3


def test_a_disk_that_is_full_before_the_last(stylize, photo, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for name, picture in (("a", photo), ("b", noise), ("c", photo)):
        save_image(tmp_path / "photos" / f"{name}.png", picture)
    assert stylize("photos", "--output", "apart")[0] == 0
    sizes = {path.stem[0]: path.stat().st_size for path in Path("apart").iterdir()}
    limit = (max(sizes["a"], sizes["c"]) + sizes["b"]) // 2
    assert limit < sizes["b"]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        code, told, errors = stylize("photos", "--output", "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code == 2 and told == ["out/a-oil.png", "out/c-oil.png"]
    assert len(errors) == 2 and "cannot write" in errors[0] and "b-oil.png" in errors[0]
    assert errors[1].endswith("1 of 3 photos were not drawn")
    # Nothing half-written, under any name.
    assert files("out") == ["a-oil.png", "c-oil.png"]


@pytest.mark.parametrize("name", [b"two\nlines.png", b"caf\xe9.png", "写真.png".encode()])
def test_names_of_any_bytes(stylize, photo, tmp_path, name):
    path = os.fsencode(tmp_path / "photos") + b"/" + name
    os.makedirs(os.path.dirname(path))
    save_image("plain.png", photo)
    os.rename("plain.png", path)
    code, told, errors = stylize("photos", "--output", "out")
    assert code == 0 and len(told) == 1 and errors == []
    assert len(files("out")) == 1


# What is there already


def test_what_is_there_is_left(stylize, album):
    Path("out/trip").mkdir(parents=True)
    Path("out/trip/b-oil.png").write_text("mine")
    code, told, errors = stylize("photos", "--output", "out", "--skip-existing")
    assert code == 0 and len(told) == 2
    assert errors == ["portrait-style: note: 1 of 3 were there already"]
    assert Path("out/trip/b-oil.png").read_text() == "mine"
    assert stylize("photos", "--output", "out")[0] == 2


def test_skipping_and_replacing_exclude_each_other(stylize, album):
    code, _, errors = stylize("photos", "--output", "out", "--skip-existing", "--overwrite")
    assert code == 2 and "not allowed with" in errors[-1]


def test_a_file_that_comes_in_between_is_not_replaced(photo, tmp_path, monkeypatch):
    """Two processes on one folder: the second one finds the first one's file."""
    from portrait_style import image

    path = tmp_path / "out.png"
    encode = image.encode_image

    def slow(*arguments):
        path.write_text("the other process'")
        return encode(*arguments)

    monkeypatch.setattr(image, "encode_image", slow)
    with pytest.raises(OutputError, match="exists"):
        save_image(path, photo)
    assert path.read_text() == "the other process'" and files(tmp_path) == ["out.png"]


# Formats


def test_quality_is_that_of_the_file(stylize, photo_path):
    """Quantization tables are scaled by 250 % at 20, by 10 % at 95 (libjpeg)."""
    steps = {}
    for quality in ("20", "95"):
        name = f"{quality}.jpg"
        assert stylize(photo_path, "--output", name, "--quality", quality)[0] == 0
        with Image.open(name) as picture:
            steps[quality] = np.mean(picture.quantization[0])
    assert 15 < steps["20"] / steps["95"] < 35


def test_a_name_and_a_format_that_contradict(stylize, photo_path):
    code, _, (line,) = stylize(photo_path, "--output", "x.png", "--format", "jpg")
    assert code == 2 and "x.png is not jpg; leave out --format" in line


def test_transparency_is_kept_where_the_format_can(stylize, photo):
    alpha = np.linspace(0, 255, photo.shape[0] * photo.shape[1]).reshape(*photo.shape[:2])
    Image.fromarray(np.dstack([photo, alpha.astype(np.uint8)])).save("me.png")
    assert stylize("me.png", "--output", "kept.png")[0] == 0
    assert stylize("me.png", "--output", "laid.png", "--flatten", "#ff0000")[0] == 0
    with Image.open("kept.png") as kept, Image.open("laid.png") as laid:
        assert kept.mode == "RGBA" and laid.mode == "RGB"
        assert np.asarray(kept)[0, 0, 3] < 20 < 235 < np.asarray(kept)[-1, -1, 3]


# What a file says of itself

IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"


@pytest.fixture
def with_place(photo):
    """me.jpg, as a phone writes it: with a position, a camera and a comment."""
    image = Image.fromarray(photo)
    exif = image.getexif()
    exif[0x010F] = "Somebody's phone"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    image.save("me.jpg", exif=exif, comment=b"at home", xmp=b"<x>at home</x>")
    return "me.jpg"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "avif", "tiff"])
def test_results_say_that_a_program_made_them_and_nothing_of_the_photo(stylize, with_place, suffix):
    for marked, options in ((True, []), (False, ["--no-mark"])):
        name = f"{marked}.{suffix}"
        assert stylize(with_place, "--output", name, *options)[0] == 0
        data = Path(name).read_bytes()
        assert b"phone" not in data and b"at home" not in data
        with Image.open(name) as picture:
            assert not picture.getexif().get_ifd(0x8825)
        packets = re.findall(rb"<x:xmpmeta.*</x:xmpmeta>", data, re.DOTALL)
        assert len(packets) == marked
        for packet in packets:
            tree = ElementTree.fromstring(packet)
            (kind,) = tree.iter(f"{{{IPTC}}}DigitalSourceType")
            assert kind.text.endswith("/digitalsourcetype/compositeWithTrainedAlgorithmicMedia")
            assert "Style: oil (portrait-style)" in "".join(tree.itertext())


# Streams


class Stream:
    """What stands in for standard input or output of bytes."""

    def __init__(self, data=b""):
        self.buffer = io.BytesIO(data)
        self.encoding = "utf-8"

    def write(self, text):
        return self.buffer.write(text.encode())

    def flush(self):
        pass


def test_from_standard_input_to_standard_output(stylize, photo_path, monkeypatch):
    output = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(photo_path.read_bytes()))
    monkeypatch.setattr(sys, "stdout", output)
    code = stylize("-", "--format", "jpg")[0]
    monkeypatch.undo()
    assert code == 0
    data = output.buffer.getvalue()
    assert data[:2] == b"\xff\xd8" and max(load_image(data).shape) == 32


def test_from_standard_input_to_a_folder(stylize, photo_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Stream(photo_path.read_bytes()))
    assert stylize("-", "--output", "out/") == (0, ["out/stdin-oil.png"], [])


@pytest.mark.parametrize("stream", [None, Stream(b"")])
def test_standard_input_that_is_closed_or_empty(stylize, monkeypatch, stream):
    monkeypatch.setattr(sys, "stdin", stream)
    code, _, (line,) = stylize("-", "--output", "out.png")
    assert code == 2 and "standard input is empty; pipe a picture into it" in line


def test_standard_output_is_for_one_photo(stylize, album):
    code, _, (line,) = stylize("photos", "--output", "-")
    assert code == 2 and "standard output is for one photo, not 3" in line
