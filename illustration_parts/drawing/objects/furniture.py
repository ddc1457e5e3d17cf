"""Furniture and lamps. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow
from illustration_parts.drawing.objects.arms import gold, leather, steel
from illustration_parts.drawing.objects.placing import DARK, ellipse, mirrored


def draw_lantern(it):
    """A paper lantern, or an iron one with glass."""
    artist = it.artist
    if artist.chance(0.5):
        colour = artist.colour(artist.pick((0.0, 0.1, 0.13)), 0.6, 1.0)
        body = it.oval(0, 0, 0.62, 0.8, colour, "light", form="inflate")
        for y in np.linspace(-0.66, 0.66, 11):
            half = 0.62 * np.sqrt(max(0.0, 1 - (y / 0.8) ** 2))
            it.line(bow((-half, y), (half, y), -0.07, 16), colour, 0.6, body)
        for y in (-0.82, 0.76):
            it.box(-0.25, y - 0.06, 0.25, y + 0.08, artist.colour(0, 0, 0.2), 0.02)
        it.lines([bow((x, 0.84), (x + d, 1.2), 0.1) for x, d in ((-0.04, -0.04), (0, 0), (0.04, 0.05))], colour, 0.8)
        it.line([(0, -0.88), (0, -1.3)], colour, 0.9)
        return
    iron, glow = artist.colour(0.6, 0.1, 0.3), artist.colour(0.12, 0.5, 1.0)
    it.line(ellipse((0, -0.95), (0.22, 0.2)), iron, 1.8)
    pane = it.poly([(-0.4, -0.4), (0.4, -0.4), (0.5, 0.6), (-0.5, 0.6)], glow, "light")
    it.smooth(
        [(0, -0.1), (0.13, 0.2), (0, 0.42), (-0.13, 0.2)], artist.colour(0.14, 0.2, 1), "light", line=False, form=None
    )
    it.shine([(-0.36, -0.3), (-0.28, -0.3), (-0.34, 0.5), (-0.42, 0.5)], pane, glow, 0.8)
    for x0, x1 in ((-0.42, -0.52), (0.42, 0.52), (0, 0)):
        it.band(np.array([(x0, -0.42), (x1, 0.62)]), 0.07, iron, "metal")
    it.poly([(-0.5, -0.4), (-0.3, -0.7), (0.3, -0.7), (0.5, -0.4)], iron, "metal", "inflate")
    it.lines([[(-0.2, -0.7), (-0.3, -0.4)], [(0.2, -0.7), (0.3, -0.4)]], iron, 0.7)
    it.poly([(-0.12, -0.7), (0.12, -0.7), (0.08, -0.82), (-0.08, -0.82)], iron, "metal")
    it.box(-0.6, 0.6, 0.6, 0.75, iron, 0.03, "metal")
    it.rivets([(-0.52, 0.68), (0.52, 0.68)], 7, 0.025, iron)


def draw_candle(it):
    """A candle with its flame, which is light: no line."""
    artist = it.artist
    wax, brass = artist.colour(0.12, 0.1, 0.97), gold(artist)
    it.oval(0, 0.9, 0.7, 0.16, brass, "metal", form="inflate", gloss=True)
    it.line(ellipse((0, 0.88), (0.5, 0.09)), brass, 0.6)
    it.line(ellipse((0.72, 0.84), (0.16, 0.12)), brass, 1.6)
    body = it.poly([(-0.25, -0.2), (0.25, -0.2), (0.27, 0.88), (-0.27, 0.88)], wax, form="inflate")
    drips = it.curve(
        [
            (-0.26, -0.2),
            (-0.28, 0.2),
            (-0.18, 0.3),
            (-0.12, -0.05),
            (0.02, 0.05),
            (0.06, 0.5),
            (0.15, 0.5),
            (0.18, -0.05),
            (0.26, -0.18),
        ]
    )
    it.line(drips, wax, 0.8, body)
    it.oval(0, -0.2, 0.25, 0.06, wax, kind="inner")
    it.line([(0, -0.2), (0.02, -0.36)], wax * 0.3, 1.6)
    flame = it.smooth(
        [(0, -0.28), (0.16, -0.55), (0.02, -1), (-0.14, -0.55)],
        artist.colour(0.1, 0.7, 1),
        "light",
        line=False,
        form=None,
    )
    it.patch(
        it.curve([(0, -0.3), (0.08, -0.5), (0, -0.75), (-0.07, -0.5)], True),
        artist.colour(0.14, 0.25, 1),
        flame,
        "light",
    )


def draw_lamp(it):
    """A lamp for a table or a desk."""
    artist = it.artist
    shade, metal = artist.colour(), steel(artist, 0.3)
    if artist.chance(0.5):
        foot = it.smooth(
            mirrored([(0, 0.1), (0.1, 0.15), (0.28, 0.5), (0.14, 0.8), (0.35, 0.95), (0, 1.0)])[:-1],
            artist.colour(),
            gloss=True,
        )
        it.lines([bow((-0.3, y), (0.3, y), -0.12) for y in (0.3, 0.65, 0.85)], metal, 0.7, foot)
        cover = it.poly([(-0.35, -0.85), (0.35, -0.85), (0.72, 0.15), (-0.72, 0.15)], shade, "light", "inflate")
        it.lines([[(x * 0.5, -0.85), (x, 0.15)] for x in np.linspace(-0.6, 0.6, 9)], shade, 0.5, cover)
        it.line(bow((-0.69, 0.06), (0.69, 0.06), -0.03), shade, 0.8, cover)
        fringe = [[(x, 0.15), (x + 0.01, 0.25)] for x in np.linspace(-0.7, 0.7, 28)]
        it.lines(fringe if it.rich else [], shade, 0.7)
        it.line([(0.3, 0.15), (0.32, 0.45)], metal, 0.7)
        return
    it.oval(0.1, 0.9, 0.5, 0.14, metal, "metal", form="inflate")
    for start, end in (((0.1, 0.85), (0.45, 0.1)), ((0.45, 0.1), (-0.1, -0.5))):
        for d in (-0.03, 0.03):
            it.band(np.array([start, end]) + (d, d), 0.05, metal, "metal", gloss=True)
    it.oval(0.45, 0.1, 0.09, 0.09, shade, "metal", form="inflate")
    it.line(it.curve([(0.2, 0.5), (0.3, 0.3), (0.2, -0.1)]), metal, 0.6)
    it.oval(-0.45, -0.05, 0.24, 0.1, artist.colour(0.13, 0.4, 1), "light", -0.5)
    cover = it.smooth(
        [(-0.2, -0.68), (0.0, -0.5), (-0.1, -0.1), (-0.25, 0.08), (-0.66, -0.2), (-0.5, -0.4)], shade, gloss=True
    )
    it.line(bow((-0.2, -0.55), (-0.05, -0.42), 0.2), shade, 0.7, cover)


def draw_chair(it):
    """A chair, stool or armchair."""
    artist = it.artist
    wood, cloth = leather(artist), artist.colour()
    if artist.chance(0.5):
        for x, y in ((-0.42, 0.75), (0.62, 0.75)):
            it.box(x - 0.05, 0.2, x + 0.05, y, wood * 0.75)
        for x in (-0.5, 0.42):
            it.band(np.array([(x, 0.95), (x + 0.06, -0.95)]), 0.1, wood)
        for y in (-0.85, -0.6, -0.35):
            slat = it.poly([(-0.44, y - 0.08), (0.5, y - 0.08), (0.5, y + 0.07), (-0.44, y + 0.07)], wood * 1.1)
            it.wood(slat, wood, -0.4, y - 0.06, 0.45, y + 0.06, False, 2)
        seat = it.poly([(-0.5, 0.1), (0.45, 0.1), (0.65, 0.32), (-0.42, 0.36)], cloth)
        it.poly([(-0.42, 0.36), (0.65, 0.32), (0.65, 0.42), (-0.42, 0.46)], wood)
        it.shadow([(-0.5, 0.1), (0.45, 0.1), (0.5, 0.18), (-0.47, 0.18)], seat, 0.8)
        it.lines(
            [[(-0.46, 0.2), (0.5, 0.18)], [(-0.2, 0.1), (-0.1, 0.35)], [(0.15, 0.1), (0.28, 0.33)]], cloth, 0.5, seat
        )
        for x in (-0.36, 0.6):
            it.box(x - 0.06, 0.42, x + 0.04, 1.02, wood)
        it.line([(-0.36, 0.72), (0.6, 0.7)], wood, 2.0)
        return
    for x in (-0.62, 0.62):
        it.poly([(x - 0.08, 0.75), (x + 0.08, 0.75), (x + 0.04, 1.0), (x - 0.04, 1.0)], wood)
    back = it.smooth(
        [(-0.6, 0.3), (-0.66, -0.6), (-0.4, -0.92), (0, -0.98), (0.4, -0.92), (0.66, -0.6), (0.6, 0.3)], cloth
    )
    for row, y in enumerate((-0.65, -0.4, -0.15)):
        for x in np.arange(-0.4, 0.45, 0.27) + 0.13 * (row % 2):
            if abs(x) < 0.5:
                it.oval(x, y, 0.035, 0.035, cloth * 0.8, kind="inner", clip=back, scale=0.7)
                it.lines([[(x, y), (x + d, y + 0.25)] for d in (-0.13, 0.13)], cloth, 0.5, back)
    it.box(-0.62, 0.4, 0.62, 0.8, cloth * 0.9, 0.05)
    seat = it.box(-0.52, 0.12, 0.52, 0.48, cloth, 0.14, form="inflate")
    it.lines([bow((-0.3, 0.2), (-0.05, 0.26), 0.1), bow((0.1, 0.3), (0.35, 0.24), 0.1)], cloth, 0.6, seat)
    for side in (-1, 1):
        it.box(min(side * 0.5, side * 0.86), -0.05, max(side * 0.5, side * 0.86), 0.82, cloth, 0.15, form="inflate")
        it.line(ellipse((side * 0.68, 0.1), (0.1, 0.1)), cloth, 0.7)
        it.line(bow((side * 0.58, 0.25), (side * 0.6, 0.7), 0.05), cloth, 0.6)
    if artist.chance(0.6):
        pillow = it.smooth(
            [(-0.3, -0.3), (0.1, -0.36), (0.36, -0.3), (0.38, 0.18), (0.05, 0.14), (-0.32, 0.2)], artist.colour()
        )
        it.lines(
            [
                bow(a, b, 0.15)
                for a, b in (((-0.28, -0.26), (-0.1, -0.1)), ((0.33, -0.26), (0.2, -0.1)), ((0.33, 0.14), (0.2, 0.02)))
            ],
            cloth,
            0.6,
            pillow,
        )


def draw_chest(it):
    """A treasure chest, open or shut."""
    artist = it.artist
    wood, brass = leather(artist), gold(artist)
    front = it.box(-0.9, 0.0, 0.9, 0.85, wood)
    it.lines([[(-0.9, y), (0.9, y)] for y in (0.28, 0.56)], wood, 0.8, front)
    it.wood(front, wood, -0.9, 0, 0.9, 0.85, False, 12)
    if artist.chance(0.5):
        lid = it.poly([(-0.9, -0.1), (-0.95, -0.6), (-0.7, -0.9), (0.7, -0.9), (0.95, -0.6), (0.9, -0.1)], wood * 0.6)
        it.lines([[(-0.92, -0.4), (0.92, -0.4)], [(-0.85, -0.7), (0.85, -0.7)]], wood, 0.7, lid)
        it.box(-0.9, -0.1, 0.9, 0.0, DARK)
        for x, y in zip(np.linspace(-0.75, 0.75, 13), artist.rng.uniform(-0.22, 0.0, 13)):
            it.oval(x, y, 0.11, 0.07, artist.colour(0.13, 0.7, 0.98), "metal", gloss=True)
            it.line(ellipse((x, y), (0.07, 0.04)), brass, 0.5)
        for x in (-0.3, 0.35):
            it.poly(
                [(x - 0.1, -0.2), (x, -0.32), (x + 0.1, -0.2), (x, -0.02)],
                artist.colour(saturation=0.7),
                "trim",
                gloss=True,
            )
    else:
        lid = it.shape(
            np.concatenate([ellipse((0, 0.0), (0.95, 0.7), 0, np.pi, 2 * np.pi, 30), [(0.95, 0.02), (-0.95, 0.02)]]),
            wood * 1.05,
        )
        it.lines([bow((-0.9, y), (0.9, y), 0.02) for y in (-0.2, -0.42)], wood, 0.7, lid)
        it.wood(lid, wood, -0.8, -0.6, 0.8, 0, False, 6)
        for x in (-0.6, 0.6):
            it.band(np.array([(x, 0.02), (x * 1.02, -0.35), (x * 0.85, -0.55)]), 0.16, brass, "metal")
    for x in (-0.6, 0.6):
        it.box(x - 0.09, 0.0, x + 0.09, 0.88, brass, 0.02, "metal")
        it.rivets([(x, 0.08), (x, 0.8)], 4, 0.03, brass)
    it.box(-0.92, 0.0, 0.92, 0.1, brass, 0.02, "metal")
    it.box(-0.14, -0.05, 0.14, 0.3, brass, 0.05, "metal", "inflate", gloss=True)
    it.oval(0, 0.1, 0.045, 0.045, DARK, kind="inner")
    it.line([(0, 0.1), (0, 0.22)], DARK, 1.5, colour=DARK)


def draw_cushion(it):
    """A cushion with creases, seams and tassels."""
    artist = it.artist
    colour, second = artist.colour(), artist.colour()
    body = it.smooth(
        [(-0.9, -0.8), (0, -0.66), (0.9, -0.8), (0.74, 0), (0.9, 0.8), (0, 0.68), (-0.9, 0.8), (-0.74, 0)], colour
    )
    it.line(
        it.curve(
            [(-0.8, -0.72), (0, -0.58), (0.8, -0.72), (0.66, 0), (0.8, 0.72), (0, 0.6), (-0.8, 0.72), (-0.66, 0)], True
        ),
        colour,
        0.6,
        body,
    )
    kind = artist.rng.integers(3)
    if kind == 0:
        for x in np.linspace(-0.6, 0.6, 5):
            it.patch(
                np.concatenate(
                    [
                        bow((x - 0.07, -0.9), (x - 0.05, 0.9), 0.05 * x),
                        bow((x + 0.05, 0.9), (x + 0.07, -0.9), -0.05 * x),
                    ]
                ),
                second,
                body,
            )
    elif kind == 1:
        for x in (-0.4, 0, 0.4):
            for y in (-0.35, 0, 0.35):
                it.oval(x, y, 0.1, 0.1, second, kind="inner", clip=body, scale=0.7)
    else:
        it.smooth(
            [(0, 0.4), (-0.4, 0.0), (-0.3, -0.32), (0, -0.18), (0.3, -0.32), (0.4, 0.0)],
            second,
            kind="inner",
            clip=body,
        )
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        it.lines(
            [
                bow((x * 0.78, y * 0.68), (x * a, y * b), 0.2 * x * y)
                for a, b in ((0.5, 0.35), (0.4, 0.48), (0.6, 0.25))
            ],
            colour,
            0.6,
            body,
        )
        it.lines([[(x * 0.88, y * 0.8), (x * (0.95 + d), y * (1.0 - d))] for d in (-0.04, 0.02, 0.08)], colour, 1.0)


def draw_barrel(it):
    """A barrel, a crate or a bucket."""
    artist = it.artist
    wood, iron = leather(artist), steel(artist, 0.3, 0.6)
    if artist.chance(0.5):
        right = it.curve([(0.5, -0.85), (0.68, 0.0), (0.5, 0.9)])
        body = it.shape(
            np.concatenate(
                [
                    right,
                    ellipse((0, 0.88), (0.5, 0.1), 0, 0, np.pi, 16),
                    (right * (-1, 1))[::-1],
                    ellipse((0, -0.85), (0.5, 0.1), 0, np.pi, 0, 16),
                ]
            ),
            wood,
        )
        it.lines(
            [bow((x * 0.75, -0.85), (x * 0.75, 0.92), -0.28 * x) for x in np.linspace(-0.55, 0.55, 7)], wood, 0.7, body
        )
        it.wood(body, wood, -0.5, -0.8, 0.5, 0.85, True, 8)
        for y, half in ((-0.62, 0.6), (-0.3, 0.66), (0.35, 0.66), (0.68, 0.6)):
            it.band(bow((-half, y), (half, y), -0.1, 20), 0.1, iron, "metal", clip=None)
            it.rivets(bow((-half * 0.7, y + 0.03), (half * 0.7, y + 0.03), -0.07, 12), 5, 0.02, iron)
        top = it.oval(0, -0.85, 0.5, 0.11, wood * 1.1)
        it.lines([[(x, -0.95), (x, -0.75)] for x in (-0.25, 0, 0.25)], wood, 0.6, top)
        return
    it.poly([(-0.85, -0.4), (-0.45, -0.75), (0.95, -0.75), (0.6, -0.4)], wood * 1.15)
    it.poly([(0.6, -0.4), (0.95, -0.75), (0.95, 0.5), (0.6, 0.9)], wood * 0.75)
    front = it.poly([(-0.85, -0.4), (0.6, -0.4), (0.6, 0.9), (-0.85, 0.9)], wood * 0.9)
    it.lines([[(-0.85, y), (0.6, y)] for y in (-0.1, 0.25, 0.6)], wood, 0.8, front)
    it.wood(front, wood, -0.8, -0.4, 0.55, 0.9, False, 14)
    it.poly([(-0.7, -0.3), (-0.55, -0.3), (0.45, 0.8), (0.3, 0.8)], wood)
    for x in (-0.85, 0.44):
        it.box(x, -0.4, x + 0.16, 0.9, wood)
    for y in (-0.4, 0.76):
        it.box(-0.85, y, 0.6, y + 0.14, wood)
        it.rivets([(-0.78, y + 0.07), (0.52, y + 0.07)], 2, 0.025, iron)


def draw_mirror(it):
    """A picture or mirror in an ornate frame."""
    artist = it.artist
    frame, pane = gold(artist), artist.colour(0.55, 0.12, 0.9)
    angles = np.linspace(0, 2 * np.pi, 49)[:-1]
    reach = 1 + 0.05 * np.sin(angles * 12)
    it.smooth(np.stack([0.72 * np.cos(angles), 0.95 * np.sin(angles)], 1) * reach[:, None], frame, "trim", gloss=True)
    it.line(ellipse((0, 0), (0.64, 0.86)), frame, 0.7)
    for angle in angles[::4]:
        x, y = 0.65 * np.cos(angle), 0.87 * np.sin(angle)
        it.line(ellipse((x, y), (0.05, 0.05), 0, angle, angle + 4.5, 12), frame, 0.6)
    for x, y in ((0, -0.98), (0, 0.98), (-0.74, 0), (0.74, 0)):
        it.oval(x, y, 0.09, 0.09, artist.colour(saturation=0.6), "trim", gloss=True)
        it.lines(
            [bow((x - 0.1, y), (x - 0.22, y + 0.05), 0.4), bow((x + 0.1, y), (x + 0.22, y + 0.05), -0.4)], frame, 0.8
        )
    glass = it.oval(0, 0, 0.54, 0.76, pane, kind="inner")
    if artist.chance(0.5):
        for d, w in ((-0.25, 0.2), (0.1, 0.08)):
            it.shine([(d - 0.3, 0.8), (d + w - 0.3, 0.8), (d + w + 0.3, -0.8), (d + 0.3, -0.8)], glass, pane, 0.7)
    else:
        it.patch(ellipse((0, 0.7), (0.8, 0.5)), artist.colour(0.3, 0.4, 0.6), glass, "foliage")
        it.patch(
            [(-0.6, 0.35), (-0.2, -0.2), (0.05, 0.1), (0.25, -0.1), (0.6, 0.35)], artist.colour(0.6, 0.2, 0.6), glass
        )
        it.patch(ellipse((0.2, -0.4), (0.12, 0.12)), artist.colour(0.1, 0.4, 1), glass, "light")
