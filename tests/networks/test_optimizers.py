import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from illustration_parts.networks import optimizers

ROOT = Path(__file__).resolve().parents[2]
SHAPES = ((3, 3, 8, 16), (16,), (2, 2, 12, 8), (3, 3, 16, 3), (20, 9))
BACKENDS = ("tensorflow", "jax", "torch")


def make_gradients(step):
    random = np.random.default_rng(step)
    return [random.standard_normal(shape).astype(np.float32) * 10.0**place for place, shape in enumerate(SHAPES)]


def make_weights():
    return [np.random.default_rng(99).standard_normal(shape).astype(np.float32) for shape in SHAPES]


def take_steps(count=3, **options):
    """Run the optimizer on this process' backend; returns the weights."""
    variables = [keras.Variable(weight) for weight in make_weights()]
    optimizer = optimizers.Muon(0.02, **options)
    optimizer.build(variables)
    for step in range(count):
        optimizer.apply([keras.ops.convert_to_tensor(gradient) for gradient in make_gradients(step)], variables)
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def expect_steps(count=3, rate=0.02):
    """The same in NumPy."""
    weights = make_weights()
    moments = [np.zeros_like(weight) for weight in weights]
    squares = [np.zeros_like(weight) for weight in weights]
    for step in range(count):
        for place, gradient in enumerate(make_gradients(step)):
            if place in (1, 3):  # a bias, and a kernel with three outputs: Adam
                moments[place] = 0.9 * moments[place] + 0.1 * gradient
                squares[place] = 0.999 * squares[place] + 0.001 * gradient**2
                mean, square = moments[place] / (1 - 0.9 ** (step + 1)), squares[place] / (1 - 0.999 ** (step + 1))
                weights[place] = weights[place] - 0.2 * rate * mean / (np.sqrt(square) + 1e-7)
                continue
            moments[place] = 0.95 * moments[place] + gradient
            matrix = (gradient + 0.95 * moments[place]).reshape(-1, gradient.shape[-1])
            x = matrix / np.linalg.norm(matrix)
            for _ in range(5):
                x = 3.4445 * x - 4.7750 * x @ x.T @ x + 2.0315 * x @ x.T @ x @ x.T @ x
            weights[place] = weights[place] - rate * 0.2 * max(matrix.shape) ** 0.5 * x.reshape(gradient.shape)
    return weights


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_takes_the_steps_of_the_papers(tmp_path, backend):
    if not importlib.util.find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    script = (
        f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests/networks')]}; import json, test_optimizers as t; "
    )
    script += f"json.dump([w.tolist() for w in t.take_steps()], open({str(tmp_path / 'weights.json')!r}, 'w'))"
    environment = {**os.environ, "KERAS_BACKEND": backend}
    answer = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    found = json.loads((tmp_path / "weights.json").read_text())
    for one, other in zip(found, expect_steps(), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-4)


@pytest.mark.parametrize("shape", [(50, 12), (12, 50), (16, 16)])
def test_steps_are_nearly_orthogonal(shape):
    matrix = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    values = np.linalg.svd(np.asarray(optimizers.orthogonalise(keras.ops.convert_to_tensor(matrix))), compute_uv=False)
    assert 0.6 < values.min() and values.max() < 1.3


def test_no_gradient_is_no_step():
    zero = keras.ops.zeros((10, 12))
    assert (np.asarray(optimizers.orthogonalise(zero)) == 0).all()


@pytest.mark.parametrize(
    "shape, expected",
    [((16,), False), ((3, 3, 8, 16), True), ((3, 3, 16, 7), False), ((1, 1, 7, 16), False), ((8, 8), True)],
)
def test_thin_kernels_and_biases_are_adams(shape, expected):
    assert optimizers.is_matrix(shape) == expected


def test_kernels_have_no_velocity():
    optimizer = optimizers.Muon()
    variables = [keras.Variable(weight) for weight in make_weights()]
    optimizer.build(variables)
    assert [velocity is not None for velocity in optimizer.velocities] == [False, True, False, True, False]
    held = sum(int(np.prod(variable.shape)) for variable in optimizer.variables)
    sizes = [int(np.prod(shape)) for shape in SHAPES]
    assert held == sum(sizes) + sizes[1] + sizes[3] + 2  # and a count of steps and a rate


def test_weight_decay_pulls_to_zero():
    plain, pulled = take_steps(1), take_steps(1, weight_decay=0.5)
    assert np.linalg.norm(pulled[0]) < np.linalg.norm(plain[0])


def test_settings_survive_saving():
    optimizer = optimizers.Muon(0.03, momentum=0.9, beta_1=0.8, beta_2=0.99, epsilon=1e-6, steps=4, clipnorm=1.0)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(optimizer))
    assert type(again) is optimizers.Muon and again.get_config() == optimizer.get_config()
    assert (again.momentum, again.beta_1, again.beta_2, again.epsilon, again.steps) == (0.9, 0.8, 0.99, 1e-6, 4)
