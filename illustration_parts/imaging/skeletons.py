"""Region maps to skeleton maps: 255 on the regions' centre lines, 0 on their boundaries, smooth between.

    skeleton = skeletonize_regions(colours)   # (H, W, 3) uint8 to (H, W) uint8

A network cannot learn the numbers of a region map. It can learn a skeleton map, which is a height. After DanbooRegion
2020 (Zhang, Ji and Liu, ECCV 2020). Their program starts from random noise; this one is exact and repeatable.
"""

import functools
import os
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from illustration_parts.imaging import images, region_maps, thinning
from illustration_parts.system import cli
from illustration_parts.system.compiled import njit

STEPS = 512  # of the five-point mean
MIDDLE = 127.5  # heights before the first one: the mean of the noise that DanbooRegion's program starts from
# Of the polynomial that stands for the steps, terms are left out that together change no height by more than this.
LEFT_OUT = 1e-3
# Its terms are computed 16 at a time on blocks that stay in a core's second-level cache.
AT_ONCE, BLOCK = 16, (128, 256)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def skeletonize_regions(region_map, threads=None):
    """Compute the skeleton map of a region map.

    Args:
        region_map: (H, W, 3) uint8 RGB or (H, W) integers; a region is an area of one value.
        threads: number of threads; None for one per core.

    Returns:
        (H, W) uint8, 255 on the regions' skeletons, 0 on their edges and the picture's border.

    Raises:
        ValueError: if the map is neither.

    Reference:
        Zhang, Ji and Liu, "DanbooRegion: An Illustration Region Dataset", ECCV 2020.
    """
    edge = find_edges(region_map)
    return smooth_heights(edge, find_skeletons(edge), threads=threads)


def find_edges(region_map):
    """Mark pixels that differ from their right or lower neighbour, and the picture's border.

    Args:
        region_map: (H, W, 3) uint8 RGB or (H, W) integers.

    Returns:
        (H, W) bool.

    Raises:
        ValueError: if the map is neither.
    """
    region_map = np.asarray(region_map)
    if not (region_map.ndim == 2 or region_map.ndim == 3 and region_map.shape[2] == 3) or not region_map.size:
        raise ValueError(f"region_map must be (H, W, 3) or (H, W), not empty. Received: {region_map.shape}")
    if not np.issubdtype(region_map.dtype, np.integer):
        raise ValueError(f"region_map must hold integers. Received: {region_map.dtype}")
    return _find_edges(np.ascontiguousarray(region_map.reshape(*region_map.shape[:2], -1)))


def find_skeletons(edge):
    """Thin what a 3x3 cross dilation of the edges leaves to lines one pixel wide: (H, W) bool."""
    return thinning.thin_mask(cv2.dilate(edge.view(np.uint8), _CROSS) == 0)


