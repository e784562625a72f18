"""Evaluate a model: draw, compare, report."""

import os
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style.errors import ModelError, OutputError
from portrait_style.evaluation.comparison import Comparison
from portrait_style.evaluation.drawing import Draughtsman, plan_rows
from portrait_style.evaluation.pictures import Pictures, result_names
from portrait_style.evaluation.report import Report, write_report
from portrait_style.evaluation.style_set import StyleSet, batches
from portrait_style.image import save_image
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.picture_files import style_folders_of
from portrait_style.quality.bootstrap import bootstrap
from portrait_style.quality.faces import FaceReader
from portrait_style.quality.style_accuracy import StyleClassifier
from portrait_style.stylizer import PortraitStylizer, check_size

# A style's mean takes more pictures than an average over photos.
_STYLE_PICTURES_A_PHOTO = 3
_SHOWN = 8
_PHOTO = ""


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
        held_out: bool, whether to use only pictures that training holds out. Defaults to `False`.
        overwrite: bool, whether the folder may hold files. Defaults to `False`.
        progress: bool, whether to show a progress bar. Defaults to `False`.

    Returns:
        `Report`.

    Raises:
        DatasetError: if a folder is missing or holds no readable picture.
        ModelError: if a network is missing, damaged, or draws none of the styles.
        OutputError: if the folder is not empty or cannot be written.
        ValueError: if a number is out of its range.
    """
    _check(limit, size, face_detector, face_embedding, perceptual_weights)
    output = _prepared(output, overwrite)
    folders = style_folders_of(styles)
    chosen = Pictures(photos, limit, seed, held_out)
    names = result_names(chosen, Path(photos))
    stylizer = PortraitStylizer.load(model)
    rows = plan_rows(stylizer, folders)
    reader = FaceReader(face_detector, face_embedding) if face_detector is not None else None
    extractor = FeatureExtractor(perceptual, perceptual_weights or "pretrained")
    pictures = {
        name: Pictures(folder, _STYLE_PICTURES_A_PHOTO * limit, seed, held_out)
        for name, folder in folders.items()
    }
    tools = extractor, stylizer.style_encoder
    # Drawn on a terminal only, so that a log holds nothing but the table.
    disable = None if progress else True
    style_sets = {
        name: StyleSet(map(found.square, range(len(found))), *tools)
        for name, found in tqdm(pictures.items(), desc="styles", disable=disable)
    }
    classifier = _classifier(style_sets, chosen, stylizer.style_encoder, seed)
    comparisons, sheets = {}, {}
    with tqdm(total=len(rows) * len(chosen), desc="photos", disable=disable) as bar:
        for row in rows:
            comparison = Comparison(style_sets[row.style], *tools, reader)
            hand = Draughtsman(stylizer, row, pictures[row.style], seed)
            sheets[row.name] = _draw_all(
                hand, comparison, chosen, names, size, output / "pictures" / row.name, bar
            )
            _measure_further(comparison, hand, chosen, size, extractor, seed)
            _classify(comparison, classifier, row.style)
            comparisons[row.name] = comparison
    report = _summed_up(comparisons, sheets, seed)
    report.settings = {
        "model": str(model),
        "photos": len(chosen),
        "style_pictures": {name: len(found) for name, found in pictures.items()},
        "perceptual": perceptual,
        "size": size,
        "seed": seed,
        "held_out": held_out,
    }
    write_report(output, report)
    return report


def _check(limit, size, face_detector, face_embedding, perceptual_weights) -> None:
    if limit < 1:
        raise ValueError(f"`limit` must be positive. Received: limit={limit}.")
    check_size(size)
    if face_embedding is not None and face_detector is None:
        raise ValueError("`face_embedding` needs `face_detector`, which finds what it describes.")
    if perceptual_weights is not None and not os.path.isfile(perceptual_weights):
        raise ModelError(f"{perceptual_weights} does not exist; check the path of the weights")


def _prepared(output, overwrite: bool) -> Path:
    folder = Path(output)
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise OutputError(f"{folder} is not empty; name a new folder or pass --overwrite")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error
    return folder


def _draw_all(hand: Draughtsman, comparison: Comparison, photos, names, size, folder, bar):
    """Draw, measure and save every photo; return the first ones with what they were drawn after."""
    shown = []
    for number, name in enumerate(names):
        photo, reference = photos.resized(number, size), hand.reference(number)
        result = hand.draw(photo, reference)
        comparison.update(photo, result, reference)
        save_image(folder / name, result, overwrite=True)
        if number < _SHOWN:
            shown.append((photo, reference if hand.row.code is None else None, result))
        bar.update()
    return shown


def _measure_further(comparison, hand: Draughtsman, photos, size, extractor, seed) -> None:
    def resized():
        return (photos.resized(number, size) for number in range(len(photos)))

    diversity, flicker = hand.diversity_of(resized(), extractor), hand.flicker_of(resized(), seed)
    comparison.add("diversity", diversity)
    comparison.add("flicker", flicker)
    if not diversity:
        comparison.skipped["diversity"] = (
            "a named style has one code"
            if hand.row.code is not None
            else "it takes three or more style pictures"
        )
    if not flicker:
        comparison.skipped["flicker"] = "the photos are too small to cut clips from"


def _classifier(style_sets, photos, style_encoder, seed):
    """Fit a classifier on the pictures of all styles and the photos; a text says why there is none.

    Returns:
        `StyleClassifier`, or str.
    """
    if style_encoder is None:
        return "the model has no style encoder"
    squares = map(photos.square, range(len(photos)))
    encoded = [np.asarray(style_encoder(images, training=False)) for images in batches(squares)]
    by_name = {_PHOTO: np.concatenate(encoded)}
    by_name |= {name: style_set.codes for name, style_set in style_sets.items()}
    if min(map(len, by_name.values())) < 2:
        return "it takes two or more photos and pictures of each style"
    names = [name for name, codes in by_name.items() for _ in codes]
    return StyleClassifier(np.concatenate(list(by_name.values())), names, seed)


def _classify(comparison: Comparison, classifier, style: str) -> None:
    if isinstance(classifier, str):
        comparison.skipped["style_accuracy"] = classifier
        return
    comparison.add("style_accuracy", classifier.is_style(comparison.codes, style))
    comparison.add("style_accuracy_ceiling", [classifier.cross_checked])


def _summed_up(comparisons: dict[str, Comparison], sheets, seed) -> Report:
    some = next(iter(comparisons.values()))

    def mean_total(index):
        return float(np.mean([comparison.total_of(index) for comparison in comparisons.values()]))

    return Report(
        styles={name: comparison.estimates(seed) for name, comparison in comparisons.items()},
        total=bootstrap(mean_total, (len(some),), seed),
        skipped={name: comparison.skipped for name, comparison in comparisons.items()},
        sheets=sheets,
    )
