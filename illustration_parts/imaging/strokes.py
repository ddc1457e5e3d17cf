"""Strokes of an ink map, as a pen would draw them: centre lines that run through junctions, with their widths.

    strokes = find_strokes(ink)
    for k in range(len(strokes)):
        points = strokes.points[strokes.starts[k] : strokes.starts[k + 1]]

The map is thinned, its lines are followed by `tracing`, and these pieces become strokes. Short spurs go. Junctions that
lie within a line's width become one, where the two pieces that make the straightest line are joined. Places
and widths are then measured across the line, on the map's greys, to a fraction of a pixel.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import tracing
from illustration_parts.imaging.thinning import thin_mask
from illustration_parts.system.compiled import njit

INK = 128  # levels; a pixel of more ink than paper
SPECK = 6  # pixels; a smaller spot is no stroke
PINHOLE = 2  # pixels; a smaller hole in a line is none
SPUR = 2.5  # pixels; what sticks out of a line by less than this is no line
SAME_JUNCTION = 0.8  # share of both half-widths; nearer junctions are one
STRAIGHT = np.radians(55)  # a stroke runs through a junction if it turns by less than this
STEM = 7.0  # half-widths; lines that cross at a small angle share no longer a piece,
CROSSING = np.radians(18)  # and bend there by less than this
ARM = 7  # points along which a line's direction at a junction is measured
PLACE_SIGMA, WIDTH_SIGMA = 1.2, 2.5  # pixels along a stroke, over which places and widths are averaged
CORNER = np.radians(48)  # a sharper turn within 2 * CORNER_ARM points may be a corner,
CORNER_ARM = 4
BEND = 0.72  # if so much of the turn within twice as many points is in these: a round bend has half of it
MITRE = 2.5  # pixels by which a corner's tip may lie outside the traced line
BLUNT = 0.9  # pixels by which a line gets deeper within two points, where it ends all at once
FAINT_GAP = 9.0  # pixels; over so long a faint place a stroke goes on,
FAINT = 0.18  # if there is so much ink all along,
HEAL_CONE = np.radians(30)  # and both ends point at each other
BRIDGE = 60  # points between two pieces, at most
CLASS_REACH, CLASS_LEAST = 6, 12  # points over which a class is averaged, and that a part of another class has at least


class Strokes(NamedTuple):
    """Strokes of a map.

    Attributes:
        points: (N, 2) float64 (x, y) of centre lines, stroke after stroke, about a pixel apart; the middle of the first
            pixel is (0, 0). A closed stroke's last point is its first once more.
        widths: (N,) float64 pixels.
        corners: (N,) bool, whether the stroke has a corner there.
        starts: (S + 1,) int64, where in these each stroke begins.
        closed: (S,) bool.
        reach: (S, 2) float64 pixels from a stroke's first and last point on to where its ink ends; NaN for an end that
            lies on another stroke.
    """

    points: np.ndarray
    widths: np.ndarray
    corners: np.ndarray
    starts: np.ndarray
    closed: np.ndarray
    reach: np.ndarray

    def __len__(self):
        return len(self.closed)


def find_strokes(ink):
    """Find the strokes of an ink map.

    Args:
        ink: (H, W) uint8, 255 = ink.

    Returns:
        `Strokes`; none where no ink is darker than half.

    Raises:
        ValueError: for other arrays.
    """
    check_ink(ink)
    mask = clean_mask(ink >= INK)
    depths = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 5)
    depths = np.ascontiguousarray(depths[1:-1, 1:-1])  # Numba would compile for views anew
    paths = tracing.trace_paths(thin_mask(mask))
    if not paths:
        none = np.zeros(0)
        return Strokes(np.zeros((0, 2)), none, none > 0, np.zeros(1, np.int64), none > 0, np.zeros((0, 2)))
    places = np.concatenate(paths).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum([len(path) for path in paths])]).astype(np.int64)
    ends = np.stack([places[starts[:-1]], places[starts[1:] - 1]], 1).reshape(-1, 2)  # two of each piece
    _, first, nodes = np.unique(ends[:, 1] * ink.shape[1] + ends[:, 0], return_index=True, return_inverse=True)
    node_places = ends[first]
    node_depths = depths[node_places[:, 1], node_places[:, 0]].astype(np.float64)
    clusters, alive = _join_junctions(nodes.reshape(-1), node_places, node_depths, starts)
    count = int(clusters.max()) + 1
    centres = np.stack([np.bincount(clusters, node_places[:, axis], count) for axis in (0, 1)], 1)
    centres = centres / np.bincount(clusters, minlength=count)[:, None]
    radii = np.zeros(count)
    np.maximum.at(radii, clusters, node_depths)
    owners = clusters[nodes.reshape(-1)]
    degrees = np.bincount(owners[np.repeat(alive, 2)], minlength=count)
    tips = depths[ends[:, 1], ends[:, 0]].astype(np.float64)
    _prune(owners, alive, degrees, centres, radii, places, starts, ends, tips)
    _cross(owners, alive, degrees, centres, radii, places.astype(np.float64), starts)
    partners, headings = _pair(owners, alive, centres, radii, places.astype(np.float64), starts)
    inner = places[np.stack([np.minimum(starts[:-1] + 4, starts[1:] - 1), np.maximum(starts[1:] - 5, starts[:-1])], 1)]
    inner = inner.reshape(-1, 2)  # tips are bent to the corners of a blunt end
    thick = depths[inner[:, 1], inner[:, 0]] - 1.0  # how far the thinned line ends before its ink
    free = degrees[owners] == 1
    _heal(
        partners,
        headings,
        alive,
        free,
        thick,
        ends,
        inner.astype(np.float64),
        np.diff(starts),
        np.ascontiguousarray(ink),
    )
    points, bridged, stroke_starts, closed, free = _walk(
        owners, alive, partners, degrees, centres, radii, places.astype(np.float64), starts, depths
    )
    widths = _measure(points, bridged, stroke_starts, closed, np.ascontiguousarray(ink), depths)
    points, widths, corners = smooth_lines(points, widths, stroke_starts, closed)
    reach = _find_reach(points, widths, stroke_starts, closed, free, np.ascontiguousarray(ink))
    return Strokes(points, widths, corners, stroke_starts, closed, reach)


def check_ink(ink):
    """Raise ValueError if an ink map is not (H, W) uint8 with pixels."""
    if ink.ndim != 2 or ink.dtype != np.uint8 or not ink.size:
        raise ValueError(f"ink must be (H, W) uint8, not empty. Received: {ink.shape} {ink.dtype}")


def smooth_lines(points, widths, starts, closed):
    """Find corners, sharpen them, and smooth what lies between.

    Args:
        points, widths, starts, closed: as of `Strokes`.

    Returns:
        (points, widths, corners): new ones. A closed line that has corners begins at one of them.
    """
    return _smooth(points.copy(), widths.copy(), starts, closed, _gauss(PLACE_SIGMA), _gauss(WIDTH_SIGMA))


def clean_mask(mask):
    """Drop specks of a (H, W) bool mask, and fill pinholes: a new one."""
    cleaned = mask.view(np.uint8).copy()
    if not mask.any():
        return mask.copy()
    for value, least, neighbours in ((1, SPECK, 8), (0, PINHOLE + 1, 4)):
        _, areas, stats, _ = cv2.connectedComponentsWithStats(
            (cleaned == value).view(np.uint8), connectivity=neighbours
        )
        small = stats[:, cv2.CC_STAT_AREA] < least
        small[0] = False
        if small.any():
            _replace(cleaned, areas, small, np.uint8(1 - value))
    return cleaned > 0


def split_classes(strokes, share):
    """Split strokes where their class changes.

    Args:
        strokes: `Strokes`.
        share: (H, W) uint8, 255 where ink is of the first class, 0 where it is of the second.

    Returns:
        (strokes, first): `Strokes`; and (S,) bool, whether each is of the first class.
    """
    at = np.clip(np.round(strokes.points), 0, np.array(share.shape)[::-1] - 1).astype(np.int64)
    shares = share[at[:, 1], at[:, 0]].astype(np.float64) / 255
    chosen, starts, origins, classes = _split(strokes.starts, strokes.closed, shares)
    whole = np.diff(strokes.starts)[origins] == np.diff(starts)
    begins, ends = starts[:-1], starts[1:] - 1
    reach = strokes.reach[origins].copy()
    reach[chosen[begins] != strokes.starts[:-1][origins], 0] = np.nan
    reach[chosen[ends] != strokes.starts[1:][origins] - 1, 1] = np.nan
    closed = strokes.closed[origins] & whole
    parts = Strokes(strokes.points[chosen], strokes.widths[chosen], strokes.corners[chosen], starts, closed, reach)
    return parts, classes


def _gauss(sigma):
    return cv2.getGaussianKernel(2 * int(np.ceil(3 * sigma)) + 1, sigma)[:, 0]


@njit(cache=True, nogil=True)
def _replace(mask, areas, which, value):
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if which[areas[y, x]]:
                mask[y, x] = value


@njit(cache=True, nogil=True)
def _dot(a, b):
    """The scalar product of two vectors (2,): Numba needs SciPy for NumPy's, and prediction does not install it."""
    return a[0] * b[0] + a[1] * b[1]


