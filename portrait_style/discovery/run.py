"""Discover styles: look at pictures, sort them, name what was found, write it down."""

import functools
import os
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from portrait_style.discovery.clustering import Clusters, cluster
from portrait_style.discovery.config import DiscoveryConfig
from portrait_style.discovery.embedding import Embedding, embed
from portrait_style.discovery.plots import draw_agreement, draw_map, places_on_map
from portrait_style.discovery.report import Discovery, Style, shown_on_sheet, write_discovery
from portrait_style.discovery.space import style_space
from portrait_style.discovery.traits import propose_names
from portrait_style.errors import ArgumentError, DatasetError, ModelError
from portrait_style.image_folder import ImageFolder
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.near_duplicates import near_duplicates
from portrait_style.output_files import check_output_folder
from portrait_style.quality.style_set import SIDE
from portrait_style.styles.codes import code_spread
from portrait_style.styles.discovered import STYLES_FILE, read_discovered_files
from portrait_style.styles.fingerprint import fingerprint

_OUTLIERS_SHOWN, _DUPLICATES_SHOWN = 48, 24


def discover(
    folder: str | os.PathLike,
    output: str | os.PathLike,
    clusters: int | str = "auto",
    *,
    progress: bool = False,
    **settings,
) -> Discovery:
    """Sort the pictures of a folder by style, without labels.

    The same pictures and arguments give the same result.

    Args:
        folder: path of a folder of pictures; sub-folders count too, and their names do not matter.
        output: path of the folder to write, new or empty: `styles.json` (names, codes, files),
            `sheets/`, `map.png`, `agreement.png`, `index.html`.
        clusters: int, number of styles, or "auto": the finest division that halves of the pictures
            agree on. Defaults to "auto".
        progress: bool, whether to show a progress bar. Defaults to `False`.
        **settings: further fields of `DiscoveryConfig`.

    Returns:
        `Discovery`.

    Raises:
        DatasetError: if the folder holds fewer than two different readable pictures.
        ModelError: if the model is missing, damaged, or has no style encoder.
        OutputError: if the output is not empty or cannot be written.
        ArgumentError: if a setting is out of its range.
    """
    return run_discovery(DiscoveryConfig(folder, output, clusters, **settings), progress)


def run_discovery(config: DiscoveryConfig, progress: bool = False) -> Discovery:
    """Do what `discover` does.

    Args:
        config: `DiscoveryConfig`.
        progress: bool, whether to show a progress bar. Defaults to `False`.
    """
    folder, output, seed = config.folder, Path(config.output), config.seed
    check_output_folder(output, config.overwrite)
    known = read_discovered_files(output / STYLES_FILE) if (output / STYLES_FILE).is_file() else {}
    pictures = ImageFolder(folder)
    _check_run_clusters(config.clusters, len(pictures))
    model = open_model(config.model)
    if model.style_encoder is None:
        raise ModelError(
            f"{config.model} has no style encoder to read codes with; put style_encoder.keras "
            "beside it"
        )
    bars = {"disable": None if progress else True}
    embedding = embed(pictures, FeatureExtractor("compact"), model.style_encoder, bars)
    duplicates = near_duplicates(embedding.thumbnails)
    if len(pictures) < 2 or len(duplicates) == 1 and len(duplicates[0]) == len(pictures):
        raise DatasetError(
            f"{folder} holds only one picture, or copies of one; styles are told apart by "
            "comparing pictures: add others"
        )
    # One thread: sums in another order would round otherwise, and may sort otherwise.
    with threadpool_limits(1):
        points = style_space(embedding.vectors(), seed)
        found = cluster(points, config.clusters, seed)
        places = places_on_map(points, seed)
    names = [path.relative_to(folder).as_posix() for path in pictures.paths]
    made = Discovery(
        styles=_styles_of_run(found, embedding, names, known),
        outliers=[names[i] for i in found.outliers],
        duplicates=[[names[i] for i in group] for group in duplicates],
        agreement=found.agreement,
        model=fingerprint(model.bank),
    )
    plots = _plots_of_run(made, found, places, pictures)
    write_discovery(output, made, _pictures_of_run(made, pictures, names), plots)
    return made


def _styles_of_run(found: Clusters, embedding: Embedding, names, known) -> list[Style]:
    """Name the clusters that were discovered, and give each its code and its files."""
    members = [np.flatnonzero(found.labels == label) for label in range(found.labels.max() + 1)]
    files = [[names[i] for i in own] for own in members]
    proposed = _names_of_last_run(
        propose_names([embedding.traits[own] for own in members]), files, known
    )
    styles = []
    for name, own, paths in zip(proposed, members, files, strict=True):
        typical = np.setdiff1d(own, found.outliers)
        codes = embedding.codes[typical if len(typical) else own]
        code = codes.mean(axis=0)
        styles.append(Style(name, code, code_spread(codes, code), paths))
    return styles


def _names_of_last_run(
    proposed: list[str], files: list[list[str]], known: dict[str, list[str]]
) -> list[str]:
    """Give clusters the names that they had, where most of both are the same files."""
    names = list(proposed)
    for i, paths in enumerate(files):
        for name, before in known.items():
            if 2 * len({*paths} & {*before}) > max(len(paths), len(before)):
                names[i] = name
    for i, name in enumerate(names):
        if name in names[:i]:
            names[i] = f"{name} {i + 1}"
    return names


def _plots_of_run(
    made: Discovery, found: Clusters, places, pictures: ImageFolder
) -> dict[str, bytes]:
    """Draw what a run of discovery plots."""
    names = [style.name for style in made.styles]
    square = functools.partial(pictures.square, size=SIDE)
    plots = {"map.png": draw_map(places, found.labels, names, found.outliers, square)}
    if made.agreement:
        plots["agreement.png"] = draw_agreement(made.agreement, len(names))
    return plots


def _pictures_of_run(made: Discovery, pictures: ImageFolder, names: list[str]) -> dict:
    """Read the pictures that a run of discovery shows."""
    numbers = {name: i for i, name in enumerate(names)}

    def squares(files):
        return [pictures.square(numbers[file], SIDE) for file in files]

    outliers = made.outliers[:_OUTLIERS_SHOWN]
    return {
        "styles": [squares(shown_on_sheet(style.files)) for style in made.styles],
        "outliers": list(zip(outliers, squares(outliers), strict=True)),
        "duplicates": [squares(group) for group in made.duplicates[:_DUPLICATES_SHOWN]],
    }


def _check_run_clusters(clusters, most: int) -> None:
    """Make sure that there are as many pictures as styles are to be discovered."""
    if clusters != "auto" and clusters > most:
        raise ArgumentError(
            f"`clusters` must be at most the number of pictures, {most}. "
            f"Received: clusters={clusters!r}."
        )
