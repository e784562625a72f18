"""Who may ask a studio for what."""

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from studio_pictures import encoded

from portrait_style.studio.access import RateLimit, Sessions
from portrait_style.studio.settings import StudioSettings

USER, PASSWORD = "anna", "correct horse"
# What Argon2 costs is its own tests' business.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
PRIVATE = [
    ("GET", "/api/projects/1/photos"),
    ("GET", "/api/projects/1/drawings"),
    ("GET", "/api/pictures/1/file"),
    ("GET", "/api/models"),
    ("GET", "/api/projects/1/jobs"),
    ("POST", "/api/projects"),
    ("POST", "/api/projects/1/photos"),
    ("DELETE", "/api/projects/1"),
    ("POST", "/api/signout"),
]


@pytest.fixture
def guarded(open_client):
    return open_client(user=USER, password_hash=HASH)


def sign_in(client, user=USER, password=PASSWORD):
    return client.post("/api/signin", json={"user": user, "password": password})


# Hosts and origins


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST:7860"])
def test_the_machine_s_own_names_are_let_in(client, host):
    assert client.get("/api/state", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:7860",
        "",
        "[::1",
        "10.0.0.1",
    ],
)
def test_other_names_are_kept_out(client, host):
    """A name that somebody else has lead to this machine gives another page its origin."""
    for path in ("/api/state", "/", "/web/style.css"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 403 and "error" in answer.json()


def test_the_name_that_was_given_is_let_in(open_client):
    client = open_client(host="studio.example")
    assert client.get("/api/state", headers={"Host": "studio.example:7860"}).status_code == 200
    assert client.get("/api/state", headers={"Host": "evil.example"}).status_code == 403


def test_a_studio_at_all_addresses_goes_by_addresses_not_by_names(open_client):
    client = open_client(host="0.0.0.0")
    assert client.get("/api/state", headers={"Host": "192.168.1.7:7860"}).status_code == 200
    assert client.get("/api/state", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:80", "http://[::1"]
)
def test_pages_of_others_change_nothing(client, origin):
    answer = client.post("/api/projects", json={"name": "x"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert len(client.get("/api/state").json()["projects"]) == 1


def test_the_studio_s_own_page_may(client):
    headers = {"Origin": "http://127.0.0.1:7860"}
    assert client.post("/api/projects", json={"name": "x"}, headers=headers).status_code == 201


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_what_changes_something_needs_the_header(client, method):
    for headers in ({"X-Studio": ""}, {"X-Studio": "0"}):
        answer = client.request(method, "/api/projects/1", headers=headers)
        assert answer.status_code == 403 and "x-studio" in answer.json()["error"]


def test_a_foreign_page_is_not_told_that_it_may_send_the_header(client):
    headers = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-studio",
    }
    answer = client.options("/api/projects", headers=headers)
    assert answer.status_code == 403
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_every_answer_brings_the_headers(client, send):
    send()
    for path in ("/", "/web/style.css", "/api/state", "/api/pictures/1/file", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "http" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "no-" in headers["cache-control"]


def test_the_page_and_what_it_shares_are_served_and_nothing_beside_them(client):
    assert client.get("/").headers["content-type"].startswith("text/html")
    assert client.get("/web/style.css").status_code == 200
    for path in (
        "/../app.py",
        "/%2e%2e/app.py",
        "/web/..%2f..%2ferrors.py",
        "/api/nothing",
        "/docs",
    ):
        answer = client.get(path)
        assert answer.status_code == 404 and answer.json()["error"] == "not found"


# Signing in


def test_who_has_not_signed_in_sees_nothing(guarded, face):
    assert guarded.get("/").status_code == 200
    state = guarded.get("/api/state").json()
    assert state["signed_in"] is False and state["projects"] == []
    for method, path in PRIVATE:
        answer = guarded.request(method, path)
        assert (answer.status_code, answer.json()) == (401, {"error": "sign in first"})
    files = [("files", ("me.png", encoded(face)))]
    assert guarded.post("/api/projects/1/photos", files=files).status_code == 401


def test_signing_in_and_out(guarded):
    answer = sign_in(guarded)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and PASSWORD not in cookie
    state = guarded.get("/api/state").json()
    assert state["signed_in"] and state["projects"] == [{"id": 1, "name": "My portraits"}]
    kept = dict(guarded.cookies)
    assert guarded.post("/api/signout").status_code == 200
    assert guarded.get("/api/projects/1/photos").status_code == 401
    # Nor is the old cookie worth anything.
    guarded.cookies.update(kept)
    assert guarded.get("/api/projects/1/photos").status_code == 401


@pytest.mark.parametrize(("user", "password"), [("anna", "wrong"), ("bob", PASSWORD), ("", "")])
def test_a_wrong_password_or_user_is_refused_alike(guarded, user, password):
    answer = sign_in(guarded, user, password)
    assert answer.status_code == 401
    assert answer.json() == {"error": "user or password is wrong"}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["x", "", '"', "a=b; c", "\\"])
def test_a_made_up_cookie_is_refused(guarded, cookie):
    answer = guarded.get("/api/projects/1/photos", headers={"Cookie": f"studio_session={cookie}"})
    assert answer.status_code == 401


def test_guessing_is_slowed_down(open_client):
    client = open_client(user=USER, password_hash=HASH, signins_per_minute=3)
    assert [sign_in(client, password="x").status_code for _ in range(4)] == [401, 401, 401, 429]
    answer = sign_in(client)
    assert answer.status_code == 429 and answer.headers["retry-after"] == "60"


def test_a_session_ends(tmp_path):
    time = [0.0]
    settings = StudioSettings(tmp_path, user=USER, password_hash=HASH)
    sessions = Sessions(settings, clock=lambda: time[0])
    headers = {"cookie": f"studio_session={sessions.open(USER, PASSWORD, 'here')}"}
    assert sessions.knows(headers)
    time[0] += 8 * 24 * 3600
    assert not sessions.knows(headers)


def test_nobody_signs_in_where_nobody_has_to(client):
    assert client.get("/api/state").json()["signed_in"] is True
    assert sign_in(client).status_code == 400


# Rates


def test_too_many_requests_are_refused(open_client):
    client = open_client(requests_per_minute=5)
    statuses = [client.get("/api/state").status_code for _ in range(7)]
    assert statuses[:5] == [200] * 5 and statuses[-1] == 429
    assert client.get("/").status_code == 200


def test_a_rate_recovers_and_is_counted_for_each_address():
    time = [0.0]
    rate = RateLimit(60, clock=lambda: time[0])
    assert all(rate.allows("a") for _ in range(60)) and not rate.allows("a")
    assert rate.allows("b")
    time[0] += 2.0
    assert rate.allows("a") and rate.allows("a") and not rate.allows("a")


# Failures


def test_what_nobody_foresaw_is_told_without_details(open_client, monkeypatch):
    client = open_client(raises=False)

    def broken(*_, **__):
        raise RuntimeError("secret of the server")

    monkeypatch.setattr("portrait_style.studio.routes.photos.told_picture", broken)
    monkeypatch.setattr("portrait_style.studio.routes.photos.row_or_404", broken)
    answer = client.get("/api/projects/1/photos")
    assert answer.status_code == 500
    assert answer.json() == {"error": "something went wrong in the studio; its log says more"}
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_path_of_the_server_is_not_told(client, send):
    from portrait_style.errors import ImageError
    from portrait_style.studio.failures import without_paths

    storage = client.app.state.studio.settings.storage
    error = ImageError(f"{storage}/files/ab/x.png is damaged; see {storage}")
    assert without_paths(str(error), storage) == "x.png is damaged; see"


def test_a_client_without_the_studio_s_header_reads_only(client, send):
    photo = send()
    plain = TestClient(client.app, "http://127.0.0.1:7860")
    assert plain.get(photo["url"]).status_code == 200
    assert plain.delete("/api/pictures/1").status_code == 403
    assert client.get(photo["url"]).status_code == 200
