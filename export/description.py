"""What a caller of an exported file has to know."""

from portrait_style._version import __version__
from portrait_style.export.program import Program

_RANGES = {"photo": [-1, 1], "style_image": [-1, 1], "intensity": [0, 1]}
_IMAGES = ("photo", "style_image", "image")


def describe_inputs(program: Program, size: int | None) -> dict:
    """Tell names, shapes and ranges of a program's inputs, and of its output.

    Args:
        program: `Program`.
        size: int, height and width of images in files of fixed size, or `None` for any.
    """

    fixed = program.size or size

    def entry(name, shape):
        described = {"shape": [1, *[fixed if side is None else side for side in shape[1:]]]}
        if name in _RANGES:
            described["range"] = _RANGES[name]
        if name in _IMAGES:
            described["colour"] = "RGB"
        return described

    inputs = {name: entry(name, shape) for name, shape in program.inputs.items()}
    output = {"name": program.output}
    if program.output in _IMAGES:
        output |= {"range": [-1, 1], "colour": "RGB"}
    return {"inputs": inputs, "output": output, "multiple": program.multiple}


def describe(program: Program, size: int | None) -> dict:
    """Tell all that a caller of a file has to know; a conditional one carries its styles.

    Args:
        program: `Program`.
        size: int, height and width of images in a file of fixed size, or `None` for any.
    """
    described = {
        "name": program.name,
        "version": __version__,
        "licence": program.licence,
        **describe_inputs(program, size),
    }
    if "style_code" in program.inputs:
        described |= program.network.styles
    return described
