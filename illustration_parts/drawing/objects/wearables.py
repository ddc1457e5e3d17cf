"""What people wear and carry: hats, shoes, bags, masks, jewels, fans. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, point_at
from illustration_parts.drawing.objects.arms import gold, leather, steel
from illustration_parts.drawing.objects.placing import DARK, LIGHT, ellipse


def stitches(it, curve, colour, count=24, clip=None):
    """A seam of short strokes."""
    if it.rich:
        curve = np.asarray(curve, float)
        for share in np.linspace(0, 0.97, count):
            it.line(cut(curve, share, min(1, share + 0.55 / count), 3), colour, 0.6, clip)


def draw_ribbon(it):
    """A bow of ribbon with loops, knot and tails."""
    artist = it.artist
    colour = artist.colour()
    for side in (-1, 1):
        tail = bow((0, 0.05), (side * artist.between(0.3, 0.7), 1.0), side * 0.15, 14)
        mask = it.band(tail, np.linspace(0.12, 0.36, 14), colour, "trim")
        it.line(tail[2:11] + (0.03, 0), colour, 0.6, mask)
    for side in (-1, 1):
        loop = [
            (0, 0),
            (side * 0.45, -0.48),
            (side * 0.9, -0.45),
            (side * 0.98, -0.1),
            (side * 0.88, 0.28),
            (side * 0.45, 0.2),
        ]
        mask = it.smooth(loop, colour, "trim")
        inner = it.smooth(
            [(side * 0.62, -0.3), (side * 0.95, -0.42), (side * 0.93, 0.22), (side * 0.6, 0.1)],
            colour * 0.8,
            "trim",
            form=None,
            clip=mask,
            kind="inner",
            scale=0.7,
        )
        it.line(bow((side * 0.8, -0.3), (side * 0.78, 0.1), 0.1), colour, 0.5, inner)
        for y in (-0.14, -0.03, 0.08):
            it.line(
                bow((side * 0.1, y * 0.6), (side * artist.between(0.4, 0.58), y * 2.5 - 0.05), 0.1), colour, 0.7, mask
            )
    knot = it.smooth(
        [(-0.14, -0.16), (0.14, -0.16), (0.18, 0.02), (0.13, 0.2), (-0.13, 0.2), (-0.18, 0.02)], colour, "trim"
    )
    it.lines([bow((-0.06, -0.14), (-0.04, 0.15), 0.2), bow((0.05, -0.14), (0.06, 0.12), -0.2)], colour, 0.6, knot)


def draw_hat(it):
    """A witch's hat, a straw hat, a cap or a top hat."""
    artist = it.artist
    colour, band = artist.colour(), artist.colour()
    kind = artist.rng.integers(4)
    if kind == 0:
        _witch_hat(it, colour, band)
    elif kind == 1:
        _straw_hat(it, band)
    elif kind == 2:
        _peaked_cap(it, colour, band)
    else:
        _top_hat(it, colour, band)


def _witch_hat(it, colour, band):
    """A tall, bent hat with a buckle."""
    artist = it.artist
    it.smooth([(-1.0, 0.55), (-0.4, 0.35), (0.4, 0.35), (1.0, 0.5), (0.5, 0.8), (-0.5, 0.82)], colour)
    cone = it.smooth(
        [
            (-0.45, 0.5),
            (-0.25, -0.1),
            (-0.05, -0.7),
            (0.3, -1.0),
            (0.55, -0.75),
            (0.25, -0.65),
            (0.3, -0.1),
            (0.45, 0.48),
            (0, 0.62),
        ],
        colour,
    )
    it.lines(
        [
            bow((-0.1, -0.45), (0.2, -0.4), 0.25),
            bow((-0.2, -0.1), (0.1, 0.0), 0.2),
            bow((0.3, -0.2), (0.05, -0.25), 0.2),
            bow((0.05, -0.7), (0.25, -0.6), 0.3),
        ],
        colour,
        0.7,
        cone,
    )
    strip = it.smooth([(-0.44, 0.3), (0, 0.42), (0.42, 0.28), (0.46, 0.46), (0, 0.6), (-0.47, 0.48)], band, "trim")
    it.lines([bow((x, 0.35), (x + 0.03, 0.52), 0.1) for x in (-0.3, 0.28)], band, 0.6, strip)
    it.box(-0.13, 0.33, 0.13, 0.62, gold(artist), 0.04, "metal", gloss=True)
    it.box(-0.07, 0.4, 0.07, 0.55, band, 0.02, "trim", kind="inner")


