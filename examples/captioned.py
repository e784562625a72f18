"""Pictures in a grid, each with its own caption."""

import numpy as np

from portrait_style.reports.sheet import contact_sheet


def captioned_grid(pictures: dict[str, np.ndarray], columns: int, size: int) -> np.ndarray:
    """Lay captioned pictures out row by row.

    Args:
        pictures: dict of caption to uint8 array (height, width, 3).
        columns: int, pictures a row.
        size: int, pixels of a cell.

    Returns:
        uint8 array (height, width, 3).
    """
    captions, images = list(pictures), list(pictures.values())
    rows = []
    for start in range(0, len(images), columns):
        row = images[start : start + columns]
        # Every row as wide as the first, so that they can be stacked.
        row += [None] * (columns - len(row))
        rows.append(contact_sheet([row], captions[start : start + columns], size))
    return np.concatenate(rows)
