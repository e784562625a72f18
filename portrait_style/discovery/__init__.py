"""Find styles in a folder of mixed pictures, without labels."""

from portrait_style._lazy import hand_on

__getattr__, __dir__, __all__ = hand_on(__name__, {"discover": "portrait_style.discovery.run"})