def _straw_hat(it, band):
    """A broad straw hat with a ribbon."""
    artist = it.artist
    straw = artist.colour(0.12, 0.4, 0.9)
    brim = it.oval(0, 0.3, 1.0, 0.42, straw)
    it.lines([ellipse((0, 0.3), (r, r * 0.42)) for r in (0.9, 0.8, 0.7, 0.6)], straw, 0.45, brim)
    crown = it.smooth(
        [
            (-0.52, 0.3),
            (-0.48, -0.2),
            (-0.3, -0.48),
            (0, -0.54),
            (0.3, -0.48),
            (0.48, -0.2),
            (0.52, 0.3),
            (0, 0.45),
        ],
        straw,
    )
    it.lines([bow((-0.5, y), (0.5, y), -0.13, 16) for y in np.linspace(-0.35, 0.2, 7)], straw, 0.45, crown)
    it.lines([bow((x, -0.45), (x * 1.4, 0.3), -0.1 * x) for x in np.linspace(-0.35, 0.35, 9)], straw, 0.35, crown, 0.8)
    it.smooth([(-0.5, 0.12), (0, 0.26), (0.5, 0.12), (0.52, 0.3), (0, 0.46), (-0.52, 0.3)], band, "trim")
    for side in (-1, 1):
        it.smooth([(0.4, 0.25), (0.4 + side * 0.2, 0.05), (0.4 + side * 0.25, 0.4)], band, "trim")


def _peaked_cap(it, colour, band):
    """A cap with a peak."""
    dome = it.smooth(
        [(-0.6, 0.3), (-0.55, -0.3), (-0.2, -0.65), (0.3, -0.6), (0.6, -0.2), (0.6, 0.25), (0, 0.4)], colour
    )
    it.lines(
        [
            bow((0.0, -0.66), (-0.1, 0.35), 0.1),
            bow((0.02, -0.66), (0.5, 0.3), -0.2),
            bow((0, -0.66), (-0.52, 0.1), 0.25),
        ],
        colour,
        0.7,
        dome,
    )
    it.oval(0.02, -0.66, 0.08, 0.05, colour * 0.8)
    peak = it.smooth([(-0.62, 0.22), (-0.1, 0.38), (0.0, 0.48), (-0.5, 0.62), (-1.0, 0.56), (-0.98, 0.42)], band)
    stitches(it, it.curve([(-0.9, 0.5), (-0.5, 0.54), (-0.08, 0.44)]), band, 16, peak)
    it.oval(-0.28, -0.05, 0.17, 0.17, band, "trim", kind="inner")


def _top_hat(it, colour, band):
    """A top hat."""
    it.smooth([(-0.95, 0.5), (-0.5, 0.6), (0.5, 0.6), (0.95, 0.48), (0.6, 0.78), (-0.6, 0.8)], colour)
    crown = it.shape(
        np.concatenate(
            [
                bow((-0.56, 0.6), (-0.62, -0.7), 0.08),
                [(0.62, -0.7)],
                bow((0.62, -0.7), (0.56, 0.6), 0.08),
                bow((0.56, 0.6), (-0.56, 0.6), 0.1),
            ]
        ),
        colour,
        gloss=True,
    )
    it.shape(
        np.concatenate([bow((-0.57, 0.32), (0.57, 0.32), -0.1), bow((0.56, 0.6), (-0.56, 0.6), 0.1)]),
        band,
        "trim",
        form=None,
        clip=crown,
        kind="inner",
    )
    it.oval(0, -0.7, 0.62, 0.13, colour * 1.05)


def draw_shoe(it):
    """A trainer, a boot or a pump."""
    artist = it.artist
    colour, second = artist.colour(), artist.colour()
    kind = artist.rng.integers(3)
    if kind == 0:
        _trainer(it, colour, second)
    elif kind == 1:
        _boot(it, colour)
    else:
        _pump(it, colour, second)


