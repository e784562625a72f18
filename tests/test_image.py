import io

import numpy as np
import pytest
from PIL import Image

from portrait_style.encoding import encode_image
from portrait_style.errors import ImageError, OutputError
from portrait_style.image import (
    check_image_output,
    crop_square,
    like_source,
    load_image,
    pad_to_multiple,
    resize_longer_side,
    save_image,
    to_model_range,
    to_uint8,
)


def encoded(picture, image_format, **options):
    buffer = io.BytesIO()
    picture.save(buffer, image_format, **options)
    return buffer.getvalue()


def test_range_is_symmetric_and_loses_nothing():
    levels = np.arange(256, dtype=np.uint8)
    inside = to_model_range(levels)
    assert inside.dtype == np.float32
    assert inside[0] == -1.0 and inside[255] == 1.0
    assert inside[51] == pytest.approx(-0.6)
    np.testing.assert_array_equal(to_uint8(inside), levels)


def test_to_uint8_rounds_and_clips():
    assert to_uint8([-2.0, -0.999, -0.99, 0.5, 2.0]).tolist() == [0, 0, 1, 191, 255]


@pytest.mark.parametrize("kind", ["path", "text", "bytes", "pil", "array"])
def test_every_kind_of_source_gives_the_same_pixels(kind, photo, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(path)
    source = {
        "path": path,
        "text": str(path),
        "bytes": path.read_bytes(),
        "pil": Image.open(path),
        "array": photo,
    }[kind]
    np.testing.assert_array_equal(load_image(source), photo)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.full((16, 16), 9, np.uint8), (9, 9, 9)),
        (np.full((16, 16, 1), 9, np.uint8), (9, 9, 9)),
        (np.full((16, 16, 3), 0.5), (128, 128, 128)),
        (np.full((16, 16, 4), (10, 20, 30, 0), np.uint8), (255, 255, 255)),
        (np.full((16, 16, 4), (10, 20, 30, 255), np.uint8), (10, 20, 30)),
    ],
)
def test_arrays_become_rgb(array, expected):
    pixels = load_image(array)
    assert pixels.shape == (16, 16, 3) and pixels.dtype == np.uint8
    assert tuple(pixels[0, 0]) == expected


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((16, 16, 2), np.uint8),
        np.zeros((2, 16, 16, 3), np.uint8),
        np.zeros((16, 16), np.int32),
        np.full((16, 16), np.nan),
        np.full((16, 16), 255.5),
    ],
)
def test_unfit_arrays_are_refused(array):
    with pytest.raises(ValueError, match="`source`.*Received"):
        load_image(array)


def test_other_kinds_are_refused():
    with pytest.raises(TypeError, match="Received: source of type int"):
        load_image(7)


def test_half_transparent_red_over_white_is_pink_and_over_black_dark_red():
    picture = encoded(Image.new("RGBA", (16, 16), (255, 0, 0, 128)), "PNG")
    np.testing.assert_allclose(load_image(picture)[0, 0], [255, 127, 127], atol=1)
    np.testing.assert_allclose(load_image(picture, (0, 0, 0))[0, 0], [128, 0, 0], atol=1)


def test_transparent_palette_shows_the_background():
    picture = Image.new("P", (16, 16), 0)
    picture.putpalette([0, 0, 255] * 256)
    data = encoded(picture, "PNG", transparency=0)
    assert tuple(load_image(data)[0, 0]) == (255, 255, 255)


def test_sixteen_bit_grey_is_scaled_not_clipped():
    for level, expected in ((0, 0), (200, 1), (32896, 128), (65535, 255)):
        data = encoded(Image.fromarray(np.full((16, 16), level, np.uint16)), "PNG")
        assert tuple(load_image(data)[0, 0]) == (expected,) * 3


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (3, (-1, -1)), (6, (0, -1)), (8, (-1, 0))]
)
def test_exif_orientation_turns_the_picture(orientation, corner):
    pixels = np.zeros((20, 32, 3), np.uint8)
    pixels[0, 0] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(pixels), "PNG", exif=exif.tobytes())
    upright = load_image(data)
    assert upright.shape[:2] == ((20, 32) if orientation in (1, 3) else (32, 20))
    assert upright[corner].tolist() == [255, 255, 255]
    assert upright.sum() == 3 * 255


