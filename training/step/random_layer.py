"""A layer that draws, and whose random state is saved."""

import keras


class RandomLayer(keras.layers.Layer):
    """Base of frozen layers with a random state in the checkpoint; Keras leaves such states out.

    Args:
        seed: int.
    """

    def __init__(self, seed, **kwargs):
        super().__init__(trainable=False, dtype="float32", **kwargs)
        self.random = keras.random.SeedGenerator(seed)

    def save_own_variables(self, store):
        """Save weights and random state."""
        for i, variable in enumerate(self._saved()):
            store[str(i)] = variable

    def load_own_variables(self, store):
        """Load weights and random state."""
        for i, variable in enumerate(self._saved()):
            variable.assign(store[str(i)])

    def _saved(self):
        return [*self.weights, self.random.state]