def _trainer(it, colour, second):
    """A trainer with laces and stripes."""
    it.smooth([(-1.0, 0.5), (-0.95, 0.3), (0.8, 0.3), (0.85, 0.55), (0.4, 0.62), (-0.8, 0.62)], LIGHT)
    it.lines([[(x, 0.52), (x + 0.02, 0.6)] for x in np.linspace(-0.85, 0.75, 22)], LIGHT, 0.6)
    body = it.smooth(
        [
            (-0.98, 0.35),
            (-0.9, 0.1),
            (-0.45, -0.08),
            (-0.1, -0.5),
            (0.15, -0.58),
            (0.3, -0.3),
            (0.6, -0.35),
            (0.8, -0.5),
            (0.84, 0.38),
            (0, 0.42),
        ],
        colour,
    )
    toe = it.smooth([(-1.0, 0.4), (-0.92, 0.12), (-0.65, 0.02), (-0.5, 0.4)], second, kind="inner", clip=body)
    it.smooth([(0.55, -0.1), (0.85, -0.2), (0.85, 0.4), (0.5, 0.4)], second, kind="inner", clip=body)
    tongue = it.smooth([(-0.45, -0.08), (-0.12, -0.5), (0.1, -0.7), (0.22, -0.55), (-0.2, 0.02)], colour * 1.1)
    for k in range(5):
        x, y = -0.4 + 0.11 * k, -0.06 - 0.11 * k
        it.band(bow((x - 0.05, y), (x + 0.22, y + 0.12), -0.15), 0.05, LIGHT, "trim", scale=0.7)
    for start, end in (((-0.1, 0.1), (0.1, 0.38)), ((0.05, 0.05), (0.25, 0.38)), ((0.2, 0.0), (0.4, 0.38))):
        it.band(np.array([start, end]), 0.07, second, kind="inner", scale=0.7, clip=body)
    stitches(it, it.curve([(-0.6, 0.05), (-0.3, 0.0), (0.1, -0.05), (0.5, -0.1)]), colour, 20, body)
    it.lines([bow((-0.85, 0.25), (-0.6, 0.1), 0.1)], second, 0.6, toe)
    it.line(bow((0, -0.55), (0.15, -0.6), 0.1), colour, 0.6, tongue)
    it.shape(ellipse((0.55, -0.42), (0.27, 0.09), -0.25), DARK + 25, form=None)


def _boot(it, colour):
    """A boot with laces and buckles."""
    artist = it.artist
    hide = leather(artist) if artist.chance(0.6) else colour
    it.smooth([(-1.0, 0.86), (-0.9, 0.76), (0.35, 0.78), (0.4, 0.98), (0.1, 0.98), (0.0, 0.9), (-0.9, 0.93)], DARK + 20)
    body = it.smooth(
        [
            (-0.98, 0.78),
            (-0.85, 0.5),
            (-0.4, 0.35),
            (-0.3, -0.1),
            (-0.35, -0.85),
            (0.3, -0.9),
            (0.35, 0.1),
            (0.38, 0.82),
            (-0.3, 0.84),
        ],
        hide,
        gloss=True,
    )
    it.lines(
        [
            bow((-0.34, 0.2), (-0.1, 0.3), 0.15),
            bow((-0.36, 0.3), (-0.15, 0.42), 0.15),
            bow((0.3, 0.2), (0.1, 0.35), -0.15),
            bow((-0.3, -0.2), (-0.05, -0.1), 0.1),
        ],
        hide,
        0.7,
        body,
    )
    it.line(bow((-0.6, 0.42), (-0.5, 0.82), -0.2), hide, 0.7, body)
    for k in range(7):
        y = 0.28 - 0.15 * k
        it.lines([[(-0.36, y), (-0.1, y - 0.08)], [(-0.36, y - 0.08), (-0.1, y)]], hide, 1.0)
        it.oval(-0.1, y, 0.025, 0.025, steel(artist), "metal", kind="inner", scale=0.5)
    it.box(-0.4, -0.98, 0.34, -0.8, hide * 1.1, 0.05)
    for y in (0.0, 0.55):
        it.band(np.array([(-0.35, y + 0.02), (0.36, y - 0.03)]), 0.1, hide * 0.75)
        it.box(-0.1, y - 0.07, 0.08, y + 0.07, gold(artist), 0.03, "metal")
    it.scratches(body, hide, 5)


