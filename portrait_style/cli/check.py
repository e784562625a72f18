"""`check`: what is wrong with pictures, before hours are spent on them."""

from portrait_style.cli._exit_codes import DONE, USER_MISTAKE
from portrait_style.cli._options import add_settings
from portrait_style.errors import ArgumentError
from portrait_style.terminal import import_tensorflow_quietly
from portrait_style.training.config import TrainingConfig

HELP = "look at pictures before training"
DESCRIPTION = (
    "Look at the folders that train is to be given: what is damaged, small, there twice or without "
    "a face, pairs out of register, folders of too few pictures or of many palettes; and about how "
    "long training takes here. Exit code 2 where training would stop, or learn what is wrong."
)
EXAMPLES = (
    "portrait-style check --photos photos --styles styles",
    "portrait-style check --pairs my_edits",
)
EXTRA = None
_ASKED = ("photos", "styles", "pairs", "steps", "size", "batch")


def add_arguments(parser) -> None:
    """Add the arguments of `check`, which are those of `train`."""
    others = [name for name in TrainingConfig.__dataclass_fields__ if name not in _ASKED]
    add_settings(parser, TrainingConfig, leave_out=others, needed=False)


def run(options) -> int:
    """Run `check`."""
    given = vars(options)
    if not any(given.get(name) for name in ("photos", "styles", "pairs")):
        raise ArgumentError("name what to look at: --photos, --styles or --pairs")
    import_tensorflow_quietly()
    from portrait_style.training.inspection import inspect

    found = inspect(**given, progress=True)
    print(found.table())
    return DONE if found.fit else USER_MISTAKE
