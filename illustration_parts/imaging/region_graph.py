"""A graph of regions and the boundaries between them: flooding from markers, and merging of similar neighbours."""

import heapq
from typing import NamedTuple

import numpy as np

from illustration_parts.system.compiled import njit

_SLACK = 0.5  # levels; a region whose colour or ridge changed by this much has its boundaries scored anew
_FEW = 64  # boundaries; a region with fewer has them scored anew in any case


def flood(heights, markers):
    """Grow markers downhill, highest pixels first, until every pixel belongs to one: a watershed.

    Args:
        heights: (H, W) uint8; regions are high, boundaries low.
        markers: (H, W) int32, 0 or more on markers, of which there must be one; -1 elsewhere.

    Returns:
        (H, W) int32, the number of a marker at every pixel.

    Reference:
        Meyer, "Color image segmentation", International Conference on Image Processing, 1992: with one
        first-in-first-out queue for each of the 256 heights.
    """
    height, width = heights.shape
    rim_heights = np.zeros((height + 2, width + 2), np.uint8)
    rim_heights[1:-1, 1:-1] = heights
    labels = np.zeros((height + 2, width + 2), np.int32)  # the rim stays undecided
    labels[1:-1, 1:-1] = markers
    del markers  # large pictures: the caller may have kept none
    labels[0], labels[-1], labels[:, 0], labels[:, -1] = -2, -2, -2, -2
    _flood(rim_heights.reshape(-1), labels.reshape(-1), width + 2)
    return np.ascontiguousarray(labels[1:-1, 1:-1])


LONGEST, NEAREST, ALIKE = range(3)  # which neighbour a small region joins: by boundary, mean colour, or score


class Graph(NamedTuple):
    """Regions, and the boundaries of those that are neighbours, with sums over their pixels. Changed in place.

    A boundary b has two halves, 2 b and 2 b + 1, one in each region's list. A hash table with open addressing finds the
    boundary of two regions.
    """

    ends: np.ndarray  # (B, 2) int32, a boundary's two regions
    lengths: np.ndarray  # (B,) int64, in sides of pixels; 0 for one that is gone
    heights: np.ndarray  # (B,) int64, sum of the lower height of the two pixels at each side
    slopes: np.ndarray  # (B,) int64, of the greater slope
    first: np.ndarray  # (n,) int32, the halves that a region's list begins and ends with, or -1
    last: np.ndarray
    following: np.ndarray  # (2 B,) int32, the next half in the list, or -1
    degrees: np.ndarray  # (n,) int32, halves in the list, those that are gone too
    areas: np.ndarray  # (n,) int64, in pixels
    weights: np.ndarray  # (n,) int64, sum of w = height + 1
    squares: np.ndarray  # (n,) int64, of w^2
    colours: np.ndarray  # (n, 3) int64, of w times the colour
    parents: np.ndarray  # (n,) int32, what a region was joined to, or itself
    keys: np.ndarray  # (power of 2,) int64, lower region * n + higher region, or -1
    values: np.ndarray  # of the same size, int32, the boundary
    used: np.ndarray  # (1,) int64, how many keys there are


def build_graph(ids, heights, slopes, colours=None):
    """Build the graph of an (H, W) int32 map of regions 0..n-1.

    Args:
        ids: the map.
        heights, slopes: (H, W) uint8.
        colours: (H, W, 3) uint8, or None.

    Returns:
        `Graph`.
    """
    ids = np.ascontiguousarray(ids, np.int32)
    count = int(ids.max()) + 1
    heights, slopes = np.ascontiguousarray(heights), np.ascontiguousarray(slopes)  # Numba would compile for views anew
    ends, sums, keys, values = _find_boundaries(ids, heights, slopes, count)
    lengths, low, steep = np.ascontiguousarray(sums.T)
    first, last, following, degrees = _list_halves(ends, count)
    areas = np.bincount(ids.reshape(-1), minlength=count)
    weights, squares, colour_sums = areas.copy(), areas.copy(), np.zeros((count, 3), np.int64)
    if colours is not None:
        weights, squares = _sum_colours(ids, heights, colours, colour_sums)
    parents, used = np.arange(count, dtype=np.int32), np.array([len(ends)])
    return Graph(
        ends, lengths, low, steep, first, last, following, degrees,
        areas, weights, squares, colour_sums, parents, keys, values, used,
    )  # fmt: skip


