"""The page for everybody: by keyboard, on a phone, in the dark, and read aloud."""

import re

import pytest

pytest.importorskip("playwright.sync_api")
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright")

from local_server import PATIENCE  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)
LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def mixed(page):
    """Bring to light what is hidden at first: a mix, a texture, a message, and what is folded."""
    page.get_by_role("button", name="Mix oil in").click()
    page.get_by_label("Drawn on").select_option("paper")
    page.get_by_text("More").click()
    page.locator("#file").set_input_files(
        {"name": "x.txt", "mimeType": "text/plain", "buffer": b"no photo at all"}
    )
    expect(page.locator("#message")).to_be_visible()


@pytest.mark.parametrize("settings", [LIGHT, DARK, PHONE | DARK], ids=["light", "dark", "phone"])
def test_axe_finds_nothing_serious(open_page, settings):
    page = open_page(bypass_csp=True, reduced_motion="reduce", **settings)
    mixed(page)
    expect(page.locator(".card.drawn")).to_have_count(page.locator(".card").count())
    found = axe_module.Axe().run(page).response["violations"]
    serious = [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_nothing_is_wider_than_a_phone(open_page):
    page = open_page(**PHONE)
    mixed(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    # What is touched is large enough to be hit: WCAG 2.2, 2.5.8.
    for box in page.locator("button:visible, select:visible, summary").evaluate_all(
        "all => all.map((x) => x.getBoundingClientRect()).map((x) => [x.width, x.height])"
    ):
        assert min(box) >= 24, box


def test_the_dark_page_is_dark_and_the_light_one_light(open_page):
    def ground(page):
        colour = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3

    assert ground(open_page(wait=False, **DARK)) < 60
    assert ground(open_page(wait=False, **LIGHT)) > 200


def focused(page):
    return page.evaluate(
        "() => document.activeElement.id || document.activeElement.className || 'body'"
    )


def test_everything_can_be_done_by_keyboard(open_page):
    page = open_page()
    seen = []
    while len(seen) < 60 and (not seen or seen[-1] != "body"):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        # Where one is can be seen.
        shown = page.evaluate(
            """() => { const at = document.activeElement;
            const shown = (x) => x && getComputedStyle(x).outlineStyle !== "none";
            return at === document.body || shown(at) || shown(at.closest(".frame, .button")); }"""
        )
        assert shown, seen[-1]
    needed = ["reveal", "file", "camera", "choose", "mix-in", "intensity", "size", "medium"]
    places = [seen.index(name) for name in [*needed, "download"]]
    assert places == sorted(places)
    # A style is chosen, another mixed in, and the drawing made fainter.
    page.locator(".choose").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".choose").nth(2)).to_have_attribute("aria-pressed", "true")
    page.locator(".mix-in").nth(0).focus()
    page.keyboard.press("Space")
    expect(page.locator("#weights li")).to_have_count(2)
    page.locator("#intensity").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#intensity-shown")).to_have_text("99 %")
    page.locator("#download").focus()
    with page.expect_download():
        page.keyboard.press("Enter")


def test_nothing_moves_for_those_who_want_no_motion(open_page):
    page = open_page(reduced_motion="reduce")
    lengths = page.locator("canvas").evaluate_all(
        "all => all.map((x) => getComputedStyle(x).transitionDuration)"
    )
    assert set(lengths) == {"0s"}
