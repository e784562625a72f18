"""Pack a trained run as a preset.

python -m portrait_style.presets RUN FOLDER --description "one line on what it was trained on"
"""

import argparse

from portrait_style.loading import load_mapping_network, load_models
from portrait_style.presets import save_preset


def main(argv=None) -> None:
    """Read the run, write the preset's folder."""
    parser = argparse.ArgumentParser(
        prog="python -m portrait_style.presets", description=__doc__.splitlines()[0]
    )
    parser.add_argument("run", help="run folder that holds the trained networks")
    parser.add_argument("folder", help="where the preset goes")
    parser.add_argument("--description", required=True, help="one line")
    parser.add_argument(
        "--omit", action="append", default=[], metavar="STYLE", help="style not to list; repeatable"
    )
    arguments = parser.parse_args(argv)
    generator, style_encoder = load_models(arguments.run)
    for style in arguments.omit:
        if style not in generator.styles["styles"]:
            parser.error(f"{arguments.run} has no style {style!r}")
        del generator.styles["styles"][style]
    mapping_network = load_mapping_network(arguments.run)
    folder = save_preset(
        arguments.folder, generator, style_encoder, arguments.description, mapping_network
    )
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
