import json

import numpy as np
import pytest

from portrait_style.errors import ModelError
from portrait_style.medium import Medium
from portrait_style.styles.bank import StyleBank


@pytest.fixture
def small_bank():
    return StyleBank([0.0, 2.0], {"oil": [1.0, 0.0], "ink": [-1.0, 4.0]})


def test_names_keep_their_order(small_bank):
    small_bank.add("aquarelle", [0.5, 0.5])
    assert small_bank.names == ["oil", "ink", "aquarelle"]
    assert small_bank.code("oil").dtype == np.float32


def test_unknown_name_lists_the_known_ones(small_bank):
    with pytest.raises(ModelError, match="'chalk'; known: oil, ink"):
        small_bank.code("chalk")


def test_intensity_goes_from_the_photo_to_the_style(small_bank):
    code = small_bank.code("ink")
    np.testing.assert_allclose(small_bank.intensity(code, 0.0), [0.0, 2.0], rtol=1e-6)
    np.testing.assert_allclose(small_bank.intensity(code, 1.0), [-1.0, 4.0], rtol=1e-6)
    # 0.34375 of the line, (-0.34375, 2.6875), at 0.34375 of the way from length 2 to sqrt(17).
    np.testing.assert_allclose(small_bank.intensity(code, 0.25), [-0.346341, 2.707758], rtol=1e-6)


def test_codes_of_every_intensity_are_as_long_as_the_codes_of_pictures(bank):
    def standardized(code):
        return (code - code.mean()) / code.std()

    start, end = standardized(bank.photo_code), standardized(bank.code("oil"))
    codes = [StyleBank(start).intensity(end, amount) for amount in np.linspace(0.0, 1.0, 9)]
    np.testing.assert_allclose(np.linalg.norm(codes, axis=1), 8.0, rtol=1e-5)
    nearness = np.dot(codes, end)
    assert (np.diff(nearness) > 0.0).all()


def test_there_is_a_way_between_opposite_codes():
    bank = StyleBank([1.0, 0.0], {"opposite": [-1.0, 0.0]})
    codes = [bank.intensity(bank.code("opposite"), amount) for amount in np.linspace(0, 1, 101)]
    assert np.isfinite(codes).all()


def test_a_description_is_one_line(small_bank):
    small_bank.add("oil", [1.0, 0.0], description="thick paint")
    assert small_bank.description("oil") == "thick paint" and small_bank.description("ink") is None
    rebuilt = StyleBank.from_config(json.loads(json.dumps(small_bank.to_config())))
    assert rebuilt.description("oil") == "thick paint" and rebuilt.description("ink") is None
    small_bank.describe("oil", "thin paint")
    small_bank.rename("oil", "paint")
    assert small_bank.description("paint") == "thin paint"
    for text in ("", "two\nlines", 3):
        with pytest.raises(ValueError, match="`description` must be one line of text"):
            small_bank.describe("ink", text)
        with pytest.raises(ValueError, match="`description` must be one line of text"):
            small_bank.add("new", [1.0, 0.0], description=text)
    with pytest.raises(ModelError, match="'chalk'; known"):
        small_bank.describe("chalk", "white")


@pytest.mark.parametrize("amount", [-0.01, 1.01, float("nan"), float("inf")])
def test_intensity_out_of_range_is_refused(small_bank, amount):
    with pytest.raises(ValueError, match="`intensity` must be in"):
        small_bank.intensity(small_bank.code("oil"), amount)


@pytest.mark.parametrize("code", [[1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]], [1.0, float("nan")]])
def test_unfit_code_is_refused(small_bank, code):
    with pytest.raises(ValueError, match="`code` must be 2 finite numbers"):
        small_bank.add("new", code)
    assert "new" not in small_bank.names


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", None])
def test_unfit_name_is_refused(small_bank, name):
    with pytest.raises(ValueError, match="`name` must be one line"):
        small_bank.add(name, [0.0, 0.0])


def test_config_survives_json(bank):
    rebuilt = StyleBank.from_config(json.loads(json.dumps(bank.to_config())))
    assert rebuilt.names == bank.names
    np.testing.assert_allclose(rebuilt.photo_code, bank.photo_code, atol=1e-6)
    for name in bank.names:
        np.testing.assert_allclose(rebuilt.code(name), bank.code(name), atol=1e-6)


def test_details_travel_with_the_configuration(small_bank):
    small_bank.add("oil", [1.0, 0.0], spread=0.5, licence="CC0 1.0")
    config = json.loads(json.dumps(small_bank.to_config()))
    assert config["style_details"] == {"oil": {"spread": 0.5, "licence": "CC0 1.0"}}
    rebuilt = StyleBank.from_config(config)
    assert (rebuilt.spread("oil"), rebuilt.licence("oil")) == (0.5, "CC0 1.0")
    assert (rebuilt.spread("ink"), rebuilt.licence("ink")) == (None, None)


