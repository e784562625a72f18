import json
import threading
import urllib.error
import urllib.request

import blind
import pytest
from blind_study.server import VoteServer
from blind_study.study import StudyError, write_study
from blind_study.votes import Vote, read_votes
from flat_questions import drawn

from portrait_style.errors import OutputError


@pytest.fixture
def study(tmp_path):
    """Three questions in a folder, with the seed 3."""
    return write_study(tmp_path, {"model": "mobile"}, drawn(3), 3)


@pytest.fixture
def server(tmp_path, study):
    with VoteServer(tmp_path, study, port=0) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server, path, body=None, **headers):
    """Send a request; return status and bytes."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json"} | headers
    request = urllib.request.Request(server.url + path, data, sent)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_page_and_its_pictures_are_served_and_nothing_else(server, study, tmp_path):
    assert ask(server, "") == (200, (tmp_path / "index.html").read_bytes())
    name = study.questions[0].drawings[0]
    assert ask(server, f"pictures/{name}")[1] == (tmp_path / "pictures" / name).read_bytes()
    (tmp_path / "pictures" / "other.jpg").write_bytes(b"other")
    for path in (
        "key.json",
        "pictures/../key.json",
        "pictures/other.jpg",
        "..%2fkey.json",
        "votes.json",
    ):
        assert ask(server, path)[0] == 404


def test_a_vote_is_in_the_file_when_it_is_answered(server, study, tmp_path):
    told = {"study": study.name, "question": 2, "best": "C", "faulty": ["B"]}
    assert ask(server, "votes", told) == (200, b"saved")
    assert read_votes(tmp_path, study) == {2: Vote("C", ("B",))}
    assert ask(server, "votes", told | {"question": 1, "faulty": []})[0] == 200
    status, body = ask(server, "votes")
    assert status == 200 and json.loads(body) == json.loads((tmp_path / "votes.json").read_text())
    assert read_votes(tmp_path, study) == {1: Vote("C"), 2: Vote("C", ("B",))}
    # Taken back.
    assert ask(server, "votes", told | {"best": None, "faulty": []})[0] == 200
    assert read_votes(tmp_path, study) == {1: Vote("C")}


def test_votes_at_the_same_time_are_all_saved(tmp_path):
    study = write_study(tmp_path, {}, drawn(24), 0)
    with VoteServer(tmp_path, study, port=0) as running:
        told = {"study": study.name, "best": "A", "faulty": []}
        threads = [
            threading.Thread(target=running.save, args=(told | {"question": n},))
            for n in range(1, 25)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read_votes(tmp_path, study)) == 24


def test_what_is_no_vote_is_refused(server, study, tmp_path):
    told = {"study": study.name, "question": 1, "best": "A", "faulty": []}
    wrong = [{}, [], told | {"best": "E"}, told | {"question": 7}, told | {"study": "other"}, b"{"]
    wrong += [told | {"faulty": [["A"]]}, told | {"more": 1}, b"x" * 5000]
    for body in wrong:
        assert ask(server, "votes", body)[0] == 400
    assert ask(server, "elsewhere", told)[0] == 404
    assert ask(server, "votes", told, **{"Content-Type": "text/plain"})[0] == 404
    for host in ("example.org", f"example.org:{server.server_address[1]}"):
        assert ask(server, "votes", told, Host=host)[0] == 403
        assert ask(server, "", Host=host)[0] == 403
    assert not (tmp_path / "votes.json").exists()


def test_a_file_that_is_damaged_meanwhile_is_not_written_over(server, study, tmp_path):
    (tmp_path / "votes.json").write_text("{")
    told = {"study": study.name, "question": 1, "best": "A", "faulty": []}
    assert ask(server, "votes", told)[0] == 500
    assert ask(server, "votes")[0] == 500
    assert (tmp_path / "votes.json").read_text() == "{"


def test_a_damaged_file_is_found_out_before_somebody_votes(study, tmp_path):
    (tmp_path / "votes.json").write_text("{")
    with pytest.raises(StudyError, match="damaged"):
        VoteServer(tmp_path, study, port=0)


def test_a_taken_port_is_one_line(server, study, tmp_path):
    with pytest.raises(OutputError, match="cannot serve on port"):
        blind.serve(tmp_path, study, server.server_address[1])
