"""Evaluate a model: draw, compare, report."""

import os
import warnings
from pathlib import Path

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.evaluation.pictures import Pictures, result_names
from portrait_style.evaluation.report import Report, write_report
from portrait_style.evaluation.session import Judges, Session
from portrait_style.loading import held_out_fraction
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import check_output_folder
from portrait_style.picture_files import in_validation, list_images, style_folders_of
from portrait_style.quality.faces import FaceReader
from portrait_style.stylizer import PortraitStylizer, check_size

# A style's mean takes more pictures than an average over photos.
_STYLE_PICTURES_A_PHOTO = 3


def evaluate(
    model,
    photos,
    styles,
    output,
    *,
    face_detector=None,
    face_embedding=None,
    perceptual="compact",
    perceptual_weights=None,
    limit=60,
    size=256,
    seed=0,
    held_out=False,
    overwrite=False,
    progress=False,
) -> Report:
    """Draw photos in styles, measure the results, and write a report.

    Every photo is drawn after a picture of each style folder; where the model knows a style of
    the folder's name, every photo is drawn in it too, as a row of its own ("NAME (by name)").
    The same arguments give the same report.

    Args:
        model: name of a bundled preset, or path of a preset folder, run folder or `.keras` file.
        photos: path of a folder of photos; sub-folders count too.
        styles: path of a folder of style pictures, a sub-folder a style, as for training.
        output: path of the folder to write, new or empty: `report.json`, `report.html`, and the
            results in `pictures/ROW/`.
        face_detector: path of a YuNet ONNX file, or `None`: then faces are not looked for.
        face_embedding: path of an SFace ONNX file, or `None`: then identity is not measured.
        perceptual: "compact", "vgg16" or "vgg19", the network that judges content and style.
            Defaults to "compact".
        perceptual_weights: path of its weights, or `None` for those that are shipped (compact)
            or downloaded (VGG).
        limit: int, photos at most, and a third of the style pictures that are looked at.
            Defaults to 60.
        size: int, pixels of the longer side at which photos are drawn. Defaults to 256.
        seed: int, chooses pictures, pairs and resamples. Defaults to 0.
        held_out: bool, whether to use only pictures that the model's training held out, as its run
            folder tells. Defaults to `False`.
        overwrite: bool, whether the folder may hold files. Defaults to `False`.
        progress: bool, whether to show a progress bar. Defaults to `False`.

    Returns:
        `Report`.

    Raises:
        DatasetError: if a folder is missing or holds no readable picture.
        ModelError: if a network is missing, damaged, or draws none of the styles.
        OutputError: if the folder is not empty or cannot be written.
        ArgumentError: if a number is out of its range.
    """
    _check(limit, size, face_detector, face_embedding, perceptual_weights)
    folder = Path(output)
    check_output_folder(folder, overwrite)
    share = held_out_fraction(model) if held_out else None
    chosen = Pictures(photos, limit, seed, share)
    pictures = _style_pictures(styles, _STYLE_PICTURES_A_PHOTO * limit, seed, share)
    judges = Judges(
        FeatureExtractor(perceptual, perceptual_weights or "pretrained"),
        FaceReader(face_detector, face_embedding) if face_detector is not None else None,
    )
    # Bars are drawn on a terminal only, so that a log holds nothing but the table.
    bars = {"disable": None if progress else True}
    session = Session(PortraitStylizer.load(model), judges, chosen, size, seed)
    session.look_at(pictures, bars)
    report = session.draw(folder / "pictures", result_names(chosen, Path(photos)), bars)
    report.settings = {
        "model": str(model),
        "photos": len(chosen),
        "style_pictures": {name: len(found) for name, found in pictures.items()},
        "perceptual": perceptual,
        "size": size,
        "seed": seed,
        "held_out": held_out,
    }
    write_report(folder, report)
    return report


def _check(limit, size, face_detector, face_embedding, perceptual_weights) -> None:
    if limit < 1:
        raise ArgumentError(f"`limit` must be positive. Received: limit={limit}.")
    check_size(size)
    if face_embedding is not None and face_detector is None:
        raise ArgumentError(
            "`face_embedding` needs `face_detector`, which finds what it describes."
        )
    if perceptual_weights is not None and not os.path.isfile(perceptual_weights):
        raise ModelError(f"{perceptual_weights} does not exist; check the path of the weights")


def _style_pictures(styles, limit, seed, held_out) -> dict[str, Pictures]:
    found = {}
    for name, folder in style_folders_of(styles).items():
        # A small folder may have lost none of its pictures to the held-out split.
        some = held_out is None or any(in_validation(p, held_out) for p in list_images(folder))
        if not some:
            warnings.warn(
                f"{folder} has no held-out pictures; those of training are used", stacklevel=3
            )
        found[name] = Pictures(folder, limit, seed, held_out if some else None)
    return found
