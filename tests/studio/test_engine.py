"""The engine: which models there are, which pictures it draws, and what it keeps."""

import numpy as np
import pytest
from studio_pictures import encoded

from portrait_style.errors import ArgumentError, ImageError, ModelError
from portrait_style.medium import lay_on
from portrait_style.studio.asked_style import read_asked_style
from portrait_style.studio.byte_cache import ByteCache
from portrait_style.studio.engine import Engine, Wish
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
from portrait_style.stylizer import PortraitStylizer
from portrait_style.web.site import MEDIA

NAMES = ["oil", "ink", "café noir", "a:b", "x,y"]
FILES = {("style", 3): "/files/ab/3.style", ("taste", 5): "/files/cd/5.json"}


def asked(text):
    return read_asked_style(text, NAMES, lambda kind, number: FILES.get((kind, number)))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    storage = tmp_path_factory.mktemp("storage")
    engine = Engine(Database(storage / "studio.sqlite3"), FileStore(storage / "files"))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def stylizer():
    return PortraitStylizer.from_preset("mobile")


def wish(text, stylizer, **values):
    return Wish(read_asked_style(text, stylizer.styles, lambda *_: None), **values)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("oil", "oil"),
        (" oil ", "oil"),
        ("a:b", "a:b"),
        ("x,y", "x,y"),
        ("oil:0.7,ink:0.3", {"oil": 0.7, "ink": 0.3}),
        ("oil,ink", {"oil": 0.5, "ink": 0.5}),
        ("oil:1,a:b:3", {"oil": 0.25, "a:b": 0.75}),
        ("oil:1,oil:2", {"oil": 1.0}),
        ("random:7", "random:7"),
        ("random:7@oil", "random:7@oil"),
        ("random:7:0.5,oil:0.5", {"random:7": 0.5, "oil": 0.5}),
        ("style-3", "/files/ab/3.style"),
        ("taste-5:0.5,oil:0.5", {"/files/cd/5.json": 0.5, "oil": 0.5}),
        ("random:7@style-3", "random:7@/files/ab/3.style"),
    ],
)
def test_expressions_of_styles(text, style):
    assert asked(text).style == style


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", ArgumentError, "must be named"),
        (",,", ArgumentError, "must be named"),
        ("pen", ModelError, "no style is called 'pen'; known: oil, ink"),
        ("/etc/passwd", ModelError, "no style is called"),
        ("../photo.jpg:0.5,oil:0.5", ModelError, "no style is called"),
        ("random:7@/etc/passwd", ModelError, "no style is called"),
        ("style-4", ModelError, "no style-4 any more"),
        ("oil:much", ArgumentError, "a number from 0"),
        ("oil:-1,ink:2", ArgumentError, "a number from 0"),
        ("oil:nan", ArgumentError, "a number from 0"),
        ("oil:1e308,ink:1e308", ArgumentError, "a weight above 0"),
        ("oil:0,ink:0", ArgumentError, "a weight above 0"),
        (",".join(["oil"] * 17), ArgumentError, "up to 16"),
    ],
)
def test_what_is_no_style(text, error, said):
    with pytest.raises(error, match=said):
        asked(text)


def test_a_random_style_tells_its_seed():
    told = asked("random@oil")
    assert told.text == told.style and told.text.endswith("@oil")
    assert int(told.text.removeprefix("random:").removesuffix("@oil")) >= 0


def test_messages_name_what_was_asked_for():
    told = asked("taste-5:0.5,oil:0.5").told("/files/cd/5.json was made with another model")
    assert told == "taste-5 was made with another model"


def test_presets_that_draw_without_tensorflow_are_there(engine, stylizer):
    mobile, large = engine.models()
    # The page shows the first where nothing was chosen yet.
    assert mobile["name"] == mobile["title"] == "mobile" and mobile["taste"] is True
    assert large["name"] == "large" and large["styles"] == mobile["styles"]
    assert [style["name"] for style in mobile["styles"]] == stylizer.styles
    assert mobile["styles"][0].keys() == {"name", "description", "medium"}


