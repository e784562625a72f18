"""Pages and curves: what templates make of values, and where the points of a curve lie."""

import base64
import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from jinja2 import UndefinedError
from page_checks import assert_is_a_page
from PIL import Image

from portrait_style.encoding import encode_image
from portrait_style.reports.curve import (
    FRAME,
    curve_axis_numbers,
    curve_axis_step,
    curve_axis_texts,
    place_curve,
)
from portrait_style.reports.page import data_uri, render_page

ROOT = Path(__file__).parents[1]
PIXELS = np.full((16, 16, 3), 90, np.uint8)


# Numbers of axes


@pytest.mark.parametrize(
    ("span", "gaps", "step"),
    # A fifth of 3600 is 720, a quarter of 0.3 is 0.075, of 4.1 is more than 1.
    [(3600, 5, 1000), (0.3, 4, 0.1), (4, 4, 1), (4.1, 4, 2), (1.7e-4, 4, 5e-5), (9, 1, 10)],
)
def test_steps_are_round(span, gaps, step):
    assert curve_axis_step(span, gaps) == pytest.approx(step)


def test_numbers_inside_and_around_a_range():
    assert curve_axis_numbers(0, 3600, 1000) == [0, 1000, 2000, 3000]
    assert curve_axis_numbers(-1, 7, 5, around=True) == [-5, 0, 5, 10]
    # To a computer, 0.3 is less than three times 0.1.
    assert curve_axis_numbers(0.3, 0.5, 0.1, around=True) == pytest.approx([0.3, 0.4, 0.5])


def test_numbers_have_the_decimals_that_tell_them_apart():
    assert curve_axis_texts([0.0, 0.05, 0.1]) == ["0", "0.05", "0.10"]
    assert curve_axis_texts([1.375, 1.38]) == ["1.375", "1.380"]
    assert curve_axis_texts([-10000.0, 0.0, 10000.0]) == ["−10,000", "0", "10,000"]
    assert curve_axis_texts([2e6, 2.5e6, 3e6]) == ["2.0e6", "2.5e6", "3.0e6"]
    assert curve_axis_texts([0]) == ["0"]


# Curves


def test_curve_lies_between_round_numbers():
    curve = place_curve([(0, 5.0), (5, 1.0), (10, 3.0)], [(10, 3.0)])
    # 294 across and 156 up; the numbers 1 to 5 fill the height.
    assert curve.line == [(50, 8), (197, 164), (344, 86)]
    assert curve.dots == [(344, 86)]
    assert curve.steps[:3] == [(50, "0"), (108.8, "2"), (167.6, "4")]
    assert curve.values == [(164, "1"), (125, "2"), (86, "3"), (47, "4"), (8, "5")]


def test_even_and_single_values_can_be_drawn():
    for points in ([(1, 2.0), (2, 2.0)], [(2, 2.0)], [(1, 0.0), (2, 0.0)]):
        curve = place_curve(points, [])
        assert {y for _, y in curve.line} == {86}
        assert len({text for _, text in curve.values}) == len(curve.values) > 2
    assert place_curve([(0, 1.0)], []).line == [(50, 86)]


def test_what_is_no_number_has_no_place():
    values = [float("nan"), 1.0, float("inf"), 3.0]
    curve = place_curve(list(enumerate(values)), [(2, float("nan"))])
    assert curve.line == [(148, 164), (344, 8)] and curve.dots == []
    empty = place_curve([(1, float("nan"))], [])
    assert empty.line == [] and [text for _, text in empty.values][-1] == "1.0"


def test_many_points_are_averaged():
    curve = place_curve([(step, step % 2) for step in range(1, 1601)], [])
    assert len(curve.line) == 160
    # The mean of the steps 1591 to 1600; the axis ends with the last of them.
    assert curve.line[-1][0] == pytest.approx(50 + 294 * 1595.5 / 1600, abs=0.05)
    assert len({y for _, y in curve.line}) == 1


