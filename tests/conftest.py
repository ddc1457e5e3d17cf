"""Puts the repository's root, where the scripts are, on the import path."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory):
    """A small random network with the line extractor's signature: its `.keras` file; the `.xml` lies beside it."""
    import keras
    import openvino
    from keras import layers

    import engine

    keras.utils.set_random_seed(1)
    picture = keras.Input((None, None, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
    low = layers.UpSampling2D(8)(layers.Conv2D(8, 8, strides=8, activation="relu")(x))  # reacts to a tile's alignment
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.Concatenate()([x, low]))
    maps = layers.Conv2D(3, 3, padding="same", activation="sigmoid", kernel_initializer="he_normal")(x)
    network = keras.Model(picture, maps, name="line_extractor")
    path = tmp_path_factory.mktemp("tiny") / "tiny.keras"
    network.save(path)
    openvino.save_model(engine.to_openvino(network), path.with_suffix(".xml"), compress_to_fp16=False)
    return path
