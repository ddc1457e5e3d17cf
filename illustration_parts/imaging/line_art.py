"""Finds the areas of a line drawing by its ink: what lines enclose, with gaps in the lines bridged.

    if line_art.find_ink(picture) is not None:
        ids = line_art.segment(picture, gap=4)  # (H, W) int32

Pale and thin lines enclose as black ones do. Where a line ends, it goes on across a gap to the line that it points at.
"""

import cv2
import numpy as np

from illustration_parts.imaging import region_graph, scans, segmentation, skeletons, thinning
from illustration_parts.system.compiled import njit

GAP = 2  # pixels; wider gaps in lines stay open
# A picture is line art if so much of it, at most, is toned, coloured, filled with one tone, or ink.
TONED, COLOURED, FILLED, INKED = 0.16, 0.01, 0.002, 0.3
LOOK = 1024  # pixels, the longer side at which fills are searched
# A fill is a square of so many pixels, with so many levels of ink everywhere, that differ by no more than these levels.
SQUARE, TONE, EVEN = 5, (20, 200), 48
CLEAN_TONE = 8  # levels; on clean white paper paler fills are seen
DARK = 56  # levels of ink; all that is darker is ink
PALE = 14  # levels by which a paler line stands out from its sides
GRAIN = 4.0  # how many times the paper's noise that must be
SPECK = 6  # pixels; smaller pale spots are no lines
TRACE = 12  # pixels of a line that show where its end points to
TIP = 5  # pixels by which thinning shortens a line, at most
SPUR = 1  # pixels; branches shorter than half the line's width and this are no ends
BEHIND = 2  # pixels from the tip to where an end's ink is measured
# Shares of a line's ink near its end. With less than the first the pen was lifted, and the line is open on purpose.
# From the second on it was cut off.
LIFTED, CUT_OFF = 0.7, 0.9
SLACK = 2.0  # pixels by which a gap looks wider than it is, for its rims are pale; not between two lifted ends
NEAR = 3  # pixels; of ends so near to each other one may point aside
AHEAD, ASIDE = 0.94, 0.4  # cosines: how straight an end points at a line, and at another end that points back
RIMS = 1.5  # pixels, the slack of a gap between an end and a line
SHORT = 3.5  # pixels; ends that are not cut off reach no farther to a line
HELD = 6  # pixels by which a lifted end reaches less far than the gap
SOLID = 6  # pixels from the rim inwards from which ink is an area of its own
BRIDGE = 90  # levels, how much a bridged gap counts as a line
SIZE = 40.0  # levels by which each doubling of the smaller area keeps two areas apart
LOWEST = -700.0  # score above which areas are merged at the lowest detail
FADING = 1.5  # power by which that rises with the detail
SMALLEST = 12  # pixels
LARGE = 16e6  # pixels; skeleton maps of larger pictures are drawn smaller
_WEIGHTS = segmentation.Tuning(height=0, ridge=0, slope=1, colour=0, size=SIZE)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def find_ink(picture):
    """Find the ink of a line drawing: lines, dark or pale, on paper, with no fills but black ones.

    Blank paper, photographs and illustrations are none. Light lines on dark are one.

    Args:
        picture: (H, W, 3) uint8 RGB.

    Returns:
        (H, W) uint8, levelled, 255 = ink; or None if the picture is no line drawing.

    Raises:
        ValueError: if it is no such array.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"picture must be (H, W, 3) uint8, not empty. Received: {picture.shape} {picture.dtype}")
    sheet = scans.look(picture)
    if sheet.illustration:
        return None
    toned, coloured = scans.measure_other(sheet.thumb, sheet.ground, sheet.outside)
    if toned > TONED or coloured > COLOURED:
        return None
    scale = min(1.0, LOOK / max(picture.shape[:2]))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = picture if scale == 1 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    dark = scans.find_darkness(small, sheet.ground, sheet.inverted)
    square = np.ones((SQUARE, SQUARE), np.uint8)
    least, most = cv2.erode(dark, square), cv2.dilate(dark, square)
    low = CLEAN_TONE if np.percentile(sheet.ground, 2) >= scans.CLEAN_PAPER else TONE[0]
    filled = (least > low) & (least < TONE[1]) & (most - least < EVEN)
    if filled.mean() > FILLED or not 0 < (dark > TONE[0]).mean() < INKED:
        return None
    return scans.level(picture, sheet=sheet)[0]


def segment(picture, detail=0.5, gap=GAP, min_area=None):
    """Find the regions of a line drawing.

    1. Ink is what is dark, or stands out from its sides as a thin pale line does.
    2. Ends of lines are joined to the ends or lines that they point at, across at most `gap` pixels.
    3. Areas of paper that ink encloses are regions, and solid ink that is wider than a stroke. The other ink is divided
       along the middle of its lines.
    4. Neighbours with a weak or short boundary are merged, the weakest first, as far as `detail` says.

    Args:
        picture: (H, W, 3) uint8 RGB.
        detail: 0..1, how fine regions get; coarse regions are unions of finer ones. 1 keeps all.
        gap: pixels, the widest gap in a line that is bridged; 0 for none.
        min_area: regions of fewer pixels join a neighbour; None for `SMALLEST`.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel, row by row.

    Raises:
        ValueError: for arguments of other form.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"picture must be (H, W, 3) uint8, not empty. Received: {picture.shape} {picture.dtype}")
    return divide(scans.level(picture)[0], detail, gap, min_area)