def test_configurations_without_details_are_as_they_were(small_bank):
    assert list(small_bank.to_config()) == ["photo_code", "styles"]
    assert StyleBank.from_config(small_bank.to_config()).names == ["oil", "ink"]


def test_media_travel_with_the_configuration(small_bank):
    canvas = Medium("weave", scale=3.0, depth=0.04)
    chalk = Medium("paper", scale=5.0, depth=0.05, dry=True)
    small_bank.add("oil", [1.0, 0.0], medium=canvas)
    small_bank.add("chalk", [2.0, 0.0], spread=0.5, medium=chalk)
    config = json.loads(json.dumps(small_bank.to_config()))
    assert list(config["media"]) == ["oil", "chalk"]
    # Beside the details, which earlier versions read.
    assert config["style_details"] == {"chalk": {"spread": 0.5}}
    rebuilt = StyleBank.from_config(config)
    assert [rebuilt.medium(name) for name in rebuilt.names] == [canvas, None, chalk]
    assert rebuilt.spread("chalk") == 0.5
    assert rebuilt.to_config() == config


def test_banks_of_before_media_are_read_and_written_as_they_were():
    config = {
        "photo_code": [0.0, 2.0],
        "styles": {"oil": [1.0, 0.0], "ink": [-1.0, 4.0]},
        "style_details": {"ink": {"spread": 0.25, "licence": "CC0 1.0"}},
    }
    written = json.dumps(config)
    bank = StyleBank.from_config(config)
    assert bank.medium("oil") is bank.medium("ink") is None
    assert json.dumps(bank.to_config()) == written == json.dumps(config)


def test_a_medium_is_renamed_and_removed_with_its_style(small_bank):
    small_bank.add("oil", [1.0, 0.0], medium=Medium("weave", 3.0, 0.04))
    small_bank.rename("oil", "huile")
    assert list(small_bank.to_config()["media"]) == ["huile"]
    small_bank.remove("huile")
    assert "media" not in small_bank.to_config()
    with pytest.raises(ModelError, match="'huile'"):
        small_bank.medium("huile")


def test_other_things_than_media_are_refused(small_bank):
    with pytest.raises(TypeError, match="`medium` must be a Medium"):
        small_bank.add("new", [0.0, 1.0], medium="paper")
    assert "new" not in small_bank.names
    with pytest.raises(ValueError, match="`kind` must be"):
        StyleBank.from_config(
            small_bank.to_config() | {"media": {"oil": {"kind": "glass", "scale": 1, "depth": 0.1}}}
        )


def test_rename_keeps_place_code_and_details(small_bank):
    small_bank.add("oil", [1.0, 0.0], spread=0.5)
    small_bank.rename("oil", "huile")
    assert small_bank.names == ["huile", "ink"]
    assert small_bank.code("huile").tolist() == [1.0, 0.0]
    assert small_bank.spread("huile") == 0.5
    with pytest.raises(ValueError, match="must not be taken"):
        small_bank.rename("huile", "ink")
    with pytest.raises(ValueError, match="one line"):
        small_bank.rename("huile", " ")
    with pytest.raises(ModelError, match="'oil'; known: huile, ink"):
        small_bank.rename("oil", "other")


def test_remove(small_bank):
    small_bank.remove("oil")
    assert small_bank.names == ["ink"]
    with pytest.raises(ModelError, match="'oil'"):
        small_bank.remove("oil")


@pytest.mark.parametrize("details", [{"spread": -1.0}, {"spread": np.nan}, {"licence": "a\nb"}])
def test_unfit_details_are_refused(small_bank, details):
    with pytest.raises(ValueError, match=f"`{next(iter(details))}` must be"):
        small_bank.add("new", [0.0, 1.0], **details)
    assert "new" not in small_bank.names


def test_mix_and_interpolation_by_name():
    bank = StyleBank([0.0, 1.0], {"oil": [2.0, 0.0], "ink": [0.0, 2.0]})
    np.testing.assert_allclose(bank.mix({"oil": 4, "ink": 3}), [1.6, 1.2], rtol=1e-6)
    np.testing.assert_allclose(bank.interpolate("oil", "ink", 1 / 3), [3**0.5, 1.0], rtol=1e-6)
    with pytest.raises(ModelError, match="'chalk'"):
        bank.mix({"oil": 1, "chalk": 1})


@pytest.mark.parametrize("amount", [0.0, 0.3, 1.0])
def test_training_and_exports_go_the_same_way(amount):
    from portrait_style.functional.sphere import at_intensity

    rng = np.random.default_rng(6)
    photo_code, code = rng.normal(size=(2, 64)).astype("float32")
    expected = StyleBank(photo_code).intensity(0.8 * code, amount)
    found = at_intensity(photo_code[None], 0.8 * code[None], np.array([[amount]], "float32"))
    np.testing.assert_allclose(found[0], expected, atol=1e-5)
