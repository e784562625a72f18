"""What tests do with the page, again and again."""

import io

import numpy as np
import pytest
from local_server import PATIENCE
from PIL import Image

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import expect  # noqa: E402

expect.set_options(timeout=PATIENCE)


def go(page, name):
    """Open a place by its link."""
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def drawn(page, pixels):
    """Wait until the picture is there, and as large as this: "512 × 384"."""
    expect(page.locator("#frame")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#status")).to_contain_text(f"{pixels} pixels in")


def set_slider(page, selector, value):
    page.locator(selector).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def card(page, name):
    return page.locator(".choose", has_text=name).first


def message(page):
    return page.locator("#message")


def yes(page, verb="Delete"):
    """Answer the question that is asked before something is lost."""
    page.locator("#confirm").get_by_role("button", name=verb, exact=True).click()


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
