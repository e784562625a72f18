"""A browser, and a studio whose pages may ask nobody but it."""

import pytest
from local_server import CHROMIUM, LOCAL, PATIENCE, launch
from studio_server import StudioServer


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; ended with the module, for tests of other folders start their own."""
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with api.sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = StudioServer(tmp_path_factory.mktemp("studio") / "storage")
    yield server
    server.stop()


@pytest.fixture
def project(server):
    """A project of the test's own."""
    return server.new_project()


@pytest.fixture
def open_page(browser, server, project):
    """Open the page in a context of its own; whatever it asks for is looked at."""
    contexts, homes, asked, foreign, faults = [], [], [], [], []

    def look_at(request):
        asked.append(request.url)
        if not request.url.startswith((*homes, *LOCAL)):
            foreign.append(request.url)

    def opened(context, home, place, wait):
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Content Security" in line.text else None,
        )
        page.goto(home.address + place)
        if wait:
            page.wait_for_selector("html[data-ready]")
        return page

    def open_one(place="", beside=None, at=None, wait=True, **settings):
        if beside is not None:
            return opened(beside.context, at or server, place, wait)
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **settings})
        context.set_default_timeout(PATIENCE)
        if at is None:
            context.add_init_script(
                f"try {{ localStorage.setItem('portrait-style-project', {project}) }} catch {{}}"
            )
        contexts.append(context)
        homes.append((at or server).address)
        context.on("request", look_at)
        return opened(context, at or server, place, wait)

    yield open_one
    for context in contexts:
        context.close()
    assert asked and not foreign, "asked somebody else"
    assert not faults


@pytest.fixture
def photo(server, project, photo_file):
    """The portrait, uploaded."""
    return server.add_photo(project, photo_file)
