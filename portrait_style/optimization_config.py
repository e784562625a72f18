"""What determines how a picture is optimized."""

from dataclasses import dataclass

from portrait_style.image import SIZE_RANGE
from portrait_style.settings import at_least, between, check_settings, setting


@dataclass(frozen=True)
class OptimizationConfig:
    """How a picture is optimized.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    size: int | None = setting(
        "longer side in pixels (default: the photo's own)", None, range=SIZE_RANGE
    )
    steps: int = setting("steps", 120, range=at_least(1), option="--iterations")
    style_weight: float = setting(
        "higher: more of the picture's colours and strokes", 5.0, range=at_least(0), metavar="X"
    )
    content_weight: float = setting(
        "higher: closer to the photo's shapes", 1.0, range=at_least(0), metavar="X"
    )
    smoothness_weight: float = setting(
        "higher: less grain and fewer fine strokes", 3.0, range=at_least(0), metavar="X"
    )
    learning_rate: float = setting(
        "about how far a layer moves in a first step, of 2; falls to a tenth",
        0.01,
        range=between(0.0, 2.0, "(]"),
        metavar="X",
    )
    keep_colours: bool = setting("keep the photo's colours, take strokes only", False)

    def __post_init__(self):
        check_settings(self)

    @property
    def weights(self) -> dict[str, float]:
        """The weights by the names of the losses."""
        names = ("content", "style", "smoothness")
        return {name: getattr(self, f"{name}_weight") for name in names}
