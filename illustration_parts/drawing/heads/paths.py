"""The paths of locks on a head: down the sides, over the brow, back to a tie, out in spikes.

Each function returns `Path`s: where a lock runs in the picture, and where on it a band of light lies.
"""

from typing import NamedTuple

import numpy as np

from illustration_parts.drawing.curves import lengths_along, offset, spline
from illustration_parts.drawing.heads.scalp import FALL_FROM, arc, sphere


class Path(NamedTuple):
    """A lock's way: `curve` (n, 2) pixels, `band` share of its length or None, `depth` towards the viewer."""

    curve: np.ndarray
    band: float | None
    depth: float


def make_path(artist, scalp, hairdo, points, depth=None, hang_from=0.15):
    """A `Path` through points (n, 3) in the head's coordinates, blown by the wind."""
    placed = scalp.project(points, hang_from)
    height = np.maximum(0, points[:, 1] - 0.15)
    wind = hairdo.wind * artist.between(0.6, 1.4)
    if scalp.seen(points[-1:])[0] > 0 and wind * (placed[-1, 0] - scalp.head.centre[0]) < 0:
        wind *= 0.35  # hair is not blown over the face
    placed[:, 0] += wind * height**1.5 * scalp.head.radius
    placed[:, 1] -= 0.25 * abs(wind) * height**1.5 * scalp.head.radius
    curve = spline(placed, samples=5)
    if hairdo.flick:  # the tip swings out of the way that the lock came
        t = np.linspace(0, 1, len(curve))
        swing = np.maximum(0, (t - 0.55) / 0.45) ** 2 - 0.3 * np.sin(np.pi * t)
        curve = offset(curve, artist.between(-1, 1) * hairdo.flick * scalp.head.radius * swing)
    return Path(curve, find_band(hairdo, points, placed), float(scalp.seen(points).max()) if depth is None else depth)


def find_band(hairdo, points, placed):
    """Share of a path's length where it crosses the band of light, or None."""
    if not hairdo.band:
        return None
    past = points[:, 1] + 0.22 * np.minimum(1, points[:, 0] ** 2) - hairdo.band_at
    after = np.flatnonzero((past[:-1] <= 0) & (past[1:] > 0))
    if not len(after):
        return None
    k = after[-1]
    lengths = lengths_along(placed)
    share = -past[k] / max(1e-6, past[k + 1] - past[k])
    return float((lengths[k] + share * (lengths[k + 1] - lengths[k])) / max(lengths[-1], 1e-6))


def side_path(artist, scalp, hairdo, azimuth, length, begin=0.0, lift=1.0):
    """A lock that leaves the whorl, follows the skull to an azimuth, and falls to a height `length`.

    Args:
        begin: share of the way over the skull where it begins. lift: how far it stands off the shell, as a factor.
    """
    radii = scalp.radii * lift
    edge = min(FALL_FROM, length - 0.08)
    target = sphere(azimuth, edge / radii[1])
    skull = arc(scalp.whorl, target, np.linspace(begin, 1, 7), hairdo.swirl * np.sign(azimuth)) * radii
    share = np.linspace(0, 1, 9 if length < 1.4 else 14)[1:]
    y = edge + (length - edge) * share
    flare = hairdo.flare
    if flare < 0:
        out = 1 - 0.12 * flare * np.sin(0.85 * np.pi * share) + 0.34 * flare * share**2.2
    else:
        out = 1 - 0.05 * np.sin(np.pi * share) + 0.34 * flare * share**3
    out = out + 0.14 * np.clip(y - 1.3, 0, 1.0) + artist.between(-0.04, 0.04) * share
    phase = artist.between(-0.5, 0.5) + 2.2 * azimuth
    swing = np.minimum(1, 3 * share) * hairdo.wave
    turns = 2 * np.pi * hairdo.curl * (y - edge) + phase
    sideways = swing * np.sin(turns) + artist.between(-0.1, 0.1) * share**2
    out = out + 0.5 * swing * np.cos(turns)
    x = radii[0] * np.sin(azimuth) * np.sqrt(1 - target[1] ** 2) * out + np.cos(azimuth) * sideways
    z = radii[2] * np.cos(azimuth) * np.sqrt(1 - target[1] ** 2) * out - np.sin(azimuth) * sideways
    fall = np.stack([x, y, z], -1)
    points = np.concatenate([skull, fall])
    return make_path(artist, scalp, hairdo, points, float(scalp.seen(skull[-1:])[0]))


