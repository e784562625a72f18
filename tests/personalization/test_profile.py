import json
import re

import numpy as np
import pytest

from portrait_style.errors import ProfileError
from portrait_style.personalization.session import FeedbackSession
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.profile import (
    Profile,
    is_profile,
    read_profile,
    read_profile_code,
)
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture
def path(bank, tmp_path):
    session = FeedbackSession.start(bank)
    session.choose([1, 2])
    session.save(tmp_path / "me.json")
    return tmp_path / "me.json"


def damage(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_profile_is_numbers_only(path):
    text = path.read_text()
    content = json.loads(text)
    assert set(content) == {"version", "model", "seed", "rounds", "code"}
    words = set(re.findall(r'"([^"]*)"', text))
    assert words == {*content, content["model"], "codes", "comparisons"}
    assert len(text) < 8000


def test_a_profile_is_a_style(path, bank, networks, photo):
    stylizer = PortraitStylizer(*networks)
    code = read_profile_code(path, bank)
    assert code.dtype == np.float32
    for style in (path, str(path)):
        expected = stylizer.stylize(photo, code, 0.7)
        np.testing.assert_array_equal(stylizer.stylize(photo, style, 0.7), expected)


def test_new_styles_leave_the_fingerprint(bank):
    more = StyleBank.from_config(bank.to_config())
    more.add("new", bank.photo_code)
    other = StyleBank(bank.photo_code + 0.001)
    assert fingerprint(more) == fingerprint(bank) != fingerprint(other)


def test_a_profile_of_another_model_is_refused(path, bank):
    other = StyleBank(bank.photo_code + 1.0, {"oil": bank.code("oil")})
    with pytest.raises(ProfileError, match="another model"):
        read_profile_code(path, other)
    with pytest.raises(ProfileError, match="names no styles"):
        read_profile_code(path, None)


def test_without_a_choice_there_is_no_code(bank, tmp_path):
    FeedbackSession.start(bank).profile.save(tmp_path / "new.json")
    with pytest.raises(ProfileError, match="no code yet; choose pictures"):
        read_profile_code(tmp_path / "new.json", bank)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '{"version": 1}', "[" * 100_000, "\x00\xff"],
)
def test_damaged_files_are_refused(text, tmp_path):
    path = tmp_path / "me.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ProfileError, match="is not a usable profile"):
        read_profile(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"model": 5},
        {"seed": -1},
        {"seed": 0.5},
        {"rounds": []},
        {"rounds": [{"codes": [[0.0] * 64], "comparisons": [[0, 1]]}]},
        {"rounds": [{"codes": [[0.0] * 64], "comparisons": [[0]]}]},
        {"rounds": [{"codes": [[0.0] * 64, [0.0] * 63], "comparisons": []}]},
        {"code": [0.0] * 63},
        {"code": [float("nan")] * 64},
        {"code": ["a"] * 64},
        {"code": 3.0},
    ],
)
def test_damaged_entries_are_refused(changes, path):
    damage(path, **changes)
    with pytest.raises(ProfileError, match="is not a usable profile"):
        read_profile(path)


def test_codes_of_a_wrong_length_are_refused(path, bank):
    short = [[0.5] * 63] * 6
    damage(path, code=short[0], rounds=[{"codes": short, "comparisons": []}])
    with pytest.raises(ProfileError, match="must hold codes of 64 numbers"):
        read_profile(path, bank)


def test_a_missing_profile_says_how_to_start(tmp_path):
    with pytest.raises(ProfileError, match="feedback start"):
        read_profile(tmp_path / "me.json")


def test_a_file_of_discovered_styles_lists_them(tmp_path, bank):
    path = tmp_path / "styles.json"
    styles = [{"name": name, "code": [0.5] * 64} for name in ("ink lines", "wash")]
    path.write_text(json.dumps({"clusters": styles}))
    for read in (read_profile, lambda path: read_profile_code(path, bank)):
        with pytest.raises(ProfileError, match=f"name one: {path}#ink lines, {path}#wash$"):
            read(path)


def test_what_counts_as_a_profile():
    assert is_profile("me.json")
    assert not is_profile("oil") and not is_profile(np.zeros(64)) and not is_profile(b"me.json")


def test_profiles_survive_their_file(path):
    profile = read_profile(path)
    assert isinstance(profile, Profile)
    assert profile.to_json() == path.read_bytes()
