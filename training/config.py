"""Everything that determines a training run."""

import dataclasses
import json
import typing
from dataclasses import dataclass, field

from portrait_style.errors import ArgumentError
from portrait_style.losses.weights import LossWeights
from portrait_style.picture_files import HELD_OUT_FRACTION

PRESETS = ("mobile", "large")
PERCEPTUAL_NETWORKS = ("compact", "vgg16", "vgg19")


@dataclass(frozen=True)
class TrainingConfig:
    """A training run; equal configurations give equal runs.

    Attributes:
        photos: str, folder of photos.
        styles: str, folder of style pictures, one sub-folder a style.
        output: str, the run folder.
        preset: str, size of the generator: "mobile" or "large".
        steps: int, training steps.
        size: int, pixels of the square views, a multiple of 16.
        batch: int, pictures a step.
        perceptual: str, "compact", "vgg16" or "vgg19".
        perceptual_weights: str or `None`, weights file of the perceptual network.
        initial: str or `None`, preset, run folder or `.keras` file whose generator and style
            encoder to start from; the generator may be smaller than `preset`.
        seed: int.
        deterministic: bool, whether equal runs give equal bits; slower.
        adaptive: bool, whether the discriminator's pictures are augmented as far as it overfits,
            R1 is applied lazily (by default, where its weight is 0), and signs of collapse are
            watched.
        adversarial_robustness: float in [0, 32], the largest perturbation of a pixel, in units of
            1/255, that the generator learns to ignore; 0 for none.
        quality_target: float in (0, 1) or `None`, what every measured quality should reach; loss
            weights move where one does not.
        patience: int or `None`, measurements without a better total after which training stops.
        sample_every: int, steps between sheets and checkpoints.
        validation_fraction: float in [0, 1), share of files held out.
        generator_learning_rate: float, at the start; falls to a twentieth along a cosine.
        discriminator_learning_rate: float, likewise.
        loss_weights: `LossWeights`.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    photos: str
    styles: str
    output: str
    preset: str = "mobile"
    steps: int = 4000
    size: int = 128
    batch: int = 8
    perceptual: str = "compact"
    perceptual_weights: str | None = None
    initial: str | None = None
    seed: int = 0
    deterministic: bool = False
    adaptive: bool = False
    adversarial_robustness: float = 0.0
    quality_target: float | None = None
    patience: int | None = None
    sample_every: int = 100
    validation_fraction: float = HELD_OUT_FRACTION
    generator_learning_rate: float = 1e-3
    discriminator_learning_rate: float = 4e-4
    loss_weights: LossWeights = field(default_factory=LossWeights)

    def __post_init__(self):
        """Check types and ranges."""
        for name, kind in typing.get_type_hints(type(self)).items():
            _check_type(name, getattr(self, name), kind)
        for name in ("steps", "batch", "sample_every"):
            _check(name, getattr(self, name), getattr(self, name) >= 1, "positive")
        _check(
            "size", self.size, self.size >= 32 and self.size % 16 == 0, "a multiple of 16, >= 32"
        )
        _check("seed", self.seed, self.seed >= 0, "0 or more")
        _check("preset", self.preset, self.preset in PRESETS, f"one of {PRESETS}")
        known = self.perceptual in PERCEPTUAL_NETWORKS
        _check("perceptual", self.perceptual, known, f"one of {PERCEPTUAL_NETWORKS}")
        fraction = self.validation_fraction
        _check("validation_fraction", fraction, 0.0 <= fraction < 1.0, "in [0, 1)")
        epsilon = self.adversarial_robustness
        _check("adversarial_robustness", epsilon, 0.0 <= epsilon <= 32.0, "in [0, 32]")
        for name in ("generator_learning_rate", "discriminator_learning_rate"):
            _check(name, getattr(self, name), 0.0 < getattr(self, name) < 1.0, "in (0, 1)")

        self._check_guidance()

    def _check_guidance(self):
        target = self.quality_target
        if target is not None:
            _check("quality_target", target, 0.0 < target < 1.0, "in (0, 1)")
            for name in ("content", "style"):
                weight = getattr(self.loss_weights, name)
                _check(f"loss_weights.{name}", weight, weight > 0.0, "positive to be guided")
        if self.patience is not None:
            _check("patience", self.patience, self.patience >= 1, "positive")

    @property
    def measured(self) -> bool:
        """Whether quality is measured while training."""
        return self.quality_target is not None or self.patience is not None

    def to_json(self) -> str:
        """Write as JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "TrainingConfig":
        """Read JSON text.

        Raises:
            ValueError: if it is not JSON, or has an unknown or missing key.
        """
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError(f"`text` must be a JSON object. Received: {type(values).__name__}.")
        unknown = set(values) - {entry.name for entry in dataclasses.fields(cls)}
        if unknown:
            raise ValueError(f"`text` must hold known keys only. Received: {sorted(unknown)}.")
        try:
            weights = LossWeights(**values.pop("loss_weights", {}))
            return cls(loss_weights=weights, **values)
        except TypeError as error:
            raise ValueError(
                f"`text` must be a training configuration. Received: {error}."
            ) from error

    def differences(self, other: "TrainingConfig") -> list[str]:
        """Name the fields in which two runs differ; where the run is written does not count."""
        ours, theirs = dataclasses.asdict(self), dataclasses.asdict(other)
        return [name for name in ours if name != "output" and ours[name] != theirs[name]]


def _check_type(name, value, kind):
    accepted = typing.get_args(kind) or (kind,)
    if float in accepted:
        accepted = (*accepted, int)
    if not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted):
        raise TypeError(
            f"`{name}` must be {kind}. Received: {name}={value!r} of type {type(value).__name__}."
        )


def _check(name, value, valid, requirement):
    if not valid:
        raise ArgumentError(f"`{name}` must be {requirement}. Received: {name}={value!r}.")
