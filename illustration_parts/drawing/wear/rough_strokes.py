"""The strokes of a rough drawing: how curves are searched for, construction lines, and how strokes are laid.

`rough` is everywhere a `Roughness`, see `rough.py`.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.drawing.wear.rough_curves import ROUNDED, find_starts, tremble
from illustration_parts.imaging import tracing

STEP = 2.0  # pixels from one point of a stroke to the next
WIDEST = 7.0  # pixels from a bundle's middle to its outermost stroke, at most
SINGLE_OVERSHOOT = 4.0  # pixels, at most, of lines that are not searched for
SHORT = 14  # points; shorter lines are not searched for


class Strokes(NamedTuple):
    """Strokes as they are laid on paper, all points in one list.

    Attributes:
        points: (M, 2) float64. widths, darkness: (M,) float64, in pixels, and 0..1.
        starts: (K + 1,) each stroke's first point, and the number of points.
        whole: (M,) widths without gaps; 0 for strokes that are to be left out.
    """

    points: np.ndarray
    widths: np.ndarray
    darkness: np.ndarray
    starts: np.ndarray
    whole: np.ndarray


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
    whole = np.minimum(plan.width[of] * pointed * press, np.maximum(1.0, curves.thick[walk.low]))
    darkness = np.clip(plan.darkness[of] * (0.5 + 0.5 * press) * (0.4 + 0.6 * pointed), 0, 1)
    return Strokes(points, whole * kept[walk.low], darkness, starts, whole * ~plan.wrong[of])


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
    return Strokes(points, np.full(len(points), float(width)), dark * fade, starts, np.zeros(len(points)))


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
    tracing.lay(ink, below, own, latest, xs, ys, strokes.widths, strokes.darkness, strokes.starts)
