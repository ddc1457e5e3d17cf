"""Hair, lock by lock: what hangs behind, the scalp, the sides, the fringe, what is tied and what flies about.

hairdo = choose_hairdo(artist, person)
back = draw_back(artist, head, person, hairdo, group)      # before the body
...                                                        # body, head, features
draw_front(artist, head, person, hairdo, face, group)
"""

import cv2
import numpy as np

from illustration_parts.drawing import forms
from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.curves import ellipse, find_runs, spline
from illustration_parts.drawing.heads import fringes, tails, trims
from illustration_parts.drawing.heads.hairdos import Hairdo, choose_hairdo
from illustration_parts.drawing.heads.locks import SMALL, Locks
from illustration_parts.drawing.heads.paths import hairline_root, keep_off_eyes, pulled_path, side_path, spike_path
from illustration_parts.drawing.heads.scalp import Scalp, arc, sphere

__all__ = ["Hairdo", "choose_hairdo", "draw_back", "draw_front"]

INWARD = 0.85  # how far within the shell the middle of a side lock lies, as its outer edge lies on it
BEHIND = 2.0  # radians of yaw beyond which a head is seen from behind
TINY = 5  # pixels of radius below which no hair is drawn lock by lock


def draw_back(artist, head, person, hairdo, group):
    """Draw the hair that hangs behind neck and shoulders; call it before the body.

    Args:
        artist: an `Artist`. head: a `Head`. person: a `Person`. hairdo: of `choose_hairdo`.
        group: of `Canvas.new_group`, the same as for `draw_front`.

    Returns:
        The hair's `Mask`, or None where nothing hangs behind.
    """
    locks, scalp = _start(artist, head, person, hairdo, group)
    if hairdo.bald or head.radius < TINY:
        return None
    if abs(head.yaw) < BEHIND:
        tails.draw_tails(locks, scalp, person, behind=True)
        if hairdo.length > 0.3:
            with locks.within(scalp.room(artist.canvas)):
                _hang_behind(locks, scalp)
    return _painted(artist.canvas, head, group)


def draw_front(artist, head, person, hairdo, face, group):
    """Draw the hair on the head and before the face; call it after the features.

    Args:
        artist, head, person, hairdo, group: see `draw_back`.
        face: the face's `Mask`, which the hair casts its shadow on; None for none.
    """
    locks, scalp = _start(artist, head, person, hairdo, group)
    if hairdo.bald:
        _ring_bald(locks, scalp)
        return
    locks.on_body = True
    artist.cases.add(f"hair: {hairdo.name}")
    if hairdo.spikes > 0.1 and head.radius >= TINY:
        _stand_up(locks, scalp, behind=True)
    _fill_scalp(locks, scalp, face)
    if head.radius < TINY:
        return
    from_behind = abs(head.yaw) > BEHIND
    room = scalp.room(artist.canvas)
    with locks.within(room):
        if from_behind:
            _fall_from_behind(locks, scalp)
        else:
            _fall_at_the_sides(locks, scalp, face)
    if hairdo.spikes > 0.1:
        _stand_up(locks, scalp, behind=False)
    if not from_behind:
        with locks.within(scalp.room(artist.canvas, 0.22)):
            fringes.draw_fringe(locks, scalp, face)
    _outline_crown(locks, scalp)
    _draw_parting(locks, scalp)
    tails.draw_tails(locks, scalp, person, behind=False, face=face)
    trims.draw_ornaments(locks, scalp, person)
    _fly_about(locks, scalp)


def _start(artist, head, person, hairdo, group):
    locks = Locks(artist, head, group, person.hair, hairdo)
    scalp = Scalp(head, hairdo.volume, hairdo.whorl, hairdo.bare_ears, hairdo.receding)
    return locks, scalp


def _painted(canvas, head, group):
    """The mask of a group, or None."""
    rows, columns = np.flatnonzero((canvas.group == group).any(1)), np.flatnonzero((canvas.group == group).any(0))
    if not len(rows):
        return None
    window = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Mask(int(rows[0]), int(columns[0]), np.where(canvas.group[window] == group, np.uint8(255), np.uint8(0)))


def _count(locks, few, many):
    """How many locks, between few and many, as the hairdo is divided and the head's size allows."""
    fine = locks.hairdo.locks * np.clip(locks.size / 120, 0.25, 1)
    return max(2, round(few + (many - few) * fine))


