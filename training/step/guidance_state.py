"""What guidance has decided so far, where a compiled step finds it."""

import keras
import numpy as np

# Weights that guidance may move, in the order in which their factors are kept.
GUIDED = ("content", "style")


class GuidanceState(keras.layers.Layer):
    """What guidance has decided so far; lies in the checkpoints with the networks.

    Weights that move are variables: a step that is compiled takes them as they are.
    """

    def __init__(self, **kwargs):
        super().__init__(trainable=False, dtype="float32", **kwargs)
        self._factors = self.add_weight(
            shape=(len(GUIDED),), initializer="ones", trainable=False, name="factors"
        )
        # Doubles, as the controller counts in: a resumed run must not round.
        self._decided = self.add_weight(
            shape=(len(GUIDED) + 2,), dtype="float64", trainable=False, name="decided"
        )
        self._decided.assign([*(1.0 for _ in GUIDED), -np.inf, 0.0])
        self.built = True

    @property
    def factors(self) -> dict:
        """The factor of each guided loss weight, scalar tensors by name."""
        return {name: self._factors[i] for i, name in enumerate(GUIDED)}

    def store(self, controller, progress) -> None:
        """Keep what was decided.

        Args:
            controller: `Controller` or `None`.
            progress: `Progress`.
        """
        moved = controller.factors if controller else {}
        factors = [moved.get(name, 1.0) for name in GUIDED]
        self._factors.assign(factors)
        self._decided.assign([*factors, progress.best, progress.waited])

    def restore(self, controller, progress) -> None:
        """Hand out what was decided, to the same two."""
        *factors, best, waited = np.asarray(self._decided).tolist()
        progress.best, progress.waited = best, int(waited)
        if controller:
            kept = dict(zip(GUIDED, factors, strict=True))
            controller.factors = {name: kept[name] for name in controller.factors}
