"""Ink traced lines with a pen that swells and tapers, or roughly, as the pairs that a line refiner learns from.

    lines = trace(drawing)                        # of any line drawing
    clean = draw_inked(lines, drawing.shape)      # as the pen draws them
    rough = draw_rough(lines, drawing.shape, rng) # thin, off, doubled, broken: what is to be refined
    rough = wear(rough, rng)                      # specks, paper, a scan

Lines are lists of (n, 2) float64 points (x, y), about a pixel apart. A pen's width follows from what a thin drawing of
the same lines shows too, or no network could learn it: how far a free end is, how much room is beside the line, how
sharply it bends, where it meets another.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

import tracing
from skeletonize import thin_mask
from strokes import cover, normals

STEP = 3  # points between which a direction is taken
CORNER = 4  # points over which a bend is measured
SPREAD = 7  # points over which a width is averaged
JOINT = 5.0  # pixels around a joint in which a line swells
HEAL = 12.0  # pixels; a free end that points at a line nearer than this is meant to meet it
SPACE = (16.0, 32.0)  # pixels, shortest and longest deliberate space in a line
CONE = 35  # degrees within which it points there
SHORTEST = 5  # points; what is shorter and meets nothing is a speck


@dataclass(frozen=True)
class Pen:
    """How wide a pen draws, in pixels.

    Attributes:
        thin, thick: width of lines with no room beside them, and with `room` pixels or more.
        room: see above.
        taper: pixels over which a free end comes to a point.
        point: width at a free end, as a share of the line's.
        bend: how much wider a sharp bend is, as a share.
        joint: how much wider lines are where they meet, in pixels.
    """

    thin: float = 1.2
    thick: float = 3.4
    room: int = 20
    taper: float = 16.0
    point: float = 0.25
    bend: float = 0.4
    joint: float = 0.7


PENS = {
    "default": Pen(),
    "brush": Pen(thin=2.2, thick=8.0, room=28, taper=40.0, point=0.1, bend=0.8, joint=1.0),
    "technical": Pen(thin=2.0, thick=2.0, taper=1.0, point=1.0, bend=0.0, joint=0.0),
}


class Lines(NamedTuple):
    """Traced lines.

    Attributes:
        paths: list of (n, 2) float64 points.
        free: list of pairs, for a path's first and last point: True for a free end, False where it meets another path
            or itself, None where it leaves the picture.
    """

    paths: list
    free: list


# ------------------------------------------------------------------------------------------------------ tracing
def trace(drawing, heal=0.0, spaces=0.0, rng=None, scale=1.0):
    """Trace a line drawing.

    Args:
        drawing: (H, W) uint8, dark lines on white.
        heal: free ends that point at a line nearer than this many pixels are led on to it.
        spaces: how many spaces there are to be in 1,000 pixels of line, on average, see `SPACE`.
        rng: `numpy.random.Generator` of the spaces.
        scale: how much larger the lines will be drawn: in such pixels are `heal` and the length of spaces.

    Returns:
        `Lines`, in the drawing's own pixels.

    Raises:
        ValueError: for other arrays, or spaces without `rng`.
    """
    if spaces and rng is None:
        raise ValueError("spaces need rng")
    centres = tracing.find_centres(drawing)
    if heal:
        centres = heal_ends(centres, heal / scale)
    padded = np.pad(centres, 1).view(np.uint8)
    degrees = cv2.filter2D(padded, -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT)[1:-1, 1:-1] - 1
    last_x, last_y = drawing.shape[1] - 1, drawing.shape[0] - 1

    def leaves(x, y):
        return x <= 1 or y <= 1 or x >= last_x - 1 or y >= last_y - 1

    paths: list = []
    free: list = []
    for path in tracing.trace_paths(centres):
        ends = [None if leaves(x, y) else bool(degrees[int(y), int(x)] <= 1) for x, y in (path[0], path[-1])]
        if len(path) < SHORTEST and all(ends):
            continue
        smooth = tracing.smooth_path(path, 2.0)
        if spaces and len(path) * scale > 80 and rng.random() < spaces * len(path) * scale / 1000:
            space = int(np.exp(rng.uniform(*np.log(SPACE))) / scale) + 1
            rest = int(12 / scale)  # at least so much of the line stays on either side
            begin = int(rng.integers(rest, len(path) - space - rest + 1))
            if (path[0] == path[-1]).all():  # a closed line is opened
                paths.append(np.concatenate([smooth[begin + space :], smooth[1:begin]]))
                free.append((True, True))
            else:
                paths += [smooth[:begin], smooth[begin + space :]]
                free += [(ends[0], True), (True, ends[1])]
        else:
            paths.append(smooth)
            free.append(tuple(ends))
    return Lines(paths, free)


def heal_ends(centres, reach):
    """Lead free ends on to the line or end that they point at.

    Args:
        centres: (H, W) bool, lines one pixel wide.
        reach: how far a line may be, in pixels.

    Returns:
        (H, W) bool, lines one pixel wide.
    """
    healed = centres.view(np.uint8).copy()
    height, width = centres.shape
    radius = int(np.ceil(reach))
    offsets = np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1)[::-1].T
    lengths = np.hypot(*offsets.T)
    near = (lengths > 1.5) & (lengths <= reach)
    offsets, lengths = offsets[near], lengths[near]
    for path in tracing.trace_paths(centres):
        if len(path) < SHORTEST:
            continue
        own = {(int(x), int(y)) for x, y in path}
        for chain in (path, path[::-1]):
            x, y = map(int, chain[0])
            around = centres[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
            if around.sum() > 2 or (path[0] == path[-1]).all():
                continue
            heading = chain[0] - chain[min(6, len(chain) - 1)]
            heading /= max(1e-6, np.hypot(*heading))
            ahead = offsets @ heading > np.cos(np.radians(CONE)) * lengths
            at = offsets[ahead] + (x, y)
            inside = (at >= 0).all(1) & (at[:, 0] < width) & (at[:, 1] < height)
            at, away = at[inside], lengths[ahead][inside]
            hit = centres[at[:, 1], at[:, 0]]
            hit &= np.array([(u, v) not in own for u, v in at.tolist()], bool)
            if hit.any():
                goal = at[hit][away[hit].argmin()]
                cv2.line(healed, (x, y), (int(goal[0]), int(goal[1])), 1)
    return thin_mask(healed > 0)


def transform(lines, matrix, shape):
    """Move lines by a (2, 3) matrix that takes their (x, y) to the new ones; those wholly outside are dropped."""
    paths, free = [], []
    enlargement = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    size = np.array([shape[1], shape[0]])
    for path, ends in zip(*lines):
        moved = path @ matrix[:, :2].T + matrix[:, 2]
        if (moved.max(0) >= 0).all() and (moved.min(0) < size).all():
            if enlargement > 1.2 or enlargement < 0.8:
                moved = resample(moved)
            paths.append(moved)
            free.append(ends)
    return Lines(paths, free)


def resample(path):
    """The same path with points a pixel apart."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0, lengths[-1], max(2, int(lengths[-1]) + 1))
    return np.stack([np.interp(at, lengths, path[:, 0]), np.interp(at, lengths, path[:, 1])], 1)