def test_a_phones_multi_picture_file_is_a_photo(photo):
    first, preview = Image.fromarray(photo), Image.fromarray(photo[:20, :20])
    data = encoded(first, "MPO", save_all=True, append_images=[preview])
    assert Image.open(io.BytesIO(data)).n_frames == 2
    assert load_image(data).shape == photo.shape


def test_truncated_pil_image_is_an_image_error(photo):
    whole = encoded(Image.fromarray(np.tile(photo, (4, 4, 1))), "JPEG")
    with pytest.raises(ImageError, match="damaged"):
        load_image(Image.open(io.BytesIO(whole[: len(whole) // 2])))


@pytest.mark.parametrize(("shape", "expected"), [((40, 20), (64, 32)), ((20, 61), (21, 64))])
def test_longer_side_is_met(shape, expected):
    resized = resize_longer_side(np.full((*shape, 3), 77, np.uint8), 64)
    assert resized.shape == (*expected, 3)
    assert (resized == 77).all()


def test_square_is_cut_from_a_quarter_below_the_top():
    tall = np.repeat(np.arange(100, dtype=np.uint8)[:, None, None], 60, axis=1).repeat(3, axis=2)
    square = crop_square(tall, 60)
    assert square.shape == (60, 60, 3)
    assert square[0, 0, 0] == 10 and square[-1, 0, 0] == 69


def test_padding_repeats_the_border_and_crops_back(photo):
    padded = pad_to_multiple(photo, 16)
    assert padded.shape == (48, 64, 3)
    np.testing.assert_array_equal(padded[:40, :56], photo)
    np.testing.assert_array_equal(padded[47, :56], photo[39])
    assert pad_to_multiple(padded, 16).shape == padded.shape


def test_result_comes_in_the_kind_of_the_source(photo):
    assert like_source(photo, photo) is photo
    np.testing.assert_array_equal(load_image(like_source(photo, b"")), photo)
    for source in ("me.jpg", Image.fromarray(photo)):
        np.testing.assert_array_equal(np.asarray(like_source(photo, source)), photo)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".jpg", ".webp"])
def test_encoded_picture_is_close_and_carries_no_metadata(suffix, photo):
    data = encode_image(photo, suffix)
    assert not Image.open(io.BytesIO(data)).getexif()
    difference = np.abs(load_image(data).astype(int) - photo)
    assert difference.mean() < (0.001 if suffix in (".png", ".bmp") else 3)


def test_position_and_camera_are_dropped(photo, tmp_path):
    exif = Image.Exif()
    exif[0x0110] = "camera"
    exif.get_ifd(0x8825)[1] = "N"
    source = tmp_path / "photo.jpg"
    Image.fromarray(photo).save(source, exif=exif)
    assert Image.open(source).getexif()
    saved = save_image(tmp_path / "out.jpg", load_image(source))
    assert not Image.open(saved).getexif()


def test_save_makes_folders_and_leaves_no_temporary_file(photo, tmp_path):
    path = save_image(tmp_path / "a" / "b" / "out.PNG", photo)
    assert [file.name for file in path.parent.iterdir()] == ["out.PNG"]
    np.testing.assert_array_equal(load_image(path), photo)


def test_save_keeps_an_existing_file_unless_told(photo, tmp_path):
    path = save_image(tmp_path / "out.png", photo)
    with pytest.raises(OutputError, match="--overwrite"):
        save_image(path, photo[::-1])
    np.testing.assert_array_equal(load_image(path), photo)
    save_image(path, photo[::-1], overwrite=True)
    np.testing.assert_array_equal(load_image(path), photo[::-1])


def test_a_name_of_the_greatest_length_is_written(photo, tmp_path):
    assert save_image(tmp_path / ("n" * 251 + ".png"), photo).is_file()


def test_a_format_that_cannot_hold_the_size_is_named(tmp_path):
    wide = np.zeros((16, 17_000, 3), np.uint8)
    with pytest.raises(OutputError, match="17000x16"):
        save_image(tmp_path / "wide.webp", wide)


def test_check_output_writes_nothing(tmp_path):
    check_image_output(tmp_path / "new" / "out.png")
    assert not list(tmp_path.iterdir())
    with pytest.raises(OutputError, match="must end with"):
        check_image_output(tmp_path / "out.psd")
