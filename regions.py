"""Turn a skeleton map into regions: markers above a threshold, a watershed between them, and clean-up.

    python regions.py X.skeleton.png                          # writes X.region.png beside it
    python regions.py X.skeleton.png --image X.image.png      # boundaries and colours of the picture count too

The first is for skeleton maps of region maps, which are exact. What a network finds is blurred, has gaps and knows
boundaries only roughly; `segment` makes regions of that and the picture together, in 0.2 s for 1.5 megapixels.
"""

import argparse
import heapq
import sys
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numba import njit

import images
import processes

THRESHOLD = 30  # a skeleton map's heights above this mark regions

# A region below a 60,000th of the picture is not kept, 25 pixels of 1.5 megapixels: 96 of 100 regions of DanbooRegion's
# published example are larger. Nor one below 12 pixels, which is where lines cross, not something that was drawn.
MIN_AREA_SHARE, MIN_AREA = 1 / 60000, 12
_SLACK = 0.5  # scores of a region's boundaries are computed anew when its colour or ridge has changed by so many levels
_FEW = 64  # or when it has so few of them


class Tuning(NamedTuple):
    """What decides how `segment` finds regions; see there. Heights, slopes and colours are in levels, 0..255.

    The defaults are for a skeleton map alone, such as DanbooRegion's network finds: they did best on skeleton maps worn
    on purpose (blurred, displaced by a pixel, with noise and gaps) of drawn pictures, line drawings and DanbooRegion's
    published example together. `WITH_BOUNDARIES` did best on what the default network finds of drawn validation
    pictures and of that example. No one of the numbers is critical.
    """

    outside: float = 0.005  # share of the heights that may fall off either end when they are stretched to 0..255 ...
    span: int = 128  # ... if they span so many levels at least
    window: int = 15  # pixels; heights then count by how far they are above the mean of so wide a square
    rise: int = 20  # what is that far above it is a marker ...
    smallest_marker: int = 6  # ... of at least so many pixels ...
    blur: float = 0.7  # ... after a blur of this sigma, in pixels
    unlikely: int = 16  # where boundaries are known, what has none above this ...
    clear: int = 7  # ... in a disc so wide is a marker, too
    line: float = 0.7  # what a dark line's depth adds to the picture's slope
    line_width: int = 11  # pixels; wider lines count by their two sides only
    busy: float = 0.5  # share of the mean slope around taken off each: edges mean less in hatching and screentones
    steep: float = 3.0  # what a level of the picture's slope takes off the relief, for the watershed, ...
    relief: float = 1.0  # ... of which this is the heights' share; boundaries count fully
    height: float = 1.0  # weights in the score of a boundary: the heights along it, ...
    ridge: float = 0.5  # ... the lower of both regions' ridges, ...
    slope: float = 0.2  # ... the slope along it, or, where boundaries are known, these, ...
    colour: float = 1.5  # ... the distance of the regions' colours, ...
    farthest: float = 30.0  # ... of which more than this makes no difference, ...
    size: float = 0.0  # ... and every doubling of the smaller region: large ones are merged for good reason only
    limits: tuple = (-120.0, 40.0)  # scores above which neighbours are merged, at the lowest and the highest detail


TUNING = Tuning()
WITH_BOUNDARIES = Tuning(
    rise=30, steep=2.0, relief=0.3, height=0.0, ridge=0.0, slope=1.0, size=3.0, limits=(-206.0, -34.0)
)


# --------------------------------------------------------------------------------------------- from an exact map
def find_regions(skeleton_map, threshold=THRESHOLD, smallest=0, picture=None):
    """Find the regions of a skeleton map.

    Args:
        skeleton_map: (H, W) uint8, 255 on centre lines, 0 on boundaries.
        threshold: 0..254; connected areas above it are the markers. A lower one splits less.
        smallest: regions of fewer pixels join a neighbour: the one with the longest common boundary, or the one of
            nearest colour if there is a picture.
        picture: (H, W, 3) uint8 RGB, or None.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel, row by row.

    Raises:
        ValueError: for arguments of other form, or if nothing lies above the threshold.
    """
    markers = find_markers(skeleton_map, threshold)
    if markers.max() < 0:
        raise ValueError(f"has nothing above the threshold, {threshold}: no region to find")
    if picture is not None and picture.shape != (*skeleton_map.shape, 3):
        raise ValueError(f"picture must be {(*skeleton_map.shape, 3)}. Received: {picture.shape}")
    ids = flood(skeleton_map, markers)
    if smallest > 1:
        ids = join_small(ids, smallest, picture)
    return images.label_areas(ids)


