import numpy as np
import pytest

from portrait_style.errors import ModelError
from portrait_style.styles.expression import parse_style
from portrait_style.styles.random_style import RandomStyle, draw_random_style, split_random
from portrait_style.stylizer import PortraitStylizer

NAMES = ["oil", "ink", "a:b", "soft, dark"]


@pytest.fixture(scope="module")
def stylizer(networks, mapping_network):
    return PortraitStylizer(*networks, mapping_network)


def sources(style):
    terms = parse_style(style, NAMES).terms
    return [(term.style.source, pytest.approx(term.weight)) for term in terms]


def test_parts():
    assert split_random("random:7") == RandomStyle(7, None)
    assert split_random("random:07@a:b@c") == RandomStyle(7, "a:b@c")
    for text in ("random", "random:", "random:-1", "random:1.5", "random:x", "oil", "randomly:7"):
        assert split_random(text) is None


def test_random_styles_are_parts_of_mixes():
    assert sources("random:7") == [("random:7", 1.0)]
    assert sources("random:7@oil") == [("random:7@oil", 1.0)]
    assert sources("random:7@soft, dark") == [("random:7@soft, dark", 1.0)]
    assert sources("random:7@a:b:0.5, random:8:0.25,ink:0.25") == [
        ("random:7@a:b", 0.5),
        ("random:8", 0.25),
        ("ink", 0.25),
    ]
    assert sources("random:7,random:8@ink") == [("random:7", 0.5), ("random:8@ink", 0.5)]


@pytest.mark.parametrize(
    "style",
    [
        "random",
        "random:",
        "random:-1",
        "random:1.5",
        "random:x@oil",
        "random@oil",
        "oil,random:0.5",
    ],
)
def test_a_seed_is_asked_for(style):
    with pytest.raises(ValueError, match="must give random a seed.*random:7@oil"):
        parse_style(style, NAMES)


def test_unknown_style_to_vary_is_named():
    for style in ("random:7@chalk", "random:7@chalk:0.5,oil:0.5"):
        with pytest.raises(ModelError, match="^'chalk' is neither"):
            parse_style(style, NAMES)


def test_a_style_or_a_file_of_that_name_comes_first(stylizer, photo, tmp_path, monkeypatch):
    from portrait_style.encoding import encode_image

    (alone,) = parse_style("random", ["random"]).terms
    assert (alone.style.source, alone.weight) == ("random", 1.0)
    first, _ = parse_style("random:0.5,oil:0.5", ["random", "oil"]).terms
    assert (first.style.source, first.weight) == ("random", 0.5)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "random:7").write_bytes(encode_image(photo, ".png"))
    np.testing.assert_array_equal(stylizer.style_code("random:7"), stylizer.encode_style(photo))


def test_equal_seeds_draw_equal_codes_and_others_do_not(stylizer):
    first, again, other = (stylizer.style_code(f"random:{seed}@oil") for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.1
    assert first.dtype == np.float32 and first.std() == pytest.approx(1.0, abs=2e-3)


def test_without_a_style_the_seed_chooses_one(stylizer, bank):
    chosen = {draw_random_style(RandomStyle(seed, None), bank.names, 64)[1] for seed in range(20)}
    assert chosen == set(bank.names)
    noise, name = draw_random_style(RandomStyle(7, None), bank.names, 64)
    np.testing.assert_array_equal(draw_random_style(RandomStyle(7, "oil"), [], 64)[0], noise)
    np.testing.assert_array_equal(
        stylizer.style_code("random:7"), stylizer.style_code(f"random:7@{name}")
    )
    with pytest.raises(ModelError, match="names no styles to choose from.*random:7@painting.jpg"):
        draw_random_style(RandomStyle(7, None), [], 64)


def test_pictures_and_mixes_vary_as_well(stylizer, photo, tmp_path):
    from portrait_style.image import save_image

    picture = str(save_image(tmp_path / "a.png", photo))
    varied = stylizer.style_code(f"random:7@{picture}")
    assert np.abs(varied - stylizer.encode_style(picture)).max() > 0.1
    mixed = stylizer.style_code("random:7@oil:0.5,ink:0.5")
    assert mixed @ stylizer.style_code("random:7@oil") > 0.0
    assert stylizer.stylize(photo, "random:7", intensity=0.5).shape == photo.shape


def test_a_model_without_mapping_network_says_so_in_a_line(networks, photo):
    alone = PortraitStylizer(*networks)
    assert alone.stylize(photo, "oil").shape == photo.shape
    with pytest.raises(
        ModelError, match="^the model has no mapping network .*training.fitting.mapping$"
    ):
        alone.stylize(photo, "random:7")