def find_boundaries(ids):
    """List the pairs of regions that are neighbours.

    Args:
        ids: (H, W) int32, 0..n-1.

    Returns:
        (B, 2) int32 pairs, the lower id first, in the order of their first pixels; and (B,) int64 lengths of their
        boundaries, in sides of pixels.
    """
    flat = np.zeros(ids.shape, np.uint8)
    graph = build_graph(ids, flat, flat)
    return graph.ends, graph.lengths


def _pack(tuning):
    """The weights of a score, for kernels."""
    return np.array([tuning.ridge, tuning.slope, tuning.colour, tuning.farthest, tuning.height, tuning.size], float)


@njit(cache=True, nogil=True)
def _flood(heights, labels, stride):
    """Fill labels of -1 in place; flat arrays with a rim, rows of `stride` pixels."""
    around = (-stride, -1, 1, stride)
    first, last = np.full(256, -1, np.int32), np.full(256, -1, np.int32)  # ends of each height's queue
    after = np.empty(labels.size, np.int32)  # the pixel behind each one in its queue
    top = 0
    for place in range(stride, labels.size - stride):
        if labels[place] >= 0:
            for step in around:
                if labels[place + step] == -1:
                    _enqueue(first, last, after, heights[place], place)
                    top = max(top, heights[place])
                    break
    while top >= 0:
        place = first[top]
        if place < 0:
            top -= 1
            continue
        first[top] = after[place]
        for step in around:
            near = place + step
            if labels[near] == -1:
                labels[near] = labels[place]
                # Behind a boundary nothing counts as higher than the boundary.
                _enqueue(first, last, after, min(top, heights[near]), near)


@njit(cache=True, nogil=True)
def _enqueue(first, last, after, queue, place):
    """Put a place at the end of one of several queues: `after` names the next place of each, or -1."""
    after[place] = -1
    if first[queue] < 0:
        first[queue] = place
    else:
        after[last[queue]] = place
    last[queue] = place


@njit(cache=True, nogil=True)
def _look_up(keys, key):
    """The place of a key in the table, or the empty one where it belongs."""
    mask = np.uint64(keys.size - 1)
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio
    place = (mixed ^ (mixed >> np.uint64(32))) & mask
    while keys[place] != key and keys[place] != -1:
        place = (place + np.uint64(1)) & mask
    return place


@njit(cache=True, nogil=True)
def _key(one, other, count):
    return np.int64(min(one, other)) * count + max(one, other)


@njit(cache=True, nogil=True)
def _find_boundaries(ids, heights, slopes, count):
    """List the boundaries of the map, their lengths and sums of heights and slopes, and the table that finds them."""
    height, width = ids.shape
    room, found = 1024, 0
    keys, values = np.full(4 * room, -1, np.int64), np.empty(4 * room, np.int32)
    ends, sums = np.empty((room, 2), np.int32), np.zeros((room, 3), np.int64)
    last_key, boundary = np.int64(-1), 0
    for y in range(height):
        for x in range(width):
            for step in range(2):
                below, beside = min(y + step, height - 1), min(x + 1 - step, width - 1)
                one, other = ids[y, x], ids[below, beside]
                if one == other:
                    continue
                key = _key(one, other, count)
                if key != last_key:  # mostly it is the last key
                    place = _look_up(keys, key)
                    if keys[place] == -1:
                        if found == room:
                            room *= 2
                            keys, values = np.full(4 * room, -1, np.int64), np.empty(4 * room, np.int32)
                            ends = np.concatenate((ends, np.empty_like(ends)))
                            sums = np.concatenate((sums, np.zeros_like(sums)))
                            _fill_table(keys, values, ends[:found], count)
                            place = _look_up(keys, key)
                        keys[place], values[place] = key, found
                        ends[found, 0], ends[found, 1] = min(one, other), max(one, other)
                        found += 1
                    boundary, last_key = values[place], key
                sums[boundary, 0] += 1
                sums[boundary, 1] += min(heights[y, x], heights[below, beside])
                sums[boundary, 2] += max(slopes[y, x], slopes[below, beside])
    return ends[:found], sums[:found], keys, values


@njit(cache=True, nogil=True)
def _fill_table(keys, values, ends, count):
    for boundary in range(len(ends)):
        key = _key(ends[boundary, 0], ends[boundary, 1], count)
        place = _look_up(keys, key)
        keys[place], values[place] = key, boundary