@njit(cache=True, nogil=True)
def _root(parents, node):
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@njit(cache=True, nogil=True)
def _join_junctions(nodes, places, depths, starts):
    """Unite junctions that lie within a line's width of each other.

    Returns:
        (clusters, alive): the cluster of each node; and whether each piece is still there: those within one are not.
    """
    pieces = len(starts) - 1
    degrees = np.zeros(len(places), np.int64)
    for node in nodes:
        degrees[node] += 1
    lengths = starts[1:] - starts[:-1] - 1
    parents = np.arange(len(places))
    box = np.empty((len(places), 4), np.int64)
    deepest = depths.copy()
    for node in range(len(places)):
        box[node, 0], box[node, 1] = places[node, 0], places[node, 1]
        box[node, 2], box[node, 3] = places[node, 0], places[node, 1]
    alive = np.ones(pieces, np.bool_)
    order = np.argsort(lengths, kind="mergesort")
    for piece in order:
        one, other = nodes[2 * piece], nodes[2 * piece + 1]
        if degrees[one] < 3 or degrees[other] < 3:
            continue
        limit = max(2.5, SAME_JUNCTION * (depths[one] + depths[other]))
        if lengths[piece] > limit:
            continue
        one, other = _root(parents, one), _root(parents, other)
        if one == other:
            alive[piece] = False
            continue
        left, top = min(box[one, 0], box[other, 0]), min(box[one, 1], box[other, 1])
        right, bottom = max(box[one, 2], box[other, 2]), max(box[one, 3], box[other, 3])
        depth = max(deepest[one], deepest[other])
        if max(right - left, bottom - top) > 2 * depth + 2:
            continue
        alive[piece] = False
        parents[other] = one
        box[one, 0], box[one, 1], box[one, 2], box[one, 3] = left, top, right, bottom
        deepest[one] = depth
    clusters = np.full(len(places), -1, np.int64)
    numbers, found = np.full(len(places), -1, np.int64), 0
    for node in range(len(places)):
        root = _root(parents, node)
        if numbers[root] < 0:
            numbers[root] = found
            found += 1
        clusters[node] = numbers[root]
    return clusters, alive


