"""Somebody whose photo is drawn, and a drawing that is calculated."""

import numpy as np

from portrait_style.image_folder import bundled_photos

FACE = bundled_photos() / "faker-female-52.jpg"


class Blender:
    """Draws by taking the photo towards white; counts how often."""

    def __init__(self):
        self.count = 0

    def stylize(self, photo, style, intensity=1.0):
        self.count += 1
        return np.uint8(np.round(photo + 0.5 * intensity * (255.0 - photo)))


def grey(level, height=40, width=50):
    return np.full((height, width, 3), level, np.uint8)


def by_promise(figures, promise):
    return {x.of: x for x in figures if x.promise == promise}