@njit(cache=True, nogil=True)
def _list_halves(ends, count):
    """Give each region the list of its boundaries' halves."""
    first, last = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    following, degrees = np.full(2 * len(ends), -1, np.int32), np.zeros(count, np.int32)
    for half in range(2 * len(ends)):
        _append(first, last, following, degrees, ends[half >> 1, half & 1], half)
    return first, last, following, degrees


@njit(cache=True, nogil=True)
def _append(first, last, following, degrees, region, half):
    """Put a boundary's half at the end of a region's list."""
    _enqueue(first, last, following, region, half)
    degrees[region] += 1


@njit(cache=True, nogil=True)
def _sum_colours(ids, heights, colours, sums):
    """Add up weights, their squares and (in `sums`) weighted colours: a region's middle counts, not its rim."""
    weights, squares = np.zeros(len(sums), np.int64), np.zeros(len(sums), np.int64)
    for y in range(ids.shape[0]):
        for x in range(ids.shape[1]):
            region, weight = ids[y, x], np.int64(heights[y, x]) + 1
            weights[region] += weight
            squares[region] += weight * weight
            for c in range(3):
                sums[region, c] += weight * colours[y, x, c]
    return weights, squares


@njit(cache=True, nogil=True)
def _score(graph, boundary, weights):
    """Score how alike two neighbours are: the height of their boundary, minus the signs of an edge; see `_pack`."""
    one, other = graph.ends[boundary, 0], graph.ends[boundary, 1]
    ridge = min(graph.squares[one] / graph.weights[one], graph.squares[other] / graph.weights[other])
    distance = 0.0
    for c in range(3):
        distance += (graph.colours[one, c] / graph.weights[one] - graph.colours[other, c] / graph.weights[other]) ** 2
    height, slope = graph.heights[boundary], graph.slopes[boundary]
    against = weights[0] * ridge + weights[2] * min(np.sqrt(distance), weights[3])
    against += weights[5] * np.log2(min(graph.areas[one], graph.areas[other]))
    return (weights[4] * height - weights[1] * slope) / graph.lengths[boundary] - against


@njit(cache=True, nogil=True)
def _unite(graph, region, goal, touched):
    """Join a region to a neighbour; write the boundaries that this changes to `touched` and return their number."""
    graph.parents[region] = goal
    graph.areas[goal] += graph.areas[region]
    graph.weights[goal] += graph.weights[region]
    graph.squares[goal] += graph.squares[region]
    for c in range(3):
        graph.colours[goal, c] += graph.colours[region, c]
    changed = 0
    half = graph.first[region]
    graph.first[region] = -1
    while half >= 0:
        following, boundary = graph.following[half], half >> 1
        other = graph.ends[boundary, 1 - (half & 1)]
        if graph.lengths[boundary] and other == goal:
            graph.lengths[boundary] = 0
        elif graph.lengths[boundary]:
            if 2 * graph.used[0] > graph.keys.size:
                _clear_table(graph)
            key = _key(goal, other, graph.parents.size)
            place = _look_up(graph.keys, key)
            if graph.keys[place] == -1:
                graph.keys[place], graph.values[place] = key, boundary
                graph.used[0] += 1
                graph.ends[boundary, half & 1] = goal
                _append(graph.first, graph.last, graph.following, graph.degrees, goal, half)
                touched[changed] = boundary
            else:
                kept = graph.values[place]
                graph.lengths[kept] += graph.lengths[boundary]
                graph.heights[kept] += graph.heights[boundary]
                graph.slopes[kept] += graph.slopes[boundary]
                graph.lengths[boundary] = 0
                touched[changed] = kept
            changed += 1
        half = following
    return changed


@njit(cache=True, nogil=True)
def _clear_table(graph):
    """Drop the keys of regions and boundaries that are gone: at most a quarter of the table remains."""
    graph.keys[:] = -1
    graph.used[0] = 0
    for boundary in range(graph.lengths.size):
        if graph.lengths[boundary]:
            key = _key(graph.ends[boundary, 0], graph.ends[boundary, 1], graph.parents.size)
            place = _look_up(graph.keys, key)
            graph.keys[place], graph.values[place] = key, boundary
            graph.used[0] += 1


