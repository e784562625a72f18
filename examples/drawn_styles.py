"""Small made-up portraits in three styles: flat vector shapes, ink hatching, pastel dots.

Nobody sat for them: geometry and colours are drawn from a random generator, so they may be used
and passed on freely. They differ enough in line, colour and texture for a minute's training to
tell them apart.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 128
# Drawn larger and scaled down, which smooths the edges.
_OVERSAMPLING = 3

_SKINS = ("#f6d3b3", "#e3b088", "#c58a5f", "#8f5b3a", "#5f3b28")
_HAIRS = ("#2b1d16", "#6b4023", "#b5792f", "#8c8c8c", "#a63a21")
_CLOTHES = ("#d8432f", "#1f6f8b", "#f0b429", "#3d8b57", "#6d4a9c")
_GROUNDS = ("#8fd3e8", "#ffd9a0", "#f5a6a6", "#b9e3b0", "#cdbdf0")
_PAPER, _INK = np.array([246, 240, 224], np.float32), np.array([28, 26, 34], np.float32)


@dataclass(frozen=True)
class Face:
    """Who is drawn: lengths are shares of the picture's side.

    Attributes:
        x, y: centre of the head.
        width, height: half axes of the head.
        fringe: how far the hair comes down.
        long_hair: whether it reaches the shoulders.
        smile: half width of the mouth.
        skin, hair, clothes, ground: colours.
    """

    x: float
    y: float
    width: float
    height: float
    fringe: float
    long_hair: bool
    smile: float
    skin: str
    hair: str
    clothes: str
    ground: str


def random_face(rng: np.random.Generator) -> Face:
    """Draw a face's geometry and colours."""
    return Face(
        x=rng.uniform(0.44, 0.56),
        y=rng.uniform(0.40, 0.48),
        width=rng.uniform(0.15, 0.21),
        height=rng.uniform(0.21, 0.27),
        fringe=rng.uniform(0.25, 0.55),
        long_hair=bool(rng.random() < 0.5),
        smile=rng.uniform(0.04, 0.08),
        skin=str(rng.choice(_SKINS)),
        hair=str(rng.choice(_HAIRS)),
        clothes=str(rng.choice(_CLOTHES)),
        ground=str(rng.choice(_GROUNDS)),
    )


def flat_vector(rng: np.random.Generator) -> Image.Image:
    """Even colours inside bold outlines."""
    return _paint(random_face(rng), outline="#1a1423")


def ink_hatching(rng: np.random.Generator) -> Image.Image:
    """Crossing ink lines, the broader the darker, on cream paper."""
    darkness = 0.9 * (1.0 - _shaded_tone(random_face(rng), rng) ** 0.6)
    rows, columns = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    ink = np.zeros_like(darkness)
    for angle, threshold in ((0.8, 0.05), (2.3, 0.3), (0.05, 0.55)):
        angle += rng.normal(0.0, 0.08)
        phase = (columns * np.cos(angle) + rows * np.sin(angle)) * (2.0 * np.pi / 5.0)
        width = np.clip((darkness - threshold) * 1.6, 0.0, 0.75)
        line = (np.sin(phase + rng.uniform(0.0, 6.0)) + 1.0) / 2.0
        ink = np.maximum(ink, np.clip((width - line) * 3.0, 0.0, 1.0))
    return _to_image(_PAPER + ink[..., None] * (_INK - _PAPER))


def pastel_dots(rng: np.random.Generator) -> Image.Image:
    """Overlapping dots of pale, jittered colour."""
    colours = np.asarray(_paint(random_face(rng)).filter(ImageFilter.GaussianBlur(2)), np.float32)
    colours = 255.0 - (255.0 - colours) * 0.62
    scale = _OVERSAMPLING
    picture = Image.new("RGB", (SIZE * scale, SIZE * scale), "#fbf4ee")
    draw = ImageDraw.Draw(picture)
    for x, y in rng.uniform(0, SIZE, (2600, 2)):
        colour = colours[int(y), int(x)] + rng.normal(0.0, 16.0, 3)
        radius = rng.uniform(1.4, 2.6)
        box = [(side * scale) for side in (x - radius, y - radius, x + radius, y + radius)]
        draw.ellipse(box, tuple(np.clip(colour, 0, 255).astype(int)))
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


STYLES = {
    "flat_vector": flat_vector,
    "ink_hatching": ink_hatching,
    "pastel_dots": pastel_dots,
}


def _paint(face: Face, outline: str | None = None) -> Image.Image:
    side = SIZE * _OVERSAMPLING
    picture = Image.new("RGB", (side, side), face.ground)
    draw = ImageDraw.Draw(picture)
    line = 2 * _OVERSAMPLING if outline else 0

    def oval(x, y, width, height, fill):
        box = [side * edge for edge in (x - width, y - height, x + width, y + height)]
        draw.ellipse(box, fill, outline if line else None, line)

    x, y, width, height = face.x, face.y, face.width, face.height
    drop = 0.14 if face.long_hair else -0.02
    oval(x, y + drop / 2, width * 1.28, height * 1.1 + drop / 2, face.hair)
    oval(x, 1.05, 0.40, 0.30, face.clothes)
    oval(x, y + height * 1.15, width * 0.42, height * 0.42, face.skin)
    oval(x, y, width, height, face.skin)
    _paint_fringe(draw, face, side, outline, line)
    for eye in (x - width * 0.42, x + width * 0.42):
        oval(eye, y + 0.01, 0.034, 0.022, "#ffffff")
        oval(eye, y + 0.01, 0.013, 0.016, "#20161a")
    mouth = [side * edge for edge in (x - face.smile, y + 0.06, x + face.smile, y + 0.14)]
    draw.arc(mouth, 20, 160, "#7c1f24", 3 * _OVERSAMPLING)
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _paint_fringe(draw, face: Face, side: int, outline: str | None, line: int) -> None:
    width, height = face.width * 1.08, face.height * 1.1
    box = (face.x - width, face.y - height, face.x + width, face.y + height * 0.2)
    spread = 40 + 60 * face.fringe
    draw.chord([side * edge for edge in box], 270 - spread, 270 + spread, face.hair, outline, line)


def _shaded_tone(face: Face, rng: np.random.Generator) -> np.ndarray:
    """Luminance in [0, 1] with light from one side."""
    grey = _paint(face, outline="black").convert("L").filter(ImageFilter.GaussianBlur(0.8))
    tone = np.asarray(grey, np.float32)
    light = np.linspace(1.15, 0.8, SIZE, dtype=np.float32)
    if rng.random() < 0.5:
        light = light[::-1]
    return np.clip(tone / 255.0 * light, 0.0, 1.0)


def _to_image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