def _width(locks, low, high):
    """A lock's width in pixels from a range in head radii; few locks are broad."""
    return locks.artist.between(low, high) * locks.size * (1.3 - 0.5 * locks.hairdo.locks)


# ---------------------------------------------------------------------------------------------------------- behind
def _hang_behind(locks, scalp):
    artist, hairdo = locks.artist, locks.hairdo
    azimuths = np.linspace(np.radians(108), np.radians(252), 11)
    mass = [side_path(artist, scalp, hairdo, a, hairdo.length * 0.72, 0.3, INWARD).curve for a in azimuths]
    _fill_between(locks, mass)
    count = _count(locks, 9, 20)
    order = np.linspace(np.radians(96), np.radians(264), count)
    order = order + artist.rng.uniform(-0.08, 0.08, count)
    order = order[np.argsort(-np.abs(np.cos(order)) + artist.rng.uniform(-0.15, 0.15, count))]
    for azimuth in order:
        edge = 1 - abs(np.cos(azimuth))
        length = hairdo.length * (1 - 0.1 * edge) + artist.between(-0.18, 0.14) * min(1, hairdo.length)
        path = side_path(artist, scalp, hairdo, azimuth, length, 0.6, INWARD + 0.03)
        locks.paint(path.curve, _width(locks, 0.2, 0.36), 0.5, 0.6, 0.8, 0.2, split=0.5, profile=_pulse(locks, length))
    shade = ellipse(scalp.head.place(np.array([0, 0.75, -0.3])), np.array([0.8, 0.95]) * locks.size)
    mask = artist.canvas.polygon(shade - artist.style.light * 0.08 * locks.size)
    if mask.alpha.size and not locks.black and (locks.shaded or artist.style.keeps_colours):
        with locks.unhatched():
            artist.shade(locks.over(mask), depth=locks.depth)


def _fill_between(locks, curves):
    """Fill what lies between neighbouring paths."""
    height, width = locks.artist.canvas.shape
    points = np.concatenate(curves)
    left, top = np.maximum(points.min(0).astype(int) - 1, 0)
    right, bottom = np.minimum(points.max(0).astype(int) + 2, (width, height))
    if right <= left or bottom <= top:
        return
    alpha = np.zeros((bottom - top, right - left), np.uint8)
    for one, other in zip(curves, curves[1:]):
        mask = locks.artist.canvas.polygon(np.concatenate([one, other[::-1]]))
        if mask.alpha.size:
            y, x = mask.top - top, mask.left - left
            window = alpha[y : y + mask.alpha.shape[0], x : x + mask.alpha.shape[1]]
            np.maximum(window, mask.alpha[: window.shape[0], : window.shape[1]], out=window)
    locks.fill(Mask(int(top), int(left), alpha))


def _pulse(locks, length):
    """Widths along a curly lock, which seems to turn as it falls; None for hair without curls."""
    hairdo = locks.hairdo
    if hairdo.wave < 0.09:
        return None
    t = np.linspace(0, 1, 40)
    turns = 1 + 0.22 * np.sin(2 * np.pi * hairdo.curl * length * t + locks.artist.between(0, 6))
    return np.clip(0.4 + 1.2 * t, 0, 1) * (1 - t**3) ** 0.8 * turns / 1.22


# ------------------------------------------------------------------------------------------------------- on the head
def _fill_scalp(locks, scalp, face):
    artist = locks.artist
    mask = scalp.mask(artist.canvas)
    if not mask.alpha.size or not mask.alpha.any():
        return
    if face is not None and locks.size > 12:
        with locks.unhatched():
            artist.cast(mask, 0.09 * locks.size, face)
    locks.fill(mask)
    if locks.shaded:
        centre = np.asarray(scalp.head.centre)
        dome = forms.ellipsoid(mask, centre, np.array([1.08, 1.08]) * locks.size)
        lit = (dome @ locks.light) - np.float32(locks.threshold)
        with locks.unhatched():
            artist.shade(
                mask.clip(Mask(mask.top, mask.left, forms.below(lit, 0.0, 0.5 * artist.style.soft))), depth=locks.depth
            )


def _pulled(hairdo):
    return bool(hairdo.tails) and hairdo.length < 0.3 or hairdo.fringe == "back"


def _paint_path(locks, path, width, **how):
    if path is not None:
        locks.paint(path.curve, width, band=path.band, **how)


