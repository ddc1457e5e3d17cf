"""Draws traced lines roughly, as what a line refiner is to clean.

rough = draw_rough(lines, shape, rng)      # searched for with several strokes, thin, off, broken
rough = paper.put_on_paper(rough, rng)     # smudges, squared paper, a photograph
rough = degrade.wear(rough, rng)           # specks, a scan

The truth is `pens.draw_inked` of the same lines: the strokes of a bundle lie around it, construction lines and
corrections do not count. Strokes spread less where lines are near each other, so that each bundle stays one line.
"""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.drawing import pens
from illustration_parts.drawing.wear import paper
from illustration_parts.drawing.wear.rough_curves import find_curves, keep_between_gaps, shake_paths
from illustration_parts.drawing.wear.rough_strokes import WIDEST, draw_construction, lay, make_strokes
from illustration_parts.imaging import tracing


@dataclass(frozen=True)
class Roughness:
    """How a drawing is rough. By default it is not: thin, single, black lines.

    Attributes:
        width: of its strokes, in pixels.
        aliased: whether it is black and white only.
        tremor: how far lines are off to their sides between their ends, on average, in pixels; `period` the Gaussian's
            sigma, in pixels along the line, over which that changes.
        wobble: how far lines and their ends are off, on average, in pixels; `wave` pixels over which that changes.
        gaps: in 100 pixels of line, on average, of 1 to 12 pixels each.
        overshoot: pixels that lines run beyond their ends, at most; lines that are not searched for run
            `rough_strokes.SINGLE_OVERSHOOT` at most.
        searched: share of lines that are searched for with several strokes.
        strokes: beside each other in a bundle, at most; 2 at least.
        spread: pixels from a bundle's middle to its outermost stroke, at most; see `rough_strokes.WIDEST`.
        length: of a stroke, in pixels, on average; long lines take several.
        faint: how much lighter some of the ink is, 0..1.
        darkness: of a stroke, 0..1; where two lie upon each other it is darker.
        pressure: how much width and darkness of strokes differ, 0..1.
        taper: pixels over which a stroke comes to a point.
        tooth: how much of the paper's grain shows in the strokes, 0..1.
        construction: how many construction shapes there are, paler than the lines.
        corrections: share of lines that were first drawn in a wrong place, paler than the line.
    """

    width: float = 1.0
    aliased: bool = False
    tremor: float = 0.0
    period: float = 4.0
    wobble: float = 0.0
    wave: float = 12.0
    gaps: float = 0.0
    overshoot: float = 0.0
    searched: float = 0.0
    strokes: int = 3
    spread: float = 2.0
    length: float = 120.0
    faint: float = 0.0
    darkness: float = 1.0
    pressure: float = 0.0
    taper: float = 0.0
    tooth: float = 0.0
    construction: int = 0
    corrections: float = 0.0


class Medium(NamedTuple):
    """What a sketch is drawn with: ranges of a `Roughness`'s attributes of the same names, lowest and highest."""

    width: tuple
    darkness: tuple
    pressure: tuple
    taper: tuple
    tooth: tuple


MEDIA = {
    "pencil": Medium((1.0, 3.2), (0.5, 0.9), (0.3, 0.9), (4.0, 20.0), (0.2, 0.8)),
    "ball pen": Medium((1.0, 2.2), (0.7, 1.0), (0.1, 0.5), (1.0, 10.0), (0.0, 0.2)),
    "marker": Medium((2.4, 5.0), (0.7, 1.0), (0.0, 0.2), (0.0, 2.0), (0.0, 0.0)),
    "fine liner": Medium((1.0, 2.4), (0.9, 1.0), (0.0, 0.2), (0.0, 3.0), (0.0, 0.0)),
    "tablet": Medium((1.2, 5.5), (1.0, 1.0), (0.0, 0.6), (0.0, 24.0), (0.0, 0.0)),
}
CHANCES = (0.22, 0.08, 0.12, 0.1, 0.48)
THINNEST = 1.4  # pixels; a tidied stroke is as wide at least, so that it is black
CLEAN = 0.35  # share of drawings without bundles, so that what was learned of gaps and noise stays


