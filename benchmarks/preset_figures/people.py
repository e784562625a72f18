"""People whom a recipe holds out, and pictures of styles that no renderer draws."""

from pathlib import Path

from portrait_style.image_folder import list_images
from portrait_style.training.recipe import (
    Recipe,
    chosen_by_chance,
    pictures_of_style,
    read_recipe,
    split_by_person,
)

RECIPES = Path(__file__).parents[2] / "training" / "recipes"


def recipe_of(name: str) -> Recipe:
    """Read a recipe of the package.

    Raises:
        ArgumentError: if there is none of that name.
    """
    return read_recipe(RECIPES / f"{name}.json")


def held_out_photos(recipe: Recipe, data: Path, limit: int) -> dict[str, Path]:
    """Choose photos of people who are held out, as many of each folder, by chance.

    Fewer photos are some of those that more would be.

    Args:
        recipe: `Recipe`.
        data: folder that holds the recipe's.
        limit: int, photos of all folders.

    Returns:
        dict of a name, made of folder and file, to path.

    Raises:
        DatasetError: if a folder is missing.
    """
    chosen, left = {}, limit
    for number, source in enumerate(recipe.photos):
        _, others = split_by_person(list_images(data / source["folder"]), source)
        # The first folders give one more where it cannot be parted evenly.
        count = -(-left // (len(recipe.photos) - number))
        paths = chosen_by_chance(others, count)
        chosen |= {f"{Path(source['folder']).name}-{path.stem}": path for path in paths}
        left -= len(paths)
    return chosen


def style_pictures(recipe: Recipe, data: Path, limit: int) -> dict[str, dict[str, Path]]:
    """Choose pictures of the styles that a recipe learns from folders, by chance.

    Args:
        recipe, data: as for `held_out_photos`.
        limit: int, pictures of a style.

    Returns:
        dict of style to dict of name to path.

    Raises:
        DatasetError: if a folder is missing.
    """
    found = {}
    for source in recipe.styles:
        paths = pictures_of_style(source, RECIPES, data)
        found[source["name"]] = {path.stem: path for path in chosen_by_chance(paths, limit)}
    return found
