"""What the tests share: small networks, and one cache of what JAX compiles."""

import numpy as np
import pytest
from helpers import write_network

from illustration_parts.networks import jobs


@pytest.fixture(scope="session", autouse=True)
def compile_once(tmp_path_factory):
    """Scripts that the tests start under JAX find what those before them compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "compiled"))
        patch.setenv("JAX_PERSISTENT_COMPILATION_CACHE_MIN_COMPILE_TIME_SECS", "0")
        yield


@pytest.fixture(autouse=True)
def nothing_stays_open():
    """A network that one test leaves open would be found by the next in place of its own."""
    yield
    left = list(jobs._loaded)
    jobs._loaded.clear()
    assert not left, f"networks were left open: {left}"


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory):
    """A small random network with the line extractor's signature: its `.keras` file; the `.xml` lies beside it."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    picture = keras.Input((None, None, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
    low = layers.UpSampling2D(8)(shrink(x, 8, 4, 2))  # reacts to a tile's alignment
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.Concatenate()([x, low]))
    maps = layers.Conv2D(3, 3, padding="same", activation="sigmoid", kernel_initializer="he_normal")(x)
    return write_network(keras.Model(picture, maps, name="line_extractor"), tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_region_weights(tmp_path_factory):
    """The same for the region network: sizes that are multiples of 32, and heights that rise away from dark lines."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(2)
    picture = keras.Input((None, None, 3))
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(picture)
    low = layers.UpSampling2D(32)(shrink(x, 4, 4, 4, 2))
    bright = layers.Conv2D(1, 1, kernel_initializer=keras.initializers.Constant(1 / 3))(picture)
    around = [layers.AveragePooling2D(width, 1, padding="same")(bright) for width in (5, 11, 21, 41)]
    mixed = layers.Conv2D(2, 1, name="mix")(layers.Concatenate()([x, low, bright, *around]))
    weights = np.random.default_rng(0).normal(0, 0.2, (1, 1, 13, 2))
    weights[0, 0, 8:] += np.array([[3.0, -3.0]])
    maps = layers.Activation("sigmoid")(mixed)
    network = keras.Model(picture, maps, name="region_unet")
    network.get_layer("mix").set_weights([weights, np.array([-11.5, 11.5])])
    return write_network(network, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_refiner_weights(tmp_path_factory):
    """The same for the line refiner: ink in, about the same ink out, a little unsteady."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    rough = keras.Input((None, None, 1))
    x = layers.Conv2D(4, 3, padding="same", activation="relu")(rough)
    low = layers.UpSampling2D(8)(shrink(x, 4, 4, 2))
    mixed = layers.Conv2D(1, 1, name="mix")(layers.Concatenate()([x, low, rough]))
    network = keras.Model(rough, layers.Activation("sigmoid")(mixed), name="line_refiner")
    weights = np.random.default_rng(0).normal(0, 1, (1, 1, 9, 1))
    weights[0, 0, 8] = 7
    network.get_layer("mix").set_weights([weights, np.array([-3.5])])
    return write_network(network, tmp_path_factory.mktemp("tiny"))


def shrink(x, filters, *factors):
    """One large strided convolution as several: OpenVINO 2026.4 gets kernels of 8 and more wrong in bfloat16 on AMX."""
    from keras import layers

    for factor in factors:
        x = layers.Conv2D(filters, factor, strides=factor, kernel_initializer="he_normal")(x)
    return x