def choose_roughness(rng, amount=None):
    """A random `Roughness`.

    Args:
        rng: `numpy.random.Generator`.
        amount: from 0, single lines, to 1, a wild sketch; by default 0 for `CLEAN` of the drawings, else any.
    """
    if amount is None:
        amount = 0.0 if rng.random() < CLEAN else rng.uniform(0.05, 1) ** 0.8
    maybe = lambda chance, low, high: rng.uniform(low, high) if rng.random() < chance else 0.0  # noqa: E731
    if amount == 0:
        return Roughness(
            width=float(rng.choice((1.0, rng.uniform(1, 3)))),
            aliased=bool(rng.random() < 0.35),
            tremor=maybe(0.7, 0.2, 2.4),
            period=rng.uniform(1.0, 7 if rng.random() < 0.5 else 3),
            wobble=maybe(0.4, 0.2, 1.5),
            wave=rng.uniform(4, 20),
            gaps=maybe(0.75, 0.2, 2.0),
            overshoot=maybe(0.15, 1.0, 4.0),
            faint=maybe(0.4, 0.2, 0.65),
        )
    medium = MEDIA[str(rng.choice(list(MEDIA), p=CHANCES))]
    width, darkness, pressure, taper, tooth = (rng.uniform(*span) for span in medium)
    plain = darkness > 0.8 and tooth == 0
    if amount < 0.25:
        width = min(width, 3.0)  # where hardly anything is searched for, broad lines are meant to stay broad
    return Roughness(
        width=width,
        aliased=bool(plain and rng.random() < 0.25),
        tremor=maybe(0.3, 0.2, 0.8),
        period=rng.uniform(2, 7),
        wobble=maybe(0.3, 0.2, 0.6),
        wave=rng.uniform(10, 30),
        gaps=maybe(0.35, 0.1, 0.6),
        searched=float(np.clip(0.25 + 0.8 * amount + rng.normal(0, 0.15), 0.1, 1)),
        overshoot=(1 + 13 * amount) * rng.uniform(0.3, 1),
        strokes=2 + int(7 * amount * rng.uniform(0.3, 1)),
        spread=min(WIDEST, 0.5 + (0.4 + 0.8 * amount) * width * rng.uniform(0.5, 1.4) + 5 * amount * rng.random()),
        length=float(np.exp(rng.uniform(*np.log((50, 260))))),
        faint=maybe(0.2, 0.2, 0.4),
        darkness=darkness,
        pressure=pressure,
        taper=taper,
        tooth=tooth,
        construction=int(rng.integers(1, 7)) if rng.random() < 0.35 else 0,
        corrections=maybe(0.3, 0.01, 0.08),
    )


def draw_rough(lines, shape, rng, roughness=None):
    """Draw lines roughly.

    Args:
        lines: `Lines`. shape: (H, W). rng: `numpy.random.Generator`.
        roughness: a `Roughness`; by default a random one.

    Returns:
        (H, W) uint8, dark on white.
    """
    return draw_rough_and_tidy(lines, shape, rng, roughness or choose_roughness(rng))[0]


def draw_rough_and_tidy(lines, shape, rng, rough):
    """Draw lines roughly, and the same strokes in solid black, without gaps, construction lines and corrections.

    Args:
        lines: `Lines`. shape: (H, W). rng: `numpy.random.Generator`. rough: a `Roughness`.

    Returns:
        (rough, tidy): (H, W) uint8 each, dark on white.
    """
    ink, tidy = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    if lines.paths:
        curves = find_curves(shake_lines(lines, shape, rng, rough), shape, rough.width)
        kept = keep_between_gaps(lines.paths, rough.gaps, rng)[curves.order]
        if rough.construction:
            lay(ink, draw_construction(curves, rng, rough))
        strokes = make_strokes(curves, kept, rng, rough)
        lay(ink, strokes)
        lay(
            tidy,
            strokes._replace(
                widths=np.maximum(strokes.whole, THINNEST * (strokes.whole > 0)),
                darkness=np.ones_like(strokes.darkness),
            ),
        )
    tidy = pens.to_drawing(tidy)
    if rough.aliased:
        return np.where(ink > 0.5 * rough.darkness, np.uint8(0), np.uint8(255)), tidy
    if rough.faint:
        ink *= 1 - rough.faint * cv2.resize(
            rng.random((shape[0] // 24 + 2, shape[1] // 24 + 2), np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC
        ).clip(0, 1)
    if rough.tooth:
        ink = paper.show_tooth(ink, rough.tooth, rng)
    return pens.to_drawing(ink), tidy


def shake_lines(lines, shape, rng, rough):
    """Lines with a `Roughness`'s tremor and wobble; what met still meets."""
    paths = lines.paths
    if rough.tremor and not rough.searched:  # else each stroke trembles by itself
        paths = shake_paths(paths, rough.tremor, rough.period, rng)
    if rough.wobble:
        paths = tracing.shake(paths, shape, rough.wobble, rng, rough.wave)
    return lines._replace(paths=paths)


# Spans


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
