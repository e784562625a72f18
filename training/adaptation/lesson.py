"""What one more style is learned from: pictures of it, or pairs, made or rendered."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from portrait_style.errors import DatasetError
from portrait_style.image import load_image
from portrait_style.image_folder import ImageFolder, bundled_photos, evenly_spaced
from portrait_style.losses.weights import LossWeights
from portrait_style.medium import Medium
from portrait_style.renderers import find_renderer
from portrait_style.training.adaptation.config import (
    STEPS,
    STEPS_OF_ONE,
    STEPS_OF_PAIRS,
    AdaptationConfig,
)
from portrait_style.training.adaptation.model import PAIR_WEIGHTS, WEIGHTS
from portrait_style.training.adaptation.trial import BATCH, COMPARED, PairTrial, StyleTrial, Trial
from portrait_style.training.dataset import PAIR_SCALE, STORED_SCALE, BatchSampler
from portrait_style.training.pairs import Pairs, read_pairs
from portrait_style.training.rendered_pairs import rendered_pairs

LEARNING_RATE, PAIR_LEARNING_RATE = 3e-3, 3e-2
# Photos that the new style is tried on, at most and at least; a quarter of what there is.
MOST_TRIED, LEAST_TRIED, TRIED_SHARE = 8, 4, 4


@dataclass(frozen=True)
class Lesson:
    """What a style is learned from, and how.

    Attributes:
        sampler: `BatchSampler` of what is shown.
        pictures: list of uint8 arrays (height, width, 3) of the style, whose codes it begins with.
        trial: makes the `Trial` of a generator, of photos that are not shown where there are
            enough.
        loss_weights: `LossWeights`.
        learning_rate: float, at its height.
        steps: int, as many as are taken where nothing else is asked for.
        medium: `Medium` that its pictures can be drawn on, or `None`.
        description: str, one line on what it looks like, or `None`.
    """

    sampler: BatchSampler
    pictures: list[np.ndarray]
    trial: Callable[[object], Trial]
    loss_weights: LossWeights
    learning_rate: float
    steps: int
    medium: Medium | None = None
    description: str | None = None


def lesson_of(config: AdaptationConfig, progress: bool = False) -> Lesson:
    """Read what a style is learned from, and render what is to be rendered.

    Args:
        config: `AdaptationConfig`.
        progress: bool, whether reading and rendering show a bar. Defaults to `False`.

    Raises:
        DatasetError, ImageError: if the pictures cannot be used.
        ArgumentError: if there is no such renderer.
        OutputError: if the cache for what is rendered cannot be written.
    """
    lesson = _lesson_of_styles if config.styles else _lesson_of_pairs
    return lesson(config, progress)


def hold_out(items) -> tuple[list, list]:
    """Split a list into what is learned from and what is tried; of a few, all are both.

    Example:
        >>> learned, tried = hold_out(list(range(16)))
        >>> len(learned), tried
        (12, [0, 5, 10, 15])
    """
    count = min(MOST_TRIED, len(items) // TRIED_SHARE)
    if count < LEAST_TRIED:
        return items, evenly_spaced(items, MOST_TRIED)
    tried = evenly_spaced(range(len(items)), count)
    return [x for i, x in enumerate(items) if i not in tried], [items[i] for i in tried]


def _lesson_of_styles(config: AdaptationConfig, progress: bool) -> Lesson:
    size = config.size
    pictures = _read_adaptation_pictures(config.styles, size, progress)
    photos = _read_adaptation_pictures(config.photos or bundled_photos(), size, progress)
    learned, tried = hold_out(photos)
    return Lesson(
        sampler=BatchSampler(learned, [pictures], [], size, BATCH, seed=config.seed, augment=True),
        pictures=evenly_spaced(pictures, COMPARED),
        trial=lambda generator: StyleTrial(generator, tried, pictures, size),
        loss_weights=WEIGHTS,
        learning_rate=LEARNING_RATE,
        steps=STEPS if len(pictures) > 1 else STEPS_OF_ONE,
    )


def _lesson_of_pairs(config: AdaptationConfig, progress: bool) -> Lesson:
    size = config.size
    # As large as what training cuts its views from: lines are as wide there as in use.
    whole = round(PAIR_SCALE * size)
    folder, rendered = config.pairs, config.render is not None
    if rendered:
        photos = Path(config.photos or bundled_photos())
        folder = rendered_pairs(photos, [config.render], size, progress)[config.render]
    kept = {"kept_side": whole, "progress": progress}
    pairs = read_pairs(folder, "all", 0.0, known_to_fit=rendered, **kept)
    learned, tried = hold_out([pairs[i] for i in range(len(pairs))])
    shown = Pairs(pairs.name, *zip(*learned, strict=True))
    return Lesson(
        sampler=BatchSampler((), [], [shown], size, BATCH, seed=config.seed, augment=True),
        pictures=evenly_spaced(shown.targets, COMPARED),
        trial=lambda generator: PairTrial(generator, tried, whole),
        loss_weights=PAIR_WEIGHTS,
        learning_rate=PAIR_LEARNING_RATE,
        steps=STEPS_OF_PAIRS,
        medium=find_renderer(config.render).MEDIUM if rendered else None,
        description=find_renderer(config.render).DESCRIPTION if rendered else None,
    )


def _read_adaptation_pictures(source, size: int, progress: bool) -> list[np.ndarray]:
    """Read a folder of pictures, or one picture."""
    if Path(source).is_dir():
        folder = ImageFolder(source, kept_side=round(STORED_SCALE * size), progress=progress)
        return [folder[i] for i in range(len(folder))]
    if not Path(source).exists():
        raise DatasetError(f"{source} does not exist; name a folder of pictures, or one picture")
    return [load_image(source)]
