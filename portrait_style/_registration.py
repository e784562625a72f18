"""Make saved models loadable by a process that only imported the package.

Keras finds the classes in a `.keras` file by the names under which they registered themselves when
they were imported. Importing them brings TensorFlow, which `import portrait_style` must not; hence
they are imported as soon as somebody imports Keras, and not before.
"""

import importlib
import importlib.abc
import importlib.util
import sys

_MODULES = (
    "portrait_style.models.generator",
    "portrait_style.models.mapping_network",
    "portrait_style.models.style_encoder",
)


def install() -> None:
    """Register the networks now where Keras is there already, otherwise when it comes."""
    if "keras" in sys.modules:
        _register()
    else:
        sys.meta_path.insert(0, _KerasWatcher())


def _register() -> None:
    # A module of ours that is importing Keras right now is on its way to registering itself.
    if not any(map(_being_imported, _ours())):
        for name in _MODULES:
            importlib.import_module(name)


def _ours():
    return [m for name, m in list(sys.modules.items()) if name.startswith("portrait_style.")]


def _being_imported(module) -> bool:
    return getattr(module.__spec__, "_initializing", False)


class _KerasWatcher(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stand in for Keras' own loader once, and register after it has done its work."""

    def find_spec(self, name, path=None, target=None):
        """Answer for `keras` only, and only once."""
        if name != "keras":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None:
            self.loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        """Leave it to Keras' loader."""
        return self.loader.create_module(spec)

    def exec_module(self, module):
        """Run Keras, then register."""
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        _register()
