import json
import re

import blind
import pytest
from blind_study.study import Question, Study, write_study
from blind_study.tally import SourceTally, count_votes, tally_text, wilson_interval
from blind_study.votes import Vote, check_vote, enter_votes, read_votes, save_votes
from flat_questions import drawn

from portrait_style.errors import ArgumentError


@pytest.fixture
def study(tmp_path):
    """Three questions in a folder, with the seed 3."""
    return write_study(tmp_path, {"model": "mobile"}, drawn(3), 3)


def by_hand(*orders):
    """A study whose drawings are of these sources."""
    questions = [
        Question(style, "p.jpg", "p", tuple(map(str, range(len(sources)))), sources)
        for style, sources in orders
    ]
    return Study("name", {}, tuple(questions))


# Votes


def test_votes_go_round(tmp_path, study):
    votes = {1: Vote("B", ("A", "D")), 3: Vote(None, ("C",))}
    save_votes(tmp_path, study, votes | {2: Vote()})
    assert read_votes(tmp_path, study) == votes
    assert not list(tmp_path.glob(".*"))


def test_a_vote_that_was_taken_back_is_none_in_a_downloaded_file_either(tmp_path, study):
    votes = {"1": {"best": None, "faulty": []}, "2": {"best": "A", "faulty": []}}
    (tmp_path / "votes.json").write_text(json.dumps({"study": study.name, "votes": votes}))
    assert read_votes(tmp_path, study) == {2: Vote("A")}


def test_no_file_is_no_vote(tmp_path, study):
    assert read_votes(tmp_path, study) == {}


def test_votes_are_typed_in_one_after_another(tmp_path, study, capsys):
    assert enter_votes(tmp_path, study, "1=B, 2=a", "1=ac") == 2
    words = ["--output", str(tmp_path), "--vote", "2=D,3=C", "--faulty", "3=B"]
    assert blind.main(words) == 0
    assert capsys.readouterr().out == "3 of 3 questions have a vote\n"
    assert read_votes(tmp_path, study) == {
        1: Vote("B", ("A", "C")),
        2: Vote("D"),
        3: Vote("C", ("B",)),
    }


@pytest.mark.parametrize("words", ["1", "1=E", "0=A", "4=A", "1=AB", "A=1", "1=A;2=B"])
def test_a_wrong_vote_is_one_line_and_changes_nothing(tmp_path, study, words, capsys):
    enter_votes(tmp_path, study, "1=B")
    assert blind.main(["--output", str(tmp_path), "--vote", words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("blind.py: error: ")
    assert read_votes(tmp_path, study) == {1: Vote("B")}


@pytest.mark.parametrize("number, best, faulty", [(True, "A", []), ("1", "A", []), (1, "A", "A")])
def test_a_vote_has_its_types(study, number, best, faulty):
    with pytest.raises(ArgumentError):
        check_vote(study, number, best, faulty)


@pytest.mark.parametrize(
    "text, reason",
    [
        ('{"study": ', "damaged"),
        ("[1, 2]", "damaged"),
        ("{}", "lacks 'study'"),
        ('{"study": "NAME", "votes": {"1": {"best": "A"}}}', "lacks 'faulty'"),
        ('{"study": "NAME", "votes": {"1": {"best": "E", "faulty": []}}}', "no drawing 'E'"),
        ('{"study": "NAME", "votes": {"9": {"best": "A", "faulty": []}}}', "no question 9"),
        ('{"study": "NAME", "votes": {"x": {"best": "A", "faulty": []}}}', "damaged"),
        ('{"study": "NAME", "votes": ["A"]}', "damaged"),
        ('{"study": "other", "votes": {}}', "another study"),
        ("\udcff", "damaged"),
    ],
)
def test_a_damaged_votes_file_is_one_line(tmp_path, study, text, reason, capsys):
    told = text.replace("NAME", study.name).encode(errors="surrogateescape")
    (tmp_path / "votes.json").write_bytes(told)
    assert blind.main(["--tally", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "votes.json") in line and reason in line
    # Nothing is written over it.
    assert blind.main(["--output", str(tmp_path), "--vote", "1=A"]) == 2
    assert (tmp_path / "votes.json").read_bytes() == told


# The tally


@pytest.mark.parametrize("wins, count", [(0, 1), (1, 1), (0, 50), (50, 50), (8, 10), (13, 47)])
def test_wilson_interval_is_that_of_scipy(wins, count):
    from scipy.stats import binomtest

    expected = binomtest(wins, count).proportion_ci(method="wilson")
    assert wilson_interval(wins, count) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_interval_solves_the_equation_that_it_is_made_of():
    """Both ends are the shares of which 3 of 20 is 1.959964 standard errors away."""
    for share in wilson_interval(3, 20):
        assert abs(3 / 20 - share) == pytest.approx(1.959964 * (share * (1 - share) / 20) ** 0.5)


def test_a_tally_by_hand():
    study = by_hand(
        ("comic", ("ours", "renderer", "filter", "magenta")),
        ("comic", ("magenta", "filter", "renderer", "ours")),
        ("ink", ("filter", "ours", "magenta")),
        ("ink", ("ours", "filter", "magenta")),
    )
    votes = {1: Vote("A", ("D",)), 2: Vote("C", ("A", "D")), 3: Vote("B"), 4: Vote(None, ("B",))}
    answered = [(study.questions[n - 1], vote) for n, vote in votes.items()]
    chance = 1 / 4 + 1 / 4 + 1 / 3
    assert count_votes(answered) == {
        "ours": SourceTally(3, 2, pytest.approx(chance), 4, 1),
        "renderer": SourceTally(2, 1, pytest.approx(0.5), 2, 0),
        "filter": SourceTally(3, 0, pytest.approx(chance), 4, 1),
        "magenta": SourceTally(3, 0, pytest.approx(chance), 4, 2),
    }
    text = tally_text(study, votes)
    assert text.startswith("3 of 4 questions have a vote.")
    tables = [re.split(r"\s{2,}", line) for line in text.splitlines()]
    # Wilson for 2 of 3, z = 1.96: (0.6667 + 0.6403 ± 0.8334) / 2.2805.
    assert ["ours", "3", "2", "66.7 %", "20.8 to 93.9 %", "27.8 %", "1", "4"] in tables
    assert ["magenta", "3", "0", "0.0 %", "0.0 to 56.1 %", "27.8 %", "2", "4"] in tables
    # Of each style alone.
    assert ["ours", "2", "1", "50.0 %", "9.5 to 90.5 %", "25.0 %", "1", "2"] in tables
    assert ["ours", "1", "1", "100.0 %", "20.7 to 100.0 %", "33.3 %", "0", "2"] in tables
    assert sum(row[0] == "renderer" for row in tables) == 2


def test_a_tally_of_no_votes_is_one_line(tmp_path, study, capsys):
    assert blind.main(["--tally", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 of 3 questions have a vote.\n"


def test_there_is_no_study_in_an_empty_folder(tmp_path, capsys):
    assert blind.main(["--tally", str(tmp_path)]) == 2
    assert "holds no study" in capsys.readouterr().err
