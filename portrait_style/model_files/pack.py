"""Pack a trained run as a preset.

python -m portrait_style.model_files.pack RUN FOLDER --description "on what it was trained"
"""

import argparse

from portrait_style.errors import PortraitStyleError
from portrait_style.model_files.preset import save_preset
from portrait_style.model_files.trained_model import open_model
from portrait_style.styles.bank import StyleBank


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
    parser.add_argument(
        "--describe",
        action="append",
        nargs=2,
        default=[],
        metavar=("STYLE", "LINE"),
        help="what a style looks like; repeatable",
    )
    arguments = parser.parse_args(argv)
    model = open_model(arguments.run)
    try:
        model.check_whole()
        generator = model.generator
        bank = StyleBank.from_config(generator.styles)
        for style in arguments.omit:
            bank.remove(style)
        for style, line in arguments.describe:
            bank.describe(style, line)
    except PortraitStyleError as error:
        parser.error(f"{arguments.run}: {error}")
    generator.styles = bank.to_config()
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
