"""Everything that determines a training run."""

import dataclasses
import json
import os
from dataclasses import dataclass

from portrait_style.errors import ArgumentError
from portrait_style.image_folder import HELD_OUT_FRACTION
from portrait_style.losses.weights import LossWeights
from portrait_style.models.generator_size import GENERATOR_SIZES
from portrait_style.perceptual_settings import PerceptualConfig
from portrait_style.settings import (
    at_least,
    between,
    multiple_of,
    one_of,
    setting,
)

# Of the network that draws random styles.
MAPPING_STEPS = 1000
OPTIMIZERS = ("muon", "adam")
# What `initial` says where nothing is to be started from.
FROM_NOTHING = "random"
# Keys of a stored configuration that earlier versions called otherwise.
_FORMER_KEYS = {"preset": "generator_size"}


def _one_training_path(text: str) -> tuple[str, ...]:
    """Read one path, which may hold commas."""
    return (text,)


def _training_names(text: str) -> tuple[str, ...]:
    """Read names that commas part."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


# What acts on photos that have no target.
_OF_UNPAIRED = ("adaptive", "adversarial_robustness", "quality_target")


@dataclass(frozen=True)
class TrainingConfig(PerceptualConfig):
    """A training run; equal configurations give equal runs.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    photos: str | None = setting(
        "folder of photos of faces; sub-folders count too (default: 96 faces of the package)",
        None,
        metavar="DIR",
    )
    styles: str | None = setting(
        "a folder a style, or one folder of pictures, to be learned without labels",
        None,
        metavar="DIR",
    )
    output: str = setting("folder for the run, new or empty", "", metavar="RUN", shown=None)
    pairs: tuple = setting(
        "folder of a style that holds before/ and after/, with equal file names; may be given "
        "several times",
        (),
        metavar="DIR",
        parse=_one_training_path,
        repeated=True,
    )
    render: tuple = setting(
        "renderers to learn from, such as cartoon,oil: targets are drawn from the photos",
        (),
        metavar="NAME,...",
        parse=_training_names,
        repeated=True,
    )
    generator_size: str = setting(
        "size of the generator",
        "mobile",
        range=one_of(GENERATOR_SIZES),
        former_option="--preset",
    )
    steps: int = setting("training steps", 4000, range=at_least(1))
    size: int = setting("pixels, a multiple of 16", 128, range=multiple_of(16, 32))
    batch: int = setting("pictures a step", 8, range=at_least(1))
    initial: str | None = setting(
        "trained networks to start from; a large generator can start from a mobile one, and "
        f"{FROM_NOTHING} is from nothing (default: networks that draw already)",
        None,
        metavar="PRESET|PATH",
    )
    seed: int = setting("of weights, order and augmentation", 0, range=at_least(0))
    deterministic: bool = setting(
        "equal runs give equal bits, also when killed and resumed (slower)", False
    )
    adaptive: bool = setting(
        "augment what the discriminator sees as far as it overfits, with R1 unless --loss-weights "
        "sets r1, for small style folders; watch for collapse",
        False,
    )
    adversarial_robustness: float = setting(
        "draw photos alike that differ by up to EPS/255 a pixel, such as 4; 0 is off",
        0.0,
        range=between(0.0, 32.0),
        metavar="EPS",
    )
    quality_target: float | None = setting(
        "raise the loss weight of content or style while its measured quality is below this",
        None,
        range=between(0.0, 1.0, "()"),
        metavar="0..1",
    )
    patience: int | None = setting(
        "stop after N measurements, one every --sample-every steps, without a better total",
        None,
        range=at_least(1),
    )
    sample_every: int = setting("steps between sheets and checkpoints", 100, range=at_least(1))
    validation_fraction: float = setting(
        "share of the files that is held out from training",
        HELD_OUT_FRACTION,
        range=between(0.0, 1.0, "[)"),
        metavar="0..1",
    )
    optimizer: str = setting(
        "what changes the generator: muon learns more in a step", "muon", range=one_of(OPTIMIZERS)
    )
    generator_learning_rate: float = setting(
        "of the generator, at its height; it rises for up to 100 steps, then falls to a twentieth",
        2e-2,
        range=between(0.0, 1.0, "()"),
        metavar="X",
        option="--learning-rate",
    )
    discriminator_learning_rate: float = setting(
        "likewise", 4e-4, range=between(0.0, 1.0, "()"), metavar="X"
    )
    mapping_steps: int = setting(
        "steps of the network that draws random styles, at the end",
        MAPPING_STEPS,
        range=at_least(1),
    )
    loss_weights: LossWeights = setting(
        "weights of losses that are not to have their default, such as style=3,content=2",
        LossWeights,
        metavar="NAME=X,...",
        parse=LossWeights.parse,
    )

    def __post_init__(self):
        for name in ("pairs", "render"):
            if isinstance(getattr(self, name), list | tuple):
                kept = tuple(map(os.fspath, getattr(self, name)))
                object.__setattr__(self, name, kept)
        super().__post_init__()
        if not self.output:
            raise ArgumentError("`output` must name a folder for the run. Received: output=''.")
        if not (self.styles or self.pairs or self.render):
            raise ArgumentError(
                "`styles`, `pairs` or `render` must say what is to be learned. Received: none of "
                "them."
            )
        for name in _OF_UNPAIRED:
            if getattr(self, name) and not self.styles:
                raise ArgumentError(
                    f"`{name}` needs `styles`: where all is taught by pairs it changes nothing. "
                    f"Received: {name}={getattr(self, name)!r} and styles=None."
                )
        if self.quality_target is not None:
            for name in ("content", "style"):
                weight = getattr(self.loss_weights, name)
                if not weight > 0.0:
                    raise ArgumentError(
                        f"`loss_weights.{name}` must be positive to be guided. "
                        f"Received: loss_weights.{name}={weight!r}."
                    )

    @property
    def measured(self) -> bool:
        """Whether quality is measured while training."""
        return self.quality_target is not None or self.patience is not None

    def to_json(self) -> str:
        """All settings, for `from_json`: an object, a line each."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "TrainingConfig":
        """Read JSON text, also of an earlier version.

        Raises:
            ValueError: if it is not JSON, or has an unknown or missing key.
        """
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError(f"`text` must be a JSON object. Received: {type(values).__name__}.")
        values = {_FORMER_KEYS.get(key, key): value for key, value in values.items()}
        # There was no other.
        values.setdefault("optimizer", "adam")
        unknown = set(values) - {entry.name for entry in dataclasses.fields(cls)}
        if unknown:
            raise ValueError(f"`text` must hold known keys only. Received: {sorted(unknown)}.")
        try:
            weights = LossWeights.from_stored(values.pop("loss_weights", {}))
            return cls(loss_weights=weights, **values)
        except TypeError as error:
            raise ValueError(
                f"`text` must be a training configuration. Received: {error}."
            ) from error

    def differences(self, other: "TrainingConfig") -> list[str]:
        """Name the fields in which two runs differ; where the run is written does not count."""
        ours, theirs = dataclasses.asdict(self), dataclasses.asdict(other)
        return [name for name in ours if name != "output" and ours[name] != theirs[name]]
