"""Presets: trained models that travel with the package, in float16.

A preset is a folder with `preset.json` (what the networks are and which styles they know),
`weights.npz` and, since random styles, `mapping_network.npz`. Half the precision is half the
download; the pictures do not show it. Beside them may lie the same networks as TFLite files, which
`portrait_style.export.lite_preset` writes: they draw without TensorFlow.
"""

import functools
import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np

from portrait_style.errors import ModelError, OutputError
from portrait_style.image_folder import HELD_OUT_FRACTION
from portrait_style.model_files.lite_networks import (
    ENCODER_LITE,
    GENERATOR_LITE,
    MAPPING_LITE,
    LiteNetwork,
    LiteNetworks,
)
from portrait_style.models.generator_size import MULTIPLE
from portrait_style.output_files import write_atomically
from portrait_style.styles.bank import StyleBank

BUNDLED = Path(__file__).parents[1] / "presets"
# Networks that have learned what the package's renderers draw, for training to start from: what
# draws already learns another drawing sooner than what has seen nothing.
START = Path(__file__).parents[1] / "models" / "weights" / "start"
FORMAT_VERSION = 1
_DESCRIPTION, _WEIGHTS, _MAPPING_WEIGHTS = "preset.json", "weights.npz", "mapping_network.npz"
_KEYS = ("description", "generator", "style_encoder", "styles")
# Keras' own entries of a configuration: a preset does not carry the policy it was trained under.
_NOT_KEPT = ("name", "trainable", "dtype", "styles")


def preset_names(bundled: Path = BUNDLED) -> list[str]:
    """Name the presets in a folder, in alphabetical order.

    Args:
        bundled: path. Defaults to the folder of the presets that travel with the package.
    """
    return sorted(path.parent.name for path in bundled.glob(f"*/{_DESCRIPTION}"))


def find_preset(source: str | os.PathLike, bundled: Path = BUNDLED) -> "Preset | None":
    """Find a preset.

    Args:
        source: name of a preset in `bundled`, or folder of another one.
        bundled: as for `preset_names`.

    Returns:
        `Preset`, or `None` if there is none.
    """
    folder = bundled / str(source) if str(source) in preset_names(bundled) else Path(source)
    return Preset(folder) if (folder / _DESCRIPTION).is_file() else None


class Preset:
    """The files of a preset.

    Args:
        folder: path.

    Every member raises `ModelError` if the preset is damaged.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    @functools.cached_property
    def description(self) -> dict:
        """What `preset.json` holds."""
        return _read_preset_description(self.folder)

    @functools.cached_property
    def bank(self) -> StyleBank:
        """The styles, read without TensorFlow."""
        return _preset_bank(self.folder, self.description)

    @functools.cached_property
    def _networks(self) -> tuple:
        from portrait_style.models.generator import Generator
        from portrait_style.models.style_encoder import StyleEncoder

        description = self.description
        arrays = _read_preset_weights(self.folder / _WEIGHTS)
        try:
            generator = Generator.from_config(
                {**description["generator"], "styles": self.bank.to_config()}
            )
            style_encoder = StyleEncoder(**description["style_encoder"])
            code = (None, generator.code_size)
            generator.build({"photo": (None, None, None, 3), "style_code": code})
            style_encoder.build((None, None, None, 3))
        except (TypeError, ValueError) as error:
            raise ModelError(_damaged_preset(self.folder, error)) from error
        _set_preset_weights(generator, "generator", arrays, self.folder)
        _set_preset_weights(style_encoder, "style_encoder", arrays, self.folder)
        return generator, style_encoder

    def load_generator(self):
        """Load the `Generator`, with the preset's styles."""
        return self._networks[0]

    def load_style_encoder(self):
        """Load the `StyleEncoder`, which is read together with the generator."""
        return self._networks[1]

    def load_mapping_network(self):
        """Load the `MappingNetwork`; `None` if there is none, as in presets of earlier versions."""
        config = self.description.get("mapping_network")
        if config is None:
            return None

        from portrait_style.models.mapping_network import MappingNetwork

        try:
            mapping_network = MappingNetwork(**config)
            mapping_network.build()
        except (TypeError, ValueError) as error:
            raise ModelError(_damaged_preset(self.folder, error)) from error
        arrays = _read_preset_weights(self.folder / _MAPPING_WEIGHTS)
        _set_preset_weights(mapping_network, "mapping_network", arrays, self.folder)
        return mapping_network

    def load_discriminator(self) -> None:
        """Presets have none."""
        return None

    @property
    def is_lite(self) -> bool:
        """Whether there are TFLite files to draw with."""
        return all((self.folder / name).is_file() for name in (GENERATOR_LITE, ENCODER_LITE))

    def load_lite_networks(self, threads: int | None = None) -> LiteNetworks | None:
        """Open the TFLite files; `None` where there are none.

        Args:
            threads: int, of the processor that one picture takes, or `None` for all.
        """
        if not self.is_lite:
            return None
        description, folder = self.description, self.folder
        mapping_network = None
        if (folder / MAPPING_LITE).is_file():
            told = {"noise_size": description["mapping_network"]["noise_size"]}
            mapping_network = LiteNetwork(folder / MAPPING_LITE, threads, **told)
        told = {"code_size": description["generator"]["code_size"], "multiple": MULTIPLE}
        return LiteNetworks(
            LiteNetwork(folder / GENERATOR_LITE, threads, **told),
            LiteNetwork(folder / ENCODER_LITE, threads),
            mapping_network,
        )

    @property
    def held_out_fraction(self) -> float:
        """The share of files that training held out: its default."""
        return HELD_OUT_FRACTION

    @property
    def adapted_from(self) -> None:
        """A preset does not tell."""
        return None

    def save_mapping_network(self, mapping_network) -> Path:
        """Put a mapping network in; the other networks and the styles stay as they are.

        Args:
            mapping_network: built `MappingNetwork`.

        Returns:
            The folder.

        Raises:
            OutputError: if the folder cannot be written.
        """
        description = {**self.description, "mapping_network": _kept_preset_config(mapping_network)}
        _remove_lite(self.folder, MAPPING_LITE)
        arrays = _half_precision_preset(mapping_network, "mapping_network")
        write_atomically(self.folder / _MAPPING_WEIGHTS, _preset_weights_file(arrays))
        write_atomically(self.folder / _DESCRIPTION, f"{json.dumps(description)}\n".encode())
        self.description = description
        return self.folder


