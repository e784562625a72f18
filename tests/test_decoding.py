import io
import warnings

import numpy as np
import pytest
from colour_profiles import grey_profile, in_srgb, profile, srgb_encoded
from PIL import Image, ImageCms

from portrait_style.decoding import READABLE_SUFFIXES
from portrait_style.encoding import encode_image
from portrait_style.errors import ImageError
from portrait_style.image import load_image, read_image, save_image
from portrait_style.image_folder import list_images

rng = np.random.default_rng(0)


@pytest.fixture
def photo():
    """A smooth picture, which lossy formats keep."""
    y, x = np.mgrid[:48, :64]
    waves = (np.sin(x / 9.0), np.cos(y / 7.0), np.sin((x + y) / 11.0))
    return np.round(127.5 + 100.0 * np.stack(waves, axis=-1)).astype(np.uint8)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(photo, **options) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(photo)).save(buffer, quality=95, chroma=444, **options)
    return buffer.getvalue()


# Formats


def test_a_phones_heic_is_read(photo, tmp_path):
    data = heic(photo)
    (tmp_path / "größe.HEIC").write_bytes(data)
    for source in (data, tmp_path / "größe.HEIC", io.BytesIO(data)):
        error = np.abs(load_image(source).astype(int) - photo)
        assert error.mean() < 3.0
    assert [path.name for path in list_images(tmp_path)] == ["größe.HEIC"]


def test_heic_with_its_decoder_missing(photo, monkeypatch):
    from portrait_style import installation

    data = heic(photo)
    monkeypatch.setitem(installation.MODULES, "pillow-heif", "no_such_module")
    with pytest.raises(
        ImageError, match=r"the picture is HEIC: pillow-heif must be installed.*heif"
    ):
        load_image(data)


@pytest.mark.parametrize("kept", [0.05, 0.4, 0.9])
def test_truncated_heic(photo, kept):
    data = heic(photo)
    with pytest.raises(ImageError, match="the picture is "):
        load_image(data[: int(kept * len(data))])


@pytest.mark.parametrize("suffix", [".avif", ".tif", ".tiff", ".webp", ".jpg"])
def test_what_is_written_can_be_read(suffix, photo, tmp_path):
    path = save_image(tmp_path / f"picture{suffix}", photo)
    assert np.abs(load_image(path).astype(int) - photo).mean() < 3.0


def test_folders_hold_what_single_files_may_be(photo, tmp_path):
    for suffix in READABLE_SUFFIXES:
        (tmp_path / f"x{suffix}").write_bytes(b"")
    (tmp_path / "x.txt").write_bytes(b"")
    assert len(list_images(tmp_path)) == len(READABLE_SUFFIXES) == 13


def test_of_several_pages_the_first_is_taken_and_it_is_said(photo):
    pages = [Image.fromarray(x) for x in (photo, 255 - photo)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    with pytest.warns(UserWarning, match="2 pages; the first is taken"):
        np.testing.assert_array_equal(load_image(data), photo)


@pytest.mark.parametrize(
    ("grey", "expected"),
    [
        (np.linspace(0.0, 1.0, 1024, dtype=np.float32).reshape(32, 32), (0, 255)),
        (np.linspace(0.0, 255.0, 1024, dtype=np.float32).reshape(32, 32), (0, 255)),
        (np.linspace(0, 65535, 1024).astype(np.uint16).reshape(32, 32), (0, 255)),
        (np.linspace(0, 32768, 1024).astype(np.uint16).reshape(32, 32), (0, 128)),
    ],
    ids=["float 0..1", "float 0..255", "16 bits", "16 bits, half"],
)
def test_wide_tiff_keeps_its_range(grey, expected):
    pixels = load_image(saved(Image.fromarray(grey), "TIFF"))
    assert (pixels.min(), pixels.max()) == expected


def test_sixteen_bit_colour_tiff(photo):
    """Laid out by hand, as Pillow writes none (TIFF 6.0, section 2)."""
    import struct

    height, width = photo.shape[:2]
    data = (photo.astype("<u2") * 257).tobytes()
    entries = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, 122), (259, 3, 1, 1), (262, 3, 1, 2),
        (273, 4, 1, 128), (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(data)),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + bytes(4)
    assert len(head) == 122
    np.testing.assert_array_equal(load_image(head + struct.pack("<3H", 16, 16, 16) + data), photo)


