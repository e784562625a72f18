import json
import warnings

import numpy as np
import pytest

from portrait_style.errors import ModelError
from portrait_style.medium import Medium
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.expression import parse_style
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.stylizer import PortraitStylizer

NAMES = ["oil", "ink", "a:b", "soft, dark"]


@pytest.fixture(scope="module")
def stylizer(networks):
    return PortraitStylizer(*networks)


@pytest.fixture
def found(tmp_path, bank):
    """A file of two discovered styles."""
    path = tmp_path / "styles.json"

    def write(**changes):
        code = np.tile([1.0, -1.0], 32).tolist()
        clusters = [{"name": "line work", "code": code}, {"name": "wash", "code": code[::-1]}]
        content = {"clusters": clusters, "model": fingerprint(bank)}
        path.write_text(json.dumps(content | changes))
        return str(path)

    write()
    return write


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def pairs(style):
    return [
        (term.style.source, pytest.approx(term.weight)) for term in parse_style(style, NAMES).terms
    ]


def test_a_name_is_one_part_whatever_it_holds():
    for name in NAMES:
        assert pairs(name) == [(name, 1.0)]


def test_parts_with_and_without_weights():
    assert pairs("oil:0.75, ink:0.25") == [("oil", 0.75), ("ink", 0.25)]
    assert pairs("oil,ink") == [("oil", 0.5), ("ink", 0.5)]
    assert pairs("a:b:0.5,oil:0.5") == [("a:b", 0.5), ("oil", 0.5)]
    assert pairs("oil:1,ink:0") == [("oil", 1.0)]
    assert pairs({"oil": 0.5, "soft, dark": 0.5}) == [("oil", 0.5), ("soft, dark", 0.5)]


def test_weights_that_do_not_sum_to_one_are_divided_and_said_so():
    with pytest.warns(UserWarning, match="'oil:3,ink:1' sum to 4, not 1"):
        assert pairs("oil:3,ink:1") == [("oil", 0.75), ("ink", 0.25)]


@pytest.mark.parametrize(
    "style", ["oil:-0.5,ink:1.5", "oil:much,ink:1", "oil:nan", "oil:inf", "oil:0", {"oil": -1}]
)
def test_unfit_weights_are_refused(style):
    with pytest.raises(ValueError, match="`style` must have"):
        parse_style(style, NAMES)


@pytest.mark.parametrize("style", ["chalk", "oil:0.5,chalk:0.5", "chalk:1", {"chalk": 1.0}])
def test_unknown_names_are_refused(style):
    with pytest.raises(ModelError, match="'chalk' is neither .*styles: oil, ink"):
        parse_style(style, NAMES)


CANVAS, PAPER = Medium("weave", 3.0, 0.04), Medium("paper", 4.0, 0.03)


@pytest.fixture
def bank_with_media():
    bank = StyleBank(np.zeros(2))
    for name, medium in zip(NAMES, (CANVAS, PAPER, None, None), strict=True):
        bank.add(name, np.ones(2), medium=medium)
    return bank


@pytest.mark.parametrize(
    ("style", "medium"),
    [
        ("oil", CANVAS),
        ("oil:0.6,ink:0.4", CANVAS),
        ("oil:0.4,ink:0.6", PAPER),
        ("oil,ink", CANVAS),
        ("random:7@ink", PAPER),
        ("oil:0.4,random:7@ink:0.6", PAPER),
        ({"ink": 0.2, "oil": 0.1, np.zeros(2).tobytes(): 0.7}, PAPER),
    ],
)
def test_the_medium_is_that_of_the_heaviest_named_part(style, medium, bank_with_media):
    with warnings.catch_warnings():
        # Not all sum to 1.
        warnings.simplefilter("ignore")
        asked = parse_style(style, NAMES)
    assert asked.medium(bank_with_media) == medium


def test_what_has_no_medium_says_so(bank_with_media, found):
    # A style without one, and what is not of the model's styles.
    nameless = ("a:b", "a:b:0.6,oil:0.4", "random:7", f"{found()}#wash", np.zeros(64), b"picture")
    for style in nameless:
        asked = parse_style(style, NAMES)
        with pytest.warns(UserWarning, match="has no medium"):
            assert asked.medium(bank_with_media) is None
    with pytest.warns(UserWarning, match="has no medium"):
        assert parse_style(b"picture", []).medium(None) is None


def test_a_mix_lies_between_its_parts_on_their_sphere(stylizer, bank):
    code = stylizer.style_code("oil:0.6,ink:0.4")
    direction = 0.6 * bank.code("oil") + 0.4 * bank.code("ink")
    length = 0.6 * np.linalg.norm(bank.code("oil")) + 0.4 * np.linalg.norm(bank.code("ink"))
    np.testing.assert_allclose(
        code, direction / np.linalg.norm(direction) * length, rtol=1e-4, atol=1e-5
    )
    np.testing.assert_array_equal(stylizer.style_code({"oil": 0.6, "ink": 0.4}), code)


def test_a_mix_takes_pictures_and_discovered_styles(stylizer, photo, found, tmp_path):
    from portrait_style.image import save_image

    picture = str(save_image(tmp_path / "a.png", photo))
    code = stylizer.style_code(f"{picture}:0.5,{found()}#line work:0.5")
    other = np.tile([1.0, -1.0], 32)
    assert code @ stylizer.encode_style(picture) > 0.0 < code @ other
    np.testing.assert_array_equal(stylizer.style_code(f"{found()}#line work"), other)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ({}, "chalk", "names no discovered style; known: .*#line work, .*#wash"),
        ({}, "", "names no discovered style"),
        ({"model": "0" * 16}, "wash", "made with another model"),
        ({"clusters": [{"name": "a", "code": [1.0] * 63}]}, "a", "has 63 numbers"),
        ({"clusters": [{"name": "a", "code": [float("nan")] * 64}]}, "a", "finite numbers"),
        ({"clusters": [{"name": "a", "code": "red"}]}, "a", "finite numbers"),
        ({"clusters": [{"name": "a", "code": [1]}] * 2}, "a", "two styles called 'a'"),
        ({"clusters": [{"name": "a"}]}, "a", "is not a file of discovered styles"),
        ({"clusters": 3}, "a", "is not a file of discovered styles"),
    ],
)
def test_unfit_files_of_discovered_styles_are_refused(stylizer, found, content, name, message):
    with pytest.raises(ModelError, match=message):
        stylizer.style_code(f"{found(**content)}#{name}")
