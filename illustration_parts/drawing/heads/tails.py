"""Hair that is tied: ponytails, twin tails, braids, drills and buns."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, ellipse, lengths_along, offset, point_at, spline, strand
from illustration_parts.drawing.heads import trims
from illustration_parts.drawing.heads.locks import SMALL
from illustration_parts.imaging.tracing import normals

# Each: what hangs there, where it is tied, its width in head radii, and how far it stands off before it falls.
# It is tied at a point on the skull; twins have another with -x.
TAILS = {
    "ponytail": ("tail", (0.0, -0.45, -0.9), 0.62, 0.5),
    "low tail": ("tail", (0.0, 0.5, -0.85), 0.5, 0.1),
    "side tail": ("tail", (0.86, -0.3, -0.3), 0.5, 0.3),
    "twin tails": ("tail", (0.84, -0.38, -0.32), 0.5, 0.35),
    "low twins": ("tail", (0.9, 0.5, -0.25), 0.42, 0.1),
    "small twins": ("tail", (0.74, -0.6, -0.25), 0.24, 0.25),
    "twin braids": ("braid", (0.9, 0.5, -0.2), 0.3, 0.06),
    "braid": ("braid", (0.0, 0.6, -0.85), 0.36, 0.06),
    "side braid": ("braid", (0.86, 0.55, 0.05), 0.32, 0.06),
    "drills": ("drill", (0.9, -0.05, -0.1), 0.5, 0.16),
    "bun": ("bun", (0.0, 0.05, -1.12), 0.5, 0.0),
    "high bun": ("bun", (0.1, -1.12, -0.35), 0.44, 0.0),
    "small bun": ("bun", (0.0, -0.85, -0.75), 0.32, 0.0),
    "twin buns": ("bun", (0.78, -0.82, -0.2), 0.34, 0.0),
}
TWINS = ("twin tails", "low twins", "small twins", "twin braids", "drills", "twin buns")


def tie_of(hairdo):
    """Where hair is combed to, a unit vector: the tie, or the nape."""
    if not hairdo.tails:
        return np.array([0.0, 0.25, -0.97])
    point = np.array(TAILS[hairdo.tails[0]][1], float)
    return point / np.linalg.norm(point)


def are_twins(hairdo):
    """Whether hair is tied at both sides."""
    return bool(hairdo.tails) and hairdo.tails[0] in TWINS


def draw_tails(locks, scalp, person, behind, face=None):
    """Draw what is tied: what lies behind the head, or else what lies before it; all of that beside the mask `face`."""
    room = None if face is None or behind else locks.artist.canvas.everything().without(face)
    for name in locks.hairdo.tails:
        kind, place, width, stand = TAILS[name]
        sides = (1, -1) if name in TWINS else (1 if locks.hairdo.part > 0 else -1,)
        for side in sides:
            anchor = np.array(place, float) * (side, 1, 1) * scalp.radii
            depth = float(scalp.seen(anchor))
            hidden = depth < (-0.55 if place[1] > 0.4 and place[2] > -0.5 else -0.2)
            if hidden == behind:
                with locks.within(room if depth < 0.3 else None):
                    _draw_tail(locks, scalp, person, kind, anchor, width, stand)


def _draw_tail(locks, scalp, person, kind, anchor, width, stand):
    width = width * locks.artist.between(0.85, 1.2) * locks.size
    if kind == "bun":
        _draw_bun(locks, scalp, person, anchor, width)
        return
    curve = _hang(locks, scalp, anchor, stand)
    if kind == "braid":
        _draw_braid(locks, person, curve, width)
    elif kind == "drill":
        _draw_drill(locks, curve, width)
    else:
        _draw_bundle(locks, curve, width)
    way = curve[min(4, len(curve) - 1)] - curve[0]
    trims.draw_tie(locks, person, curve[0], way, width * (0.5 if kind == "tail" else 0.8))


def _hang(locks, scalp, anchor, stand):
    """The middle line of a tail, from its tie down, (n, 2) pixels."""
    artist, hairdo, size = locks.artist, locks.hairdo, locks.size
    root = scalp.head.place(anchor * 0.97)
    out = scalp.head.turned(anchor)[:2] / max(1e-6, np.linalg.norm(anchor))
    out = out + np.array([0.0, -0.35 * stand])
    length = hairdo.tail_length
    side = np.sign(out[0]) if abs(out[0]) > 0.12 else artist.pick((-1, 1))
    down = np.array([out[0] * 0.5 + side * 0.1, 1.0])
    swing = artist.between(-0.18, 0.18) * (1 if stand > 0.2 else 0.5)
    share = np.linspace(0, 1, 7)[1:, None]
    first = root + out * stand * size
    fall = first + (down * share * length + np.array([1.0, 0.0]) * (swing * np.sin(3.5 * share))) * size * [0.5, 1.0]
    blow = hairdo.wind * artist.between(0.5, 1.0)
    fall[:, 0] += blow * (share[:, 0] * length) ** 1.5 * size
    fall[:, 1] -= 0.3 * abs(blow) * (share[:, 0] * length) ** 1.5 * size
    points = np.concatenate([[root], [root + out * stand * 0.6 * size], [first + [0, 0.03 * size]], fall])
    return point_at(spline(points, samples=10), np.linspace(0, 1, 60))


def _draw_bundle(locks, curve, width):
    """A loose tail: locks side by side that spread from the tie and come together at unequal tips."""
    artist, hairdo = locks.artist, locks.hairdo
    t = np.linspace(0, 1, len(curve))
    swell = 0.3 + 0.7 * np.minimum(1, t / 0.3) ** 0.8
    body = swell * np.maximum(0.0, 1 - np.maximum(0, (t - 0.55) / 0.45) ** 1.6 * 0.75)
    inner = int(0.66 * len(t))
    locks.fill(artist.canvas.polygon(strand(curve[:inner], width * body[:inner] * 0.8)))
    count = max(3, round(4 + 9 * hairdo.locks * np.clip(locks.size / 100, 0.3, 1)))
    places = np.linspace(-0.95, 0.95, count) + artist.rng.uniform(-0.12, 0.12, count)
    for place in places[np.argsort(-np.abs(places) + artist.rng.uniform(-0.4, 0.4, count))]:
        wave = hairdo.wave * locks.size * np.sin(2 * np.pi * hairdo.curl * hairdo.tail_length * t + 2 * place)
        path = offset(
            curve, place * width / 2 * body + wave * np.minimum(1, 3 * t) + artist.between(-0.1, 0.1) * width * t**2
        )
        path = cut(path, 0, artist.between(0.78, 1.0), 40)
        band = artist.between(0.16, 0.2) if hairdo.band and len(curve) else None
        locks.paint(
            path,
            width * artist.between(0.3, 0.5),
            0.3,
            0.45,
            0.9,
            0.15,
            1.2,
            band,
            0.03,
            split=0.6,
        )


def _draw_braid(locks, person, curve, width):
    """A plait: strands that cross from side to side, each over the one before, and a tuft below a tie."""
    artist = locks.artist
    total = lengths_along(curve)[-1]
    braid = cut(curve, 0, min(0.86, 1 - 0.4 * locks.size / max(total, 1)), 60)
    length = lengths_along(braid)[-1]
    pitch = 0.62 * width
    count = max(3, int(length / pitch))
    taper = lambda s: 1 - 0.35 * s  # noqa: E731
    locks.fill(artist.canvas.polygon(strand(braid, width * 0.7 * taper(np.linspace(0, 1, len(braid))))))
    _draw_tuft(locks, cut(curve, max(0.0, 1 - 1.1 * (total - length) / max(total, 1)), 1, 24), width * 0.6)
    across = normals(braid)
    for k in range(2 * count - 1, -1, -1) if artist.chance(0.5) else range(2 * count):
        side = 1 if k % 2 else -1
        share = (k + 0.5) / (2 * count)
        middle = point_at(braid, share)
        at = min(len(braid) - 1, int(share * (len(braid) - 1)))
        out, along = across[at] * side, np.array([across[at][1], -across[at][0]])
        half, step = 0.5 * width * taper(share), pitch
        begin = middle + out * half * 0.75 - along * step * 0.75
        bulge = middle + out * half * 1.02 - along * step * 0.1
        end = middle - out * half * 0.35 + along * step * 0.85
        path = spline(np.array([begin, bulge, middle + out * half * 0.45 + along * step * 0.45, end]), samples=6)
        profile = np.array([0.35, 0.85, 1.0, 0.9, 0.6, 0.15])
        locks.paint(
            path,
            width * 0.6 * taper(share),
            start=0.0,
            strands=1.6,
            band=None,
            cast=0.02,
            split=0.0,
            profile=profile,
            lined=1.0 if artist.chance(0.85) else 0.0,
        )
    trims.draw_tie(locks, person, braid[-1], braid[-1] - braid[-4], width * 0.55)


def _draw_tuft(locks, curve, width):
    artist = locks.artist
    for place in (-0.8, 0.8, -0.35, 0.4, 0.0):
        path = offset(curve, place * width * 0.5 * np.sin(np.linspace(0.2, 2.2, len(curve))))
        locks.paint(path, width * 0.5, 0.4, 0.4, 0.9, 0.15, cast=0.02, split=0.0 if artist.chance(0.6) else 0.8)


def _draw_drill(locks, curve, width):
    """A drill curl: turns of one broad band, each over the one below, narrower downwards."""
    artist = locks.artist
    length = lengths_along(curve)[-1]
    count = max(4, int(length / (0.5 * width)))
    across = normals(curve)
    turn = artist.pick((-1, 1))
    t = np.linspace(0, 1, len(curve))
    slim = (0.75 + 0.25 * np.minimum(1, 4 * t)) * (1 - 0.75 * t**1.8)
    _draw_tuft(locks, point_at(curve, np.linspace(0.9, 1.0, 6)) + (curve[-1] - curve[-4]), width * 0.22)
    locks.fill(artist.canvas.polygon(strand(curve, 0.7 * width * slim)))
    for k in range(count - 1, -1, -1):
        share = (k + 0.5) / count
        at = int(share * (len(curve) - 1))
        half, step = 0.5 * width * slim[at], length / count
        out, along = across[at] * turn, np.array([across[at][1], -across[at][0]])
        places = [(-0.86, -0.6), (-0.5, -0.05), (0.0, 0.2), (0.5, 0.3), (0.86, 0.12)]
        path = spline(
            np.array([point_at(curve, share) + out * half * u + along * step * v for u, v in places]), samples=8
        )
        locks.paint(
            path,
            step * 1.2,
            start=0.0,
            strands=2.0,
            band=0.42 if locks.hairdo.band and k % 2 else None,
            cast=0.05,
            split=0.0,
            profile=np.array([0.35, 0.75, 0.95, 1.0, 1.0, 0.95, 0.8, 0.45]),
            lined=1.0,
        )


def _draw_bun(locks, scalp, person, anchor, width):
    """A bun: a ball of locks wound around its middle."""
    artist, size = locks.artist, locks.size
    centre = scalp.head.place(anchor * 1.1)
    squash = np.array([1.0, artist.between(0.82, 0.98)])
    radius = width * 0.9
    body = ellipse(centre, radius * squash)
    mask = artist.canvas.polygon(body)
    if not mask.alpha.size:
        return
    if locks.shaded:
        with locks.unhatched():
            artist.shade(locks.over(mask.moved(*(-artist.style.light * 0.09 * size))))
    locks.fill(mask)
    if locks.line is not None and not locks.black:
        locks.stroke(body, "boundary", 1.0, locks.border, taper=0.0)
    count = max(4, round(5 + 5 * locks.hairdo.locks)) if size > SMALL else 3
    turn, spin = artist.between(0, 6.3), artist.pick((-1, 1))
    for k in range(count):
        angle = turn + spin * k * 2 * np.pi / count
        angles = angle + spin * np.linspace(0, artist.between(1.7, 2.6), 12)
        reach = radius * np.linspace(0.9, artist.between(0.1, 0.4), 12)
        path = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None] * squash
        locks.paint(path, radius * artist.between(0.4, 0.6), 0.5, 0.4, 0.9, 0.05, 1.2, cast=0.02, split=0.0)
    for _ in range(int(artist.rng.integers(0, 4))):
        angle = artist.between(0, 6.3)
        out = np.array([np.cos(angle), np.sin(angle)])
        path = bow(
            centre + out * radius * 0.8, centre + out * radius * artist.between(1.15, 1.5), artist.between(-0.5, 0.5)
        )
        locks.paint(path, 0.04 * size, 0.5, 0.3, 1.0, 0.1, 0.0, cast=0.0, split=0.0)
    if artist.chance(0.5) and scalp.seen(anchor) < 0.4:
        trims.draw_tie(locks, person, scalp.head.place(anchor * 0.92), scalp.head.turned(anchor)[:2], width * 0.9)
