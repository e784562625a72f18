"""Draw the studio's pictures in the documentation: `make screenshots`.

Its places, wide and narrow, light and dark, in a studio that has drawn, discovered and learned.
"""

import argparse
import io
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from portrait_style.image import load_image, save_image
from portrait_style.image_folder import bundled_photos
from portrait_style.renderers import render

TESTS = Path(__file__).parents[1] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "studio" / "browser")]

from local_server import PATIENCE, launch  # noqa: E402
from studio_server import StudioServer  # noqa: E402

OUTPUT = Path(__file__).parents[1] / "assets" / "studio"
SIDES = {"1280": (1280, 800), "360": (360, 740)}
PLACES = ("draw", "discover", "learn", "taste", "gallery", "export")
# Narrow pictures of the places that people use on phones.
NARROW = ("draw", "taste", "gallery")
HANDS = ("linocut", "cyanotype", "poster")
KEPT = ("comic", "oil", "linocut", "watercolour", "poster", "cyanotype", "charcoal", "sepia")
QUALITY = 84
# Milliseconds: a discovery, an export and some steps of learning are waited for.
LONG = 5 * PATIENCE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default=OUTPUT, type=Path, metavar="DIR")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, browser = StudioServer(Path(folder) / "storage"), launch(playwright)
        try:
            fill(server, browser, Path(folder))
            for name, sides in SIDES.items():
                for scheme in ("light", "dark"):
                    take(server, browser, (name, sides, scheme), output)
        finally:
            browser.close()
            server.stop()


def opened(server, browser, **settings):
    page = browser.new_page(device_scale_factor=1, **settings)
    page.set_default_timeout(PATIENCE)
    page.goto(server.address)
    page.wait_for_selector("html[data-ready]")
    return page


def fill(server, browser, folder: Path) -> None:
    """Draw, keep, taste, discover and export; learning is left under way."""
    page = opened(server, browser)
    project = server.client.get("api/state").json()["projects"][0]["id"]
    for name in ("faker-male-25.jpg", "faker-female-24.jpg"):
        server.add_photo(project, bundled_photos() / name)
    photos = server.client.get(f"api/projects/{project}/photos").json()["photos"]
    for number, style in enumerate(KEPT):
        wish = {"photo": photos[number % len(photos)]["id"], "style": style, "size": 512}
        server.client.post(f"api/projects/{project}/drawings", json=wish)
    taste = {"photo": photos[-1]["id"], "name": "Warm and calm", "seed": 3}
    number = server.client.post(f"api/projects/{project}/tastes", json=taste).json()["id"]
    server.client.post(f"api/tastes/{number}/choose", json={"liked": [2, 5]})
    mixed = mixed_pictures(folder / "flea market.zip")
    server.client.post(
        f"api/projects/{project}/discoveries",
        files={"files": (mixed.name, mixed.read_bytes())},
        data={"name": "Flea market"},
    )
    wish = {"model": "mobile", "formats": ["tflite", "onnx"], "quantize": ["float16"]}
    server.client.post(f"api/projects/{project}/exports", json=wish)
    wish = {"source": "renderer", "renderer": "watercolour", "name": "Aquarelle", "steps": "60"}
    server.client.post(f"api/projects/{project}/learn", data=wish)
    page.goto(f"{server.address}#learn")
    learning = page.locator("#learnings .job")
    expect(learning.locator(".learned img")).not_to_have_count(0, timeout=LONG)
    page.close()


def mixed_pictures(path: Path) -> Path:
    """A zip of portraits by three hands."""
    with zipfile.ZipFile(path, "w") as archive:
        for hand in HANDS:
            for photo in sorted(bundled_photos().glob("*.jpg"))[4:44:2]:
                drawn = path.with_name(f"{hand}-{photo.stem}.png")
                archive.write(save_image(drawn, render(load_image(photo), hand)), drawn.name)
    return path


def take(server, browser, look, output: Path) -> None:
    name, (width, height), scheme = look
    page = opened(server, browser, viewport={"width": width, "height": height}, color_scheme=scheme)
    for place in PLACES if name == "1280" else NARROW:
        page.goto(f"{server.address}#{place}")
        show(page, place, mixed=scheme == "dark")
        # Draw is shown as a visitor finds it, the other places as far as they go.
        whole = name == "360" or place != "draw"
        shot = page.screenshot(full_page=whole)
        path = output / f"{place}-{name}-{scheme}.webp"
        Image.open(io.BytesIO(shot)).convert("RGB").save(path, quality=QUALITY)
        print(path)
    page.close()


def show(page, place: str, mixed: bool) -> None:
    """Bring a place to where its picture is taken."""
    if place == "draw":
        page.locator(".thumb").last.click()
        page.get_by_role("button", name="comic", exact=True).click()
        if mixed:
            page.get_by_role("button", name="Mix watercolour in").click()
        expect(page.locator(".card.drawn")).to_have_count(page.locator(".card").count())
        expect(page.locator("#frame")).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
        page.locator(".choose").first.scroll_into_view_if_needed()
    if place == "taste":
        expect(page.locator("#taste-pictures img")).to_have_count(6)
        page.keyboard.press("2")
        page.keyboard.press("4")
    if place == "gallery":
        expect(page.locator(".drawings img")).to_have_count(len(KEPT))
    page.wait_for_function(
        """() => [...document.images].every((image) => !image.getAttribute("src")
        || image.closest("[hidden]") || image.loading === "lazy" || image.complete)""",
        timeout=PATIENCE,
    )
    # Lazy pictures below the edge are not waited for; those that are seen have come by then.
    page.wait_for_timeout(500)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


if __name__ == "__main__":
    main()
