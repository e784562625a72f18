"""Where everything is, and how much of it is used."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from held_out import STYLE_SETS, held_out


@dataclass(frozen=True)
class Setting:
    """What all methods have in common.

    Attributes:
        data: path, holds `data/photos`, `data/styles` and `models`.
        output: path, where weights, pictures and figures are kept.
        minutes: float, of training, for each trained method.
        limit: int, photos to draw.
        optimized: int, photos that are drawn by optimization, which takes minutes a picture.
        iterations: int, steps of optimization a picture.
        size: int, pixels of the views in training.
        batch_size: int.
    """

    data: Path
    output: Path
    minutes: float = 30.0
    limit: int = 60
    optimized: int = 16
    iterations: int = 60
    size: int = 128
    batch_size: int = 4

    @property
    def photos(self) -> Path:
        """Folder of photos, those of training included."""
        return self.data / "data" / "photos"

    @property
    def styles(self) -> Path:
        """Folder of style folders."""
        return self.data / "data" / "styles"

    @property
    def perceptual_weights(self) -> Path:
        """Weights of VGG16."""
        return self.data / "models" / "vgg16_notop_float16.npz"

    def missing(self) -> list[Path]:
        """List what is needed and not there."""
        folders = [self.styles / folder for folder in STYLE_SETS.values()]
        needed = [self.photos, *folders, self.perceptual_weights]
        return [path for path in needed if not path.exists()]

    def style_folder(self, style_set: str | None) -> Path:
        """Folder of a style set's pictures, or of all where there is none."""
        return self.styles / STYLE_SETS[style_set] if style_set else self.styles

    def weights_path(self, name: str, style_set: str | None) -> Path:
        """Where the weights of a network are kept."""
        stem = f"{name}-{style_set}" if style_set else name
        return self.output / "weights" / f"{stem}.weights.h5"

    @cached_property
    def held_out_photos(self) -> list[Path]:
        """Paths of the photos to draw."""
        return held_out(self.photos)[: self.limit]

    def references(self, style_set: str) -> list[Path]:
        """Paths of the held-out pictures of a style set."""
        return held_out(self.style_folder(style_set))

    def dataset(self, style_set: str | None):
        """Pair photos and style pictures that are not held out, endlessly."""
        from portrait_style.training import portrait_dataset

        return portrait_dataset(
            self.photos, self.style_folder(style_set), self.size, self.batch_size
        )

    def feature_extractor(self, num_blocks: int):
        """Load the perceptual network with which baselines are trained."""
        from portrait_style.models.feature_extractor import FeatureExtractor

        return FeatureExtractor("vgg16", self.perceptual_weights, num_blocks)