def _fall_at_the_sides(locks, scalp, face):
    """Locks before, over and behind the ears, from the farthest to the nearest."""
    artist, hairdo = locks.artist, locks.hairdo
    jobs = []
    if _pulled(hairdo):
        _comb_back(locks, scalp)
    else:
        count = _count(locks, 5, 9)
        for azimuth in np.linspace(np.radians(100), np.radians(260), 2 * count):
            length = min(hairdo.length * artist.between(0.85, 1.05), artist.between(0.8, 1.1))
            jobs.append((azimuth + artist.between(-0.06, 0.06), length, 0.0))
        for side in (-1, 1):
            for azimuth in np.linspace(1.68, 1.2, count):
                length = (
                    hairdo.sides * artist.between(0.75, 1.1) * (1 if hairdo.sides < 1.2 else artist.between(0.5, 1))
                )
                jobs.append((side * (azimuth + artist.between(-0.05, 0.05)), length, 0.0))
    if not hairdo.bare_ears or hairdo.tails:
        for side in (-1, 1):
            for _ in range(_count(locks, 2, 4)):
                azimuth = side * artist.between(1.08, 1.32)
                jobs.append((azimuth, hairdo.sides * artist.between(0.75, 1.15), 0.07))
    paths = []
    for azimuth, length, lift in jobs:
        begin = 0.0 if lift == 0 else 0.8 if _pulled(hairdo) else 0.25
        path = side_path(artist, scalp, hairdo, azimuth, length, begin, INWARD + lift)
        if abs(azimuth) < 1.5 and not artist.chance(fringes.OVER_EYES):
            path = keep_off_eyes(scalp.head, path, 0.24)
        if path is not None and path.depth > (-0.3 if abs(azimuth) > 1.5 else -0.12):
            paths.append((path, lift, length))
    for path, lift, length in sorted(paths, key=lambda item: item[0].depth + 3 * item[1]):
        narrow = lift > 0
        width = _width(locks, 0.14, 0.26) if narrow else _width(locks, 0.22, 0.38)
        on = face if narrow and face is not None else None
        profile = _pulse(locks, length)
        shift = 0.03 if length < 1.2 else 0.045
        root = 0.12 if narrow else 0.35
        _paint_path(locks, path, width, root=root, peak=0.5, on=on, cast=shift, profile=profile)


def _comb_back(locks, scalp):
    """Locks that are combed back from the hairline, to a tie or to the nape."""
    artist, hairdo = locks.artist, locks.hairdo
    paths = []
    for root, inner in _roots(locks, scalp):
        goal = tails.tie_of(hairdo) * (np.sign(root[0]) if tails.are_twins(hairdo) else 1, 1, 1)
        path = pulled_path(scalp, hairdo, root, goal)
        if path is not None:
            paths.append((path, inner))
    mask = scalp.mask(artist.canvas)
    if not mask.alpha.size:
        return
    grown = max(1, round(0.015 * locks.size))
    bounds = Mask(mask.top, mask.left, cv2.dilate(mask.alpha, np.ones((2 * grown + 1, 2 * grown + 1), np.uint8)))
    with locks.within(bounds):
        for path, inner in sorted(paths, key=lambda item: item[0].depth):
            width, root, start = _width(locks, 0.2, 0.34), 0.06 if inner else 0.5, 0.25 if inner else 0.08
            _paint_path(locks, path, width, root=root, peak=0.5, tip=0.6, start=start, split=0.0, cast=0.02)


def _roots(locks, scalp):
    """Where combed hair grows: unit vectors, and whether that is within the hair, not at its line."""
    artist, hairdo = locks.artist, locks.hairdo
    count = _count(locks, 7, 13)
    roots = []
    for side in (-1, 1):
        around = np.maximum(0.04, np.linspace(0.05, np.pi, count) + artist.rng.uniform(-0.05, 0.05, count))
        roots += [(hairline_root(scalp, side * azimuth), False) for azimuth in around]
        if tails.are_twins(hairdo):  # they part along the middle
            for angle in np.linspace(-0.7, 2.5, count):
                root = np.array([0.04 * side, -np.cos(angle), -np.sin(angle)])
                roots.append((root / np.linalg.norm(root), True))
        else:
            heights = artist.rng.uniform(-0.8, -0.3, count)
            roots += [(sphere(side * a, y), True) for a, y in zip(np.linspace(0.1, np.pi, count), heights)]
    return roots


