"""Contact sheets: pictures in a grid with names above and beside them."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from portrait_style.image import crop_square

_MARGIN, _HEADING = 4, 22


def contact_sheet(rows, columns=None, size=192) -> np.ndarray:
    """Lay pictures out in a grid.

    Args:
        rows: list of lists of uint8 arrays (height, width, 3), or `None` for an empty cell; each
            is cut to a square.
        columns: list of str or `None`, headings.
        size: int, pixels of a cell.

    Returns:
        uint8 array (height, width, 3).
    """
    heading = _HEADING if columns else 0
    count = max(len(row) for row in rows)
    step = size + _MARGIN
    sheet = Image.new(
        "RGB", (count * step + _MARGIN, len(rows) * step + _MARGIN + heading), "white"
    )
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=13)
    for x, name in enumerate(columns or []):
        draw.text((x * step + _MARGIN, _MARGIN), _fit_sheet_text(name, size, font), "black", font)
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            if picture is not None:
                cell = Image.fromarray(crop_square(picture, size))
                sheet.paste(cell, (x * step + _MARGIN, y * step + _MARGIN + heading))
    return np.asarray(sheet)


def captioned_grid(pictures: dict[str, np.ndarray], columns: int, size: int) -> np.ndarray:
    """Lay captioned pictures out row by row.

    Args:
        pictures: dict of caption to uint8 array (height, width, 3), each cut to a square.
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


def _fit_sheet_text(text, width, font):
    while text and font.getlength(text) > width:
        text = text[:-1]
    return text
