"""The page for everybody: by keyboard, on a phone, in the dark, and read aloud."""

import pytest

pytest.importorskip("playwright.sync_api")
pytest.importorskip("axe_playwright_python.sync_playwright")

from browser_checks import (  # noqa: E402
    DARK,
    LIGHT,
    PHONE,
    assert_dark_is_dark_and_light_is_light,
    assert_fits_a_phone,
    assert_nothing_serious,
    message,
)
from playwright.sync_api import expect  # noqa: E402

pytestmark = pytest.mark.browser


def mixed(page):
    """Bring to light what is hidden at first: a mix, a texture, a message, and what is folded."""
    page.get_by_role("button", name="Mix oil in").click()
    page.get_by_label("Drawn on").select_option("paper")
    page.get_by_text("More").click()
    page.locator("#file").set_input_files(
        {"name": "x.txt", "mimeType": "text/plain", "buffer": b"no photo at all"}
    )
    expect(message(page)).to_be_visible()


@pytest.mark.parametrize("settings", [LIGHT, DARK, PHONE | DARK], ids=["light", "dark", "phone"])
def test_axe_finds_nothing_serious(open_page, settings):
    page = open_page(bypass_csp=True, reduced_motion="reduce", **settings)
    mixed(page)
    expect(page.locator(".card.drawn")).to_have_count(page.locator(".card").count())
    assert_nothing_serious(page)


def test_nothing_is_wider_than_a_phone(open_page):
    page = open_page(**PHONE)
    mixed(page)
    assert_fits_a_phone(page)


def test_the_dark_page_is_dark_and_the_light_one_light(open_page):
    assert_dark_is_dark_and_light_is_light(open_page)


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