def find_markers(skeleton_map, threshold=THRESHOLD):
    """Number the 4-connected areas above a threshold: (H, W) int32, 0..n-1, and -1 elsewhere.

    Raises:
        ValueError: if the map is not (H, W) uint8, or the threshold not 0..254.
    """
    if skeleton_map.ndim != 2 or skeleton_map.dtype != np.uint8 or not skeleton_map.size:
        raise ValueError(f"expected (H, W) uint8, not empty. Received: {skeleton_map.shape} {skeleton_map.dtype}")
    if not 0 <= threshold < 255:
        raise ValueError(f"threshold must be 0..254. Received: {threshold}")
    _, markers = cv2.connectedComponents((skeleton_map > threshold).astype(np.uint8), connectivity=4)
    return markers - 1


def flood(heights, markers):
    """Let markers grow downhill, highest pixels first, until all pixels belong to one: a watershed.

    Args:
        heights: (H, W) uint8; regions are high, boundaries low.
        markers: (H, W) int32, at least one 0 or more; -1 is what has to be decided.

    Returns:
        (H, W) int32, every pixel that of a marker.

    Reference:
        Meyer, "Color image segmentation", International Conference on Image Processing, 1992: with one
        first-in-first-out queue for each of the 256 heights.
    """
    height, width = heights.shape
    rim_heights = np.zeros((height + 2, width + 2), np.uint8)
    rim_heights[1:-1, 1:-1] = heights
    labels = np.zeros((height + 2, width + 2), np.int32)  # the rim belongs to none and is never decided
    labels[1:-1, 1:-1] = markers
    del markers  # large pictures: the caller may have kept none
    labels[0], labels[-1], labels[:, 0], labels[:, -1] = -2, -2, -2, -2
    _flood(rim_heights.reshape(-1), labels.reshape(-1), width + 2)
    return np.ascontiguousarray(labels[1:-1, 1:-1])


def join_small(ids, smallest, picture=None):
    """Join regions of fewer than `smallest` pixels to a neighbour, the smallest first.

    Args:
        ids: (H, W) int32, 0..n-1.
        smallest: number of pixels.
        picture: (H, W, 3) uint8 RGB: the neighbour of nearest mean colour is taken. None: the one with the longest
            common boundary, and of several the largest.

    Returns:
        (H, W) int32, the ids that are left, not renumbered.
    """
    flat = np.zeros(ids.shape, np.uint8)
    graph = build_graph(ids, flat, flat, picture)
    _join_by_size(graph, smallest, LONGEST if picture is None else NEAREST)
    _find_roots(graph.parents)
    return graph.parents[ids]


def join_unseen(ids, edges, limit, smallest=0):
    """Join neighbours between which there is no edge: the weakest boundary first, by its mean.

    Args:
        ids: (H, W) int32, 0..n-1.
        edges: (H, W) uint8, how much of an edge each pixel is on; of two neighbours' the greater counts.
        limit: boundaries of at least this mean stay.
        smallest: areas of fewer pixels join the neighbour with the weakest boundary, whatever it is.

    Returns:
        (H, W) int32 ids 0..n-1, numbered by their first pixel.
    """
    graph = build_graph(ids, np.zeros(ids.shape, np.uint8), edges)
    weights = _pack(Tuning(height=0, ridge=0, slope=1, colour=0))
    _merge(graph, np.nextafter(-float(limit), np.inf), weights)
    _join_by_size(graph, smallest, ALIKE, weights)
    _find_roots(graph.parents)
    return _renumber(ids, graph.parents)


