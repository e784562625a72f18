"""Make saved models loadable by a process that only imported Keras and the package.

Keras looks the classes in a `.keras` file up by the names under which they registered themselves
when they were imported. Importing them brings TensorFlow, which `import portrait_style` must not;
hence each name is held by a stand-in, which imports the class when a file asks for it.
"""

import importlib
import importlib.abc
import importlib.util
import sys

# Every class that a saved file can hold, and the module it lives in.
HOMES = {
    "FeatureExtractor": "portrait_style.models.feature_extractor",
    "StyleEncoder": "portrait_style.models.style_encoder",
    "MappingNetwork": "portrait_style.models.mapping_network",
    "Generator": "portrait_style.models.generator",
    "StridedGenerator": "portrait_style.models.strided_generator",
    "_PassThrough": "portrait_style.models.generator",
    "_WithLuminance": "portrait_style.models.generator",
    "Discriminator": "portrait_style.models.discriminator",
    "PairDiscriminator": "portrait_style.models.pair_discriminator",
    "PatchHead": "portrait_style.models.discriminator",
    "SeparableBlock": "portrait_style.layers.separable_block",
    "StyleModulation": "portrait_style.layers.style_modulation",
    "ConditionalBatchRenormalization": "portrait_style.layers.conditional_renormalization",
    "ConditionalBatchNormalization": "portrait_style.layers.conditional_normalization",
    "SubpixelEqual": "portrait_style.layers.subpixel",
    "SubpixelUpsampling": "portrait_style.layers.subpixel",
    "Waves": "portrait_style.layers.canvas",
    "Canvas": "portrait_style.layers.canvas",
    "Downsampling": "portrait_style.layers.downsampling",
    "Binomial": "portrait_style.layers.resize_convolution",
    "ResizeConvolution": "portrait_style.layers.resize_convolution",
    "ImageMetric": "portrait_style.quality.metrics",
    "FeatureMetric": "portrait_style.quality.metrics",
    "Muon": "portrait_style.training.keras_model.muon",
    "PortraitStyleGAN": "portrait_style.training.gan",
}
_PACKAGE = "portrait_style"


def install() -> None:
    """Register stand-ins of saved classes, now or, where Keras is not there yet, when it comes."""
    if "keras" in sys.modules:
        _register_stand_ins()
    else:
        sys.meta_path.insert(0, _KerasWatcher())


def _register_stand_ins() -> None:
    import keras

    registered = keras.saving.get_custom_objects()
    for name, module in HOMES.items():
        # The class itself may have been faster.
        registered.setdefault(f"{_PACKAGE}>{name}", _registration_stand_in(name, module))


def _registration_stand_in(name: str, module: str) -> type:
    def from_config(config):
        return getattr(importlib.import_module(module), name).from_config(config)

    # Keras asks a class for nothing but this; the class, once imported, takes its place.
    return type(name, (), {"from_config": staticmethod(from_config)})


class _KerasWatcher(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stand in for Keras' own loader once, and register after it has done its work."""

    def __init__(self):
        self._asks_others = False

    def find_spec(self, name, path=None, target=None):
        """Answer for `keras` only, also to who only asks whether it is there."""
        if name != "keras" or self._asks_others:
            return None
        self._asks_others = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asks_others = False
        if spec is not None:
            self.loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        """Leave it to Keras' loader."""
        return self.loader.create_module(spec)

    def exec_module(self, module):
        """Run Keras, then register; the work is done."""
        sys.meta_path.remove(self)
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        _register_stand_ins()
