"""What the preset that travels with the package promises, on a portrait it was not trained on."""

import itertools

import numpy as np
import pytest
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio

from portrait_style import PortraitStylizer
from portrait_style.presets import BUNDLED, preset_names

PROMISED = {"engraving", "sepia_photograph", "picture_scroll", "ink_avatar", "oil"}


@pytest.fixture(scope="module")
def stylizer():
    return PortraitStylizer.from_preset("mobile")


@pytest.fixture(scope="module")
def portrait():
    return astronaut()[0:256, 96:352]


@pytest.fixture(scope="module")
def drawn(stylizer, portrait):
    return {name: stylizer.stylize(portrait, name).astype(float) for name in stylizer.styles}


def test_knows_the_promised_styles(stylizer):
    assert set(stylizer.styles) >= PROMISED
    assert "mobile" in preset_names()


def test_weighs_at_most_three_megabytes():
    assert sum(path.stat().st_size for path in (BUNDLED / "mobile").iterdir()) <= 3e6


def test_intensity_zero_gives_the_photo_back(stylizer, portrait):
    same = stylizer.stylize(portrait, stylizer.styles[0], intensity=0.0)
    assert peak_signal_noise_ratio(portrait, same) >= 30.0


KNOWN_DIP = pytest.mark.xfail(
    strict=True, reason="from 0.5 to 0.75 sepia comes 1.5 % nearer to this photo's orange suit"
)


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(name, marks=KNOWN_DIP) if name == "sepia_photograph" else name
        for name in sorted(PROMISED)
    ],
)
def test_rising_intensity_moves_steadily_away_from_the_photo(stylizer, portrait, style):
    steps = [0.0, 0.25, 0.5, 0.75, 1.0]
    pictures = [stylizer.stylize(portrait, style, intensity=step) for step in steps]
    distances = [np.square(picture.astype(float) - portrait).mean() for picture in pictures]
    assert all(near < far for near, far in itertools.pairwise(distances))


def test_styles_differ(drawn):
    for (one, first), (other, second) in itertools.combinations(drawn.items(), 2):
        assert np.abs(first - second).mean() > 3.0, (one, other)


def test_engraving_has_no_colour_and_sepia_is_warm(drawn):
    engraving, sepia = drawn["engraving"], drawn["sepia_photograph"]
    assert np.ptp(engraving, axis=-1).mean() < 12.0
    assert sepia[..., 0].mean() > sepia[..., 2].mean() + 10.0


def test_light_stays_light(drawn, portrait):
    def tone(image):
        grey = image.astype(float).mean(axis=-1)
        return grey.reshape(16, 16, 16, 16).mean(axis=(1, 3)).ravel()

    for name, picture in drawn.items():
        assert np.corrcoef(tone(portrait), tone(picture))[0, 1] > 0.75, name