def test_a_file_that_may_not_be_read(photo, tmp_path, monkeypatch):
    """Whoever runs tests as root may read all."""
    path = save_image(tmp_path / "mine.png", photo)

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ImageError, match="mine.png may not be read; change its permissions"):
        load_image(path)


def test_an_address_is_no_file():
    with pytest.raises(ImageError, match=r"https://a\.b/c\.jpg is an address; download"):
        load_image("https://a.b/c.jpg")


def test_floating_point_of_keras_and_of_unit_range(photo):
    for array in (photo.astype(np.float32), photo / 255.0):
        np.testing.assert_array_equal(load_image(array), photo)


# Colour


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_display_p3_becomes_srgb(kind):
    """By the formulas of the standards, not by the library that converts."""
    cube = np.stack(np.meshgrid(*[np.linspace(40, 215, 6)] * 3), -1).reshape(18, 12, 3)
    cube = cube.repeat(2, axis=1).round().astype(np.uint8)
    pixels = load_image(saved(Image.fromarray(cube), kind, icc_profile=profile()))
    expected = in_srgb(cube)
    inside = ((expected > 2) & (expected < 253)).all(-1)
    assert inside.mean() > 0.5
    assert np.abs(pixels - expected)[inside].max() < 2.0
    assert np.abs(pixels.astype(int) - cube).max() > 15


def test_grey_with_a_gamma_of_its_own():
    ramp = np.tile(np.arange(0, 256, 8, dtype=np.uint8), (32, 1))
    pixels = load_image(saved(Image.fromarray(ramp), "PNG", icc_profile=grey_profile(1.8)))
    expected = 255.0 * srgb_encoded((ramp / 255.0) ** 1.8)
    assert np.abs(pixels - expected[..., None]).max() < 2.0


def test_srgb_is_left_as_it_is(photo):
    named = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(Image.fromarray(photo), "PNG", icc_profile=named)
    np.testing.assert_array_equal(load_image(data), photo)


@pytest.mark.parametrize(
    "damaged", [b"x", profile()[:90], profile()[:300], grey_profile(2.0)], ids=range(4)
)
def test_a_profile_of_no_use_is_left_aside(damaged, photo):
    data = saved(Image.fromarray(photo), "PNG", icc_profile=damaged)
    np.testing.assert_array_equal(load_image(data), photo)


def test_transparency_survives_conversion(photo):
    layers = np.dstack([photo, np.full(photo.shape[:2], 100, np.uint8)])
    data = saved(Image.fromarray(layers), "PNG", icc_profile=profile())
    pixels, alpha = read_image(data)
    assert (alpha == 100).all()
    assert np.abs(pixels - in_srgb(photo)).mean() < 2.0


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".avif", ".tif"])
def test_results_say_that_they_are_srgb(suffix, photo):
    with Image.open(io.BytesIO(encode_image(photo, suffix))) as picture:
        told = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    assert "sRGB" in told.profile.profile_description
    assert encode_image(photo, suffix) == encode_image(photo, suffix)


# Damage


def test_mutated_files_are_read_or_refused_in_a_line(photo):
    """Nothing else comes out of a decoder, however a file is damaged."""
    image = Image.fromarray(photo)
    files = [saved(image, kind) for kind in ("TIFF", "PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP")]
    files.append(saved(image.convert("L"), "TIFF"))
    outcomes = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data in files:
            for _ in range(40):
                damaged = np.frombuffer(data, np.uint8).copy()
                # Headers most of all.
                reach = len(damaged) if rng.random() < 0.3 else min(200, len(damaged))
                places = rng.integers(0, reach, rng.integers(1, 12))
                damaged[places] = rng.integers(0, 256, len(places))
                end = len(damaged) if rng.random() < 0.7 else rng.integers(1, len(damaged))
                try:
                    pixels = load_image(damaged[:end].tobytes())
                    assert pixels.dtype == np.uint8 and pixels.shape[-1] == 3
                    outcomes.add("read")
                except ImageError as error:
                    assert "\n" not in str(error)
                    outcomes.add("refused")
    assert outcomes == {"read", "refused"}