@njit(cache=True, nogil=True)
def _prune(owners, alive, degrees, centres, radii, places, starts, ends, tips):
    """Drop spurs, in place; where a junction has nothing else, the two longest stay."""
    pieces = len(alive)
    spur, feet = np.zeros(pieces, np.bool_), np.zeros(pieces, np.int64)
    left = degrees.copy()
    for piece in range(pieces):
        for side in range(2):
            tip, foot = owners[2 * piece + side], owners[2 * piece + 1 - side]
            if not alive[piece] or tip == foot or degrees[tip] != 1 or degrees[foot] < 3:
                continue
            end = ends[2 * piece + side]
            away = np.hypot(end[0] - centres[foot, 0], end[1] - centres[foot, 1])
            if away + tips[2 * piece + side] - radii[foot] < SPUR:
                spur[piece], feet[piece] = True, foot
                left[foot] -= 1
    kept = left.copy()
    for turn in range(2):  # a junction that would lose all is a stroke of its two longest pieces
        best = np.full(len(degrees), -1, np.int64)
        for piece in range(pieces):
            foot = feet[piece]
            if spur[piece] and kept[foot] == turn and left[foot] == 0:
                longest = best[foot]
                if longest < 0 or starts[piece + 1] - starts[piece] > starts[longest + 1] - starts[longest]:
                    best[foot] = piece
        for foot in range(len(best)):
            if best[foot] >= 0:
                spur[best[foot]] = False
                kept[foot] += 1
    for piece in range(pieces):
        if spur[piece]:
            alive[piece] = False
    degrees[:] = 0
    for piece in range(pieces):
        if alive[piece]:
            degrees[owners[2 * piece]] += 1
            degrees[owners[2 * piece + 1]] += 1


@njit(cache=True, nogil=True)
def _look(places, starts, end, step):
    """Point number `step` of a piece, counted from one of its ends: 2 * piece, or 2 * piece + 1 for the last."""
    piece = end >> 1
    if end & 1:
        return places[starts[piece + 1] - 1 - step]
    return places[starts[piece] + step]


@njit(cache=True, nogil=True)
def _leave(places, starts, end, centre, radius):
    """The first point of a piece, counted from one of its ends, that lies outside a junction."""
    count = starts[(end >> 1) + 1] - starts[end >> 1]
    step = 0
    while step < count - 1:
        point = _look(places, starts, end, step)
        if np.hypot(point[0] - centre[0], point[1] - centre[1]) > radius:
            break
        step += 1
    return step


@njit(cache=True, nogil=True)
def _head(places, starts, end, centre, radius):
    """Where a piece leaves a junction, and in which direction, a unit vector."""
    count = starts[(end >> 1) + 1] - starts[end >> 1]
    step = min(_leave(places, starts, end, centre, radius), max(0, count - 3))
    further = min(count - 1, step + max(ARM, min(3 * ARM, int(2 * radius))))
    place = _look(places, starts, end, step)
    heading = _look(places, starts, end, further) - (place if further - step > 2 else centre)
    return place, heading / max(1e-9, np.hypot(heading[0], heading[1]))


