"""Pairs of a photo and the picture that it is to become, in two folders of equal file names."""

from pathlib import Path

import numpy as np

from portrait_style.errors import DatasetError
from portrait_style.image import resize
from portrait_style.image_folder import ImageFolder, list_images

BEFORE, AFTER = "before", "after"
# Sides of a pair may differ by rounding, in shares of the side.
MAX_ASPECT_ERROR = 0.02
# Pixels of the squares in which a shift is looked for, the least that is told from none, and how
# much likelier it must be than none.
SHIFT_SIDE, MIN_SHIFT, SHIFT_RATIO = 128, 3, 1.5


class Pairs:
    """Photos and what they are to become, of one style.

    Args:
        name: str, of the style.
        photos, targets: sequences of uint8 pictures (height, width, 3), those at one place of one
            shape.

    Attributes:
        code: (code_size,), of the style, or `None` as long as it is not known.
    """

    def __init__(self, name: str, photos, targets):
        self.name = name
        self.photos = photos
        self.targets = targets
        self.code: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return a photo and its target."""
        return self.photos[index], self.targets[index]


def read_pairs(
    folder, split: str, validation_fraction: float, *, known_to_fit=False, **kept
) -> Pairs:
    """Read `before/` and `after/` below a folder, whose files match by name.

    Args:
        folder: path; the style is named after it.
        split, validation_fraction: as for `ImageFolder`.
        known_to_fit: bool, whether pictures were made of their photos, and nothing need be looked
            for. Defaults to `False`.
        **kept: `kept_side` and `progress` of `ImageFolder`.

    Returns:
        `Pairs`.

    Raises:
        DatasetError: if a folder is missing or empty, a picture has no partner, or two do not fit.
    """
    folder = Path(folder)
    check_partners(folder)
    before, after = (
        ImageFolder(folder / side, split, validation_fraction, **kept) for side in (BEFORE, AFTER)
    )
    photos = dict(zip(_stems(before.paths, folder / BEFORE), before, strict=True))
    targets = dict(zip(_stems(after.paths, folder / AFTER), after, strict=True))
    # Damaged files were left out, with a warning.
    both = [stem for stem in photos if stem in targets]
    wrong = {}
    if not known_to_fit:
        found = {stem: misfit(photos[stem], targets[stem]) for stem in both}
        wrong = {stem: why for stem, why in found.items() if why}
    if wrong:
        raise DatasetError(
            f"{folder}: {len(wrong)} of {len(both)} pairs do not fit; cut both pictures alike: "
            + _listed([f"{stem} ({why})" for stem, why in wrong.items()])
        )
    fitted = [resize(targets[stem], *photos[stem].shape[1::-1]) for stem in both]
    return Pairs(folder.resolve().name, [photos[stem] for stem in both], fitted)


def check_partners(folder: Path) -> None:
    """Make sure that each picture before has one after, and the other way round.

    Raises:
        DatasetError: if a folder is missing or empty, or a picture is alone.
    """
    stems = {}
    for side in (BEFORE, AFTER):
        if not (folder / side).is_dir():
            raise DatasetError(f"{folder} must hold {BEFORE}/ and {AFTER}/, with equal file names")
        stems[side] = set(_stems(list_images(folder / side), folder / side))
        if not stems[side]:
            raise DatasetError(f"{folder / side} holds no picture")
    alone = [
        f"{side}/{stem}"
        for side, other in ((BEFORE, AFTER), (AFTER, BEFORE))
        for stem in sorted(stems[side] - stems[other])
    ]
    if alone:
        raise DatasetError(f"{folder}: no partner of the same name for {_listed(alone)}")


def misfit(photo: np.ndarray, target: np.ndarray) -> str | None:
    """Say why a target is not the same view as its photo; `None` if it seems to be.

    A shift is found by the phase correlation of edges (Kuglin and Hines, 1975).

    Args:
        photo, target: uint8 (height, width, 3), of any sizes.
    """
    (height, width), (target_height, target_width) = photo.shape[:2], target.shape[:2]
    if abs(target_width / target_height / (width / height) - 1.0) > MAX_ASPECT_ERROR:
        return f"{width}x{height} before, {target_width}x{target_height} after"
    edges = [_edges(resize(image, SHIFT_SIDE, SHIFT_SIDE)) for image in (photo, target)]
    spectra = [np.fft.rfft2(edge) for edge in edges]
    cross = spectra[0] * np.conj(spectra[1])
    peaks = np.fft.irfft2(cross / (np.abs(cross) + 1e-9), s=edges[0].shape)
    peaks = _blurred(peaks)
    y, x = (int(i) for i in np.unravel_index(np.argmax(peaks), peaks.shape))
    y, x = ((i + SHIFT_SIDE // 2) % SHIFT_SIDE - SHIFT_SIDE // 2 for i in (y, x))
    if max(abs(x), abs(y)) < MIN_SHIFT or peaks.max() < SHIFT_RATIO * max(peaks[0, 0], 0.0):
        return None
    if peaks.max() < 6.0 * peaks.std():
        return None  # nothing is told by the edges of so free a drawing
    return f"moved by {100 * -x / SHIFT_SIDE:+.0f} % across, {100 * -y / SHIFT_SIDE:+.0f} % down"


def _edges(image: np.ndarray) -> np.ndarray:
    tone = image.astype(np.float32).mean(axis=-1)
    strength = np.hypot(*np.gradient(_blurred(tone)))
    window = np.hanning(SHIFT_SIDE)
    return (strength - strength.mean()) * window * window[:, None]


def _blurred(plane: np.ndarray) -> np.ndarray:
    for axis in (0, 1):
        plane = (np.roll(plane, 1, axis) + 2.0 * plane + np.roll(plane, -1, axis)) / 4.0
    return plane


def _stems(paths, folder: Path) -> list[str]:
    return [path.relative_to(folder).with_suffix("").as_posix() for path in paths]


def _listed(names: list[str], shown: int = 5) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more
