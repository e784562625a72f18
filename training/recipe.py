"""Make a preset by its recipe: from pictures and nothing else to packed weights.

    python -m portrait_style.training.recipe training/recipes/mobile.json --data DIR --output DIR

What is done already is not done again: a recipe that was stopped goes on where it was.
"""

import argparse
import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portrait_style.errors import ArgumentError, DatasetError, PortraitStyleError
from portrait_style.image_folder import in_validation, list_images
from portrait_style.losses.weights import LossWeights
from portrait_style.model_files.preset import find_preset, save_preset
from portrait_style.model_files.trained_model import open_model
from portrait_style.renderers import find_renderer
from portrait_style.training.config import FROM_NOTHING, TrainingConfig
from portrait_style.training.optimized_pairs import optimized_pairs
from portrait_style.training.run import train
from portrait_style.training.run_folder import RunFolder

PHOTOS, HELD_OUT, STYLES, PRESET = "photos", "held_out", "styles", "preset"


@dataclass(frozen=True)
class Recipe:
    """How a preset is made, as its file says it.

    Attributes:
        name, description: str, of the preset.
        photos: list of {"folder", "count", "held_out", "person"}: folders below the data folder,
            how many photos of each are learned from, the share of people held out, and optionally a
            regular expression whose groups name the person in a file's name. Without one each file
            shows another.
        styles: list of {"name", "folder", "files", "description", "optimized"}: folders of pictures
            below the data folder that no photo belongs to; `files` is optional, a list beside the
            recipe of those that count, and so is `description`, one line on what the style looks
            like. `optimized`, {"picture", "count", "except", "settings"}, has the style taught by
            pairs: photos are changed after that one picture of the folder by optimization, with
            settings of `OptimizationConfig`. `count` of them are chosen by chance, and those left
            out in whose name the regular expression `except` is found, which is optional.
        settings: dict, of `TrainingConfig`, for all stages.
        stages: list of dict, of `TrainingConfig`, for one stage each; "styles" says whether
            `styles` are learned in it. Each stage starts from the one before; the first from
            "initial", a run beside the output folder such as "mobile/stage_1", or "random".
    """

    name: str
    description: str
    photos: Sequence[Mapping]
    styles: Sequence[Mapping]
    settings: Mapping
    stages: Sequence[Mapping]


def read_recipe(path) -> Recipe:
    """Read a recipe's file.

    Args:
        path: path of a JSON file with the attributes of `Recipe`.

    Raises:
        ArgumentError: if it cannot be read, or lacks something.
    """
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        recipe = Recipe(**told)
    except (OSError, ValueError, TypeError) as error:
        raise ArgumentError(f"{path} is not a recipe: {error}") from error
    if not (recipe.photos and recipe.stages and "initial" in recipe.stages[0]):
        raise ArgumentError(
            f"{path} is not a recipe: it must name photos, stages, and what the first starts from"
        )
    return recipe


def make_preset(path, data, output, share: float = 1.0) -> Path:
    """Follow a recipe; its stages lie in the output folder, the preset in `preset/`.

    After each stage the preset is packed anew, so that what there is can be used; so is one that
    was taken away.

    Args:
        path: of the recipe.
        data: folder that holds what the recipe names.
        output: folder; what it holds of an earlier call is gone on with.
        share: float in (0, 1], of the steps and photos, to try a recipe. Defaults to 1.

    Returns:
        The preset's folder.

    Raises:
        ArgumentError: if the recipe is none.
        DatasetError: if pictures are missing.
        PortraitStyleError: what training raises.
    """
    recipe, output = read_recipe(path), Path(output)
    lay_out(recipe, Path(path).parent, Path(data), output, share)
    before = None
    for number, changes in enumerate(recipe.stages, start=1):
        run = RunFolder(output / f"stage_{number}")
        config = _stage_config(recipe, changes, output, run.path, before, share)
        if not run.generator.is_file():
            if changes.get("styles"):
                pairs = _pairs_of_styles(recipe, config.size, Path(data), output, share)
                config = dataclasses.replace(config, pairs=pairs)
            train(config, resume=run.config.is_file())
            pack_stage(recipe, run.path, output / PRESET)
        before = run.path
    if find_preset(output / PRESET) is None:
        pack_stage(recipe, before, output / PRESET)
    return output / PRESET


def pack_stage(recipe: Recipe, run: Path, folder: Path) -> None:
    """Write what a stage trained as a preset, each style with its line of description.

    Args:
        recipe: `Recipe`.
        run: folder of the stage.
        folder: of the preset.

    Raises:
        ModelError: if the run is damaged.
        OutputError: if the folder cannot be written.
    """
    model = open_model(run)
    generator, bank = model.generator, model.bank
    for name, description in descriptions_of(recipe).items():
        if name in bank.names:
            bank.describe(name, description)
    generator.styles = bank.to_config()
    networks = generator, model.style_encoder
    save_preset(folder, *networks, recipe.description, model.mapping_network)


def descriptions_of(recipe: Recipe) -> dict[str, str]:
    """Say in a line what each style looks like: of renderers their own, of folders the recipe's."""
    told = (recipe.settings, *recipe.stages)
    rendered = [name for settings in told for name in settings.get("render", ())]
    return {name: find_renderer(name).DESCRIPTION for name in rendered} | {
        style["name"]: style["description"] for style in recipe.styles if "description" in style
    }


