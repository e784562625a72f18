"""Held-out photos, what a preset draws of them, and what renderers draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style.image import crop_square, load_image, save_image
from portrait_style.renderers import render_all
from preset_figures.workspace import DRAWN, TRUTH

# Pixels of a side of all pictures.
SIDE = 256


@dataclass(frozen=True)
class Sitter:
    """A held-out photo, and its drawings in files.

    Attributes:
        name: str.
        path: of the photo.
        folder: of the drawings.
    """

    name: str
    path: Path
    folder: Path

    @property
    def photo(self) -> np.ndarray:
        """The photo, uint8 (SIDE, SIDE, 3)."""
        return crop_square(load_image(self.path), SIDE)

    def drawing_file(self, style: str) -> Path:
        """The file of what the preset draws."""
        return self.folder / DRAWN / style / f"{self.name}.png"

    def truth_file(self, style: str) -> Path:
        """The file of the renderer's own picture."""
        return self.folder / TRUTH / style / f"{self.name}.png"

    def drawing(self, style: str) -> np.ndarray:
        """What the preset draws, uint8 (SIDE, SIDE, 3)."""
        return load_image(self.drawing_file(style))

    def truth(self, style: str) -> np.ndarray:
        """The renderer's own picture, uint8 (SIDE, SIDE, 3)."""
        return load_image(self.truth_file(style))


@dataclass(frozen=True)
class Styles:
    """Styles of a preset.

    Attributes:
        all: tuple of str.
        rendered: tuple of str, those of them that a renderer draws.
    """

    all: tuple[str, ...]
    rendered: tuple[str, ...]


def draw_all(stylizer, sitters: Sequence[Sitter], styles: Styles) -> None:
    """Draw every photo once in every style, without texture, by preset and renderers.

    Args:
        stylizer: `PortraitStylizer`.
        sitters: list of `Sitter`; what their files hold already is not drawn again.
        styles: `Styles`.

    Raises:
        ImageError: if a photo cannot be read.
        OutputError: if a file cannot be written.
    """
    for sitter in tqdm(sitters, desc="drawings", disable=None):
        photo = sitter.photo
        for style in styles.all:
            if not sitter.drawing_file(style).is_file():
                save_image(sitter.drawing_file(style), stylizer.stylize(photo, style))
        missing = [x for x in styles.rendered if not sitter.truth_file(x).is_file()]
        for style, picture in (render_all(photo, missing) if missing else {}).items():
            save_image(sitter.truth_file(style), picture)
