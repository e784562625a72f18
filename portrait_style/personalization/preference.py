"""What somebody prefers, learned from comparisons of style codes."""

import numpy as np

from portrait_style.installation import check_installed

# Variance of the weights before anything was chosen.
_PRIOR_VARIANCE = 10.0


class PreferenceModel:
    """Bayesian logistic regression on differences: the Bradley-Terry model with an ideal point.

    The utility of a code is a quadratic of its coordinates with one curvature for all directions,
    so it falls with the distance from a point, the taste. The probability that one picture is
    preferred to another is the logistic function of the difference of their utilities. That is
    linear in the weights, so that logistic regression finds them; its curvature at the maximum
    tells how sure they are (Laplace).

    Args:
        scale: float, how far apart codes are that please clearly more or less, in the unit of the
            coordinates.

    References:
        Bradley and Terry, 1952, https://doi.org/10.2307/2334029
        Coombs (ideal points), 1950, https://doi.org/10.1037/h0060984
    """

    def __init__(self, scale: float):
        self._scale = scale

    def fit(self, coordinates, comparisons) -> "PreferenceModel":
        """Learn.

        Args:
            coordinates: (codes, directions).
            comparisons: (comparisons, 2) ints, a row each: which code pleased more than which.

        Returns:
            The model.
        """
        check_installed("feedback")
        from sklearn.linear_model import LogisticRegression

        features = self._features(coordinates)
        better, worse = np.asarray(comparisons).T
        differences = features[better] - features[worse]
        # Said either way round, half each: both answers occur, and the weights are symmetric.
        both = np.concatenate([differences, -differences])
        answers = np.repeat([1, 0], len(differences))
        regression = LogisticRegression(C=_PRIOR_VARIANCE, fit_intercept=False, max_iter=1000)
        regression.fit(both, answers, sample_weight=np.full(len(both), 0.5))
        chances = regression.predict_proba(differences)[:, 1]
        information = (differences.T * (chances * (1.0 - chances))) @ differences
        self.weights = regression.coef_[0]
        self.covariance = np.linalg.inv(information + np.eye(len(self.weights)) / _PRIOR_VARIANCE)
        return self

    def utility(self, coordinates) -> np.ndarray:
        """Tell how much each code pleases, (codes,)."""
        return self._features(coordinates) @ self.weights

    def sample_utilities(self, coordinates, count: int, rng, boldness: float = 1.0) -> np.ndarray:
        """Draw utilities that the choices leave possible.

        Args:
            coordinates: (codes, directions).
            count: int.
            rng: `numpy.random.Generator`.
            boldness: float, by which the deviation is multiplied. Defaults to 1.0.

        Returns:
            (count, codes).
        """
        weights = rng.multivariate_normal(self.weights, boldness**2 * self.covariance, size=count)
        return weights @ self._features(coordinates).T

    def _features(self, coordinates) -> np.ndarray:
        scaled = np.asarray(coordinates) / self._scale
        return np.hstack([scaled, -0.5 * np.sum(scaled**2, axis=1, keepdims=True)])
