"""Long work: discovered, learned, exported, watched as it goes on."""

import io
import re
import zipfile

import pytest

pytest.importorskip("playwright.sync_api")

from browser_checks import downloaded, drawn, message  # noqa: E402
from local_server import PATIENCE  # noqa: E402
from page_of import card, drop, go, yes  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

from portrait_style.image import load_image, save_image  # noqa: E402
from portrait_style.image_folder import bundled_photos  # noqa: E402
from portrait_style.renderers import render  # noqa: E402

pytestmark = pytest.mark.browser
PHOTOS = 8
LONG = 3 * PATIENCE


@pytest.fixture(scope="module")
def mixed_pictures(tmp_path_factory):
    """A zip of photos as two renderers draw them, under names of two scripts."""
    path = tmp_path_factory.mktemp("mixed") / "Gemälde 画.zip"
    photos = sorted(bundled_photos().glob("*.jpg"))[:PHOTOS]
    with zipfile.ZipFile(path, "w") as archive:
        for renderer in ("engraving", "cyanotype"):
            for photo in photos:
                picture = save_image(
                    path.with_name(f"{renderer} {photo.stem}.png"),
                    render(load_image(photo), renderer),
                )
                archive.write(picture, picture.name)
    return path


@pytest.fixture(scope="module")
def cyanotype_pairs(tmp_path_factory):
    """Photos, and the same in blue: paths of both."""
    folder = tmp_path_factory.mktemp("pairs")
    photos = sorted(bundled_photos().glob("*.jpg"))[:PHOTOS]
    return photos, [
        save_image(folder / f"{photo.stem}.png", render(load_image(photo), "cyanotype"))
        for photo in photos
    ]


def job(page, name):
    return page.locator(".job", has_text=name)


def expect_state(page, name, state):
    """Wait until a job is in a state: it may wait for a busy machine."""
    expect(job(page, name).locator(".state")).to_have_text(state, timeout=LONG)


def test_styles_are_discovered_and_named(open_page, server, project, photo, mixed_pictures):
    page = open_page("#discover")
    page.get_by_role("button", name="Discover styles").click()
    expect(message(page)).to_contain_text("Choose the pictures first")
    drop(page, [mixed_pictures])
    expect(page.locator("#discover-files .chosen")).to_have_text(mixed_pictures.name)
    page.locator("#discover-form [name=name]").fill("Find <b>发现</b>")
    page.get_by_role("button", name="Discover styles").click()
    expect(job(page, "Find <b>发现</b>").get_by_role("progressbar")).to_be_visible()
    expect_state(page, "Find", "done")
    expect(job(page, "Find").locator(".map")).to_be_visible()
    names = page.locator(".cluster input")
    expect(names).not_to_have_count(0)
    names.first.fill("Blau <i>蓝</i>")
    names.first.press("Enter")
    page.reload()
    expect(names.first).to_have_value("Blau <i>蓝</i>")
    page.get_by_role("button", name="Learn these").click()
    expect(page).to_have_url(f"{server.address}#learn")
    expect(page.get_by_role("checkbox", name="Blau <i>蓝</i>")).to_be_checked()
    expect(page.locator("#learn-form [name=source][value=discovery]")).to_be_checked()


def test_a_renderer_is_learned_stopped_resumed_and_drawn_with(open_page, photo):
    page = open_page("#learn")
    page.get_by_label("A renderer").check()
    page.locator("[name=renderer]").select_option("sepia")
    page.locator("#learn-form [name=name]").fill("Braun 褐")
    page.locator("[name=steps]").fill("6")
    page.get_by_role("button", name="Start learning").click()
    expect(page.locator("nav .badge[data-kind=learn]")).to_contain_text("%")
    braun = job(page, "Braun")
    # What waits behind it can be taken back.
    go(page, "Export")
    page.get_by_role("button", name="Export", exact=True).click()
    job(page, "mobile").get_by_role("button", name="Cancel").click()
    yes(page, "Cancel the job")
    expect_state(page, "mobile", "cancelled")
    job(page, "mobile").get_by_role("button", name="Delete").click()
    yes(page)
    expect(job(page, "mobile")).to_have_count(0)
    go(page, "Learn")
    expect(braun.locator(".told")).to_have_text(re.compile(r"^step \d"))
    braun.get_by_role("button", name="Stop").click()
    expect_state(page, "Braun", "stopped")
    braun.get_by_role("button", name="Resume").click()
    expect_state(page, "Braun", "done")
    expect(braun.locator(".curve").first).to_be_visible()
    expect(braun.locator(".learned img").first).to_be_visible()
    braun.get_by_role("link", name="Draw with it").click()
    chosen = page.get_by_label("Model that draws").locator("option:checked")
    expect(chosen).to_have_text("Braun 褐")
    expect(card(page, "sepia")).to_have_attribute("aria-pressed", "true")
    drawn(page, "512 × 384")


def test_pairs_are_learned_and_drawn_with(open_page, photo, cyanotype_pairs):
    before, after = cyanotype_pairs
    page = open_page("#learn")
    page.get_by_label("Pairs").check()
    page.locator("[data-field=before] input").set_input_files(before)
    page.locator("[data-field=after] input").set_input_files(after[:-1])
    page.locator("#learn-form [name=name]").fill("Blau 蓝")
    page.locator("[name=steps]").fill("2")
    page.get_by_role("button", name="Start learning").click()
    expect(message(page)).to_contain_text(before[-1].stem)
    page.locator("[data-field=after] input").set_input_files(after[-1:])
    page.get_by_role("button", name="Start learning").click()
    expect_state(page, "Blau", "done")
    job(page, "Blau").get_by_role("link", name="Draw with it").click()
    expect(card(page, "Blau 蓝")).to_have_attribute("aria-pressed", "true")
    drawn(page, "512 × 384")


def test_what_is_missing_is_said(open_page, photo):
    page = open_page("#learn")
    page.get_by_role("button", name="Start learning").click()
    expect(message(page)).to_contain_text("Choose pictures of the style first")
    page.get_by_label("Pairs").check()
    page.get_by_role("button", name="Start learning").click()
    expect(message(page)).to_contain_text("Choose the photos first")
    go(page, "Export")
    page.get_by_label("TFLite phones").uncheck()
    page.get_by_role("button", name="Export").click()
    expect(message(page)).to_contain_text("at least one format")


def test_a_model_is_exported_and_downloaded(open_page, photo):
    page = open_page("#export")
    page.get_by_label("Half as large").uncheck()
    page.get_by_role("button", name="Export", exact=True).click()
    expect_state(page, "mobile", "done")
    expect(page.locator(".job table")).to_contain_text(".tflite")
    expect(page.locator(".job table")).to_contain_text("dB")
    name, content = downloaded(page, page.get_by_role("link", name="Download all").click)
    assert name.endswith(".zip")
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert any(name.endswith(".tflite") for name in names)
    assert any("report" in name for name in names)
