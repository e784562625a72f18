"""How a package hands on names: each is loaded from the module it lives in when it is first used.

So that importing a package costs nothing, and what one name needs is not asked of the others.
Type checkers and editors, which run nothing, get ordinary imports of the same names.
"""

import importlib
import sys

from portrait_style.installation import package_of


def hand_on(package: str, homes: dict[str, str]):
    """Make what a package hands names on with (PEP 562), each imported lazily.

    Args:
        package: `__name__` of the package.
        homes: dict of name to the full name of the module it lives in.

    Returns:
        What the package assigns to `__getattr__`, `__dir__` and `__all__`.

    Example::

        if TYPE_CHECKING:
            from portrait_style.training.run import train as train
        else:
            __getattr__, __dir__, __all__ = hand_on(
                __name__, {"train": "portrait_style.training.run"}
            )
    """

    def __getattr__(name):
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(_import_lazily(homes[name]), name)
        # Not asked for again.
        setattr(sys.modules[package], name, value)
        return value

    def __dir__():
        return sorted({*vars(sys.modules[package]), *homes})

    return __getattr__, __dir__, sorted(homes)


def _import_lazily(module: str):
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = package_of(error)
        if missing is None:
            raise
        raise missing from error
