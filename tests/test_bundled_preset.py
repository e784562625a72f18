"""What the presets that travel with the package promise, on a portrait they were not trained on."""

import itertools

import numpy as np
import pytest
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio

from portrait_style import PortraitStylizer
from portrait_style.model_files.preset import BUNDLED, preset_names

PROMISED = {"engraving", "sepia_photograph", "picture_scroll", "ink_avatar", "oil"}


LARGEST = {"mobile": 3e6, "large": 6e6}


@pytest.fixture(scope="module", params=preset_names())
def stylizer(request):
    return PortraitStylizer.from_preset(request.param)


@pytest.fixture(scope="module")
def portrait():
    return astronaut()[0:256, 96:352]


@pytest.fixture(scope="module")
def drawn(stylizer, portrait):
    return {name: stylizer.stylize(portrait, name).astype(float) for name in stylizer.styles}


def test_knows_the_promised_styles(stylizer):
    assert set(stylizer.styles) >= PROMISED
    assert "mobile" in preset_names()


@pytest.mark.parametrize("preset", preset_names())
def test_is_a_small_download(preset):
    assert sum(path.stat().st_size for path in (BUNDLED / preset).iterdir()) <= LARGEST[preset]


def test_intensity_zero_gives_the_photo_back(stylizer, portrait):
    same = stylizer.stylize(portrait, stylizer.styles[0], intensity=0.0)
    assert peak_signal_noise_ratio(portrait, same) >= 30.0


@pytest.mark.parametrize("style", sorted(PROMISED))
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


def tone(image):
    grey = image.astype(float).mean(axis=-1)
    return grey.reshape(16, 16, 16, 16).mean(axis=(1, 3)).ravel()


def test_light_stays_light(drawn, portrait):
    for name, picture in drawn.items():
        assert np.corrcoef(tone(portrait), tone(picture))[0, 1] > 0.75, name


def test_random_variants_differ_and_show_the_portrait(stylizer, portrait):
    pictures = [stylizer.stylize(portrait, f"random:{seed}@oil").astype(float) for seed in range(3)]
    for first, second in itertools.combinations(pictures, 2):
        assert np.abs(first - second).mean() > 3.0
    for picture in pictures:
        assert np.corrcoef(tone(portrait), tone(picture))[0, 1] > 0.75
