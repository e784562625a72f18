"""The drawings of a question: ours, the renderer's own, a colour filter's, Magenta's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from blind_study.study import FILTER, MAGENTA, OURS, RENDERER
from portrait_style.functional.colour import fit_colour_map
from portrait_style.image import crop_square, load_image
from portrait_style.renderers import render, render_all, renderer_names

# Pixels of a side. Magenta's network draws at this size only: none is scaled up more than another.
SIDE = 384


@dataclass(frozen=True)
class References:
    """How styles look, in pictures of other people than the one who is asked about.

    Attributes:
        names: list of str, of the photos' files without suffix.
        photos: list of uint8 (side, side, 3).
        pictures: dict of style to a list of uint8 (side, side, 3); a renderer's are of `photos`,
            in their order.
    """

    names: list[str]
    photos: list[np.ndarray]
    pictures: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def of_others(self, style: str, photo: Path) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return photos and pictures of a style, without those of the photo itself."""
        # A folder of links has names of its own.
        kept = [i for i, name in enumerate(self.names) if name != photo.resolve().stem]
        pictures = self.pictures[style]
        if style in renderer_names():
            pictures = [pictures[i] for i in kept]
        return [self.photos[i] for i in kept], pictures


def make_references(styles, paths: list[Path], style_files: dict[str, list[Path]]) -> References:
    """Draw photos by the renderers among the styles, and read pictures of the others.

    Args:
        styles: list of str; one that is neither a renderer nor in `style_files` has no pictures.
        paths: list of paths of photos, two or more.
        style_files: dict of style to paths of its pictures.

    Raises:
        ImageError: if a picture cannot be read.
        MissingPackageError: if OpenCV is not installed.
    """
    photos = [crop_square(load_image(path), SIDE) for path in paths]
    references = References([path.resolve().stem for path in paths], photos)
    drawn = [style for style in styles if style in renderer_names()]
    bar = tqdm(photos, desc="references", disable=None)
    drawings = [render_all(photo, drawn) for photo in bar] if drawn else []
    for style in styles:
        if style in drawn:
            references.pictures[style] = [each[style] for each in drawings]
        elif style_files.get(style):
            read = [crop_square(load_image(path), SIDE) for path in style_files[style]]
            references.pictures[style] = read
    return references


@dataclass(frozen=True)
class Artists:
    """All who draw.

    Attributes:
        stylizer: `PortraitStylizer`, whose styles are asked about.
        references: `References`.
        magenta: function of photo and style picture, uint8 arrays, to the result, or `None` where
            the network is not there.
    """

    stylizer: object
    references: References
    magenta: Callable | None = None

    def draw(self, style: str, photo: Path, rng: np.random.Generator):
        """Draw a photo in a style by all who can.

        The colour filter is one for all photos, as a camera's: the linear map from colours of
        other photos to colours of pictures of the style, in mean and covariance (Pitie and
        Kokaram 2007, https://doi.org/10.1049/cp:20070055). Magenta's network (Ghiasi et al. 2017,
        https://arxiv.org/abs/1705.06830) follows one such picture, chosen by chance.

        Args:
            style: str, one of the references' styles.
            photo: path.
            rng: `numpy.random.Generator`.

        Returns:
            uint8 (SIDE, SIDE, 3), the photo, and dict of source to the same, its drawing.

        Raises:
            ImageError: if the photo cannot be read.
        """
        pixels = crop_square(load_image(photo), SIDE)
        photos, pictures = self.references.of_others(style, photo)
        drawings = {OURS: self.stylizer.stylize(pixels, style)}
        if style in renderer_names():
            drawings[RENDERER] = render(pixels, style)
        colour_filter = fit_colour_map(np.concatenate(photos), np.concatenate(pictures))
        drawings[FILTER] = colour_filter(pixels)
        if self.magenta is not None:
            drawings[MAGENTA] = self.magenta(pixels, pictures[rng.integers(len(pictures))])
        return pixels, drawings