# ------------------------------------------------------------------------------------------ from a network's map
def segment(picture, skeleton_map, detail=0.5, min_area=None, boundaries=None, tuning=None):
    """Find the regions of a picture with the skeleton map that a network made of it.

    Far more markers than regions are taken from the map, wherever it is above its own mean around; the watershed
    between them follows the network's boundaries, or else its map, and the picture's own edges and lines. Then
    neighbours are merged, the most alike first: those between which the network sees no boundary (whose common boundary
    lies high in the map, all along, and is no edge in the picture), and whose colours agree. A gap in a boundary that
    the network has missed therefore opens nothing.

    Args:
        picture: (H, W, 3) uint8 RGB.
        skeleton_map: (h, w) uint8 of the picture, at its own size or any other: 255 on centre lines, 0 on boundaries.
        detail: 0..1, how fine regions get; those of less detail are unions of those of more.
        min_area: regions of fewer pixels join the neighbour they are most alike; None for `find_min_area`'s.
        boundaries: (h, w) uint8, how likely a boundary runs here, 255 = surely; or None.
        tuning: weights and thresholds; None for `WITH_BOUNDARIES` or `TUNING`.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel, row by row. One region if the
        picture has one colour, or the map no marker.

    Raises:
        ValueError: for arguments of other form, and if picture and map differ in proportions by more than 2 percent
            and 2 pixels.

    Reference:
        Meyer 1992, see `flood`; Haris, Efstratiadis, Maglaveras and Katsaggelos, "Hybrid Image Segmentation Using
        Watersheds and Fast Region Merging", IEEE Transactions on Image Processing, 1998.
    """
    _check(picture, skeleton_map, detail, min_area, boundaries)
    shape = picture.shape[:2]
    if (picture == picture[0, 0]).all():
        return np.zeros(shape, np.int32)
    tuning = tuning or (TUNING if boundaries is None else WITH_BOUNDARIES)
    heights, scale = fit_heights(skeleton_map, shape)
    heights = stretch(heights, tuning)
    colours = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    edges = find_slopes(colours, tuning)
    if boundaries is not None:
        boundaries = fit_heights(boundaries, shape)[0]
    heights, markers = sharpen(heights, scale, tuning, boundaries)
    if markers.max() < 0:
        return np.zeros(shape, np.int32)
    if boundaries is None:
        relief = cv2.addWeighted(heights, tuning.relief, edges, -tuning.steep, 0)
    else:
        # 255 is far from all; what is taken off is rounded once, not saturated on the way.
        relief = cv2.addWeighted(heights, tuning.relief, boundaries, -1, 255 * (1 - tuning.relief), dtype=cv2.CV_16S)
        relief = cv2.addWeighted(relief, 1, edges, -tuning.steep, 0, dtype=cv2.CV_8U)
        edges = boundaries
    ids = flood(relief, markers)
    del markers, relief
    graph = build_graph(ids, heights, edges, colours)
    weights = _pack(tuning)
    _join_by_size(graph, find_min_area(shape) if min_area is None else min_area, ALIKE, weights)
    lowest, highest = tuning.limits
    _merge(graph, lowest + (highest - lowest) * detail, weights)
    _find_roots(graph.parents)
    return _renumber(ids, graph.parents)


def find_min_area(shape):
    """The default of `segment`'s `min_area` for a picture's (H, W)."""
    return max(MIN_AREA, int(shape[0] * shape[1] * MIN_AREA_SHARE))


def fit_heights(skeleton_map, shape):
    """Bring a skeleton map to a picture's size: (H, W) uint8, and by what it was enlarged, at least 1."""
    height, width = skeleton_map.shape
    if (height, width) == tuple(shape):
        return skeleton_map, 1.0
    smaller = shape[0] * shape[1] < height * width
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(skeleton_map, shape[::-1], interpolation=way), max(1.0, shape[0] / height, shape[1] / width)


