"""Ask whether the compact perceptual network ranks pairs of pictures as VGG16 does.

    python benchmarks/perceptual_agreement.py --data ../shared

Spearman's rank correlation of two distances, over pairs of pictures held out from every training
of this project: `content`, the relative change of feature maps, and `style`, that of channel
moments, each averaged over the five blocks.
"""

import argparse
import io
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from data_folder import add_data
from PIL import Image, ImageEnhance, ImageFilter
from tqdm import tqdm

from portrait_style.image import crop_square, load_image, to_model_range
from portrait_style.reports.table import format_table
from portrait_style.terminal import import_tensorflow_quietly

# One a kind of distortion: from hardly visible to severe.
BLUR_RADII = (0.5, 1.0, 1.5, 2.5, 4.0)
NOISE_LEVELS = (4.0, 8.0, 16.0, 32.0, 56.0)
JPEG_QUALITIES = (60, 35, 20, 10, 4)
CONTRASTS = (0.85, 0.7, 0.55, 0.4, 0.25)
STRENGTHS = 5
DISTANCES = ("content", "style")
GOAL = 0.9


def main() -> None:
    """Print the correlations by kind of pair, and over all."""
    arguments = _parser().parse_args()
    weights = arguments.data / "models" / "vgg16_notop_float16.npz"
    if not weights.is_file():
        raise SystemExit(f"{weights} does not exist; name its folder by --data")
    import_tensorflow_quietly()
    pairs = collect_pairs(arguments)
    kinds = np.repeat(list(pairs), [len(chosen) for chosen in pairs.values()])
    flat = [pair for chosen in pairs.values() for pair in chosen]
    compact = measure("compact", "pretrained", flat)
    vgg = measure("vgg16", weights, flat)
    rows = []
    for kind in [*pairs, "all"]:
        chosen = np.ones(len(kinds), bool) if kind == "all" else kinds == kind
        correlations = [spearman(compact[chosen, i], vgg[chosen, i]) for i in range(len(DISTANCES))]
        rows.append([kind, str(chosen.sum()), *(f"{value:.3f}" for value in correlations)])
    print(f"rank correlation of compact and vgg16 on held-out pairs at {arguments.size} px")
    print(format_table(["kind of pair", "pairs", *DISTANCES], rows))
    print(f"goal over all: at least {GOAL}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/ and models/")
    parser.add_argument("--model", default="mobile", help="preset or run folder that stylizes")
    parser.add_argument("--pairs", type=int, default=250, help="of each kind")
    parser.add_argument("--size", type=int, default=96, help="pixels of a picture")
    parser.add_argument("--seed", type=int, default=0)
    return parser


# Pairs


def collect_pairs(arguments) -> dict[str, list[tuple[np.ndarray, np.ndarray]]]:
    """Make the pairs of every kind: uint8 arrays (size, size, 3)."""
    from portrait_style import PortraitStylizer

    rng = np.random.default_rng(arguments.seed)
    photos = held_out(arguments.data / "data" / "photos", arguments.size)
    styles = held_out(arguments.data / "data" / "styles", arguments.size)
    stylizer = PortraitStylizer.load(arguments.model)

    def stylized(photo):
        return stylizer.stylize(photo, str(rng.choice(stylizer.styles)))

    count = arguments.pairs
    return {
        "photo/photo": [_two(photos, rng) for _ in range(count)],
        "style/style": [_two(styles, rng) for _ in range(count)],
        "photo/stylized": [(x, stylized(x)) for x in _cycle(photos, count)],
        "photo/distorted": [(x, distort(x, i, rng)) for i, x in enumerate(_cycle(photos, count))],
    }


def held_out(folder: Path, size: int) -> list[np.ndarray]:
    """Read the pictures that no training has seen, cut to squares."""
    from portrait_style.image_folder import HELD_OUT_FRACTION, in_validation, list_images

    paths = [path for path in list_images(folder) if in_validation(path, HELD_OUT_FRACTION)]
    return [crop_square(load_image(path), size) for path in paths]


def distort(photo: np.ndarray, index: int, rng: np.random.Generator) -> np.ndarray:
    """Blur, add noise, compress or pale, in turn; and each from weak to strong, in turn."""
    strength = index // len(_DISTORTIONS) % STRENGTHS
    return _DISTORTIONS[index % len(_DISTORTIONS)](photo, strength, rng)


def _blur(photo, strength, rng):
    blur = ImageFilter.GaussianBlur(BLUR_RADII[strength])
    return np.asarray(Image.fromarray(photo).filter(blur))


def _add_noise(photo, strength, rng):
    noisy = photo + rng.normal(0.0, NOISE_LEVELS[strength], photo.shape)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8)


def _compress(photo, strength, rng):
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=JPEG_QUALITIES[strength])
    return np.asarray(Image.open(file))


def _pale(photo, strength, rng):
    enhancer = ImageEnhance.Contrast(Image.fromarray(photo))
    return np.asarray(enhancer.enhance(CONTRASTS[strength]))


_DISTORTIONS = (_blur, _add_noise, _compress, _pale)


def _two(pictures, rng):
    first, second = rng.choice(len(pictures), 2, replace=False)
    return pictures[first], pictures[second]


def _cycle(pictures, count):
    return [pictures[i % len(pictures)] for i in range(count)]


# Distances


def measure(network: str, weights, pairs) -> np.ndarray:
    """Return the distances of every pair, (pairs, 2): content, style."""
    distances = distance_function(network, weights)
    # Drawn on a terminal only.
    bar = tqdm(pairs, desc=network, disable=None)
    return np.array([[float(x) for x in distances(*_as_batches(pair))] for pair in bar])


def distance_function(network: str, weights):
    """Compile the function of one pair that measures both distances."""
    import tensorflow as tf

    from portrait_style.losses.perceptual import content_loss, style_loss
    from portrait_style.models.feature_extractor import FeatureExtractor

    extractor = FeatureExtractor(network, str(weights))
    blocks = tuple(range(1, extractor.num_blocks + 1))

    @tf.function
    def distances(first, second):
        first, second = extractor(first), extractor(second)
        return content_loss(first, second, blocks), style_loss(first, second)

    return distances


def _as_batches(pair):
    return [to_model_range(picture)[None] for picture in pair]


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)


if __name__ == "__main__":
    main()
