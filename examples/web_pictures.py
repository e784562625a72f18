"""Draw the page's pictures in the documentation: `make screenshots`.

Wide and narrow, light and dark, each as a visitor finds it, and once in the middle of a mix.
"""

import argparse
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from portrait_style import cli

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from local_server import PATIENCE, LocalServer, launch  # noqa: E402

OUTPUT = Path(__file__).parents[1] / "assets" / "web"
SIDES = {"1280": (1280, 800), "360": (360, 740)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default=OUTPUT, type=Path, metavar="DIR")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        if code := cli.main(["web", "--output", str(site)]):
            raise SystemExit(code)
        server, browser = LocalServer(site), launch(playwright)
        for name, (width, height) in SIDES.items():
            for scheme in ("light", "dark"):
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    device_scale_factor=1,
                )
                show(page, server.address, mixed=scheme == "dark")
                shot = page.screenshot(full_page=name == "360")
                path = output / f"{name}-{scheme}.webp"
                Image.open(io.BytesIO(shot)).convert("RGB").save(path, quality=88)
                print(path)
                page.close()
        browser.close()
        server.stop()


def show(page, address: str, mixed: bool) -> None:
    """Bring the page to where its picture is taken."""
    page.goto(address)
    page.wait_for_selector("html[data-offline]", timeout=PATIENCE)
    page.get_by_role("button", name="comic", exact=True).click()
    if mixed:
        page.get_by_role("button", name="Mix watercolour in").click()
    expect(page.locator(".card.drawn")).to_have_count(page.locator(".card").count())
    expect(page.locator("#frame")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
    page.locator(".choose").first.scroll_into_view_if_needed()
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


if __name__ == "__main__":
    main()
