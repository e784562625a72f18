"""The studio for everybody: by keyboard, on a phone, in the dark, and read aloud."""

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
    drawn,
    message,
)
from page_of import card, go  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

pytestmark = pytest.mark.browser
PLACES = ("Draw", "Discover", "Learn", "My taste", "Gallery", "Export")
LONG = "Ein sehr langer Name ohne Ende-" + "W" * 90


def filled(page):
    """Bring to light what is hidden at first, under a name that is hard to lay out."""
    page.get_by_role("button", name="Mix oil in").click()
    page.get_by_label("Drawn on").select_option("paper")
    page.get_by_text("Styles of your own").click()
    for _ in range(2):
        page.get_by_role("button", name="Keep in gallery").click()
        expect(page.locator("#news")).to_have_text("Kept in the gallery.")
        expect(page.get_by_role("button", name="Keep in gallery")).to_be_enabled()
    go(page, "My taste")
    page.locator("#taste-new input").fill(LONG[:90])
    page.get_by_role("button", name="Start with this photo").click()
    expect(page.locator("#taste-pictures img")).to_have_count(6)


def places(page):
    """Go through the places, with a message in each; what a job shows is in the tests of jobs."""
    for name in PLACES:
        go(page, name)
        expect(page.locator(".place:visible")).to_have_count(1)
        if name == "Discover":
            page.get_by_role("button", name="Discover styles").click()
            expect(message(page)).to_be_visible()
        yield name


@pytest.mark.parametrize("settings", [LIGHT, PHONE | DARK], ids=["light", "dark-phone"])
def test_axe_finds_nothing_serious(open_page, photo, settings):
    page = open_page(bypass_csp=True, reduced_motion="reduce", **settings)
    filled(page)
    for name in places(page):
        page.wait_for_load_state("networkidle")
        assert_nothing_serious(page, name)
    go(page, "Gallery")
    page.locator(".open").first.click()
    assert_nothing_serious(page)
    page.keyboard.press("Escape")
    page.locator("#project").click()
    assert_nothing_serious(page)


def test_nothing_is_wider_than_a_phone(open_page, server, project, photo):
    server.client.patch(f"api/pictures/{photo['id']}", json={"name": LONG})
    server.client.patch(f"api/projects/{project}", json={"name": LONG})
    page = open_page(**PHONE)
    filled(page)
    for name in places(page):
        assert_fits_a_phone(page, name)
    go(page, "Gallery")
    for button in page.locator(".compare").all():
        button.click()
    expect(page.locator("#beside")).to_be_visible()
    assert_fits_a_phone(page)


def test_the_dark_page_is_dark_and_the_light_one_light(open_page):
    assert_dark_is_dark_and_light_is_light(open_page)


def focused(page):
    return page.evaluate(
        """() => { const at = document.activeElement;
        return at.id || at.className || at.tagName.toLowerCase(); }"""
    )


def tabbed(page, most=120):
    """Go on by Tab until the page has no more; gives what was focused, all of it seen."""
    seen = []
    while len(seen) < most and (not seen or seen[-1] != "body"):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        shown = page.evaluate(
            """() => { const at = document.activeElement;
            const shown = (x) => x && getComputedStyle(x).outlineStyle !== "none";
            const near = at.closest(".frame, .button") ?? at.nextElementSibling;
            return at === document.body || shown(at) || shown(near); }"""
        )
        assert shown, seen[-1]
    return seen


def test_everything_is_reached_by_keyboard(open_page, photo):
    page = open_page()
    drawn(page, "512 × 384")
    needed = ["reveal", "thumb", "file", "camera", "choose", "mix-in", "intensity", "size"]
    seen = tabbed(page)
    found = [seen.index(name) for name in [*needed, "medium", "keep", "download"]]
    assert found == sorted(found)
    for name in PLACES[1:]:
        page.get_by_role("navigation").get_by_role("link", name=name).focus()
        page.keyboard.press("Enter")
        expect(page.locator(".place:visible")).to_have_count(1)
        tabbed(page)


def test_a_drawing_is_made_kept_and_deleted_by_keyboard(open_page, photo):
    page = open_page()
    card(page, "engraving").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mix oil in").focus()
    page.keyboard.press("Space")
    expect(page.locator("#weights li")).to_have_count(2)
    page.locator("#intensity").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#intensity-shown")).to_have_text("99 %")
    drawn(page, "512 × 384")
    page.locator("#keep").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#news")).to_have_text("Kept in the gallery.")
    page.get_by_role("navigation").get_by_role("link", name="Gallery").focus()
    page.keyboard.press("Enter")
    page.locator(".open").focus()
    page.keyboard.press("Enter")
    page.locator("#viewer .delete").focus()
    page.keyboard.press("Enter")
    # What loses nothing is the first answer.
    page.keyboard.press("Enter")
    expect(page.locator(".drawings li")).to_have_count(1)
    page.locator("#viewer .delete").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".drawings li")).to_have_count(0)


def test_before_and_after_are_divided_by_the_slider(open_page, photo):
    page = open_page()
    drawn(page, "512 × 384")
    page.get_by_label("How much of the drawing is shown").focus()
    page.keyboard.press("Home")
    frame = page.locator("#frame")
    assert frame.evaluate("frame => frame.style.getPropertyValue('--reveal')") == "0%"


def test_nothing_moves_for_those_who_want_no_motion(open_page, photo):
    page = open_page(reduced_motion="reduce")
    moving = page.locator("canvas, .choose img, .drop-it").evaluate_all(
        "all => all.map((x) => getComputedStyle(x).transitionDuration)"
    )
    assert set(moving) == {"0s"}
