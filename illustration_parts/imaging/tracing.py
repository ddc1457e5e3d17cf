"""Lines as paths: the centre lines of a drawing found, followed, smoothed, shaken, cut and drawn again.

    found = tracing.trace_paths(tracing.find_centres(drawing))
    thin = tracing.draw_paths([tracing.smooth_path(path) for path in found], drawing.shape)

A path is an (n, 2) float64 array of points (x, y), about a pixel apart; a closed one ends where it begins. A drawing is
(H, W) uint8, dark lines on white.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging.thinning import thin_mask
from illustration_parts.system.compiled import njit


def normals(curve):
    """Unit normals of a sampled curve, (n, 2)."""
    tangent = np.gradient(curve, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
    return np.stack([-tangent[:, 1], tangent[:, 0]], 1)


@njit(cache=True, nogil=True)
def find_box(x, y, dx, dy, widest, shape):
    """Return the pixels that a straight piece of a line may touch: first and last row, first and last column.

    Args:
        x, y, dx, dy: where it begins, and how far it goes, in pixels. widest: its largest width.
        shape: (height, width) of the picture.
    """
    reach = max(widest, 1.0) / 2 + 1
    top, bottom = max(0, int(min(y, y + dy) - reach)), min(shape[0] - 1, int(max(y, y + dy) + reach + 1))
    left, right = max(0, int(min(x, x + dx) - reach)), min(shape[1] - 1, int(max(x, x + dx) + reach + 1))
    return top, bottom, left, right


@njit(cache=True, nogil=True)
def touch(x, y, dx, dy, begin, end):
    """Find how deep the origin lies in a straight piece of a line, whose width changes and is taken as 1 at least.

    Args:
        x, y: from where the piece begins to the origin, in pixels. dx, dy: from there to where it ends.
        begin, end: its widths.

    Returns:
        (depth, t, width): pixels from half a pixel outside its rim, 0 if it is not touched. The nearest point lies at
        `t` of the piece, 0..1, where it has that width.
    """
    square = dx * dx + dy * dy
    t = min(1.0, max(0.0, (x * dx + y * dy) / square)) if square > 0 else 0.0
    width = begin + t * (end - begin)
    edge = max(width, 1.0) / 2 + 0.5
    away_x, away_y = x - t * dx, y - t * dy
    away = away_x * away_x + away_y * away_y
    return (edge - np.sqrt(away) if away < edge * edge else 0.0), t, width


@njit(cache=True, nogil=True)
def cover(shape, alpha, top, left, xs, ys, widths):
    """Draw a line of changing width: `shape` gets how much of a pixel it covers, taken as one pixel wide at least.

    Args:
        shape, alpha: (H, W) float32 0..1, raised in place to `shape`, and to how dark the line makes the pixel.
        top, left: place of their first pixel.
        xs, ys, widths: (n,) float64, in pixels; where the width is 0.05 or less, nothing is drawn.
    """
    for i in range(len(xs) - 1):
        x0, y0 = xs[i] - left, ys[i] - top
        dx, dy = xs[i + 1] - xs[i], ys[i + 1] - ys[i]
        if widths[i] <= 0.05 and widths[i + 1] <= 0.05:
            continue
        first_y, last_y, first_x, last_x = find_box(x0, y0, dx, dy, max(widths[i], widths[i + 1]), shape.shape)
        for y in range(first_y, last_y + 1):
            for x in range(first_x, last_x + 1):
                depth, _, pen = touch(x - x0, y - y0, dx, dy, widths[i], widths[i + 1])
                if depth > 0:
                    cover = min(1.0, depth)
                    dark = cover * min(1.0, pen)
                    if dark > 0.02:
                        shape[y, x] = max(shape[y, x], cover)
                        alpha[y, x] = max(alpha[y, x], dark)


@njit(cache=True, nogil=True)
def lay(ink, below, own, latest, xs, ys, widths, darkness, starts):
    """Lay strokes one upon another: where they cross it gets darker, but a stroke darkens no pixel twice.

    Args:
        ink: (H, W) float32 0..1, darkened in place.
        below, own: (H, W) float32, written: the ink below the pixel's latest stroke, and that stroke's.
        latest: (H, W) int32 of -1, written: number of that stroke.
        xs, ys, widths, darkness: (n,) float64, in pixels and 0..1, of all strokes; widths as in `cover`.
        starts: (K + 1,) each stroke's first point, and n.
    """
    for k in range(len(starts) - 1):
        for i in range(starts[k], starts[k + 1] - 1):
            x0, y0 = xs[i], ys[i]
            dx, dy = xs[i + 1] - xs[i], ys[i + 1] - ys[i]
            if widths[i] <= 0.05 and widths[i + 1] <= 0.05:
                continue
            first_y, last_y, first_x, last_x = find_box(x0, y0, dx, dy, max(widths[i], widths[i + 1]), ink.shape)
            for y in range(first_y, last_y + 1):
                for x in range(first_x, last_x + 1):
                    depth, t, pen = touch(x - x0, y - y0, dx, dy, widths[i], widths[i + 1])
                    press = darkness[i] + t * (darkness[i + 1] - darkness[i])
                    dark = min(1.0, depth) * min(1.0, pen) * press
                    if dark <= 0.02:
                        continue
                    if latest[y, x] != k:
                        latest[y, x] = k
                        below[y, x] = ink[y, x]
                        own[y, x] = 0.0
                    if dark > own[y, x]:
                        own[y, x] = dark
                        ink[y, x] = 1 - (1 - below[y, x]) * (1 - dark)


HEAL = 12.0  # pixels; a free end that points at a line nearer than this is meant to meet it
SPACE = (16.0, 32.0)  # pixels, shortest and longest deliberate space in a line
CONE = 35  # degrees by which a line may lie off the direction of a free end
SHORTEST = 5  # points; a shorter path that meets nothing is a speck


class Lines(NamedTuple):
    """Traced lines.

    Attributes:
        paths: list of (n, 2) float64 points.
        free: list of pairs, for a path's first and last point. True is a free end; False one that meets a path; None
            one that leaves the picture.
    """

    paths: list
    free: list


def trace(drawing, heal=0.0, spaces=0.0, rng=None, scale=1.0):
    """Trace a line drawing.

    Args:
        drawing: (H, W) uint8, dark lines on white.
        heal: free ends that point at a line nearer than this many pixels are led on to it.
        spaces: number of spaces cut in 1,000 pixels of line, on average, see `SPACE`.
        rng: `numpy.random.Generator` of the spaces.
        scale: how much larger the lines will be drawn; `heal` and spaces are measured in these larger pixels.

    Returns:
        `Lines`, in the drawing's own pixels.

    Raises:
        ValueError: for other arrays, or spaces without `rng`.
    """
    if spaces and rng is None:
        raise ValueError("spaces need rng")
    centres = find_centres(drawing)
    if heal:
        centres = heal_ends(centres, heal / scale)
    padded = np.pad(centres, 1).view(np.uint8)
    degrees = cv2.filter2D(padded, -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT)[1:-1, 1:-1] - 1
    last_x, last_y = drawing.shape[1] - 1, drawing.shape[0] - 1

    def leaves(x, y):
        return x <= 1 or y <= 1 or x >= last_x - 1 or y >= last_y - 1

    paths: list = []
    free: list = []
    for path in trace_paths(centres):
        ends = [None if leaves(x, y) else bool(degrees[int(y), int(x)] <= 1) for x, y in (path[0], path[-1])]
        if len(path) < SHORTEST and all(ends):
            continue
        smooth = smooth_path(path, 2.0)
        if spaces and len(path) * scale > 80 and rng.random() < spaces * len(path) * scale / 1000:
            space = int(np.exp(rng.uniform(*np.log(SPACE))) / scale) + 1
            rest = int(12 / scale)  # of the line stay on either side, at least
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
    for path in trace_paths(centres):
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


def thin(lines, width=1, aliased=False, gaps=0.0, jitter=0.0, seed=0):
    """Redraw a line drawing with thin lines of one width.

    Args:
        lines: (H, W) uint8, dark lines on white.
        width: of the new lines, in pixels, 1 or more.
        aliased: whether they are black and white only.
        gaps: how many there are in 100 pixels of line, on average.
        jitter: how far lines wander, in pixels, on average.
        seed: of gaps and jitter.

    Returns:
        (H, W) uint8, dark lines on white.

    Raises:
        ValueError: for arguments of other form.
    """
    if width < 1 or gaps < 0 or jitter < 0:
        raise ValueError(f"width must be 1 or more, gaps and jitter 0 or more. Received: {width}, {gaps}, {jitter}")

    rng = np.random.default_rng(seed)
    found = [smooth_path(path) for path in trace_paths(find_centres(lines))]
    if jitter:
        found = shake(found, lines.shape, jitter, rng)
    if gaps:
        found = [part for path in found for part in cut_gaps(path, gaps, rng)]
    return draw_paths(found, lines.shape, width, aliased)


LEAST_CONTRAST = 48  # levels between paper and lines; of less there is no telling which is which
SMOOTHING = 1.5  # pixels, sigma along a line: takes the stairs out of it
GAP = (1.0, 13.0)  # pixels, shortest and longest
BETWEEN = 6  # pixels, the least from one gap to the next
END_GAP = 0.5  # share of the gaps that are where a line meets another
WAVE = 16  # pixels over which jitter changes
AT_ONCE = 1 << 14  # points; OpenCV looks up fewer than 2^15 in a row
SHIFT = 4  # bits of a pixel's fraction, for OpenCV


def find_centres(lines):
    """Find the centre lines of a line drawing: where it is darker than Otsu's threshold (1979), thinned.

    Args:
        lines: (H, W) uint8, dark on white.

    Returns:
        (H, W) bool, lines one pixel wide; all False where the drawing has no contrast.

    Raises:
        ValueError: for other arrays.
    """
    if lines.ndim != 2 or lines.dtype != np.uint8 or not lines.size:
        raise ValueError(f"lines must be (H, W) uint8, not empty. Received: {lines.shape} {lines.dtype}")
    threshold, _ = cv2.threshold(lines, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = lines <= threshold
    if not dark.any() or dark.all() or lines[~dark].mean() - lines[dark].mean() < LEAST_CONTRAST:
        return np.zeros(lines.shape, bool)
    return thin_mask(dark)


def trace_paths(centres):
    """Follow lines one pixel wide from end or joint to end or joint.

    Args:
        centres: (H, W) bool.

    Returns:
        list of (n, 2) float64 points (x, y), n 1 or more; a closed line ends where it begins.
    """
    padded = np.pad(centres, 1).view(np.uint8)
    places, starts = _trace(padded.reshape(-1), padded.shape[1])
    points = np.stack([places % padded.shape[1] - 1, places // padded.shape[1] - 1], 1).astype(np.float64)
    return np.split(points, starts[1:]) if len(starts) else []


def smooth_path(path, sigma=SMOOTHING):
    """Smooth the (n, 2) points of a line by a Gaussian along it; the ends of an open one stay where they are."""
    if len(path) < 4:
        return path
    if (path[0] == path[-1]).all():
        smooth = blur_ring(path[:-1], sigma)
        return np.concatenate([smooth, smooth[:1]])
    # Reflected through its ends, a line keeps their place and direction.
    reach = min(len(path) - 1, int(np.ceil(4 * sigma)))
    before, behind = 2 * path[0] - path[reach:0:-1], 2 * path[-1] - path[-2 : -reach - 2 : -1]
    return blur_ring(np.concatenate([before, path, behind]), sigma)[reach : reach + len(path)]


def blur_ring(values, sigma):
    """A Gaussian along the first axis of (n, C) float64 values, the last of which is beside the first."""
    reach = int(np.ceil(4 * sigma))
    kernel = cv2.getGaussianKernel(2 * reach + 1, sigma)[:, 0]
    around = values.take(np.arange(-reach, len(values) + reach), axis=0, mode="wrap")
    return np.stack([np.convolve(column, kernel, "valid") for column in around.T], 1)


def shake(paths, shape, amount, rng, wave=WAVE):
    """Move lines by smooth noise that moves their joints along; returns new paths.

    Args:
        paths: list of (n, 2) points. shape: (H, W) of the drawing. amount: mean distance moved, in pixels.
        rng: `numpy.random.Generator`. wave: pixels over which it changes.
    """
    coarse = rng.standard_normal((2, int(shape[0] // wave) + 3, int(shape[1] // wave) + 3)).astype(np.float32)
    coarse *= amount / np.float32(np.hypot(*coarse).mean())
    moved = []
    for path in paths:
        at = (path / wave + 1).astype(np.float32)[None]
        offset = [
            np.stack(
                [cv2.remap(plane, part, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)[0] for plane in coarse]
            )
            for part in np.split(at, range(AT_ONCE, len(path), AT_ONCE), axis=1)
        ]
        moved.append(path + np.concatenate(offset, 1).T)
    return moved


def cut_gaps(path, density, rng):
    """Cut gaps out of a line, along it and at its ends; returns the list of what is left.

    Args:
        path: (n, 2) points, about a pixel apart.
        density: gaps in 100 pixels, on average.
        rng: `numpy.random.Generator`.
    """
    length = len(path)
    kept = np.ones(length, bool)
    for _ in range(rng.poisson(density * length / 100)):
        gap = choose_gap(rng)
        if rng.random() < END_GAP:
            middle = float(rng.choice((0.0, length - 1.0)))
        else:
            middle = rng.uniform(0, length - 1)
        begin, end = max(0, round(middle - gap / 2)), round(middle + gap / 2) + 1
        if kept[max(0, begin - BETWEEN) : end + BETWEEN].all():  # two in one would be longer than a gap
            kept[begin:end] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    return [path[begin:end] for begin, end in edges.reshape(-1, 2) if end - begin > 1 or length == 1]


def choose_gap(rng):
    """A gap's length in pixels, every other time an even chance for every ratio: hairline gaps are the most common."""
    return float(np.exp(rng.uniform(*np.log(GAP)))) if rng.random() < 0.5 else rng.uniform(*GAP)