def divide(ink, detail=0.5, gap=GAP, min_area=None):
    """Find the regions of (H, W) uint8 ink, 255 = ink; arguments and results as `segment`."""
    if not 0 <= detail <= 1:
        raise ValueError(f"detail must be 0..1. Received: {detail}")
    if gap < 0 or min_area is not None and min_area < 0:
        raise ValueError(f"gap and min_area must be 0 or more. Received: {gap}, {min_area}")
    smallest = SMALLEST if min_area is None else min_area
    lines = find_lines(ink)
    bridges = bridge_gaps(lines, gap, ink) if gap else np.zeros(lines.shape, bool)
    markers = mark_areas(lines, bridges, min(smallest, SMALLEST))
    if markers.max() < 0:
        return np.zeros(ink.shape, np.int32)
    heights = 255 - ink
    heights[bridges] = np.minimum(heights[bridges], 254 - BRIDGE)
    ids = region_graph.flood(heights, markers)
    del markers
    edges = ink.copy()
    edges[bridges] = np.maximum(edges[bridges], BRIDGE)
    edges = cv2.dilate(edges, _CROSS)
    graph = region_graph.build_graph(ids, np.zeros(ids.shape, np.uint8), edges)
    weights = region_graph._pack(_WEIGHTS)
    segmentation._join_by_size(graph, smallest, region_graph.ALIKE, weights)
    if detail < 1:
        region_graph._merge(graph, LOWEST * (1 - detail) ** FADING, weights)
    region_graph._find_roots(graph.parents)
    return region_graph._renumber(ids, graph.parents)


def draw_skeleton(ids):
    """Draw the skeleton map of regions, (H, W) uint8, see `skeletons`; of large pictures at half size or less."""
    step = int(np.ceil(np.sqrt(ids.size / LARGE)))
    if step == 1:
        return skeletons.skeletonize_regions(ids, threads=1)
    small = skeletons.skeletonize_regions(np.ascontiguousarray(ids[::step, ::step]), threads=1)
    return cv2.resize(small, ids.shape[::-1], interpolation=cv2.INTER_LINEAR)


