"""Draws traced lines roughly, as what a line refiner is to clean.

rough = draw_rough(lines, shape, rng)   # thin, off, doubled, broken
rough = degrade.wear(rough, rng)        # specks, paper, a scan
"""

from dataclasses import dataclass

import cv2
import numpy as np

from illustration_parts.drawing import pens
from illustration_parts.imaging import tracing
from illustration_parts.imaging.tracing import normals


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
    alpha = pens._cover_all(paths, [np.full(len(path), rough.width) for path in paths], shape)
    if rough.faint:
        alpha *= 1 - rough.faint * cv2.resize(
            rng.random((shape[0] // 24 + 2, shape[1] // 24 + 2), np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC
        ).clip(0, 1)
    return pens.to_drawing(alpha)


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
    if len(path) < 2 * pens.STEP or (path[0] == path[-1]).all():
        return path
    parts = []
    for chain, length in ((path, lengths[0]), (path[::-1], lengths[1])):
        heading = chain[0] - chain[pens.STEP]
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
    begin, end = max(0, place - pens.STEP), min(len(path) - 1, place + pens.STEP)
    along = path[end] - path[begin]
    along = along / max(1e-6, np.hypot(*along))
    across = np.array([-along[1], along[0]])
    x, y = np.clip(np.round(path[place]).astype(int), 0, np.array(reach.shape[::-1]) - 1)
    half = reach[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].max() + 2.5
    corners = np.array([[-gap / 2, -half], [gap / 2, -half], [gap / 2, half], [-gap / 2, half]])
    return path[place] + corners[:, :1] * along + corners[:, 1:] * across