def _pump(it, colour, second):
    """A pump with a heel and a bow."""
    it.poly([(0.62, 0.0), (0.8, 0.0), (0.78, 0.85), (0.7, 0.85)], colour * 0.7)
    body = it.smooth(
        [
            (-1.0, 0.8),
            (-0.85, 0.6),
            (-0.55, 0.5),
            (0.0, 0.1),
            (0.6, -0.28),
            (0.82, -0.2),
            (0.82, 0.05),
            (0.5, 0.2),
            (0.1, 0.55),
            (-0.3, 0.82),
            (-0.9, 0.86),
        ],
        colour,
        gloss=True,
    )
    it.smooth(
        [(-0.55, 0.5), (0.0, 0.1), (0.6, -0.26), (0.5, -0.02), (0.0, 0.3), (-0.4, 0.55)],
        colour * 0.6,
        kind="inner",
        clip=body,
    )
    it.line(bow((-0.9, 0.8), (0.1, 0.5), -0.1), colour, 0.6, body)
    for side in (-1, 1):
        it.smooth([(-0.55, 0.5), (-0.55 + side * 0.15, 0.36), (-0.55 + side * 0.17, 0.58)], second, "trim")


def draw_bag(it):
    """A rucksack, a handbag or a satchel."""
    artist = it.artist
    colour, second = artist.colour(), leather(artist)
    brass = gold(artist)
    if artist.chance(0.5):
        _rucksack(it, colour, second, brass)
        return
    strap = it.curve([(-0.6, -0.15), (-0.5, -0.85), (0, -1.05), (0.5, -0.85), (0.6, -0.15)])
    band = it.band(strap, 0.09, second)
    stitches(it, strap, second, 30, band)
    body = it.smooth(
        [(-0.8, -0.15), (0, -0.22), (0.8, -0.15), (0.95, 0.7), (0.8, 0.88), (-0.8, 0.88), (-0.95, 0.7)],
        colour,
        gloss=True,
    )
    flap = it.smooth(
        [(-0.82, -0.18), (0, -0.25), (0.82, -0.18), (0.84, 0.2), (0.4, 0.42), (0, 0.48), (-0.4, 0.42), (-0.84, 0.2)],
        colour * 1.08,
    )
    stitches(it, it.curve([(-0.76, 0.1), (-0.4, 0.34), (0, 0.4), (0.4, 0.34), (0.76, 0.1)]), colour, 30, flap)
    it.lines(
        [
            bow((-0.85, 0.75), (-0.4, 0.7), 0.1),
            bow((0.85, 0.75), (0.45, 0.7), -0.1),
            bow((-0.7, 0.5), (-0.5, 0.68), 0.1),
        ],
        colour,
        0.6,
        body,
    )
    it.box(-0.12, 0.36, 0.12, 0.58, brass, 0.04, "metal", "inflate", gloss=True)
    for x in (-0.6, 0.6):
        it.oval(x, -0.14, 0.08, 0.08, brass, "metal")
    for k in range(4):
        it.line(ellipse((0.7, 0.28 + 0.08 * k), (0.03, 0.045)), brass, 0.7)
    it.smooth(
        [(0.7, 0.76), (0.6, 0.62), (0.64, 0.56), (0.7, 0.6), (0.76, 0.56), (0.8, 0.62)],
        artist.colour(0.97, 0.6, 0.9),
        "trim",
    )


def _rucksack(it, colour, second, brass):
    """A rucksack with pockets and straps."""
    artist = it.artist
    for side in (-1, 1):
        it.box(
            min(side * 0.6, side * 0.88),
            0.15,
            max(side * 0.6, side * 0.88),
            0.8,
            colour * 0.85,
            0.12,
            form="inflate",
        )
        it.line([(side * 0.74, 0.2), (side * 0.74, 0.75)], colour, 0.6)
    it.band(ellipse((0, -0.85), (0.18, 0.15), 0, np.pi, 2 * np.pi, 16), 0.08, second)
    body = it.smooth(
        [
            (-0.66, 0.9),
            (-0.72, -0.3),
            (-0.5, -0.78),
            (0, -0.88),
            (0.5, -0.78),
            (0.72, -0.3),
            (0.66, 0.9),
            (0, 0.97),
        ],
        colour,
    )
    it.line(
        it.curve([(-0.62, 0.3), (-0.6, -0.3), (-0.42, -0.65), (0, -0.74), (0.42, -0.65), (0.6, -0.3), (0.62, 0.3)]),
        colour,
        0.8,
        body,
    )
    stitches(
        it,
        it.curve([(-0.57, 0.25), (-0.55, -0.3), (-0.38, -0.6), (0, -0.68), (0.38, -0.6), (0.55, -0.3), (0.57, 0.25)]),
        colour,
        40,
        body,
    )
    pocket = it.box(-0.48, 0.2, 0.48, 0.82, colour * 1.1, 0.12, form="inflate")
    it.line(bow((-0.46, 0.38), (0.46, 0.38), 0.04), colour, 0.9, pocket)
    it.box(0.1, 0.36, 0.15, 0.5, brass, 0.02, "metal")
    stitches(it, [(-0.42, 0.45), (-0.42, 0.74), (0.42, 0.74), (0.42, 0.45)], colour, 22, pocket)
    for x in (-0.3, 0.3):
        it.box(x - 0.05, -0.5, x + 0.05, 0.02, second, 0.03)
        it.box(x - 0.075, -0.12, x + 0.075, 0.0, brass, 0.02, "metal")
    it.oval(0.0, -0.25, 0.16, 0.16, artist.colour(), "trim", kind="inner")


