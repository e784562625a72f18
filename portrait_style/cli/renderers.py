"""`renderers`: what can be rendered, and taught."""

from portrait_style.cli._exit_codes import DONE
from portrait_style.renderers._registry import find_renderer, renderer_names

HELP = "list the renderers"
DESCRIPTION = "List the renderers, a line each: what train --render teaches, and what render draws."
EXAMPLES = ("portrait-style renderers",)
EXTRA = "render"


def add_arguments(parser) -> None:
    """`renderers` takes none."""


def run(options) -> int:
    """Run `renderers`: print the list."""
    names = renderer_names()
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {find_renderer(name).DESCRIPTION}")
    return DONE
