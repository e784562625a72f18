"""From photo to picture: what most callers need."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, overload

import numpy as np
from PIL import Image

from portrait_style.errors import ModelError
from portrait_style.image import (
    SIZE_RANGE,
    ImageSource,
    crop_square,
    like_source,
    load_image,
    pad_to_multiple,
    read_photo,
    resize_longer_side,
    to_model_range,
    to_uint8,
)
from portrait_style.mark import mark_of
from portrait_style.medium import TEXTURE_RANGE, lay_on
from portrait_style.model_files.baked_style import BakedStyles
from portrait_style.model_files.preset import find_preset, preset_names
from portrait_style.model_files.trained_model import TrainedModel, open_model, save_models
from portrait_style.model_files.updated_networks import UpdatedGenerators
from portrait_style.settings import between
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import STYLE_IMAGE_SIZE
from portrait_style.styles.expression import parse_style
from portrait_style.styles.low_rank_update import UpdatedCode

INTENSITY_RANGE = between(0.0, 1.0)
# Pixels around the photo that are drawn and cut off.
RIM = 16


class PortraitStylizer:
    """Stylize photos by a trained generator.

    Args:
        generator: built `Generator`.
        style_encoder: built `StyleEncoder` trained with it, or `None`: then styles are named ones
            and codes, not pictures.
        mapping_network: built `MappingNetwork` fitted to its codes, or `None`: then there are no
            random styles.

    A preset draws by its TFLite files, without TensorFlow or Keras, until one of the Keras models
    is asked for: somebody may change it. Any number of threads may draw.

    Example: a bundled style, at four fifths of its strength::

        stylizer = PortraitStylizer.from_preset("mobile")
        picture = stylizer.stylize("me.jpg", style=stylizer.styles[0], intensity=0.8)
    """

    def __init__(self, generator, style_encoder=None, mapping_network=None):
        self._networks: Any = SimpleNamespace(
            generator=generator, style_encoder=style_encoder, mapping_network=mapping_network
        )
        self._lite, self._updated, self._baked = None, UpdatedGenerators(), BakedStyles()
        self.bank = StyleBank.from_config(generator.styles) if generator.styles else None

    @classmethod
    def from_preset(cls, name: str = "mobile") -> "PortraitStylizer":
        """Load a bundled preset.

        Raises:
            ModelError: if there is none of that name.
        """
        preset = find_preset(name)
        if preset is None:
            known = ", ".join(preset_names())
            raise ModelError(f"no preset is called {str(name)!r}; known: {known}")
        return cls.of(TrainedModel(name, preset))

    @classmethod
    def load(cls, source: str | os.PathLike) -> "PortraitStylizer":
        """Load a preset by name, or a preset folder, run folder or `.keras` file by path.

        Raises:
            ModelError: if there is nothing of the kind, or it is damaged.
        """
        return cls.of(open_model(source))

    @classmethod
    def of(cls, model: TrainedModel, threads: int | None = None) -> "PortraitStylizer":
        """Draw with a model that is open already.

        Args:
            model: `TrainedModel`.
            threads: int, of the processor that one picture of a preset takes, or `None` for all:
                where many are drawn at once, 1 draws most. Defaults to `None`.

        Raises:
            ModelError: if a network is damaged.
        """
        lite = model.lite_networks(threads)
        if lite is None or model.bank is None:
            return cls(model.generator, model.style_encoder, model.mapping_network)
        stylizer = cls.__new__(cls)
        stylizer._networks, stylizer._lite = model, lite
        stylizer._updated, stylizer._baked = UpdatedGenerators(), BakedStyles()
        stylizer.bank = StyleBank.from_config(model.bank.to_config())
        return stylizer

    @property
    def generator(self):
        """The `Generator`, in Keras."""
        return self._in_keras().generator

    @property
    def style_encoder(self):
        """The `StyleEncoder`, in Keras, or `None`."""
        return self._in_keras().style_encoder

    @property
    def mapping_network(self):
        """The `MappingNetwork`, in Keras, or `None`."""
        return self._in_keras().mapping_network

    def _in_keras(self):
        self._lite = None
        return self._networks

    @property
    def _drawing(self):
        """The networks that draw, in LiteRT or in Keras."""
        return self._lite or self._networks

    def save(self, folder: str | os.PathLike) -> Path:
        """Write the networks, with the styles as `bank` has them now, for `load`.

        Raises:
            OutputError: if the folder cannot be written.
        """
        self.generator.styles = self.bank.to_config() if self.bank else None
        return save_models(folder, self.generator, self.style_encoder, self.mapping_network)

    @property
    def code_size(self) -> int:
        """Numbers in a style code, as `style_code` returns and `stylize` takes it."""
        return self._drawing.generator.code_size

    @property
    def noise_size(self) -> int | None:
        """Numbers that a random style is drawn from; `None` where there are no random styles."""
        network = self._drawing.mapping_network
        return None if network is None else network.noise_size

    @property
    def styles(self) -> list[str]:
        """Names of the styles that the generator knows; none where it names none."""
        return self.bank.names if self.bank else []

    @overload
    def stylize(
        self,
        source: np.ndarray,
        style,
        intensity: float = 1.0,
        size: int | None = None,
        texture: float = 0.0,
    ) -> np.ndarray: ...

    @overload
    def stylize(
        self,
        source: bytes,
        style,
        intensity: float = 1.0,
        size: int | None = None,
        texture: float = 0.0,
    ) -> bytes: ...

    @overload
    def stylize(
        self,
        source: str | os.PathLike | Image.Image,
        style,
        intensity: float = 1.0,
        size: int | None = None,
        texture: float = 0.0,
    ) -> Image.Image: ...

    @overload
    def stylize(
        self,
        source: list,
        style,
        intensity: float = 1.0,
        size: int | None = None,
        texture: float = 0.0,
    ) -> list: ...

    def stylize(
        self,
        source: ImageSource | list,
        style,
        intensity: float = 1.0,
        size: int | None = None,
        texture: float = 0.0,
    ) -> np.ndarray | bytes | Image.Image | list:
        """Stylize a photo, or a list of them.

        Args:
            source: the photo: path, encoded bytes, stream, PIL image or array, see `load_image`; or
                a list of photos of any of these kinds and of any sizes.
            style: str, one of `styles`, `FILE.json#NAME` of a discovered one, the path of a
                profile, see `FeedbackSession`, or of a style that was handed on, see `share_style`,
                "random:7" or "random:7@oil" for a variant drawn by that seed, or a mix such as
                "oil:0.6,ink:0.4"; or a mapping of styles to weights; or a style picture in any form
                a photo can have; or a style code, an array of shape (code_size,); or what
                `find_style` returned.
            intensity: float in [0, 1], from the photo itself to the full style. Defaults to 1.0.
            size: int in [16, 8192], pixels of the longer side of the result, or `None` for the
                photo's own size. Defaults to `None`.
            texture: float in [0, 1], how much is seen of the style's medium, such as paper, times
                `intensity`; of a mix, of that of the heaviest named style in it. Only named styles
                and variants of them have one. Defaults to 0.0: none.

        Returns:
            The picture, or the list of them, of the photo's kind: uint8 array for an array, PNG
            bytes for bytes, `PIL.Image.Image` otherwise. Its sides are the photo's where `size` is
            `None`, and it is transparent where the photo is.

        Raises:
            ImageError: if the photo or the style picture cannot be used.
            ModelError: if the style is unknown, a picture and there is no style encoder, or random
                and there is no mapping network.
            ProfileError, SharedStyleError: if the style is a file that is damaged or of another
                model.
            ArgumentError: if `intensity`, `size`, `texture` or a weight is out of its range.
        """
        INTENSITY_RANGE.check("intensity", intensity)
        TEXTURE_RANGE.check("texture", texture)
        if size is not None:
            SIZE_RANGE.check("size", size)
        asked = parse_style(style, self.styles)
        code = asked.code(self)
        told = asked, UpdatedCode(code, asked.updates), intensity, size, texture
        if isinstance(source, list):
            return [self._stylize_one(photo, *told) for photo in source]
        return self._stylize_one(source, *told)

    def _stylize_one(self, source, asked, found, intensity, size, texture):
        photo, alpha = read_photo(source)
        if size is not None:
            photo = resize_longer_side(photo, size)
        code = self._at_intensity(found.code, intensity, photo)
        picture = self._run(photo, code, self._updated(self._drawing.generator, found.updates))
        medium = asked.medium(self.bank) if texture else None
        if medium is not None:
            picture = lay_on(picture, medium, texture * intensity)
        return like_source(picture, source, alpha, mark_of(asked.label))

    def style_code(self, style) -> np.ndarray:
        """Find the code of a style.

        Args:
            style: as for `stylize`.

        Returns:
            float32 array of shape (code_size,).

        Raises:
            ImageError, ModelError, ProfileError, SharedStyleError: as `stylize` does.
            ArgumentError: if a code has another length or is not finite, a weight is negative, or a
                random style has no seed.
        """
        return self.find_style(style).code

    def find_style(self, style) -> UpdatedCode:
        """Find the code of a style and what it adds to the generator, once for many photos.

        Args:
            style: as for `stylize`.

        Raises:
            As `style_code`.
        """
        asked = parse_style(style, self.styles)
        return UpdatedCode(asked.code(self), asked.updates)

    def vary_style(self, code: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Draw a variant of a style.

        Args:
            code: (code_size,), of the style.
            noise: (noise_size,), standard normal.

        Returns:
            float32 array of shape (code_size,).

        Raises:
            ModelError: if there is no mapping network.
        """
        network = self._drawing.mapping_network
        if network is None:
            raise ModelError(
                "the model has no mapping network to draw random styles with; fit one by "
                "python -m portrait_style.training.fitting.mapping"
            )
        inputs = {"noise": noise[None], "style_code": code[None]}
        return np.asarray(network(inputs, training=False), np.float32)[0]

    def encode_style(self, source: ImageSource) -> np.ndarray:
        """Read the style off a picture.

        Args:
            source: path, encoded bytes, PIL image or array, see `load_image`.

        Returns:
            float32 array of shape (code_size,).

        Raises:
            ImageError: if the picture cannot be used.
            ModelError: if there is no style encoder.
        """
        style_encoder = self._drawing.style_encoder
        if style_encoder is None:
            raise ModelError(
                "there is no style encoder to read a style off a picture; put "
                "style_encoder.keras beside generator.keras, or name one of the styles: "
                + ", ".join(self.styles)
            )
        image = to_model_range(crop_square(load_image(source), STYLE_IMAGE_SIZE))
        return np.asarray(style_encoder(image[None], training=False), np.float32)[0]

    def _at_intensity(self, code: np.ndarray, intensity: float, photo: np.ndarray) -> np.ndarray:
        if intensity == 1.0:
            return code
        # Without named styles there is no mean code of photos; this photo's own takes its place.
        bank = self.bank or StyleBank(self.encode_style(photo))
        return bank.intensity(code, intensity)

    def _run(self, photo: np.ndarray, code: np.ndarray, generator) -> np.ndarray:
        """Pad, run and crop: uint8 (height, width, 3) in and out."""
        height, width = photo.shape[:2]
        # The generator draws a rim where its zero padding shows; it is drawn outside the photo.
        rim = np.pad(photo, ((RIM, RIM), (RIM, RIM), (0, 0)), mode="edge")
        padded = to_model_range(pad_to_multiple(rim, generator.multiple))
        code = code.astype(np.float32)
        inputs = {"photo": padded[None], "style_code": code[None]}
        image = self._baked(generator, code)(inputs, training=False)
        return to_uint8(image[0, RIM : RIM + height, RIM : RIM + width])
