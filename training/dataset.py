"""Unpaired photos and style pictures as a `tf.data.Dataset`.

Sample number i is a pure function of (seed, i): a resumed run asks for the samples from i on and
sees exactly what an uninterrupted run would have seen.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from portrait_style.errors import DatasetError
from portrait_style.image import crop_square, to_model_range
from portrait_style.image_folder import HELD_OUT_FRACTION, SPLITS, ImageFolder, style_folders_of
from portrait_style.settings import (
    at_least,
    between,
    check_settings,
    multiple_of,
    one_of,
    setting,
)
from portrait_style.training.augmentation import random_tone, random_view

# Pictures are kept a little larger than the views cut from them.
STORED_SCALE = 1.75
# The smallest part of a style picture that is shown. In use codes are read from whole pictures;
# tighter views have wider strokes and fewer of them.
STYLE_MIN_SCALE = 0.75


@dataclass(frozen=True)
class DataConfig:
    """Which pictures are paired, and how they are seen.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    photos: str = setting("folder of photos")
    styles: str = setting(
        "folder of style pictures; each sub-folder is one named style, or the folder itself where "
        "it has none"
    )
    size: int = setting("pixels of the square views", 128, range=multiple_of(16, 32))
    batch_size: int = setting("pictures a batch", 8, range=at_least(1))
    split: str = setting("which files are seen", "train", range=one_of(SPLITS))
    validation_fraction: float = setting(
        "share of files held out", HELD_OUT_FRACTION, range=between(0.0, 1.0, "[)")
    )
    seed: int = setting("of order and augmentation", 0, range=at_least(0))

    def __post_init__(self):
        """Check types and ranges."""
        check_settings(self)


def portrait_dataset(
    photos,
    styles,
    size=128,
    batch_size=8,
    *,
    first_batch=0,
    num_batches=None,
    progress=False,
    **settings,
):
    """Pair random photos with random style pictures.

    Every photo is seen once before any is seen again. Style folders are drawn with a probability
    that grows with the square root of their size, so that a small one is not drowned. The
    validation split is not augmented and is the same at every pass.

    Args:
        photos: path of a folder of photos.
        styles: path of a folder of style pictures; each sub-folder is one named style, or the
            folder itself where it has none.
        size: int, pixels of the square views, a multiple of 16. Defaults to 128.
        batch_size: int. Defaults to 8.
        first_batch: int, where to start; for resuming. Defaults to 0.
        num_batches: int or `None`: endless for training, one pass over the photos otherwise.
        progress: bool, whether reading shows a bar. Defaults to `False`.
        **settings: `split` ("train", "validation" or "all"; defaults to "train"),
            `validation_fraction` and `seed`, see `DataConfig`.

    Returns:
        `tf.data.Dataset` of {"photo", "style"}: float32 in [-1, 1], (batch_size, size, size, 3).

    Raises:
        DatasetError: if a folder is missing, holds nothing readable, or holds fewer pictures
            than one batch.
        ArgumentError: if a setting is out of its range.
    """
    config = DataConfig(photos, styles, size, batch_size, **settings)
    sampler = pair_sampler(config, progress)
    if num_batches is None and config.split != "train":
        num_batches = max(1, len(sampler.photos) // batch_size)
    return sampler.dataset(batch_size, first_batch, num_batches)


def pair_sampler(config: DataConfig, progress: bool = False) -> "PairSampler":
    """Read the pictures, once for all datasets that are made of them.

    Args:
        config: `DataConfig`.
        progress: bool, whether reading shows a bar. Defaults to `False`.

    Raises:
        DatasetError: as `portrait_dataset`.
    """
    kept = {"kept_side": round(STORED_SCALE * config.size), "progress": progress}
    photos, *styles = (
        ImageFolder(folder, config.split, config.validation_fraction, **kept)
        for folder in (config.photos, *style_folders_of(config.styles).values())
    )
    if config.split != "validation":
        _check_batch(config.photos, len(photos), config.batch_size)
        _check_batch(config.styles, sum(map(len, styles)), config.batch_size)
    return PairSampler(photos, styles, config.size, config.seed, augment=config.split == "train")


def _check_batch(folder, count: int, batch_size: int) -> None:
    if count < batch_size:
        raise DatasetError(
            f"{folder} holds {count} usable pictures, fewer than one batch of {batch_size}; "
            "add pictures or pass a smaller --batch"
        )


class PairSampler:
    """Draws sample number i from (seed, i).

    Args:
        photos: `ImageFolder`.
        styles: list of `ImageFolder`, one a style.
        size: int, pixels of the views.
        seed: int.
        augment: bool, random views and tones instead of the centre.
    """

    def __init__(self, photos, styles, size, seed, augment):
        self.photos = photos
        self.styles = styles
        self.size = size
        self.seed = seed
        self.augment = augment
        weights = np.sqrt([len(style) for style in styles])
        self.style_probabilities = weights / weights.sum()

    def sample(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return a photo and a style picture: uint8, (size, size, 3) each."""
        rng = np.random.default_rng((self.seed, 1, index))
        epoch, position = divmod(index, len(self.photos))
        order = np.arange(len(self.photos))
        if self.augment:
            order = np.random.default_rng((self.seed, 0, epoch)).permutation(order)
        style = self.styles[rng.choice(len(self.styles), p=self.style_probabilities)]
        photo_pixels = self.photos[order[position]]
        style_pixels = style[rng.integers(len(style))]
        if not self.augment:
            return crop_square(photo_pixels, self.size), crop_square(style_pixels, self.size)
        photo = random_tone(random_view(photo_pixels, self.size, rng), rng)
        return photo, random_view(style_pixels, self.size, rng, STYLE_MIN_SCALE)

    def dataset(self, batch_size, first_batch=0, num_batches=None):
        """Wrap the samples as a `tf.data.Dataset` of {"photo", "style"} batches."""
        limit = (
            np.iinfo(np.int64).max
            if num_batches is None
            else ((first_batch + num_batches) * batch_size)
        )
        shape = (self.size, self.size, 3)

        def load(index):
            photo, style = tf.numpy_function(
                lambda i: tuple(map(to_model_range, self.sample(int(i)))),
                [index],
                (tf.float32, tf.float32),
            )
            return {"photo": tf.ensure_shape(photo, shape), "style": tf.ensure_shape(style, shape)}

        indices = tf.data.Dataset.range(first_batch * batch_size, limit)
        samples = indices.map(load, num_parallel_calls=2, deterministic=True)
        batches = samples.batch(batch_size, drop_remainder=True).prefetch(2)
        if num_batches is not None:
            batches = batches.apply(tf.data.experimental.assert_cardinality(num_batches))
        return batches
