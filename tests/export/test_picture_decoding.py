import io
import struct
import zlib

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from portrait_style.export.picture_decoding import read_picture
from portrait_style.image import load_image


@pytest.fixture(scope="module")
def read():
    graph = tf.function(read_picture, input_signature=[tf.TensorSpec((), tf.string)])
    return lambda data: graph(data).numpy()


@pytest.fixture
def noise():
    return np.random.default_rng(5).integers(0, 256, (23, 37, 4), np.uint8)


def encode(picture, kind, **options):
    buffer = io.BytesIO()
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def wide_png(pixels, color_type):
    """16 bits a channel, which Pillow writes for grey only."""
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, color_type, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
@pytest.mark.parametrize("options", [{"quality": 40}, {"subsampling": 0}, {"progressive": True}])
def test_jpeg_is_that_of_load_image(read, noise, mode, options):
    data = encode(Image.fromarray(noise[..., :3]).convert(mode), "JPEG", **options)
    np.testing.assert_array_equal(read(data), load_image(data))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA"])
def test_png_is_that_of_load_image(read, noise, mode):
    data = encode(Image.fromarray(noise).convert(mode), "PNG")
    np.testing.assert_array_equal(read(data), load_image(data))


@pytest.mark.parametrize("colors", [2, 4, 16, 200])
@pytest.mark.parametrize("transparency", [None, 1, b"\x00\x80\xff"])
def test_palette_is_that_of_load_image(read, noise, colors, transparency):
    options = {} if transparency is None else {"transparency": transparency}
    data = encode(Image.fromarray(noise[..., :3]).quantize(colors), "PNG", **options)
    np.testing.assert_array_equal(read(data), load_image(data))


@pytest.mark.parametrize(("color_type", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bits_are_those_of_load_image(read, color_type, channels):
    pixels = np.random.default_rng(6).integers(0, 65536, (20, 30, channels))
    data = wide_png(pixels, color_type)
    np.testing.assert_array_equal(read(data), load_image(data))


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_exif_orientation_is_honoured(read, noise, orientation, byte_order, kind):
    exif = Image.Exif()
    exif.endian = byte_order
    exif.update({0x010F: "a maker", 0x0112: orientation, 0x0131: "a program"})
    data = encode(noise[..., :3], kind, exif=exif.tobytes())
    assert (b"II*\0" if byte_order == "<" else b"MM\0*") in data
    picture = read(data)
    assert picture.shape == ((37, 23, 3) if 5 <= orientation <= 8 else (23, 37, 3))
    np.testing.assert_array_equal(picture, load_image(data))


@pytest.mark.parametrize("cut", range(6, 60, 6))
def test_exif_that_is_cut_off_does_no_harm(read, noise, cut):
    exif = Image.Exif()
    exif.update({0x010F: "a maker", 0x0112: 1})
    data = encode(noise[..., :3], "JPEG", exif=exif.tobytes()[:cut])
    assert read(data).shape == (23, 37, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"no picture at all", "must be a JPEG or PNG"),
        (encode(np.zeros((20, 20), np.uint8), "GIF"), "must be a JPEG or PNG"),
        (encode(np.zeros((20, 20), np.uint8), "WEBP"), "must be a JPEG or PNG"),
        (encode(np.zeros((15, 40), np.uint8), "PNG"), "40x15 pixels; at least 16x16"),
        (encode(np.zeros((15, 40), np.uint8), "JPEG"), "40x15 pixels; at least 16x16"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 9, "damaged"),
        (encode(np.eye(64, dtype=np.uint8), "PNG")[:60], "Invalid PNG"),
        (b"\xff\xd8\xff" + b"no JPEG", "Invalid JPEG"),
        (encode(np.eye(64, dtype=np.uint8), "JPEG")[:-200], "Invalid JPEG"),
    ],
)
def test_what_is_no_usable_picture_is_refused(read, data, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        read(data)


def test_animation_is_refused(read):
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    data = encode(frames[0], "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(tf.errors.InvalidArgumentError, match="animated"):
        read(data)


def jpeg_of_claimed_size(height, width):
    data = encode(np.zeros((20, 20), np.uint8), "JPEG")
    frame = data.index(b"\xff\xc0") + 5
    return data[:frame] + struct.pack(">HH", height, width) + data[frame + 4 :]


@pytest.mark.parametrize(
    "data",
    [
        # Nothing follows the header: decoding would complain of that, not of the size.
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8001, 8000, 8, 2, 0, 0, 0)),
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 2**32 - 1, 2**31 - 1, 8, 2, 0, 0, 0)),
        jpeg_of_claimed_size(65500, 65500),
    ],
)
def test_size_is_judged_before_decoding(read, data):
    with pytest.raises(tf.errors.InvalidArgumentError, match="more than 64 megapixels"):
        read(data)
