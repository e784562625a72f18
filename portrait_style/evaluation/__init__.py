"""Draw photos in styles, measure the results, and report."""

from portrait_style._lazy import hand_on

__getattr__, __dir__, __all__ = hand_on(__name__, {"evaluate": "portrait_style.evaluation.run"})
