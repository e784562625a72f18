"""What every page keeps to."""

import re


def assert_is_a_page(page, pictures):
    """A page that a phone can show, in the dark as well, and that asks nobody for anything."""
    assert page.startswith("<!doctype html>")
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "@media (prefers-color-scheme: dark)" in page
    # Of pictures, nothing is read here: their letters can spell anything.
    page = re.sub(r'data:image/\w+;base64,[^"]+', "data:image/", page)
    assert "http" not in page and "@import" not in page and "url(" not in page
    assert not re.search(r"<(script|link|iframe|object)", page)
    assert not re.search(r'(src|srcset|href)="(?!data:)', page)
    assert page.count('src="data:image/') == page.count("<img") == pictures
    # A table that is wider than the page scrolls in its own box.
    assert page.count("<table>") == len(re.findall(r'<div class="scroll"[^>]*>\s*<table>', page))
