"""A model from wherever somebody has it, as the programs to export."""

from dataclasses import dataclass

from portrait_style.errors import ModelError
from portrait_style.export.foreign import foreign_program
from portrait_style.export.program import (
    Program,
    baked_program,
    conditional_program,
    style_encoder_program,
)
from portrait_style.loading import is_ours, load_models
from portrait_style.styles.bank import StyleBank


@dataclass(frozen=True)
class Source:
    """What was loaded.

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
    generator, style_encoder = load_models(model)
    if not generator.styles:
        raise ModelError(f"{model} has no named styles; train it with `portrait-style train`")
    programs = [conditional_program(generator)]
    if style is not None:
        programs.append(baked_program(generator, style))
    if style_encoder is not None:
        programs.append(style_encoder_program(style_encoder))
    bank = StyleBank.from_config(generator.styles)
    return Source(programs, bank, generator, style_encoder)


def check_size(programs, size: int) -> None:
    """Make sure that every program can draw pictures of that size.

    Raises:
        ValueError: if one cannot.
    """
    for program in programs:
        if size % program.multiple:
            raise ValueError(
                f"`size` must be a multiple of {program.multiple}. Received: size={size}."
            )
