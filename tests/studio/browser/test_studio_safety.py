"""Other pages are refused, and a studio that is gone is said."""

import functools
import http.server
import threading

import pytest

pytest.importorskip("playwright.sync_api")

from browser_checks import drawn, message  # noqa: E402
from page_of import card  # noqa: E402
from playwright.sync_api import expect  # noqa: E402
from studio_server import StudioServer  # noqa: E402

pytestmark = pytest.mark.browser


@pytest.fixture
def foreign_page(tmp_path):
    """A page of another origin on this machine."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Foreign</title>")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    foreign = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=foreign.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{foreign.server_port}/"
    foreign.shutdown()
    foreign.server_close()


def test_a_foreign_page_can_neither_read_nor_write(browser, server, project, foreign_page):
    page = browser.new_page()
    page.goto(foreign_page)
    ask = """async ([address, settings]) => {
      try { return (await fetch(address, settings)).status } catch (error) { return error.name }
    }"""
    home = server.address
    assert page.evaluate(ask, [f"{home}api/state", {}]) == "TypeError"
    wish = {"method": "DELETE", "headers": {"X-Studio": "1"}}
    assert page.evaluate(ask, [f"{home}api/projects/{project}", wish]) == "TypeError"
    # What asks for no permission first arrives, and is refused.
    body = {"method": "POST", "mode": "no-cors", "body": '{"name": "Theirs"}'}
    page.evaluate(ask, [f"{home}api/projects", body])
    names = [known["name"] for known in server.client.get("api/state").json()["projects"]]
    assert "Theirs" not in names and "Project" in names
    # Nor can it hold the studio in a frame.
    page.evaluate(
        """(home) => { const frame = document.createElement("iframe"); frame.src = home;
        document.body.append(frame); }""",
        home,
    )
    page.wait_for_timeout(300)
    assert all("Portrait" not in frame.title() for frame in page.frames[1:])
    page.close()


def test_who_has_not_signed_in_sees_nothing(open_page, tmp_path):
    server = StudioServer(tmp_path / "storage", user="anna", password="größer als drei")
    try:
        page = open_page(at=server, wait=False)
        dialog = page.get_by_role("dialog", name="Sign in")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_visible()
        dialog.get_by_label("User").fill("anna")
        dialog.get_by_label("Password").fill("größer")
        dialog.get_by_role("button", name="Sign in").click()
        expect(dialog.get_by_role("alert")).not_to_be_empty()
        assert page.locator(".choose").count() == 0
        dialog.get_by_label("Password").fill("größer als drei")
        page.keyboard.press("Enter")
        drawn(page, "512 × 512")
        page.locator("#project").click()
        page.get_by_role("button", name="Sign out").click()
        expect(dialog).to_be_visible()
        assert page.locator(".choose").count() == 0
        # The browser keeps nothing that would open it again.
        page.reload()
        expect(dialog).to_be_visible()
    finally:
        server.stop()


def test_where_nobody_signs_in_nobody_signs_out(open_page, photo):
    page = open_page()
    page.locator("#project").click()
    expect(page.get_by_role("dialog", name="Projects")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_a_studio_that_is_gone_is_said_and_found_again(open_page, tmp_path):
    server = StudioServer(tmp_path / "storage")
    page = open_page(at=server)
    drawn(page, "512 × 512")
    server.stop()
    card(page, "engraving").click()
    expect(message(page)).to_contain_text("The studio does not answer")
    page.get_by_role("navigation").get_by_role("link", name="Gallery").click()
    expect(message(page)).to_contain_text("The studio does not answer")


def test_what_is_kept_outlives_the_program(open_page, tmp_path):
    storage = tmp_path / "storage"
    first = StudioServer(storage)
    page = open_page(at=first)
    drawn(page, "512 × 512")
    page.get_by_role("button", name="Keep in gallery").click()
    expect(page.locator("#news")).to_have_text("Kept in the gallery.")
    first.stop()
    second = StudioServer(storage)
    try:
        page = open_page("#gallery", at=second)
        expect(page.locator(".drawings li")).to_have_count(1)
    finally:
        second.stop()
