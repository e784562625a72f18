"""Draw photos in styles, measure the results, and report."""

from typing import TYPE_CHECKING

from portrait_style._lazy import hand_on

if TYPE_CHECKING:
    from portrait_style.evaluation.run import evaluate as evaluate
else:
    __getattr__, __dir__, __all__ = hand_on(__name__, {"evaluate": "portrait_style.evaluation.run"})
