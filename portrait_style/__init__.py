"""Portrait stylization that you train yourself and ship anywhere.

The names below are loaded when they are first used, so that importing the package costs nothing.
"""

from typing import TYPE_CHECKING

from portrait_style import _registration
from portrait_style._lazy import hand_on
from portrait_style._version import __version__ as __version__

if TYPE_CHECKING:
    from portrait_style.errors import ArgumentError as ArgumentError
    from portrait_style.errors import ArtefactError as ArtefactError
    from portrait_style.errors import DatasetError as DatasetError
    from portrait_style.errors import ImageError as ImageError
    from portrait_style.errors import MissingPackageError as MissingPackageError
    from portrait_style.errors import ModelError as ModelError
    from portrait_style.errors import OutputError as OutputError
    from portrait_style.errors import ParityError as ParityError
    from portrait_style.errors import PortraitStyleError as PortraitStyleError
    from portrait_style.errors import ProfileError as ProfileError
    from portrait_style.errors import RunFolderError as RunFolderError
    from portrait_style.errors import SharedStyleError as SharedStyleError
    from portrait_style.losses.weights import LossWeights as LossWeights
    from portrait_style.personalization.session import FeedbackSession as FeedbackSession
    from portrait_style.renderers._registry import render as render
    from portrait_style.renderers._registry import renderer_names as renderer_names
    from portrait_style.sharing import share_style as share_style
    from portrait_style.styles.bank import StyleBank as StyleBank
    from portrait_style.stylizer import PortraitStylizer as PortraitStylizer
else:
    __getattr__, __dir__, __all__ = hand_on(
        __name__,
        {
            "LossWeights": "portrait_style.losses.weights",
            "FeedbackSession": "portrait_style.personalization.session",
            "PortraitStylizer": "portrait_style.stylizer",
            "StyleBank": "portrait_style.styles.bank",
            "share_style": "portrait_style.sharing",
            "render": "portrait_style.renderers._registry",
            "renderer_names": "portrait_style.renderers._registry",
            "PortraitStyleError": "portrait_style.errors",
            "ArgumentError": "portrait_style.errors",
            "MissingPackageError": "portrait_style.errors",
            "ImageError": "portrait_style.errors",
            "DatasetError": "portrait_style.errors",
            "ModelError": "portrait_style.errors",
            "ProfileError": "portrait_style.errors",
            "RunFolderError": "portrait_style.errors",
            "SharedStyleError": "portrait_style.errors",
            "OutputError": "portrait_style.errors",
            "ArtefactError": "portrait_style.errors",
            "ParityError": "portrait_style.errors",
        },
    )
    __all__ += ["__version__"]

_registration.install()