def _fall_from_behind(locks, scalp):
    """All hair as it is seen from behind: layers from the nape to the whorl."""
    artist, hairdo = locks.artist, locks.hairdo
    if _pulled(hairdo):
        _comb_back(locks, scalp)
        return
    azimuths = np.linspace(np.radians(85), np.radians(275), 13)
    _fill_between(
        locks, [side_path(artist, scalp, hairdo, a, hairdo.length * 0.72, 0.0, INWARD).curve for a in azimuths]
    )
    for layer, (share, few, many) in enumerate(((1.0, 9, 18), (0.8, 7, 13), (0.6, 6, 11))):
        count = _count(locks, few, many)
        around = np.linspace(np.radians(82), np.radians(278), count) + artist.rng.uniform(-0.08, 0.08, count)
        for azimuth in around[np.argsort(np.abs(around - np.pi) * -1 + artist.rng.uniform(-0.3, 0.3, count))]:
            length = max(0.3, hairdo.length * share) * artist.between(0.88, 1.06)
            path = side_path(artist, scalp, hairdo, azimuth, length, 0.0, INWARD + 0.03 * layer)
            _paint_path(locks, path, _width(locks, 0.22, 0.4), root=0.35, peak=0.55, profile=_pulse(locks, length))


def _stand_up(locks, scalp, behind):
    """Spikes all over the head, those `behind` its outline or those before it, the nearest last."""
    artist, hairdo = locks.artist, locks.hairdo
    paths = []
    for place in _spike_places(locks, scalp):
        length = (0.22 + 0.5 * hairdo.spikes) * artist.between(0.55, 1.25)
        path = spike_path(artist, scalp, hairdo, place, length)
        if path is not None and (path.depth < 0.05) == behind and path.depth > -0.8:
            paths.append(path)
    for path in sorted(paths, key=lambda path: path.depth):
        reach = float(np.hypot(*(path.curve[-1] - path.curve[0])))
        _paint_path(
            locks,
            path,
            min(_width(locks, 0.28, 0.5), 0.6 * reach),
            root=0.5 if behind else 0.12,
            peak=0.4,
            tip=1.0,
            start=0.35,
            cast=0.05,
            split=0.4,
        )


def _spike_places(locks, scalp):
    """Where spikes leave the head, unit vectors: most along its outline, where they are seen best, some upon it."""
    artist = locks.artist
    count = _count(locks, 13, 22)
    angles = np.linspace(-2.1, 2.1, count) + artist.rng.uniform(-0.1, 0.1, count)
    depths = artist.rng.uniform(-0.35, 0.45, count)
    flat = np.cos(depths)
    seen = np.stack([np.sin(angles) * flat, -np.cos(angles) * flat, np.sin(depths)], 1)
    around = seen @ scalp.head.turned(np.eye(3)).T / scalp.radii
    steps = np.arange(count) + 0.5
    upon = sphere(steps * 2.39996, -0.85 + 0.9 * steps / count)  # the golden angle spreads them evenly
    places = np.concatenate([around / np.linalg.norm(around, axis=1)[:, None], upon])
    azimuth = np.arctan2(places[:, 0], places[:, 2])
    grows = places[:, 1] < np.minimum(scalp.hairline(azimuth) - 0.05, np.where(np.abs(azimuth) < 0.9, -0.7, 0.5))
    return places[grows]


