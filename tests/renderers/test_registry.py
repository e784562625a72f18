"""What every renderer must hold, whichever there are: a new file is tested without a word here."""

import inspect
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from portrait_style import renderers
from portrait_style.encoding import encode_image
from portrait_style.errors import ArgumentError, ImageError
from portrait_style.image import crop_square, load_image
from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.medium import Medium, lay_on
from portrait_style.quality.face_reader import FaceReader
from portrait_style.quality.identity import likeness
from portrait_style.renderers import find_renderer, render, render_all, renderer_names

SHARED = Path(os.environ.get("PORTRAIT_STYLE_DATA", Path(__file__).parents[3] / "shared"))
FACE_NETWORKS = "face_detection_yunet.onnx", "face_embedding_sface.onnx"
NAMES = renderer_names()
DRAWN = [name for name in NAMES if not find_renderer(name).PHOTOGRAPHIC]
PHOTOGRAPHIC = sorted(set(NAMES) - set(DRAWN))
# They lay in tones by lines side by side, on even ground too: looked at from where lines merge.
HATCHED = {"charcoal", "engraving"}
MERGING = 12.0
# Two people with dark skin and one with light skin; rows and columns of the face between brows and
# chin, by eye, in 256 pixels.
FACES = {
    "faker-male-49": (slice(62, 150), slice(75, 152)),
    "faker-female-13": (slice(60, 155), slice(82, 160)),
    "faker-female-52": (slice(64, 160), slice(90, 170)),
}
DARK, LIGHT = ("faker-male-49", "faker-female-13"), "faker-female-52"
SIDE, BORDER = 165, 16
# Pixels by which photos are moved: by none of the distances at which hatches lie.
DOWN, RIGHT = 5, 1


def merged(picture, sigma=MERGING):
    return cv2.GaussianBlur(np.float32(picture), (0, 0), sigma)


def hatches(picture):
    return np.float32(picture) - merged(picture, 2.0)


def bundled(name, side):
    return crop_square(load_image(bundled_photos() / f"{name}.jpg"), side)


def views_of(photo):
    """The photo twice: what it shows lies lower and farther right in the second."""
    views = photo[DOWN:, RIGHT:].copy(), photo[:-DOWN, :-RIGHT].copy()
    for view in views:
        view.setflags(write=False)
    return views


def movement(first, second, seen=np.float32):
    """Both drawings of `views_of`, cut to what they share, without the border."""
    first = seen(first)[BORDER : -BORDER - DOWN, BORDER : -BORDER - RIGHT]
    return first, seen(second)[BORDER + DOWN : -BORDER, BORDER + RIGHT : -BORDER]


@pytest.fixture(scope="module")
def views():
    return {name: views_of(bundled(name, SIDE)) for name in FACES}


@pytest.fixture(scope="module")
def drawings(views):
    """Of each face and view, a picture a renderer."""
    return {face: [render_all(view, NAMES) for view in both] for face, both in views.items()}


def test_every_file_without_an_underscore_is_a_renderer():
    files = {path.stem for path in Path(renderers.__path__[0]).glob("[!_]*.py")}
    assert set(NAMES) == files and sorted(NAMES) == NAMES
    assert DRAWN and PHOTOGRAPHIC and set(DRAWN) >= HATCHED


@pytest.mark.parametrize("name", NAMES)
def test_a_renderer_describes_itself(name):
    module = find_renderer(name)
    assert 20 < len(module.DESCRIPTION) < 90 and module.DESCRIPTION.isprintable()
    assert module.DESCRIPTION[-1] != "."
    assert isinstance(module.PHOTOGRAPHIC, bool)
    assert isinstance(module.MEDIUM, Medium | None)
    assert list(inspect.signature(module.draw).parameters) == ["scene"]


@pytest.mark.parametrize("name", ["etching", "_scene", "__init__", "../oil", ""])
def test_an_unknown_renderer_is_refused_and_those_there_are_named(name, photo):
    with pytest.raises(ArgumentError) as caught:
        render(photo, name)
    assert all(known in str(caught.value) for known in (repr(name), *NAMES))


@pytest.mark.parametrize("stroke", [0.24, 4.01, 0.0, -1.0, float("nan")])
def test_strokes_of_a_strange_size_are_refused(stroke, photo):
    with pytest.raises(ArgumentError, match=r"`stroke` must be in \[0.25, 4\]"):
        render(photo, "sepia", stroke)


@pytest.mark.parametrize("name", PHOTOGRAPHIC)
def test_a_drawing_is_laid_on_the_medium_of_its_renderer(name, photo):
    plain, medium = render(photo, name), find_renderer(name).MEDIUM
    assert np.any(lay_on(plain, medium) != plain)
    for texture in (0.5, 1.0):
        laid = render(photo, name, texture=texture)
        np.testing.assert_array_equal(laid, lay_on(plain, medium, texture))


@pytest.mark.parametrize("texture", [-0.1, 1.1, float("nan")])
def test_texture_out_of_range_is_refused(texture, photo):
    with pytest.raises(ArgumentError, match=r"`texture` must be in \[0, 1\]"):
        render(photo, "sepia", texture=texture)


