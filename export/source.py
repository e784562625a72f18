"""A model from wherever somebody has it, as the programs to export."""

import dataclasses
from dataclasses import dataclass

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.export.foreign import foreign_program
from portrait_style.export.program import (
    Program,
    baked_program,
    conditional_program,
    style_encoder_program,
)
from portrait_style.model_files.preset import preset_names
from portrait_style.model_files.trained_model import is_ours, open_model
from portrait_style.styles.bank import StyleBank

# Of the weights of the bundled presets, as of the package.
PRESET_LICENCE = "Apache-2.0"


@dataclass(frozen=True)
class Source:
    """What was loaded: the programs to export of a model.

    Attributes:
        programs: list of `Program`; the first is the generator's.
        bank: `StyleBank`, or `None` for a network that is not of this package.
        generator, style_encoder: the networks, or `None` likewise.
    """

    programs: list[Program]
    bank: StyleBank | None = None
    generator: object = None
    style_encoder: object = None


def load_source(model, style=None, input_range=(-1.0, 1.0)) -> Source:
    """Load a model, ours or not.

    Args:
        model: name of a preset, or path of a run folder, a `.keras` file or a SavedModel folder.
        style: str or `None`, a style to bake into a program of its own.
        input_range: pair of float, range of pixels of a network that is not of this package.

    Raises:
        ModelError: if it cannot be loaded, or there is no such style.
    """
    if not is_ours(model):
        if style is not None:
            raise ModelError(f"{model} is not of this package and has no styles; leave out --style")
        return Source([foreign_program(model, input_range)])
    trained = open_model(model)
    (generator, style_encoder), bank = trained.networks, trained.bank
    if bank is None:
        raise ModelError(f"{model} has no named styles; train it with `portrait-style train`")
    programs = [conditional_program(generator)]
    if style is not None:
        programs.append(baked_program(generator, style))
    if style_encoder is not None:
        programs.append(style_encoder_program(style_encoder))
    licence = PRESET_LICENCE if str(model) in preset_names() else None
    programs = [dataclasses.replace(program, licence=licence) for program in programs]
    return Source(programs, bank, generator, style_encoder)


def check_source_size(programs, size: int) -> None:
    """Make sure that every program can draw pictures of that size.

    Raises:
        ArgumentError: if one cannot.
    """
    for program in programs:
        fixed = _fixed_source_sides(program)
        if fixed and fixed != {size}:
            raise ArgumentError(
                f"`size` must be {min(fixed)}, the only one that the network draws. "
                f"Received: size={size}."
            )
        if size % program.multiple:
            raise ArgumentError(
                f"`size` must be a multiple of {program.multiple}. Received: size={size}."
            )


def _fixed_source_sides(program: Program) -> set[int]:
    images = (shape for shape in program.inputs.values() if len(shape) == 4)
    return {side for shape in images for side in shape[1:3]} - {None}