# -------------------------------------------------------------------------------------------------------- inking
def find_widths(lines, shape, pen):
    """How wide a pen draws lines: a list of (n,) float64 widths in pixels, one for each point of each path.

    Args:
        lines: `Lines`. shape: (H, W) of the drawing. pen: a `Pen`.
    """
    if not lines.paths:
        return []
    thin = tracing.draw_paths(lines.paths, shape, 1, aliased=True)
    distance = np.minimum(cv2.distanceTransform(thin, cv2.DIST_L2, 5), pen.room)
    reach = 2 * pen.room + 1
    # The wider side, and what is around: an outline is heavier than a detail, a lonely line heavier still.
    wider = cv2.dilate(distance, np.ones((reach, reach), np.uint8))
    room = cv2.blur(wider, (9, 9)) / 2 + cv2.blur(distance, (reach, reach))

    points = np.concatenate(lines.paths).astype(np.float32)
    full = pen.thin + (pen.thick - pen.thin) * np.minimum(1, _look(room, points) / pen.room)
    full *= 1 + pen.bend * np.concatenate([_find_bends(path) for path in lines.paths])
    if pen.joint:
        full += pen.joint * np.maximum(0, 1 - _look(_measure_to_joints(lines, shape), points) / JOINT)
    widths = []
    for path, width, ends in zip(
        lines.paths, np.split(full, np.cumsum([len(path) for path in lines.paths])[:-1]), lines.free
    ):
        width = _average(width, closed=len(path) > SPREAD and (path[0] == path[-1]).all())
        along = np.arange(len(width), dtype=np.float64)
        for free, away in zip(ends, (along, along[::-1])):
            if free:
                near = np.minimum(1, away / pen.taper)
                width *= pen.point + (1 - pen.point) * near * (2 - near)
        widths.append(width)
    return widths


