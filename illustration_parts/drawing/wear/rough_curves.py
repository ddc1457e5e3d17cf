"""Traced lines as curves that a hand draws in one go: led on through joints, ended at corners, with room beside them.

    curves = find_curves(lines, shape, width)

Lines near each other have little room, so that what is drawn roughly of each stays apart from the others.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import tracing
from illustration_parts.imaging.tracing import normals
from illustration_parts.system.compiled import njit

ROOM = (2.0, 3.5, 5.0, 7.0, 10.0)  # pixels to a line's sides at which the next line is looked for
AHEAD = (3.0, 5.0, 8.0, 12.0, 18.0)  # pixels ahead of a line's end, for the same
FAR = 99.0  # pixels
JOIN = 50  # degrees; a line that bends less at a joint goes on there
CORNER = 50  # degrees; where a line bends more, strokes end
SMOOTHING = 14  # points to either side over which a stroke rounds a line off, an eighth of the line at most
ROUNDED = 2.5  # pixels that it does so, at most


class Curves(NamedTuple):
    """What is drawn in one go, before it is searched for; all points lie in one list.

    Attributes:
        points: (N, 2) float64. round: the same, rounded off. sideways: (N, 2) unit normals.
        room: (N,) pixels that a stroke's middle may be off, so that it stays nearer to its line than to others.
        thick: (N,) pixels, how wide a stroke may be for the same reason.
        order: (N,) which point of the traced paths, one behind the other, each is.
        starts: (C,) each curve's first point. lengths: (C,) how many it has; the next may begin with its last.
        closed: (C,) bool, whether a curve ends where it begins.
        ahead: (2, C) pixels that strokes may go on beyond its two ends, so that spaces stay open.
    """

    points: np.ndarray
    round: np.ndarray
    sideways: np.ndarray
    room: np.ndarray
    thick: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    closed: np.ndarray
    ahead: np.ndarray


def shake_paths(paths, amount, period, rng):
    """Draw paths with an unsteady hand: off to their sides, but for their ends.

    Args:
        paths: list of (n, 2) points. amount, period: a `Roughness`'s tremor and its period.
        rng: `numpy.random.Generator`.

    Returns:
        list of (n, 2) points; paths of less than 4 points as they are.
    """
    lengths = np.array([len(path) for path in paths])
    starts = find_starts(lengths)
    if lengths.max() < 4:
        return paths
    points = np.concatenate(paths)
    off = tremble(len(points), amount, period, rng)
    along = np.arange(len(points)) - np.repeat(starts, lengths)
    near = np.minimum(along, np.repeat(lengths - 1, lengths) - along)
    off *= np.minimum(1, near / (2 * period)) * np.repeat(lengths >= 4, lengths)
    return np.split(points + normals(points) * off[:, None], starts[1:])


def tremble(count, amount, period, rng):
    """Noise of a mean distance of `amount` from 0, filtered by a Gaussian of `period` points: (count,) float64."""
    noise = tracing.blur_ring(rng.standard_normal((count, 1)), period)[:, 0]
    return noise * amount * np.sqrt(np.pi / 2) * np.sqrt(2 * np.sqrt(np.pi) * period)  # of what the filter leaves


def find_curves(lines, shape, width):
    """Make `Curves` of `Lines`, one path at least, that are to be drawn in (H, W) with strokes of a width."""
    chains, closed = link_paths(lines, shape)
    order = np.concatenate(chains)
    points = np.concatenate(lines.paths)[order]
    lengths = np.array([len(chain) for chain in chains])
    starts, closed = find_starts(lengths), np.array(closed)
    rounded = round_off(points, starts, lengths, closed)
    sideways = find_sideways(rounded, starts, lengths)
    away = measure_away(points, shape)
    room = measure_room(points, sideways, away)
    # Along a line, one that only crosses it takes no room.
    near = np.minimum(cv2.blur(room[None], (31, 1), borderType=cv2.BORDER_REPLICATE)[0], room + 1.5)
    spare = np.maximum(0, 0.7 * (near - 0.5 * min(width, 5.0)))
    starts, lengths, closed = end_at_corners(points, starts, lengths, closed)
    curves = Curves(
        points, rounded, sideways, spare, 0.9 * near + 0.8, order, starts, lengths, closed, np.empty((2, 0))
    )
    return curves._replace(ahead=measure_ahead(curves, mark_free(lines), away))


def find_starts(lengths):
    """Where parts of the given lengths begin, one behind the other: (n,) int."""
    return np.cumsum(lengths) - lengths


def mark_free(lines):
    """Which points of `Lines`, one path behind the other, are free ends: (N,) bool."""
    lengths = np.array([len(path) for path in lines.paths])
    starts = find_starts(lengths)
    free = np.zeros(lengths.sum(), bool)
    for ends, side in ((starts, 0), (starts + lengths - 1, 1)):
        free[ends] |= [pair[side] is True for pair in lines.free]
    return free


def link_paths(lines, shape):
    """Lead paths on through joints, each into the one that goes on most nearly straight.

    Args:
        lines: `Lines`. shape: (H, W).

    Returns:
        (chains, closed): a list of arrays of the numbers of points, counted through all paths one behind the other,
        and a list of whether each chain is closed. The little paths inside a joint belong to none.
    """
    lengths = np.array([len(path) for path in lines.paths])
    starts = find_starts(lengths)
    points = np.concatenate(lines.paths)
    ends = np.stack([starts, starts + lengths - 1], 1).ravel()  # of path p: 2 p and 2 p + 1
    loop = (points[ends[::2]] == points[ends[1::2]]).all(1) & (lengths > 2)
    joint = np.array([end is False for pair in lines.free for end in pair]) & ~np.repeat(loop, 2)
    label = label_joints(points[ends], joint, shape)
    inner = (label[::2] > 0) & (label[::2] == label[1::2]) & (lengths <= 4)
    before = np.minimum(6, lengths - 1)
    heading = points[ends] - points[np.stack([starts + before, starts + lengths - 1 - before], 1).ravel()]
    heading /= np.maximum(1e-6, np.hypot(*heading.T))[:, None]
    partner = match_ends(heading, np.where(np.repeat(inner, 2), 0, label)).tolist()

    chains, closed = [], []
    seen = inner.tolist()
    alone = [end for end in range(len(partner)) if partner[end] < 0]
    for end in (*alone, *range(0, len(partner), 2)):  # what has ends, then what goes round
        first, chain = end // 2, []
        while end >= 0 and not seen[end // 2]:
            path = end // 2
            seen[path] = True
            part = np.arange(starts[path], starts[path] + lengths[path])
            chain.append(part if end % 2 == 0 else part[::-1])
            end = partner[end ^ 1]
        if chain:
            around = end >= 0 and end // 2 == first
            closed.append(bool(around or (len(chain) == 1 and loop[first])))
            chains.append(np.concatenate([*chain, chain[0][:1]]) if around else np.concatenate(chain))
    return (chains, closed) if chains else ([np.arange(len(points))], [False])


def label_joints(places, joint, shape):
    """Number the joints that ends of paths lie at: (E,) int from 1, 0 for ends at none.

    Args:
        places: (E, 2) points. joint: (E,) bool, whether each meets another path. shape: (H, W).
    """
    near = np.round(places).astype(int)
    at = np.flatnonzero(joint & (near >= 0).all(1) & (near < shape[::-1]).all(1))
    mask = np.zeros(shape, np.uint8)
    mask[near[at, 1], near[at, 0]] = 1
    _, labels = cv2.connectedComponents(cv2.dilate(mask, np.ones((3, 3), np.uint8)))
    found = np.zeros(len(places), int)
    found[at] = labels[near[at, 1], near[at, 0]]
    return found


def match_ends(heading, label):
    """Which end of a path is led on into which: (E,) int, -1 for none.

    Args:
        heading: (E, 2) unit vectors out of each path. label: (E,) each end's joint, 0 for none; ends 2 p and 2 p + 1
            are of one path.
    """
    partner = np.full(len(heading), -1)
    order = np.argsort(label, kind="stable")
    order = order[np.count_nonzero(label == 0) :]
    pairs = [np.empty((0, 3))]
    for apart in range(1, min(5, len(order))):
        one, other = order[:-apart], order[apart:]
        straight = -(heading[one] * heading[other]).sum(1)
        good = (label[one] == label[other]) & (one // 2 != other // 2) & (straight > np.cos(np.radians(JOIN)))
        pairs.append(np.stack([straight[good], one[good], other[good]], 1))
    found = np.concatenate(pairs)
    for _, *both in found[np.argsort(-found[:, 0], kind="stable")].tolist():
        one, other = map(int, both)
        if partner[one] < 0 and partner[other] < 0:
            partner[one], partner[other] = other, one
    return partner


def round_off(points, starts, lengths, closed):
    """Points averaged over their neighbours on the curve, as a hand rounds it off; `ROUNDED` pixels off at most.

    Args:
        points: (N, 2). starts, lengths, closed: (C,), see `Curves`.
    """
    found = np.empty_like(points)
    _average(points, found, starts, lengths, closed, SMOOTHING)
    off = found - points
    return points + off * np.minimum(1, ROUNDED / np.maximum(np.hypot(*off.T), 1e-6))[:, None]


@njit(cache=True, nogil=True)
def _average(points, found, starts, lengths, closed, reach):
    """Triangular means of 2 `reach` + 1 points, fewer on short curves; an open one is reflected through its ends."""
    for c in range(len(starts)):
        first, size = starts[c], lengths[c]
        last = first + size - 1
        for i in range(size):
            near = min(reach, size // 8)
            total, x, y = 0.0, 0.0, 0.0
            for k in range(-near, near + 1):
                weight = near + 1.0 - abs(k)
                j = i + k
                total += weight
                if closed[c] and size > 1:
                    j = first + j % (size - 1)
                    x += weight * points[j, 0]
                    y += weight * points[j, 1]
                elif j < 0:
                    x += weight * (2 * points[first, 0] - points[first - j, 0])
                    y += weight * (2 * points[first, 1] - points[first - j, 1])
                elif j > size - 1:
                    j = last - (j - (size - 1))
                    x += weight * (2 * points[last, 0] - points[j, 0])
                    y += weight * (2 * points[last, 1] - points[j, 1])
                else:
                    x += weight * points[first + j, 0]
                    y += weight * points[first + j, 1]
            found[first + i, 0] = x / total
            found[first + i, 1] = y / total


def find_sideways(points, starts, lengths):
    """Unit normals, (N, 2), of curves that lie one behind the other."""
    index = np.arange(len(points))
    first, last = np.repeat(starts, lengths), np.repeat(starts + lengths - 1, lengths)
    along = points[np.minimum(index + 3, last)] - points[np.maximum(index - 3, first)]
    along /= np.maximum(1e-6, np.hypot(*along.T))[:, None]
    return np.stack([-along[:, 1], along[:, 0]], 1)


def measure_away(points, shape):
    """How far each pixel is from the nearest of (N, 2) points: (H, W) float32, `FAR` where there are none."""
    near = np.round(points).astype(np.int32)
    inside = (near >= 0).all(1) & (near <= np.array(shape[::-1]) - 1).all(1)
    empty = np.ones(shape, np.uint8)
    empty[near[inside, 1], near[inside, 0]] = 0
    return cv2.distanceTransform(empty, cv2.DIST_L2, 5) if inside.any() else np.full(shape, FAR, np.float32)


def find_next(points, directions, away, reaches):
    """How far the next line is from points in a direction, (N,) float32; `FAR` if none is within twice the reaches.

    Args:
        points, directions: (N, 2), and unit vectors. away: of `measure_away`. reaches: pixels, in rising order.
    """
    found = np.full(len(points), FAR, np.float32)
    last = np.array(away.shape[::-1]) - 1
    for reach in reaches[::-1]:
        place = np.round(points + reach * directions).astype(np.int32)
        x, y = np.clip(place, 0, last).T
        near = away[y, x]
        # Where no other line is near, a point's own line is the nearest, and as far as the point was moved.
        taken = (near < reach - 1.0) & (place >= 0).all(1) & (place <= last).all(1)
        found[taken] = np.minimum(found[taken], reach + near[taken])
    return found


def measure_room(points, sideways, away):
    """How many pixels beside each point, on the narrower side, are nearest to that point's line: (N,) float32.

    Args:
        points, sideways: (N, 2), and unit normals. away: of `measure_away`.
    """
    sides = [find_next(points, side * sideways, away, ROOM) for side in (1, -1)]
    return np.minimum(np.minimum(*sides) / 2, ROOM[-1])


def measure_ahead(curves, free, away):
    """How far strokes may go on beyond the ends of `Curves`: (2, C) pixels, `FAR` but before a space.

    Args:
        curves: see above. free: (N,) bool, which of its points are free ends. away: of `measure_away`.
    """
    ahead = []
    for side, end in ((-1, curves.starts), (1, curves.starts + curves.lengths - 1)):
        along = side * np.stack([curves.sideways[end, 1], -curves.sideways[end, 0]], 1)
        found = find_next(curves.points[end], along, away, AHEAD)
        ahead.append(np.where(free[curves.order[end]] & (found < FAR), 0.3 * found, FAR))
    return np.array(ahead)


def end_at_corners(points, starts, lengths, closed):
    """Split curves where they turn sharply.

    Args:
        points: (N, 2). starts, lengths, closed: (C,), see `Curves`.

    Returns:
        (starts, lengths, closed) of more curves; of two, the second begins with the point that the first ends at.
    """
    reach = 5
    turn = np.zeros(len(points))
    if len(points) > 2 * reach:
        step = points[reach:] - points[:-reach]
        one, other = step[:-reach], step[reach:]
        turn[reach:-reach] = np.abs(np.arctan2(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0], (one * other).sum(1)))
    index = np.arange(len(points)) - np.repeat(starts, lengths)
    near = np.minimum(index, np.repeat(lengths - 1, lengths) - index)
    turn[near < 8] = 0
    highest = cv2.dilate(turn[None], np.ones((1, 15)))[0]
    corners = np.flatnonzero((turn > np.radians(CORNER)) & (turn == highest))
    corners = corners[np.diff(corners, prepend=-99) > 7]
    if not len(corners):
        return starts, lengths, closed
    inside = np.searchsorted(starts, corners, "right") - 1
    cut = np.bincount(inside, minlength=len(starts))
    firsts = np.sort(np.concatenate([starts, corners]))
    lasts = np.sort(np.concatenate([starts + lengths - 1, corners]))
    return firsts, lasts - firsts + 1, np.repeat(closed & (cut == 0), cut + 1)


def keep_between_gaps(paths, density, rng):
    """Which points of paths, one behind the other, no gap takes: (N,) bool, see `tracing.cut_gaps`.

    Args:
        paths: list of (n, 2) points. density: gaps in 100 pixels of line. rng: `numpy.random.Generator`.
    """
    lengths = np.array([len(path) for path in paths])
    starts = find_starts(lengths)
    kept = np.ones(lengths.sum(), bool)
    if not density:
        return kept
    for place in rng.integers(len(kept), size=rng.poisson(density * len(kept) / 100)):
        path = np.searchsorted(starts, place, "right") - 1
        first, last = starts[path], starts[path] + lengths[path] - 1
        gap = tracing.choose_gap(rng)
        if rng.random() < tracing.END_GAP:
            place = first if rng.random() < 0.5 else last
        begin, end = max(first, round(place - gap / 2)), min(last, round(place + gap / 2)) + 1
        if kept[max(first, begin - tracing.BETWEEN) : min(last + 1, end + tracing.BETWEEN)].all():
            kept[begin:end] = False  # two in one would be longer than a gap
    return kept
