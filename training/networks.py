"""The networks with which a run starts."""

from pathlib import Path

import numpy as np

from portrait_style.errors import ModelError
from portrait_style.image_folder import read_squares
from portrait_style.model_files.preset import START, Preset
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.discriminator import Discriminator
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import GENERATOR_SIZES
from portrait_style.models.pair_discriminator import PairDiscriminator
from portrait_style.models.style_encoder import StyleEncoder
from portrait_style.training.config import FROM_NOTHING, TrainingConfig
from portrait_style.training.growth import grow
from portrait_style.training.sources import Sources
from portrait_style.training.step.ema import copy_weights

IMAGE_SHAPE = (None, None, None, 3)
# All that there are: the discriminator looks at the deepest, too.
PERCEPTUAL_BLOCKS = 5
# Of each folder: what style codes are adapted to.
TYPICAL_PICTURES = 40


def initial_networks(config: TrainingConfig, sources: Sources) -> dict:
    """Build the networks of a run, from those of `config.initial` or the package's own start.

    From nothing, the style encoder is adapted to pictures of the run's folders. A discriminator
    that has learned goes on: a new one needs hundreds of steps before it is a judge.

    Args:
        config: `TrainingConfig`.
        sources: `Sources` of its folders.

    Returns:
        "generator", "discriminator", "style_encoder", "feature_extractor", and
        "pair_discriminator" where there are pairs.

    Raises:
        ModelError: if `config.initial` is not a trained model with its style encoder, or is larger.
        DatasetError: if there is no such model, and a folder holds no picture to adapt codes to.
    """
    source = _starting_point(config)
    trained = open_model(source) if source is not None else None
    # What was trained before goes on with the layout that it has.
    kind = type(trained.generator) if trained else Generator
    networks = {
        "generator": kind(config.generator_size, name="generator"),
        "discriminator": Discriminator(name="discriminator"),
        "style_encoder": StyleEncoder(name="style_encoder"),
        "feature_extractor": FeatureExtractor(
            config.perceptual,
            config.weights,
            PERCEPTUAL_BLOCKS,
            name="feature_extractor",
        ),
    }
    if sources.pairs or sources.rendered:
        networks["pair_discriminator"] = PairDiscriminator(name="pair_discriminator")
    if trained:
        _start_networks_from(source, trained, networks)
    else:
        networks["style_encoder"].build(IMAGE_SHAPE)
        networks["style_encoder"].adapt(_pictures_for_new_networks(config, sources))
    return networks


def _starting_point(config: TrainingConfig) -> str | Path | None:
    """Name what a run starts from; `None` is nothing."""
    if config.initial is not None:
        return None if config.initial == FROM_NOTHING else config.initial
    known = GENERATOR_SIZES[Preset(START).description["generator"]["size"]]
    return START if GENERATOR_SIZES[config.generator_size].holds(known) else None


def build_networks(generators, style_encoder, discriminator, feature_channels) -> None:
    """Create the weights of the networks that have none yet, for images of any size.

    Args:
        generators: tuple of `Generator` with codes of one size.
        style_encoder: `StyleEncoder`.
        discriminator: `Discriminator`.
        feature_channels: tuple of int, channels of the perceptual network's maps.
    """
    code = (None, generators[0].code_size)
    features = [(None, None, None, count) for count in feature_channels]
    shapes = [(network, {"photo": IMAGE_SHAPE, "style_code": code}) for network in generators]
    inputs = {"image": IMAGE_SHAPE, "features": features, "style_code": code}
    shapes += [(style_encoder, IMAGE_SHAPE), (discriminator, inputs)]
    for network, shape in shapes:
        if not network.built:  # a deserialized one is
            network.build(shape)


def _pictures_for_new_networks(config: TrainingConfig, sources: Sources) -> np.ndarray:
    """Read some photos and some pictures of each style."""
    folders = [*sources.photos, *sources.pictures.values()]
    return np.concatenate(
        [
            read_squares(folder, "train", TYPICAL_PICTURES, config.size, config.validation_fraction)
            for folder in folders
        ]
    )


def _start_networks_from(source, trained, networks: dict) -> None:
    """Give the networks of a run the weights of a trained model."""
    generator, style_encoder = networks["generator"], networks["style_encoder"]
    if trained.style_encoder is None:
        raise ModelError(
            f"{source} cannot be started from without its style encoder; name a preset or a run"
        )
    generator.build({"photo": IMAGE_SHAPE, "style_code": (None, generator.code_size)})
    style_encoder.build(IMAGE_SHAPE)
    try:
        grow(trained.generator, generator)
    except ValueError as error:
        raise ModelError(
            f"{source} is {trained.generator.size!r} and does not fit into {generator.size!r}; "
            f"train with --generator-size {trained.generator.size}"
        ) from error
    copy_weights(trained.style_encoder, style_encoder)
    if trained.discriminator is not None:
        networks["discriminator"] = trained.discriminator
