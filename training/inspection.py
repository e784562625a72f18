"""What is wrong with pictures, found before hours are spent on them."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style.decoding import MIN_SIDE
from portrait_style.errors import DatasetError, ImageError
from portrait_style.image import load_image, shrink_shorter_side
from portrait_style.image_folder import list_images, style_folders_of
from portrait_style.models.face_parts import find_face
from portrait_style.near_duplicates import near_duplicates, thumbnail
from portrait_style.reports.table import format_table
from portrait_style.training.pairs import AFTER, BEFORE, check_partners, misfit

# Fewer pictures of a style, or photos, are learned by heart.
FEW_PHOTOS, FEW_PICTURES = 40, 12
# Of a folder's mean colours, as deviations in 0..1 from picture to picture: above, its pictures
# have palettes of their own, and what is learned is their mean.
MANY_PALETTES = 0.16
# Sides at which pictures are looked at.
_LOOKED_AT = 256
_NAMED = 3
# Seconds of a step of 8 pictures of 128 pixels where `_PROBE` takes `_PROBE_SECONDS`.
STEP_SECONDS = {"pairs": 0.36, "styles": 0.5}
_PROBE, _PROBE_SECONDS = 1024, 0.021


@dataclass
class FolderFindings:
    """What was found in one folder.

    Attributes:
        folder: str, as it was named.
        kind: str, "photos", "style" or "pairs".
        pictures: int, those that can be read.
        faults: list of str, what training would stop at or learn wrongly.
        notes: list of str, what makes results worse.
    """

    folder: str
    kind: str
    pictures: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Inspection:
    """What was found in the folders of a run to be.

    Attributes:
        folders: list of `FolderFindings`.
        minutes: float, about how long training takes on this machine.
    """

    folders: list[FolderFindings]
    minutes: float

    @property
    def fit(self) -> bool:
        """Whether nothing was found that training would stop at or learn wrongly."""
        return not any(found.faults for found in self.folders)

    def table(self) -> str:
        """Lay out a row a folder, and below it what was found, a line each."""
        rows = [
            [x.folder, x.kind, f"{x.pictures}", f"{len(x.faults)}", f"{len(x.notes)}"]
            for x in self.folders
        ]
        lines = [format_table(["folder", "kind", "pictures", "faults", "notes"], rows), ""]
        for x in self.folders:
            lines += [f"fault  {x.folder}: {text}" for text in x.faults]
            lines += [f"note   {x.folder}: {text}" for text in x.notes]
        lines.append(f"about {max(1, round(self.minutes))} minutes of training on this machine")
        return "\n".join(lines)


def inspect(
    photos=None, styles=None, pairs=(), steps=4000, size=128, batch=8, progress=False
) -> Inspection:
    """Look at the folders of a run to be.

    Args:
        photos, styles, pairs: folders, as `TrainingConfig` takes them; each may be left out.
        steps, size, batch: as of `TrainingConfig`.
        progress: bool, whether to show bars. Defaults to `False`.

    Raises:
        DatasetError: if a folder is missing.
    """
    found = []
    if photos is not None:
        found.append(_photos_found(photos, size, batch, progress))
    if styles is not None:
        found += [
            _style_found(name, folder, size, progress)
            for name, folder in style_folders_of(styles).items()
        ]
        if sum(x.pictures for x in found if x.kind == "style") < batch:
            found[-1].faults.append(
                f"all styles together hold fewer pictures than a batch, {batch}"
            )
    found += [_pairs_found(Path(folder), size, progress) for folder in pairs]
    seconds = STEP_SECONDS["styles" if styles is not None else "pairs"]
    area = (size / 128) ** 2 * batch / 8
    return Inspection(found, steps * seconds * area * machine_slowness() / 60.0)


def machine_slowness() -> float:
    """Multiply matrices, and tell how much longer it takes than where steps were timed."""
    matrix = np.random.default_rng(0).random((_PROBE, _PROBE), np.float32)
    matrix @ matrix
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        matrix @ matrix
        durations.append(time.perf_counter() - start)
    return min(durations) / _PROBE_SECONDS


def _photos_found(folder, size: int, batch: int, progress: bool) -> FolderFindings:
    found = FolderFindings(os.fspath(folder), "photos")
    pictures = _looked_at(found, Path(folder), size, progress)
    if len(pictures) < batch:
        found.faults.append(f"{len(pictures)} photos are fewer than a batch, {batch}")
    elif len(pictures) < FEW_PHOTOS:
        found.notes.append(f"{len(pictures)} photos are few; {FEW_PHOTOS} and more are better")
    _note_faceless(found, pictures)
    return found


def _style_found(name: str, folder: Path, size: int, progress: bool) -> FolderFindings:
    found = FolderFindings(name, "style")
    pictures = _looked_at(found, folder, size, progress)
    if 0 < len(pictures) < FEW_PICTURES:
        found.notes.append(
            f"{len(pictures)} pictures are few; {FEW_PICTURES} and more are better, or adapt"
        )
    if len(pictures) > 1:
        colours = np.array([x.reshape(-1, 3).mean(axis=0) / 255.0 for x in pictures.values()])
        spread = float(np.sqrt(colours.var(axis=0).mean()))
        if spread > MANY_PALETTES:
            found.notes.append(
                f"its pictures have palettes of their own (spread {spread:.2f}): the style by name "
                "is their mean; discover finds groups in them"
            )
    return found


def _pairs_found(folder: Path, size: int, progress: bool) -> FolderFindings:
    found = FolderFindings(os.fspath(folder), "pairs")
    try:
        check_partners(folder)
    except DatasetError as error:
        found.faults.append(str(error))
        return found
    before = _looked_at(found, folder / BEFORE, size, progress)
    after = _looked_at(found, folder / AFTER, size, progress)
    partners = {path.relative_to(folder / AFTER).with_suffix(""): path for path in after}
    misfits, whole = [], 0
    for path, photo in before.items():
        stem = path.relative_to(folder / BEFORE).with_suffix("")
        if stem in partners:
            whole += 1
            why = misfit(photo, after[partners[stem]])
            misfits += [f"{stem} ({why})"] if why else []
    found.pictures = whole
    if misfits:
        found.faults.append(f"{len(misfits)} pairs do not fit: {_some(misfits)}")
    if whole < FEW_PICTURES:
        found.notes.append(f"{whole} pairs are few; {FEW_PICTURES} and more are better")
    _note_faceless(found, before)
    return found


def _looked_at(found: FolderFindings, folder: Path, size: int, progress: bool) -> dict:
    """Read the pictures of a folder, small; note what is damaged, small or there twice."""
    pictures, damaged, small = {}, [], []
    paths = list_images(folder)
    for path in tqdm(paths, desc=f"look at {folder.name}", disable=not progress):
        try:
            pixels = load_image(path)
        except ImageError as error:
            damaged.append(str(error))
            continue
        if min(pixels.shape[:2]) < max(size, MIN_SIDE):
            small.append(path.name)
        pictures[path] = shrink_shorter_side(pixels, _LOOKED_AT)
    found.pictures = len(pictures)
    if not pictures:
        found.faults.append("it holds no picture that can be read")
    if damaged:
        found.notes.append(f"{len(damaged)} cannot be read and are left out: {_some(damaged)}")
    if small:
        found.notes.append(f"{len(small)} are smaller than {size} pixels: {_some(small)}")
    names = [path.name for path in pictures]
    groups = near_duplicates([thumbnail(x) for x in pictures.values()])
    if groups:
        told = [" = ".join(names[i] for i in group) for group in groups]
        found.notes.append(f"{len(groups)} are there more than once: {_some(told)}")
    return pictures


def _note_faceless(found: FolderFindings, pictures: dict) -> None:
    faceless = [path.name for path, x in pictures.items() if find_face(x).height is None]
    if faceless:
        found.notes.append(f"no face is found in {len(faceless)}: {_some(faceless)}")


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return "; ".join(texts[:_NAMED]) + more