def find_lines(ink):
    """Tell lines from paper, (H, W) bool: what is dark, and pale ridges beside it."""
    part = ink[:: max(1, len(ink) // 512)]
    paper = part[part < DARK]
    noise = 1.4826 * float(np.median(np.abs(paper - np.median(paper)))) if paper.size else 0.0
    pale = int(min(DARK, max(PALE, GRAIN * noise)))
    lines = _find_lines(np.ascontiguousarray(ink), DARK, pale)
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    dropped = stats[:, cv2.CC_STAT_AREA] < SPECK
    dropped[0] = True
    return ~dropped[numbers]


def bridge_gaps(lines, gap, ink=None):
    """Draw the lines that bridge gaps.

    Lines are thinned. An end that points at another end, which points back, is joined to it; another end is joined to
    the line straight ahead, or to the picture's rim. Where the ink fades before an end, the pen was lifted: that end
    reaches less far than one that was cut off.

    Args:
        lines: (H, W) bool.
        gap: pixels between the rims of the ink; pale rims count as up to `SLACK` pixels of ink.
        ink: (H, W) uint8, 255 = ink, which shows how lines end; None if they are all black.

    Returns:
        (H, W) bool, bridges one pixel wide.
    """
    mask = lines.view(np.uint8)
    half = np.pad(cv2.distanceTransform(mask, cv2.DIST_L2, 3), 1)
    ink = np.pad(mask * 255 if ink is None else ink, 1)
    ends = _find_ends(np.pad(thinning.thin_mask(lines), 1).view(np.uint8), half, ink, TRACE, SPUR)
    bridges = np.zeros(half.shape, np.uint8)
    if not len(ends):
        return bridges[1:-1, 1:-1] > 0
    places = ends[:, :2].astype(int)
    numbers = np.full(half.shape, -1, np.int32)
    numbers[places[:, 1], places[:, 0]] = np.arange(len(ends))
    pairs, costs = _pair_ends(ends, numbers, half, float(gap), NEAR, ASIDE)
    joined = np.zeros(len(ends), bool)
    for k in np.argsort(costs, kind="stable"):
        one, other = pairs[k]
        if not joined[one] and not joined[other]:
            joined[one] = joined[other] = True
            cv2.line(bridges, places[one].tolist(), places[other].tolist(), 1)
    half[(bridges > 0) & (half == 0)] = 0.5  # a third end may lead to a bridge
    half[0], half[-1], half[:, 0], half[:, -1] = 0.5, 0.5, 0.5, 0.5  # or to the picture's rim
    for k in np.flatnonzero(~joined & (ends[:, 5] == 0)):
        reach = gap + RIMS if ends[k, 4] >= LIFTED else gap - HELD
        if ends[k, 4] < CUT_OFF:
            reach = min(reach, SHORT)
        if reach <= 0:
            continue
        to = _find_line_ahead(ends[k], half, float(reach), AHEAD)
        if to[0] >= 0:
            cv2.line(bridges, places[k].tolist(), to, 1)
    return (bridges[1:-1, 1:-1] > 0) & ~lines


def mark_areas(lines, bridges, smallest):
    """Number the areas of paper, and of solid ink: (H, W) int32, 0..n-1; -1 on lines and in areas below `smallest`."""
    paper = (~(lines | bridges)).view(np.uint8)
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    kept = stats[:, cv2.CC_STAT_AREA] >= smallest
    kept[0] = False
    table = np.full(count, -1, np.int32)
    table[kept] = np.arange(kept.sum())
    markers = table[numbers]
    deep = cv2.distanceTransform(lines.view(np.uint8), cv2.DIST_L2, 3) > SOLID
    if deep.any():
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * SOLID - 1, 2 * SOLID - 1))
        solid = cv2.dilate(deep.view(np.uint8), disc)
        _, more = cv2.connectedComponents(solid, connectivity=4)
        markers = np.where(more > 0, more + kept.sum() - 1, markers).astype(np.int32)
    return markers


