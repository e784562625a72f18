"""What tests do with the studio's page, again and again."""

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect  # noqa: E402


def go(page, name):
    """Open a place by its link."""
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def card(page, name):
    return page.locator(".choose", has_text=name).first


def yes(page, verb="Delete"):
    """Answer the question that is asked before something is lost."""
    page.locator("#confirm").get_by_role("button", name=verb, exact=True).click()


def drop(page, paths, selector="body"):
    """Drop files on the page."""
    handle = page.evaluate_handle(
        """(files) => {
          const data = new DataTransfer();
          for (const [bytes, name] of files) {
            data.items.add(new File([Uint8Array.from(bytes)], name));
          }
          return data;
        }""",
        [[list(path.read_bytes()), path.name] for path in paths],
    )
    page.dispatch_event(selector, "dragover", {"dataTransfer": handle})
    expect(page.locator("body")).to_have_class("dropping")
    page.dispatch_event(selector, "drop", {"dataTransfer": handle})
