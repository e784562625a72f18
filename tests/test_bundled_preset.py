"""What the presets that travel with the package promise, on a portrait they were not trained on."""

import itertools

import numpy as np
import pytest
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio

from portrait_style import PortraitStylizer
from portrait_style.model_files.preset import BUNDLED, preset_names
from portrait_style.model_files.trained_model import open_model

STYLES = {
    *("comic", "cartoon", "coloured_pencil", "watercolour", "linocut", "engraving", "oil"),
    *("gouache", "charcoal", "poster", "film_black_white", "faded_film", "sepia", "cyanotype"),
    "ink_avatar",
}
PROMISED = {"mobile": STYLES, "large": STYLES}
# Of the networks, and of the generator for phones.
LARGEST, LARGEST_LITE = {"mobile": 3e6, "large": 6e6}, {"mobile": 1.6e6, "large": 6e6}


@pytest.fixture(scope="module", params=preset_names())
def stylizer(request):
    return PortraitStylizer.from_preset(request.param)


@pytest.fixture(scope="module")
def portrait():
    return astronaut()[0:256, 96:352]


@pytest.fixture(scope="module")
def drawn(stylizer, portrait):
    return {name: stylizer.stylize(portrait, name).astype(float) for name in stylizer.styles}


@pytest.mark.parametrize("preset", preset_names())
def test_knows_the_promised_styles(preset):
    assert set(open_model(preset).bank.names) >= PROMISED[preset]


def test_these_are_bundled():
    assert set(preset_names()) == set(PROMISED)


@pytest.mark.parametrize("preset", preset_names())
def test_is_a_small_download(preset):
    files = list((BUNDLED / preset).iterdir())
    lite = [path for path in files if path.suffix == ".tflite"]
    assert lite
    assert sum(path.stat().st_size for path in files if path not in lite) <= LARGEST[preset]
    assert all(path.stat().st_size <= LARGEST_LITE[preset] for path in lite)


@pytest.mark.parametrize("preset", preset_names())
def test_each_style_has_a_line_on_what_it_looks_like(preset):
    bank = open_model(preset).bank
    assert all(20 < len(bank.description(name)) < 90 for name in bank.names)


def test_intensity_zero_gives_the_photo_back(stylizer, portrait):
    same = stylizer.stylize(portrait, stylizer.styles[0], intensity=0.0)
    assert peak_signal_noise_ratio(portrait, same) >= 30.0


@pytest.mark.parametrize(
    ("preset", "style"),
    [(preset, style) for preset in PROMISED for style in sorted(PROMISED[preset])],
)
def test_rising_intensity_moves_steadily_away_from_the_photo(preset, style, portrait):
    stylizer = PortraitStylizer.from_preset(preset)
    steps = [0.0, 0.25, 0.5, 0.75, 1.0]
    pictures = [stylizer.stylize(portrait, style, intensity=step) for step in steps]
    distances = [np.square(picture.astype(float) - portrait).mean() for picture in pictures]
    assert all(near < far for near, far in itertools.pairwise(distances))


def test_styles_differ(drawn):
    for (one, first), (other, second) in itertools.combinations(drawn.items(), 2):
        assert np.abs(first - second).mean() > 3.0, (one, other)


@pytest.mark.parametrize("preset", preset_names())
def test_grey_styles_have_no_colour_and_sepia_is_warm(preset, portrait):
    stylizer = PortraitStylizer.from_preset(preset)
    styles = "film_black_white", "sepia"
    grey, sepia = (stylizer.stylize(portrait, style).astype(float) for style in styles)
    assert np.ptp(grey, axis=-1).mean() < 12.0
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
