"""A trained model from wherever somebody has it: a preset, a run folder, a `.keras` file."""

import functools
import os
from pathlib import Path

from portrait_style.errors import ModelError
from portrait_style.model_files.keras_files import (
    GENERATOR_FILE,
    GENERATOR_NAMES,
    MAPPING_NETWORK_FILE,
    STYLE_ENCODER_FILE,
    KerasFiles,
    find_keras_files,
    write_networks,
)
from portrait_style.model_files.lite_networks import LiteNetworks
from portrait_style.model_files.preset import Preset, find_preset
from portrait_style.styles.bank import StyleBank


def open_model(source: str | os.PathLike) -> "TrainedModel":
    """Open a model; its networks are loaded when they are first used.

    Args:
        source: name of a bundled preset, folder of another preset, run folder, or a generator's
            `.keras` file; the networks that belong to it are looked for beside it.

    Raises:
        ModelError: if there is nothing of the kind at `source`.
    """
    return TrainedModel(source, find_preset(source) or find_keras_files(source))


class TrainedModel:
    """A generator and what belongs to it.

    Args:
        source: where it is, as somebody named it.
        files: `Preset` or `KerasFiles`.

    Every member raises `ModelError` if what it reads is damaged.
    """

    def __init__(self, source: str | os.PathLike, files: Preset | KerasFiles):
        self.source = source
        self._files = files

    @property
    def bank(self) -> StyleBank | None:
        """The styles that the generator knows, read without TensorFlow; `None` if it names none."""
        return self._files.bank

    @functools.cached_property
    def generator(self):
        """The `Generator`, loaded once."""
        return self._files.load_generator()

    @functools.cached_property
    def style_encoder(self):
        """The `StyleEncoder`, or `None`."""
        return self._files.load_style_encoder()

    @functools.cached_property
    def mapping_network(self):
        """The `MappingNetwork`, or `None`."""
        return self._files.load_mapping_network()

    @functools.cached_property
    def discriminator(self):
        """The `Discriminator` that the generator was trained against, or `None`."""
        return self._files.load_discriminator()

    @property
    def is_lite(self) -> bool:
        """Whether there are TFLite files, which draw without TensorFlow."""
        return self._files.is_lite

    def lite_networks(self, threads: int | None = None) -> LiteNetworks | None:
        """The networks to draw with without TensorFlow, or `None` where there are none.

        Args:
            threads: int, of the processor that one picture takes, or `None` for all.
        """
        return self._files.load_lite_networks(threads)

    @property
    def networks(self) -> tuple:
        """Generator and style encoder."""
        return self.generator, self.style_encoder

    @property
    def held_out_fraction(self) -> float:
        """The share of files that training held out, in (0, 1)."""
        return self._files.held_out_fraction

    @property
    def adapted_from(self) -> str | None:
        """The model that this one learned one more style from, as `adapt` was told; else `None`."""
        return self._files.adapted_from

    def check_whole(self) -> None:
        """Make sure that there is a style encoder, and that styles are named.

        Raises:
            ModelError: if not.
        """
        if self.style_encoder is None or self.bank is None:
            raise ModelError(
                f"{self.source} lacks its style encoder or styles; name a preset or a finished run"
            )

    def save_mapping_network(self, mapping_network) -> Path:
        """Put a mapping network beside the generator; nothing else of the model changes.

        Args:
            mapping_network: built `MappingNetwork`.

        Returns:
            The folder of the model.

        Raises:
            OutputError: if the file cannot be written.
        """
        self.__dict__.pop("mapping_network", None)
        return self._files.save_mapping_network(mapping_network)


def is_ours(source: str | os.PathLike) -> bool:
    """Tell whether `source` looks like a trained model of this package, without loading it.

    Raises:
        ModelError: if there is nothing of the kind at `source`.
    """
    if find_preset(source) is not None:
        return True
    if os.path.isfile(os.path.join(source, "saved_model.pb")):
        return False
    return find_keras_files(source).configuration.get("registered_name") in GENERATOR_NAMES


def save_models(
    folder: str | os.PathLike, generator, style_encoder=None, mapping_network=None
) -> Path:
    """Write a trained model's networks as `open_model` finds them, each file whole.

    Args:
        folder: where to; files of the same names are replaced.
        generator: built `Generator`; its styles travel in its file.
        style_encoder: built `StyleEncoder`, or `None`.
        mapping_network: built `MappingNetwork`, or `None`.

    Returns:
        The folder.

    Raises:
        OutputError: if a file cannot be written.
    """
    folder = Path(folder)
    networks = {
        MAPPING_NETWORK_FILE: mapping_network,
        STYLE_ENCODER_FILE: style_encoder,
        # The generator last: a folder that has it is whole.
        GENERATOR_FILE: generator,
    }
    write_networks(folder, {name: x for name, x in networks.items() if x is not None})
    return folder
