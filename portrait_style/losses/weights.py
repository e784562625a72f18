"""How much each loss counts."""

import dataclasses
import math
from dataclasses import dataclass

from portrait_style.errors import ArgumentError

# Computed where it is known what a photo is to become, and nowhere else.
PAIR_LOSSES = (
    "coarse_colour",
    "pixel",
    "paired_features",
    "texture",
    "paired_adversarial",
    "shift",
)
# Terms of earlier versions, without which pictures are as good.
REMOVED = ("feature_mean", "gram", "structure")


@dataclass(frozen=True)
class LossWeights:
    """Weights of the generator's losses, and of the discriminator's penalty.

    Each loss is logged under the name of its field. A loss of weight 0 is not computed.

    Attributes:
        adversarial: float, how real the discriminator takes the picture to be.
        content: float, perceptual features of the photo kept, most of all in faces, and where they
            change most.
        style: float, channel moments of the style picture reached.
        colour: float, mean and spread of the style picture's colours reached, brightness apart.
        reconstruction: float, a photo given its own code stays as it is.
        style_code: float, the stylized picture's code is the one that was asked for.
        tone: float, light stays light, dark stays dark and even stays even, seen coarsely;
            brightness and contrast apart.
        consistency: float, a photo perturbed is drawn as the photo itself; counts only where
            training perturbs photos.
        total_variation: float, neighbouring pixels are alike, most of all in faces.
        chroma_variation: float, neighbouring pixels are alike in colour; brightness apart.
        grid: float, nothing repeats from cell to cell of a grid.
        coarse_colour: float, of pairs: the target's colours in cells of 16 pixels.
        pixel: float, of pairs: the target's pixels.
        paired_features: float, of pairs: the target's perceptual features.
        texture: float, of pairs: moments of the target's features in cells of 16 pixels.
        paired_adversarial: float, of pairs: the discriminator takes it for what becomes of the
            photo.
        shift: float, of pairs: a photo that is moved by some pixels is drawn as before, moved, but
            for changes that are hardly seen.
        r1: float, gradient penalty of the discriminator; adaptive training has one of its own where
            this is 0.

    Raises:
        ArgumentError: if a weight is negative or not finite.
    """

    adversarial: float = 0.3
    content: float = 2.5
    style: float = 6.0
    colour: float = 12.0
    reconstruction: float = 4.0
    style_code: float = 0.3
    tone: float = 4.0
    consistency: float = 7.0
    total_variation: float = 0.2
    chroma_variation: float = 8.0
    grid: float = 10.0
    coarse_colour: float = 4.0
    pixel: float = 1.0
    paired_features: float = 2.0
    texture: float = 2.0
    paired_adversarial: float = 0.1
    shift: float = 12.0
    r1: float = 0.0

    def __post_init__(self):
        for name, weight in dataclasses.asdict(self).items():
            if not (math.isfinite(weight) and weight >= 0.0):
                raise ArgumentError(
                    f"`{name}` must be a finite number, 0 or more. Received: {name}={weight}."
                )

    @classmethod
    def from_stored(cls, weights: dict) -> "LossWeights":
        """Take weights by name, also of an earlier version.

        Args:
            weights: dict of field to float. Terms that are no longer there are left out where they
                are 0.

        Raises:
            ArgumentError: if such a term counts, or a weight is out of its range.
            TypeError: if a name is unknown.
        """
        for name in REMOVED:
            if weights.get(name, 0.0):
                raise ArgumentError(
                    f"the loss {name} is no longer there, and counts in what was stored "
                    f"({name}={weights[name]}); train anew without it"
                )
        return cls(**{name: weight for name, weight in weights.items() if name not in REMOVED})

    @classmethod
    def parse(cls, text: str) -> "LossWeights":
        """Read `style=3,content=2`; the others keep their defaults.

        Raises:
            ArgumentError: if a name is unknown, or a weight no number or out of its range.
        """
        known = {field.name for field in dataclasses.fields(cls)}
        given = {}
        for pair in text.split(","):
            name, _, number = (part.strip() for part in pair.partition("="))
            try:
                given[name] = float(number)
            except ValueError as error:
                raise ArgumentError(
                    f"{text!r} is not a list like style=3,content=2 of numbers, 0 or more"
                ) from error
        unknown = sorted(set(given) - known)
        if unknown:
            raise ArgumentError(
                f"{text!r} names no known loss by {', '.join(unknown)}; known: "
                + ", ".join(field.name for field in dataclasses.fields(cls))
            )
        return cls(**given)
