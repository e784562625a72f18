"""Questions of studies without anybody in them, quickly made."""

from pathlib import Path

import numpy as np
from blind_study.study import SOURCES


def drawn(count, sources=SOURCES, styles=("comic", "oil")):
    """Questions of flat colours, each picture another one."""
    for i in range(count):
        grounds = [np.full((20, 20, 3), (9 * i + 2 * j) % 256, np.uint8) for j in range(5)]
        drawings = dict(zip(sources, grounds[1:], strict=False))
        yield styles[i % len(styles)], Path(f"person-{i}.jpg"), grounds[0], drawings
