"""Does a classifier that knows the styles' own pictures take the results for them?"""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

_FOLDS = 5


class StyleClassifier:
    """Logistic regression from style codes to names.

    Args:
        codes: (pictures, code_size), of real pictures.
        names: list of str, the style of each. Photos make a class of their own, so that leaving
            a photo as it is counts as a miss.
        seed: int, order of the cross-check. Defaults to 0.

    Attributes:
        cross_checked: float in 0..1, share of held-out real pictures whose style is told, in a
            stratified cross-check of at most five folds.

    Raises:
        ValueError: if there are fewer than two names, or fewer than two pictures of a name.
    """

    def __init__(self, codes, names, seed=0):
        codes, names = np.asarray(codes), np.asarray(names)
        known, counts = np.unique(names, return_counts=True)
        if len(known) < 2 or counts.min() < 2:
            raise ValueError(
                "`names` must hold two or more styles of two or more pictures. "
                f"Received: {dict(zip(known.tolist(), counts.tolist(), strict=True))}."
            )
        folds = StratifiedKFold(int(min(_FOLDS, counts.min())), shuffle=True, random_state=seed)
        # Of matrices this small, threads wait for one another longer than they work.
        with threadpool_limits(1):
            self.cross_checked = float(
                np.mean(cross_val_score(_style_accuracy_model(), codes, names, cv=folds))
            )
            self._model = _style_accuracy_model().fit(codes, names)

    def is_style(self, codes, name: str) -> np.ndarray:
        """Tell which pictures are taken for a style: (pictures,) of bool.

        Args:
            codes: (pictures, code_size), of results.
            name: str, the style asked for.
        """
        return self._model.predict(np.asarray(codes)) == name


def style_accuracy(classifier: StyleClassifier, codes, name: str) -> float:
    """Share of results that are taken for the style asked for, 0..1."""
    return float(np.mean(classifier.is_style(codes, name)))


def _style_accuracy_model():
    # Balanced, so that a folder of 700 pictures does not swallow one of 20.
    regression = LogisticRegression(class_weight="balanced", max_iter=1000)
    return make_pipeline(StandardScaler(), regression)