def test_steps_are_whole_and_all_lies_in_the_frame():
    assert [text for _, text in place_curve([(1, 3.0), (2, 4.0)], []).steps] == ["0", "1", "2"]
    rng = np.random.default_rng(0)
    for size in (1e-7, 1e-3, 1.0, 1e4, 1e9):
        last = int(rng.integers(1, 100_000))
        curve = place_curve([(s, float(rng.normal()) * size) for s in (1, last)], [(last, size)])
        assert 2 <= len(curve.steps) <= 6 and 3 <= len(curve.values) <= 7
        assert all(FRAME.left <= x <= FRAME.right for x, _ in [*curve.line, *curve.steps])
        places = [y for _, y in curve.line] + [y for y, _ in curve.values]
        assert all(FRAME.top <= y <= FRAME.bottom for y in places)
        assert max(len(text) for _, text in curve.values) <= 8


# Pages


def test_values_are_escaped_and_must_be_there():
    page = render_page("page.html", title="<b>rush & co").decode()
    assert page.count("&lt;b&gt;rush &amp; co") == 2 and "<b>rush" not in page
    assert_is_a_page(page, pictures=0)
    with pytest.raises(UndefinedError, match="title"):
        render_page("page.html")


def test_template_of_others_extends_the_page(tmp_path):
    own = tmp_path / "own.html"
    own.write_text(
        '{% extends "page.html" %}{% block content %}{{ word }} é{% endblock %}', "utf-8"
    )
    page = render_page(own, title="Own", word="<i>").decode()
    assert "&lt;i&gt; é" in page and "<h1>Own</h1>" in page
    assert_is_a_page(page, pictures=0)


@pytest.mark.parametrize(("suffix", "kind"), [(".png", "png"), (".jpg", "jpeg")])
def test_pictures_are_carried(suffix, kind):
    file = encode_image(PIXELS, suffix)
    beginning, _, data = data_uri(file).partition(",")
    assert beginning == f"data:image/{kind};base64" and base64.b64decode(data) == file
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (16, 16)


def test_other_files_are_not_carried():
    with pytest.raises(ValueError, match="PNG or JPEG"):
        data_uri(b"GIF89a")


# The pages of the package


def test_training_page_has_numbers_on_both_axes():
    losses = place_curve([(1, 4.0), (400, 1.0)], [(400, 2.0)])
    quality = place_curve([], [(200, 0.2), (400, 0.6)])
    charts = [
        {"name": "<b>tone", "trained": [(1, 4.0), (400, 1.0)], "held_out": [(400, 2.0)]},
        {"name": "total", "trained": [], "held_out": [(200, 0.2), (400, 0.6)]},
    ]
    page = render_page(
        "training.html",
        title="Training",
        steps=400,
        planned=400,
        sections=[("Losses", [{**charts[0], "curve": losses}]), ("Empty", [])]
        + [("Quality", [{**charts[1], "curve": quality}])],
        sheets=[("step-400", encode_image(PIXELS, ".jpg"))],
        configuration='{"photos": "p<hotos>"}',
    ).decode()
    assert_is_a_page(page, pictures=1)
    first, second = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert re.findall(r'class="value"[^>]*>([^<]+)', first) == ["1", "2", "3", "4", "step"]
    assert re.findall(r'class="step"[^>]*>([^<]+)', first) == ["0", "100", "200", "300", "400"]
    assert 'points="50.7,8.0 344.0,164.0"' in first and first.count("<circle") == 1
    assert 'class="joined"' in second and second.count("<circle") == 2
    assert "&lt;b&gt;tone" in page and "<b>tone" not in page and "p<hotos>" not in page
    assert "held out 2 → 2" in page and "Empty" not in page


def test_page_of_the_demo(monkeypatch):
    pytest.importorskip("skimage")
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    import demo

    pictures = {"photo": PIXELS, "<b>rush": PIXELS}
    losses = [
        {"step": 60, "val_coarse_colour": 1.25, "val_texture": 0.5, "val_reconstruction": 0.25},
        {"step": 300, "val_coarse_colour": 0.75, "val_texture": 0.5, "val_reconstruction": 0.125},
    ]
    training = encode_image(PIXELS, ".png")
    page = demo.page(pictures, {"oil, 0": PIXELS}, training, losses, 300).decode()
    assert_is_a_page(page, pictures=4)
    assert "<b>rush" not in page and "in &lt;b&gt;rush." in page
    assert "after 60 steps" in page and "<td>1.25</td><td>0.75</td>" in page
    sys.modules.pop("demo")
