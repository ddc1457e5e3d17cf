"""Vehicles: cars, bicycles, aeroplanes, rockets, ships in space. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow
from illustration_parts.drawing.objects.arms import leather, steel
from illustration_parts.drawing.objects.machines import glare, glass
from illustration_parts.drawing.objects.placing import DARK, ellipse, mirrored


def wheel(it, x, y, size, tyre, rim):
    """A wheel with tyre and spokes, from the side."""
    it.oval(x, y, size, size, tyre, "prop", gloss=True)
    it.line(ellipse((x, y), (size * 0.85, size * 0.85)), tyre, 0.6)
    it.oval(x, y, size * 0.66, size * 0.66, rim, "metal", kind="inner", gloss=True)
    for angle in np.arange(5) * 2 * np.pi / 5 + 0.3:
        way = np.array([np.cos(angle), np.sin(angle)])
        it.patch(ellipse((x, y) + way * size * 0.4, (size * 0.14, size * 0.1), angle), rim * 0.45, part="metal")
        it.line([(x, y) + way * size * 0.18, (x, y) + way * size * 0.6], rim, 0.6)
    it.oval(x, y, size * 0.15, size * 0.15, rim * 0.8, "metal", kind="inner")


def draw_car(it):
    """A car or van from the side."""
    artist = it.artist
    colour, pane = artist.colour(), glass(artist)
    van = artist.chance(0.35)
    roof = -0.55 if van else -0.42
    body = [
        (-0.98, 0.3),
        (-0.98, 0.05),
        (-0.9, -0.06),
        (-0.6, -0.1),
        (-0.42 if not van else -0.75, roof),
        (0.35 if not van else 0.85, roof),
        (0.7 if not van else 0.95, -0.08),
        (0.95, -0.02),
        (1.0, 0.28),
        (0.9, 0.36),
        (-0.9, 0.36),
    ]
    mask = it.smooth(body, colour, gloss=True)
    it.shadow([(-1, 0.2), (1, 0.2), (1, 0.5), (-1, 0.5)], mask, 0.7)
    for left, right, lean in (
        ((-0.48, -0.08, 0.14), (-0.02, 0.42, -0.02))
        if not van
        else ((-0.68, -0.3, 0.1), (-0.22, 0.2, 0), (0.28, 0.75, 0))
    ):
        window = it.poly(
            [(left, -0.1), (left + lean, roof + 0.07), (right, roof + 0.07), (right + (0.16 if lean < 0 else 0), -0.1)],
            pane,
            kind="inner",
        )
        glare(it, window, left, roof, right, -0.1, pane)
    for x in (-0.05, 0.45):
        it.line(bow((x, roof + 0.05), (x + 0.02, 0.3), 0.02), colour, 0.7, mask)
        it.line([(x - 0.16, 0.0), (x - 0.07, 0.0)], colour, 1.6, mask)
    it.line(bow((-0.95, 0.1), (0.97, 0.1), -0.02, 20), colour, 0.6, mask)
    it.line([(-0.4, 0.28), (0.4, 0.28)], colour, 0.7, mask)
    it.smooth(
        [(-0.97, 0.02), (-0.84, 0.0), (-0.82, 0.12), (-0.97, 0.14)], artist.colour(0.13, 0.2, 1.0), "light", gloss=True
    )
    it.box(0.9, 0.02, 0.99, 0.14, artist.colour(0.0, 0.8, 0.8), 0.03, "light")
    it.box(-1.03, 0.24, -0.7, 0.34, steel(artist), 0.04, "metal", gloss=True)
    it.box(0.72, 0.24, 1.04, 0.34, steel(artist), 0.04, "metal", gloss=True)
    for x in (-0.58, 0.6):
        it.oval(x, 0.34, 0.27, 0.27, DARK)
        wheel(it, x, 0.37, 0.22, DARK + 25, steel(artist))


def draw_bicycle(it):
    """A bicycle from the side."""
    artist = it.artist
    colour, metal = artist.colour(saturation=0.6), steel(artist)
    for x in (-0.6, 0.6):
        ring = np.concatenate([ellipse((x, 0.4), (0.4, 0.4)), ellipse((x, 0.4), (0.345, 0.345))[::-1]])
        it.shape(ring, DARK + 20, form=None)
        count = 18 if it.rich else 8
        it.lines(
            [[(x, 0.4), (x + 0.35 * np.cos(a), 0.4 + 0.35 * np.sin(a))] for a in np.arange(count) * 2 * np.pi / count],
            metal,
            0.4,
        )
        it.oval(x, 0.4, 0.05, 0.05, metal, "metal")
        it.line(ellipse((x, 0.4), (0.46, 0.46), 0, np.pi * 1.1, np.pi * 1.75, 16), colour, 1.6)
    tubes = (
        ((-0.6, 0.4), (-0.4, -0.4)),
        ((-0.44, -0.25), (0.2, -0.2)),
        ((-0.42, -0.15), (0.0, 0.42)),
        ((0.0, 0.42), (0.24, -0.3)),
        ((0.0, 0.42), (0.6, 0.4)),
        ((0.2, -0.2), (0.6, 0.4)),
    )
    for start, end in tubes:
        it.band(np.array([start, end]), 0.055, colour, "metal", gloss=True)
    it.band(it.curve([(-0.4, -0.4), (-0.5, -0.5), (-0.32, -0.58), (-0.2, -0.5)]), 0.05, metal, "metal")
    it.smooth([(0.08, -0.36), (0.2, -0.42), (0.42, -0.4), (0.42, -0.32), (0.24, -0.3)], DARK + 40)
    it.oval(0.0, 0.42, 0.12, 0.12, metal, "metal")
    it.lines([[(0, 0.42), (0.12 * np.cos(a), 0.42 + 0.12 * np.sin(a))] for a in np.arange(8) * 0.785], metal, 0.5)
    it.line([(0.0, 0.3), (0.6, 0.35)], metal, 0.7)
    it.line([(0.0, 0.54), (0.6, 0.45)], metal, 0.7)
    it.band(np.array([(0, 0.42), (-0.1, 0.66)]), 0.035, metal, "metal")
    it.box(-0.2, 0.64, -0.02, 0.7, DARK)
    basket = it.poly([(-0.85, -0.45), (-0.5, -0.45), (-0.55, -0.12), (-0.8, -0.12)], leather(artist) * 1.3)
    it.lines(
        [[(-0.85 + 0.06 * k, -0.45), (-0.8 + 0.045 * k, -0.12)] for k in range(6)]
        + [[(-0.86, y), (-0.5, y)] for y in (-0.36, -0.27, -0.2)],
        colour,
        0.5,
        basket,
    )


def draw_plane(it):
    """An aeroplane or a rocket with fins and windows."""
    artist = it.artist
    colour, second = artist.colour(saturation=artist.between(0, 0.3), value=0.9), artist.colour(saturation=0.6)
    if artist.chance(0.5):
        flame = it.smooth(
            [(-0.14, 0.62), (-0.22, 0.85), (0, 1.15), (0.22, 0.85), (0.14, 0.62)],
            artist.colour(0.08, 0.8, 1),
            "light",
            form=None,
            line=False,
        )
        it.patch(
            it.curve([(-0.08, 0.62), (-0.1, 0.8), (0, 0.95), (0.1, 0.8), (0.08, 0.62)], True),
            artist.colour(0.14, 0.5, 1),
            flame,
            "light",
        )
        for side in (-1, 1):
            it.smooth([(side * 0.25, 0.15), (side * 0.55, 0.45), (side * 0.55, 0.85), (side * 0.25, 0.62)], second)
        body = it.smooth(
            mirrored([(0, -1.0), (0.25, -0.6), (0.35, 0.0), (0.28, 0.55), (0, 0.62)])[:-1], colour, "metal", gloss=True
        )
        it.patch([(-0.5, -1.05), (0.5, -1.05), (0.5, -0.6), (-0.5, -0.6)], second, body, "metal")
        for y in (-0.6, 0.3, 0.45):
            it.line(bow((-0.36, y), (0.36, y), -0.08, 14), colour, 0.7, body)
        it.oval(0, -0.2, 0.16, 0.16, second, "metal")
        it.oval(0, -0.2, 0.11, 0.11, glass(artist), kind="inner", gloss=True)
        it.box(-0.05, 0.2, 0.05, 0.72, second, 0.04)
        it.rivets(bow((-0.3, 0.38), (0.3, 0.38), -0.08, 12), 7, 0.018, colour)
        return
    it.poly([(0.55, -0.1), (0.8, -0.55), (0.98, -0.55), (0.85, -0.05)], second)
    it.poly([(-0.1, -0.05), (0.2, -0.5), (0.35, -0.5), (0.25, -0.02)], colour * 0.85)
    body = it.smooth(
        [
            (-1.0, 0.02),
            (-0.85, -0.14),
            (-0.5, -0.2),
            (0.5, -0.16),
            (0.95, -0.1),
            (0.95, 0.0),
            (0.4, 0.14),
            (-0.6, 0.18),
            (-0.92, 0.12),
        ],
        colour,
        "metal",
        gloss=True,
    )
    it.patch([(-1, 0.05), (1, 0.02), (1, 0.09), (-1, 0.12)], second, body)
    it.smooth([(-0.88, -0.12), (-0.72, -0.16), (-0.7, -0.06), (-0.88, -0.03)], glass(artist), kind="inner")
    for x in np.linspace(-0.55, 0.6, 12 if it.fine else 5):
        it.oval(x, -0.05, 0.028, 0.038, glass(artist) * 0.7, kind="inner", scale=0.6)
    wing = it.poly([(-0.2, 0.06), (0.2, 0.05), (0.6, 0.7), (0.42, 0.7)], colour * 0.95, "metal")
    it.lines([[(0.15, 0.1), (0.52, 0.68)], [(0.05, 0.2), (0.2, 0.2)]], colour, 0.6, wing)
    it.smooth([(-0.05, 0.28), (0.2, 0.26), (0.22, 0.38), (-0.05, 0.4)], second, "metal", gloss=True)


def draw_drone(it):
    """A spaceship or drone with engines."""
    artist = it.artist
    colour, second, lamp = (
        artist.colour(saturation=artist.between(0, 0.4), value=artist.between(0.4, 0.95)),
        artist.colour(),
        artist.colour(0.5, 0.6, 1),
    )
    for side in (-1, 1):
        wing = it.poly(
            [(side * 0.15, -0.1), (side * 0.6, 0.25), (side * 1.0, 0.75), (side * 0.9, 0.85), (side * 0.15, 0.5)],
            colour * 0.9,
            "metal",
            gloss=True,
        )
        it.lines(
            [
                [(side * 0.3, 0.02), (side * 0.35, 0.55)],
                [(side * 0.55, 0.25), (side * 0.6, 0.68)],
                [(side * 0.2, 0.3), (side * 0.85, 0.72)],
            ],
            colour,
            0.7,
            wing,
        )
        it.patch(
            [(side * 0.62, 0.28), (side * 0.78, 0.48), (side * 0.72, 0.78), (side * 0.58, 0.7)], second, wing, "metal"
        )
        it.box(
            min(side * 0.18, side * 0.4),
            0.35,
            max(side * 0.18, side * 0.4),
            0.85,
            second * 0.8,
            0.06,
            "metal",
            "inflate",
        )
        it.smooth([(side * 0.2, 0.85), (side * 0.38, 0.85), (side * 0.29, 1.1)], lamp, "light", line=False, form=None)
        it.band(np.array([(side * 0.6, 0.3), (side * 0.6, -0.2)]), 0.05, second, "metal")
    body = it.smooth(
        mirrored([(0, -1.0), (0.12, -0.7), (0.22, 0.0), (0.26, 0.6), (0, 0.75)])[:-1], colour, "metal", gloss=True
    )
    pane = it.smooth(
        mirrored([(0, -0.6), (0.09, -0.45), (0.1, -0.15), (0, -0.05)])[:-1], glass(artist), kind="inner", gloss=True
    )
    it.lines([[(-0.1, -0.3), (0.1, -0.3)], [(0, -0.6), (0, -0.05)]], glass(artist), 0.7, pane)
    it.lines([bow((-0.25, y), (0.25, y), -0.1) for y in (0.1, 0.3, 0.5)] + [[(0, 0.1), (0, 0.7)]], colour, 0.6, body)
    it.box(-0.1, 0.36, 0.1, 0.46, second, 0.02, "metal", kind="inner")
    it.rivets([(-0.18, 0.2), (0.18, 0.2)], 5, 0.018, colour)