@pytest.mark.parametrize("name", ["huge", "job-1", "job-x", "/etc", "../mobile", ""])
def test_models_that_are_not_there(engine, name):
    with pytest.raises(ModelError, match="no model is called"):
        engine.stylizer(name)


def test_it_draws_as_the_package_does(engine, stylizer, face):
    photo = encoded(face)
    drawn = engine.draw(
        photo, "mobile", wish("oil:0.5,comic:0.5", stylizer, intensity=0.8, size=64)
    )
    expected = stylizer.stylize(face, "oil:0.5,comic:0.5", 0.8, 64)
    np.testing.assert_array_equal(drawn, expected)
    own = engine.draw(photo, "mobile", wish("oil", stylizer, texture=0.6))
    np.testing.assert_array_equal(own, stylizer.stylize(face, "oil", texture=0.6))


def test_a_medium_of_choice_is_laid_on(engine, stylizer, face):
    photo = encoded(face)
    plain = engine.draw(photo, "mobile", wish("oil", stylizer, medium="none", texture=1.0))
    np.testing.assert_array_equal(plain, stylizer.stylize(face, "oil"))
    printed = wish("oil", stylizer, medium="printed dots", texture=0.5)
    drawn = engine.draw(photo, "mobile", printed)
    np.testing.assert_array_equal(drawn, lay_on(plain, MEDIA["printed dots"], 0.5))


def test_transparency_stays(engine, stylizer, face):
    alpha = np.zeros((96, 80, 1), np.uint8)
    alpha[20:60, 20:60] = 255
    photo = encoded(np.concatenate([face, alpha], axis=-1))
    for medium in ("own", "canvas"):
        drawn = engine.draw(photo, "mobile", wish("oil", stylizer, medium=medium, texture=0.5))
        np.testing.assert_array_equal(drawn[..., 3:], alpha)


def test_a_photo_larger_than_is_drawn_at_once_is_scaled_down(engine, stylizer):
    photo = encoded(np.full((64, 2400, 3), 200, np.uint8), "JPEG")
    assert engine.draw(photo, "mobile", wish("oil", stylizer)).shape[1] == 2048
    assert engine.draw(photo, "mobile", wish("oil", stylizer, size=32)).shape[:2] == (1, 32)


def test_wishes_out_of_range(stylizer):
    for values in ({"size": 8}, {"size": 5000}, {"medium": "silk"}):
        with pytest.raises(ArgumentError):
            wish("oil", stylizer, **values)


def test_a_card_is_a_small_square(engine, stylizer, face):
    card = engine.card(encoded(face), "mobile", wish("oil", stylizer))
    assert card.shape == (160, 160, 3) and card.std() > 5.0


def test_many_threads_draw_the_same(engine, stylizer, face):
    photo, oil = encoded(face), wish("oil", stylizer, size=64)
    expected = engine.draw(photo, "mobile", oil)
    work = [engine.submit(engine.draw, photo, "mobile", oil) for _ in range(12)]
    for future in work:
        np.testing.assert_array_equal(future.result(), expected)


def test_a_damaged_photo_is_refused(engine, stylizer):
    with pytest.raises(ImageError):
        engine.draw(b"no picture", "mobile", wish("oil", stylizer))


def test_the_cache_keeps_within_its_bound():
    cache = ByteCache(most_bytes=100)
    for number in range(30):
        cache.put(number, bytes(10))
    kept = [number for number in range(30) if cache.get(number) is not None]
    assert kept == list(range(20, 30))
    cache.get(20)
    cache.put(30, bytes(10))
    assert cache.get(20) is not None and cache.get(21) is None
    cache.put(30, bytes(20))
    assert len(cache.get(30)) == 20
    cache.put(31, bytes(101))
    assert cache.get(31) is None
