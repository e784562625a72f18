"""Perceptual features: VGG, or a compact network distilled from it."""

import contextlib
import functools
from importlib import resources
from pathlib import Path

import keras
import numpy as np
from keras import ops

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.perceptual_settings import PERCEPTUAL_NETWORKS

BLOCK_CHANNELS = (64, 128, 256, 512, 512)

_COMPACT_WIDTHS = (32, 48, 96, 120, 144)
_VGG_LAST_CONVOLUTION = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
# Channel means of ImageNet in BGR order, 0-255 ("caffe" preprocessing of the VGG weights).
_CAFFE_MEAN = (103.939, 116.779, 123.68)
# Root mean square of VGG16's maps on portraits, by block; dividing by it brings every map near 1.
_VGG_SCALE = (240.0, 500.0, 540.0, 110.0, 7.0)


def compact_network(num_blocks: int = 5) -> keras.Model:
    """Build the small feature extractor that imitates VGG16, without weights.

    A trunk of two 3x3 convolutions a scale carries few channels; at each scale a 1x1 convolution
    predicts the channels of VGG16's last convolution at that scale. The loss functions therefore
    take the same shapes from both networks.

    Args:
        num_blocks: int in 1..5, how many scales to compute.

    Returns:
        `keras.Model` from an RGB image in [-1, 1], shape (batch, height, width, 3), to a list of
        `num_blocks` feature maps with 64, 128, 256, 512, 512 channels at 1, 1/2, 1/4, 1/8, 1/16
        of the size.
    """
    image = keras.Input((None, None, 3), name="image")
    features, x = [], image
    for block in range(1, num_blocks + 1):
        width = _COMPACT_WIDTHS[block - 1]
        convolution = functools.partial(
            keras.layers.Conv2D, width, padding="same", activation="relu"
        )
        if block == 1:
            x = convolution(kernel_size=5, name="block1_conv1")(x)
        else:
            x = convolution(kernel_size=3, strides=2, name=f"block{block}_conv1")(x)
            x = convolution(kernel_size=3, name=f"block{block}_conv2")(x)
        head = keras.layers.Conv2D(
            BLOCK_CHANNELS[block - 1], 1, activation="relu", name=f"block{block}_head"
        )
        features.append(head(x))
    return keras.Model(image, features, name="compact")


def vgg_network(name: str, weights: str | None) -> keras.Model:
    """Build VGG to extract features: an output after the last convolution of each of five blocks.

    Args:
        name: str, "vgg16" or "vgg19".
        weights: what `keras.applications` takes: "imagenet" (downloads), a path, or `None`.

    Returns:
        `keras.Model` from a BGR image minus the ImageNet mean to a list of five feature maps.

    References:
        Simonyan and Zisserman, 2015, https://arxiv.org/abs/1409.1556
    """
    build = {"vgg16": keras.applications.VGG16, "vgg19": keras.applications.VGG19}[name]
    vgg = build(include_top=False, weights=weights)
    last = enumerate(_VGG_LAST_CONVOLUTION[name], start=1)
    outputs = [vgg.get_layer(f"block{block}_conv{index}").output for block, index in last]
    return keras.Model(vgg.input, outputs, name=name)


def load_npz_weights(model: keras.Model, source) -> None:
    """Fill a feature extractor from an npz file of keys `LAYER__kernel` and `LAYER__bias`.

    Args:
        model: `keras.Model` with uniquely named layers.
        source: path or binary file of an npz archive; arrays of any float type.

    Raises:
        ValueError: if a layer's weights are missing or have another shape.
    """
    try:
        opened = np.load(source, allow_pickle=False)
    except ValueError as error:
        raise ValueError(f"`weights` must be an npz file. Received: weights={source}.") from error
    with opened as archive:
        for layer in model.layers:
            for variable in layer.weights:
                key = f"{layer.name}__{variable.name}"
                if key not in archive or archive[key].shape != tuple(variable.shape):
                    raise ValueError(
                        f"`weights` must hold {key!r} with shape {tuple(variable.shape)}. "
                        f"Received: weights={source}."
                    )
                variable.assign(archive[key].astype("float32"))