def _average(width, closed):
    """A path's widths, (n,), averaged over `SPREAD` points, so that none jumps."""
    if not closed:
        return cv2.blur(width[None], (SPREAD, 1), borderType=cv2.BORDER_REPLICATE)[0]
    reach = SPREAD // 2
    around = np.concatenate([width[-1 - reach : -1], width, width[1 : 1 + reach]])
    return cv2.blur(around[None], (SPREAD, 1))[0][reach:-reach]


def _look(plane, points):
    """The values of a (H, W) float32 array at (n, 2) float32 points, (n,) float64."""
    found = [
        cv2.remap(plane, points[k : k + 30000, None], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for k in range(0, len(points), 30000)  # OpenCV takes no longer arrays
    ]
    return np.concatenate(found)[:, 0].astype(np.float64)


def _find_bends(path):
    """How sharply a path bends at each of its points, 0..1, 1 for a radian or more in `CORNER` points."""
    bends = np.zeros(len(path))
    if len(path) > 2 * CORNER:
        (x0, y0), (x1, y1) = (path[CORNER:] - path[:-CORNER])[:-CORNER].T, (path[CORNER:] - path[:-CORNER])[CORNER:].T
        bends[CORNER:-CORNER] = np.minimum(1, np.abs(np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1)))
    return bends


def _measure_to_joints(lines, shape):
    """How far each pixel is from the next point where paths meet, (H, W) float32."""
    joints = np.full(shape, 255, np.uint8)
    for path, ends in zip(*lines):
        if (path[0] == path[-1]).all():
            continue
        for (x, y), free in zip((path[0], path[-1]), ends):
            if free is False and -0.5 < x < shape[1] - 0.5 and -0.5 < y < shape[0] - 0.5:
                joints[round(y), round(x)] = 0
    if joints.all():
        return np.full(shape, 2 * JOINT, np.float32)
    return cv2.distanceTransform(joints, cv2.DIST_L2, 5)


def draw_inked(lines, shape, pen=PENS["default"]):
    """Draw lines with a pen: (H, W) uint8, dark on white, anti-aliased."""
    return to_drawing(_cover_all(lines.paths, find_widths(lines, shape, pen), shape))


def to_drawing(alpha):
    """(H, W) float32 ink 0..1 as (H, W) uint8, dark on white."""
    return (255.5 - 255 * alpha).astype(np.uint8)


def _cover_all(paths, widths, shape):
    """Ink of lines, (H, W) float32 0..1."""
    covered, alpha = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for path, width in zip(paths, widths):
        if len(path) == 1:
            path, width = np.concatenate([path, path + 0.01]), np.concatenate([width, width])
        cover(covered, alpha, 0, 0, np.ascontiguousarray(path[:, 0]), np.ascontiguousarray(path[:, 1]), width)
    return alpha


# --------------------------------------------------------------------------------------------------------- rough
@dataclass(frozen=True)
class Roughness:
    """How a drawing is rough.

    Attributes:
        width: of its lines, in pixels.
        aliased: whether it is black and white only.
        tremor: how far lines are off to their sides between their ends, on average, in pixels; `period` the Gaussian's
            sigma, in pixels along the line, over which that changes.
        wobble: how far lines and their ends are off, on average, in pixels; `wave` pixels over which that changes.
        gaps: in 100 pixels of line, on average, of 1 to 12 pixels each.
        doubled: share of lines that are searched for with several short strokes.
        overshoot: pixels that lines run beyond their ends, at most.
        faint: how much lighter some of the ink is, 0..1.
    """

    width: float = 1.0
    aliased: bool = False
    tremor: float = 0.0
    period: float = 4.0
    wobble: float = 0.0
    wave: float = 12.0
    gaps: float = 0.0
    doubled: float = 0.0
    overshoot: float = 0.0
    faint: float = 0.0


def choose_roughness(rng):
    """A random `Roughness`, from none to a lot."""
    maybe = lambda chance, low, high: rng.uniform(low, high) if rng.random() < chance else 0.0  # noqa: E731
    return Roughness(
        width=float(rng.choice((1.0, rng.uniform(1, 3)))),
        aliased=bool(rng.random() < 0.35),
        tremor=maybe(0.55, 0.2, 2.2),
        period=rng.uniform(1.5, 7 if rng.random() < 0.5 else 3),
        wobble=maybe(0.4, 0.2, 1.5),
        wave=rng.uniform(4, 20),
        gaps=maybe(0.75, 0.2, 2.0),
        doubled=maybe(0.2, 0.2, 1.0),
        overshoot=maybe(0.15, 1.0, 4.0),
        faint=maybe(0.4, 0.2, 0.65),
    )


