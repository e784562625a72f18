"""Draw photos in styles, measure the results, and report."""

from portrait_style.evaluation.run import evaluate

__all__ = ["evaluate"]
