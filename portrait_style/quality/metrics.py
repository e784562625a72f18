"""The measures of pairs as Keras metrics, for `compile(metrics=...)` and validation."""

import keras

from portrait_style.functional.colour import luminance
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality import fidelity, perceptual

IMAGE_MEASURES = {
    "psnr": fidelity.psnr,
    "ssim": fidelity.ssim,
    "multiscale_ssim": fidelity.multiscale_ssim,
}
FEATURE_MEASURES = {
    "content_retention": perceptual.content_retention,
    "perceptual_distance": perceptual.perceptual_distance,
    "moment_distance": perceptual.moment_distance,
    "gram_distance": perceptual.gram_distance,
}


@keras.saving.register_keras_serializable("portrait_style")
class ImageMetric(keras.metrics.MeanMetricWrapper):
    """Mean over all pictures seen of a measure of their luminance.

    Args:
        measure: str, one of `IMAGE_MEASURES`.
        name: str; defaults to the measure's.

    Raises:
        ValueError: if there is no such measure.

    Example: images in [-1, 1]::

        metric = ImageMetric("ssim")
        metric.update_state(real_image, fake_image)
        metric.result()
    """

    def __init__(self, measure, name=None, dtype=None):
        function = _known_metric(measure, IMAGE_MEASURES)
        super().__init__(
            lambda real, fake: function(luminance(real), luminance(fake)), name or measure, dtype
        )
        self.measure = measure

    def get_config(self):
        """Configuration: the measure by its name."""
        return {"name": self.name, "dtype": self.dtype, "measure": self.measure}


@keras.saving.register_keras_serializable("portrait_style")
class FeatureMetric(keras.metrics.MeanMetricWrapper):
    """Mean over all pictures seen of a measure of their perceptual features.

    Args:
        measure: str, one of `FEATURE_MEASURES`.
        network: str, "compact", "vgg16" or "vgg19". Defaults to "compact".
        weights: as for `FeatureExtractor`. Defaults to "pretrained".
        name: str; defaults to the measure's.

    Raises:
        ValueError: if there is no such measure or network.
    """

    def __init__(self, measure, network="compact", weights="pretrained", name=None, dtype=None):
        function = _known_metric(measure, FEATURE_MEASURES)
        extractor = FeatureExtractor(network, weights)
        super().__init__(
            lambda real, fake: function(extractor(real), extractor(fake)), name or measure, dtype
        )
        self.measure, self.network, self.weights = measure, network, weights

    def get_config(self):
        """Configuration: measure and network by their names."""
        return {
            "name": self.name,
            "dtype": self.dtype,
            "measure": self.measure,
            "network": self.network,
            "weights": self.weights,
        }


def _known_metric(measure, measures):
    if measure not in measures:
        raise ValueError(
            f"`measure` must be one of {tuple(measures)}. Received: measure={measure!r}."
        )
    return measures[measure]