def smooth_heights(edge, skeleton, steps=STEPS, threads=None):
    """Spread heights from skeletons (255) and edges (0), both held fixed, by steps of the five-point mean.

    Pixels that neither reaches in these steps stay near the middle: this is not the steady state.

    The steps are not done one by one. Let B be the mean of the four neighbours. A step is 0.2 + 0.8 B, so all steps
    together are a polynomial in B. Its Chebyshev series has far fewer terms that matter: a fifth of the steps.

    Args:
        edge, skeleton: (H, W) bool; the picture's border is edge.
        steps: number of steps, at least 1.
        threads: number of threads; None for one per core.

    Returns:
        (H, W) uint8, rounded down.

    Reference:
        Newman and Rivlin, "Approximation of monomials by lower degree polynomials", Aequationes Mathematicae, 1976.
    """
    weights = _expand_steps(steps)
    height, width = edge.shape
    blocks = -(-height // BLOCK[0]), -(-width // BLOCK[1])
    # Blocks of one size, with a rim of edge around the picture, need no special cases. Heights count from MIDDLE here.
    shape = blocks[0] * BLOCK[0] + 2 * AT_ONCE, blocks[1] * BLOCK[1] + 2 * AT_ONCE
    now, last = np.full((2, *shape), -MIDDLE, np.float32)  # T_k and T_(k-1) of the heights
    free, total = np.zeros((2, *shape), np.float32)  # 1 where a pixel is not held, and the sum of the terms
    heights = np.empty(edge.shape, np.uint8)
    threads = threads or count_cores()
    with ThreadPoolExecutor(threads) as pool:

        def share(function, count, *arguments):
            """Call a kernel, which frees Python's lock, on as many ranges of 0..count as there are threads."""
            ends = np.linspace(0, count, threads + 1).astype(int)
            list(pool.map(lambda part: function(*part, *arguments), zip(ends[:-1], ends[1:])))

        share(_hold, height, edge, skeleton, last, free)
        share(_add_first_terms, height, now, last, free, total, weights)
        next_now, next_last = now.copy(), last.copy()  # blocks read each other's rims
        for first in range(2, len(weights), AT_ONCE):
            part = weights[first : first + AT_ONCE]
            share(_smooth_blocks, blocks[0] * blocks[1], blocks[1], now, last, next_now, next_last, free, total, part)
            now, last, next_now, next_last = next_now, next_last, now, last
        share(_take_heights, height, skeleton, free, total, heights)
    return heights


def count_cores():
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.lru_cache
def _expand_steps(steps):
    """Return the Chebyshev coefficients of (0.2 + 0.8 t)^steps: two, and a multiple of AT_ONCE more, float32."""
    if steps < 1:
        raise ValueError(f"steps must be at least 1. Received: {steps}")
    weights = np.polynomial.chebyshev.chebinterpolate(lambda t: (0.2 + 0.8 * t) ** steps, steps)
    rest = np.cumsum(np.abs(weights[::-1]))[::-1] * MIDDLE  # what is lost if the series ends before this term
    count = max(2, int((rest > LEFT_OUT).sum()))
    count = 2 + -(-(count - 2) // AT_ONCE) * AT_ONCE
    return np.pad(weights[:count], (0, max(0, count - len(weights)))).astype(np.float32)


def find_normals(heights):
    """Compute the surface's directions of a skeleton map, as a picture for the eye.

    Args:
        heights: (H, W) uint8.

    Returns:
        (H, W, 3) uint8 RGB: x, y and z of the unit normal, -1..1 as 0..255.
    """
    heights = heights.astype(np.float32)
    across, down = (cv2.Sobel(heights, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    normals = np.dstack([-across, -down, np.full_like(heights, 8)])  # 8 levels a pixel is a slope of 45 degrees
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    return images.to_uint8(normals / 2 + 0.5)


@njit(cache=True, nogil=True)
def _find_edges(region_map):
    height, width, channels = region_map.shape
    edge = np.zeros((height, width), np.bool_)
    for y in range(height):
        for x in range(width):
            if y in (0, height - 1) or x in (0, width - 1):
                edge[y, x] = True
                continue
            for c in range(channels):
                if region_map[y, x, c] != region_map[y, x + 1, c] or region_map[y, x, c] != region_map[y + 1, x, c]:
                    edge[y, x] = True
    return edge


@njit(cache=True, nogil=True)
def _hold(begin, end, edge, skeleton, heights, free):
    """Write the heights to begin with, from MIDDLE, and what is free to move, for some rows."""
    width = edge.shape[1]
    middle = np.float32(MIDDLE)
    for y in range(begin, end):
        bounds, lines = edge[y], skeleton[y]
        goal, mask = heights[y + AT_ONCE, AT_ONCE : AT_ONCE + width], free[y + AT_ONCE, AT_ONCE : AT_ONCE + width]
        for x in range(width):
            goal[x] = middle * np.float32(lines[x]) - middle * np.float32(bounds[x])
            mask[x] = np.float32(1) - np.float32(lines[x]) - np.float32(bounds[x])


@njit(cache=True, nogil=True)
def _add_first_terms(begin, end, now, last, free, total, weights):
    """Write T_1 and the sum of the first two terms, for some rows; `last` has T_0."""
    quarter = np.float32(0.25)
    for y in range(begin + AT_ONCE, end + AT_ONCE):
        row, upper, lower = last[y], last[y - 1], last[y + 1]
        goal, mask, terms = now[y], free[y], total[y]
        for x in range(1, row.size - 1):
            value = quarter * ((row[x - 1] + row[x + 1]) + (upper[x] + lower[x]))
            goal[x] = row[x] + mask[x] * (value - row[x])
            terms[x] = weights[0] * row[x] + weights[1] * goal[x]


@njit(cache=True, nogil=True)
def _take_heights(begin, end, skeleton, free, total, heights):
    """Turn the sum of the terms into heights 0..255, for some rows."""
    width = heights.shape[1]
    for y in range(begin, end):
        lines, goal = skeleton[y], heights[y]
        mask, terms = free[y + AT_ONCE, AT_ONCE : AT_ONCE + width], total[y + AT_ONCE, AT_ONCE : AT_ONCE + width]
        for x in range(width):
            value = min(max(mask[x] * (terms[x] + np.float32(MIDDLE)), np.float32(0)), np.float32(255))
            goal[x] = np.uint8(value) if not lines[x] else np.uint8(255)


@njit(cache=True, nogil=True)
def _smooth_blocks(begin, end, columns, now, last, next_now, next_last, free, total, weights):
    """Add AT_ONCE terms of some blocks.

    Temporal blocking: each term spoils one pixel of the rim, so a block is read with a rim of as many pixels as terms.
    """
    for block in range(begin, end):
        top, left = block // columns * BLOCK[0], block % columns * BLOCK[1]
        _smooth_block(now, last, next_now, next_last, free, total, top, left, weights)


@njit(cache=True, nogil=True)
def _smooth_block(now, last, next_now, next_last, free, total, top, left, weights):
    """Add AT_ONCE terms of one block."""
    height, width = BLOCK[0] + 2 * AT_ONCE, BLOCK[1] + 2 * AT_ONCE
    one, other = _cut(now, top, left, height, width), _cut(last, top, left, height, width)
    mask, terms = _cut(free, top, left, height, width), _cut(total, top, left, height, width)
    for step in range(0, AT_ONCE, 2):
        _add_terms(one, other, mask, terms, np.uint64(width), step, weights[step], weights[step + 1])
    _paste(one, next_now, top, left, width)
    _paste(other, next_last, top, left, width)
    _paste(terms, total, top, left, width)


@njit(cache=True, nogil=True)
def _cut(plane, top, left, height, width):
    """Copy a rectangle into a flat array."""
    part = np.empty(height * width, np.float32)
    for y in range(height):
        goal, source = part[y * width : (y + 1) * width], plane[top + y, left : left + width]
        for x in range(width):
            goal[x] = source[x]
    return part


@njit(cache=True, nogil=True)
def _paste(part, plane, top, left, width):
    """Copy a block, without the rim that `part` has, into its place."""
    for y in range(AT_ONCE, AT_ONCE + BLOCK[0]):
        source = part[y * width + AT_ONCE : y * width + AT_ONCE + BLOCK[1]]
        goal = plane[top + y, left + AT_ONCE : left + AT_ONCE + BLOCK[1]]
        for x in range(BLOCK[1]):
            goal[x] = source[x]


@njit(cache=True, nogil=True, fastmath={"contract"})
def _add_terms(now, last, free, total, width, step, weight, next_weight):
    """Advance two terms by T_(k+1) = 2 B T_k - T_(k-1), in place; fixed pixels keep their value, as T_k(1) = 1.

    Flat arrays and unsigned numbers let the compiler use vector instructions. The ends of rows then count as
    neighbours, which spoils only the rim.
    """
    one, half, two = np.uint64(1), np.float32(0.5), np.float32(2)
    begin, end = np.uint64(step + 1) * width, np.uint64(now.size) - np.uint64(step + 1) * width
    for i in range(begin, end):
        change = half * ((now[i - one] + now[i + one]) + (now[i - width] + now[i + width])) - two * last[i]
        last[i] = free[i] * change + last[i]
    begin, end = begin + width, end - width
    for i in range(begin, end):
        change = half * ((last[i - one] + last[i + one]) + (last[i - width] + last[i + width])) - two * now[i]
        value = free[i] * change + now[i]
        now[i] = value
        total[i] += weight * last[i] + next_weight * value


def convert(source, goal):
    """Write the skeleton map of one region map, on one thread: what `skeletonize_all.py` does in parallel.

    Returns:
        None, or the reason why it failed.
    """
    cv2.setNumThreads(1)
    try:
        images.write(goal, skeletonize_regions(region_maps.read_annotation(source), threads=1))
    except cli.FAILURES as error:
        return cli.describe(error, source)
    return None
