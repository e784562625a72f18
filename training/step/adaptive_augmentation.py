"""What the discriminator sees is changed at random, the more the better it knows its pictures."""

import math

import keras
from keras import ops

from portrait_style.functional.colour import luminance
from portrait_style.training.step.random_layer import RandomLayer

# The coarsest grid of the perceptual network, in pixels: moves by whole cells are whole pixels in
# every one of its maps.
CELL = 16
TARGET = 0.6
# Above this, changed pictures are learned in place of true ones: section 2.2 of the paper.
MAX_PROBABILITY = 0.8
# Pictures after which the probability can have risen from 0 to 1. The paper takes 500 000, for
# runs of 25 million.
PICTURES_TO_CERTAINTY = 8000.0
# Steps over which the overfitting heuristic is averaged.
_AVERAGED_STEPS = 4
_BRIGHTNESS, _CONTRAST, _SATURATION = 0.2, 0.5 * math.log(2.0), math.log(2.0)


class AdaptiveAugmentation(RandomLayer):
    """Mirror, shift and cut out pictures and their feature maps alike; change the pictures' tone.

    Each change comes to each picture with the same probability, which `adapt` moves. Probability
    and random state are variables, so that a resumed run goes on exactly.

    Args:
        feature_blocks: tuple of int, the blocks of feature maps that the discriminator looks at.
        seed: int.

    References:
        Karras et al. (ADA), 2020, https://arxiv.org/abs/2006.06676
        Zhao et al. (differentiable augmentation), 2020, https://arxiv.org/abs/2006.10738
    """

    def __init__(self, feature_blocks, seed=0, **kwargs):
        super().__init__(seed, **kwargs)
        self.feature_blocks = tuple(feature_blocks)
        self.probability = self.add_weight(
            shape=(), initializer="zeros", trainable=False, name="probability"
        )
        self.overfitting = self.add_weight(
            shape=(), initializer="zeros", trainable=False, name="overfitting"
        )
        self.built = True

    def call(self, inputs):
        """Change pictures and the maps that are looked at.

        Args:
            inputs: what `Discriminator` takes: {"image", "features", "style_code"}, sides of the
                image multiples of 16.

        Returns:
            The same, changed where chance has it; the code stays.
        """
        image = inputs["image"]
        cells = tuple(side // CELL for side in image.shape[1:3])
        chosen = self._uniform(image, 6) < self.probability
        move = Move(cells, chosen, self._uniform(image, 4))
        features = list(inputs["features"])
        for block in self.feature_blocks:
            features[block - 1] = move(features[block - 1])
        tones = keras.random.normal((ops.shape(image)[0], 3), seed=self.random)
        toned = change_tone(image, ops.where(chosen[:, 3:], tones, 0.0))
        return {**inputs, "image": move(toned), "features": features}

    def adapt(self, real_logits):
        """Raise the probability where the discriminator is too sure of real pictures.

        Args:
            real_logits: list of (batch, patches high, patches wide), all scales counting alike.

        Returns:
            {"augmentation": the probability; "overfitting": the heuristic r_t, -1..1}.
        """
        sure = sum(ops.mean(ops.sign(x)) for x in real_logits) / len(real_logits)
        share = 1.0 / _AVERAGED_STEPS
        overfitting = self.overfitting + share * (sure - self.overfitting)
        step = ops.cast(ops.shape(real_logits[0])[0], "float32") / PICTURES_TO_CERTAINTY
        moved = self.probability + step * ops.sign(overfitting - TARGET)
        probability = ops.clip(moved, 0.0, MAX_PROBABILITY)
        self.overfitting.assign(overfitting)
        self.probability.assign(probability)
        return {"augmentation": probability, "overfitting": overfitting}

    def _uniform(self, image, count):
        return keras.random.uniform((ops.shape(image)[0], count), seed=self.random)


class Move:
    """One augmentation a picture of a batch: mirror, shift and cut out whole cells of any map.

    A shift goes by up to an eighth of the side and fills in with the mirror image; what is cut out
    is half as wide and half as high as the picture.

    Args:
        cells: (int, int), cells in a column and in a row.
        chosen: (batch, 3 or more) bool: mirrored, shifted, cut out.
        places: (batch, 4) in [0, 1): vertical and horizontal shift, top and left of the cut.
    """

    def __init__(self, cells, chosen, places):
        self.cells = cells
        self.mirrored = (ops.zeros_like(chosen[:, 0]), chosen[:, 0])
        self.shifts, self.starts = [], []
        for axis, count in enumerate(cells):
            reach = (count + 4) // 8
            shift = ops.floor(places[:, axis] * (2 * reach + 1)) - reach
            self.shifts.append(ops.cast(ops.where(chosen[:, 1], shift, 0.0), "int32"))
            start = ops.floor(places[:, 2 + axis] * (count - count // 2 + 1))
            # What is not cut out starts where the picture ends.
            self.starts.append(ops.where(chosen[:, 2], start, float(count)))

    def __call__(self, maps):
        """Move maps of (batch, height, width, channels), sides multiples of the cells."""
        rows, columns = (self._sources(axis, maps.shape[1 + axis]) for axis in (0, 1))
        maps = ops.einsum("bij,bjwc->biwc", rows, maps)
        maps = ops.einsum("bij,bhjc->bhic", columns, maps)
        inside = [self._cut_out(axis, maps.shape[1 + axis]) for axis in (0, 1)]
        return maps * (1.0 - inside[0][:, :, None, None] * inside[1][:, None, :, None])

    def _sources(self, axis, size):
        """Row i of the matrix picks the place that comes to i."""
        shift = self.shifts[axis] * (size // self.cells[axis])
        index = ops.arange(size)[None] + shift[:, None]
        index = ops.where(index < 0, -1 - index, index)
        index = ops.where(index >= size, 2 * size - 1 - index, index)
        index = ops.where(self.mirrored[axis][:, None], size - 1 - index, index)
        return ops.one_hot(index, size, dtype="float32")

    def _cut_out(self, axis, size):
        cell = ops.cast(ops.arange(size) // (size // self.cells[axis]), "float32")[None]
        start = self.starts[axis][:, None]
        return ops.cast((cell >= start) & (cell < start + self.cells[axis] // 2), "float32")


def change_tone(image, tones):
    """Change contrast, brightness and saturation of what the discriminator sees.

    Args:
        image: RGB in [-1, 1], (batch, height, width, 3).
        tones: (batch, 3), standard normal; 0 changes nothing.

    Returns:
        RGB of the same shape; values may leave the range.
    """
    brightness, contrast, saturation = (tones[:, i, None, None, None] for i in range(3))
    image = image * ops.exp(_CONTRAST * contrast) + _BRIGHTNESS * brightness
    kept = ops.exp(_SATURATION * saturation)
    return image * kept + luminance(image) * (1.0 - kept)
