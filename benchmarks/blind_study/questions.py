"""Which photos are asked about, in which styles, and of whom references are drawn."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.training.recipe import (
    Recipe,
    chosen_by_chance,
    pictures_of_style,
    read_recipe,
    split_by_person,
)

RECIPE = Path(__file__).parents[2] / "training" / "recipes" / "mobile.json"
# Photos of other people whose drawings show how a style looks; pictures of a style, likewise.
REFERENCES = 8


@dataclass(frozen=True)
class PhotoChoice:
    """Photos of two groups of people who have nobody in common.

    Attributes:
        held_out: list of lists of paths, a folder each, to ask about.
        references: list of paths, up to `REFERENCES`, evenly of all folders.
    """

    held_out: list[list[Path]]
    references: list[Path]


def choose_photos(data: Path, photos: Path | None = None) -> PhotoChoice:
    """Part photos by the people whom the recipe of `mobile` holds out.

    Args:
        data: path of the folder that holds the recipe's; where they are not, the faces that the
            package carries are parted by the same rule.
        photos: path of a folder to ask about instead of the held-out ones, or `None`. Defaults to
            `None`.

    Raises:
        ArgumentError: if the recipe is damaged.
        DatasetError: if `photos` is not a folder.
    """
    sources = read_recipe(RECIPE).photos
    if not all((data / source["folder"]).is_dir() for source in sources):
        sources = [{**sources[0], "folder": bundled_photos()}]
    # A folder below `data`, or a path of its own.
    parts = [split_by_person(list_images(data / x["folder"]), x) for x in sources]
    held_out = [others for _, others in parts] if photos is None else [list_images(photos)]
    known = [chosen_by_chance(learned, REFERENCES // len(sources)) for learned, _ in parts]
    return PhotoChoice(held_out, [path for paths in known for path in paths])


def style_pictures(data: Path, recipe: Recipe | None = None) -> dict[str, list[Path]]:
    """List pictures of the styles that were learned from pictures, by the styles' names.

    Args:
        data: path of the folder that holds the recipe's; a style whose folder is missing is left
            out.
        recipe: `Recipe`. Defaults to that of `mobile`.
    """
    recipe, found = recipe or read_recipe(RECIPE), {}
    for source in recipe.styles:
        if (data / source["folder"]).is_dir():
            paths = pictures_of_style(source, RECIPE.parent, data)
            found[source["name"]] = chosen_by_chance(paths, REFERENCES)
    return found


def plan_questions(
    styles: Sequence[str], folders: Sequence[Sequence[Path]], count: int, seed: int
) -> list[tuple[str, Path]]:
    """Choose a style and a photo for each question, by chance and evenly.

    No style comes again before all others have, no photo before all others of its folder have;
    folders take turns.

    Args:
        styles: list of str, one or more.
        folders: list of lists of paths; empty ones are passed over, one holds a photo or more.
        count: int, questions.
        seed: int.

    Returns:
        list of style and path.
    """
    rng = np.random.default_rng(seed)
    in_turn = _shuffled_rounds(styles, rng)
    photos = itertools.cycle([_shuffled_rounds(paths, rng) for paths in folders if paths])
    return [(next(in_turn), next(next(photos))) for _ in range(count)]


def _shuffled_rounds(items: Sequence, rng: np.random.Generator) -> Iterator:
    """Go through all of them in an order by chance, then again in another one, without end."""
    while True:
        yield from (items[i] for i in rng.permutation(len(items)))
