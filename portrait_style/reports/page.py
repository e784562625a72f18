"""Pages that stand alone: HTML in one file, with the style sheet and the pictures in it."""

import base64
import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).with_name("templates")
# How the files begin that a page can carry.
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}


def render_page(template: str | Path, **values) -> bytes:
    """Fill in a template; what is filled in is escaped.

    Args:
        template: name of one in `templates/`, or path of one elsewhere, which may extend those.
        **values: what it shows.

    Returns:
        bytes, UTF-8, the file of the page.

    Raises:
        jinja2.UndefinedError: if the template shows what is not among the values.
    """
    if isinstance(template, Path):
        page = _page_environment().from_string(template.read_text(encoding="utf-8"))
    else:
        page = _page_environment().get_template(template)
    return page.render(values).encode()


def data_uri(file: bytes) -> str:
    """Write a picture as an address that carries it, for pages that stand alone.

    Args:
        file: bytes of a PNG or JPEG file.

    Raises:
        ValueError: if it is of another kind.
    """
    for beginning, kind in _KINDS.items():
        if file.startswith(beginning):
            return f"data:image/{kind};base64,{base64.b64encode(file).decode()}"
    raise ValueError(f"`file` must be a PNG or JPEG file. Received: file beginning {file[:8]!r}.")


@functools.cache
def _page_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["data_uri"] = data_uri
    return environment
