"""Keras model files, also those from the days of Keras 2 and tensorflow-addons."""

import json
import os
import tempfile
import warnings
import zipfile
from contextlib import contextmanager
from pathlib import Path

import keras

from portrait_style.errors import ModelError


class InstanceNormalization(keras.layers.GroupNormalization):
    """The layer of tensorflow-addons, which ended with Keras 2, under its own name.

    Args:
        **kwargs: as saved with a model; `groups` is always one group a channel.

    References:
        Ulyanov et al., 2016, https://arxiv.org/abs/1607.08022
    """

    def __init__(self, **kwargs):
        super().__init__(**{**kwargs, "groups": -1})


CUSTOM_OBJECTS = {
    "Addons>InstanceNormalization": InstanceNormalization,
    "InstanceNormalization": InstanceNormalization,
    # Keras 2 saved models built from tensors by the address of a module that is gone.
    "Functional": keras.Model,
}


def load_keras_file(path: str | os.PathLike):
    """Load a model of Keras 2 or 3 without ever running code from the file.

    Args:
        path: `.keras` file of Keras 3, or of Keras 2.12 to 2.15.

    Returns:
        Keras model, not compiled.

    Raises:
        ModelError: if the file is missing, damaged, or holds code such as a Lambda layer.
    """
    if not os.path.isfile(path):
        raise ModelError(f"{path} does not exist; check the path")
    if Path(path).suffix != ".keras":
        raise ModelError(
            f"{path} is no .keras file; load it in the Keras that wrote it and save it as .keras"
        )
    try:
        # The warnings are for who can change the model's code.
        with _readable_by_keras_3(path) as readable, warnings.catch_warnings(action="ignore"):
            return keras.saving.load_model(
                readable, custom_objects=CUSTOM_OBJECTS, compile=False, safe_mode=True
            )
    except Exception as error:  # Keras lets through whatever a damaged file causes.
        # Keras words it so for every layer that would run code from the file.
        if "safe_mode" in str(error):
            raise ModelError(
                f"{path} holds a layer that runs code from the file, such as Lambda, and is "
                "refused; save the model with a registered layer in its place"
            ) from error
        raise ModelError(
            f"{path} cannot be loaded as a Keras model ({root_reason(error)}); save it again"
        ) from error


def root_reason(error: BaseException) -> str:
    """Say in a line why Keras did not load a file: what began a chain of errors."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:160]


@contextmanager
def _readable_by_keras_3(path):
    """Give the path itself, or that of a temporary copy in the wording of Keras 3."""
    with zipfile.ZipFile(path) as archive:
        version = json.loads(archive.read("metadata.json"))["keras_version"]
        if not version.startswith("2."):
            yield path
            return
        config = json.loads(archive.read("config.json"), object_hook=_reworded_for_keras_3)
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "model.keras")
            with zipfile.ZipFile(copy, "w") as rewritten:
                for name in archive.namelist():
                    content = archive.read(name)
                    if name == "config.json":
                        content = json.dumps(config).encode()
                    rewritten.writestr(name, content)
            yield copy


def _reworded_for_keras_3(entry: dict) -> dict:
    """Put the configuration of a layer as Keras 3 expects it; others stay as they are."""
    kind, config = str(entry.get("class_name")), entry.get("config")
    if kind.endswith("Transpose"):
        # It never had an effect.
        config.pop("groups", None)
    if kind == "BatchNormalization" and isinstance(config.get("axis"), list):
        (config["axis"],) = config["axis"]
    return entry
