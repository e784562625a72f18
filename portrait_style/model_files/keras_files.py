"""A generator's `.keras` file and the networks that lie beside it: a run folder, or part of one."""

import functools
import json
import os
import warnings
import zipfile
from pathlib import Path

from portrait_style.errors import ModelError, OutputError
from portrait_style.image_folder import HELD_OUT_FRACTION
from portrait_style.model_files.preset import preset_names
from portrait_style.output_files import replaced
from portrait_style.styles.bank import StyleBank

GENERATOR_FILE = "generator.keras"
STYLE_ENCODER_FILE = "style_encoder.keras"
MAPPING_NETWORK_FILE = "mapping_network.keras"
DISCRIMINATOR_FILE = "discriminator.keras"
RUN_CONFIG_FILE = "config.json"
# What `adapt` leaves beside the networks.
ADAPTATION_FILE = "adaptation.json"
GENERATOR_NAMES = ("portrait_style>Generator", "portrait_style>StridedGenerator")


class KerasFiles:
    """Networks as Keras writes them.

    Args:
        path: the generator's file; the others are looked for beside it, under their own names.

    Every member raises `ModelError` if a file is damaged or of another kind.
    """

    def __init__(self, path: Path):
        self.path = path

    @functools.cached_property
    def configuration(self) -> dict:
        """What the file tells of its network, read without Keras."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                return json.loads(archive.read("config.json"))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ModelError(
                f"{self.path} cannot be loaded as a Keras model ({error}); save it again"
            ) from error

    @functools.cached_property
    def bank(self) -> StyleBank | None:
        """The styles, read without TensorFlow; `None` if the generator names none."""
        if self.configuration.get("registered_name") not in GENERATOR_NAMES:
            raise ModelError(
                f"{self.path} holds a {self.configuration.get('class_name')}, not a Generator; "
                "name the file that training wrote"
            )
        styles = self.configuration.get("config", {}).get("styles")
        try:
            return StyleBank.from_config(styles) if styles else None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(f"{self.path} has damaged styles ({error}); save it again") from error

    def load_generator(self):
        """Load the `Generator`; every call reads the file again."""
        from portrait_style.models.generator import Generator

        return _load_keras_network(self.path, Generator)

    def load_style_encoder(self):
        """Load the `StyleEncoder`, or `None` where there is none."""
        from portrait_style.models.style_encoder import StyleEncoder

        return self._load_beside(STYLE_ENCODER_FILE, StyleEncoder)

    def load_mapping_network(self):
        """Load the `MappingNetwork`; `None` where there is none, as in earlier versions."""
        from portrait_style.models.mapping_network import MappingNetwork

        return self._load_beside(MAPPING_NETWORK_FILE, MappingNetwork)

    def load_discriminator(self):
        """Load the `Discriminator`, or `None` where there is none."""
        from portrait_style.models.discriminator import Discriminator

        return self._load_beside(DISCRIMINATOR_FILE, Discriminator)

    @property
    def is_lite(self) -> bool:
        """Whether there are TFLite files to draw with: there are not."""
        return False

    def load_lite_networks(self, threads: int | None = None) -> None:
        """There are none: such networks are drawn with by Keras."""
        return None

    @property
    def held_out_fraction(self) -> float:
        """The share of files that training held out, as the run says that wrote the model.

        Where nothing is known, the default of training, with a warning.
        """
        path = self.path.with_name(RUN_CONFIG_FILE)
        try:
            fraction = float(json.loads(path.read_text())["validation_fraction"])
        except (OSError, ValueError, TypeError, KeyError):
            warnings.warn(
                f"{path} does not tell what training held out; {HELD_OUT_FRACTION:g} of the files "
                "is taken to be",
                stacklevel=3,
            )
            return HELD_OUT_FRACTION
        if not 0.0 < fraction < 1.0:
            raise ModelError(
                f"the run that wrote {self.path} held nothing out; leave out --held-out"
            )
        return fraction

    @property
    def adapted_from(self) -> str | None:
        """The model that this one learned one more style from, as `adapt` was told; else `None`."""
        path = self.path.with_name(ADAPTATION_FILE)
        if not path.is_file():
            return None
        try:
            return str(json.loads(path.read_text(encoding="utf-8"))["arguments"]["model"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ModelError(f"{path} is damaged ({error}); adapt again") from error

    def save_mapping_network(self, mapping_network) -> Path:
        """Put a mapping network beside the generator; return the folder.

        Raises:
            OutputError: if the file cannot be written.
        """
        folder = self.path.parent
        write_networks(folder, {MAPPING_NETWORK_FILE: mapping_network})
        return folder

    def _load_beside(self, name: str, kind: type):
        path = self.path.with_name(name)
        return _load_keras_network(path, kind) if path.is_file() else None


def find_keras_files(source: str | os.PathLike) -> KerasFiles:
    """Find the generator's file in a run folder, or take the file itself.

    Raises:
        ModelError: if there is none.
    """
    if os.path.isdir(source):
        path = Path(source) / GENERATOR_FILE
        if not path.is_file():
            raise ModelError(
                f"{source} holds no {GENERATOR_FILE}, which a finished training leaves; "
                "finish it with --resume"
            )
        return KerasFiles(path)
    if not os.path.isfile(source):
        raise ModelError(
            f"{str(source)!r} is neither a preset ({', '.join(preset_names())}) nor a file or "
            "folder; check the path"
        )
    return KerasFiles(Path(source))


def save_model(model, path: Path) -> None:
    """Write one network as a `.keras` file, whole.

    Args:
        model: built Keras model.
        path: file in a folder that exists; it is replaced.

    Raises:
        OSError: if it cannot be written.
    """
    with replaced(path) as written:
        model.save(written)


def write_networks(folder: Path, networks: dict) -> None:
    """Write networks as `.keras` files by the names of their files, each whole.

    Raises:
        OutputError: if one cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, network in networks.items():
            save_model(network, folder / name)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error


def _load_keras_network(path: Path, kind: type):
    """Load what training wrote as a `.keras` file, and make sure that it is of the class."""
    import keras

    try:
        model = keras.saving.load_model(path, compile=False)
    except Exception as error:  # Keras lets through whatever a damaged file causes.
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ModelError(
            f"{path} cannot be loaded as a Keras model ({reason[0][:120]}); save it again"
        ) from error
    if not isinstance(model, kind):
        raise ModelError(
            f"{path} holds a {type(model).__name__}, not a {kind.__name__}; "
            "name the file that training wrote"
        )
    return model