def stretch(heights, tuning=TUNING):
    """Stretch (H, W) uint8 heights to 0..255, since a network that is less sure gives less of the range."""
    shares = np.cumsum(cv2.calcHist([heights], [0], None, [256], [0, 256])) / heights.size
    low, high = np.searchsorted(shares, (tuning.outside, 1 - tuning.outside))
    span = max(high - low, tuning.span)
    table = (np.arange(256) - (low + high) / 2) * 255 / span + 127.5
    return cv2.LUT(heights, np.clip(table + 0.5, 0, 255).astype(np.uint8))


def sharpen(heights, scale=1.0, tuning=TUNING, boundaries=None):
    """Double heights' distance from their mean around, so that narrow valleys and low ridges stand out too.

    Args:
        heights: (H, W) uint8.
        scale: by what the map was enlarged: its valleys are wider by that.
        tuning: see `Tuning`.
        boundaries: (H, W) uint8, how likely a boundary runs here, or None. What is far from all of them is marked even
            where heights are flat, as they are in the middle of wide regions.

    Returns:
        (H, W) uint8 sharpened heights, and (H, W) int32 markers 0..n-1, -1 elsewhere.
    """
    width = 2 * round((tuning.window - 1) / 2 * scale) + 1
    mean = cv2.blur(heights, (width, width))
    sharp = cv2.addWeighted(heights, 2, mean, -1, 0)
    above = cv2.subtract(cv2.GaussianBlur(heights, (0, 0), tuning.blur * scale), mean)
    marked = above > tuning.rise
    if boundaries is not None:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (tuning.clear,) * 2)
        marked |= cv2.dilate(boundaries, disc) <= tuning.unlikely
    count, markers, stats, _ = cv2.connectedComponentsWithStats(marked.view(np.uint8), connectivity=4)
    kept = stats[:, cv2.CC_STAT_AREA] >= tuning.smallest_marker
    kept[0] = False  # what is no marker
    numbers = np.full(count, -1, np.int32)
    numbers[kept] = np.arange(kept.sum())
    return sharp, numbers[markers]


def find_slopes(colours, tuning=TUNING):
    """How strong an edge or a dark line each pixel of a picture is on.

    Lines count beside edges because the middle of a line is no edge, and yet where the boundary belongs.

    Args:
        colours: (H, W, 3) uint8 CIELAB, as OpenCV scales it.
        tuning: see `Tuning`.

    Returns:
        (H, W) uint8.
    """
    slopes = _find_slopes(colours)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (tuning.line_width,) * 2)
    lines = cv2.morphologyEx(cv2.extractChannel(colours, 0), cv2.MORPH_BLACKHAT, disc)
    slopes = cv2.addWeighted(slopes, 1, lines, tuning.line, 0)
    return cv2.addWeighted(slopes, 1, cv2.blur(slopes, (tuning.window, tuning.window)), -tuning.busy, 0)


def _check(picture, skeleton_map, detail, min_area, boundaries):
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"picture must be (H, W, 3) uint8, not empty. Received: {picture.shape} {picture.dtype}")
    if skeleton_map.ndim != 2 or skeleton_map.dtype != np.uint8 or not skeleton_map.size:
        raise ValueError(
            f"skeleton_map must be (h, w) uint8, not empty. Received: {skeleton_map.shape} {skeleton_map.dtype}"
        )
    if boundaries is not None and (boundaries.shape != skeleton_map.shape or boundaries.dtype != np.uint8):
        raise ValueError(
            f"boundaries must be {skeleton_map.shape} uint8. Received: {boundaries.shape} {boundaries.dtype}"
        )
    if not 0 <= detail <= 1:
        raise ValueError(f"detail must be 0..1. Received: {detail}")
    if min_area is not None and min_area < 0:
        raise ValueError(f"min_area must be 0 or more. Received: {min_area}")
    (height, width), (map_height, map_width) = picture.shape[:2], skeleton_map.shape
    away = max(abs(height - map_height), abs(width - map_width))
    one, other = height * map_width, width * map_height
    if away > 2 and abs(one - other) > 0.02 * max(one, other) + 2 * max(map_height, map_width):
        raise ValueError(
            "picture and skeleton_map must have the same proportions. "
            f"Received: {width}x{height}, {map_width}x{map_height}"
        )


