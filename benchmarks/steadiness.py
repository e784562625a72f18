"""By how much pictures change when photos are perturbed against the generator."""

import keras
import numpy as np
from keras import ops

from portrait_style import PortraitStylizer
from portrait_style.functional.perturbation import GRAY_LEVEL, strongest_change
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.perceptual import perceptual_distance
from portrait_style.quality.style_set import BATCH, SIDE, batches

# Steps of gradient ascent from a random start: none, one (FGSM), ten (PGD).
ATTACKS = {"noise": 0, "fgsm": 1, "pgd": 10}


def changes(model, photos, references, epsilon, size, seed) -> dict[str, float]:
    """Perturb photos by up to `epsilon` / 255 and compare what is drawn of them.

    Args:
        model: as for `PortraitStylizer.load`.
        photos: `ImageFolder`.
        references: `ImageFolder` of the style, taken in turn.
        epsilon: float, the largest change of a pixel, in units of 1/255.
        size: int, pixels of a side.
        seed: int, of the random starts.

    Returns:
        By attack the mean change of a pixel of the picture, in units of 1/255, and of the strongest
        also the perceptual distance.
    """
    stylizer, extractor = PortraitStylizer.load(model), FeatureExtractor()
    found = {name: [] for name in (*ATTACKS, "pgd_perceptual")}
    squares = (photos.square(i, size) for i in range(len(photos)))
    for number, photo in enumerate(batches(squares)):
        codes = np.stack(
            [
                stylizer.encode_style(
                    references.square((BATCH * number + i) % len(references), SIDE)
                )
                for i in range(len(photo))
            ]
        )
        drawn, by_attack = attacked(stylizer.generator, photo, codes, epsilon, seed + number)
        for name, perturbed in by_attack.items():
            change = ops.mean(ops.abs(perturbed - drawn), axis=(1, 2, 3)) / GRAY_LEVEL
            found[name].extend(np.asarray(change))
        distance = perceptual_distance(extractor(drawn), extractor(by_attack["pgd"]))
        found["pgd_perceptual"].extend(np.asarray(distance))
    return {name: float(np.mean(values)) for name, values in found.items()}


def attacked(generator, photo, style_code, epsilon, seed):
    """Return what is drawn of photos, and by attack what is drawn of them perturbed."""

    def draw(image):
        return generator({"photo": image, "style_code": style_code}, training=False)

    perturbed = {}
    for name, steps in ATTACKS.items():
        random = keras.random.SeedGenerator(seed)
        perturbed[name] = draw(strongest_change(draw, photo, epsilon * GRAY_LEVEL, steps, random))
    return draw(photo), perturbed
