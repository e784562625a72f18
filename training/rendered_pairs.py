"""Pairs that a renderer makes of photos, kept from run to run."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style._version import __version__
from portrait_style.cache import cache_folder
from portrait_style.errors import ImageError
from portrait_style.image import load_image, save_image, shrink_shorter_side
from portrait_style.image_folder import list_images
from portrait_style.renderers import find_renderer, render_all
from portrait_style.training.pairs import AFTER, BEFORE

# Pairs are kept larger than what training sees of them: it looks at parts, and closely.
KEPT_SCALE = 2.0
# Photos at most, chosen evenly.
MOST_PHOTOS = 400


def rendered_pairs(photos: Path, names, size: int, progress: bool = False) -> dict[str, Path]:
    """Draw photos by renderers, unless that was done before.

    Args:
        photos: folder of photos.
        names: sequence of str, of renderers.
        size: int, pixels at which training sees them; pairs are kept twice as large.
        progress: bool, whether to show a bar. Defaults to `False`.

    Returns:
        dict of name to a folder that holds `before/` and `after/`, in the cache.

    Raises:
        DatasetError: if `photos` is not a folder.
        ArgumentError: if there is no such renderer.
        OutputError: if the cache cannot be written.
    """
    paths = list_images(photos)
    if len(paths) > MOST_PHOTOS:
        chosen = np.linspace(0, len(paths) - 1, MOST_PHOTOS).round().astype(int)
        paths = [paths[i] for i in chosen]
    cache = cache_folder() / "rendered"
    folders = {name: cache / _fingerprint(photos, paths, name, size) / name for name in names}
    work = {}
    for path in paths:
        inside = path.relative_to(photos)
        missing = [n for n, folder in folders.items() if not (folder / AFTER / inside).is_file()]
        if missing:
            work[inside] = missing
    if work:
        bar = tqdm(total=len(work), desc=f"render {', '.join(names)}", disable=not progress)

        def draw(inside):
            _draw(photos / inside, {folders[name]: name for name in work[inside]}, inside, size)
            bar.update()

        with bar, ThreadPoolExecutor(os.cpu_count()) as workers:
            list(workers.map(draw, work))
    return folders


def _draw(path: Path, renderers: dict[Path, str], inside: Path, size: int) -> None:
    """Write a photo and its drawings, of the photo's own name: held out where the photo is."""
    try:
        photo = load_image(path)
    except ImageError:
        return  # named where folders are read
    before = shrink_shorter_side(photo, round(KEPT_SCALE * size))
    drawings = render_all(before, list(renderers.values()))
    for folder, name in renderers.items():
        # The target last: where it is, the pair is whole.
        save_image(folder / BEFORE / inside, before, overwrite=True)
        save_image(folder / AFTER / inside, drawings[name], overwrite=True)


def _fingerprint(photos: Path, paths, renderer: str, size: int) -> str:
    """Tell apart what would be drawn differently."""
    told = hashlib.sha256(f"{__version__} {size} {KEPT_SCALE} {MOST_PHOTOS}".encode())
    told.update(renderer.encode())
    # What renderers share changes drawings, too, and so does what finds faces.
    folder = Path(find_renderer(renderer).__file__).parent
    models = sorted((folder.parent / "models").rglob("face_parts.*"))
    for path in [*sorted(folder.glob("*.py")), *models]:
        if path.is_file():
            told.update(path.read_bytes())
    for path in paths:
        told.update(f"{path.resolve()} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return told.hexdigest()[:16]
