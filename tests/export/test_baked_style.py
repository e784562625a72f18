"""Many pictures in one style: drawn in fewer steps, and the same."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from portrait_style import PortraitStylizer
from portrait_style.model_files.baked_style import baked_content
from portrait_style.model_files.lite_networks import GENERATOR_LITE
from portrait_style.model_files.preset import BUNDLED

SIDES = ((64, 64), (48, 80), (33, 47))


def draw_picture(number, height, width):
    """Return waves of colour: uint8 (height, width, 3)."""
    y, x = np.mgrid[:height, :width][..., None] / 9.0
    return (127.5 + 127.0 * np.sin(x * (number + 1) / 9 + y + [0, 2, 4])).astype(np.uint8)


@pytest.fixture(scope="module")
def stylizer():
    return PortraitStylizer.from_preset("mobile")


def test_the_network_gets_smaller_and_draws_the_same(stylizer):
    from ai_edge_litert.interpreter import Interpreter

    content = (BUNDLED / "mobile" / GENERATOR_LITE).read_bytes()
    photo = draw_picture(0, 64, 64)[None].astype(np.float32) / 127.5 - 1.0
    for style in stylizer.styles[:3]:
        code = stylizer.style_code(style)
        drawn, steps = [], []
        for file in (content, baked_content(content, code)):
            interpreter = Interpreter(model_content=file)
            runner = interpreter.get_signature_runner()
            drawn.append(runner(photo=photo, style_code=code[None])["image"])
            steps.append(len(interpreter._get_ops_details()))
        assert steps[1] < 0.5 * steps[0]
        assert np.abs(drawn[0] - drawn[1]).max() < 1e-4


def test_the_last_of_many_pictures_is_as_it_is_alone(stylizer):
    photos = [draw_picture(i, *SIDES[i % 3]) for i in range(24)]
    many = stylizer.stylize(photos, "oil:0.7,comic:0.3", 0.6)
    for photo, drawn in zip(photos, many, strict=True):
        alone = PortraitStylizer.from_preset("mobile").stylize(photo, "oil:0.7,comic:0.3", 0.6)
        assert drawn.shape == photo.shape
        assert np.abs(drawn.astype(int) - alone).max() <= 1


def test_another_style_is_drawn_as_itself(stylizer):
    photo = draw_picture(0, 64, 64)
    for _ in range(12):
        stylizer.stylize(photo, "linocut")
    fresh = PortraitStylizer.from_preset("mobile").stylize(photo, "sepia")
    assert np.abs(stylizer.stylize(photo, "sepia").astype(int) - fresh).max() <= 1


def test_threads_draw_in_turns_and_at_once(stylizer):
    photos = [draw_picture(i, *SIDES[i % 3]) for i in range(40)]
    styles = ["comic", "sepia"]

    def draw(i):
        # Twenty in one style, and then by turns.
        return stylizer.stylize(photos[i], styles[i % 2 if i >= 20 else 0])

    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(draw, range(40)))
    for i in (0, 19, 20, 21, 38, 39):
        style = styles[i % 2 if i >= 20 else 0]
        alone = PortraitStylizer.from_preset("mobile").stylize(photos[i], style)
        assert np.abs(drawn[i].astype(int) - alone).max() <= 1