@njit(cache=True, nogil=True)
def _cross(owners, alive, degrees, centres, radii, places, starts):
    """Make one junction, in place, of the two where lines that cross at a small angle meet and part."""
    order = np.argsort(owners, kind="mergesort")
    first = np.searchsorted(owners[order], np.arange(len(degrees) + 1))
    arms, heads, points = np.empty((2, 2), np.int64), np.empty((2, 2, 2)), np.empty((2, 2, 2))
    for stem in range(len(alive)):
        one, other = owners[2 * stem], owners[2 * stem + 1]
        length = starts[stem + 1] - starts[stem]
        if not alive[stem] or one == other or degrees[one] != 3 or degrees[other] != 3:
            continue
        if length > STEM * (radii[one] + radii[other]) + 4:
            continue
        for side in range(2):
            cluster, found = (other if side else one), 0
            for k in range(first[cluster], first[cluster + 1]):
                end = order[k]
                if alive[end >> 1] and end >> 1 != stem and found < 2:
                    arms[side, found] = end
                    points[side, found], heads[side, found] = _head(
                        places, starts, end, centres[cluster], max(1.5, radii[cluster])
                    )
                    found += 1
        best = -1.0
        for turn in range(2):
            worst = 1.0
            for k in range(2):
                m = k ^ turn
                way = points[1, m] - points[0, k]
                way = way / max(1e-9, np.hypot(way[0], way[1]))
                worst = min(worst, -_dot(way, heads[0, k]), _dot(way, heads[1, m]))
            best = max(best, worst)
        if best < np.cos(CROSSING):
            continue
        alive[stem] = False
        for k in range(2):
            owners[arms[1, k]] = one
        centres[one] = (centres[one] + centres[other]) / 2
        radii[one] = max(radii[one], radii[other]) + length / 2
        degrees[one], degrees[other] = 4, 0


@njit(cache=True, nogil=True)
def _pair(owners, alive, centres, radii, places, starts):
    """Find the end that each end is joined to where a stroke runs through a junction; -1 for those that end there."""
    ends = 2 * len(alive)
    partners = np.full(ends, -1, np.int64)
    order = np.argsort(owners, kind="mergesort")
    headings = np.empty((ends, 2))
    for end in range(ends):
        headings[end] = _head(places, starts, end, centres[owners[end]], max(1.5, radii[owners[end]]))[1]
    members, costs = np.empty(64, np.int64), np.empty((64, 64))
    begin = 0
    while begin < ends:
        stop = begin
        count = 0
        while stop < ends and owners[order[stop]] == owners[order[begin]]:
            if alive[order[stop] >> 1] and count < 64:
                members[count] = order[stop]
                count += 1
            stop += 1
        begin = stop
        if count == 2:  # a line goes on, whatever its turn
            partners[members[0]], partners[members[1]] = members[1], members[0]
            continue
        for i in range(count):
            for j in range(i):
                dot = _dot(headings[members[i]], headings[members[j]])
                costs[i, j] = np.arccos(min(1.0, max(-1.0, -dot)))
        while count:
            best, one, other = STRAIGHT, -1, -1
            for i in range(count):
                for j in range(i):
                    if partners[members[i]] < 0 and partners[members[j]] < 0 and costs[i, j] < best:
                        best, one, other = costs[i, j], i, j
            if one < 0:
                break
            partners[members[one]], partners[members[other]] = members[other], members[one]
    return partners, headings


@njit(cache=True, nogil=True)
def _heal(partners, headings, alive, free, thick, ends, inner, counts, ink):
    """Join free ends that point at each other over a faint place, in place; the nearest first."""
    found = 0
    one, other, away = np.empty(256, np.int64), np.empty(256, np.int64), np.empty(256)
    order, thickest = np.argsort(ends[:, 0], kind="mergesort"), thick.max()
    for i in range(len(order)):
        a = order[i]
        if not free[a] or not alive[a >> 1] or counts[a >> 1] < 3:
            continue
        for j in range(i + 1, len(order)):
            b = order[j]
            x, y = float(ends[b, 0] - ends[a, 0]), float(ends[b, 1] - ends[a, 1])
            if x > FAINT_GAP + thick[a] + thickest:
                break
            length = np.hypot(x, y)
            if not free[b] or not alive[b >> 1] or counts[b >> 1] < 3 or length < 1:
                continue
            if length > FAINT_GAP + thick[a] + thick[b]:
                continue
            if a ^ b == 1 and counts[a >> 1] < 3 * FAINT_GAP:  # one piece's both ends
                continue
            across = inner[b] - inner[a]
            straight = min(-_dot(across, headings[a]), _dot(across, headings[b]))
            if straight < np.cos(HEAL_CONE) * np.hypot(across[0], across[1]):
                continue
            least = 1.0
            for k in range(1, int(length) + 1):
                share = k / (int(length) + 1)
                least = min(least, _ink_at(ink, ends[a, 0] + share * x, ends[a, 1] + share * y))
            if least < FAINT:
                continue
            if found == len(away):
                one, other = np.concatenate((one, one)), np.concatenate((other, other))
                away = np.concatenate((away, away))
            one[found], other[found], away[found] = a, b, length
            found += 1
    for k in np.argsort(away[:found], kind="mergesort"):
        if partners[one[k]] < 0 and partners[other[k]] < 0:
            partners[one[k]], partners[other[k]] = other[k], one[k]


