"""What a network is shown before its numbers are squeezed into 8 bits."""

from collections.abc import Callable, Iterator

import numpy as np

from portrait_style.errors import ArtefactError
from portrait_style.export.program import Program
from portrait_style.image import to_model_range
from portrait_style.styles.bank import StyleBank

# With full intensity alone, pictures at half intensity lose as much as 12 dB: less of the photo
# is drawn anew, so other numbers flow through the layers that carry it.
INTENSITIES = (1.0, 0.5, 0.0)
# Two and a half grey levels of 255. The darkest real portraits vary ten times as much.
_FLAT = 0.02


def calibration_inputs(program: Program, pictures: np.ndarray, bank: StyleBank | None = None):
    """Pair portraits with styles and intensities, so that every style comes at every intensity.

    Args:
        program: `Program`.
        pictures: uint8, (count, height, width, 3), real photos. Each is shown at least once, and
            again where there are more pairs of style and intensity than pictures.
        bank: `StyleBank`, where the program takes a style code.

    Returns:
        dict of input name to float32 array, one row an example. Always the same for the same
        arguments.

    Raises:
        ArtefactError: if the pictures cannot tell which numbers occur, see `check_calibration`.
    """
    styled = "style_code" in program.inputs
    pairs = len(bank.names) * len(INTENSITIES) if styled else 0
    rows = np.arange(max(len(pictures), pairs))
    inputs = {}
    for name in program.inputs:
        if name == "style_code":
            codes = np.stack([bank.code(style) for style in bank.names])
            inputs[name] = codes[rows % len(codes)]
        elif name == "intensity":
            inputs[name] = np.float32(INTENSITIES)[rows // len(bank.names) % len(INTENSITIES)]
        else:
            inputs[name] = to_model_range(pictures[rows % len(pictures)])
    check_calibration(inputs)
    return inputs


def check_calibration(inputs: dict[str, np.ndarray]) -> None:
    """Make sure that examples can tell which numbers occur in the network.

    Args:
        inputs: dict of input name to float32 array, one row an example.

    Raises:
        ArtefactError: if there are no examples, some are not finite, or more than half of the
            pictures are one flat colour, such as black.
    """
    for name, array in inputs.items():
        if len(array) == 0:
            raise ArtefactError("calibration has no pictures; give it some real photos")
        if not np.isfinite(array).all():
            raise ArtefactError(f"calibration has values of {name} that are not finite; mend them")
        flat = _count_flat_for_calibration(array) if array.ndim == 4 else 0
        if 2 * flat > len(array):
            raise ArtefactError(
                f"{flat} of {len(array)} calibration pictures are one flat colour, so 8-bit "
                "ranges cannot be found; give it real photos"
            )


def representative_dataset(inputs: dict[str, np.ndarray]) -> Callable[[], Iterator[tuple]]:
    """Give calibration examples in the form that TensorFlow's converter asks for.

    Args:
        inputs: dict of input name to float32 array, one row an example.

    Returns:
        Function without arguments; it yields the signature's name and one example at a time.
    """
    count = len(next(iter(inputs.values())))

    def examples():
        for i in range(count):
            yield "serving_default", {name: array[i : i + 1] for name, array in inputs.items()}

    return examples


def _count_flat_for_calibration(images: np.ndarray) -> int:
    """Count the pictures in which no colour channel varies."""
    return int((images.std(axis=(1, 2)).max(axis=-1) < _FLAT).sum())