def _outline_crown(locks, scalp):
    """Draw the outline of the crown where locks have left it without a line."""
    canvas, size = locks.artist.canvas, locks.size
    if locks.line is None or locks.black:
        return
    centre = np.asarray(scalp.head.centre, float)
    spread = max(1.5, 0.012 * size)
    height, width = canvas.shape
    left, top = np.maximum((centre - 1.7 * size).astype(int), 0)
    right, bottom = np.minimum((centre + 1.7 * size).astype(int), (width, height))
    if right <= left or bottom <= top:
        return
    hair = locks.hair_in(np.s_[top:bottom, left:right]).astype(np.uint8)
    contours, _ = cv2.findContours(hair, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    inked = cv2.dilate(canvas.boundary[top:bottom, left:right], np.ones((5, 5), np.uint8)) > 0.3
    for contour in contours:
        points = contour[:, 0]
        if len(points) < 0.5 * size:
            continue
        away = (points + (left, top) - centre) / size
        up = scalp.head.turned(np.eye(3))[1, :2]
        bare = ~inked[points[:, 1], points[:, 0]] & (np.hypot(*away.T) > 0.85) & (away @ up < 0.35)
        edge = (points[:, 0] <= 1) | (points[:, 1] <= 1) | (points[:, 0] >= right - left - 2)
        bare &= ~edge & (points[:, 1] < bottom - top - 2)
        if bare.all():
            bare[0] = False
        start = int(np.argmin(bare))
        points, bare = np.roll(points, -start, 0), np.roll(bare, -start)
        smooth = cv2.GaussianBlur(points.astype(np.float32), (1, 2 * int(3 * spread) + 1), 0.1, sigmaY=spread)
        for first, last in find_runs(bare):
            if last - first > max(4, 0.04 * size):
                grown = slice(max(0, first - 3), last + 3)
                locks.stroke(smooth[grown].astype(float) + (left, top), "boundary", 1.0, locks.border, taper=0.4)


def _ring_bald(locks, scalp):
    """The short hair around a bald head, from temple to temple; none where the head is shaven."""
    artist, hairdo = locks.artist, locks.hairdo
    if hairdo.sides < 0.1 or locks.size < TINY:
        return
    count = _count(locks, 16, 40)
    paths = []
    for azimuth in np.linspace(1.1, 2 * np.pi - 1.1, count) + artist.rng.uniform(-0.05, 0.05, count):
        low = scalp.hairline(azimuth) + artist.between(-0.05, 0.05)
        high = artist.between(-0.3, -0.1) + 0.15 * max(0.0, np.cos(azimuth))
        heights = np.linspace(high, max(low, high + 0.15), 5) / scalp.radii[1]
        points = sphere(azimuth + 0.12 * np.sign(azimuth - np.pi) * np.linspace(0, 1, 5) ** 2, heights) * scalp.radii
        if scalp.seen(points).max() > -0.12:
            paths.append((scalp.head.place(points), scalp.seen(points).mean()))
    for points, _ in sorted(paths, key=lambda item: item[1]):
        locks.paint(spline(points), _width(locks, 0.1, 0.2), 0.3, 0.4, 0.8, 0.2, cast=0.0, split=0.0)


def _draw_parting(locks, scalp):
    """A few strokes from the whorl."""
    artist, hairdo = locks.artist, locks.hairdo
    if locks.size < SMALL or locks.line is None or _pulled(hairdo):
        return
    for _ in range(int(artist.rng.integers(2, 6))):
        goal = sphere(artist.between(-np.pi, np.pi), artist.between(-0.5, 0.0))
        begin = artist.between(0.02, 0.2)
        points = arc(scalp.whorl, goal, np.linspace(begin, begin + artist.between(0.25, 0.6), 10)) * scalp.radii
        if scalp.seen(points).min() > 0.05:
            colour = locks.line if artist.chance(0.5) else locks.strand
            curve = spline(scalp.head.place(points), samples=3)
            if locks.is_hair(curve).all():
                locks.stroke(curve, "inner", artist.between(0.6, 0.9), colour, taper=1.0)


def _fly_about(locks, scalp):
    """Strays along the outline, and locks that stand up on top."""
    artist, hairdo = locks.artist, locks.hairdo
    if locks.size < SMALL * 0.6:
        return
    for _ in range(hairdo.ahoge):
        turn = artist.pick((-1, 1))
        length = artist.between(0.25, 0.55)
        base = scalp.whorl * scalp.radii + np.array([artist.between(-0.1, 0.1), 0.03, 0.08])
        points = (
            base
            + np.array([[0, 0, 0], [0.25 * turn, -0.7, 0.1], [0.8 * turn, -0.95, 0.1], [1.25 * turn, -0.7, 0.1]])
            * length
        )
        curve = spline(scalp.head.place(points), samples=6)
        locks.paint(curve, artist.between(0.05, 0.1) * locks.size, 0.5, 0.3, 1.0, 0.12, 0.0, split=0.0, cast=0.0)
    for _ in range(hairdo.strays):
        azimuth = artist.between(1.1, 2.2) * artist.pick((-1, 1))
        if _pulled(hairdo):  # combed hair strays at its line alone
            length, begin = artist.between(0.3, 0.9), 0.92
        else:
            length, begin = (
                artist.between(0.3, 1.0) * max(hairdo.sides, min(hairdo.length, 2.2)),
                artist.between(0.4, 0.8),
            )
        lift = artist.between(0.93, 1.02)
        path = side_path(artist, scalp, hairdo, azimuth, max(0.25, length), begin, lift)
        if path.depth > -0.3 and locks.is_hair(path.curve[:1]).all():
            locks.paint(
                path.curve, artist.between(0.02, 0.05) * locks.size, 0.1, 0.5, 0.9, 0.1, 0.0, split=0.0, cast=0.0
            )
