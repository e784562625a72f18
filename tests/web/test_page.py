"""The page in a browser: drawn, mixed, dropped, saved, and offline."""

import io
import re

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("playwright.sync_api")

from browser_checks import (  # noqa: E402
    downloaded,
    drawn,
    message,
    pixels_of,
    psnr,
    set_slider,
)
from local_server import LocalServer  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

from portrait_style import PortraitStylizer, StyleBank  # noqa: E402
from portrait_style.image import load_image  # noqa: E402
from portrait_style.medium import Medium, lay_on  # noqa: E402
from portrait_style.personalization.session import FeedbackSession  # noqa: E402
from portrait_style.styles.fingerprint import fingerprint  # noqa: E402
from portrait_style.styles.low_rank_update import LowRankUpdate  # noqa: E402
from portrait_style.styles.shared import SharedStyle  # noqa: E402
from portrait_style.web.site import MEDIA  # noqa: E402

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stylizer():
    return PortraitStylizer.from_preset("mobile")


def choose(page, path):
    page.locator("#file").set_input_files(path)


def saved(page):
    """What a click on Download gives: the file's name, and its pixels."""
    return downloaded(page, page.get_by_role("button", name="Download").click)


def card(page, name):
    return page.locator(".choose", has_text=name)


@pytest.mark.parametrize("engine, least", [("wasm", 60.0), ("litert", 40.0)])
def test_it_draws_what_keras_draws(open_page, photo_file, stylizer, engine, least):
    page = open_page(f"?engine={engine}")
    choose(page, photo_file)
    card(page, "engraving").click()
    set_slider(page, "#intensity", 70)
    size = 512 if engine == "wasm" else 256
    drawn(page, f"{size} × {size * 3 // 4}")
    name, content = saved(page)
    assert name == "Großmutter_奶奶-engraving.png"
    expected = stylizer.stylize(load_image(photo_file), "engraving", 0.7, size=size)
    assert psnr(pixels_of(content), expected) > least


def test_a_mix_on_paper_is_the_packages(open_page, photo_file, stylizer):
    page = open_page()
    choose(page, photo_file)
    card(page, "oil").click()
    page.get_by_role("button", name="Mix engraving in").click()
    set_slider(page, "#weights li:nth-child(1) input", 60)
    set_slider(page, "#weights li:nth-child(2) input", 20)
    expect(page.locator("#weights output").first).to_have_text("75 %")
    page.get_by_label("Drawn on").select_option("paper")
    set_slider(page, "#texture", 50)
    set_slider(page, "#size", 1)
    drawn(page, "384 × 288")
    name, content = saved(page)
    assert name == "Großmutter_奶奶-oil+engraving.png"
    image = stylizer.stylize(load_image(photo_file), "oil:0.75,engraving:0.25", size=384)
    assert psnr(pixels_of(content), lay_on(image, MEDIA["paper"], 0.5)) > 45
    # One is taken out again: what is left is whole.
    page.get_by_role("button", name="Take engraving out").click()
    expect(page.locator("#mix")).to_be_hidden()


def test_what_is_saved_says_that_a_program_made_it(open_page):
    name, content = saved(open_page())
    picture = Image.open(io.BytesIO(content))
    assert name.startswith("portrait-")
    mark = picture.info["XML:com.adobe.xmp"]
    assert "compositeWithTrainedAlgorithmicMedia" in mark and "(portrait-style)" in mark
    picture.verify()


def test_cards_are_drawn_on_ones_own_photo(open_page, photo_file):
    page = open_page()
    count = page.locator(".card").count()
    choose(page, photo_file)
    drawn(page, "512 × 384")
    # Of a wide photo, the middle: the card of its own photo is as light as that.
    expect(page.locator(".card.drawn")).to_have_count(count)
    looks = page.locator(".choose canvas").evaluate_all("all => all.map((x) => x.toDataURL())")
    assert len(set(looks)) == count


def shared_style(path, bank: StyleBank, **settings):
    style = SharedStyle(
        **{
            "name": "<img src=x onerror=alert(1)> 水墨",
            "code": bank.code("oil"),
            "model": fingerprint(bank),
            "thumbnail": np.zeros((16, 16, 3), np.uint8),
            **settings,
        }
    )
    style.save(path)
    return path


def test_a_shared_style_becomes_a_card_and_markup_stays_text(open_page, stylizer, tmp_path):
    medium = Medium("grain", 2.0, 0.05)
    path = shared_style(tmp_path / "theirs.style", stylizer.bank, medium=medium)
    page = open_page()
    count = page.locator(".card").count()
    choose(page, path)
    expect(page.locator(".card")).to_have_count(count + 1)
    first = page.locator(".choose").first
    expect(first).to_have_text("<img src=x onerror=alert(1)> 水墨")
    expect(first).to_have_attribute("aria-pressed", "true")
    assert page.locator(".card img").count() == 0
    # Its own medium can be chosen; where a style has none, the ground is plain again.
    page.get_by_label("Drawn on").select_option("own")
    drawn(page, "512 × 512")
    card(page, "engraving").click()
    expect(page.get_by_label("Drawn on")).to_have_value("own")
    choose(page, shared_style(tmp_path / "plain.style", stylizer.bank, name="plain", medium=None))
    card(page, "plain").click()
    expect(page.get_by_label("Drawn on")).to_have_value("")


def test_a_profile_becomes_a_card(open_page, stylizer, tmp_path):
    session = FeedbackSession.start(stylizer.bank)
    session.choose([2])
    session.save(tmp_path / "Jürgen.json")
    page = open_page()
    page.get_by_text("More").click()
    page.locator("#style-file").set_input_files(tmp_path / "Jürgen.json")
    expect(page.locator(".choose").first).to_have_text("Jürgen")
    expect(message(page)).to_be_hidden()