def lay_out(recipe: Recipe, beside: Path, data: Path, output: Path, share: float = 1.0) -> None:
    """Link photos to learn from, photos of other people, and style pictures, a folder each.

    Args:
        recipe: `Recipe`.
        beside: folder in which the recipe's own lists of files lie.
        data: folder that holds what the recipe names.
        output: folder to lay out.
        share: float in (0, 1], of the photos.

    Raises:
        DatasetError: if a folder is missing, or holds fewer photos than the recipe wants.
    """
    for source in recipe.photos:
        folder = data / source["folder"]
        known, others = split_by_person(list_images(folder), source)
        count = max(1, round(share * source["count"]))
        if len(known) < count:
            raise DatasetError(f"{folder} must hold {count} photos to learn from, not {len(known)}")
        _link(chosen_by_chance(known, count), output / PHOTOS, folder.name)
        _link(others, output / HELD_OUT, folder.name)
    for source in _unpaired(recipe):
        _link(pictures_of_style(source, beside, data), output / STYLES / source["name"])


def split_by_person(paths: list[Path], source: Mapping) -> tuple[list[Path], list[Path]]:
    """Part photos to learn from and those of people who are held out.

    Args:
        paths: list of paths.
        source: one of `Recipe.photos`.
    """
    pattern = re.compile(source["person"]) if "person" in source else None
    parts: tuple[list[Path], list[Path]] = [], []
    for path in paths:
        found = pattern and pattern.search(path.stem)
        person = "-".join(found.groups()) if found else path.stem
        parts[in_validation(Path(person), source["held_out"])].append(path)
    return parts


def pictures_of_style(source: Mapping, beside: Path, data: Path) -> list[Path]:
    """List the pictures of a style that is learned from a folder.

    Args:
        source: one of `Recipe.styles`.
        beside: folder in which the recipe's own lists of files lie.
        data: folder that holds what the recipe names.

    Raises:
        DatasetError: if the folder is missing.
    """
    paths = list_images(data / source["folder"])
    if "files" not in source:
        return paths
    wanted = set((beside / source["files"]).read_text(encoding="utf-8").split())
    return [path for path in paths if path.name in wanted]


def chosen_by_chance(paths: list[Path], count: int) -> list[Path]:
    """Choose some files, the same at every call: names of files are often in some order."""
    order = np.random.default_rng(0).permutation(len(paths))[:count]
    return [paths[i] for i in sorted(order)]


def _link(paths: list[Path], folder: Path, prefix: str = "") -> None:
    """Put links to files into a folder, under names that tell where they are from."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        link = folder / f"{prefix}-{path.name}".lstrip("-")
        if not link.is_symlink():
            link.symlink_to(path.resolve())


def _unpaired(recipe: Recipe) -> list[Mapping]:
    """List the styles that are learned from their folder as it is."""
    return [style for style in recipe.styles if "optimized" not in style]


def _pairs_of_styles(recipe: Recipe, size: int, data: Path, output: Path, share: float) -> tuple:
    """Make the pairs of the styles that optimization teaches; return a folder each."""
    photos, folders = list_images(output / PHOTOS), []
    for style in recipe.styles:
        told = style.get("optimized")
        if told:
            chosen = _photos_to_change(photos, told, share)
            picture = data / style["folder"] / told["picture"]
            settings = told.get("settings", {})
            folder = optimized_pairs(chosen, picture, style["name"], size, settings, progress=True)
            folders.append(str(folder))
    return tuple(folders)


def _photos_to_change(photos: list[Path], told: Mapping, share: float) -> list[Path]:
    """Choose the photos that optimization changes, as `Recipe.styles` says."""
    chosen, left_out = chosen_by_chance(photos, told["count"]), told.get("except")
    kept = [path for path in chosen if not (left_out and re.search(left_out, path.stem))]
    return kept[: max(1, round(share * len(kept)))]


def _stage_config(recipe, changes, output: Path, run: Path, before, share: float):
    """Say all that determines a stage."""
    told = {**recipe.settings, **changes}
    told["render"] = tuple(told.get("render", ()))
    told["loss_weights"] = LossWeights(**told.get("loss_weights", {}))
    if told.pop("styles", False) and _unpaired(recipe):
        told["styles"] = str(output / STYLES)
    if before is not None:
        told["initial"] = str(before)
    elif told["initial"] != FROM_NOTHING:
        told["initial"] = str(output.parent / told["initial"])
    for name in ("steps", "mapping_steps"):
        default = TrainingConfig.__dataclass_fields__[name].default
        told[name] = max(1, round(share * told.get(name, default)))
    return TrainingConfig(output=str(run), photos=str(output / PHOTOS), **told)


def main(argv=None) -> None:
    """Follow a recipe from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m portrait_style.training.recipe", description=__doc__.splitlines()[0]
    )
    parser.add_argument("recipe", help="JSON file, such as training/recipes/mobile.json")
    parser.add_argument("--data", required=True, help="folder that holds what the recipe names")
    parser.add_argument("--output", required=True, help="folder for stages and the preset")
    parser.add_argument("--share", type=float, default=1.0, help="of steps and photos, to try it")
    arguments = parser.parse_args(argv)
    try:
        folder = make_preset(arguments.recipe, arguments.data, arguments.output, arguments.share)
    except PortraitStyleError as error:
        parser.error(str(error))
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
