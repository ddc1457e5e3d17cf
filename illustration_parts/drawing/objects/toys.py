"""Instruments, balls, balloons, presents, globes. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow
from illustration_parts.drawing.objects.arms import gold, leather, steel
from illustration_parts.drawing.objects.placing import DARK, LIGHT, ellipse, mirrored


def draw_guitar(it):
    """A guitar or violin."""
    artist = it.artist
    wood, dark = artist.colour(0.07, 0.6, artist.between(0.45, 0.9)), artist.colour(0.05, 0.4, 0.25)
    right = it.curve([(0, -0.15), (0.2, -0.18), (0.32, 0.0), (0.22, 0.25), (0.42, 0.55), (0.36, 0.9), (0, 1.0)])
    body = it.shape(mirrored(right), wood, gloss=True)
    it.line(mirrored(right * (0.9, 0.95) + (0, 0.03)), wood, 0.6, body)
    it.wood(body, wood, -0.3, -0.1, 0.3, 0.95, True, 8)
    if artist.chance(0.6):
        it.oval(0, 0.3, 0.13, 0.13, DARK, kind="inner")
        it.lines([ellipse((0, 0.3), (0.16, 0.16)), ellipse((0, 0.3), (0.19, 0.19))], wood, 0.5, body)
    else:
        for side in (-1, 1):
            it.line(
                it.curve([(side * 0.14, 0.25), (side * 0.2, 0.32), (side * 0.14, 0.45), (side * 0.2, 0.55)]),
                wood,
                1.6,
                body,
            )
    neck = it.box(-0.055, -0.78, 0.055, 0.2, dark)
    it.lines([[(-0.055, y), (0.055, y)] for y in -0.75 + 0.95 * (1 - 0.88 ** np.arange(14))], dark, 0.6, neck)
    it.poly([(-0.06, -0.76), (-0.1, -1.05), (0.1, -1.05), (0.06, -0.76)], wood * 0.8)
    for side in (-1, 1):
        for y in (-1.0, -0.92, -0.84):
            it.oval(side * 0.13, y, 0.04, 0.03, steel(artist), "metal")
    it.box(-0.16, 0.62, 0.16, 0.68, dark, 0.02)
    it.lines([[(x * 0.8, -0.78), (x, 0.64)] for x in np.linspace(-0.04, 0.04, 5 if it.rich else 3)], wood, 0.4)


def draw_horn(it):
    """A trumpet, or a drum with sticks."""
    artist = it.artist
    brass = gold(artist)
    if artist.chance(0.5):
        shell, skin = artist.colour(), artist.colour(0.12, 0.05, 0.98)
        side = it.shape(
            np.concatenate(
                [
                    [(-0.8, -0.2)],
                    ellipse((0, 0.6), (0.8, 0.22), 0, np.pi, 0, 30),
                    [(0.8, -0.2)],
                    ellipse((0, -0.2), (0.8, 0.22), 0, 0, np.pi, 30),
                ]
            ),
            shell,
            gloss=True,
        )
        for k in range(8):
            x = -0.8 + 0.2 * k
            it.lines([[(x, -0.05), (x + 0.1, 0.7)], [(x + 0.2, -0.05), (x + 0.1, 0.7)]], shell, 0.9, side)
        it.oval(0, -0.2, 0.82, 0.25, brass, "metal")
        it.oval(0, -0.22, 0.75, 0.2, skin, kind="inner")
        for start, end in (((0.1, -0.2), (0.9, -0.85)), ((-0.2, -0.15), (-0.7, -0.95))):
            it.band(np.array([start, end]), 0.055, leather(artist) * 1.3)
            it.oval(*start, 0.07, 0.055, leather(artist) * 1.3, form="inflate")
        return
    tube = it.curve([(-0.95, -0.05), (-0.3, -0.05), (0.3, -0.05)])
    it.band(tube, 0.07, brass, "metal", gloss=True)
    loop = np.concatenate(
        [
            ellipse((-0.4, 0.12), (0.17, 0.17), 0, np.pi / 2, 1.5 * np.pi, 16),
            ellipse((0.3, 0.12), (0.17, 0.17), 0, -np.pi / 2, np.pi / 2, 16),
        ]
    )
    it.band(loop, 0.06, brass, "metal")
    for x in (-0.15, 0.0, 0.15):
        it.box(x - 0.055, -0.18, x + 0.055, 0.34, brass, 0.03, "metal", gloss=True)
        it.box(x - 0.02, -0.3, x + 0.02, -0.18, steel(artist), 0.0, "metal")
        it.oval(x, -0.31, 0.05, 0.025, LIGHT, "metal")
    bell = np.concatenate(
        [
            bow((0.25, -0.085), (0.98, -0.42), 0.2, 14),
            ellipse((0.98, -0.05), (0.1, 0.37), 0, -np.pi / 2, np.pi / 2, 20),
            bow((0.98, 0.32), (0.25, -0.015), 0.2, 14),
        ]
    )
    it.shape(bell, brass, "metal", gloss=True)
    it.oval(0.98, -0.05, 0.1, 0.37, brass * 0.75, "metal")
    it.oval(-0.97, -0.05, 0.035, 0.08, brass, "metal")


def draw_ball(it):
    """A ball with stripes, panels or stitches."""
    artist = it.artist
    colour, second = artist.colour(), artist.colour()
    ball = it.oval(0, 0, 0.9, 0.9, colour, form="inflate", gloss=True)
    kind = artist.rng.integers(4)
    if kind == 0:
        for height in (-0.35, 0.35):
            it.line(bow((-0.9, height), (0.9, height), -height * 0.6, 20), colour, 0.9, ball)
        it.line(bow((0, -0.9), (0, 0.9), artist.between(-0.4, 0.4), 20), colour, 0.9, ball)
    elif kind == 1:
        it.band(bow((-1, 0.1), (1, 0.1), 0.18, 24), 0.35, second, clip=ball, kind="inner", form=None)
        angles = np.arange(11) * np.pi / 5
        star = np.stack([np.cos(angles), np.sin(angles)], 1) * np.where(np.arange(11) % 2, 0.1, 0.25)[:, None] + (
            0.1,
            -0.45,
        )
        it.poly(star, second, clip=ball, kind="inner")
    elif kind == 2:
        for angle in np.arange(5) * 2 * np.pi / 5:
            spot = np.array([np.cos(angle), np.sin(angle)])
            it.shape(ellipse(spot * 0.72, (0.24, 0.24), angle, samples=6), second, clip=ball, kind="inner", form=None)
            it.line([spot * 0.5, spot * 0.24], colour, 0.8, ball)
        it.shape(ellipse((0, 0), (0.26, 0.26), samples=6), second, clip=ball, kind="inner", form=None)
    else:
        for side in (-1, 1):
            seam = ellipse((side * 0.95, 0), (0.55, 0.8), 0, samples=60)
            it.line(seam, colour, 0.9, ball)
            for k in range(0, 60, 3) if it.rich else ():
                place = seam[k]
                it.line([place + (-0.05, -0.03), place + (0.05, 0.03)], artist.colour(0.0, 0.8, 0.7), 0.8, ball)


def draw_balloon(it):
    """Balloons on strings, or a kite."""
    artist = it.artist
    for x, y in ((0, -0.35),) if artist.chance(0.3) else ((-0.42, -0.3), (0.42, -0.25), (0, -0.5)):
        colour = artist.colour(saturation=artist.between(0.4, 0.8))
        it.line(it.curve([(x, y + 0.5), (x * 0.5 + 0.06, 0.5), (0, 1.0)]), colour, 0.7)
        body = it.smooth(
            [
                (x, y - 0.5),
                (x + 0.33, y - 0.3),
                (x + 0.36, y + 0.05),
                (x, y + 0.48),
                (x - 0.36, y + 0.05),
                (x - 0.33, y - 0.3),
            ],
            colour,
            gloss=True,
        )
        it.shine(
            it.curve([(x - 0.24, y - 0.2), (x - 0.12, y - 0.38), (x - 0.1, y - 0.3), (x - 0.2, y - 0.1)], True),
            body,
            colour,
            0.8,
        )
        it.poly([(x, y + 0.46), (x - 0.05, y + 0.55), (x + 0.05, y + 0.55)], colour)


def draw_present(it):
    """A parcel with ribbon and bow."""
    artist = it.artist
    paper, ribbon = artist.colour(), artist.colour(saturation=0.6)
    front = it.poly([(-0.8, -0.1), (0.5, 0.0), (0.5, 0.95), (-0.8, 0.82)], paper)
    it.poly([(0.5, 0.0), (0.9, -0.2), (0.9, 0.7), (0.5, 0.95)], paper * 0.8)
    it.poly([(-0.8, -0.1), (-0.35, -0.3), (0.9, -0.2), (0.5, 0.0)], paper * 1.1)
    for x, y in artist.rng.uniform((-0.75, 0.0), (0.45, 0.85), (14, 2)):
        it.patch(ellipse((x, y), (0.05, 0.05)), ribbon + (255 - ribbon) * 0.4, front)
    it.poly([(-0.24, -0.06), (-0.05, -0.04), (-0.05, 0.9), (-0.24, 0.88)], ribbon, "trim")
    it.poly([(-0.8, 0.3), (0.5, 0.4), (0.5, 0.56), (-0.8, 0.46)], ribbon, "trim")
    it.poly([(0.5, 0.4), (0.9, 0.2), (0.9, 0.34), (0.5, 0.56)], ribbon * 0.8, "trim")
    for side in (-1, 1):
        loop = it.smooth(
            [(0.05, -0.15), (0.05 + side * 0.3, -0.6), (0.05 + side * 0.6, -0.5), (0.05 + side * 0.5, -0.2)],
            ribbon,
            "trim",
        )
        it.lines(
            [
                bow((0.05 + side * 0.05, -0.2), (0.05 + side * 0.35, -0.4), 0.1),
                bow((0.05 + side * 0.05, -0.15), (0.05 + side * 0.38, -0.25), 0.1),
            ],
            ribbon,
            0.6,
            loop,
        )
    it.oval(0.05, -0.18, 0.12, 0.1, ribbon, "trim", form="inflate")


def draw_globe(it):
    """A globe on its stand, or a crystal ball."""
    artist = it.artist
    wood, sea, land = leather(artist), artist.colour(0.55, 0.5, 0.8), artist.colour(0.2, 0.4, 0.8)
    it.smooth([(-0.5, 1.0), (-0.3, 0.88), (0.3, 0.88), (0.5, 1.0)], wood)
    it.box(-0.07, 0.6, 0.07, 0.9, wood)
    ball = it.oval(0, 0, 0.68, 0.68, sea, form="inflate", gloss=True)
    rng = artist.rng
    for x, y, size in ((-0.25, -0.2, 0.3), (0.3, 0.1, 0.28), (-0.1, 0.45, 0.2)):
        angles = np.arange(9) * 2 * np.pi / 9
        coast = np.stack(
            [
                x + size * rng.uniform(0.6, 1.2, 9) * np.cos(angles),
                y + size * rng.uniform(0.6, 1.1, 9) * np.sin(angles),
            ],
            1,
        )
        it.smooth(coast, land, clip=ball, kind="inner", form=None, scale=0.7)
    it.lines(
        [ellipse((0, 0), (0.68 * s, 0.68)) for s in (0.35, 0.75)]
        + [bow((-0.7, y), (0.7, y), -0.08, 20) for y in (-0.35, 0, 0.35)],
        sea,
        0.4,
        ball,
    )
    it.band(ellipse((0, 0), (0.78, 0.78), 0.4, -np.pi / 2, np.pi / 2, 30), 0.07, gold(artist), "metal", gloss=True)
    for way in (-1, 1):
        it.oval(-way * 0.3, way * 0.7, 0.06, 0.06, gold(artist), "metal")
