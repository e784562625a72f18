"""All methods of the table by name."""

from baselines.gatys import GatysMethod
from baselines.magenta import MagentaMethod
from baselines.method import Method
from baselines.preset import PresetMethod
from baselines.setting import Setting
from baselines.trained import AdaINMethod, CycleGANMethod, JohnsonMethod

_CLASSES = {
    "mobile": PresetMethod,
    "large": PresetMethod,
    "adain": AdaINMethod,
    "johnson": JohnsonMethod,
    "cyclegan": CycleGANMethod,
    "gatys": GatysMethod,
    "magenta": MagentaMethod,
}


def build_methods(names, setting: Setting) -> list[Method]:
    return [_CLASSES[name](name, setting) for name in names]
