"""The settings that choose what content and style are measured by."""

import os
from dataclasses import dataclass

from portrait_style.errors import ModelError
from portrait_style.settings import check_settings, one_of, setting

PERCEPTUAL_NETWORKS = ("compact", "vgg16", "vgg19")


@dataclass(frozen=True, kw_only=True)
class PerceptualConfig:
    """What content and style are measured by; a part of longer settings.

    Raises:
        ArgumentError: if the network is unknown.
    """

    perceptual: str = setting(
        "network that judges content and style", "compact", range=one_of(PERCEPTUAL_NETWORKS)
    )
    perceptual_weights: str | None = setting(
        "its weights (default: bundled or downloaded)", None, metavar="FILE"
    )

    def __post_init__(self):
        check_settings(self)

    @property
    def weights(self) -> str:
        """What `FeatureExtractor` takes."""
        return self.perceptual_weights or "pretrained"

    def check_weights(self) -> None:
        """Make sure that the file of the weights exists, if one is named.

        Raises:
            ModelError: if it does not.
        """
        path = self.perceptual_weights
        if path is not None and not os.path.isfile(path):
            raise ModelError(f"{path} does not exist; check --perceptual-weights")
