"""Pages that stand alone: HTML in one file, with the pictures in it."""

import base64
import html

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem }}
table {{ border-collapse: collapse }}
td, th {{ padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ddd }}
td:first-child, th:first-child {{ text-align: left }}
figure {{ display: inline-block; margin: 0 1rem 1rem 0 }}
figcaption {{ font-size: 13px }}
img {{ max-width: 100% }}
{style}
</style>
<h1>{title}</h1>
{body}
</html>
"""


def html_page(title: str, body: str, style: str = "") -> bytes:
    """Make the file of a page.

    Args:
        title: str, plain text; the heading as well.
        body: str, HTML.
        style: str, style sheet that follows the one of all pages.

    Returns:
        bytes, UTF-8.
    """
    return _PAGE.format(title=html.escape(title), body=body, style=style).encode()


def embedded_image(file: bytes, text: str, kind: str = "png") -> str:
    """Return an image element that carries its file.

    Args:
        file: bytes of the image file.
        text: str, plain text for those who do not see the picture.
        kind: str, subtype of the file's media type: "png" or "jpeg".
    """
    data = base64.b64encode(file).decode()
    return f'<img src="data:image/{kind};base64,{data}" alt="{html.escape(text)}">'


def figure(content: str, caption: str) -> str:
    """Return a figure element.

    Args:
        content, caption: str, HTML.
    """
    return f"<figure>{content}<figcaption>{caption}</figcaption></figure>\n"
