"""What tests do with a page in a browser, again and again."""

import io
import re

import numpy as np
import pytest
from local_server import PATIENCE
from PIL import Image

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect  # noqa: E402

expect.set_options(timeout=PATIENCE)
LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
# WCAG 2.2, 2.5.8: CSS pixels.
LEAST_TARGET = 24


def drawn(page, pixels):
    """Wait until the picture is there, and as large as this: "512 × 384"."""
    expect(page.locator("#frame")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#status")).to_contain_text(f"{pixels} pixels in")


def set_slider(page, selector, value):
    page.locator(selector).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def message(page):
    return page.locator("#message")


def downloaded(page, action):
    """What an action downloads: the file's name, and its content."""
    with page.expect_download() as started:
        action()
    with open(started.value.path(), "rb") as file:
        return started.value.suggested_filename, file.read()


def pixels_of(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(float)


def psnr(first, second):
    assert first.shape == second.shape
    return 10 * np.log10(255**2 / max(np.mean((first - second) ** 2), 1e-9))


def assert_nothing_serious(page, where=""):
    """What axe calls serious or worse is not there."""
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe_module.Axe().run(page).response["violations"]
    serious = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == [], where


def assert_fits_a_phone(page, where=""):
    """Nothing is wider than the screen, and what is touched is large enough to be hit."""
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360, where
    # All are measured at one moment: a page may be drawn anew while it is looked at.
    boxes = page.evaluate(
        """() => [...document.querySelectorAll("button, select, summary")]
        .filter((x) => x.checkVisibility({ visibilityProperty: true }))
        .map((x) => x.getBoundingClientRect())
        .map((x) => [x.width, x.height])"""
    )
    assert boxes and min(map(min, boxes)) >= LEAST_TARGET, (where, boxes)


def assert_dark_is_dark_and_light_is_light(open_page):
    def ground(page):
        colour = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3

    assert ground(open_page(wait=False, **DARK)) < 60
    assert ground(open_page(wait=False, **LIGHT)) > 200
