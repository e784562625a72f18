"""Pack a trained run as a preset.

python -m portrait_style.model_files.pack RUN FOLDER --description "on what it was trained"
"""

import argparse

from portrait_style.model_files.preset import save_preset
from portrait_style.model_files.trained_model import open_model


def main(argv=None) -> None:
    """Pack a trained run as a preset: read the run, write the preset's folder."""
    parser = argparse.ArgumentParser(
        prog="python -m portrait_style.model_files.pack", description=__doc__.splitlines()[0]
    )
    parser.add_argument("run", help="run folder that holds the trained networks")
    parser.add_argument("folder", help="where the preset goes")
    parser.add_argument("--description", required=True, help="one line")
    parser.add_argument(
        "--omit", action="append", default=[], metavar="STYLE", help="style not to list; repeatable"
    )
    arguments = parser.parse_args(argv)
    model = open_model(arguments.run)
    generator = model.generator
    for style in arguments.omit:
        if style not in generator.styles["styles"]:
            parser.error(f"{arguments.run} has no style {style!r}")
        del generator.styles["styles"][style]
    folder = save_preset(
        arguments.folder,
        generator,
        model.style_encoder,
        arguments.description,
        model.mapping_network,
    )
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
