"""Photos, and what they are to become or to look like, as a `tf.data.Dataset`.

Sample number i is a pure function of (seed, i): a resumed run asks for the samples from i on and
sees exactly what an uninterrupted run would have seen.
"""

import os
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from portrait_style.errors import ArgumentError, DatasetError
from portrait_style.image import crop_square, to_model_range
from portrait_style.image_folder import (
    HELD_OUT_FRACTION,
    SPLITS,
    ImageFolder,
    bundled_photos,
    style_folders_of,
)
from portrait_style.settings import (
    at_least,
    between,
    check_settings,
    multiple_of,
    one_of,
    setting,
)
from portrait_style.training.augmentation import random_tone, random_view, random_views
from portrait_style.training.pairs import Pairs, read_pairs

# Pictures are kept a little larger than the views cut from them.
STORED_SCALE = 1.75
# The smallest part of a style picture that is shown. In use codes are read from whole pictures;
# tighter views have wider strokes and fewer of them.
STYLE_MIN_SCALE = 0.75
# Pairs are seen closer, at the scale of the pixels in which they are drawn later: a line that is
# two pixels wide there must be so here.
PAIR_SCALE, PAIR_SCALES = 2.0, (0.4, 0.8)


@dataclass(frozen=True)
class DataConfig:
    """Which pictures are paired, and how they are seen.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    photos: str | None = setting("folder of photos; those of the package by default", None)
    styles: str | None = setting(
        "folder of style pictures; each sub-folder is one named style, or the folder itself where "
        "it has none",
        None,
    )
    pairs: tuple = setting("folders that hold before/ and after/, one a style", ())
    rendered: tuple = setting("likewise, made of the photos, so that they are known to fit", ())
    size: int = setting("pixels of the square views", 128, range=multiple_of(16, 32))
    batch_size: int = setting("pictures a batch", 8, range=at_least(1))
    split: str = setting("which files are seen", "train", range=one_of(SPLITS))
    validation_fraction: float = setting(
        "share of files held out", HELD_OUT_FRACTION, range=between(0.0, 1.0, "[)")
    )
    seed: int = setting("of order and augmentation", 0, range=at_least(0))

    def __post_init__(self):
        check_settings(self)


def portrait_dataset(
    photos: str | os.PathLike | None = None,
    styles: str | os.PathLike | None = None,
    size: int = 128,
    batch_size: int = 8,
    *,
    first_batch: int = 0,
    num_batches: int | None = None,
    progress: bool = False,
    **settings,
) -> tf.data.Dataset:
    """Put random photos beside random style pictures, or beside what they are to become.

    Every unpaired photo is seen once before any is seen again. Style folders are drawn with a
    probability that grows with the square root of their size, so that a small one is not drowned.
    The validation split is not augmented and is the same at every pass.

    Args:
        photos: path of a folder of photos; by default those that come with the package.
        styles: path of a folder of style pictures; each sub-folder is one named style, or the
            folder itself where it has none. May be `None` where there are `pairs`.
        size: int, pixels of the square views, a multiple of 16. Defaults to 128.
        batch_size: int. Defaults to 8.
        first_batch: int, where to start; for resuming. Defaults to 0.
        num_batches: int or `None`: endless for training, one pass over the photos otherwise.
        progress: bool, whether reading shows a bar. Defaults to `False`.
        **settings: `pairs`, `split` ("train", "validation" or "all"; defaults to "train"),
            `validation_fraction` and `seed`, see `DataConfig`.

    Returns:
        `tf.data.Dataset` of {"photo", "target", "style"}: float32 in [-1, 1],
        (pictures, size, size, 3); the first of `batch_size` photos belong to the targets, the
        others to the style pictures. What there is none of is left out.

    Raises:
        DatasetError: if a folder is missing, holds nothing readable, or holds fewer pictures
            than one batch.
        ArgumentError: if a setting is out of its range.
    """
    config = DataConfig(photos, styles, size=size, batch_size=batch_size, **settings)
    sampler = batch_sampler(config, progress)
    if num_batches is None and config.split != "train":
        num_batches = sampler.batches_of_a_pass
    return sampler.dataset(first_batch, num_batches)


def batch_sampler(config: DataConfig, progress: bool = False) -> "BatchSampler":
    """Read the pictures, once for all datasets that are made of them.

    Args:
        config: `DataConfig`.
        progress: bool, whether reading shows a bar. Defaults to `False`.

    Raises:
        DatasetError: as `portrait_dataset`.
    """
    if not (config.styles or config.pairs or config.rendered):
        raise ArgumentError("`styles` or `pairs` must be given. Received: neither.")
    kept = {"kept_side": round(STORED_SCALE * config.size), "progress": progress}
    split = (config.split, config.validation_fraction)
    seen = {"kept_side": round(PAIR_SCALE * config.size), "progress": progress}
    pairs = [read_pairs(folder, *split, **seen) for folder in config.pairs]
    pairs += [read_pairs(folder, *split, known_to_fit=True, **seen) for folder in config.rendered]
    photos: ImageFolder | tuple = ()
    styles = []
    if config.styles:
        photos = ImageFolder(config.photos or bundled_photos(), *split, **kept)
        styles = [
            ImageFolder(folder, *split, **kept)
            for folder in style_folders_of(config.styles).values()
        ]
        if config.split != "validation":
            _check_batch(config.photos, len(photos), config.batch_size)
            _check_batch(config.styles, sum(map(len, styles)), config.batch_size)
    return BatchSampler(
        photos,
        styles,
        pairs,
        config.size,
        config.batch_size,
        seed=config.seed,
        augment=config.split == "train",
    )


def _check_batch(folder, count: int, batch_size: int) -> None:
    if count < batch_size:
        raise DatasetError(
            f"{folder} holds {count} usable pictures, fewer than one batch of {batch_size}; "
            "add pictures or pass a smaller --batch"
        )


class BatchSampler:
    """Draws sample number i from (seed, i); the first of each batch are pairs, as many of all as
    styles are taught by pairs.

    Args:
        photos: `ImageFolder`, or nothing where all is paired.
        styles: list of `ImageFolder`, one a style.
        pairs: list of `Pairs`, one a style.
        size: int, pixels of the views.
        batch_size: int.
        seed: int.
        augment: bool, random views and tones instead of the centre.
    """

    def __init__(self, photos, styles, pairs, size, batch_size, *, seed, augment):
        self.photos = photos
        self.styles = styles
        self.pairs = pairs
        self.size = size
        self.batch_size = batch_size
        self.seed = seed
        self.augment = augment
        if styles:
            weights = np.sqrt([len(style) for style in styles])
            self.style_probabilities = weights / weights.sum()
        self.paired = _share(batch_size, len(pairs), len(styles))

    @property
    def batches_of_a_pass(self) -> int:
        """Batches in which each photo is seen about once, 1 or more."""
        count = len(self.photos) + sum(map(len, self.pairs))
        return max(1, count // self.batch_size)

    def sample(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return a photo and its target or a style picture: uint8, (size, size, 3) each.

        And the code of the target's style, float32 (code_size,): of nothing where it is not known.
        """
        batch, place = divmod(index, self.batch_size)
        rng = np.random.default_rng((self.seed, 1, index))
        if place < self.paired:
            pairs = self.pairs[rng.integers(len(self.pairs))]
            return *self._pair(pairs, rng), np.float32([] if pairs.code is None else pairs.code)
        unpaired = self.batch_size - self.paired
        index = batch * unpaired + place - self.paired
        return *self._unpaired(index, rng), np.zeros(self.code_size, np.float32)

    @property
    def code_size(self) -> int:
        """Length of the codes of pairs' styles, 0 where they are not known."""
        known = [pairs.code for pairs in self.pairs if pairs.code is not None]
        return len(known[0]) if len(known) == len(self.pairs) and known else 0

    def _pair(self, pairs: Pairs, rng) -> tuple[np.ndarray, np.ndarray]:
        pair = pairs[rng.integers(len(pairs))]
        if not self.augment:
            return tuple(crop_square(image, self.size) for image in pair)
        return random_views(pair, self.size, rng, *PAIR_SCALES)

    def _unpaired(self, index: int, rng) -> tuple[np.ndarray, np.ndarray]:
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

    def dataset(self, first_batch=0, num_batches=None):
        """Wrap the samples as a `tf.data.Dataset` of batches, see `portrait_dataset`."""
        batch_size = self.batch_size
        limit = (
            np.iinfo(np.int64).max
            if num_batches is None
            else ((first_batch + num_batches) * batch_size)
        )
        shape = (self.size, self.size, 3)

        def load(index):
            photo, other, code = tf.numpy_function(
                self._sample_in_model_range, [index], (tf.float32, tf.float32, tf.float32)
            )
            shapes = (shape, shape, (self.code_size,))
            return tuple(map(tf.ensure_shape, (photo, other, code), shapes))

        indices = tf.data.Dataset.range(first_batch * batch_size, limit)
        samples = indices.map(load, num_parallel_calls=2, deterministic=True)
        batches = samples.batch(batch_size, drop_remainder=True).map(self._named).prefetch(2)
        if num_batches is not None:
            batches = batches.apply(tf.data.experimental.assert_cardinality(num_batches))
        return batches

    def _sample_in_model_range(self, index):
        photo, other, code = self.sample(int(index))
        return to_model_range(photo), to_model_range(other), code

    def _named(self, photo, other, code):
        paired = slice(self.paired)
        named = {"photo": photo, "target": other[paired], "style": other[self.paired :]}
        named["target_code"] = code[paired] if self.code_size else code[:0]
        return {name: images for name, images in named.items() if images.shape[0]}


def _share(batch_size: int, paired: int, unpaired: int) -> int:
    """How many of a batch are pairs: their share of the styles, but at least one of each kind."""
    if not unpaired or not paired:
        return batch_size if paired else 0
    return min(max(round(batch_size * paired / (paired + unpaired)), 1), batch_size - 1)
