"""The command line with networks of a few channels, whose steps compile in seconds.

It imports everything, then waits for a line on stdin: what is to go on where another process is
killed can be made ready before.
"""

import sys
from functools import partial

if __name__ == "__main__":
    from portrait_style import cli
    from portrait_style.models.discriminator import Discriminator
    from portrait_style.models.generator_size import GeneratorSize, register_generator_size
    from portrait_style.training import networks, run  # noqa: F401

    size = GeneratorSize(8, 16, 24, half_blocks=0, quarter_blocks=0, eighth_blocks=1)
    register_generator_size("tiny", size)
    # The command line has no word for a smaller one.
    networks.Discriminator = partial(Discriminator, width=8, feature_blocks=(3,))
    # Without a line, whoever asked has ended.
    if sys.stdin.readline():
        sys.exit(cli.main())
