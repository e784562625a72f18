"""The worst picture of each style: somebody, as the renderer draws them and as presets do."""

import numpy as np

from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.image import crop_square, to_model_range
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.learned import SIDE, cell_distance, learned
from portrait_style.renderers import render_all, renderer_names
from portrait_style.reports.sheet import captioned_grid

COLUMNS, CELL = 8, 168


def worst_pictures(stylizers: dict, photos: dict[str, np.ndarray]) -> np.ndarray:
    """Find whom the presets draw least as the renderer does, style by style, and show it.

    Args:
        stylizers: dict of preset to `PortraitStylizer`; all know the same renderers' styles. Other
            styles have no truth to be compared with, and are left out.
        photos: dict of person to uint8 (height, width, 3).

    Returns:
        uint8 picture: photo, renderer's and presets' drawings in a row, each preset with its share
        of the way from the photo to the renderer's picture (`portrait_style.quality.learned`), by
        the compact perceptual network.
    """
    network = FeatureExtractor("compact", "pretrained", STYLE_BLOCKS)
    squares = {name: crop_square(photo, SIDE) for name, photo in photos.items()}
    known = next(iter(stylizers.values())).styles
    styles = [style for style in known if style in renderer_names()]
    truths = {name: render_all(photo, styles) for name, photo in squares.items()}

    def features_of(picture):
        return network(to_model_range(picture)[None])

    features = {name: features_of(photo) for name, photo in squares.items()}
    grid = {}
    for style in styles:
        found = []
        for name, photo in squares.items():
            wanted = features_of(truths[name][style])
            untouched = cell_distance(features[name], wanted)
            drawn = {preset: each.stylize(photo, style) for preset, each in stylizers.items()}
            shares = {
                preset: learned(cell_distance(features_of(picture), wanted), untouched)
                for preset, picture in drawn.items()
            }
            found.append((sum(shares.values()), name, drawn, shares))
        _, name, drawn, shares = min(found, key=lambda entry: entry[0])
        grid[f"{style}: {name}"] = squares[name]
        grid[f"renderer, {style}"] = truths[name][style]
        for preset, picture in drawn.items():
            grid[f"{preset} {shares[preset]:.2f}, {style}"] = picture
    return captioned_grid(grid, COLUMNS, CELL)
