"""The baselines that are trained here, as methods of the table."""

import functools
from abc import abstractmethod

import keras
from held_out import STYLE_SETS
from keras import ops

from baselines import adain, feed_forward, johnson, residual_network
from baselines.adain import AdaIN
from baselines.cyclegan import CycleGAN
from baselines.johnson import FastNeuralStyle, mean_grams
from baselines.method import TrainedMethod
from baselines.training import adam, train_for
from portrait_style.export.program import IMAGE_SHAPE, Program
from portrait_style.export.tflite import convert_tflite
from portrait_style.image import crop_square, to_model_range
from portrait_style.styles.codes import STYLE_IMAGE_SIZE

SIDE, PRECISION = 256, "float16"
_SEED = 0


class AdaINMethod(TrainedMethod):
    """Huang and Belongie: one network, the style read off the picture."""

    parts = (None,)

    def build(self) -> AdaIN:
        """Create the model; the encoder has its weights."""
        keras.utils.set_random_seed(_SEED)
        model = AdaIN(self.setting.feature_extractor(adain.BLOCKS))
        model.build()
        return model

    def train_part(self, style_set, minutes):
        """Train the decoder on all styles."""
        model = self.build()
        # Of a higher rate the decoder, which has no normalization, does not recover.
        model.compile(optimizer=adam(3e-4))
        dataset = self.setting.dataset(style_set)
        train_for(model, dataset, minutes, self.setting.weights_path(self.name, style_set))

    def hand(self, style_set):
        """Draw with the moments of each style picture."""
        model = self.build()
        model.network.load_weights(self.weights_path(style_set))

        def draw(photo, reference):
            square = to_model_range(crop_square(reference, STYLE_IMAGE_SIZE))[None]
            stylize = functools.partial(model.stylize, style_moments=model.style_moments(square))
            return feed_forward.draw(stylize, photo, adain.MULTIPLE)

        return draw

    def tflite(self):
        """Convert encoder and decoder; the style is an input, as for our generators."""
        model = self.build()

        def stylize(photo, style_moments):
            return ops.clip(model.stylize(photo, style_moments), -1.0, 1.0)

        inputs = {"photo": IMAGE_SHAPE, "style_moments": (None, adain.CODE_SIZE)}
        program = Program(self.name, inputs, "image", stylize, model, adain.MULTIPLE)
        return convert_tflite(program, SIDE, PRECISION)


class PerStyleMethod(TrainedMethod):
    """A network for each style set, from photo to picture."""

    parts = tuple(STYLE_SETS)

    @abstractmethod
    def build_network(self) -> keras.Model:
        """Create the network that draws."""

    def hand(self, style_set):
        """Draw by the network of the style set, whatever the style picture."""
        network = self.build_network()
        network.load_weights(self.weights_path(style_set))
        return lambda photo, reference: feed_forward.draw(network, photo, residual_network.MULTIPLE)

    def tflite(self):
        """Convert the network; all style sets have the same."""
        network = self.build_network()
        program = Program(
            self.name,
            {"photo": IMAGE_SHAPE},
            "image",
            lambda photo: network(photo, training=False),
            network,
            residual_network.MULTIPLE,
        )
        return convert_tflite(program, SIDE, PRECISION)


class JohnsonMethod(PerStyleMethod):
    """Johnson et al.: perceptual losses, and the style is in the weights."""

    def build_network(self):
        """Create the network of the paper's size."""
        return residual_network.residual_network()

    def train_part(self, style_set, minutes):
        keras.utils.set_random_seed(_SEED)
        dataset = self.setting.dataset(style_set)
        extractor = self.setting.feature_extractor(johnson.BLOCKS)
        model = FastNeuralStyle(extractor, mean_grams(extractor, dataset))
        model.compile(optimizer=adam())
        train_for(model, dataset, minutes, self.setting.weights_path(self.name, style_set))


class CycleGANMethod(PerStyleMethod):
    """Zhu et al.: adversarial, without a perceptual network."""

    def build_network(self):
        """Create the generator from photos to the style."""
        return CycleGAN().network

    def train_part(self, style_set, minutes):
        """Train both generators and discriminators on one style set."""
        keras.utils.set_random_seed(_SEED)
        model = CycleGAN()
        # Twice the paper's rate: half an hour has a hundredth of its steps.
        model.compile(adam(4e-4, 0.5), adam(4e-4, 0.5))
        dataset = self.setting.dataset(style_set)
        train_for(model, dataset, minutes, self.setting.weights_path(self.name, style_set))
