"""What determines an adaptation."""

from dataclasses import dataclass

from portrait_style.errors import ArgumentError
from portrait_style.settings import at_least, check_settings, multiple_of, setting

# Of a single picture, more steps would learn what it shows.
STEPS, STEPS_OF_ONE, STEPS_OF_PAIRS = 300, 250, 600
# Ways to say what is to be learned.
_TAUGHT_BY = ("styles", "pairs", "render")


@dataclass(frozen=True)
class AdaptationConfig:
    """One more style for a trained model, from one of pictures, pairs and a renderer.

    Raises:
        ArgumentError: if a value is out of its range, or not exactly one of `styles`, `pairs` and
            `render` is given.
        TypeError: if a value is of another type.
    """

    model: str = setting("what knows other styles already", metavar="PRESET|PATH")
    styles: str | None = setting("pictures of it, or one picture", None, metavar="DIR|IMAGE")
    output: str = setting(
        "folder for the new model, new or empty", "", metavar="RUN", shown=None, needed=True
    )
    photos: str | None = setting(
        "photos of faces to learn with (default: 96 faces of the package)", None, metavar="DIR"
    )
    pairs: str | None = setting(
        "instead of --styles: folder that holds before/ and after/, with equal file names",
        None,
        metavar="DIR",
    )
    render: str | None = setting(
        "instead of --styles: a renderer to learn from; targets are drawn from the photos",
        None,
        metavar="NAME",
    )
    name: str | None = setting(
        "of the style (default: that of the folder, picture or renderer)", None, metavar="NAME"
    )
    steps: int | None = setting(
        f"training steps (default: {STEPS}, of a single picture {STEPS_OF_ONE}, of pairs "
        f"{STEPS_OF_PAIRS})",
        None,
        range=at_least(1),
    )
    size: int = setting("pixels, a multiple of 16", 128, range=multiple_of(16, 32))
    seed: int = setting("of order and augmentation", 0, range=at_least(0))

    def __post_init__(self):
        check_settings(self)
        given = [name for name in _TAUGHT_BY if getattr(self, name)]
        if len(given) != 1:
            raise ArgumentError(
                "exactly one of `styles`, `pairs` and `render` must say what is to be learned. "
                f"Received: {' and '.join(given) or 'none of them'}."
            )
        if not self.output:
            raise ArgumentError(
                "`output` must name a folder for the new model. Received: output=''."
            )
        if self.pairs and self.photos:
            raise ArgumentError(
                "`photos` must be left out with `pairs`, whose photos lie in before/. "
                f"Received: photos={self.photos!r}."
            )