# --------------------------------------------------------------------------------------------------- regions' graph
LONGEST, NEAREST, ALIKE = range(3)  # which neighbour a small region joins: by boundary, mean colour, or score


class Graph(NamedTuple):
    """Regions, and the boundaries of those that are neighbours, with sums over their pixels. Changed in place.

    A boundary's two halves, 2 b and 2 b + 1, are each in the list of the region that the half belongs to. A table of
    open addresses finds the boundary of two regions.
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
        (B, 2) int32 pairs, the lower id first, in the order of their first pixels; (B,) int64 lengths of their common
        boundaries, in sides of pixels.
    """
    flat = np.zeros(ids.shape, np.uint8)
    graph = build_graph(ids, flat, flat)
    return graph.ends, graph.lengths


def _join_by_size(graph, smallest, way, weights=None):
    """Join regions of fewer than `smallest` pixels to a neighbour, the smallest first; what `graph` says is changed."""
    weights = _pack(TUNING) if weights is None else weights
    _join_small(graph, np.argsort(graph.areas, kind="stable"), smallest, way, weights)


def _pack(tuning):
    """The weights of a score, for kernels."""
    return np.array([tuning.ridge, tuning.slope, tuning.colour, tuning.farthest, tuning.height, tuning.size], float)


# --------------------------------------------------------------------------------------------------------- kernels
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
                # What lies behind a boundary is not higher than it.
                _enqueue(first, last, after, min(top, heights[near]), near)


@njit(cache=True, nogil=True)
def _enqueue(first, last, after, level, place):
    """Put a pixel at the end of a height's queue."""
    after[place] = -1
    if first[level] < 0:
        first[level] = place
    else:
        after[last[level]] = place
    last[level] = place


@njit(cache=True, nogil=True)
def _find_slopes(colours):
    """Length of the central difference over three channels, at most 255."""
    height, width, _ = colours.shape
    slopes = np.empty((height, width), np.uint8)
    for y in range(height):
        upper, row, lower, goal = colours[max(y - 1, 0)], colours[y], colours[min(y + 1, height - 1)], slopes[y]
        for x in range(width):
            before, behind = max(x - 1, 0), min(x + 1, width - 1)
            total = np.int32(0)
            for c in range(3):
                across = np.int32(row[behind, c]) - np.int32(row[before, c])
                down = np.int32(lower[x, c]) - np.int32(upper[x, c])
                total += across * across + down * down
            goal[x] = np.uint8(min(np.sqrt(np.float32(total)), np.float32(255)))
    return slopes


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
                if key != last_key:  # it mostly is the last one's
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
    following[half] = -1
    if first[region] < 0:
        first[region] = half
    else:
        following[last[region]] = half
    last[region] = half
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
    """How alike two neighbours are: how high their boundary lies, less what speaks for it. `weights` as `_pack` has."""
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
    """Leave out the keys of regions and boundaries that are gone: at most a quarter of the table remains."""
    graph.keys[:] = -1
    graph.used[0] = 0
    for boundary in range(graph.lengths.size):
        if graph.lengths[boundary]:
            key = _key(graph.ends[boundary, 0], graph.ends[boundary, 1], graph.parents.size)
            place = _look_up(graph.keys, key)
            graph.keys[place], graph.values[place] = key, boundary
            graph.used[0] += 1


@njit(cache=True, nogil=True)
def _join_small(graph, order, smallest, way, weights):
    """Join regions of fewer than `smallest` pixels to a neighbour, in the given order."""
    touched = np.empty(graph.lengths.size, np.int32)
    for region in order:
        # It may have been joined, or others may have joined it, since the order was made.
        if graph.parents[region] != region or graph.areas[region] >= smallest:
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