def draw_paths(paths, shape, width=1, aliased=False):
    """Draw lines of one width: (H, W) uint8, dark on white."""
    drawn = np.full(shape, 255, np.uint8)
    fixed = [np.round(path * (1 << SHIFT)).astype(np.int32) for path in paths]
    cv2.polylines(drawn, fixed, False, 0, int(width), cv2.LINE_8 if aliased else cv2.LINE_AA, SHIFT)
    return drawn


@njit(cache=True, nogil=True)
def _trace(centres, stride):
    """Places of all lines' pixels, line after line, and where each line starts in that list; flat array with a rim."""
    around = (-stride - 1, -stride, -stride + 1, 1, stride + 1, stride, stride - 1, -1)
    degrees = np.zeros(centres.size, np.uint8)
    count = 0
    for place in range(stride + 1, centres.size - stride - 1):
        if centres[place]:
            count += 1
            for step in around:
                degrees[place] += centres[place + step]
    places, starts = np.empty(9 * count + 9, np.int64), np.empty(8 * count + 8, np.int64)
    used, lines = 0, 0
    seen = np.zeros(centres.size, np.bool_)
    for turn in range(2):  # lines between ends and joints first, then what is closed
        for place in range(stride + 1, centres.size - stride - 1):
            if not centres[place] or seen[place] or (turn == 0) != (degrees[place] != 2):
                continue
            if degrees[place] == 0:
                starts[lines] = used
                places[used] = place
                lines, used = lines + 1, used + 1
                continue
            for step in around:
                now = place + step
                if not centres[now] or seen[now] or degrees[now] != 2 and now < place:
                    continue
                starts[lines] = used
                lines += 1
                places[used], places[used + 1] = place, now
                used += 2
                before = place
                while degrees[now] == 2 and now != place:
                    seen[now] = True
                    for onward in around:
                        if centres[now + onward] and now + onward != before:
                            before, now = now, now + onward
                            break
                    places[used] = now
                    used += 1
                if turn == 1:
                    seen[place] = True
                    break
    return places[:used], starts[:lines]
