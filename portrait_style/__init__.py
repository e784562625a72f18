"""Portrait stylization that you train yourself and ship anywhere.

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

from portrait_style import _registration
from portrait_style._lazy import hand_on
from portrait_style._version import __version__

__getattr__, __dir__, __all__ = hand_on(
    __name__,
    {
        "LossWeights": "portrait_style.losses.weights",
        "FeedbackSession": "portrait_style.personalization.session",
        "PortraitStylizer": "portrait_style.stylizer",
        "StyleBank": "portrait_style.styles.bank",
        "PortraitStyleError": "portrait_style.errors",
        "ArgumentError": "portrait_style.errors",
        "MissingPackageError": "portrait_style.errors",
        "ImageError": "portrait_style.errors",
        "DatasetError": "portrait_style.errors",
        "ModelError": "portrait_style.errors",
        "ProfileError": "portrait_style.errors",
        "RunFolderError": "portrait_style.errors",
        "OutputError": "portrait_style.errors",
        "ArtefactError": "portrait_style.errors",
        "ParityError": "portrait_style.errors",
    },
)
__all__ += ["__version__"]

_registration.install()
