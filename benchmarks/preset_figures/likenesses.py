"""Is the person still there and recognizable, as much as in the renderer's own picture?"""

from collections.abc import Sequence

import numpy as np

from portrait_style.quality.identity import likeness
from preset_figures.promises import Figure, figure
from preset_figures.sitters import Sitter, Styles


def measure_likeness(reader, sitter: Sitter, styles: Styles) -> dict[str, dict]:
    """Compare the face of a photo with those of its drawings and of the renderers' pictures.

    Args:
        reader: `FaceReader` that tells people apart.
        sitter: `Sitter`.
        styles: `Styles`.

    Returns:
        dict of style to dict of "drawn", and "truth" where a renderer draws it, to whether a face
        is found and the cosine of embeddings; empty where the photo has no face.
    """
    photo = sitter.photo
    if reader.find(photo) is None:
        return {}
    found = {}
    for style in styles.all:
        pictures = {"drawn": sitter.drawing(style)}
        if style in styles.rendered:
            pictures["truth"] = sitter.truth(style)
        told = {whose: likeness(reader, photo, x) for whose, x in pictures.items()}
        found[style] = {whose: [x.found, x.identity] for whose, x in told.items()}
    return found


def likeness_figures(measured: Sequence[dict], styles: Styles) -> list[Figure]:
    """Sum up: share of faces found and median identity, and what of both the renderer had more.

    Args:
        measured: list of what `measure_likeness` returns, one a photo.
        styles: `Styles`.

    Returns:
        list of `Figure`; a drawing may keep more of the person than the renderer's own.
    """
    figures = []
    for style in styles.all:
        found, identity = _of_pictures(measured, style, "drawn")
        figures += [figure("identity", style, identity), figure("found", style, found)]
        if style in styles.rendered:
            true_found, true_identity = _of_pictures(measured, style, "truth")
            figures.append(figure("identity_lost", style, true_identity - identity))
            figures.append(figure("found_lost", style, true_found - found))
    return figures


def _of_pictures(measured, style: str, whose: str) -> tuple[float, float]:
    """Share of faces found, and median identity; nan where no photo has a face."""
    told = [x[style][whose] for x in measured if x]
    if not told:
        return float("nan"), float("nan")
    found, identity = zip(*told, strict=True)
    return float(np.mean(found)), float(np.median(identity))
