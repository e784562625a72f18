"""`styles`: what the bundled presets know."""

from portrait_style.cli._exit_codes import DONE

HELP = "list the bundled presets and their styles"
DESCRIPTION = "List the bundled presets, and indented below each its styles."
EXAMPLES = ("portrait-style styles",)
EXTRA = None
LIGHT = True


def add_arguments(parser) -> None:
    """`styles` takes none."""


def run(options) -> int:
    """Run `styles`: print the presets and what they know."""
    from portrait_style.model_files.preset import find_preset, preset_names

    for preset in preset_names():
        print(preset)
        for style in find_preset(preset).bank.names:
            print(f"  {style}")
    return DONE
