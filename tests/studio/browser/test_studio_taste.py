"""Rounds of six pictures, which become a style."""

import json

import pytest

pytest.importorskip("playwright.sync_api")

from browser_checks import downloaded, drawn, message  # noqa: E402
from page_of import card, go, yes  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

pytestmark = pytest.mark.browser


def start(page, name):
    go(page, "My taste")
    page.locator("#taste-new input").fill(name)
    page.get_by_role("button", name="Start with this photo").click()
    expect(page.locator("#taste-round")).to_contain_text("round 1")
    expect(page.locator("#taste-pictures img")).to_have_count(6)


def test_rounds_become_a_style(open_page, photo):
    page = open_page()
    start(page, "Jürgen <b>爱</b>")
    expect(page.locator("#taste-round")).to_contain_text("Jürgen <b>爱</b>: round 1")
    # By click, and by keys.
    page.get_by_role("button", name="Picture 2").click()
    page.keyboard.press("5")
    expect(page.get_by_role("button", name="Picture 5")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("5")
    expect(page.get_by_role("button", name="Picture 5")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Next round").click()
    expect(page.locator("#taste-round")).to_contain_text("round 2")
    expect(page.get_by_role("button", name="None of these")).to_be_enabled()
    page.locator("#place-taste h2").click()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#taste-round")).to_contain_text("round 3")
    name, content = downloaded(page, page.get_by_role("link", name="Download profile").click)
    assert name.endswith(".json") and len(json.loads(content)["rounds"]) >= 2
    page.get_by_role("button", name="Draw with it").click()
    first = page.locator(".choose").first
    expect(first).to_contain_text("Jürgen <b>爱</b>")
    expect(first).to_have_attribute("aria-pressed", "true")
    drawn(page, "512 × 384")
    # It can be mixed as any other style.
    page.get_by_role("button", name="Mix oil in").click()
    expect(page.locator("#weights li")).to_have_count(2)
    drawn(page, "512 × 384")
    expect(message(page)).to_be_hidden()


def test_a_round_that_pleases_nobody_is_followed_by_another(open_page, photo):
    page = open_page()
    start(page, "Nobody's")
    seen = page.locator("#taste-pictures img").first.get_attribute("src")
    page.get_by_role("button", name="None of these").click()
    expect(page.locator("#taste-round")).to_contain_text("round 2")
    assert page.locator("#taste-pictures img").first.get_attribute("src") != seen
    expect(page.get_by_role("button", name="Draw with it")).to_be_hidden()
    page.get_by_role("button", name="Delete", exact=True).click()
    yes(page)
    expect(page.locator("#taste-rounds")).to_be_hidden()
    go(page, "Draw")
    expect(card(page, "Nobody")).to_have_count(0)