def test_adapted_networks_are_refused(open_page, stylizer, tmp_path):
    update = LowRankUpdate(np.ones(64, np.float32), 1.0, {"0" * 16: np.ones(8, np.float32)})
    page = open_page()
    choose(page, shared_style(tmp_path / "a.style", stylizer.bank, update=update))
    expect(message(page)).to_contain_text("changes the network, which this page cannot do")


def bad_files():
    png = io.BytesIO()
    Image.new("RGB", (300, 200), (90, 30, 10)).save(png, "PNG")
    damaged = bytearray(png.getvalue())
    damaged[45:200] = bytes(155)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="99999999" height="99999999"/>'
    return {
        "leer.png": (b"", "is empty"),
        "图.png": (bytes(damaged), "is damaged"),
        "cut.png": (png.getvalue()[:60], "is damaged"),
        "bomb.svg": (svg, "is not a photo"),
        "text.jpg": (b"hello " * 20, "is not a photo"),
        "phone.heic": (
            b"\0\0\0\x18ftypheic" + bytes(400),
            "is HEIC, which this browser does not read",
        ),
        "none.style": (b"PK\x03\x04 nothing", "not a usable style"),
        "deep.json": (b"[" * 10000, "not a usable profile"),
    }


def test_bad_files_are_named_and_change_nothing(open_page, tmp_path):
    page = open_page()
    name, before = saved(page)
    for file, (content, said) in bad_files().items():
        (tmp_path / file).write_bytes(content)
        choose(page, tmp_path / file)
        expect(message(page)).to_contain_text(file)
        expect(message(page)).to_contain_text(said)
        page.get_by_role("button", name="Close").click()
        expect(message(page)).to_be_hidden()
    assert saved(page) == (name, before)


def test_a_photo_can_be_dropped_on_the_page(open_page, photo_file):
    page = open_page()
    handle = page.evaluate_handle(
        """([bytes, name]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], name));
          return data;
        }""",
        [list(photo_file.read_bytes()), photo_file.name],
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": handle})
    expect(page.locator("body")).to_have_class("dropping")
    page.dispatch_event("body", "drop", {"dataTransfer": handle})
    drawn(page, "512 × 384")
    expect(page.locator("body")).not_to_have_class("dropping")


def test_the_camera_is_drawn_live_and_a_picture_of_it_kept(open_page):
    page = open_page(permissions=["camera"])
    page.get_by_role("button", name="Use the camera").click()
    status = page.locator("#status")
    expect(status).to_have_text(re.compile(r"^\d+\.\d pictures a second at \d+ pixels$"))
    assert page.locator("#frame").get_attribute("class") == "frame drawn live"
    expect(page.get_by_role("button", name="Download")).to_be_disabled()
    card(page, "oil").click()
    page.get_by_role("button", name="Take the picture").click()
    expect(status).to_have_text(re.compile(r"^512 × \d+ pixels in"))
    expect(page.get_by_role("button", name="Use the camera")).to_be_visible()
    assert page.locator("video").evaluate("video => video.srcObject") is None
    name, _ = saved(page)
    assert name == "camera-oil.png"


def test_the_photo_comes_back_when_the_camera_stops(open_page, photo_file):
    page = open_page(permissions=["camera"])
    choose(page, photo_file)
    drawn(page, "512 × 384")
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("#status")).to_contain_text("pictures a second")
    page.get_by_role("button", name="Stop the camera").click()
    drawn(page, "512 × 384")
    assert saved(page)[0].startswith("Großmutter")


def test_an_engine_that_is_not_there_is_said(open_page):
    page = open_page("?engine=webgpu", wait=False)
    expect(message(page)).to_contain_text("no graphics card for WebGPU")
    page.get_by_text("More").click()
    page.get_by_label("What draws").select_option("wasm")
    page.wait_for_selector("html[data-ready]")


def test_a_camera_that_may_not_be_used_is_said(open_page):
    page = open_page()
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException("no", "NotAllowedError"); }; }"""
    )
    page.get_by_role("button", name="Use the camera").click()
    expect(message(page)).to_contain_text("The camera may not be used")
    expect(page.get_by_role("button", name="Use the camera")).to_be_visible()


def test_before_and_after_are_divided_by_the_slider(open_page):
    page = open_page()
    slider = page.get_by_label("How much of the drawing is shown")
    slider.focus()
    page.keyboard.press("Home")
    assert (
        page.locator("#frame").evaluate("frame => frame.style.getPropertyValue('--reveal')") == "0%"
    )


def test_a_picture_is_shared_where_the_device_can(open_page):
    page = open_page(wait=False)
    page.add_init_script(
        """navigator.canShare = () => true;
        navigator.share = async ({ files }) => { document.title = files[0].name; };"""
    )
    page.reload()
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("button", name="Share").click()
    expect(page).to_have_title(re.compile(r"^portrait-\w+\.png$"))
    expect(message(page)).to_be_hidden()


def test_it_can_be_installed_and_works_without_a_network(open_page, real_site, photo_file):
    server = LocalServer(real_site)
    page = open_page(address=server.address)
    page.wait_for_selector("html[data-offline=yes]")
    server.stop()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    choose(page, photo_file)
    page.get_by_label("Drawn on").select_option("canvas")
    drawn(page, "512 × 384")
    # Kept files come with what lets a page use several threads.
    assert page.evaluate("() => self.crossOriginIsolated")
    page.get_by_text("More").click()
    expect(page.locator("#about")).to_have_text(re.compile(r"^onnxruntime, \d+ threads?\. "))
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert not manifest["errors"] and "Portrait style" in manifest["data"]
    faults = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # As every context of a test is.
    assert [fault["errorId"] for fault in faults] == ["in-incognito"]