# ---------------------------------------------------------------------------------------------------------- command
def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=processes.HelpFormatter)
    parser.add_argument(
        "skeletons", metavar="X.skeleton.png", nargs="+", help="skeleton map: 255 on centre lines, 0 on boundaries"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="region map, or folder of them (default: X.region.png beside each input)"
    )
    plain = parser.add_argument_group("from the map alone")
    plain.add_argument(
        "--threshold", metavar="T", type=processes.whole(0, 254), default=argparse.SUPPRESS,
        help=f"heights above it mark regions (default: {THRESHOLD})",
    )  # fmt: skip
    plain.add_argument(
        "--smallest", metavar="N", type=processes.whole(0), default=argparse.SUPPRESS,
        help="smaller regions (pixels) join the neighbour of longest boundary, or with --image of nearest colour "
        "(default: 0)",
    )  # fmt: skip
    fine = parser.add_argument_group("from the map and the picture")
    fine.add_argument(
        "--image", metavar="X.image.png", default=argparse.SUPPRESS,
        help="the picture, of whose size the region map will be: its edges, lines and colours count too, unless "
        "--threshold or --smallest is given",
    )  # fmt: skip
    fine.add_argument(
        "--detail",
        metavar="D",
        type=processes.number(0, 1),
        default=argparse.SUPPRESS,
        help="how fine regions get, 0..1 (default: 0.5)",
    )
    fine.add_argument(
        "--min-area", metavar="N", type=processes.whole(0), default=argparse.SUPPRESS,
        help="smaller regions (pixels) join the neighbour they are most alike (default: a 60,000th of the picture, "
        f"at least {MIN_AREA})",
    )  # fmt: skip
    parser.add_argument("--show", action="store_true", help="open the region map in the system's viewer")
    return parser


def name_goals(sources, output):
    """Return the path of each source's region map; several sources, or a folder as output, give files in a folder."""
    goals = [images.name_result(source, "region") for source in sources]
    if output is None:
        return goals
    if len(sources) > 1 or Path(output).is_dir():
        return [Path(output) / goal.name for goal in goals]
    return [Path(output)]


def convert(source, goal, options):
    """Write the region map of one skeleton map; returns the number of regions."""
    if images.is_same(source, goal):
        raise ValueError("is also the output: name another with -o")
    ids = find(images.read_map(source), options)
    goal.parent.mkdir(parents=True, exist_ok=True)
    images.write(goal, images.colour_regions(ids))
    return int(ids.max()) + 1


def find(skeleton_map, options):
    """Find the regions of a skeleton map as the options say."""
    chosen = vars(options)
    plain = {key: chosen[key] for key in ("threshold", "smallest") if key in chosen}
    if "image" not in chosen:
        return find_regions(skeleton_map, **plain)
    try:
        picture = images.read(options.image)
        fitted = images.fit(picture, skeleton_map.shape)  # refuses other proportions
    except ValueError as error:
        raise ValueError(f"its picture, {options.image}, {error}") from None
    if plain:
        return find_regions(skeleton_map, **plain, picture=fitted)
    return segment(picture, skeleton_map, **{key: chosen[key] for key in ("detail", "min_area") if key in chosen})


def check_options(options, parser):
    """End with exit code 2 where options do not go together."""
    chosen = vars(options)
    plain, fine = ({"threshold", "smallest"} & chosen.keys(), {"detail", "min_area"} & chosen.keys())
    if fine and ("image" not in chosen or plain):
        parser.error("--detail and --min-area go with --image, and without --threshold and --smallest")
    if "image" in chosen and len(options.skeletons) > 1:
        parser.error("--image belongs to one skeleton map. Received: several")


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    check_options(options, parser)
    goals = name_goals(options.skeletons, options.output)
    if len(set(goals)) < len(goals):
        parser.error("two of the skeleton maps would write the same region map: do them one by one")
    failed = False
    for source, goal in zip(options.skeletons, goals):
        try:
            count = convert(source, goal, options)
            print(f"Wrote {goal}: {count} regions")
            if options.show:
                images.show(goal)
        except processes.FAILURES as error:
            print(f"{source}: {processes.describe(error, source)}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