def draw_umbrella(it):
    """An open umbrella from the side."""
    artist = it.artist
    colour = artist.colour()
    count = int(artist.between(4, 7))
    rim = point_at(np.array([(-1, 0.05), (1, 0.05)]), np.linspace(0, 1, count + 1))
    scallops = np.concatenate([bow(a, b, -0.16, 10) for a, b in zip(rim[:-1], rim[1:])])
    dome = ellipse((0, 0.05), (1, 0.85), 0, 2 * np.pi, np.pi, 50)
    it.band(np.array([(0, 0), (0, 1.1)]), 0.045, steel(artist), "metal")
    it.band(it.curve([(0, 0.95), (0.02, 1.2), (0.17, 1.2), (0.18, 1.05)]), 0.08, leather(artist))
    it.line([(0, -0.8), (0, -0.98)], colour, 2.2)
    mask = it.shape(np.concatenate([scallops, dome]), colour)
    for place in rim[1:-1]:
        it.line(bow(place, (0, -0.8), 0.22 * place[0], 20), colour, 0.8, mask)
    edge = np.concatenate([bow(a - (0, 0.07), b - (0, 0.07), -0.16, 10) for a, b in zip(rim[:-1], rim[1:])])
    it.line(edge * (0.98, 1), colour, 0.6, mask)
    if artist.chance(0.5):
        for x, y in artist.rng.uniform((-0.7, -0.6), (0.7, -0.1), (16, 2)):
            it.patch(ellipse((x, y), (0.05, 0.05)), colour + (255 - colour) * 0.6, mask)


def draw_cap(it):
    """A knitted cap with ribs and a bobble."""
    artist = it.artist
    wool, second = artist.colour(), artist.colour()
    body = it.smooth(
        [(-0.7, 0.4), (-0.62, -0.25), (-0.3, -0.62), (0, -0.68), (0.3, -0.62), (0.62, -0.25), (0.7, 0.4)], wool
    )
    for y in (-0.3, 0.0):
        zigzag = [(x, y + 0.12 * (k % 2)) for k, x in enumerate(np.linspace(-0.7, 0.7, 15))]
        it.shape(
            np.concatenate([np.array(zigzag), (np.array(zigzag) + (0, 0.1))[::-1]]),
            second,
            form=None,
            clip=body,
            kind="inner",
            scale=0.7,
        )
    rows = [(x, y) for y in np.linspace(-0.55, 0.3, 9) for x in np.linspace(-0.6, 0.6, 13)] if it.rich else []
    it.lines([[(x - 0.03, y - 0.03), (x, y + 0.02), (x + 0.03, y - 0.03)] for x, y in rows], wool, 0.4, body, 0.6)
    it.box(-0.76, 0.3, 0.76, 0.72, second, 0.12, form="inflate")
    it.lines([bow((x, 0.33), (x * 1.02, 0.7), 0.03) for x in np.linspace(-0.65, 0.65, 15)], second, 0.6)
    angles = np.arange(32) * np.pi / 16
    it.poly(
        np.stack([np.cos(angles), np.sin(angles)], 1) * np.where(np.arange(32) % 2, 0.2, 0.27)[:, None] + (0, -0.8),
        second,
        form="inflate",
    )
    it.fur(ellipse((0, -0.8), (0.1, 0.1)), second, 0.1, 12, 0.3)