def test_a_picture_comes_back_in_the_kind_of_the_photo(photo, tmp_path):
    path = tmp_path / "me.png"
    path.write_bytes(encode_image(photo, ".png"))
    expected = render(photo, "sepia")
    assert expected.dtype == np.uint8 and expected.shape == photo.shape
    for source in (path, str(path), Image.fromarray(photo)):
        result = render(source, "sepia")
        assert isinstance(result, Image.Image) and result.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(result), expected)
    grey = render(photo[..., 0], "sepia")
    np.testing.assert_array_equal(grey, render(np.dstack([photo[..., 0]] * 3), "sepia"))
    with pytest.raises(ImageError, match="none.png does not exist"):
        render(tmp_path / "none.png", "sepia")


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_depends_on_the_photo_alone(name, views, drawings):
    alone = render(views[LIGHT][0], name)
    np.testing.assert_array_equal(alone, drawings[LIGHT][0][name])


@pytest.mark.parametrize("level", [30, 128, 225])
def test_even_ground_stays_even(level):
    drawn = render_all(np.full((96, 96, 3), level, np.uint8), NAMES)
    for name, picture in drawn.items():
        seen = merged(picture) if name in HATCHED else np.float32(picture)
        assert seen[BORDER:-BORDER, BORDER:-BORDER].std(axis=(0, 1)).max() <= 1.0, name


@pytest.mark.parametrize("height, width", [(64, 64), (96, 200), (17, 40), (40, 17), (16, 16)])
def test_any_size_can_be_drawn(height, width):
    photo = np.asarray(Image.fromarray(bundled(LIGHT, 200)).resize((width, height)))
    for stroke in (0.25, 1.0, 4.0):
        for name, picture in render_all(photo, NAMES, stroke).items():
            assert picture.dtype == np.uint8 and picture.shape == photo.shape, name
            assert picture.std() > 2.0, name


def test_strokes_can_be_larger(views, drawings):
    larger = render_all(views[LIGHT][0], DRAWN, stroke=3.0)
    for name, picture in larger.items():
        change = np.abs(np.float32(picture) - drawings[LIGHT][0][name]).mean()
        assert change > 4.0, name


def filter_residual(photo, picture):
    """What is left, in levels, of a picture after the best colour filter of 16 x 16 x 16 colours.

    A filter gives all places of one colour one colour; what varies among them was drawn.
    """
    key = (photo // 16).reshape(-1, 3) @ np.array([256, 16, 1])
    values, count = np.float64(picture).reshape(-1, 3), np.maximum(np.bincount(key), 1)
    filtered = np.stack([(np.bincount(key, channel) / count)[key] for channel in values.T], -1)
    return np.abs(values - filtered).mean()


def test_the_residual_of_a_filter_is_nothing(views):
    photo = views[LIGHT][0] // 16 * 16
    assert filter_residual(photo, 255 - photo[..., ::-1]) == 0.0
    noise = np.random.default_rng(0).normal(0.0, 20.0, photo.shape)
    # Mean of an absolute normal deviate: sqrt(2 / pi); the means of rare colours follow the noise.
    assert 0.75 * 16.0 < filter_residual(photo, photo + noise) < 16.0


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_no_colour_filter_and_a_photographic_look_nearly_is(name, views, drawings):
    left = np.mean([filter_residual(views[face][0], drawings[face][0][name]) for face in FACES])
    assert left > 6.0 if name in DRAWN else left < 5.0


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_moves_along_with_the_photo(name, drawings):
    seen = merged if name in HATCHED else np.float32
    moved = [movement(*(view[name] for view in drawings[face]), seen) for face in FACES]
    assert np.mean([np.abs(first - second).mean() for first, second in moved]) <= 1.5


@pytest.mark.parametrize("name", sorted(HATCHED))
def test_hatches_move_along_with_the_photo(name, drawings):
    """Tied to the grid of pixels, they would come to lie on gaps between them."""
    for both in drawings.values():
        first, second = movement(*(view[name] for view in both), hatches)
        assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_dark_skin_stays_dark_and_light_skin_light(name, views, drawings):
    def tone(picture, face):
        whole = cv2.resize(picture, (256, 256))  # all but a margin of 5 in 165
        return cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY)[FACES[face]].mean()

    before = {face: tone(views[face][0], face) for face in FACES}
    after = {face: tone(drawings[face][0][name], face) for face in FACES}
    for face in DARK:
        assert after[LIGHT] - after[face] > 0.7 * (before[LIGHT] - before[face])
        assert abs(after[face] - before[face]) < 40.0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_large_drawings_move_along_as_well(name):
    seen, changes = merged if name in HATCHED else np.float32, []
    for face in FACES:
        first, second = (render(view, name) for view in views_of(bundled(face, 512)))
        changes.append(np.abs(np.subtract(*movement(first, second, seen))).mean())
    assert np.mean(changes) <= 1.5


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_people_can_be_recognized(name):
    networks = [SHARED / "models" / file for file in FACE_NETWORKS]
    if not all(path.is_file() for path in networks):
        pytest.skip("PORTRAIT_STYLE_DATA names no folder with face networks")
    reader = FaceReader(*networks)
    photos = [load_image(path) for path in list_images(bundled_photos())[::8]]
    found = [likeness(reader, photo, render(photo, name)) for photo in photos]
    assert np.mean([one.found for one in found]) >= 0.9
    assert np.median([one.identity for one in found]) >= 0.5
