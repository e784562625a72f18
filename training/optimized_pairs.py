"""Pairs that optimization makes of photos and one style picture, kept from run to run."""

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path

from tqdm import tqdm

from portrait_style import optimization
from portrait_style._version import __version__
from portrait_style.cache import cache_folder
from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.image import load_image, save_image, shrink_shorter_side
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.optimization_config import OptimizationConfig
from portrait_style.perceptual_settings import PerceptualConfig
from portrait_style.training.pairs import AFTER, BEFORE
from portrait_style.training.rendered_pairs import KEPT_SCALE


def optimized_pairs(
    photos: list[Path], picture: Path, name: str, size: int, settings: Mapping, progress=False
) -> Path:
    """Change photos until they have the style of a picture, unless that was done before.

    It takes tens of seconds a photo.

    Args:
        photos: paths of photos.
        picture: path of the style picture.
        name: str, of the style.
        size: int, pixels at which training sees pairs; they are kept twice as large.
        settings: mapping of fields of `OptimizationConfig` but `size`.
        progress: bool, whether to show a bar. Defaults to `False`.

    Returns:
        A folder in the cache, called `name`, that holds `before/` and `after/`.

    Raises:
        ImageError: if a photo or the picture cannot be read.
        ArgumentError: if a setting is out of its range.
        OutputError: if the cache cannot be written.
    """
    config = OptimizationConfig(**settings)
    perceptual = PerceptualConfig()
    told = _fingerprint_of_optimization(photos, picture, size, config)
    folder = cache_folder() / "optimized" / told / name
    missing = [path for path in photos if not (folder / AFTER / f"{path.stem}.png").is_file()]
    if not missing:
        return folder
    side = round(KEPT_SCALE * size)
    style_picture = load_image(picture)
    network = FeatureExtractor(perceptual.perceptual, perceptual.weights, STYLE_BLOCKS)
    for path in tqdm(missing, desc=f"optimize {name}", disable=not progress):
        before = shrink_shorter_side(load_image(path), side)
        after = optimization.optimize_picture(
            before, style_picture, network, **dataclasses.asdict(config)
        )
        # The target last: where it is, the pair is whole.
        save_image(folder / BEFORE / f"{path.stem}.png", before, overwrite=True)
        save_image(folder / AFTER / f"{path.stem}.png", after, overwrite=True)
    return folder


def _fingerprint_of_optimization(photos, picture: Path, size: int, config) -> str:
    """Tell apart what would be optimized differently."""
    told = hashlib.sha256(f"{__version__} {size} {KEPT_SCALE} {config}".encode())
    told.update(Path(optimization.__file__).read_bytes())
    for path in (picture, *photos):
        told.update(f"{path.name}\n".encode() + path.read_bytes())
    return told.hexdigest()[:16]
