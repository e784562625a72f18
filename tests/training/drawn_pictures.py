"""Pictures that depend on a name only."""

import zlib

import numpy as np


def draw_picture(name, height=40, width=36):
    """Coloured waves that depend on the name only: uint8, (height, width, 3)."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    y, x = np.mgrid[:height, :width]
    waves = [
        np.sin(x * rng.uniform(0.1, 0.6) + y * rng.uniform(0.1, 0.6) + rng.uniform(0, 6))
        for _ in range(3)
    ]
    return np.round((np.stack(waves, axis=-1) + 1.0) * 127.5).astype(np.uint8)
