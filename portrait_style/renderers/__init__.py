"""Renderers: classical drawings of photos, which are products and teachers."""

from typing import TYPE_CHECKING

from portrait_style._lazy import hand_on

if TYPE_CHECKING:
    from portrait_style.renderers._registry import find_renderer as find_renderer
    from portrait_style.renderers._registry import render as render
    from portrait_style.renderers._registry import render_all as render_all
    from portrait_style.renderers._registry import renderer_names as renderer_names
else:
    __getattr__, __dir__, __all__ = hand_on(
        __name__,
        {
            "find_renderer": "portrait_style.renderers._registry",
            "render": "portrait_style.renderers._registry",
            "render_all": "portrait_style.renderers._registry",
            "renderer_names": "portrait_style.renderers._registry",
        },
    )
