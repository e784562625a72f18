"""An optimizer that changes all directions of a matrix alike: many thousand steps become few."""

import keras
from keras import ops

# Coefficients of the Newton-Schulz iteration, which make small singular values grow fastest.
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5
# The root mean square of what Adam changes a weight by, in units of its learning rate: with it,
# one learning rate serves matrices and all else.
_UPDATE_SIZE = 0.2
# Matrices with a shorter side are changed as Adam does: of so few directions none is neglected.
SHORTEST_SIDE = 16


@keras.saving.register_keras_serializable("portrait_style")
class Muon(keras.optimizers.Optimizer):
    """Orthogonalized momentum for the kernels of dense layers and 1x1 convolutions, Adam elsewhere.

    `keras.optimizers.Muon` leaves all kernels of convolutions to Adam, which here are most of what
    there is.

    Args:
        learning_rate: float, or a schedule of `keras.optimizers.schedules`. Defaults to 0.005.
        momentum: float in [0, 1), of matrices. Defaults to 0.95.
        beta_1, beta_2: floats in [0, 1), as Adam's. Default to 0.9 and 0.99.
        epsilon: float, as Adam's. Defaults to 1e-7.
        rest: float, Adam's learning rate in units of `learning_rate`. Defaults to 0.3.
        **kwargs: passed to `keras.optimizers.Optimizer`.

    References:
        Jordan et al. (Muon), 2024, https://kellerjordan.github.io/posts/muon/
        Liu et al. (one learning rate for matrices and the rest), 2025,
        https://arxiv.org/abs/2502.16982
    """

    def __init__(
        self,
        learning_rate=0.005,
        momentum=0.95,
        beta_1=0.9,
        beta_2=0.99,
        epsilon=1e-7,
        rest=0.3,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.rest = rest

    def build(self, variables):
        """Create what is remembered of each variable."""
        if self.built:
            return
        super().build(variables)
        self._momenta = [
            self.add_variable_from_reference(variable, name="momentum") for variable in variables
        ]
        self._velocities = [
            None
            if _is_matrix(variable)
            else self.add_variable_from_reference(variable, name="velocity")
            for variable in variables
        ]

    def update_step(self, gradient, variable, learning_rate):
        """Change one variable."""
        index = self._get_variable_index(variable)
        momentum, velocity = self._momenta[index], self._velocities[index]
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        if velocity is None:
            self.assign(momentum, self.momentum * momentum + gradient)
            change = rate * _orthogonalized(gradient + self.momentum * momentum)
        else:
            change = self.rest * rate * self._adam_change(gradient, momentum, velocity)
        self.assign_sub(variable, change)

    def _adam_change(self, gradient, momentum, velocity):
        step = ops.cast(self.iterations + 1, gradient.dtype)
        self.assign_add(momentum, (1.0 - self.beta_1) * (gradient - momentum))
        self.assign_add(velocity, (1.0 - self.beta_2) * (ops.square(gradient) - velocity))
        unbiased = ops.sqrt(1.0 - self.beta_2**step) / (1.0 - self.beta_1**step)
        return unbiased * momentum / (ops.sqrt(velocity) + self.epsilon)

    def get_config(self):
        """Configuration, that of `keras.optimizers.Optimizer` included."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "rest": self.rest,
        }


def _is_matrix(variable) -> bool:
    """Whether a variable is a matrix, as it is or as a kernel of one place, with long sides."""
    *places, inputs, outputs = (1, 1, *variable.shape)
    return all(place == 1 for place in places) and min(inputs, outputs) >= SHORTEST_SIDE


def _orthogonalized(gradient):
    """Bring all singular values of a matrix near 1, and the matrix to the size of Adam's changes.

    Args:
        gradient: (..., inputs, outputs), of which all sides but the last two are 1.
    """
    matrix = ops.reshape(gradient, gradient.shape[-2:])
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else ops.transpose(matrix)
    x = x / (ops.norm(x) + 1e-7)
    a, b, c = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        square = ops.matmul(x, ops.transpose(x))
        x = a * x + ops.matmul(b * square + c * ops.matmul(square, square), x)
    x = x if wide else ops.transpose(x)
    size = _UPDATE_SIZE * max(matrix.shape) ** 0.5
    return ops.reshape(size * x, gradient.shape)
