"""Hold every renderer against what a drawing of a portrait should be.

    python benchmarks/renderers.py --data ../shared --output runs/renderers

A row a renderer, means over photos that are spread evenly over a folder:

    strength    distance of photo and drawing, in statistics of VGG16's features in cells
    identity    median cosine of SFace's embeddings of photo and drawing
    found       share of the photos' faces that YuNet finds in drawings
    moved       levels by which drawings differ when the photo is moved by 5 pixels
    afar        the same, seen from where lines merge: after a blur
    dark, light luminance of the face in photo and drawing, in the darkest and lightest fifth
    seconds     of the processor, for a drawing on one thread, with the face already found

A sheet a renderer shows photos and drawings side by side.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import numpy as np
from data_folder import add_data
from machine import describe_machine
from tqdm import tqdm

from portrait_style.image import LUMA, crop_square, load_image, save_image, to_model_range
from portrait_style.image_folder import bundled_photos, evenly_spaced, list_images
from portrait_style.quality.face_reader import FaceReader
from portrait_style.quality.identity import likeness
from portrait_style.renderers import find_renderer, render_all, renderer_names
from portrait_style.reports.sheet import contact_sheet
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

MOVE, BORDER, MERGING = 5, 24, 12.0
# Least probability of a place that counts as the face.
FACE = 0.7
HEADER = ["renderer", "strength", "identity", "found", "moved", "afar", "dark", "light", "seconds"]
# People in a row of a sheet, and pixels of its cells.
PEOPLE, CELL = 4, 256


@dataclass(frozen=True)
class DrawingFigures:
    """What was measured of one drawing; `None` or nan where there is no network or no face.

    Attributes:
        strength, moved, afar, seconds: floats, as in the table.
        likeness: `Likeness`, or `None`.
        tones: (2,), luminance of the face in photo and drawing.
    """

    strength: float
    moved: float
    afar: float
    seconds: float
    likeness: object
    tones: tuple[float, float]


class RendererGauge:
    """Measures drawings, by networks where their files are there.

    Args:
        models: path of the folder with the networks.
    """

    def __init__(self, models: Path):
        self._extractor = self._reader = None
        weights = models / "vgg16_notop_float16.npz"
        faces = [models / f"face_{name}.onnx" for name in ("detection_yunet", "embedding_sface")]
        for path in (weights, *faces):
            if not path.is_file():
                print(f"{path} is not there: what it measures is left out")
        if weights.is_file():
            from portrait_style.models.feature_extractor import FeatureExtractor

            self._extractor = FeatureExtractor("vgg16", str(weights), num_blocks=4)
        if all(path.is_file() for path in faces):
            self._reader = FaceReader(*faces)

    def measure(self, photo: np.ndarray, names: list[str]):
        """Draw a photo by renderers.

        Args:
            photo: uint8 (side, side, 3).
            names: list of str, of renderers.

        Returns:
            dict of name to uint8 (side, side, 3), and dict of name to `DrawingFigures`.
        """
        from portrait_style.renderers._scene import look_at

        scene, drawings, seconds = look_at(photo), {}, {}
        for name in names:
            start = time.process_time()
            drawn = find_renderer(name).draw(scene)
            seconds[name] = time.process_time() - start
            drawings[name] = np.round(255.0 * np.clip(drawn, 0.0, 1.0)).astype(np.uint8)
        strengths, moves = self._strengths(photo, drawings), movements_of_drawings(photo, names)
        figures = {
            name: DrawingFigures(
                strengths[name],
                *moves[name],
                seconds[name],
                self._reader and likeness(self._reader, photo, picture),
                (face_tone(photo, scene.face), face_tone(picture, scene.face)),
            )
            for name, picture in drawings.items()
        }
        return drawings, figures

    def _strengths(self, photo, drawings) -> dict[str, float]:
        if self._extractor is None:
            return dict.fromkeys(drawings, float("nan"))
        from portrait_style.quality.learned import SIDE, cell_distance

        pictures = [crop_square(picture, SIDE) for picture in (photo, *drawings.values())]
        maps = [self._extractor(to_model_range(picture)[None]) for picture in pictures]
        return {
            name: float(cell_distance(maps[0], drawn)[0])
            for name, drawn in zip(drawings, maps[1:], strict=True)
        }


def movements_of_drawings(photo: np.ndarray, names: list[str]) -> dict[str, tuple[float, float]]:
    """Draw two views of a photo, 5 pixels apart, and compare what they share.

    Returns:
        dict of name to levels by which the drawings differ, and by which they do seen from afar.
    """
    first = render_all(photo[MOVE:, MOVE:], names)
    second = render_all(photo[:-MOVE, :-MOVE], names)
    found = {}
    for name in names:
        views = [
            np.float32(first[name])[BORDER : -BORDER - MOVE, BORDER : -BORDER - MOVE],
            np.float32(second[name])[BORDER + MOVE : -BORDER, BORDER + MOVE : -BORDER],
        ]
        merged = [cv2.GaussianBlur(view, (0, 0), MERGING) for view in views]
        found[name] = tuple(float(np.abs(x - y).mean()) for x, y in (views, merged))
    return found


def face_tone(picture: np.ndarray, face: np.ndarray) -> float:
    """Mean luminance of the face, nan where there is none."""
    inside = picture[face > FACE]
    return float((inside @ np.array(LUMA)).mean()) if len(inside) else float("nan")


def renderer_row(name: str, figures: list[DrawingFigures]) -> list[str]:
    """Lay out the means over all photos."""
    likes = [one.likeness for one in figures if one.likeness is not None]
    return [
        name,
        two_decimals(np.mean([one.strength for one in figures])),
        two_decimals(np.median([like.identity for like in likes])) if likes else "-",
        f"{np.mean([like.found for like in likes]):.0%}" if likes else "-",
        *(
            two_decimals(np.mean([getattr(one, what) for one in figures]))
            for what in ("moved", "afar")
        ),
        *darkest_and_lightest([one.tones for one in figures if not np.isnan(one.tones[0])]),
        two_decimals(np.mean([one.seconds for one in figures])),
    ]


def two_decimals(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"


def darkest_and_lightest(tones) -> list[str]:
    """Write photo > drawing for the darkest and the lightest fifth of the faces."""
    if not tones:
        return ["-", "-"]
    ordered, count = np.array(sorted(tones)), max(1, len(tones) // 5)
    means = ordered[:count].mean(axis=0), ordered[-count:].mean(axis=0)
    return [f"{before:.0f} > {after:.0f}" for before, after in means]


def renderer_sheet(photos, drawings) -> np.ndarray:
    """Lay out photo and drawing of each person in turn."""
    cells = [cell for both in zip(photos, drawings, strict=True) for cell in both]
    rows = [cells[i : i + 2 * PEOPLE] for i in range(0, len(cells), 2 * PEOPLE)]
    return contact_sheet(rows, size=CELL)


def main(argv=None) -> None:
    """Print the table and write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/photos_diverse and models/")
    parser.add_argument(
        "--photos",
        type=Path,
        metavar="DIR",
        help="(default: data/photos_diverse of --data, or the faces of the package without it)",
    )
    parser.add_argument("--output", type=Path, metavar="DIR", help="for the sheets, if wanted")
    parser.add_argument("--renderers", nargs="+", default=renderer_names(), metavar="NAME")
    parser.add_argument("--limit", type=int, default=20, help="photos (default: 20)")
    parser.add_argument("--size", type=int, default=512, help="pixels (default: 512)")
    arguments = parser.parse_args(argv)
    import_tensorflow_quietly()
    cv2.setNumThreads(1)
    diverse = arguments.data / "data" / "photos_diverse"
    folder = arguments.photos or (diverse if diverse.is_dir() else bundled_photos())
    paths = evenly_spaced(list_images(folder), arguments.limit)
    photos = [crop_square(load_image(path), arguments.size) for path in paths]
    gauge = RendererGauge(arguments.data / "models")
    measured = [gauge.measure(x, arguments.renderers) for x in tqdm(photos, disable=None)]
    rows = [renderer_row(name, [one[name] for _, one in measured]) for name in arguments.renderers]
    print(f"{len(photos)} photos of {folder}, {arguments.size} pixels, {describe_machine()}")
    print(format_table(HEADER, rows))
    for name in arguments.renderers if arguments.output else []:
        sheet = renderer_sheet(photos, [drawings[name] for drawings, _ in measured])
        print(save_image(arguments.output / f"{name}.png", sheet, overwrite=True))


if __name__ == "__main__":
    main()
