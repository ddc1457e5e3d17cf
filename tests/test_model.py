import numpy as np
import pytest

keras = pytest.importorskip("keras")

import model  # noqa: E402


def multiply_adds(network, height, width):
    """Multiply-adds of a network's convolutions on one picture, from its layers' shapes."""
    total = 0
    probe = keras.models.clone_model(network, input_tensors=keras.Input((height, width, network.input_shape[-1])))
    for layer in probe.layers:
        if isinstance(layer, keras.layers.Conv2DTranspose):
            pixels = layer.input.shape[1] * layer.input.shape[2]  # each input pixel is drawn once by the whole kernel
        elif isinstance(layer, keras.layers.Conv2D):
            pixels = layer.output.shape[1] * layer.output.shape[2]
        else:
            continue
        total += pixels * int(np.prod(layer.kernel.shape))
    return total


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return model.build_line_extractor()


def test_default_network_is_as_small_as_it_says(network):
    assert network.count_params() == 824_755
    per_pixel = multiply_adds(network, 64, 64) / 64**2
    assert 37_000 < per_pixel < 37_500


def test_default_network_gives_three_maps_of_the_pictures_size(network):
    pictures = np.random.default_rng(0).random((2, 40, 24, 3), np.float32)
    maps = np.asarray(network(pictures))
    assert maps.shape == (2, 40, 24, 3) and maps.dtype == np.float32
    assert 0 <= maps.min() < maps.max() <= 1


def test_default_network_sees_colour(network):
    """Two pictures of the same grey and another colour are not the same to it."""
    red, blue = np.zeros((2, 1, 32, 32, 3), np.float32)
    red[..., 0], blue[..., 2] = 0.114, 0.299
    assert np.abs(np.asarray(network(red)) - np.asarray(network(blue))).max() > 1e-4


def test_blocks_start_as_the_identity(network):
    for layer in network.layers:
        if layer.name.endswith("_expand"):
            assert not np.any(layer.get_weights()[0])


def test_distiller_has_the_published_size():
    assert model.build_line_extractor("distiller").count_params() == 1_340_810


def test_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant must be 'default' or 'distiller'. Received: 'other'"):
        model.build_line_extractor("other")
