"""My taste over HTTP: rounds, choices, the profile, and the style that it is."""

import io
import json

import pytest
from PIL import Image


@pytest.fixture
def photo(send):
    return send()


def start(client, photo, **values):
    asked = {"model": "mobile", "photo": photo["id"], "name": "Mine", "seed": 3, **values}
    return client.post("/api/projects/1/tastes", json=asked)


def choose(client, taste, liked):
    return client.post(f"/api/tastes/{taste['id']}/choose", json={"liked": liked})


def draw(client, photo, style):
    asked = {"photo": photo["id"], "model": "mobile", "style": style}
    return client.post("/api/projects/1/draw", json=asked)


def test_a_first_round_shows_six_pictures(client, photo):
    taste = start(client, photo).json()
    assert (taste["name"], taste["model"], taste["round"]) == ("Mine", "mobile", 1)
    assert taste["choices"] == 0 and taste["code_known"] is False
    assert [entry["number"] for entry in taste["pictures"]] == [1, 2, 3, 4, 5, 6]
    shown = [client.get(entry["url"]) for entry in taste["pictures"]]
    assert len({picture.content for picture in shown}) == 6
    assert {Image.open(io.BytesIO(picture.content)).format for picture in shown} == {"JPEG"}
    assert client.get(f"/api/tastes/{taste['id']}").json() == taste
    assert client.get("/api/projects/1/tastes").json()["tastes"] == [taste]


def test_choices_lead_to_a_style(client, photo):
    first = start(client, photo).json()
    assert draw(client, photo, f"taste-{first['id']}").status_code == 400
    second = choose(client, first, [1, 4]).json()
    assert (second["round"], second["choices"], second["code_known"]) == (2, 1, True)
    drawn = draw(client, photo, f"taste-{first['id']}")
    assert drawn.status_code == 200
    third = choose(client, second, [2]).json()
    assert (third["round"], third["choices"]) == (3, 2)
    assert draw(client, photo, f"taste-{first['id']}").content != drawn.content
    # Pictures of earlier rounds stay.
    assert client.get(first["pictures"][0]["url"]).status_code == 200


def test_nothing_liked_shows_others(client, photo):
    first = start(client, photo).json()
    second = choose(client, first, []).json()
    assert (second["round"], second["choices"], second["code_known"]) == (2, 0, False)
    pictures = [client.get(taste["pictures"][0]["url"]).content for taste in (first, second)]
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("liked", [[7], [0], [1, 2, 3, 4, 5, 6], "all", None])
def test_choices_that_make_no_sense(client, photo, liked):
    taste = start(client, photo).json()
    assert choose(client, taste, liked).status_code == 400
    assert client.get(f"/api/tastes/{taste['id']}").json()["round"] == 1


def test_the_profile_can_be_taken_along_and_brought_back(client, photo):
    taste = choose(client, start(client, photo).json(), [3]).json()
    file = client.get(f"/api/tastes/{taste['id']}/profile")
    assert "Mine.json" in file.headers["content-disposition"]
    assert len(json.loads(file.content)["rounds"]) == 2
    added = client.post(
        "/api/projects/1/styles", files={"file": ("Mine.json", file.content)}
    ).json()
    assert added["name"] == "Mine"
    same = [draw(client, photo, name).content for name in (f"taste-{taste['id']}", added["id"])]
    assert Image.open(io.BytesIO(same[0])).tobytes() == Image.open(io.BytesIO(same[1])).tobytes()


def test_a_profile_without_a_choice_is_no_style_yet(client, photo):
    taste = start(client, photo).json()
    file = client.get(f"/api/tastes/{taste['id']}/profile").content
    answer = client.post("/api/projects/1/styles", files={"file": ("me.json", file)})
    assert answer.status_code == 400 and "me.json has no code yet" in answer.json()["error"]


def test_equal_seeds_show_equal_rounds(client, photo):
    first, second = start(client, photo).json(), start(client, photo).json()
    pictures = [client.get(taste["pictures"][2]["url"]).content for taste in (first, second)]
    # Only the mark of the two could differ, and they have one name.
    assert pictures[0] == pictures[1]


def test_deleting_a_taste_deletes_its_profile(client, photo, settings):
    taste = start(client, photo).json()
    assert list(settings.files_folder.rglob("*.json"))
    assert client.delete(f"/api/tastes/{taste['id']}").status_code == 204
    assert not list(settings.files_folder.rglob("*.json"))
    assert client.get(f"/api/tastes/{taste['id']}").status_code == 404
    assert draw(client, photo, f"taste-{taste['id']}").status_code == 400


def test_a_taste_stays_when_its_photo_is_deleted(client, photo, send):
    taste = start(client, photo).json()
    client.delete(f"/api/pictures/{photo['id']}")
    assert client.get(taste["pictures"][0]["url"]).status_code == 404
    after = choose(client, taste, [2]).json()
    assert after["code_known"] is True
    assert draw(client, send(), f"taste-{taste['id']}").status_code == 200


def test_what_is_not_there(client, photo):
    assert start(client, {"id": 99}).status_code == 404
    assert start(client, photo, model="none").status_code == 400
    assert start(client, photo, name=" ").status_code == 400
    assert start(client, photo, seed=-1).status_code == 400
    assert client.get("/api/tastes/9").status_code == 404
    assert client.get("/api/tastes/9/pictures/1").status_code == 404
    taste = start(client, photo).json()
    for path in ("0", "7", "1?round=2", "1?round=0"):
        assert client.get(f"/api/tastes/{taste['id']}/pictures/{path}").status_code == 404