@keras.saving.register_keras_serializable("portrait_style")
class FeatureExtractor(keras.Model):
    """Feature maps of a frozen perceptual network at five scales.

    Args:
        network: str, "compact" (shipped with the package), "vgg16" or "vgg19".
        weights: "pretrained" (the shipped file for "compact", the ImageNet download of
            `keras.applications` for VGG), a path to a `.npz`, `.h5` or `.keras` weights file, or
            `None` for random weights. Defaults to "pretrained".
        num_blocks: int in 1..5, how many scales to compute. Defaults to 5.

    Raises:
        ModelError: if the weights cannot be read or downloaded.
        ArgumentError: if the weights do not fit.
        ValueError: if another argument is out of its range.
    """

    def __init__(self, network="compact", weights="pretrained", num_blocks=5, **kwargs):
        if network not in PERCEPTUAL_NETWORKS:
            raise ValueError(
                f"`network` must be one of {PERCEPTUAL_NETWORKS}. Received: network={network!r}."
            )
        if num_blocks not in range(1, 6):
            raise ValueError(f"`num_blocks` must be in 1..5. Received: num_blocks={num_blocks}.")
        # float32 under every dtype policy: moments of half-precision features overflow.
        kwargs["dtype"] = "float32"
        super().__init__(trainable=False, **kwargs)
        self.network = network
        self.num_blocks = num_blocks
        with _float32_extractor_layers(), _readable_extractor_weights(network, weights):
            self.backbone = _extractor_backbone(network, weights, num_blocks)
        self.backbone.trainable = False

    @property
    def output_channels(self):
        """Tuple of int, channels of each map."""
        return BLOCK_CHANNELS[: self.num_blocks]

    def build(self, image_shape):
        """Nothing is left to build: the backbone is functional."""
        self.built = True

    def call(self, image):
        """Compute the feature maps.

        Args:
            image: RGB in [-1, 1], shape (batch, height, width, 3).

        Returns:
            List of `num_blocks` maps, (batch, height / 2**i, width / 2**i, channels), 0 or more
            and of the order of 1.
        """
        if self.network != "compact":
            image = (image[..., ::-1] + 1.0) * 127.5 - ops.convert_to_tensor(_CAFFE_MEAN)
        features = self.backbone(image)
        features = list(features) if isinstance(features, (list, tuple)) else [features]
        if self.network != "compact":
            features = [x / scale for x, scale in zip(features, _VGG_SCALE, strict=False)]
        return features

    def get_config(self):
        """Configuration; the weights travel with the saved model, not with the configuration."""
        return {
            **super().get_config(),
            "network": self.network,
            "weights": None,
            "num_blocks": self.num_blocks,
        }

    @classmethod
    def from_config(cls, config):
        """Rebuild without reading any weights file."""
        config = {key: value for key, value in config.items() if key != "trainable"}
        return cls(**config)


@contextlib.contextmanager
def _float32_extractor_layers():
    # A functional model's layers follow the global policy, not that of the model around them.
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


@contextlib.contextmanager
def _readable_extractor_weights(network: str, weights):
    """Turn what a damaged file, or one that cannot be downloaded, raises into one error."""
    try:
        yield
    except ValueError as error:
        if weights in (None, "pretrained"):
            raise
        raise ArgumentError(str(error)) from error
    except Exception as error:  # Keras downloads, and raises an `Exception` as such.
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        source = "the download" if weights == "pretrained" else weights
        raise ModelError(
            f"weights of {network} cannot be read from {source} ({reason[:120]}); "
            "name a file by --perceptual-weights"
        ) from error


def _extractor_backbone(network: str, weights, num_blocks: int) -> keras.Model:
    if network == "compact":
        return _compact_extractor_backbone(weights, num_blocks)
    is_npz = weights is not None and str(weights).endswith(".npz")
    keras_weights = "imagenet" if weights == "pretrained" else weights
    vgg = vgg_network(network, None if is_npz else keras_weights)
    backbone = keras.Model(vgg.input, vgg.outputs[:num_blocks], name=network)
    if is_npz:
        load_npz_weights(backbone, weights)
    return backbone


def _compact_extractor_backbone(weights, num_blocks: int) -> keras.Model:
    backbone = compact_network(num_blocks)
    if weights is None:
        return backbone
    if weights == "pretrained":
        shipped = resources.files("portrait_style") / "models" / "weights" / "compact.npz"
        with shipped.open("rb") as file:
            load_npz_weights(backbone, file)
    elif Path(weights).suffix == ".npz":
        load_npz_weights(backbone, weights)
    else:
        backbone.load_weights(weights)
    return backbone
