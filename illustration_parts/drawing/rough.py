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

from illustration_parts.drawing import paper, pens
from illustration_parts.drawing.rough_curves import (
    ROUNDED,
    find_curves,
    find_starts,
    keep_between_gaps,
    shake_paths,
    tremble,
)
from illustration_parts.imaging import tracing
from illustration_parts.system.compiled import njit

STEP = 2.0  # pixels from one point of a stroke to the next
WIDEST = 7.0  # pixels from a bundle's middle to its outermost stroke, at most
SINGLE_OVERSHOOT = 4.0  # pixels, at most, of lines that are not searched for
SHORT = 14  # points; shorter lines are not searched for


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
        overshoot: pixels that lines run beyond their ends, at most, and `SINGLE_OVERSHOOT` where they are not searched
            for.
        searched: share of lines that are searched for with several strokes.
        strokes: beside each other in a bundle, at most; 2 at least.
        spread: pixels from a bundle's middle to its outermost stroke, at most; see `WIDEST`.
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
CHANCES = (0.28, 0.1, 0.1, 0.12, 0.4)
CLEAN = 0.3  # share of drawings without bundles, so that what was learned of gaps and noise stays


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
            tremor=maybe(0.55, 0.2, 2.2),
            period=rng.uniform(1.5, 7 if rng.random() < 0.5 else 3),
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
    rough = roughness or choose_roughness(rng)
    ink = np.zeros(shape, np.float32)
    if lines.paths:
        curves = find_curves(shake_lines(lines, shape, rng, rough), shape, rough.width)
        kept = keep_between_gaps(lines.paths, rough.gaps, rng)[curves.order]
        layers = [draw_construction(curves, rng, rough)] if rough.construction else []
        for strokes in (*layers, make_strokes(curves, kept, rng, rough)):
            lay(ink, strokes)
    if rough.aliased:
        return np.where(ink > 0.5 * rough.darkness, np.uint8(0), np.uint8(255))
    if rough.faint:
        ink *= 1 - rough.faint * cv2.resize(
            rng.random((shape[0] // 24 + 2, shape[1] // 24 + 2), np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC
        ).clip(0, 1)
    if rough.tooth:
        ink = paper.show_tooth(ink, rough.tooth, rng)
    return pens.to_drawing(ink)


def shake_lines(lines, shape, rng, rough):
    """Lines with a `Roughness`'s tremor and wobble; what met still meets."""
    paths = lines.paths
    if rough.tremor and not rough.searched:  # else each stroke trembles by itself
        paths = shake_paths(paths, rough.tremor, rough.period, rng)
    if rough.wobble:
        paths = tracing.shake(paths, shape, rough.wobble, rng, rough.wave)
    return lines._replace(paths=paths)


# Strokes


class Strokes(NamedTuple):
    """Strokes as they are laid on paper, all points in one list.

    Attributes:
        points: (M, 2) float64. widths, darkness: (M,) float64, in pixels, and 0..1.
        starts: (K + 1,) each stroke's first point, and the number of points.
    """

    points: np.ndarray
    widths: np.ndarray
    darkness: np.ndarray
    starts: np.ndarray


class Plan(NamedTuple):
    """Strokes before they are drawn, (K,) arrays.

    Attributes:
        curve: which each searches for. begin, end: where, in the curve's points, maybe beyond its ends.
        bundled: whether it is one of several. wrong: whether it lies off its line, and is to be left out.
        off: (K, 2) pixels to the side where it begins and ends; between, it goes from one to the other.
        sway, fan, flick: pixels to the side in waves, at the curve's ends, and at the stroke's own.
        wave: pixels of line that `sway` takes, `phase` where it begins, in radians.
        round: how much it rounds the curve off, 0..1. width: pixels. darkness: 0..1.
    """

    curve: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    bundled: np.ndarray
    wrong: np.ndarray
    off: np.ndarray
    sway: np.ndarray
    fan: np.ndarray
    flick: np.ndarray
    wave: np.ndarray
    phase: np.ndarray
    round: np.ndarray
    width: np.ndarray
    darkness: np.ndarray


class Walk(NamedTuple):
    """Where the points of planned strokes lie along their curves, (M,) arrays.

    Attributes:
        of: which stroke a point is of. at: where along its curve, in the curve's points, maybe beyond its ends.
        on: the same, not beyond. last: where that curve ends. to_end: pixels to the stroke's nearer end.
        low, high: which of all points are just before and behind. part: how far it is from one to the other, 0..1.
    """

    of: np.ndarray
    at: np.ndarray
    on: np.ndarray
    last: np.ndarray
    to_end: np.ndarray
    low: np.ndarray
    high: np.ndarray
    part: np.ndarray


def make_strokes(curves, kept, rng, rough):
    """Draw curves with one or several strokes each.

    Args:
        curves: `Curves`. kept: (N,) bool, False in gaps. rng: `numpy.random.Generator`. rough: a `Roughness`.

    Returns:
        `Strokes`.
    """
    plan = plan_strokes(curves, rng, rough)
    walk, starts = walk_strokes(curves, plan, STEP if rough.searched else 1.0)
    part, room = walk.part[:, None], curves.room[walk.low]
    rounded = (curves.round - curves.points) * np.minimum(1, curves.room / ROUNDED)[:, None]
    points = curves.points[walk.low] * (1 - part) + curves.points[walk.high] * part
    points += plan.round[walk.of][:, None] * (rounded[walk.low] * (1 - part) + rounded[walk.high] * part)
    sideways = curves.sideways[walk.low]
    beyond = np.where(curves.closed[plan.curve], 0, 1)[walk.of] * (walk.at - walk.on)
    points += beyond[:, None] * turn_along(sideways)  # straight on, beyond the ends of open curves
    off = bend_off(plan, walk, rng, rough)
    bundled = np.flatnonzero(plan.bundled[walk.of])
    off[bundled] -= 0.9 * find_middle(walk.low[bundled], off[bundled], len(curves.points))
    off = np.where(plan.wrong[walk.of], off, np.clip(off, -room, room))
    points += off[:, None] * sideways

    of = walk.of
    pointed = 1.0 if not rough.taper else 0.2 + 0.8 * np.minimum(1, walk.to_end / rough.taper)
    press = 1 - rough.pressure * 0.35 * (1 + np.sin(walk.at / plan.wave[of] * 3 + plan.phase[of]))
    widths = np.minimum(plan.width[of] * pointed * press, np.maximum(1.0, curves.thick[walk.low])) * kept[walk.low]
    darkness = np.clip(plan.darkness[of] * (0.5 + 0.5 * press) * (0.4 + 0.6 * pointed), 0, 1)
    return Strokes(points, widths, darkness, starts)


def walk_strokes(curves, plan, step):
    """Walk along curves as planned, with a point every `step` pixels.

    Returns:
        (walk, starts): a `Walk`; each stroke's first point, and the number of points, (K + 1,).
    """
    counts = np.maximum(2, np.ceil((plan.end - plan.begin) / step).astype(int) + 1)
    starts = find_starts(counts)
    of = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(of)) - starts[of]
    length = (plan.end - plan.begin)[of]
    share = number / (counts[of] - 1)
    at = plan.begin[of] + length * share
    curve = plan.curve[of]
    last = curves.lengths[curve] - 1.0
    closed = curves.closed[curve]
    on = np.where(closed, np.mod(at, np.maximum(last, 1)), np.clip(at, 0, last))
    low = np.minimum(on.astype(int), np.maximum(last - 1, 0).astype(int))
    low_point = curves.starts[curve] + low
    high_point = np.minimum(low_point + 1, curves.starts[curve] + last.astype(int))
    to_end = length * np.minimum(share, 1 - share)
    return Walk(of, at, on, last, to_end, low_point, high_point, on - low), np.append(starts, len(of))


def turn_along(sideways):
    """Unit tangents, (N, 2), of unit normals."""
    return np.stack([sideways[:, 1], -sideways[:, 0]], 1)


def find_middle(places, off, count):
    """How far a bundle's strokes are off to one side on average, at each point of its strokes: (M,) pixels.

    Args:
        places: (M,) which of `count` points of curves each is at. off: (M,) pixels.
    """
    totals = np.bincount(places, off, count), np.bincount(places, minlength=count).astype(float)
    sums, numbers = (cv2.blur(each[None], (21, 1), borderType=cv2.BORDER_CONSTANT)[0] for each in totals)
    return (sums / np.maximum(numbers, 1e-3))[places]


def bend_off(plan, walk, rng, rough):
    """How far to the side of its curve each point of a `Walk` along a `Plan` lies, (M,) pixels."""
    of = walk.of
    share = (walk.at - plan.begin[of]) / (plan.end - plan.begin)[of]
    off = plan.off[of, 0] * (1 - share) + plan.off[of, 1] * share
    off += plan.sway[of] * np.sin(2 * np.pi * walk.at / plan.wave[of] + plan.phase[of])
    off += plan.fan[of] * np.maximum(0, 1 - np.minimum(walk.on, walk.last - walk.on) / 36) ** 2
    off += plan.flick[of] * np.maximum(0, 1 - walk.to_end / 24) ** 2
    if rough.tremor and rough.searched:
        off += tremble(len(of), rough.tremor, rough.period / STEP, rng)
    return off


class Bundles(NamedTuple):
    """How curves are searched for, (C,) arrays.

    Attributes:
        searched: whether with several strokes. layers: how many lie beside each other.
        rounds: how often one stroke goes round a closed curve; 0 where it does not. spread: pixels.
    """

    searched: np.ndarray
    layers: np.ndarray
    rounds: np.ndarray
    spread: np.ndarray


def choose_bundles(curves, rng, rough):
    """Decide how each of `Curves` is searched for: `Bundles`; singly where others are near or it is short."""
    count = len(curves.lengths)
    ends = np.append(curves.starts, len(curves.room))
    room = np.add.reduceat(curves.room, curves.starts) / np.maximum(1, np.diff(ends))
    searched = (rng.random(count) < rough.searched) & (curves.lengths >= SHORT) & (room > 0.7)
    beside = 2 + ((max(2, rough.strokes) - 1) * rng.random(count) ** 1.3).astype(int)
    beside = np.minimum(beside, np.maximum(2, 1 + (room / 0.7).astype(int) + (curves.lengths > 60)))
    round_about = searched & curves.closed & (rng.random(count) < 0.6)
    return Bundles(
        searched,
        np.where(searched & ~round_about, beside, 1),
        np.where(round_about, rng.uniform(1.6, 0.1 + np.clip(beside, 2, 3)), 0.0),
        searched * np.minimum(rough.spread * rng.uniform(0.6, 1.2, count), WIDEST),
    )


class Layers(NamedTuple):
    """Rows of strokes that each lead along a curve or a part of it, (L,) arrays.

    Attributes:
        curve: which. low, high: from where to where, 0..1. pieces: how many strokes it takes.
        place: -1..1, where among its bundle it lies. turned: points of a closed curve before its first stroke begins.
    """

    curve: np.ndarray
    low: np.ndarray
    high: np.ndarray
    pieces: np.ndarray
    place: np.ndarray
    turned: np.ndarray


def plan_layers(curves, bundles, rng, rough):
    """Lay out the `Layers` of `Bundles`: the first is whole, others may begin or end halfway."""
    layers = bundles.layers
    curve = np.repeat(np.arange(len(layers)), layers)
    number = np.arange(len(curve)) - find_starts(layers)[curve]
    count, length = len(curve), curves.lengths[curve] - 1.0
    cut = (number > 0) & (rng.random((2, count)) < 0.5)
    low, high = np.where(cut, rng.uniform(0, 0.6, (2, count)), 0.0)
    high = np.minimum(1, np.maximum(1 - high, low + 10 / np.maximum(length, 10)))
    pieces = np.rint(length * (high - low) / (rough.length * np.exp(rng.normal(0, 0.35, count))))
    pieces = np.where(bundles.searched[curve] & (bundles.rounds[curve] == 0), np.clip(pieces, 1, 40), 1).astype(int)
    order = (number + rng.integers(0, 8, len(layers))[curve]) % layers[curve]
    place = np.where(layers[curve] > 1, 2 * order / np.maximum(1, layers[curve] - 1) - 1, 0.0)
    turned = np.where(curves.closed & bundles.searched, rng.random(len(layers)) * curves.lengths, 0.0)[curve]
    return Layers(curve, low, high, pieces, place, turned)


def plan_strokes(curves, rng, rough):
    """Decide which strokes search for which curve: a `Plan`.

    A bundle has layers. A long layer is drawn with several strokes that overlap. A closed curve may be gone round twice
    or three times in one stroke instead.
    """
    bundles = choose_bundles(curves, rng, rough)
    layers = plan_layers(curves, bundles, rng, rough)
    of = np.repeat(np.arange(len(layers.curve)), layers.pieces)
    number = np.arange(len(of)) - find_starts(layers.pieces)[of]
    curve, k = layers.curve[of], len(of)
    length, closed, bundled = curves.lengths[curve], curves.closed[curve], bundles.searched[curve]
    low, part = layers.low[of], ((layers.high - layers.low) / layers.pieces)[of]
    begin, end = low + part * number, low + part * (number + 1)
    overlap = np.minimum(rng.uniform(3, 26, (2, k)), 0.3 * length)
    beyond = np.minimum(rough.overshoot, 0.5 * length) * (1.1 * rng.random((2, k)) ** 1.5 - 0.1)
    single = np.minimum(rough.overshoot, SINGLE_OVERSHOOT) * rng.random((2, k))
    beyond = np.minimum(np.where(bundled, beyond, single * ~closed), curves.ahead[:, curve])
    at_ends = np.stack([begin < 1e-6, end > 1 - 1e-6]) & (~closed | ~bundled)
    before, behind = np.where(at_ends, beyond, overlap)
    begin = begin * (length - 1) - before + layers.turned[of]
    rounds = bundles.rounds[curve]
    end = end * (length - 1) + behind + layers.turned[of]
    begin = np.where(closed, begin, np.maximum(begin, -beyond[0]))
    end = np.where(closed, end, np.minimum(end, length - 1 + beyond[1]))
    end = np.where(rounds > 0, begin + rounds * length, end)

    wide = bundles.spread[curve]
    signed = lambda high: rng.uniform(0, high, k) * rng.choice((-1.0, 1.0), k)  # noqa: E731
    plan = Plan(
        curve=curve, begin=begin, end=np.maximum(end, begin + 1), bundled=bundled, wrong=np.zeros(k, bool),
        off=wide[:, None] * (0.6 * layers.place[of][:, None] + rng.normal(0, 0.45, (k, 2))),
        sway=wide * rng.uniform(0.1, 0.7, k) * np.where(rounds > 0, 1.6, 1), fan=wide * signed(1.2),
        flick=wide * signed(0.8), wave=np.clip(length * rng.uniform(0.7, 2.2, k), 50, 400),
        phase=rng.uniform(0, 2 * np.pi, k), round=bundled * rng.uniform(0.0, 1.1, k),
        width=rough.width * (1 + bundled * rough.pressure * rng.uniform(-0.35, 0.25, k)),
        darkness=rough.darkness * (1 - rough.pressure * rng.uniform(0, 0.4, k)),
    )  # fmt: skip
    if not rough.corrections:
        return plan
    chosen = bundled & (rng.random(k) < 2 * rough.corrections) & (length > 40)
    return add_wrong(plan, np.flatnonzero(chosen), rng)


def add_wrong(plan, chosen, rng):
    """A plan in which some strokes, by number, were first drawn paler and beside their place."""
    wrong = Plan(*(each[chosen] for each in plan))
    k = len(chosen)
    aside = rng.uniform(5, 14, k) * rng.choice((-1.0, 1.0), k)
    wrong = wrong._replace(
        off=aside[:, None] * rng.uniform(0.6, 1.2, (k, 2)), sway=aside * rng.uniform(0.1, 0.5, k),
        wrong=np.ones(k, bool), bundled=np.zeros(k, bool),
        darkness=wrong.darkness * rng.uniform(0.25, 0.5, k), width=wrong.width * rng.uniform(0.5, 0.9, k),
    )  # fmt: skip
    return Plan(*(np.concatenate(pair) for pair in zip(wrong, plan)))  # first, so that it lies below


# Construction


def draw_construction(curves, rng, rough):
    """Construction lines around and through curves, two strokes each or three: `Strokes`, paler than the lines."""
    long = np.flatnonzero(curves.lengths >= min(40, curves.lengths.max()))
    coloured = rng.random() < 0.4  # such as blue pencil, which is pale in grey
    width = rng.uniform(1.5, 4.0) if coloured else min(rough.width, 2.0) * rng.uniform(0.6, 1.0)
    dark = rough.darkness * rng.uniform(0.08, 0.28) * (1 - 0.3 * rough.pressure)  # some lie upon each other
    shapes: list = []
    for _ in range(rough.construction):
        number = int(rng.choice(long))
        points = curves.points[curves.starts[number] : curves.starts[number] + curves.lengths[number]]
        shapes += construct(points, str(rng.choice(("ellipse", "face", "axis", "line", "box"))), rng)
    strokes = []
    for shape in shapes:
        for _ in range(int(rng.integers(1, 4))):
            drift = rng.normal(0, 1.2, 2) + np.linspace(-1, 1, len(shape))[:, None] * rng.normal(0, 1.5, 2)
            strokes.append(shape + drift)
    counts = np.array([len(stroke) for stroke in strokes])
    points = np.concatenate(strokes)
    fade = np.repeat(rng.uniform(0.6, 1, len(strokes)), counts)
    starts = np.append(np.cumsum(counts) - counts, len(points))
    return Strokes(points, np.full(len(points), float(width)), dark * fade, starts)


def construct(points, kind, rng):
    """The lines of a construction shape that fits (n, 2) points of a curve: a list of (m, 2) points.

    Args:
        points: see above. kind: `"ellipse"`, `"face"` (an ellipse and a cross that bends with it), `"axis"`, `"line"`
            (the curve's chord, led on), or `"box"`. rng: `numpy.random.Generator`.
    """
    low, high = points.min(0), points.max(0)
    centre, half = (low + high) / 2, np.maximum((high - low) / 2, 12) * rng.uniform(0.9, 1.3)
    lean = rng.normal(0, 0.15)
    turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
    if kind in ("ellipse", "face"):
        half = np.maximum(half, 0.5 * half.max())
        start = rng.uniform(0, 2 * np.pi)
        angle = start + np.linspace(0, 2 * np.pi * rng.uniform(1.05, 1.3), 2 + int(3 * half.max()))
        found = [np.stack([np.cos(angle), np.sin(angle)], 1) * half]
        if kind == "face":
            way, bow = np.linspace(-1.05, 1.05, 60), rng.uniform(-0.4, 0.4, 2)
            bent = np.sqrt(np.maximum(0, 1.1 - way**2))
            found += [np.stack([bow[0] * bent, way], 1) * half, np.stack([way, bow[1] * bent], 1) * half]
    elif kind == "box":
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * half
        way = np.linspace(-0.08, 1.08, 40)[:, None]
        found = [one + (other - one) * way for one, other in zip(corners, corners[1:])]
    else:
        chord = points[-1] - points[0]
        if kind == "axis" or np.hypot(*chord) < 8:
            chord = np.array([0.0, 2 * half[1]]) if rng.random() < 0.5 else np.array([2 * half[0], 0.0])
        found = [chord * np.linspace(-1, 1, 80)[:, None] * rng.uniform(0.6, 1.6)]
    return [part @ turn + centre for part in found]


# Laying strokes


def lay(ink, strokes):
    """Lay `Strokes` on (H, W) float32 ink, 0..1, in place: where one lies upon another, it gets darker."""
    below, own = ink.copy(), np.zeros_like(ink)
    latest = np.full(ink.shape, -1, np.int32)
    xs, ys = (np.ascontiguousarray(each) for each in strokes.points.T)
    _lay(ink, below, own, latest, xs, ys, strokes.widths, strokes.darkness, strokes.starts)


@njit(cache=True, nogil=True)
def _lay(ink, below, own, latest, xs, ys, widths, darkness, starts):
    height, width = ink.shape
    for k in range(len(starts) - 1):
        for i in range(starts[k], starts[k + 1] - 1):
            x0, y0 = xs[i], ys[i]
            dx, dy = xs[i + 1] - xs[i], ys[i + 1] - ys[i]
            if widths[i] <= 0.05 and widths[i + 1] <= 0.05:
                continue
            reach = max(widths[i], widths[i + 1], 1.0) / 2 + 1
            square = dx * dx + dy * dy
            first_y, last_y = max(0, int(min(y0, y0 + dy) - reach)), min(height - 1, int(max(y0, y0 + dy) + reach + 1))
            first_x, last_x = max(0, int(min(x0, x0 + dx) - reach)), min(width - 1, int(max(x0, x0 + dx) + reach + 1))
            for y in range(first_y, last_y + 1):
                for x in range(first_x, last_x + 1):
                    t = 0.0
                    if square > 0:
                        t = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / square))
                    away_x, away_y = x - x0 - t * dx, y - y0 - t * dy
                    pen = widths[i] + t * (widths[i + 1] - widths[i])
                    edge = max(pen, 1.0) / 2 + 0.5
                    away = away_x * away_x + away_y * away_y
                    if away >= edge * edge:
                        continue
                    press = darkness[i] + t * (darkness[i + 1] - darkness[i])
                    dark = min(1.0, edge - np.sqrt(away)) * min(1.0, pen) * press
                    if dark <= 0.02:
                        continue
                    if latest[y, x] != k:
                        latest[y, x] = k
                        below[y, x] = ink[y, x]
                        own[y, x] = 0.0
                    if dark > own[y, x]:
                        own[y, x] = dark
                        ink[y, x] = 1 - (1 - below[y, x]) * (1 - dark)


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