def draw_rough(lines, shape, rng, roughness=None):
    """Draw lines roughly.

    Args:
        lines: `Lines`. shape: (H, W). rng: `numpy.random.Generator`.
        roughness: a `Roughness`; by default a random one.

    Returns:
        (H, W) uint8, dark on white.
    """
    rough = roughness or choose_roughness(rng)
    paths = lines.paths
    if rough.overshoot:
        paths = [overshoot(path, rough.overshoot * rng.random(2)) for path in paths]
    if rough.doubled:
        paths = [part for path in paths for part in search(path, rng, rough.doubled)]
    if rough.tremor:
        paths = [shake_path(path, rough.tremor, rough.period, rng) for path in paths]
    if rough.wobble and paths:
        paths = tracing.shake(paths, shape, rough.wobble, rng, rough.wave)
    if rough.gaps:
        paths = [part for path in paths for part in tracing.cut_gaps(path, rough.gaps, rng)]
    if rough.aliased:
        return tracing.draw_paths(paths, shape, max(1, round(rough.width)), aliased=True)
    alpha = _cover_all(paths, [np.full(len(path), rough.width) for path in paths], shape)
    if rough.faint:
        alpha *= 1 - rough.faint * cv2.resize(
            rng.random((shape[0] // 24 + 2, shape[1] // 24 + 2), np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC
        ).clip(0, 1)
    return to_drawing(alpha)


def shake_path(path, amount, period, rng):
    """Draw a path with an unsteady hand: off to its sides, but for its ends.

    Args:
        path: (n, 2) points. amount, period: a `Roughness`'s tremor and its period. rng: `numpy.random.Generator`.

    Returns:
        (n, 2) points.
    """
    if len(path) < 4:
        return path
    off = tracing.blur_ring(rng.standard_normal((len(path), 1)), period)[:, 0]
    off *= amount * np.sqrt(np.pi / 2) * np.sqrt(2 * np.sqrt(np.pi) * period)  # of what the filter leaves
    near = np.minimum(np.arange(len(path)), np.arange(len(path))[::-1])
    off *= np.minimum(1, near / (2 * period))
    return path + normals(path) * off[:, None]


def overshoot(path, lengths):
    """Lead a path on beyond its ends, straight, by two lengths in pixels; a closed path is returned as it is."""
    if len(path) < 2 * STEP or (path[0] == path[-1]).all():
        return path
    parts = []
    for chain, length in ((path, lengths[0]), (path[::-1], lengths[1])):
        heading = chain[0] - chain[STEP]
        heading = heading / max(1e-6, np.hypot(*heading))
        parts.append(chain[0] + heading * np.arange(1, int(length) + 1)[:, None])
    return np.concatenate([parts[0][::-1], path, parts[1]])


def search(path, rng, share):
    """Draw a path as a hand that searches for it: short strokes that overlap and lie beside each other.

    Args:
        path: (n, 2) points. rng: `numpy.random.Generator`. share: how likely the path is drawn so.

    Returns:
        list of paths.
    """
    if len(path) < 24 or rng.random() >= share:
        return [path]
    strokes, begin = [], 0
    while begin < len(path) - 6:
        end = min(len(path), begin + int(rng.uniform(16, 60)))
        for _ in range(1 + (rng.random() < 0.5)):
            stroke = path[begin:end]
            drift = np.linspace(rng.normal(0, 0.8, 2), rng.normal(0, 0.8, 2), len(stroke))
            strokes.append(stroke + drift)
        begin = end - int(rng.uniform(2, 10))
        if end == len(path):
            break
    return strokes


def cut_spans(drawing, lines, rng, density, span=None):
    """Cut gaps through drawn lines of any width, straight across; returns a new (H, W) uint8.

    Args:
        drawing: (H, W) uint8, dark on white. lines: its `Lines`. rng: `numpy.random.Generator`.
        density: gaps in 100 pixels of line, on average. span: the shortest and the longest of them, in pixels; None for
            those of `tracing.choose_gap`.
    """
    inked = (drawing < 128).view(np.uint8)
    reach = cv2.distanceTransform(inked, cv2.DIST_L2, 5)
    blanks = []
    for path in lines.paths:
        kept = np.ones(len(path), bool)
        for _ in range(rng.poisson(density * len(path) / 100)):
            gap, place = rng.uniform(*span) if span else tracing.choose_gap(rng), int(rng.integers(len(path)))
            if len(path) < gap + 8:
                continue
            reach_along = int(gap / 2) + tracing.BETWEEN
            begin, end = max(0, place - reach_along), place + reach_along
            if kept[begin:end].all():
                kept[begin:end] = False
                blanks.append(find_span(path, place, gap, reach))
    cut = drawing.copy()
    for blank in blanks:
        cv2.fillPoly(cut, [np.round(blank * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return cut


def find_span(path, place, gap, reach):
    """The four corners, (4, 2), of the rectangle that cuts a gap into a line at one of its points.

    Args:
        path: (n, 2) points. place: which point is the gap's middle. gap: pixels along the line.
        reach: (H, W) float32, half the line's width at its centre.
    """
    begin, end = max(0, place - STEP), min(len(path) - 1, place + STEP)
    along = path[end] - path[begin]
    along = along / max(1e-6, np.hypot(*along))
    across = np.array([-along[1], along[0]])
    x, y = np.clip(np.round(path[place]).astype(int), 0, np.array(reach.shape[::-1]) - 1)
    half = reach[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].max() + 2.5
    corners = np.array([[-gap / 2, -half], [gap / 2, -half], [gap / 2, half], [-gap / 2, half]])
    return path[place] + corners[:, :1] * along + corners[:, 1:] * across


# ---------------------------------------------------------------------------------------------------------- wear
def add_specks(drawing, count, rng, darkness=(0, 150)):
    """Put specks of 1 to 4 pixels on a drawing; returns a new (H, W) uint8.

    Args:
        drawing: (H, W) uint8, dark on white. count: how many. rng: `numpy.random.Generator`.
        darkness: levels between which they are.
    """
    specked = drawing.copy()
    last = np.array(drawing.shape) - 1
    places = rng.integers(0, last + 1, (count, 2))
    steps = np.array([(0, 1), (0, -1), (1, 0), (-1, 0)])[rng.integers(4, size=(count, 3))]
    levels = rng.integers(*darkness, count, endpoint=True)
    for place, walk, size, level in zip(places, steps, rng.integers(1, 5, count), levels):
        for step in (0, *walk[: size - 1]):
            place = np.clip(place + step, 0, last)
            specked[tuple(place)] = min(specked[tuple(place)], level)
    return specked


def wear(drawing, rng):
    """Make a drawing look scanned: specks, lint, a soft lens, paper and its grain, pale ink, JPEG, each at random.

    Args:
        drawing: (H, W) uint8, dark on white. rng: `numpy.random.Generator`.

    Returns:
        (H, W) uint8.
    """
    height, width = drawing.shape
    worn = drawing
    if rng.random() < 0.4:
        worn = add_specks(worn, int(rng.exponential(1 / 800) * height * width), rng)
    if rng.random() < 0.1:  # lint
        lint = worn.copy()
        for _ in range(rng.integers(1, 6)):
            start = rng.uniform((0, 0), (width, height))
            curve = start + np.cumsum(np.cumsum(rng.normal(0, 0.4, (10, 2)), 0) * 0.5, 0)
            level, fixed = int(rng.integers(120, 225)), np.round(curve * 16).astype(np.int32)
            cv2.polylines(lint, [fixed], False, level, 1, cv2.LINE_AA, 4)
        worn = np.minimum(worn, lint)
    if rng.random() < 0.3:
        worn = cv2.GaussianBlur(worn, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.45:
        light = worn.astype(np.float32)
        black, white = rng.uniform(0, 90), rng.uniform(225, 255)
        light = black + light * (white - black) / 255
        if rng.random() < 0.5:  # shade
            shade = rng.uniform(-14, 6, (3, 3)).astype(np.float32)
            light += cv2.resize(shade, (width, height), interpolation=cv2.INTER_CUBIC)
        if rng.random() < 0.7:  # grain
            grain = rng.standard_normal((height, width), np.float32)
            if rng.random() < 0.5:
                grain = 2 * cv2.GaussianBlur(grain, (0, 0), 0.8)
            light += grain * np.float32(rng.uniform(1, 10))
        worn = np.clip(light + 0.5, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        _, data = cv2.imencode(".jpg", worn, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 95))])
        worn = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return worn