@njit(cache=True, nogil=True)
def _join_small(graph, order, min_area, way, weights):
    """Join regions of fewer than `min_area` pixels to a neighbour, in the given order."""
    touched = np.empty(graph.lengths.size, np.int32)
    for region in order:
        # It may have been joined, or grown, since the order was made.
        if graph.parents[region] != region or graph.areas[region] >= min_area:
            continue
        best, best_rank, best_size = -1, 0.0, 0
        half = graph.first[region]
        while half >= 0:
            boundary = half >> 1
            if graph.lengths[boundary]:
                other, size = graph.ends[boundary, 1 - (half & 1)], 0
                if way == LONGEST:
                    rank, size = float(graph.lengths[boundary]), graph.areas[other]
                elif way == NEAREST:
                    rank = 0.0
                    for c in range(3):
                        mean = graph.colours[region, c] / graph.weights[region]
                        rank -= abs(graph.colours[other, c] / graph.weights[other] - mean)
                else:
                    rank = _score(graph, boundary, weights)
                better = rank > best_rank or rank == best_rank and (size, -other) > (best_size, -best)
                if best < 0 or better:
                    best, best_rank, best_size = other, rank, size
            half = graph.following[half]
        if best >= 0:
            _unite(graph, region, best, touched)


@njit(cache=True, nogil=True)
def _merge(graph, limit, weights):
    """Merge neighbours whose boundary scores at least `limit`, the highest first.

    What is merged before the limit is reached does not depend on it: a lower one goes on from there.
    """
    count = graph.lengths.size
    scores, touched = np.empty(count), np.empty(count, np.int32)
    heap = [(0.0, np.int32(0)) for _ in range(0)]  # empty, and Numba knows of what
    for boundary in range(count):
        if graph.lengths[boundary]:
            scores[boundary] = _score(graph, boundary, weights)
            heap.append((-scores[boundary], np.int32(boundary)))
    heapq.heapify(heap)
    known = np.empty((graph.parents.size, 5))  # of a region, what the scores of its boundaries were made of
    for region in range(len(known)):
        _describe(graph, region, known[region])
    now = np.empty(5)
    while heap:
        score, boundary = heapq.heappop(heap)
        if -score < limit:
            break
        if not graph.lengths[boundary] or -score != scores[boundary]:
            continue  # it is gone, or has another score since
        region, goal = graph.ends[boundary, 0], graph.ends[boundary, 1]
        if graph.degrees[region] > graph.degrees[goal]:
            region, goal = goal, region
        changed = _unite(graph, region, goal, touched)
        _describe(graph, goal, now)
        moved = 0.0
        for k in range(5):
            moved = max(moved, abs(now[k] - known[goal, k]))
        if graph.degrees[goal] <= _FEW or moved > _SLACK:
            _describe(graph, goal, known[goal])
            changed = _list_boundaries(graph, goal, touched)
        for k in range(changed):
            boundary = touched[k]
            score = _score(graph, boundary, weights)
            if score != scores[boundary]:
                scores[boundary] = score
                heapq.heappush(heap, (-score, boundary))


@njit(cache=True, nogil=True)
def _describe(graph, region, goal):
    """Write a region's mean colour, ridge (mean height where high pixels count most) and size in octaves."""
    for c in range(3):
        goal[c] = graph.colours[region, c] / graph.weights[region]
    goal[3] = graph.squares[region] / graph.weights[region]
    goal[4] = np.log2(graph.areas[region])


@njit(cache=True, nogil=True)
def _list_boundaries(graph, region, goal):
    """Write a region's boundaries and return their number; its list is made anew, without those that are gone."""
    found, half = 0, graph.first[region]
    graph.first[region], graph.degrees[region] = -1, 0
    while half >= 0:
        following = graph.following[half]
        if graph.lengths[half >> 1]:
            _append(graph.first, graph.last, graph.following, graph.degrees, region, half)
            goal[found] = half >> 1
            found += 1
        half = following
    return found


@njit(cache=True, nogil=True)
def _find_roots(parents):
    """Replace each region's parent by the region that all were joined to."""
    for region in range(parents.size):
        root = parents[region]
        while parents[root] != root:
            root = parents[root]
        place = region
        while parents[place] != root:
            following = parents[place]
            parents[place] = root
            place = following


@njit(cache=True, nogil=True)
def _renumber(ids, parents):
    """Number regions by their first pixel."""
    numbers, found = np.full(parents.size, -1, np.int32), 0
    result = np.empty_like(ids)
    for y in range(ids.shape[0]):
        for x in range(ids.shape[1]):
            root = parents[ids[y, x]]
            if numbers[root] < 0:
                numbers[root] = found
                found += 1
            result[y, x] = numbers[root]
    return result
