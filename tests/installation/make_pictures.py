"""Draw portraits and style pictures into the working folder.

`me.png`, `photos/` and `styles/NAME/`: faces as simple as can be, on smooth grounds and on noise;
and `phone.heic`, of which there is the beginning only.
Numpy and Pillow, which come with the package, are all that it needs.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIZE, PHOTOS, PICTURES = 96, 24, 12
PAPERS = {"red_chalk": (176, 74, 56), "blue_wash": (52, 88, 150)}


def main() -> None:
    """Write all pictures."""
    rng = np.random.default_rng(0)
    portrait(rng).save("me.png")
    Path("phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(4) + b"mif1heic")
    # By their names, training holds out two or three of each folder.
    for i in range(PHOTOS):
        write(portrait(rng), Path("photos", f"photo-{i:03d}.png"))
    for style, colour in PAPERS.items():
        for i in range(PICTURES):
            write(painting(rng, colour), Path("styles", style, f"{style}-{i:02d}.png"))


def portrait(rng: np.random.Generator) -> Image.Image:
    """Draw a face on a ground that gets darker to one side."""
    ground = np.linspace(rng.uniform(120, 230, 3), rng.uniform(20, 120, 3), SIZE)
    return face(np.broadcast_to(ground[None], (SIZE, SIZE, 3)), rng)


def painting(rng: np.random.Generator, colour: tuple[int, int, int]) -> Image.Image:
    """Draw a face in coarse coloured noise."""
    grain = rng.normal(0, 45, (SIZE // 4, SIZE // 4, 1)).repeat(4, 0).repeat(4, 1)
    noise = rng.normal(0, 20, (SIZE, SIZE, 3))
    drawn = np.asarray(face(np.full((SIZE, SIZE, 3), 225.0), rng), np.float32)
    return picture(0.35 * drawn + 0.65 * np.array(colour) + grain + noise)


def face(ground: np.ndarray, rng: np.random.Generator) -> Image.Image:
    """Draw an ellipse with hair, eyes and a mouth."""
    image = picture(ground)
    draw = ImageDraw.Draw(image)
    x, y = (int(place) for place in SIZE / 2 + rng.uniform(-6, 6, 2))
    skin = tuple(int(value) for value in np.array([224, 180, 150]) * rng.uniform(0.6, 1.1))
    draw.ellipse((x - 26, y - 34, x + 26, y + 30), fill=tuple(rng.integers(20, 90, 3).tolist()))
    draw.ellipse((x - 21, y - 24, x + 21, y + 30), fill=skin)
    for eye in (x - 9, x + 9):
        draw.ellipse((eye - 3, y - 5, eye + 3, y), fill=(30, 30, 40))
    draw.arc((x - 9, y + 8, x + 9, y + 20), 20, 160, fill=(140, 50, 50), width=3)
    return image


def picture(values: np.ndarray) -> Image.Image:
    """Make a picture of an array of any numbers."""
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def write(image: Image.Image, path: Path) -> None:
    """Save it, in a folder that need not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


if __name__ == "__main__":
    main()
