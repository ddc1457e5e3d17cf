"""Muon for convolutions: a Keras optimizer that learns more per step than AdamW.

    network.compile(optimizer=optimizers.Muon(1e-2, weight_decay=1e-4), loss=losses.LineLoss())

It runs on TensorFlow, JAX and PyTorch alike.
"""

import math

import keras
from keras import ops

THINNEST = 8  # a matrix with fewer rows or columns is left to Adam
ADAM_SHARE = 0.2  # Adam's learning rate as a share of Muon's; it makes steps of about the same size
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)  # coefficients of Jordan et al. 2024, chosen for few iterations


@keras.saving.register_keras_serializable(package="lines")
class Muon(keras.optimizers.Optimizer):
    """Momentum whose steps are orthogonalised, for convolution and dense kernels; Adam for all other weights.

    A kernel is taken as the matrix of its linear map, (height * width * inputs, outputs). Its step is the orthogonal
    matrix nearest to its Nesterov momentum, so that all directions are learned at the same pace. It is multiplied by
    0.2 * sqrt(larger side), which is the size of a step of Adam. Keras' own `Muon` leaves kernels with four axes to
    Adam.

    All other weights take steps of Adam, at a fifth of the learning rate. These are biases, scales, and kernels thinner
    than 8, such as those of the first and last layers.

    Args:
        learning_rate: float or schedule. The best is about five times AdamW's.
        momentum: of kernels, 0..1.
        beta_1, beta_2, epsilon: of Adam.
        steps: Newton-Schulz iterations.
        **options: of `keras.optimizers.Optimizer`, such as `weight_decay` and `clipnorm`.

    References:
        Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024.
        Liu et al., "Muon is Scalable for LLM Training", 2025, for the size of the steps.
    """

    def __init__(
        self, learning_rate=1e-2, momentum=0.95, beta_1=0.9, beta_2=0.999, epsilon=1e-7, steps=5, name="muon", **options
    ):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        self.momentum, self.beta_1, self.beta_2, self.epsilon, self.steps = momentum, beta_1, beta_2, epsilon, steps

    def build(self, var_list):
        """Make the state of each weight: a momentum, and for Adam also a velocity."""
        if self.built:
            return
        super().build(var_list)
        self.momentums, self.velocities = [], []  # in the order of the weights; no velocities for kernels
        for variable in var_list:
            self.momentums.append(self.add_variable_from_reference(variable, name="momentum"))
            kernel = is_matrix(variable.shape)
            self.velocities.append(None if kernel else self.add_variable_from_reference(variable, name="velocity"))

    def update_step(self, gradient, variable, learning_rate):
        """Take one step of one weight."""
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        index = self._get_variable_index(variable)  # as Keras' own optimizers do: backends wrap variables
        moment, velocity = self.momentums[index], self.velocities[index]
        if velocity is not None:
            self._take_adam_step(gradient, variable, ADAM_SHARE * rate, moment, velocity)
            return
        self.assign(moment, self.momentum * moment + gradient)
        matrix = ops.reshape(gradient + self.momentum * moment, flat_shape(variable.shape))
        size = 0.2 * math.sqrt(max(matrix.shape))
        step = ops.reshape(orthogonalise(matrix, self.steps), variable.shape)
        self.assign_sub(variable, rate * size * step)

    def _take_adam_step(self, gradient, variable, rate, moment, velocity):
        count = ops.cast(self.iterations + 1, variable.dtype)
        scale = ops.sqrt(1 - ops.power(ops.cast(self.beta_2, variable.dtype), count))
        scale = scale / (1 - ops.power(ops.cast(self.beta_1, variable.dtype), count))
        self.assign_add(moment, (1 - self.beta_1) * (gradient - moment))
        self.assign_add(velocity, (1 - self.beta_2) * (ops.square(gradient) - velocity))
        self.assign_sub(variable, rate * scale * moment / (ops.sqrt(velocity) + self.epsilon))

    def get_config(self):
        names = ("momentum", "beta_1", "beta_2", "epsilon", "steps")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def flat_shape(shape):
    """Return (rows, columns) of the matrix that a kernel of some shape is; its last axis becomes the columns."""
    return math.prod(shape[:-1]), shape[-1]


def is_matrix(shape):
    """Whether Muon takes a weight of some shape, rather than Adam."""
    return len(shape) >= 2 and min(flat_shape(shape)) >= THINNEST


def orthogonalise(matrix, steps=5):
    """Return about the nearest orthogonal matrix: its singular values come to lie between 0.7 and 1.2.

    Args:
        matrix: (rows, columns) float tensor.
        steps: Newton-Schulz iterations.

    Returns:
        A tensor of the same shape.
    """
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x = ops.transpose(matrix) if tall else matrix
    x = x / (ops.sqrt(ops.sum(ops.square(x))) + 1e-7)  # no singular value is above 1
    for _ in range(steps):
        square = ops.matmul(x, ops.transpose(x))
        x = a * x + ops.matmul(b * square + c * ops.matmul(square, square), x)
    return ops.transpose(x) if tall else x
