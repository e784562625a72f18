import itertools
import subprocess
import sys

import numpy as np
import pytest

from portrait_style.errors import ModelError, OutputError, ProfileError
from portrait_style.model_files.preset import preset_names
from portrait_style.model_files.trained_model import open_model
from portrait_style.personalization.region import PlausibleRegion, standardized
from portrait_style.personalization.session import FeedbackSession
from portrait_style.styles.bank import StyleBank


@pytest.fixture(scope="module")
def mobile():
    return open_model("mobile").bank


def angle(code, other):
    """Degrees between two codes."""
    cosine = np.dot(code, other) / (np.linalg.norm(code) * np.linalg.norm(other))
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def test_codes_are_mixes_and_their_surroundings():
    # Styles that lie far from photos and from each other, as the bounds below have it.
    drawn = np.random.default_rng(5).normal(size=(6, 64))
    bank = StyleBank(drawn[0], {str(i): code for i, code in enumerate(drawn[1:])})
    region = PlausibleRegion(bank)
    codes = region.sample(300, np.random.default_rng(0))
    np.testing.assert_allclose(codes.mean(axis=1), 0.0, atol=1e-9)
    np.testing.assert_allclose(codes.std(axis=1), 1.0, rtol=1e-9)
    nearest = [min(angle(code, anchor) for anchor in region.anchors) for code in codes]
    apart = np.median([angle(a, b) for a, b in itertools.combinations(region.anchors, 2)])
    assert 0.17 * apart < np.median(nearest) < 0.4 * apart and max(nearest) < apart
    photo = standardized(bank.photo_code)
    assert min(angle(code, photo) for code in codes) > 25.0


@pytest.mark.parametrize("preset", preset_names())
def test_codes_are_nearer_to_a_style_than_to_the_photo(preset):
    bank = open_model(preset).bank
    region = PlausibleRegion(bank)
    photo = standardized(bank.photo_code)
    codes = region.sample(300, np.random.default_rng(0))
    nearest = [min(angle(code, anchor) for anchor in region.anchors) for code in codes]
    beside = [angle(code, photo) for code in codes]
    assert np.mean(np.less(nearest, beside)) > 0.95


def test_the_extent_is_how_far_styles_lie_from_their_middle():
    bank = StyleBank(np.eye(8)[7], {"a": np.eye(8)[0], "b": np.eye(8)[1]})
    region = PlausibleRegion(bank)
    half = np.linalg.norm(standardized(np.eye(8)[0]) - standardized(np.eye(8)[1])) / 2.0
    assert region.extent == pytest.approx(half / np.sqrt(8))


def test_coordinates_are_lengths_along_the_directions(mobile):
    region = PlausibleRegion(mobile)
    code = region.centre + 8.0 * 0.3 * region.directions[1]
    expected = np.eye(len(region.directions))[1] * 0.3
    np.testing.assert_allclose(region.coordinates([code])[0], expected, atol=1e-9)


def test_one_style_leaves_the_way_to_the_photo(bank):
    alone = StyleBank(bank.photo_code, {"oil": bank.code("oil")})
    assert PlausibleRegion(alone).sample(5, np.random.default_rng(0)).shape == (5, 64)


def test_without_different_styles_there_is_nothing_to_choose(bank):
    same = StyleBank(bank.photo_code, dict.fromkeys("ab", bank.code("oil")))
    for unfit, words in ((None, "names no styles"), (same, "are the same")):
        with pytest.raises(ModelError, match=words):
            FeedbackSession.start(unfit)


def test_rounds_are_varied_and_follow_from_the_seed(mobile):
    session = FeedbackSession.start(mobile, seed=3)
    again = FeedbackSession.start(mobile, seed=3)
    for _ in range(2):
        assert session.codes.shape == (6, 64) and np.isfinite(session.codes).all()
        apart = [angle(a, b) for i, a in enumerate(session.codes) for b in session.codes[:i]]
        assert min(apart) > 4.0
        np.testing.assert_array_equal(session.codes, again.codes)
        session.choose([2, 5])
        again.choose([5, 2])
        session.next()
        again.next()
    assert not np.array_equal(session.codes, FeedbackSession.start(mobile, seed=4).codes)


def test_a_session_goes_on_the_same_from_its_file(mobile, tmp_path):
    session = FeedbackSession.start(mobile)
    session.choose([1])
    session.save(tmp_path / "me.json")
    loaded = FeedbackSession.load(tmp_path / "me.json", mobile)
    np.testing.assert_array_equal(loaded.code, session.code)
    np.testing.assert_array_equal(loaded.next(), session.next())
    with pytest.raises(OutputError, match="exists; go on with it"):
        loaded.save(tmp_path / "me.json")


def test_next_without_a_choice_shows_others(mobile):
    session = FeedbackSession.start(mobile)
    first = session.codes
    second = session.next()
    assert session.number == 2 and session.code is None
    assert min(angle(a, b) for a in first for b in second) > 3.0


def test_choices(mobile):
    session = FeedbackSession.start(mobile)
    with pytest.raises(ProfileError, match="nothing was chosen yet"):
        session.settle()
    session.choose([6, 1])
    session.choose([2])
    assert session.profile.rounds[0].comparisons == [(1, i) for i in (0, 2, 3, 4, 5)]
    session.choose_better(3, 4)
    assert session.profile.rounds[0].comparisons[-1] == (2, 3)
    np.testing.assert_array_equal(session.liked_codes(), session.codes[[1, 2]])
    for liked in ([], [1, 2, 3, 4, 5, 6]):
        with pytest.raises(ProfileError, match="one or more of the 6 pictures, not all"):
            session.choose(liked)
    for number in (0, 7, -1):
        with pytest.raises(ProfileError, match=f"picture {number} was not shown"):
            session.choose([number])
    with pytest.raises(ProfileError, match="better than itself"):
        session.choose_better(2, 2)


def test_seed_out_of_range_is_refused(mobile):
    with pytest.raises(ValueError, match="`seed` must be 0 or more"):
        FeedbackSession.start(mobile, seed=-1)


def test_scikit_learn_is_imported_where_something_is_learned():
    code = (
        "import sys; from portrait_style import FeedbackSession; "
        "from portrait_style.cli import main; main(['feedback', 'start', '--help']); "
        "assert not {'sklearn', 'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
