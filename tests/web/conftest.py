"""A browser, and pages that may ask nobody but this machine."""

import os

import pytest
from local_server import CHROMIUM, LOCAL, PATIENCE, LocalServer, launch
from page_modules import Modules


@pytest.fixture
def modules(tmp_path):
    return Modules(tmp_path / "page")


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, with a camera that shows a test picture."""
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    # Requests of service workers are seen as those of pages are.
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"
    with api.sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def real_site(tmp_path_factory):
    """The page of the bundled preset, with what runs networks."""
    from portrait_style import cli

    folder = tmp_path_factory.mktemp("hosted") / "site"
    assert cli.main(["web", "--output", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def server(real_site):
    server = LocalServer(real_site)
    yield server
    server.stop()


@pytest.fixture
def open_page(browser, server):
    """Open the page in a context of its own; whatever it asks for is looked at."""
    contexts, homes, asked, foreign, faults = [], set(), [], [], []

    def look_at(request):
        asked.append(request.url)
        if not request.url.startswith((*homes, *LOCAL)):
            foreign.append(request.url)

    def open_one(query="", address=None, wait=True, **settings):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **settings})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        homes.add(address or server.address)
        context.on("request", look_at)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto((address or server.address) + query)
        if wait:
            page.wait_for_selector("html[data-ready]")
        return page

    yield open_one
    for context in contexts:
        context.close()
    # The service worker's own requests are among them.
    assert asked and not foreign, "asked somebody else"
    assert not faults
