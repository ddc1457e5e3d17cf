"""What networks found is remembered: the same arrays, without a second run, in bounded memory."""

import numpy as np
import pytest

import illustration_parts
from illustration_parts.networks import engine, tiling
from illustration_parts.networks.memory import Memory, Remembering


class Counting:
    """A stand-in network that counts its tiles: the mean of what it sees, plus a number of its own."""

    name, margin, stride, max_tile = "counting", 8, 8, 64

    def __init__(self, more=0.0):
        self.more, self.tiles = more, 0

    def stream(self, tiles):
        for tile in tiles:
            self.tiles += 1
            yield tile.mean(axis=2, keepdims=True).repeat(2, axis=2) + np.float32(self.more)


def draw(seed, height=40, width=50):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_a_picture_is_run_once_and_other_pictures_and_settings_anew():
    network, memory = Counting(), Memory(1)
    remembering = Remembering(network, memory)
    plain = tiling.run(network, draw(1))
    network.tiles = 0
    for number, (picture, channels, dtype) in enumerate(
        [(draw(1), 1, np.uint8), (draw(2), 1, np.uint8), (draw(1), 2, np.uint8), (draw(1), 1, np.float32)], 1
    ):
        for _ in range(2):
            found = tiling.run(remembering, picture, channels, dtype)
            assert network.tiles == len(memory) == number
        np.testing.assert_array_equal(found, tiling.run(Counting(), picture, channels, dtype))
    np.testing.assert_array_equal(tiling.run(remembering, draw(1)), plain)
    assert remembering.name == "counting" and remembering.margin == 8


def test_a_turned_picture_of_the_same_bytes_is_another():
    flat = np.zeros((16, 32, 3), np.uint8)
    remembering = Remembering(Counting(), Memory(1))
    assert tiling.run(remembering, flat).shape == (16, 32, 1)
    assert tiling.run(remembering, flat.reshape(32, 16, 3)).shape == (32, 16, 1)


def test_callers_may_change_what_they_get():
    remembering = Remembering(Counting(), Memory(1))
    first = tiling.run(remembering, draw(1))
    expected = first.copy()
    first[:] = 0
    second = tiling.run(remembering, draw(1))
    np.testing.assert_array_equal(second, expected)
    second[:] = 0
    np.testing.assert_array_equal(tiling.run(remembering, draw(1)), expected)


def test_the_oldest_go_when_memory_is_full_and_what_is_too_large_is_not_kept():
    network, memory = Counting(), Memory(0.005)  # 5,000 bytes; a map of 40x50 has 2,000
    remembering = Remembering(network, memory)
    for seed in (1, 2, 1, 3, 1):
        tiling.run(remembering, draw(seed))
    assert len(memory) == 2 and memory.bytes == 4000 and network.tiles == 3  # 2 went, 1 had been asked for again
    tiling.run(remembering, draw(2))
    assert network.tiles == 4
    tiling.run(remembering, draw(1, 80, 80))
    assert len(memory) == 2 and memory.bytes == 4000


def test_networks_do_not_share_what_they_found_even_at_the_same_address():
    memory = Memory(1)
    for more in (0.0, 0.25, 0.5):
        network = Counting(more)
        np.testing.assert_array_equal(
            tiling.run(Remembering(network, memory), draw(1)), tiling.run(Counting(more), draw(1))
        )
        del network
    assert len(memory) == 3


def test_an_open_task_remembers_and_finds_the_same(tiny_region_weights, monkeypatch):
    weights, memory = tiny_region_weights.with_suffix(".xml"), illustration_parts.Memory(10)
    runs = []
    stream = engine.OpenVinoNetwork.stream
    monkeypatch.setattr(engine.OpenVinoNetwork, "stream", lambda self, tiles: runs.append(1) or stream(self, tiles))
    picture = draw(3, 60, 80)
    with illustration_parts.open("regions", weights=weights) as plain:
        expected = {detail: plain.predict(picture, detail=detail).arrays["ids"] for detail in (0.2, 0.9)}
    runs.clear()
    with illustration_parts.open("regions", weights=weights, memory=memory) as regions:
        for detail in (0.2, 0.9, 0.2):
            np.testing.assert_array_equal(regions.predict(picture, detail=detail).arrays["ids"], expected[detail])
    assert len(runs) == 1


def test_without_a_memory_nothing_is_kept(tiny_weights):
    with illustration_parts.open(weights=tiny_weights.with_suffix(".xml")) as lines:
        assert lines.memory is None and not hasattr(lines.load(lines.complete({}))["lines"], "memory")
    with pytest.raises(TypeError):
        illustration_parts.open("lines", None, Memory())
