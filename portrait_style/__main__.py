"""Run the command line by `python -m portrait_style`."""

import sys

from portrait_style.cli import main

if __name__ == "__main__":
    sys.exit(main())
