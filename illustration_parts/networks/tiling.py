"""Any picture size through a network that sees one tile at a time.

    maps = tiling.run(network, picture, channels=1)   # (H, W, 1) uint8

Tiles are windows on the picture itself. Only beyond the picture's own edge is the edge repeated. Neighbouring tiles
overlap, and the border of a tile, which saw too little of its surroundings, is thrown away. So the result is that of
the whole picture at once, in a tile's memory.
"""

import functools
import math
import threading
from typing import NamedTuple

import numpy as np

from illustration_parts.imaging import images

TURN = threading.RLock()  # held while a network runs: each uses all cores, so one runs at a time


class Span(NamedTuple):
    """One tile along one axis: it sees the pixels from `start` to `stop`, and decides those from `first` to `last`."""

    start: int
    stop: int
    first: int
    last: int


def run(network, picture, channels=1, dtype=np.uint8, max_tile=None, progress=iter):
    """Run a network over a picture, tile by tile; all tiles have the same shape.

    Args:
        network: of `engine.load`. Its `stream` takes an iterator of tiles, (h, w, C) float32 0..1, and returns an
            iterator of maps, (h, w, K) float32, in order. Tiles overlap by its `margin` on each side, and their sides
            are multiples of its `stride`.
        picture: (H, W, C) uint8.
        channels: how many of the network's K maps to keep, from the first.
        dtype: uint8 (from 0..1, rounded) or float32 (as the network gave it).
        max_tile: longest tile side, a multiple of the stride; None for the network's `max_tile`.
        progress: wraps the list of tiles, for a progress bar.

    Returns:
        (H, W, channels) of `dtype`. A `memory.Remembering` network does not run again for what it remembers.
    """
    memory = getattr(network, "memory", None)
    if memory is not None:
        settings = channels, np.dtype(dtype).str, max_tile
        find = functools.partial(run, network.network, picture, channels, dtype, max_tile, progress)
        return memory.recall(network.network, picture, settings, find)
    height, width = picture.shape[:2]
    max_tile = max_tile or network.max_tile
    rows, columns = (split(length, max_tile, network.margin, network.stride) for length in (height, width))
    result = np.empty((height, width, channels), dtype)
    windows = [(row, column) for row in rows for column in columns]
    tiles = (images.to_network(cut(picture, row, column)) for row, column in windows)
    with TURN:
        for (row, column), maps in zip(progress(windows), network.stream(tiles)):
            down = slice(row.first - row.start, row.last - row.start)
            across = slice(column.first - column.start, column.last - column.start)
            part = maps[down, across, :channels]
            part = images.to_uint8(part) if dtype == np.uint8 else part
            result[row.first : row.last, column.first : column.last] = part
    return result


def split(length, max_tile, margin, stride):
    """Spans of equal length that cover `length` pixels with as few tiles as `max_tile` allows.

    Spans start at multiples of the stride, so that the network halves all of them alike. The last one ends at the next
    multiple beyond the picture. `max_tile` and `margin` must be multiples, too.

    Raises:
        ValueError: if a tile would be all margin.
    """
    whole = _round_up(length, stride)
    if whole <= max_tile:
        return [Span(0, whole, 0, length)]
    if max_tile <= 2 * margin:
        raise ValueError(f"max_tile must be above twice the margin of {margin}. Received: {max_tile}")
    count = math.ceil((whole - 2 * margin) / (max_tile - 2 * margin))
    tile = _round_up(math.ceil((whole - 2 * margin) / count) + 2 * margin, stride)
    starts = [min(index * (tile - 2 * margin), whole - tile) for index in range(count)]
    # Where two tiles overlap, each decides its own half.
    cuts = [0, *((a + tile + b) // 2 for a, b in zip(starts, starts[1:])), length]
    return [Span(start, start + tile, first, last) for start, first, last in zip(starts, cuts, cuts[1:])]


def cut(picture, row, column):
    """The part of a picture that a tile sees, (h, w, C); beyond the picture's bottom and right its edge is repeated."""
    part = picture[row.start : row.stop, column.start : column.stop]
    below, beside = row.stop - row.start - part.shape[0], column.stop - column.start - part.shape[1]
    if below or beside:
        part = np.pad(part, ((0, below), (0, beside), (0, 0)), mode="edge")
    return part


def _round_up(length, stride):
    return -(-length // stride) * stride
