"""Tiles cover a picture, see their true neighbours, and give what the whole picture gives."""

import cv2
import numpy as np
import pytest

from illustration_parts import tasks
from illustration_parts.imaging import images
from illustration_parts.networks import engine, tiling


class Blur:
    """A stand-in network of reach 8: the mean of 17 x 17 pixels, zeros beyond the tile, as in a convolution.

    It averages blocks as wide as its stride besides, so that it reacts to a tile's alignment.
    """

    def __init__(self, stride=8):
        self.margin, self.stride = max(16, stride), stride

    def stream(self, tiles):
        for tile in tiles:
            height, width = (length // self.stride for length in tile.shape[:2])
            assert (height * self.stride, width * self.stride) == tile.shape[:2]
            blocks = tile.reshape(height, self.stride, width, self.stride, -1).mean((1, 3))
            blocks = blocks.repeat(self.stride, 0).repeat(self.stride, 1)
            yield (cv2.blur(tile, (17, 17), borderType=cv2.BORDER_CONSTANT).reshape(tile.shape) + blocks) / 2


@pytest.mark.parametrize("length", [1, 3, 8, 9, 63, 64, 65, 100, 127, 128, 129, 1080, 1920, 20000])
@pytest.mark.parametrize("max_tile, margin, stride", [(64, 16, 8), (192, 32, 32), (1088, 192, 32), (96, 24, 8)])
def test_spans_cover_every_pixel_once(length, max_tile, margin, stride):
    spans = tiling.split(length, max_tile, margin, stride)
    assert spans[0].first == 0 and spans[-1].last == length
    assert all(a.last == b.first for a, b in zip(spans, spans[1:]))
    assert len({span.stop - span.start for span in spans}) == 1
    for span in spans:
        assert span.start % stride == (span.stop - span.start) % stride == 0 and span.stop - span.start <= max_tile
        assert span.start == 0 or span.first - span.start >= margin
        assert span.last == length or span.stop - span.last >= margin
    assert spans[-1].stop - length < stride


def test_small_pictures_have_small_tiles():
    assert tiling.split(100, 1088, 64, 8) == [tiling.Span(0, 104, 0, 100)]
    assert tiling.split(100, 1600, 192, 32) == [tiling.Span(0, 128, 0, 100)]


def test_the_largest_tile_suits_every_network():
    for kind in tasks.list_networks().values():
        assert kind.max_tile % kind.stride == kind.margin % kind.stride == 0
        assert kind.max_tile > 4 * kind.margin  # most of a tile is kept


@pytest.mark.parametrize("max_tile", [128, 64])
def test_tiles_that_are_all_margin_are_refused(max_tile):
    with pytest.raises(ValueError, match=f"above twice the margin of 64. Received: {max_tile}"):
        tiling.split(129, max_tile, 64, 8)
    assert len(tiling.split(129, 136, 64, 8)) == 1 < len(tiling.split(200, 136, 64, 8))


def test_cut_repeats_the_edge_only_beyond_the_picture():
    picture = np.arange(10 * 12 * 1, dtype=np.uint8).reshape(10, 12, 1)
    tile = tiling.cut(picture, tiling.Span(0, 16, 0, 10), tiling.Span(8, 16, 8, 12))
    assert tile.shape == (16, 8, 1)
    assert np.array_equal(tile[:10, :4], picture[:, 8:])
    assert np.array_equal(tile[10:], np.repeat(tile[9:10], 6, 0))
    assert (tile[:, 4:] == tile[:, 3:4]).all()


@pytest.mark.parametrize("height, width", [(1, 1), (3, 400), (50, 70), (64, 64), (150, 203)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("stride, max_tile", [(8, 64), (32, 128)])
def test_tiled_equals_whole(height, width, dtype, stride, max_tile):
    picture = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    before = picture.copy()
    tiled = tiling.run(Blur(stride), picture, 2, dtype, max_tile)
    whole = tiling.run(Blur(stride), picture, 2, dtype, max_tile=1024)
    assert tiled.shape == (height, width, 2) and tiled.dtype == dtype
    assert np.abs(tiled.astype(float) - whole).max() <= (1 if dtype == np.uint8 else 1e-5)
    assert np.array_equal(picture, before)


def test_network_tiled_equals_whole(tiny_weights):
    network = engine.load(tiny_weights.with_suffix(".xml"), "openvino", "float32")
    picture = np.random.default_rng(0).integers(0, 256, (203, 310, 3), dtype=np.uint8)
    network.margin = 16  # it looks no further
    tiled = tiling.run(network, picture, 3, max_tile=128)
    padded = np.pad(picture, ((0, 5), (0, 2), (0, 0)), mode="edge")
    whole = images.to_uint8(next(network.stream(iter([images.to_network(padded)]))))[:203, :310]
    assert np.mean(np.abs(tiled.astype(int) - whole) <= 2) >= 0.999
    assert len(network._compiled) <= engine.COMPILED_SHAPES
