"""The command line with networks of a few channels, whose steps compile in seconds.

It imports everything, then waits for a line on stdin: what is to go on where another process is
killed can be made ready before.
"""

import sys
from functools import partial

if __name__ == "__main__":
    from portrait_style import cli
    from portrait_style.models.discriminator import Discriminator
    from portrait_style.models.generator import SIZES, GeneratorSize
    from portrait_style.training import networks, run
    from portrait_style.training.fitting import mapping_fit, style_codes

    SIZES["mobile"] = GeneratorSize(8, 16, 24, half_blocks=0, quarter_blocks=0, eighth_blocks=1)
    networks.Discriminator = partial(Discriminator, width=8, feature_blocks=(3,))
    style_codes.ENCODED_SIZE, run.TYPICAL_PICTURES = 32, 4
    mapping_fit.STEPS = 2
    # Without a line, whoever asked has ended.
    if sys.stdin.readline():
        sys.exit(cli.main())
