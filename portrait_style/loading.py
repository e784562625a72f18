"""Trained networks from wherever somebody has them: a preset, a run folder, a `.keras` file."""

import json
import os
import warnings
import zipfile
from pathlib import Path

from portrait_style.errors import ModelError, OutputError
from portrait_style.output_files import replaced
from portrait_style.picture_files import HELD_OUT_FRACTION
from portrait_style.presets import (
    add_preset_mapping,
    is_preset,
    load_preset,
    load_preset_mapping,
    preset_folder,
    preset_names,
)
from portrait_style.styles.bank import StyleBank

GENERATOR_FILE = "generator.keras"
STYLE_ENCODER_FILE = "style_encoder.keras"
MAPPING_NETWORK_FILE = "mapping_network.keras"
DISCRIMINATOR_FILE = "discriminator.keras"
RUN_CONFIG_FILE = "config.json"


def load_models(source: str | os.PathLike):
    """Load a generator and, where there is one, the style encoder it was trained with.

    Args:
        source: name of a bundled preset, folder of another preset, run folder, or a generator's
            `.keras` file; the style encoder is looked for beside it.

    Returns:
        `Generator`, and `StyleEncoder` or `None`.

    Raises:
        ModelError: if there is nothing of the kind at `source`, or it is damaged.
    """
    if is_preset(source):
        return load_preset(source)

    from portrait_style.models.generator import Generator
    from portrait_style.models.style_encoder import StyleEncoder

    style_encoder = _load_beside(source, STYLE_ENCODER_FILE, StyleEncoder)
    return _load(generator_path(source), Generator), style_encoder


def load_whole_model(source: str | os.PathLike):
    """Load a generator, the style encoder it was trained with, and the styles it knows.

    Args:
        source: as for `load_models`.

    Returns:
        `Generator`, `StyleEncoder` and `StyleBank`.

    Raises:
        ModelError: if one of them is missing or damaged.
    """
    generator, style_encoder = load_models(source)
    if style_encoder is None or not generator.styles:
        raise ModelError(
            f"{source} lacks its style encoder or styles; name a preset or a finished run"
        )
    return generator, style_encoder, StyleBank.from_config(generator.styles)


def load_mapping_network(source: str | os.PathLike):
    """Load the mapping network that belongs to a generator.

    Args:
        source: as for `load_models`; a `.keras` file is the generator's.

    Returns:
        `MappingNetwork`, or `None` where there is none, as in models of earlier versions.

    Raises:
        ModelError: if there is no model at `source`, or the network is damaged.
    """
    if is_preset(source):
        return load_preset_mapping(source)

    from portrait_style.models.mapping_network import MappingNetwork

    return _load_beside(source, MAPPING_NETWORK_FILE, MappingNetwork)


def load_discriminator(source: str | os.PathLike):
    """Load the discriminator that a generator was trained against, to train them further.

    Args:
        source: as for `load_models`; a `.keras` file is the generator's.

    Returns:
        `Discriminator`, or `None` where there is none, as beside presets.

    Raises:
        ModelError: if there is no model at `source`, or the network is damaged.
    """
    if is_preset(source):
        return None

    from portrait_style.models.discriminator import Discriminator

    return _load_beside(source, DISCRIMINATOR_FILE, Discriminator)


def save_mapping_network(source: str | os.PathLike, mapping_network) -> Path:
    """Put a mapping network beside a generator; nothing else of the model changes.

    Args:
        source: as for `load_models`.
        mapping_network: built `MappingNetwork`.

    Returns:
        The folder of the model.

    Raises:
        ModelError: if there is no model at `source`.
        OutputError: if the file cannot be written.
    """
    if is_preset(source):
        return add_preset_mapping(preset_folder(source), mapping_network)
    folder = generator_path(source).parent
    _write(folder, {MAPPING_NETWORK_FILE: mapping_network})
    return folder


def save_models(
    folder: str | os.PathLike, generator, style_encoder=None, mapping_network=None
) -> Path:
    """Write networks as `load_models` and `load_mapping_network` read them, each file whole.

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
    models = {
        MAPPING_NETWORK_FILE: mapping_network,
        STYLE_ENCODER_FILE: style_encoder,
        GENERATOR_FILE: generator,
    }
    _write(folder, {name: model for name, model in models.items() if model is not None})
    return folder


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


def is_ours(source: str | os.PathLike) -> bool:
    """Tell whether `source` looks like a model of this package, without loading it.

    Args:
        source: as for `load_models`.

    Raises:
        ModelError: if there is nothing of the kind at `source`.
    """
    if is_preset(source):
        return True
    if os.path.isfile(os.path.join(source, "saved_model.pb")):
        return False
    try:
        with zipfile.ZipFile(generator_path(source)) as archive:
            config = json.loads(archive.read("config.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"{source} is not a Keras model file ({error}); save it again") from error
    return config.get("registered_name") == "portrait_style>Generator"


def held_out_fraction(source: str | os.PathLike) -> float:
    """Tell which share of the files the training of a model held out.

    Args:
        source: as for `load_models`.

    Returns:
        float in (0, 1): what the run says that wrote the model; for presets, and with a warning for
        models of which nothing is known, the default of training.

    Raises:
        ModelError: if there is no model at `source`, or its run held nothing out.
    """
    if is_preset(source):
        return HELD_OUT_FRACTION
    path = generator_path(source).with_name(RUN_CONFIG_FILE)
    try:
        fraction = float(json.loads(path.read_text())["validation_fraction"])
    except (OSError, ValueError, TypeError, KeyError):
        warnings.warn(
            f"{path} does not tell what training held out; {HELD_OUT_FRACTION:g} of the files is "
            "taken to be",
            stacklevel=2,
        )
        return HELD_OUT_FRACTION
    if not 0.0 < fraction < 1.0:
        raise ModelError(f"the run that wrote {source} held nothing out; leave out --held-out")
    return fraction


def generator_path(source: str | os.PathLike) -> Path:
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
        return path
    if not os.path.isfile(source):
        raise ModelError(
            f"{str(source)!r} is neither a preset ({', '.join(preset_names())}) nor a file or "
            "folder; check the path"
        )
    return Path(source)


def _write(folder: Path, models: dict) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, model in models.items():
            save_model(model, folder / name)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror or error}") from error


def _load_beside(source, name: str, kind: type):
    path = generator_path(source).with_name(name)
    return _load(path, kind) if path.is_file() else None


def _load(path: Path, kind: type):
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
