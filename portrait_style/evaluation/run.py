"""Evaluate a model: draw, compare, report."""

import os
import warnings
from pathlib import Path

from portrait_style.evaluation.config import EvaluationConfig
from portrait_style.evaluation.drawing import result_names
from portrait_style.evaluation.report import Report, write_report
from portrait_style.evaluation.session import MetricNetworks, Session
from portrait_style.evaluation.truth import find_truth, truth_folders
from portrait_style.image_folder import ImageFolder, in_validation, list_images, style_folders_of
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import check_output_folder
from portrait_style.quality.face_reader import FaceReader
from portrait_style.stylizer import PortraitStylizer

# A style's mean takes more pictures than an average over photos.
_STYLE_PICTURES_A_PHOTO = 3


def evaluate(
    model: str | os.PathLike,
    photos: str | os.PathLike,
    styles: str | os.PathLike | None = None,
    output: str | os.PathLike = "",
    *,
    progress: bool = False,
    **settings,
) -> Report:
    """Draw photos in styles, measure the results, and write a report.

    Every photo is drawn after a picture of each style folder; where the model knows a style of
    the folder's name, every photo is drawn in it too, as a row of its own ("NAME (by name)").
    The same arguments give the same report.

    Args:
        model: name of a bundled preset, or path of a preset folder, run folder or `.keras` file.
        photos: path of a folder of photos; sub-folders count too.
        styles: path of a folder of style pictures, a sub-folder a style, as for training; or
            `None` where `truth` is given, whose pictures are those of the styles then.
        output: path of the folder to write, new or empty: `report.json`, `report.html`, and the
            results in `pictures/ROW/`.
        progress: bool, whether to show a progress bar. Defaults to `False`.
        **settings: further fields of `EvaluationConfig`, such as `truth`, path of a folder of
            drawings that were to be learned.

    Returns:
        `Report`.

    Raises:
        DatasetError: if a folder is missing or holds no readable picture, or `truth` has a
            drawing of none of the photos.
        ModelError: if a network is missing, damaged, or draws none of the styles.
        OutputError: if the folder is not empty or cannot be written.
        ArgumentError: if a setting is out of its range.
    """
    return run_evaluation(EvaluationConfig(model, photos, styles, output, **settings), progress)


def run_evaluation(config: EvaluationConfig, progress: bool = False) -> Report:
    """Do what `evaluate` does.

    Args:
        config: `EvaluationConfig`.
        progress: bool, whether to show a progress bar. Defaults to `False`.
    """
    config.check_weights()
    folder = Path(config.output)
    check_output_folder(folder, config.overwrite)
    model = open_model(config.model)
    share = model.held_out_fraction if config.held_out else None
    chosen = _folder(config.photos, config.limit, config.seed, share)
    pictures = _style_pictures(config, share)
    names = result_names(chosen)
    truth = find_truth(config.truth, list(pictures), names) if config.truth else {}
    metrics = MetricNetworks(
        FeatureExtractor(config.perceptual, config.weights),
        FaceReader(config.face_detector, config.face_embedding) if config.face_detector else None,
    )
    # Bars are drawn on a terminal only, so that a log holds nothing but the table.
    bars = {"disable": None if progress else True}
    session = Session(PortraitStylizer.of(model), metrics, chosen, config.size, config.seed)
    session.look_at(pictures, bars, truth)
    report = session.draw(folder / "pictures", names, bars)
    report.settings = {
        "model": config.model,
        "photos": len(chosen),
        "style_pictures": {name: len(found) for name, found in pictures.items()},
        "truth": {name: len(found) for name, found in truth.items()},
        "perceptual": config.perceptual,
        "size": config.size,
        "seed": config.seed,
        "held_out": config.held_out,
    }
    write_report(folder, report)
    return report


def _style_pictures(config: EvaluationConfig, held_out) -> dict[str, ImageFolder]:
    found, limit = {}, _STYLE_PICTURES_A_PHOTO * config.limit
    folders = style_folders_of(config.styles) if config.styles else truth_folders(config.truth)
    for name, folder in folders.items():
        # A small folder may have lost none of its pictures to the held-out split.
        some = held_out is None or any(in_validation(p, held_out) for p in list_images(folder))
        if not some:
            warnings.warn(
                f"{folder} has no held-out pictures; those of training are used", stacklevel=3
            )
        found[name] = _folder(folder, limit, config.seed, held_out if some else None)
    return found


def _folder(folder, limit: int, seed: int, held_out: float | None) -> ImageFolder:
    split = "all" if held_out is None else "validation"
    return ImageFolder(folder, split, held_out or 0.0, limit=limit, seed=seed)