def save_preset(
    folder: str | os.PathLike, generator, style_encoder, description: str, mapping_network=None
) -> Path:
    """Write trained networks as a preset.

    Args:
        folder: where to; a folder in `BUNDLED` becomes part of the package.
        generator: built `Generator` with styles.
        style_encoder: built `StyleEncoder`.
        description: str, one line on what it was trained on.
        mapping_network: built `MappingNetwork`, or `None`. Defaults to `None`.

    Returns:
        The folder.

    Raises:
        ValueError: if the generator has no styles.
        OutputError: if the folder cannot be written.
    """
    if not generator.styles:
        raise ValueError("`generator` must have styles. Received: generator.styles=None.")
    folder = Path(folder)
    _remove_lite(folder, GENERATOR_LITE, ENCODER_LITE, MAPPING_LITE)
    text = json.dumps(
        {
            "version": FORMAT_VERSION,
            "description": description,
            "generator": _kept_preset_config(generator),
            "style_encoder": _kept_preset_config(style_encoder),
            "styles": StyleBank.from_config(generator.styles).to_config(),
        }
    )
    arrays = _half_precision_preset(generator, "generator")
    arrays |= _half_precision_preset(style_encoder, "style_encoder")
    write_atomically(folder / _WEIGHTS, _preset_weights_file(arrays))
    write_atomically(folder / _DESCRIPTION, f"{text}\n".encode())
    if mapping_network is not None:
        Preset(folder).save_mapping_network(mapping_network)
    return folder


def _remove_lite(folder: Path, *names: str) -> None:
    """Remove TFLite files of the networks that were there before."""
    for path in (folder / name for name in names):
        if path.is_file():
            try:
                path.unlink()
            except OSError as error:
                raise OutputError(f"cannot replace {path}: {error.strerror}") from error


def _read_preset_description(folder: Path) -> dict:
    try:
        description = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
        missing = [key for key in _KEYS if key not in description]
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(_damaged_preset(folder, error)) from error
    if missing:
        raise ModelError(_damaged_preset(folder, f"{_DESCRIPTION} lacks {', '.join(missing)}"))
    if description.get("version") != FORMAT_VERSION:
        raise ModelError(
            f"{folder} is a preset of format {description.get('version')}, and this version reads "
            f"format {FORMAT_VERSION}; install the matching version of portrait-style"
        )
    return description


def _preset_bank(folder: Path, description: dict) -> StyleBank:
    try:
        return StyleBank.from_config(description["styles"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(_damaged_preset(folder, error)) from error


def _read_preset_weights(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(_damaged_preset(path.parent, error)) from error


def _set_preset_weights(model, prefix: str, arrays: dict[str, np.ndarray], folder: Path) -> None:
    for key, variable in _keyed_preset_weights(model, prefix):
        shape = tuple(variable.shape)
        if key not in arrays or arrays[key].shape != shape:
            raise ModelError(
                _damaged_preset(folder, f"its weights must hold {key} with shape {shape}")
            )
        variable.assign(arrays[key].astype(np.float32))


def _half_precision_preset(model, prefix: str) -> dict[str, np.ndarray]:
    packed = {}
    for key, variable in _keyed_preset_weights(model, prefix):
        exact = np.asarray(variable)
        with np.errstate(over="ignore"):
            half = exact.astype(np.float16)
        # A moving variance may exceed the largest float16.
        packed[key] = half if np.isfinite(half).all() else exact
    return packed


def _preset_weights_file(arrays: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # names are not NumPy's
    return file.getvalue()


def _keyed_preset_weights(model, prefix: str):
    """Name the weights by position: the names that Keras numbers differ between processes."""
    return [(f"{prefix}/{i:03d}", variable) for i, variable in enumerate(model.weights)]


def _kept_preset_config(model) -> dict:
    return {key: value for key, value in model.get_config().items() if key not in _NOT_KEPT}


def _damaged_preset(folder: Path, reason) -> str:
    return f"{folder} is not a usable preset ({reason}); install or save it again"