def fringe_path(artist, scalp, hairdo, middle, tip, start=None, out=0.45):
    """A lock over the brow: from the whorl, or a place on the skull `start`, over (x, y) `middle` to (x, y) `tip`.

    `out` is the share of the way sideways that lies before half of the fall.
    """
    whorl = scalp.whorl * scalp.radii
    (x, y), (tip_x, tip_y) = middle, tip
    if start is None:
        top = min(0.97, np.hypot(0.84, 0.3 * x))
        start = 0.42 * whorl[0] + 0.58 * x, -top * scalp.radii[1]
    half = x + (tip_x - x) * out, y + 0.58 * (tip_y - y)
    flat = np.array([start, middle, half, tip])
    points = np.concatenate([whorl[None], scalp.before(flat[:, 0], flat[:, 1])])
    points[1:, 2] += 0.03
    depth = float(scalp.seen(points[2:3])[0])
    return make_path(artist, scalp, hairdo, points, depth)


def hairline_root(scalp, azimuth):
    """The unit vector of the hairline at an azimuth."""
    return sphere(azimuth, np.clip((scalp.hairline(azimuth) - 0.02) / scalp.radii[1], -0.95, 0.95))


def pulled_path(scalp, hairdo, root, tie):
    """A lock that is combed from its root to a tie, both unit vectors; only what is seen of it, or None."""
    way = arc(root, np.asarray(tie, float) / np.linalg.norm(tie), np.linspace(0, 1, 16), 0.1 * np.sign(root[0]))
    lift = 1 + 0.03 * np.sin(np.pi * np.linspace(0, 1, 16))
    points = way * scalp.radii * lift[:, None]
    seen = scalp.seen(points) > -0.22
    first = int(np.argmax(seen))
    last = first + int(np.argmin(seen[first:])) if not seen[first:].all() else len(seen)
    if not seen.any() or last - first < 4:
        return None
    points = points[first:last]
    placed = scalp.head.place(points)
    past = find_band(hairdo, points[::-1], placed[::-1])
    return Path(spline(placed, samples=3), None if past is None else 1 - past, float(scalp.seen(points).mean()))


def spike_path(artist, scalp, hairdo, place, length):
    """A lock that runs over the skull to a place, a unit vector, and out; None where it would be seen from its end."""
    skull = arc(scalp.whorl, place, np.linspace(0.35, 1, 5)) * scalp.radii
    along = skull[-1] - skull[-2]
    along = along / max(1e-6, np.linalg.norm(along))
    out = 0.6 * along + 0.6 * place + np.array([0.35 * hairdo.wind, -0.25 * hairdo.spikes, 0])
    out = out / np.linalg.norm(out)
    bend = np.array([0.0, artist.between(-0.25, 0.3), 0.0])
    share = np.linspace(0, 1, 5)[1:, None]
    points = np.concatenate([skull, skull[-1] + length * (out * share + bend * share**2)])
    away = np.hypot(*scalp.head.turned(points)[:, :2].T)
    if away[-1] < away[: len(skull)].max() + 0.4 * length and scalp.seen(skull[-1]) < 0.35:
        return None  # it points at the viewer or away
    return make_path(artist, scalp, hairdo, points, float(scalp.seen(skull[-1:])[0]), hang_from=9.0)


def keep_off_eyes(head, path, reach=0.2):
    """A path that ends before it reaches an iris; None where little would be left of it.

    Args:
        head: a `Head`. path: a `Path`. reach: head radii around an eye's middle that stay free.
    """
    free = len(path.curve)
    for side in (-1, 1):
        eye = head.on_face(0.4 * side, 0.42)
        if head.turned(eye)[2] > 0.1:
            away = (path.curve - head.place(eye)) / (reach * head.radius)
            near = np.flatnonzero((away**2).sum(1) < 1)
            free = min(free, int(near[0]) if len(near) else free)
    if free == len(path.curve):
        return path
    if free < 0.5 * len(path.curve):
        return None
    lengths = lengths_along(path.curve)
    band = None if path.band is None else path.band * lengths[-1] / max(1e-6, lengths[free - 1])
    return path._replace(curve=path.curve[:free], band=band if band is not None and band < 1 else None)
