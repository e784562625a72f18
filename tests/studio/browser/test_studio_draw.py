"""Drawing in the studio: a photo, styles, mixes, the camera, and what is kept."""

import re

import pytest

pytest.importorskip("playwright.sync_api")

from browser_checks import downloaded, drawn, message, pixels_of, psnr, set_slider  # noqa: E402
from page_of import card, drop, go, yes  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

from portrait_style import PortraitStylizer  # noqa: E402
from portrait_style.image import load_image, save_image  # noqa: E402
from portrait_style.medium import lay_on  # noqa: E402
from portrait_style.personalization.session import FeedbackSession  # noqa: E402
from portrait_style.web.site import MEDIA  # noqa: E402

pytestmark = pytest.mark.browser
NAME = "Großmutter 奶奶.png"


@pytest.fixture(scope="module")
def stylizer():
    return PortraitStylizer.from_preset("mobile")


def test_a_stranger_finds_a_photo_that_is_drawn(open_page, server, project):
    page = open_page()
    drawn(page, "512 × 512")
    expect(page).to_have_title(re.compile("^Draw – "))
    expect(page.locator("#photos li")).to_have_count(1)
    expect(page.locator(".card.drawn")).to_have_count(page.locator(".card").count())
    # A second visit finds the same photo, and adds no other.
    page.reload()
    drawn(page, "512 × 512")
    assert len(server.client.get(f"api/projects/{project}/photos").json()["photos"]) == 1


def test_photo_style_mix_and_download(open_page, photo_file, stylizer):
    page = open_page()
    page.locator("#file").set_input_files(photo_file)
    expect(page.locator("#photos li")).to_have_count(2)
    card(page, "oil").click()
    drawn(page, "512 × 384")
    page.get_by_role("button", name="Mix engraving in").click()
    set_slider(page, "#weights li:nth-child(1) input", 60)
    set_slider(page, "#weights li:nth-child(2) input", 20)
    expect(page.locator("#weights output").first).to_have_text("75 %")
    page.get_by_label("Drawn on").select_option("paper")
    set_slider(page, "#texture", 50)
    set_slider(page, "#intensity", 80)
    set_slider(page, "#size", 1)
    drawn(page, "384 × 288")
    name, content = downloaded(page, page.get_by_role("button", name="Download").click)
    assert name == "Großmutter_奶奶-oil+engraving.png"
    photo = load_image(photo_file)
    image = stylizer.stylize(photo, "oil:0.75,engraving:0.25", 0.8, size=384)
    assert psnr(pixels_of(content), lay_on(image, MEDIA["paper"], 0.5 * 0.8)) > 40
    assert b"trainedAlgorithmicMedia" in content or b"TrainedAlgorithmicMedia" in content


def test_cards_are_drawn_on_ones_own_photo(open_page, photo):
    page = open_page()
    count = page.locator(".card").count()
    expect(page.locator(".card.drawn")).to_have_count(count)
    looks = page.locator(".choose img").evaluate_all(
        """all => all.map((image) => {
          const canvas = new OffscreenCanvas(32, 32);
          const context = canvas.getContext("2d");
          context.drawImage(image, 0, 0, 32, 32);
          return context.getImageData(0, 0, 32, 32).data.join();
        })"""
    )
    assert len(set(looks)) == count


def test_several_photos_are_dropped_and_one_of_them_refused(open_page, photo_file, tmp_path):
    second = save_image(tmp_path / "zweites 图.png", load_image(photo_file)[::-1])
    broken = tmp_path / "kaputt.png"
    broken.write_bytes(b"no photo at all")
    page = open_page()
    drop(page, [photo_file, second, broken])
    expect(page.locator("#photos li")).to_have_count(3)
    expect(message(page)).to_contain_text("kaputt.png")
    drawn(page, "512 × 384")
    page.get_by_role("button", name="Close").click()
    expect(message(page)).to_be_hidden()


