import numpy as np
import pytest

from portrait_style.medium import Medium
from portrait_style.training.fitting.style_codes import bank_of_style_codes, settled_photo_code


@pytest.mark.parametrize(("best", "expected"), [(0.95, 0.95), (0.5, 0.8), (2.0, 1.1)])
def test_the_photo_code_has_the_length_under_which_photos_come_back(best, expected):
    rng = np.random.default_rng(0)
    photos = rng.uniform(-1.0, 1.0, (3, 16, 16, 3)).astype("float32")
    codes = rng.normal(size=(20, 64)) + 3.0 * rng.normal(size=64)

    def generator(inputs):
        # Brighter by how far the code is from the best length.
        length = inputs["style_code"].std(axis=1).reshape(-1, 1, 1, 1)
        return inputs["photo"] + (length - best)

    code = settled_photo_code(generator, photos, codes)
    assert code.std() == pytest.approx(expected, abs=0.0126)
    assert np.corrcoef(code, codes.mean(axis=0))[0, 1] == pytest.approx(1.0, abs=1e-5)


def test_a_style_that_a_renderer_taught_has_its_medium():
    canvas = Medium("weave", 3.0, 0.04)
    codes = {"oil": np.eye(2), "cel": np.eye(2), "found": np.eye(2)}
    bank = bank_of_style_codes([1.0, 0.0], codes, {"oil": canvas, "cel": None})
    assert [bank.medium(name) for name in bank.names] == [canvas, None, None]
    assert list(bank.to_config()["media"]) == ["oil"]
    assert "media" not in bank_of_style_codes([1.0, 0.0], codes).to_config()


def test_a_style_has_the_line_that_is_told_of_it():
    codes = {"oil": np.eye(2), "found": np.eye(2)}
    bank = bank_of_style_codes([1.0, 0.0], codes, descriptions={"oil": "thick paint"})
    assert [bank.description(name) for name in bank.names] == ["thick paint", None]
    assert bank.spread("oil") == pytest.approx(np.sqrt(0.5), abs=1e-4)
