"""The command line with a generator of a few channels, whose steps compile in seconds."""

import sys

if __name__ == "__main__":
    from portrait_style import cli
    from portrait_style.models.generator import SIZES, GeneratorSize
    from portrait_style.training import run

    SIZES["mobile"] = GeneratorSize(8, 16, 24, half_blocks=1, quarter_blocks=1, eighth_blocks=1)
    run.ENCODED_SIZE = 32
    sys.exit(cli.main())
