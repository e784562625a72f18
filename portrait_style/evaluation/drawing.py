"""What is drawn for an evaluation: each photo in each style, and some more for two measures."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from portrait_style.errors import ModelError
from portrait_style.image_folder import ImageFolder
from portrait_style.quality.diversity import diversity
from portrait_style.quality.flicker import flicker, moving_clip
from portrait_style.quality.style_set import SIDE, batches

BY_NAME = "{} (by name)"
# Both take several drawings a photo, and differ little from photo to photo.
_DIVERSITY_PHOTOS, _DIVERSITY_REFERENCES = 4, 3
_CLIPS, _SHORTEST_SIDE = 2, 32


@dataclass(frozen=True)
class Row:
    """One way of drawing one style: a row of the report.

    Attributes:
        name: str, the folder's, or that and how it was drawn.
        style: str, name of the style folder that results are compared with.
        code: (code_size,), the style code of a named style, or `None`: then each photo is drawn
            after a picture of the folder.
    """

    name: str
    style: str
    code: np.ndarray | None


def plan_rows(stylizer, styles) -> list[Row]:
    """Say how the styles are drawn: after their pictures, and by name where there is one.

    Args:
        stylizer: `PortraitStylizer`.
        styles: iterable of str, names of the style folders.

    Raises:
        ModelError: if the model can draw none of them.
    """
    rows = []
    for name in styles:
        if stylizer.style_encoder is not None:
            rows.append(Row(name, name, None))
        if name in stylizer.styles:
            rows.append(Row(BY_NAME.format(name), name, stylizer.style_code(name)))
    if not rows:
        raise ModelError(
            "the model has no style encoder to draw after pictures, and knows none of the styles "
            f"{', '.join(styles)} by name; name folders after its styles: "
            + ", ".join(stylizer.styles)
        )
    return rows


class RowStylizer:
    """Draws photos in the way of one row.

    Args:
        stylizer: `PortraitStylizer`.
        row: `Row`.
        pictures: `ImageFolder` of the style.
        seed: int, which photo is drawn after which picture.
    """

    def __init__(self, stylizer, row: Row, pictures: ImageFolder, seed: int):
        self.row = row
        self._stylizer = stylizer
        self._pictures = pictures
        self._order = np.random.default_rng(seed).permutation(len(pictures))

    def reference(self, number: int) -> np.ndarray:
        """Return the style picture for photo `number`: uint8 (192, 192, 3); in turn."""
        return self._pictures.square(int(self._order[number % len(self._order)]), SIDE)

    def draw(self, photo: np.ndarray, reference: np.ndarray) -> np.ndarray:
        """Draw a photo, after the reference where the row is not of a named style."""
        return self._stylizer.stylize(photo, self._code(reference))

    def diversity_of(self, photos: Iterator[np.ndarray], extractor) -> list[float]:
        """Draw some photos after several pictures each, and tell how different the results are."""
        if self.row.code is not None or len(self._pictures) < _DIVERSITY_REFERENCES:
            return []
        references = [self.reference(i) for i in range(_DIVERSITY_REFERENCES)]
        found = []
        for photo, _ in zip(photos, range(_DIVERSITY_PHOTOS), strict=False):
            drawn = [self.draw(photo, reference) for reference in references]
            (images,) = batches(drawn, len(drawn))
            found.append(diversity(extractor(images)))
        return found

    def flicker_of(self, photos: Iterator[np.ndarray], seed: int) -> list[float]:
        """Draw short clips made of some photos, and tell how steady they are."""
        found = []
        for number, photo in zip(range(_CLIPS), photos, strict=False):
            if min(photo.shape[:2]) < _SHORTEST_SIDE:
                continue
            clip, code = moving_clip(photo, seed=seed), self._code(self.reference(number))
            drawn = np.stack([self._stylizer.stylize(frame, code) for frame in clip])
            found.append(flicker(clip, drawn))
        return found

    def _code(self, reference) -> np.ndarray:
        if self.row.code is not None:
            return self.row.code
        return self._stylizer.encode_style(reference)


def result_names(photos: ImageFolder) -> list[str]:
    """Name results after their photos; sub-folders become part of the name, and none is doubled."""
    return [f"{name}.png" for name in flat_names(photos.paths, photos.folder)]


def flat_names(paths, folder) -> list[str]:
    """Name files below a folder without sub-folders and suffix, each by another name."""
    names: list[str] = []
    for path in paths:
        stem = name = "-".join(path.relative_to(folder).with_suffix("").parts)
        while name in names:
            name = f"{stem}-{len(names)}"
        names.append(name)
    return names
