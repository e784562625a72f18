"""The networks with which a run starts."""

from portrait_style.errors import ModelError
from portrait_style.loading import load_models
from portrait_style.models.discriminator import Discriminator
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import Generator
from portrait_style.models.style_encoder import StyleEncoder
from portrait_style.training.config import TrainingConfig
from portrait_style.training.ema import copy_weights

IMAGE_SHAPE = (None, None, None, 3)


def initial_networks(config: TrainingConfig) -> dict:
    """Build the networks of a run; generator and style encoder from `config.initial` if given.

    Returns:
        "generator", "discriminator", "style_encoder" and "feature_extractor".

    Raises:
        ModelError: if `config.initial` is not a trained model of the same size with its style
            encoder.
    """
    networks = {
        "generator": Generator(config.preset, name="generator"),
        "discriminator": Discriminator(name="discriminator"),
        "style_encoder": StyleEncoder(name="style_encoder"),
        "feature_extractor": FeatureExtractor(
            config.perceptual, config.perceptual_weights or "pretrained", name="feature_extractor"
        ),
    }
    if config.initial is not None:
        _start_from(config.initial, networks["generator"], networks["style_encoder"])
    return networks


def _start_from(source, generator, style_encoder) -> None:
    trained_generator, trained_encoder = load_models(source)
    if trained_generator.size != generator.size or trained_encoder is None:
        raise ModelError(
            f"{source} cannot be started from; a {generator.size!r} generator with its style "
            "encoder is needed"
        )
    generator.build({"photo": IMAGE_SHAPE, "style_code": (None, generator.code_size)})
    style_encoder.build(IMAGE_SHAPE)
    copy_weights(trained_generator, generator)
    copy_weights(trained_encoder, style_encoder)
