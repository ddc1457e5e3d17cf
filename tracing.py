"""Lines as paths: the centre lines of a drawing found, followed, smoothed, shaken, cut and drawn again.

    found = tracing.trace_paths(tracing.find_centres(drawing))
    thin = tracing.draw_paths([tracing.smooth_path(path) for path in found], drawing.shape)

A path is an (n, 2) float64 array of points (x, y), about a pixel apart; a closed one ends where it begins. A drawing is
(H, W) uint8, dark lines on white.
"""

import cv2
import numpy as np
from numba import njit

from skeletonize import thin_mask

LEAST_CONTRAST = 48  # levels between paper and lines; of less there is no telling which is which
SMOOTHING = 1.5  # pixels, sigma along a line: takes the stairs out of it
GAP = (1.0, 12.0)  # pixels, shortest and longest
BETWEEN = 6  # pixels, the least from one gap to the next
END_GAP = 0.5  # share of the gaps that are where a line meets another
WAVE = 16  # pixels over which jitter changes
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
        offset = [cv2.remap(plane, at, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)[0] for plane in coarse]
        moved.append(path + np.stack(offset, 1))
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
