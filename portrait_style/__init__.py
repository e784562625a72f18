"""Portrait stylization that you train yourself and ship anywhere.

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

import importlib

from portrait_style import _registration
from portrait_style._version import __version__

_HOMES = {
    "LossWeights": "portrait_style.losses.weights",
    "FeedbackSession": "portrait_style.personalization.session",
    "PortraitStylizer": "portrait_style.stylizer",
    "StyleBank": "portrait_style.styles.bank",
    "PortraitStyleError": "portrait_style.errors",
    "ImageError": "portrait_style.errors",
    "DatasetError": "portrait_style.errors",
    "ModelError": "portrait_style.errors",
    "ProfileError": "portrait_style.errors",
    "RunFolderError": "portrait_style.errors",
    "OutputError": "portrait_style.errors",
    "ArtefactError": "portrait_style.errors",
    "ParityError": "portrait_style.errors",
}

__all__ = ["__version__", *_HOMES]

_registration.install()


def __getattr__(name):
    """Load a public name from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__():
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