@njit(cache=True, nogil=True)
def _trim(places, starts, depths, end, owners, degrees, partners, centres, radii):
    """The first and last step of a piece, seen from one of its ends, that belong to its stroke.

    Within a junction the thinned line is bent towards the others, and near a blunt end to its corner.
    """
    back = end ^ 1
    count = starts[(end >> 1) + 1] - starts[end >> 1]
    low, high = 0, count - 1
    if degrees[owners[end]] > 2:
        low = _leave(places, starts, end, centres[owners[end]], max(1.0, radii[owners[end]]))
    if degrees[owners[back]] > 2:
        high = count - 1 - _leave(places, starts, back, centres[owners[back]], max(1.0, radii[owners[back]]))
    if partners[end] < 0 and degrees[owners[end]] == 1:
        low = _blunt(places, starts, end, depths)
    if partners[back] < 0 and degrees[owners[back]] == 1:
        high = count - 1 - _blunt(places, starts, back, depths)
    if high < low:
        low = high = min(max(0, (low + high) // 2), count - 1)
    return low, high


@njit(cache=True, nogil=True)
def _walk(owners, alive, partners, degrees, centres, radii, places, starts, depths):
    """Put pieces together to strokes.

    Returns:
        (points, bridged, starts, closed, free): points with those between pieces, which are bridged; and (S, 2) bool,
        whether each end lies free.
    """
    pieces = len(alive)
    room = len(places) + 2 * (BRIDGE + 4) * (pieces + 1)
    points, bridged = np.empty((room, 2)), np.zeros(room, np.bool_)
    stroke_starts, closed = np.zeros(pieces + 1, np.int64), np.zeros(pieces, np.bool_)
    free = np.zeros((pieces, 2), np.bool_)
    used = np.zeros(pieces, np.bool_)
    found = strokes = 0
    for turn in range(2):  # what has an end first, then what is closed
        for start in range(2 * pieces):
            if used[start >> 1] or not alive[start >> 1] or (turn == 0) != (partners[start] < 0):
                continue
            end, begin = start, found
            cluster = owners[start]
            free[strokes, 0] = partners[start] < 0 and degrees[cluster] == 1
            if partners[start] < 0 and degrees[cluster] > 1:
                points[found] = centres[cluster]
                bridged[found] = True
                found += 1
            while True:
                piece = end >> 1
                used[piece] = True
                back = end ^ 1
                low, high = _trim(places, starts, depths, end, owners, degrees, partners, centres, radii)
                for step in range(low, high + 1):
                    point = _look(places, starts, end, step)
                    if found > begin:
                        found = _bridge(points, bridged, found, point)
                    if found == begin or points[found - 1, 0] != point[0] or points[found - 1, 1] != point[1]:
                        points[found] = point
                        bridged[found] = False
                        found += 1
                end = partners[back]
                if end < 0 or used[end >> 1]:
                    break
            cluster = owners[back]
            if end < 0:
                free[strokes, 1] = degrees[cluster] == 1
                if degrees[cluster] > 1:
                    found = _bridge(points, bridged, found, centres[cluster])
                    points[found] = centres[cluster]
                    bridged[found] = True
                    found += 1
            elif found - begin > 2:
                closed[strokes] = True
                found = _bridge(points, bridged, found, points[begin])
                if points[found - 1, 0] != points[begin, 0] or points[found - 1, 1] != points[begin, 1]:
                    points[found] = points[begin]
                    bridged[found] = bridged[begin]
                    found += 1
            else:
                free[strokes, 0] = free[strokes, 1] = True  # a dot
            strokes += 1
            stroke_starts[strokes] = found
    return points[:found].copy(), bridged[:found].copy(), stroke_starts[: strokes + 1], closed[:strokes], free[:strokes]


@njit(cache=True, nogil=True)
def _blunt(places, starts, end, depths):
    """How many points of a free end lie before the place where the line has its width."""
    count = starts[(end >> 1) + 1] - starts[end >> 1]
    step = 0
    while 3 * step + 6 < count:
        here, after = _look(places, starts, end, step), _look(places, starts, end, step + 2)
        if depths[int(after[1]), int(after[0])] - depths[int(here[1]), int(here[0])] < BLUNT:
            break
        step += 1
    return step


@njit(cache=True, nogil=True)
def _bridge(points, bridged, found, goal):
    """Add points from the last one on, a pixel apart, to just before the goal; returns how many points there are."""
    x, y = points[found - 1, 0], points[found - 1, 1]
    steps = int(np.hypot(goal[0] - x, goal[1] - y) - 0.5)
    steps = min(steps, BRIDGE)
    for k in range(1, steps + 1):
        share = k / (steps + 1)
        points[found, 0], points[found, 1] = x + share * (goal[0] - x), y + share * (goal[1] - y)
        bridged[found] = True
        found += 1
    return found


@njit(cache=True, nogil=True)
def _ink_at(ink, x, y):
    """Ink between pixels, 0..1; none outside."""
    left, top = int(np.floor(x)), int(np.floor(y))
    if left < -1 or top < -1 or left >= ink.shape[1] or top >= ink.shape[0]:
        return 0.0
    u, v, total = x - left, y - top, 0.0
    for row in range(2):
        for column in range(2):
            yy, xx = top + row, left + column
            if 0 <= yy < ink.shape[0] and 0 <= xx < ink.shape[1]:
                total += (v if row else 1 - v) * (u if column else 1 - u) * ink[yy, xx]
    return total / 255


@njit(cache=True, nogil=True)
def _scan(ink, x, y, step_x, step_y, reach):
    """Add up ink across a line on one side, to where it ends or another begins: (sum, moment), in pixels."""
    total = moment = 0.0
    before = lowest = 2.0
    k = 1
    while 0.5 * k <= reach:
        here = _ink_at(ink, x + 0.5 * k * step_x, y + 0.5 * k * step_y)
        if lowest < 0.5 and here > before + 0.04:
            break
        total += 0.5 * here
        moment += 0.25 * k * here
        if here < 0.04:
            break
        lowest, before = min(lowest, here), here
        k += 1
    return total, moment


@njit(cache=True, nogil=True)
def _measure(points, bridged, starts, closed, ink, depths):
    """Measure widths, and move points, in place, to the middle of the ink across the line."""
    count = len(points)
    widths, moved = np.zeros(count), points.copy()
    for stroke in range(len(starts) - 1):
        begin, end = starts[stroke], starts[stroke + 1]
        ring = end - begin - 1 if closed[stroke] else 0
        known = False
        for k in range(begin, end):
            if bridged[k]:
                continue
            before, after = max(begin, k - 3), min(end - 1, k + 3)
            if ring:
                before, after = begin + (k - begin - 3) % ring, begin + (k - begin + 3) % ring
            x, y = points[after, 0] - points[before, 0], points[after, 1] - points[before, 1]
            length = np.hypot(x, y)
            depth = depths[int(points[k, 1]), int(points[k, 0])]
            known = True
            if length < 1e-9:
                widths[k] = max(1.0, 2 * depth - 1)
                continue
            across_x, across_y = -y / length, x / length
            middle = _ink_at(ink, points[k, 0], points[k, 1])
            one, one_moment = _scan(ink, points[k, 0], points[k, 1], across_x, across_y, depth + 2)
            other, other_moment = _scan(ink, points[k, 0], points[k, 1], -across_x, -across_y, depth + 2)
            width = one + other + 0.5 * middle
            widths[k] = min(width, 2 * depth + 1)
            shift = min(0.8, max(-0.8, (one_moment - other_moment) / max(width, 1e-9)))
            moved[k, 0] += shift * across_x
            moved[k, 1] += shift * across_y
        if not known:
            for k in range(begin, end):
                x = min(max(int(points[k, 0]), 0), ink.shape[1] - 1)
                y = min(max(int(points[k, 1]), 0), ink.shape[0] - 1)
                widths[k] = max(1.0, 2 * depths[y, x] - 1)
            continue
        # Between pieces, width and place change evenly.
        last = -1
        for k in range(begin, end + 1):
            if k < end and bridged[k]:
                continue
            if k < end and last < 0:
                widths[begin:k] = widths[k]
            elif k == end and last < end - 1:
                widths[last + 1 : end] = widths[last]
            elif k < end and k - last > 1:
                for m in range(last + 1, k):
                    share = (m - last) / (k - last)
                    widths[m] = (1 - share) * widths[last] + share * widths[k]
                    for c in range(2):
                        moved[m, c] = (1 - share) * moved[last, c] + share * moved[k, c]
            last = k
        if ring:
            moved[end - 1] = moved[begin]
            widths[end - 1] = widths[begin]
    points[:] = moved
    return widths


@njit(cache=True, nogil=True)
def _turn(points, begin, count, ring, k, arm):
    """Angle by which a line turns at a point, of two chords `arm` points long; 0 too near its ends."""
    if ring:
        before, after = begin + (k - arm) % count, begin + (k + arm) % count
    else:
        reach = min(k, count - 1 - k)
        if reach < 3:
            return 0.0
        arm = min(arm, reach)
        before, after = begin + k - arm, begin + k + arm
    here = points[begin + k]
    x0, y0 = here[0] - points[before, 0], here[1] - points[before, 1]
    x1, y1 = points[after, 0] - here[0], points[after, 1] - here[1]
    return abs(np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1))


@njit(cache=True, nogil=True)
def _meet(a, b, c, d):
    """Where the lines through a, b and c, d meet; NaN for parallels."""
    x0, y0, x1, y1 = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = x0 * y1 - y0 * x1
    if abs(cross) < 0.2 * max(1e-9, np.hypot(x0, y0) * np.hypot(x1, y1)):
        return np.nan, np.nan
    t = ((c[0] - a[0]) * y1 - (c[1] - a[1]) * x1) / cross
    return a[0] + t * x0, a[1] + t * y0


@njit(cache=True, nogil=True)
def _find_corners(points, widths, corners, turns, begin, count, ring):
    """Mark the corners of a stroke, in place; returns the first one's place in it, or -1."""
    small = ring and count < 4 * CORNER_ARM
    for k in range(count):
        arm = CORNER_ARM + int(0.4 * widths[begin + k])
        turns[begin + k] = 0.0 if small else _turn(points, begin, count, ring, k, arm)
    first = -1
    for k in range(count):
        turn = turns[begin + k]
        if turn < CORNER:
            continue
        arm = CORNER_ARM + int(0.4 * widths[begin + k])
        highest = True
        for m in range(-arm, arm + 1):
            near = k + m
            if ring:
                near %= count
            elif near < 0 or near >= count:
                continue
            other = turns[begin + near]
            if other > turn or other == turn and m < 0:
                highest = False
                break
        if not highest or turn < BEND * _turn(points, begin, count, ring, k, 2 * arm):
            continue
        corners[begin + k] = True
        if first < 0:
            first = k
    return first


@njit(cache=True, nogil=True)
def _sharpen(points, result, widths, corners, begin, count, ring):
    """Lead the sides of each corner on until they meet, in place: the thinned line cuts the corner."""
    for k in range(count):
        if not corners[begin + k]:
            continue
        half = int(0.4 * widths[begin + k])
        near, far = 2 + half, CORNER_ARM + 2 + 2 * half
        if not ring:
            far = min(far, k, count - 1 - k)
            near = min(near, far - 1)
        if far >= near + 1 and (not ring or far < count // 2):
            one, other = begin + (k - far) % count, begin + (k - near) % count
            third, fourth = begin + (k + near) % count, begin + (k + far) % count
            x, y = _meet(points[one], points[other], points[fourth], points[third])
            here = points[begin + k]
            if np.hypot(x - here[0], y - here[1]) <= MITRE + half:
                for m in range(-near + 1, near):
                    at = begin + (k + m) % count
                    anchor = points[other] if m < 0 else points[third]
                    share = abs(m) / near
                    result[at, 0] = (1 - share) * x + share * anchor[0]
                    result[at, 1] = (1 - share) * y + share * anchor[1]


@njit(cache=True, nogil=True)
def _smooth(points, widths, starts, closed, kernel, width_kernel):
    """Find corners and smooth what lies between; a closed stroke with corners begins at one: new arrays."""
    result, result_widths = points.copy(), widths.copy()
    corners = np.zeros(len(points), np.bool_)
    turns = np.empty(len(points))
    for stroke in range(len(starts) - 1):
        begin, end = starts[stroke], starts[stroke + 1]
        ring = closed[stroke]
        count = end - begin - (1 if ring else 0)
        first = _find_corners(points, widths, corners, turns, begin, count, ring)
        _sharpen(points, result, widths, corners, begin, count, ring)
        if ring and first > 0:
            _rotate(result, widths, corners, begin, count, first)
            result_widths[begin : begin + count] = widths[begin : begin + count]
        if ring:
            result[end - 1], corners[end - 1] = result[begin], corners[begin]
        points[begin:end] = result[begin:end]
        if ring:
            widths[end - 1] = widths[begin]
        low = begin
        for k in range(begin + 1, end):
            if k == end - 1 or corners[k]:
                around = ring and low == begin and k == end - 1 and not corners[begin]
                _blur(points, result, low, k, kernel, around)
                low = k
        _blur_widths(widths, result_widths, begin, end - 1, width_kernel, ring)
    return result, result_widths, corners


@njit(cache=True, nogil=True)
def _rotate(points, widths, corners, begin, count, first):
    """Let a closed stroke begin at another of its points, in place."""
    old, old_widths = points[begin : begin + count].copy(), widths[begin : begin + count].copy()
    marks = corners[begin : begin + count].copy()
    for k in range(count):
        source = (k + first) % count
        points[begin + k], widths[begin + k], corners[begin + k] = old[source], old_widths[source], marks[source]


@njit(cache=True, nogil=True)
def _blur(points, result, low, high, kernel, ring):
    """Smooth the points from `low` to `high`; the ends of an open line stay, reflected through themselves."""
    reach, count = len(kernel) // 2, high - low
    if count < 3:
        return
    for k in range(low, high + 1):
        x = y = 0.0
        for m in range(-reach, reach + 1):
            at = k + m
            if ring:
                at = low + (at - low) % count
                x += kernel[m + reach] * points[at, 0]
                y += kernel[m + reach] * points[at, 1]
            elif at < low:
                at = min(2 * low - at, high)
                x += kernel[m + reach] * (2 * points[low, 0] - points[at, 0])
                y += kernel[m + reach] * (2 * points[low, 1] - points[at, 1])
            elif at > high:
                at = max(2 * high - at, low)
                x += kernel[m + reach] * (2 * points[high, 0] - points[at, 0])
                y += kernel[m + reach] * (2 * points[high, 1] - points[at, 1])
            else:
                x += kernel[m + reach] * points[at, 0]
                y += kernel[m + reach] * points[at, 1]
        result[k, 0], result[k, 1] = x, y


@njit(cache=True, nogil=True)
def _blur_widths(widths, result, low, high, kernel, ring):
    reach, count = len(kernel) // 2, high - low
    if count < 1:
        return
    for k in range(low, high + 1):
        total = 0.0
        for m in range(-reach, reach + 1):
            at = k + m
            if ring:
                at = low + (at - low) % count
            else:
                if at < low:
                    at = 2 * low - at
                if at > high:
                    at = 2 * high - at
                at = min(max(at, low), high)
            total += kernel[m + reach] * widths[at]
        result[k] = total


@njit(cache=True, nogil=True)
def _find_reach(points, widths, starts, closed, free, ink):
    """How far ink goes on beyond each free end, in pixels; NaN for the others."""
    reach = np.full((len(closed), 2), np.nan)
    for stroke in range(len(closed)):
        begin, last = starts[stroke], starts[stroke + 1] - 1
        for side in range(2):
            if closed[stroke] or not free[stroke, side]:
                continue
            end = last if side else begin
            inner = max(begin, last - 5) if side else min(last, begin + 5)
            x, y = points[end, 0] - points[inner, 0], points[end, 1] - points[inner, 1]
            length = np.hypot(x, y)
            if length < 1e-9:
                reach[stroke, side] = widths[end] / 2
                continue
            away, limit = 0.0, widths[end] + 4
            while away < limit:
                place_x, place_y = points[end, 0] + away * x / length, points[end, 1] + away * y / length
                if _ink_at(ink, place_x, place_y) < 0.5:
                    break
                away += 0.25
            reach[stroke, side] = away
    return reach


@njit(cache=True, nogil=True)
def _split(starts, closed, shares):
    """Cut strokes where their class changes; see `split_classes`: places, starts, strokes of origin, classes."""
    count = len(shares)
    room = count + count // CLASS_LEAST + len(starts) + 1
    chosen, cuts = np.empty(room, np.int64), np.zeros(room, np.int64)
    origins, classes = np.empty(room, np.int64), np.empty(room, np.bool_)
    labels, sums = np.empty(count, np.bool_), np.zeros(count + 1)
    for k in range(count):
        sums[k + 1] = sums[k] + shares[k]
    used = parts = 0
    for stroke in range(len(starts) - 1):
        begin, end = starts[stroke], starts[stroke + 1]
        for k in range(begin, end):
            low, high = max(begin, k - CLASS_REACH), min(end, k + CLASS_REACH + 1)
            labels[k] = sums[high] - sums[low] > 0.5 * (high - low)
        mean = sums[end] - sums[begin] > 0.5 * (end - begin)
        at, first = begin, True
        while at < end:
            stop = at + 1
            while stop < end and (labels[stop] == labels[at] or stop - at < CLASS_LEAST or end - stop < CLASS_LEAST):
                stop += 1
            # A part that begins within the least length of another may have begun with that one's class.
            share = (sums[stop] - sums[at]) / (stop - at)
            whole = first and stop == end
            begin_part = at if first else at - 1
            for k in range(begin_part, stop):
                chosen[used] = k
                used += 1
            origins[parts], classes[parts] = stroke, mean if whole else share > 0.5
            parts += 1
            cuts[parts] = used
            at, first = stop, False
    return chosen[:used].copy(), cuts[: parts + 1].copy(), origins[:parts].copy(), classes[:parts].copy()
