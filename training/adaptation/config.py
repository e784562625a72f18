"""What determines an adaptation."""

from dataclasses import dataclass

from portrait_style.settings import at_least, check_settings, multiple_of, setting

# Of a single picture, more steps would learn what it shows.
STEPS, STEPS_OF_ONE = 300, 250


@dataclass(frozen=True)
class AdaptationConfig:
    """One more style for a trained model.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    model: str = setting("what knows other styles already", metavar="PRESET|PATH")
    styles: str = setting("pictures of it, or one picture", metavar="DIR|IMAGE")
    output: str = setting("folder for the new model, new or empty", metavar="RUN")
    photos: str | None = setting(
        "photos of faces to learn with, which gives better faces (default: the style's own "
        "pictures)",
        None,
        metavar="DIR",
    )
    name: str | None = setting(
        "of the style (default: that of the folder or picture)", None, metavar="NAME"
    )
    steps: int | None = setting(
        f"training steps (default: {STEPS}, of a single picture {STEPS_OF_ONE})",
        None,
        range=at_least(1),
    )
    size: int = setting("pixels, a multiple of 16", 128, range=multiple_of(16, 32))
    seed: int = setting("of order and augmentation", 0, range=at_least(0))

    def __post_init__(self):
        check_settings(self)