@njit(cache=True, nogil=True)
def _find_lines(ink, dark, pale):
    """1 where ink is above `dark`, or above `pale` and by as much above both sides in one of four directions."""
    height, width = ink.shape
    lines = np.zeros((height, width), np.uint8)
    for y in range(height):
        for x in range(width):
            level = np.int32(ink[y, x])
            if level >= dark:
                lines[y, x] = 1
                continue
            if level < pale:
                continue
            for reach in (2, 4):
                for down, across in ((0, 1), (1, 0), (1, 1), (1, -1)):
                    above, below = y - reach * down, y + reach * down
                    before, behind = x - reach * across, x + reach * across
                    if above < 0 or below >= height or min(before, behind) < 0 or max(before, behind) >= width:
                        continue
                    if max(np.int32(ink[above, before]), np.int32(ink[below, behind])) + pale <= level:
                        lines[y, x] = 1
    return lines


@njit(cache=True, nogil=True)
def _find_ends(thin, half, ink, trace, spur):
    """List the ends of thin lines, as (n, 6) float64: see `bridge_gaps`.

    The first four columns are x and y in the padded map, and the direction that the end points to. The fifth is the
    line's ink near its tip, as a share of that in the middle of its trace: see `LIFTED`. The last is 1 for a spur: it
    may be a corner of a wide line.
    """
    height, width = thin.shape
    room, found = 256, 0
    ends = np.empty((room, 6))
    path = np.empty((trace + 1, 2), np.int64)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if not thin[y, x] or not _is_end(thin, y, x):
                continue
            path[0, 0], path[0, 1], steps, branch = y, x, 0, False
            while steps < trace:
                now_y, now_x = path[steps]
                best, best_y, best_x, near, apart = 9, -1, -1, 0, False
                for down in range(-1, 2):
                    for across in range(-1, 2):
                        to_y, to_x = now_y + down, now_x + across
                        if not (down or across) or not thin[to_y, to_x]:
                            continue
                        # The pixel before this one, and the pixels beside it, were passed.
                        passed = False
                        for k in range(max(0, steps - 1), steps):
                            passed |= max(abs(to_y - path[k, 0]), abs(to_x - path[k, 1])) <= 1
                        if passed and steps:
                            continue
                        near += 1
                        apart |= near > 1 and max(abs(to_y - best_y), abs(to_x - best_x)) > 1
                        if abs(down) + abs(across) < best:
                            best, best_y, best_x = abs(down) + abs(across), to_y, to_x
                if near == 0:
                    break
                if near > 2 or apart:
                    branch = True
                    break
                steps += 1
                path[steps, 0], path[steps, 1] = best_y, best_x
            last_y, last_x = path[steps]
            if last_y == y and last_x == x:
                continue
            length = np.sqrt(float((y - last_y) ** 2 + (x - last_x) ** 2))
            if found == room:
                room *= 2
                ends = np.concatenate((ends, np.empty_like(ends)))
            across, down = (x - last_x) / length, (y - last_y) / length
            tip_y, tip_x = _find_tip(half, y, x, down, across)
            ends[found, 0], ends[found, 1], ends[found, 2], ends[found, 3] = tip_x, tip_y, across, down
            near_y, near_x = int(round(tip_y - BEHIND * down)), int(round(tip_x - BEHIND * across))
            most = 1
            for k in range(steps // 2, steps * 3 // 4 + 1):
                most = max(most, _weigh(ink, path[k, 0], path[k, 1]))
            ends[found, 4] = _weigh(ink, near_y, near_x) / most
            ends[found, 5] = branch and steps < spur + half[last_y, last_x]
            found += 1
    return ends[:found]


@njit(cache=True, nogil=True)
def _weigh(ink, y, x):
    """The sum of the ink in the 3 x 3 pixels around a place."""
    total = 0
    for near_y in range(max(0, y - 1), min(ink.shape[0], y + 2)):
        for near_x in range(max(0, x - 1), min(ink.shape[1], x + 2)):
            total += ink[near_y, near_x]
    return total


@njit(cache=True, nogil=True)
def _find_tip(half, y, x, down, across):
    """Where a line's ink ends in a direction: thinning shortens lines."""
    height, width = half.shape
    for _ in range(TIP):
        best, best_y, best_x = 0.5, -1, -1
        for step_y in range(-1, 2):
            for step_x in range(-1, 2):
                to_y, to_x = y + step_y, x + step_x
                if 0 < to_y < height - 1 and 0 < to_x < width - 1 and half[to_y, to_x] > 0:
                    length = np.sqrt(float(max(1, step_y * step_y + step_x * step_x)))
                    ahead = (step_y * down + step_x * across) / length
                    if ahead > best:
                        best, best_y, best_x = ahead, to_y, to_x
        if best_y < 0:
            break
        y, x = best_y, best_x
    return y, x


@njit(cache=True, nogil=True)
def _is_end(thin, y, x):
    """Whether a pixel of a thin line has one neighbour, or two that touch."""
    ring = (
        thin[y - 1, x - 1],
        thin[y - 1, x],
        thin[y - 1, x + 1],
        thin[y, x + 1],
        thin[y + 1, x + 1],
        thin[y + 1, x],
        thin[y + 1, x - 1],
        thin[y, x - 1],
    )
    total, starts = 0, 0
    for k in range(8):
        total += ring[k]
        starts += ring[k] < ring[(k + 1) % 8]
    return starts == 1 and total <= 2


@njit(cache=True, nogil=True)
def _pair_ends(ends, numbers, half, gap, near, aside):
    """List possible bridges between two ends: (n, 2) int32 numbers, and (n,) float64 costs."""
    height, width = numbers.shape
    room, found = 256, 0
    pairs, costs = np.empty((room, 2), np.int32), np.empty(room)
    for k in range(len(ends)):
        x, y = int(ends[k, 0]), int(ends[k, 1])
        own = half[y, x]
        reach = int(np.ceil(gap + SLACK + own + 3))
        for to_y in range(max(1, y - reach), min(height - 1, y + reach + 1)):
            for to_x in range(max(1, x - reach), min(width - 1, x + reach + 1)):
                to = numbers[to_y, to_x]
                if to <= k:
                    continue
                distance = max(1.0, np.sqrt(float((to_y - y) ** 2 + (to_x - x) ** 2)))
                ahead = ((to_x - x) * ends[k, 2] + (to_y - y) * ends[k, 3]) / distance
                back = ((x - to_x) * ends[to, 2] + (y - to_y) * ends[to, 3]) / distance
                wide = distance - own - half[to_y, to_x]
                slack = SLACK if max(ends[k, 4], ends[to, 4]) >= LIFTED else 0.0
                straight = ahead + back if wide <= near else min(ahead, back)
                if wide > gap + slack or straight < aside:
                    continue
                if found == room:
                    room *= 2
                    pairs, costs = np.concatenate((pairs, np.empty_like(pairs))), np.concatenate((costs, costs))
                pairs[found, 0], pairs[found, 1], costs[found] = k, to, distance * (3 - ahead - back)
                found += 1
    return pairs[:found], costs[:found]


@njit(cache=True, nogil=True)
def _find_line_ahead(end, half, gap, ahead_least):
    """The x and y of the ink that an end points at, at most `gap` away, or -1, -1."""
    height, width = half.shape
    x, y = int(end[0]), int(end[1])
    own = half[y, x]
    reach = int(np.ceil(gap + own + 1))
    best, best_x, best_y = 1e9, -1, -1
    for to_y in range(max(0, y - reach), min(height, y + reach + 1)):
        for to_x in range(max(0, x - reach), min(width, x + reach + 1)):
            if half[to_y, to_x] == 0:
                continue
            distance = np.sqrt(float((to_y - y) ** 2 + (to_x - x) ** 2))
            if distance < own + 1 or distance - own > gap + 0.5:
                continue
            ahead = ((to_x - x) * end[2] + (to_y - y) * end[3]) / distance
            if ahead >= ahead_least and distance * (2 - ahead) < best:
                best, best_x, best_y = distance * (2 - ahead), to_x, to_y
    return best_x, best_y
