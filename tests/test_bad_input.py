"""What people hand in by mistake: one clear line and exit code 2, or a picture."""

import io
import json
import struct
import zlib

import numpy as np
import pytest
from command_errors import assert_refused
from PIL import Image

from portrait_style import cli
from portrait_style.image import load_image


@pytest.fixture
def stylize(preset, tmp_path, monkeypatch, capsys):
    """Run `stylize`; return (exit code, lines on stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(photo, *arguments, style="oil", model=preset, output="out.png"):
        options = ["--style", style, "--model", model, "--output", output]
        code = cli.main([str(text) for text in ("stylize", photo, *options, *arguments)])
        return code, capsys.readouterr().err.splitlines()

    return run


@pytest.fixture
def good(photo, tmp_path):
    path = tmp_path / "good.png"
    Image.fromarray(photo).save(path)
    return path


def assert_stylized(result, size):
    assert result == (0, [])
    assert Image.open("out.png").size == size


def test_missing_file(stylize):
    assert_refused(stylize("missing.jpg"), "missing.jpg does not exist")


def test_folder_without_a_photo(stylize, tmp_path):
    (tmp_path / "empty" / "inside").mkdir(parents=True)
    (tmp_path / "empty" / "notes.txt").write_text("nothing")
    assert_refused(stylize(tmp_path / "empty"), "empty holds no picture; name a folder of photos")


def test_zero_byte_file(stylize, tmp_path):
    (tmp_path / "empty.jpg").touch()
    assert_refused(stylize("empty.jpg"), "empty.jpg is empty (0 bytes)")


def test_truncated_jpeg(stylize, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG")
    (tmp_path / "cut.jpg").write_bytes(buffer.getvalue()[:-1500])
    assert_refused(stylize("cut.jpg"), "cut.jpg is damaged")


def test_text_renamed_to_jpg(stylize, tmp_path):
    (tmp_path / "letter.jpg").write_text("Dear Sir or Madam")
    assert_refused(stylize("letter.jpg"), "letter.jpg is not a picture")


def test_one_pixel(stylize, tmp_path):
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    assert_refused(stylize("dot.png"), "1x1 pixels; at least 16x16 are needed")


@pytest.mark.parametrize("side", [9_000, 20_000])
def test_png_bomb(stylize, tmp_path, side):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side + 7) // 8 + 1) * side, 9)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    assert_refused(stylize("bomb.png"), "bomb.png has more than 64 megapixels")


# How each format's header lays out a side.
SIDE_LAYOUTS = {
    ".avif": ">I",
    ".bmp": "<i",
    ".gif": "<H",
    ".jpg": ">H",
    ".tif": "<I",
    ".webp": "<H",
}


def with_other_sides(suffix: str, side: int) -> bytes:
    """A small picture whose header says that it is a square of another side."""
    buffer, sides = io.BytesIO(), (1234, 1217)
    kinds = {".jpg": "JPEG", ".tif": "TIFF"}
    Image.new("RGB", sides).save(buffer, kinds.get(suffix, suffix[1:].upper()))
    content = buffer.getvalue()
    for known in sides:
        told, other = (struct.pack(SIDE_LAYOUTS[suffix], number) for number in (known, side))
        assert told in content
        content = content.replace(told, other)
    return content


@pytest.mark.parametrize(
    ("suffix", "side"),
    # WebP holds no more in either direction.
    [(".avif", 20_000), (".bmp", 20_000), (".gif", 20_000), (".jpg", 20_000), (".tif", 20_000)]
    + [(".webp", 16_383)],
)
def test_bombs_of_other_formats(stylize, tmp_path, suffix, side):
    (tmp_path / f"bomb{suffix}").write_bytes(with_other_sides(suffix, side))
    assert_refused(stylize(f"bomb{suffix}"), f"bomb{suffix} ")


@pytest.mark.parametrize("shape", [(16, 20_000), (1, 20_000)])
def test_panorama(stylize, tmp_path, shape):
    Image.new("RGB", shape[::-1], "teal").save(tmp_path / "wide.png")
    result = stylize("wide.png")
    if shape[0] < 16:
        assert_refused(result, "20000x1 pixels; at least 16x16 are needed")
    else:
        assert_stylized(result, (20_000, 16))


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animation(stylize, tmp_path, photo, suffix):
    frames = [Image.fromarray(photo), Image.fromarray(photo[::-1])]
    frames[0].save(tmp_path / f"film{suffix}", save_all=True, append_images=frames[1:])
    assert_refused(stylize(f"film{suffix}"), "is animated (2 frames)")


def test_sixteen_bit_png(stylize, tmp_path):
    grey = np.linspace(0, 65535, 32 * 48).reshape(32, 48).astype(np.uint16)
    Image.fromarray(grey).save(tmp_path / "deep.png")
    assert_stylized(stylize("deep.png"), (48, 32))


def test_cmyk_jpeg(stylize, tmp_path, photo):
    Image.fromarray(photo).convert("CMYK").save(tmp_path / "print.jpg")
    assert_stylized(stylize("print.jpg"), (56, 40))


def test_rotated_by_exif(stylize, tmp_path, photo):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(photo).save(tmp_path / "turned.jpg", exif=exif)
    assert_stylized(stylize("turned.jpg"), (40, 56))
    assert not Image.open("out.png").getexif()


def test_transparent_pixels(stylize, tmp_path, photo):
    alpha = np.zeros((40, 56, 1), np.uint8)
    Image.fromarray(np.concatenate([photo, alpha], axis=-1)).save(tmp_path / "clear.png")
    Image.new("RGB", (56, 40), "white").save(tmp_path / "white.png")
    assert_stylized(stylize("white.png"), (56, 40))
    white = load_image("out.png")
    assert_stylized(stylize("clear.png", "--flatten", "white", "--overwrite"), (56, 40))
    np.testing.assert_array_equal(load_image("out.png"), white)
    assert stylize("clear.png", output="clear-out.png") == (0, [])
    with Image.open("clear-out.png") as picture:
        assert picture.mode == "RGBA" and not np.asarray(picture)[..., 3].any()
    assert_refused(stylize("clear.png", "--flatten", "paper"), "'paper' is not a colour")


def test_unicode_and_space_in_the_path(stylize, tmp_path, photo):
    folder = tmp_path / "mes photos"
    folder.mkdir()
    Image.fromarray(photo).save(folder / "Zoë 写真.png")
    result = stylize("mes photos/Zoë 写真.png", style="café noir", output="é à")
    assert result == (0, [])
    assert (tmp_path / "é à" / "Zoë 写真-café noir.png").is_file()


def test_line_break_in_the_path(stylize):
    assert_refused(stylize("two\nlines.png"), "two lines.png does not exist")


def test_unknown_style(stylize, good):
    assert_refused(stylize(good, style="chalk"), "'chalk'", "oil, ink, café noir")


@pytest.mark.parametrize("form", ["preset", "run_folder"])
def test_discovered_styles_without_a_name(stylize, good, tmp_path, request, form):
    styles = [{"name": name, "code": [0.5] * 64} for name in ("ink lines", "wash")]
    (tmp_path / "styles.json").write_text(json.dumps({"clusters": styles}))
    result = stylize(good, style="styles.json", model=request.getfixturevalue(form))
    assert_refused(result, "name one: styles.json#ink lines, styles.json#wash")


def test_unknown_style_of_a_run(stylize, good, run_folder):
    assert_refused(stylize(good, style="chalk", model=run_folder), "'chalk'", "oil, ink")


def test_style_picture_that_is_none(stylize, good, tmp_path):
    (tmp_path / "letter.png").write_text("text")
    assert_refused(stylize(good, style="letter.png"), "letter.png is not a picture")
    assert_refused(stylize(good, style=tmp_path), "is a folder")


def test_unknown_preset(stylize, good):
    assert_refused(stylize(good, model="huge"), "'huge' is neither a preset")


def test_model_file_that_is_none(stylize, good, tmp_path):
    (tmp_path / "generator.keras").write_text("text")
    assert_refused(stylize(good, model="generator.keras"), "cannot be loaded as a Keras model")


def test_run_that_has_not_finished(stylize, good, tmp_path):
    (tmp_path / "run").mkdir()
    assert_refused(stylize(good, model="run"), "run holds no generator.keras")


def test_reference_picture_without_the_style_encoder(stylize, good, run_folder, tmp_path):
    path = tmp_path / "generator.keras"
    path.write_bytes((run_folder / "generator.keras").read_bytes())
    assert_refused(stylize(good, style=good, model=path), "put style_encoder.keras beside")


@pytest.mark.parametrize("intensity", ["-0.1", "1.5", "nan", "inf", "much"])
def test_intensity_out_of_range(stylize, good, intensity):
    assert_refused(stylize(good, f"--intensity={intensity}"), "--intensity", intensity)


def test_unwritable_output(stylize, good):
    # Below a regular file, where not even root can write.
    output = good / "out.png"
    assert_refused(stylize(good, output=output), "cannot write", "good.png is not a folder")


def test_output_of_an_unknown_format(stylize, good):
    assert_refused(stylize(good, output="out.psd"), "out.psd must end with one of .jpg")


def test_output_over_an_existing_file(stylize, good, tmp_path):
    (tmp_path / "out.png").write_text("precious")
    assert_refused(stylize(good), "out.png exists", "--overwrite")
    assert (tmp_path / "out.png").read_text() == "precious"
    assert_stylized(stylize(good, "--overwrite"), (56, 40))


@pytest.fixture
def optimize(tmp_path, good, monkeypatch, capsys):
    """Run `optimize` for one step; return (exit code, lines on stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(photo, *arguments, style=good, output="out.png"):
        options = ["--style", style, "--output", output, "--size", "32", "--iterations", "1"]
        code = cli.main([str(text) for text in ("optimize", photo, *options, *arguments)])
        return code, capsys.readouterr().err.splitlines()

    return run


def test_optimize_refuses_before_the_work(optimize, good, tmp_path):
    (tmp_path / "letter.png").write_text("text")
    (tmp_path / "cut.png").write_bytes(good.read_bytes()[:-30])
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    Image.new("1", (9_000, 9_000)).save(tmp_path / "huge.png")
    for name, reason in (
        ("missing.jpg", "does not exist"),
        ("letter.png", "is not a picture"),
        ("cut.png", "is damaged"),
        ("dot.png", "1x1 pixels"),
        ("huge.png", "more than 64 megapixels"),
    ):
        assert_refused(optimize(name), name, reason)
        assert_refused(optimize(good, style=name), name, reason)
    assert_refused(optimize(good, output=good / "out.png"), "cannot write")
    assert_refused(optimize(good, output="out.gif"), "out.gif must end with one of")
    assert_refused(optimize(good, "--perceptual-weights", "no.npz"), "no.npz does not exist")
    assert_refused(optimize(good, "--perceptual-weights", "letter.png"), "letter.png")
    (tmp_path / "out.png").write_text("precious")
    assert_refused(optimize(good), "out.png exists", "--overwrite")
    assert (tmp_path / "out.png").read_text() == "precious"


def test_optimize_takes_any_picture(optimize, tmp_path, photo):
    grey = Image.fromarray(photo).convert("L")
    alpha = np.full((40, 56, 1), 100, np.uint8)
    exif = Image.Exif()
    exif[0x010F] = "camera"
    grey.save(tmp_path / "Zoë 写真.png", exif=exif)
    Image.fromarray(np.concatenate([photo, alpha], axis=-1)).save(tmp_path / "clear.png")
    result = optimize("Zoë 写真.png", style="clear.png", output="é à/out.png")
    assert result == (0, [])
    made = Image.open(tmp_path / "é à" / "out.png")
    assert made.size == (32, 23)
    assert made.mode == "RGB" and not made.getexif()
    assert "compositeWithTrainedAlgorithmicMedia" in made.info["XML:com.adobe.xmp"]
