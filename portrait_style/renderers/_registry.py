"""The registry of renderers: every file of this folder whose name does not begin with `_`.

Such a file has

    DESCRIPTION    a line for lists
    PHOTOGRAPHIC   whether it is a look of photographs rather than a drawing
    MEDIUM         the `Medium` that drawings can be laid on, or `None`
    draw(scene)    -> float32 (height, width, 3), sRGB, clipped to 0..1 by the caller

and is deterministic: what it draws depends on the photo alone, and moves along when the photo is
moved. Nothing is tied to the grid of pixels and nothing is drawn by chance: paper and grain are the
business of the medium, which is laid on afterwards.
"""

import importlib
import pkgutil
from types import ModuleType

import numpy as np

from portrait_style import renderers
from portrait_style.errors import ArgumentError
from portrait_style.image import ImageSource, like_source, read_photo
from portrait_style.installation import check_installed
from portrait_style.medium import TEXTURE_RANGE, lay_on
from portrait_style.settings import between

STROKE_RANGE = between(0.25, 4.0)


def renderer_names() -> list[str]:
    """Name the renderers, in alphabetical order."""
    names = [module.name for module in pkgutil.iter_modules(renderers.__path__)]
    return [name for name in sorted(names) if not name.startswith("_")]


def find_renderer(name: str) -> ModuleType:
    """Import a renderer.

    Raises:
        ArgumentError: if there is none of that name.
        MissingPackageError: if what renderers need is not installed.
    """
    check_installed("render")
    names = renderer_names()
    if name not in names:
        raise ArgumentError(f"there is no renderer {name!r}; there are {', '.join(names)}")
    return importlib.import_module(f"{renderers.__name__}.{name}")


def render(photo: ImageSource, renderer: str, stroke: float = 1.0, texture: float = 0.0):
    """Draw a photo by a classical algorithm of non-photorealistic rendering.

    Args:
        photo: path, bytes, PIL image, or array as `load_image` takes.
        renderer: str, one of `renderer_names()`.
        stroke: float in 0.25..4, size of strokes, 1 being what suits the face. Defaults to 1.
        texture: float in 0..1, how much is seen of the renderer's medium, such as paper. Defaults
            to 0: none.

    Returns:
        uint8 array (height, width, 3) for an array, PNG bytes for bytes, a PIL image otherwise;
        transparent where the photo is.

    Raises:
        ArgumentError: if there is no such renderer, or a number is out of its range.
        ImageError: if the photo cannot be read.
        MissingPackageError: if OpenCV is not installed.
    """
    TEXTURE_RANGE.check("texture", texture)
    pixels, alpha = read_photo(photo)
    drawn = render_all(pixels, [renderer], stroke)[renderer]
    medium = find_renderer(renderer).MEDIUM
    if medium is not None:
        drawn = lay_on(drawn, medium, texture)
    return like_source(drawn, photo, alpha)


def render_all(photo: np.ndarray, names: list[str], stroke: float = 1.0) -> dict[str, np.ndarray]:
    """Draw a photo by several renderers, which look for the face once.

    Args:
        photo: uint8 (height, width, 3).
        names: list of str, of renderers.
        stroke: float, as for `render`.

    Returns:
        dict of name to uint8 (height, width, 3).
    """
    STROKE_RANGE.check("stroke", stroke)
    modules = {name: find_renderer(name) for name in names}
    # By name, as renderers are: what imports this module needs not what they need.
    scene = importlib.import_module(f"{renderers.__name__}._scene").look_at(photo, stroke)
    return {
        name: np.round(255.0 * np.clip(module.draw(scene), 0.0, 1.0)).astype(np.uint8)
        for name, module in modules.items()
    }
