"""Boundaries of a region map as lines between pixels, each of them once, for both of its regions.

found = find_boundaries(ids)
rings = list_rings(found)    # which boundaries go around a region
"""

from typing import NamedTuple

import numpy as np

from illustration_parts.system.compiled import njit


class Boundaries(NamedTuple):
    """Boundaries of regions, from one meeting point of three or more of them to the next, or closed.

    Attributes:
        points: (N, 2) float64 (x, y), boundary after boundary; the middle of the first pixel is (0, 0). The first and
            last point are corners of pixels, those between are middles of the pixels' sides.
        starts: (B + 1,) int64, where in these each boundary begins.
        sides: (B, 2) int32, the region on the left and on the right, seen along the boundary; -1 outside the picture.
        closed: (B,) bool, whether the last point is the first once more and no third region touches it.
    """

    points: np.ndarray
    starts: np.ndarray
    sides: np.ndarray
    closed: np.ndarray


def find_boundaries(ids):
    """Trace all boundaries of an (H, W) int32 map of regions; returns `Boundaries`, the picture's rim included."""
    return Boundaries(*_trace(np.pad(ids.astype(np.int32), 1, constant_values=-1)))


def list_rings(boundaries, count):
    """Order each region's boundaries so that each begins where the one before ends.

    Args:
        boundaries: `Boundaries`. count: number of regions.

    Returns:
        (halves, starts, regions): (M,) int64, 2 b for boundary b and 2 b + 1 for its reverse. (R + 1,) int64, where
        each ring begins in these. (R,) int64, the region of each ring.
    """
    ends = np.stack([boundaries.points[boundaries.starts[:-1]], boundaries.points[boundaries.starts[1:] - 1]], 1)
    keys = np.round(2 * ends).astype(np.int64) + 2
    numbers = np.unique(keys[..., 1] * (int(keys[..., 0].max()) + 1) + keys[..., 0], return_inverse=True)[1]
    return _link(numbers.reshape(-1, 2), boundaries.sides.astype(np.int64), count)


@njit(cache=True, nogil=True)
def _trace(ids):
    """Follow the sides of pixels between regions; `ids` has a rim of -1. Directions: 0 right, 1 down, 2 left, 3 up."""
    rows, columns = ids.shape[0] - 1, ids.shape[1] - 1  # of corners of pixels: (y, x) is the upper left of ids[y+1,x+1]
    sides = np.zeros((rows, columns), np.uint8)  # one bit for each direction in which a boundary leaves a corner
    total = 0
    for y in range(rows):
        for x in range(columns):
            bits = 0
            if ids[y, x + 1] != ids[y + 1, x + 1]:
                bits |= 1
            if ids[y + 1, x] != ids[y + 1, x + 1]:
                bits |= 2
            if ids[y, x] != ids[y + 1, x]:
                bits |= 4
            if ids[y, x] != ids[y, x + 1]:
                bits |= 8
            sides[y, x] = bits
            total += (bits & 1) + (bits >> 1 & 1)
    move_x, move_y = np.array([1, 0, -1, 0]), np.array([0, 1, 0, -1])
    left = sides.copy()  # not yet followed
    points = np.empty((3 * total + 4, 2))
    starts, pairs, closed = np.zeros(total + 1, np.int64), np.empty((total, 2), np.int32), np.zeros(total, np.bool_)
    used = found = 0
    for turn in range(2):  # those between meeting points first, then closed ones
        for y in range(rows):
            for x in range(columns):
                bits = sides[y, x]
                count = (bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1) + (bits >> 3 & 1)
                rim = (y == 0 or y == rows - 1) and (x == 0 or x == columns - 1)
                if left[y, x] == 0 or turn == 0 and count < 3 and not rim:
                    continue
                for first in range(4):
                    if not left[y, x] >> first & 1:
                        continue
                    pairs[found, 0], pairs[found, 1] = _beside(ids, y, x, first)
                    points[used, 0], points[used, 1] = x - 0.5, y - 0.5
                    used += 1
                    at_y, at_x, way = y, x, first
                    while True:
                        left[at_y, at_x] &= 255 - (1 << way)
                        points[used, 0] = at_x - 0.5 + 0.5 * move_x[way]
                        points[used, 1] = at_y - 0.5 + 0.5 * move_y[way]
                        used += 1
                        at_x, at_y = at_x + move_x[way], at_y + move_y[way]
                        back = (way + 2) & 3
                        left[at_y, at_x] &= 255 - (1 << back)
                        here = sides[at_y, at_x]
                        count = (here & 1) + (here >> 1 & 1) + (here >> 2 & 1) + (here >> 3 & 1)
                        rim = (at_y == 0 or at_y == rows - 1) and (at_x == 0 or at_x == columns - 1)
                        if count > 2 or rim or at_y == y and at_x == x:
                            break
                        here &= 255 - (1 << back)
                        way = 0
                        while not here >> way & 1:
                            way += 1
                    points[used, 0], points[used, 1] = at_x - 0.5, at_y - 0.5
                    used += 1
                    closed[found] = turn == 1
                    found += 1
                    starts[found] = used
    return points[:used].copy(), starts[: found + 1].copy(), pairs[:found].copy(), closed[:found].copy()


@njit(cache=True, nogil=True)
def _beside(ids, y, x, way):
    """The regions on the left and on the right of a side of a pixel."""
    if way == 0:
        return ids[y, x + 1], ids[y + 1, x + 1]
    if way == 1:
        return ids[y + 1, x + 1], ids[y + 1, x]
    if way == 2:
        return ids[y + 1, x], ids[y, x]
    return ids[y, x], ids[y, x + 1]


@njit(cache=True, nogil=True)
def _link(nodes, sides, count):
    """Chain the halves of boundaries, see `list_rings`.

    Where several go on, any of them will do: what they enclose is the same.
    """
    halves = 2 * len(nodes)
    of_region, heads = np.full(count, -1, np.int64), np.full(halves, -1, np.int64)
    for half in range(halves - 1, -1, -1):
        region = sides[half >> 1, half & 1]
        if region >= 0:
            heads[half] = of_region[region]
            of_region[region] = half
    # The halves of a region that begin at a node, as lists that are made anew for each region.
    begin_at = np.full(nodes.max() + 1, -1, np.int64)
    following, used = np.full(halves, -1, np.int64), np.zeros(halves, np.bool_)
    order, starts, regions = np.empty(halves, np.int64), np.zeros(halves + 1, np.int64), np.empty(halves, np.int64)
    placed = rings = 0
    for region in range(count):
        half = of_region[region]
        while half >= 0:
            node = nodes[half >> 1, half & 1]
            following[half] = begin_at[node]
            begin_at[node] = half
            half = heads[half]
        first = of_region[region]
        while first >= 0:
            if not used[first]:
                half = first
                while True:
                    used[half] = True
                    order[placed] = half
                    placed += 1
                    node = nodes[half >> 1, 1 - (half & 1)]
                    half = begin_at[node]
                    while half >= 0 and used[half]:
                        half = following[half]
                    begin_at[node] = half
                    if half < 0:
                        break
                regions[rings] = region
                rings += 1
                starts[rings] = placed
            first = heads[first]
        half = of_region[region]
        while half >= 0:
            begin_at[nodes[half >> 1, half & 1]] = -1
            half = heads[half]
    return order[:placed].copy(), starts[: rings + 1].copy(), regions[:rings].copy()