def test_a_photo_is_pasted(open_page, photo_file):
    page = open_page()
    page.evaluate(
        """([bytes, name]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(bytes)], name, { type: "image/png" }));
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
          document.body.dispatchEvent(event);
        }""",
        [list(photo_file.read_bytes()), photo_file.name],
    )
    expect(page.get_by_role("button", name=NAME, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_photo_is_chosen_and_deleted(open_page, photo, photo_file):
    page = open_page()
    page.locator("#file").set_input_files(
        {"name": "b.png", "mimeType": "image/png", "buffer": photo_file.read_bytes()}
    )
    expect(page.locator("#photos li")).to_have_count(2)
    page.get_by_role("button", name="b.png", exact=True).click()
    page.get_by_role("button", name="Delete b.png").click()
    page.locator("#confirm").get_by_role("button", name="Keep it").click()
    expect(page.locator("#photos li")).to_have_count(2)
    page.get_by_role("button", name="Delete b.png").click()
    yes(page)
    expect(page.locator("#photos li")).to_have_count(1)
    drawn(page, "512 × 384")


def test_the_camera_takes_a_picture(open_page, photo):
    page = open_page(permissions=["camera"])
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("#frame")).to_have_class(re.compile("live"))
    expect(page.get_by_role("button", name="Keep in gallery")).to_be_disabled()
    page.get_by_role("button", name="Take the picture").click()
    expect(page.get_by_role("button", name="camera.png", exact=True)).to_be_visible()
    expect(page.locator("#status")).to_have_text(re.compile(r"^512 × \d+ pixels in"))
    assert page.locator("video").evaluate("video => video.srcObject") is None


def test_a_camera_that_may_not_be_used_is_said(open_page, photo):
    page = open_page()
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException("no", "NotAllowedError"); }; }"""
    )
    page.get_by_role("button", name="Use the camera").click()
    expect(message(page)).to_contain_text("The camera may not be used")


def test_a_profile_becomes_a_card(open_page, photo, stylizer, tmp_path):
    session = FeedbackSession.start(stylizer.bank)
    session.choose([2])
    session.save(tmp_path / "Jürgen <b>.json")
    page = open_page()
    page.get_by_text("Styles of your own").click()
    page.locator("#style-file").set_input_files(tmp_path / "Jürgen <b>.json")
    first = page.locator(".choose").first
    expect(first).to_contain_text("Jürgen <b>")
    expect(first).to_have_attribute("aria-pressed", "true")
    drawn(page, "512 × 384")
    page.get_by_role("button", name="Delete Jürgen").click()
    expect(page.locator(".choose", has_text="Jürgen")).to_have_count(0)
    drawn(page, "512 × 384")


def test_every_ground_that_is_offered_can_be_drawn_on(open_page, photo):
    page = open_page()
    set_slider(page, "#size", 0)
    grounds = page.locator("#medium option").evaluate_all(
        "all => all.filter((x) => !x.hidden).map((x) => x.value)"
    )
    assert len(grounds) > 4
    for ground in grounds:
        page.get_by_label("Drawn on").select_option(ground)
        drawn(page, "256 × 192")
        expect(message(page)).to_be_hidden()


def test_what_is_kept_is_compared_renamed_and_deleted(open_page, server, project, photo):
    page = open_page()
    for style in ("oil", "comic"):
        card(page, style).click()
        drawn(page, "512 × 384")
        page.get_by_role("button", name="Keep in gallery").click()
        expect(page.locator("#news")).to_have_text("Kept in the gallery.")
        expect(page.get_by_role("button", name="Keep in gallery")).to_be_enabled()
    go(page, "Gallery")
    expect(page.locator(".drawings li")).to_have_count(2)
    page.get_by_label("By style").check()
    expect(page.locator("#gallery-groups h3")).to_contain_text(["comic", "oil"])
    for style in ("oil", "comic"):
        page.get_by_role("button", name=f"Compare {style}").click()
    expect(page.locator("#beside img")).to_have_count(2)
    page.get_by_role("button", name="Back to all").click()
    page.locator(".open", has_text="oil").click()
    viewer = page.locator("#viewer")
    viewer.get_by_role("button", name="Rename").click()
    page.locator("#naming input").fill("<img src=x onerror=alert(1)> 水墨")
    page.locator("#naming").get_by_role("button", name="Save").click()
    expect(viewer.get_by_role("heading")).to_have_text("<img src=x onerror=alert(1)> 水墨")
    expect(viewer.locator("img")).to_have_count(1)
    name, content = downloaded(page, viewer.get_by_role("link", name="Download").click)
    assert name.endswith(".png") and "水墨" in name and pixels_of(content).shape == (384, 512, 3)
    viewer.get_by_role("button", name="Delete").click()
    yes(page)
    expect(page.locator(".drawings li")).to_have_count(1)
    kept = server.client.get(f"api/projects/{project}/drawings").json()["drawings"]
    assert len(kept) == 1


def test_two_windows_on_one_project(open_page, photo, photo_file):
    page = open_page()
    drawn(page, "512 × 384")
    other = open_page(beside=page)
    drawn(other, "512 × 384")
    page.get_by_role("button", name=f"Delete {NAME}").click()
    yes(page)
    expect(page.locator("#photos li")).to_have_count(0)
    # The other window still shows what is gone: it says so, and goes on.
    card(other, "engraving").click()
    expect(message(other)).to_be_visible()
    go(other, "Gallery")
    go(other, "Draw")
    expect(other.locator("#photos li")).to_have_count(0)
    other.locator("#file").set_input_files(photo_file)
    drawn(other, "512 × 384")


def test_projects_are_added_renamed_and_deleted(open_page, photo):
    page = open_page()
    page.locator("#project").click()
    dialog = page.locator("#projects")
    dialog.get_by_label("Name of a new project").fill("Urlaub <i>假期</i>")
    dialog.get_by_role("button", name="Add").click()
    expect(page.locator("#project-name")).to_have_text("Urlaub <i>假期</i>")
    drawn(page, "512 × 512")
    page.locator("#project").click()
    dialog.get_by_role("button", name="Rename Urlaub").click()
    page.locator("#naming input").fill("Ferien")
    page.locator("#naming").get_by_role("button", name="Save").click()
    expect(page.locator("#project-name")).to_have_text("Ferien")
    dialog.get_by_role("button", name="Delete Ferien").click()
    yes(page)
    expect(page.locator("#project-name")).not_to_have_text("Ferien")
    expect(dialog.get_by_role("button", name="Rename Ferien")).to_have_count(0)
