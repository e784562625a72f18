"""The sizes in which there is a generator; their names are known without Keras."""

from dataclasses import astuple, dataclass

# Of the sides of photos: they are halved four times.
MULTIPLE = 16


@dataclass(frozen=True)
class GeneratorSize:
    """Channels at 1/2, 1/4 and 1/8 of the photo's size, and blocks at each.

    Attributes:
        half, quarter, eighth: int, channels at that scale; what is seen of the photo at 1/2 has
            as many as what is drawn there.
        quarter_blocks, eighth_blocks, half_blocks: int, separable blocks at that scale.
    """

    half: int
    quarter: int
    eighth: int
    half_blocks: int
    quarter_blocks: int
    eighth_blocks: int

    def holds(self, other: "GeneratorSize") -> bool:
        """Whether a generator of this size has room for what one of another size has learned."""
        return all(
            mine >= theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)
        )


GENERATOR_SIZES = {
    "mobile": GeneratorSize(24, 64, 192, half_blocks=2, quarter_blocks=2, eighth_blocks=5),
    "large": GeneratorSize(48, 128, 352, half_blocks=2, quarter_blocks=3, eighth_blocks=8),
}
# Sizes of the strided layout, which the presets of version 0 have.
STRIDED_SIZES = {
    "mobile": GeneratorSize(16, 64, 192, half_blocks=1, quarter_blocks=2, eighth_blocks=5),
    "large": GeneratorSize(48, 128, 352, half_blocks=2, quarter_blocks=3, eighth_blocks=8),
}


def register_generator_size(name: str, size: GeneratorSize) -> None:
    """Give a size of your own a name, for `Generator` and `TrainingConfig`.

    A saved generator carries the name only: register the size before loading one.

    Args:
        name: str.
        size: `GeneratorSize`.

    Raises:
        ValueError: if the name stands for another size already.

    Example: half the channels of "mobile"::

        register_generator_size("small", GeneratorSize(8, 32, 96, 1, 2, 5))
        TrainingConfig("photos", "styles", "run", generator_size="small")
    """
    if GENERATOR_SIZES.get(name, size) != size:
        raise ValueError(
            f"`name` must not be that of another size. Received: name={name!r}, which is "
            f"{GENERATOR_SIZES[name]}."
        )
    GENERATOR_SIZES[name] = size
