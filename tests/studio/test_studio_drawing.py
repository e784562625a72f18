"""Drawing over HTTP: pictures, cards, what is kept, and styles of a project."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from studio_pictures import encoded

from portrait_style.mark import SOURCE_TYPE
from portrait_style.sharing import share_style


@pytest.fixture
def photo(send):
    return send()


def draw(client, photo, style="oil", project=1, **values):
    asked = {"photo": photo["id"], "model": "mobile", "style": style, **values}
    return client.post(f"/api/projects/{project}/draw", json=asked)


def card(client, photo, style="oil", model="mobile"):
    asked = {"photo": photo["id"], "model": model, "style": style}
    return client.get("/api/projects/1/card", params=asked)


def opened(answer):
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


@pytest.fixture
def shared(tmp_path):
    return share_style("mobile", "oil:0.5,comic:0.5", tmp_path / "s.style", name="Half and half")


def add_style(client, name, data, model="mobile"):
    files = {"file": (name, data)}
    return client.post("/api/projects/1/styles", files=files, data={"model": model})


def test_models_are_listed(client):
    models = client.get("/api/models").json()["models"]
    assert [model["name"] for model in models] == ["mobile", "large"]
    assert all(len(model["styles"]) == 15 for model in models)


def test_a_picture_is_png_with_its_mark_and_a_preview_jpeg(client, photo):
    picture = draw(client, photo, size=64)
    assert picture.headers["content-type"] == "image/png"
    assert opened(picture).format == "PNG" and max(opened(picture).size) == 64
    assert SOURCE_TYPE.encode() in picture.content
    preview = draw(client, photo, size=64, preview=True)
    assert preview.headers["content-type"] == "image/jpeg"
    assert opened(preview).format == "JPEG" and opened(preview).size == opened(picture).size


def test_intensity_texture_and_medium_change_the_picture(client, photo):
    plain = draw(client, photo).content
    for values in (
        {"intensity": 0.5},
        {"texture": 1.0},
        {"texture": 1.0, "medium": "canvas"},
        {"texture": 1.0, "medium": "printed dots"},
    ):
        assert draw(client, photo, **values).content != plain
    assert draw(client, photo, texture=1.0, medium="none").content == plain


def test_a_random_style_is_told_and_drawn_again(client, photo):
    first = draw(client, photo, "random")
    told = first.headers["x-style"]
    assert told.startswith("random:")
    assert draw(client, photo, told).content == first.content


@pytest.mark.parametrize(
    "values",
    [
        {"style": "/etc/passwd"},
        {"style": "nothing"},
        {"style": "style-1"},
        {"style": "oil:x"},
        {"intensity": 2.0},
        {"size": 4},
        {"size": 100_000},
        {"texture": -1.0},
        {"medium": "silk"},
        {"model": "huge"},
        {"model": "../presets/mobile"},
        {"style": 7},
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_line(client, photo, values):
    answer = draw(client, photo, **values)
    assert answer.status_code == 400
    assert "\n" not in answer.json()["error"]
    assert "errors.pydantic" not in answer.text and "Traceback" not in answer.text


def test_photos_of_other_projects_are_not_drawn(client, photo):
    other = client.post("/api/projects", json={"name": "Other"}).json()["id"]
    assert draw(client, photo, project=other).status_code == 404
    assert draw(client, {"id": 99}).status_code == 404
    assert card(client, {"id": 99}).status_code == 404


def test_cards_are_small_squares_and_kept(client, photo):
    first = card(client, photo)
    assert opened(first).format == "JPEG" and opened(first).size == (160, 160)
    assert card(client, photo).content == first.content
    assert card(client, photo, "comic").content != first.content
    assert card(client, photo, "nothing").status_code == 400


def test_a_card_is_that_of_its_photo_when_numbers_come_back(client, send, face):
    first = send()
    before = card(client, first).content
    client.delete(f"/api/pictures/{first['id']}")
    assert card(client, first).status_code == 404
    assert card(client, send(encoded(255 - face))).content != before


def test_a_drawing_is_kept_in_the_gallery(client, photo):
    asked = {"photo": photo["id"], "model": "mobile", "style": "oil:0.7,comic:0.3", "size": 64}
    kept = client.post("/api/projects/1/drawings", json=asked).json()
    assert kept["kind"] == "drawing" and kept["photo_id"] == photo["id"]
    assert kept["settings"]["style"] == "oil:0.7,comic:0.3" and kept["settings"]["size"] == 64
    file = client.get(kept["url"])
    assert max(opened(file).size) == 64 and SOURCE_TYPE.encode() in file.content
    assert max(opened(client.get(kept["thumbnail_url"])).size) == 64
    (listed,) = client.get("/api/projects/1/drawings").json()["drawings"]
    assert listed == kept


def test_a_shared_style_is_kept_drawn_and_deleted(client, photo, shared, settings):
    added = add_style(client, "C:\\evil\\..\\s.style", shared.read_bytes()).json()
    assert added["name"] == "Half and half" and added["model"] == "mobile"
    assert client.get("/api/projects/1/styles").json()["styles"] == [added]
    drawn, mixed = draw(client, photo, added["id"]), draw(client, photo, "oil:0.5,comic:0.5")
    pixels = [np.asarray(opened(answer), int) for answer in (drawn, mixed)]
    assert np.abs(pixels[0] - pixels[1]).max() <= 1
    assert draw(client, photo, f"{added['id']}:0.5,oil:0.5").status_code == 200
    assert opened(card(client, photo, added["id"])).size == (160, 160)
    number = added["id"].removeprefix("style-")
    assert client.delete(f"/api/styles/{number}").status_code == 204
    assert not list(settings.files_folder.rglob("*.style"))
    assert draw(client, photo, added["id"]).status_code == 400


def test_styles_of_other_projects_are_not_drawn(client, photo, shared):
    other = client.post("/api/projects", json={"name": "Other"}).json()["id"]
    files = {"file": ("s.style", shared.read_bytes())}
    added = client.post(f"/api/projects/{other}/styles", files=files).json()
    assert "no style-1 any more" in draw(client, photo, added["id"]).json()["error"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.style", b""),
        ("a.style", b"PK\x03\x04 no archive"),
        ("a.json", b"{}"),
        ("a.json", b"[" * 100_000),
        ("a.json", b'{"clusters": []}'),
        ("a.exe", b"MZ"),
    ],
)
def test_a_damaged_style_is_refused_and_nothing_is_kept(client, settings, name, data):
    answer = add_style(client, name, data)
    assert answer.status_code == 400
    assert str(settings.storage) not in answer.text
    assert client.get("/api/projects/1/styles").json()["styles"] == []
    assert not [path for path in settings.files_folder.rglob("*") if path.is_file()]


def test_requests_at_once_are_all_answered(client, photo):
    def ask(number):
        if number % 3 == 2:
            return client.get("/api/state").status_code
        return draw(client, photo, size=64, preview=True).status_code

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(ask, range(24))) == {200}
