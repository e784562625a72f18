"""What discovery looks like: the map of a folder of drawings and stylized portraits."""

import tempfile
from pathlib import Path

import numpy as np
from astronaut import astronaut
from drawn_styles import STYLES
from tqdm import tqdm

from portrait_style.image import crop_square, load_image, save_image

VIEWS, SIZE = 24, 192
# As different as bundled styles are, and the drawn ones.
BUNDLED = ("linocut", "coloured_pencil", "poster", "sepia")


def discovery_map(stylizer) -> np.ndarray:
    """Mix pictures of several styles in one folder, and let `portrait-style discover` sort them.

    Args:
        stylizer: `PortraitStylizer` that knows the styles in `BUNDLED`.

    Returns:
        uint8 array (height, width, 3), the map that the command writes.
    """
    from portrait_style.discovery import discover

    with tempfile.TemporaryDirectory() as folder:
        pictures, found = Path(folder) / "pictures", Path(folder) / "found"
        rng = np.random.default_rng(0)
        for number, picture in enumerate(mixed_pictures(stylizer, rng)):
            save_image(pictures / f"{number:03d}.png", picture)
        made = discover(pictures, found, progress=True)
        print(made.table())
        return load_image(found / "map.png")


def mixed_pictures(stylizer, rng: np.random.Generator) -> list[np.ndarray]:
    """Draw `VIEWS` pictures of every style, in random order."""
    pictures = [np.asarray(draw(rng)) for draw in STYLES.values() for _ in range(VIEWS)]
    for style in tqdm(BUNDLED, desc="pictures to discover", unit="style"):
        pictures += [stylizer.stylize(random_crop(rng), style) for _ in range(VIEWS)]
    return [pictures[i] for i in rng.permutation(len(pictures))]


def random_crop(rng: np.random.Generator) -> np.ndarray:
    """Cut a view of the portrait, turned round half of the time."""
    photo = astronaut("wide")
    side = int(rng.integers(230, 400))
    top = int(rng.integers(0, 60))
    left = int(np.clip(225 - side / 2 + rng.integers(-50, 51), 0, 512 - side))
    view = photo[top : top + side, left : left + side]
    return crop_square(view[:, ::-1] if rng.random() < 0.5 else view, SIZE)
