"""Furniture, lamps, plants in pots, instruments and toys. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at
from illustration_parts.drawing.objects.arms import gold, leather, steel
from illustration_parts.drawing.objects.placing import ellipse, mirrored


def draw_book(it):
    """An open or a closed book, or a pile of them."""
    artist = it.artist
    cover, paper = artist.colour(), artist.colour(0.12, 0.06, 0.97)
    kind = artist.rng.integers(3)
    if kind == 0:
        it.poly([(-0.95, -0.5), (0.95, -0.5), (1.0, 0.58), (-1.0, 0.58)], cover)
        for side in (-1, 1):
            for lift in (0.06, 0.03, 0.0):
                top, bottom = (
                    bow((0, -0.42), (side * (0.88 + lift), -0.5 + lift), -side * 0.12),
                    bow((side * (0.92 + lift), 0.45 + lift), (0, 0.52), side * 0.12),
                )
                page = it.shape(np.concatenate([top, bottom]), paper, "paper", form=None, kind="inner", scale=0.7)
            it.shadow([(0, -0.6), (side * 0.12, -0.6), (side * 0.1, 0.6), (0, 0.6)], page, 0.5)
            for y in np.linspace(-0.3, 0.35, 10 if it.rich else 6):
                it.line([(side * 0.14, y + 0.03), (side * artist.between(0.55, 0.8), y)], paper, 0.5, page)
        it.line([(0, -0.42), (0, 0.52)], paper, 1.0)
        it.poly(
            [(0.3, -0.52), (0.38, -0.52), (0.38, 0.8), (0.34, 0.74), (0.3, 0.8)], artist.colour(0.0, 0.7, 0.8), "trim"
        )
    elif kind == 1:
        body = it.poly([(-0.6, -0.85), (0.5, -0.85), (0.5, 0.8), (-0.6, 0.8)], cover)
        pages = it.poly([(0.5, -0.83), (0.68, -0.7), (0.68, 0.86), (0.5, 0.8)], paper)
        it.poly([(-0.6, 0.8), (0.5, 0.8), (0.7, 0.88), (0.68, 0.94), (-0.45, 0.9)], cover * 0.7)
        it.lines([[(x, -0.8), (x, 0.84)] for x in (0.54, 0.57, 0.6, 0.63, 0.66)], paper, 0.4, pages)
        it.line([(-0.46, -0.85), (-0.46, 0.8)], cover, 0.8, body)
        it.line([(-0.38, -0.72), (0.4, -0.72), (0.4, 0.68), (-0.38, 0.68), (-0.38, -0.72)], cover, 0.6)
        for x, y in ((-0.38, -0.72), (0.4, -0.72), (0.4, 0.68), (-0.38, 0.68)):
            it.oval(x, y, 0.07, 0.07, gold(artist), "trim", kind="inner", scale=0.7)
        it.oval(0.0, -0.1, 0.22, 0.28, artist.colour(), "trim")
        it.line(ellipse((0, -0.1), (0.15, 0.2)), cover, 0.6)
        it.lines([[(-0.2, y), (0.22, y)] for y in (-0.5, -0.43)], cover, 0.9, body)
        it.streaks(body, cover)
        it.scratches(body, cover, 6)
    else:
        y = 0.75
        for _ in range(int(artist.between(3, 6))):
            thick, shift, tone = artist.between(0.16, 0.3), artist.between(-0.15, 0.15), artist.colour()
            it.box(-0.75 + shift, y - thick + 0.03, 0.72 + shift, y - 0.03, paper, 0.0, "paper")
            it.lines(
                [[(-0.7 + shift, v), (0.7 + shift, v)] for v in np.linspace(y - thick + 0.06, y - 0.06, 4)], paper, 0.4
            )
            for v in (y - thick, y - 0.05):
                it.box(-0.8 + shift, v, 0.76 + shift, v + 0.05, tone, 0.02)
            spine = it.box(-0.85 + shift, y - thick, -0.7 + shift, y, tone, 0.05, form="inflate")
            it.lines(
                [[(-0.85 + shift, y - thick * s), (-0.7 + shift, y - thick * s)] for s in (0.3, 0.7)], tone, 0.6, spine
            )
            y -= thick


def draw_pot_plant(it):
    """A plant in a pot: long leaves, a cactus or a small tree."""
    artist = it.artist
    clay, green = (
        artist.colour(0.05, 0.5, 0.75) if artist.chance(0.5) else artist.colour(),
        artist.colour(artist.between(0.25, 0.4), 0.5, artist.between(0.4, 0.8)),
    )
    kind = artist.rng.integers(3)
    if kind == 0:
        _long_leaves(it, green)
    elif kind == 1:
        _cactus(it, green)
    else:
        _small_tree(it, green)
    it.oval(0, 0.4, 0.44, 0.1, artist.colour(0.07, 0.5, 0.3), "ground")
    pot = it.poly([(-0.42, 0.45), (0.42, 0.45), (0.32, 1.0), (-0.32, 1.0)], clay, form="inflate", gloss=True)
    if artist.chance(0.5):
        it.lines([bow((-0.4, y), (0.4, y), -0.06) for y in (0.66, 0.82)], clay, 0.7, pot)
    it.box(-0.48, 0.36, 0.48, 0.52, clay * 1.05, 0.04, form="inflate")


def _long_leaves(it, green):
    """Long leaves with veins."""
    artist = it.artist
    for x in np.linspace(-0.85, 0.85, 11 if it.fine else 5)[artist.rng.permutation(11 if it.fine else 5)]:
        leaf = it.curve([(x * 0.2, 0.35), (x * 0.5, -0.35), (x, -0.75 + 0.75 * abs(x))])
        mask = it.band(
            leaf, 0.24 * np.sin(np.linspace(0.35, np.pi, len(leaf))), green * artist.between(0.8, 1.1), "foliage"
        )
        it.line(cut(leaf, 0.05, 0.92), green, 0.6, mask)
        if it.rich:
            it.lines(
                [
                    [point_at(leaf, s), point_at(leaf, min(1, s + 0.12)) + (0.06 * d, 0)]
                    for s in (0.3, 0.45, 0.6, 0.75)
                    for d in (-1, 1)
                ],
                green,
                0.4,
                mask,
            )


def _cactus(it, green):
    """A cactus with arms and a flower."""
    artist = it.artist
    for points, wide in (
        ([(0, 0.4), (0, -0.8)], 0.5),
        ([(0.2, 0.1), (0.55, 0.05), (0.55, -0.45)], 0.26),
        ([(-0.2, -0.1), (-0.5, -0.15), (-0.5, -0.55)], 0.24),
    ):
        curve = it.curve(points) if len(points) > 2 else point_at(np.array(points, float), np.linspace(0, 1, 14))
        end = np.minimum(1, np.linspace(1, 0, len(curve)) / 0.18)
        mask = it.band(curve, wide * np.sqrt(end), green, "foliage")
        it.lines([offset(cut(curve, 0, 0.93), wide * d) for d in (-0.28, 0, 0.28)], green, 0.6, mask)
        for share in np.linspace(0.1, 0.9, 8) if it.rich else ():
            for d in (-0.28, 0, 0.28):
                place = point_at(offset(curve, wide * d), share)
                it.lines([[place, place + (0.05 * q, -0.05)] for q in (-1, 1)], green, 0.5)
    for angle in np.arange(5) * 1.26:
        it.oval(
            0.1 * np.cos(angle),
            -0.82 + 0.08 * np.sin(angle),
            0.1,
            0.06,
            artist.colour(0.95, 0.5, 0.95),
            "foliage",
            angle,
        )


def _small_tree(it, green):
    """A small tree with clipped crowns."""
    artist = it.artist
    trunk = it.curve([(0, 0.4), (0.08, 0.0), (-0.05, -0.3)])
    it.band(trunk, 0.1, leather(artist))
    for x, y, size in ((-0.35, -0.25, 0.34), (0.38, -0.3, 0.34), (0, -0.62, 0.42), (0.05, -0.2, 0.3)):
        angles = np.arange(22) * np.pi / 11
        reach = np.where(np.arange(22) % 2, 0.86, 1.06)[:, None] * size
        crown = it.smooth(
            np.stack([np.cos(angles), np.sin(angles)], 1) * reach + (x, y),
            green * artist.between(0.85, 1.1),
            "foliage",
        )
        it.lines(
            [
                bow((x + u * size, y + v * size), (x + u * size + 0.08, y + v * size), -0.5)
                for u, v in artist.rng.uniform(-0.7, 0.6, (8, 2))
            ],
            green,
            0.55,
            crown,
        )


def draw_vase(it):
    """A vase with a pattern and flowers."""
    artist = it.artist
    colour, second = artist.colour(), artist.colour()
    green = artist.colour(0.3, 0.5, 0.6)
    for x, y in ((-0.45, -0.7), (0.4, -0.75), (0, -0.9), (-0.15, -0.55), (0.2, -0.5)):
        stem = bow((x * 0.15, -0.1), (x, y), 0.12 * np.sign(x), 10)
        it.band(stem, 0.04, green, "foliage", form=None)
        petals = int(artist.between(5, 9))
        tone = artist.colour(saturation=artist.between(0.2, 0.7), value=artist.between(0.75, 1))
        for k in range(petals):
            angle = k * 2 * np.pi / petals
            it.oval(x + 0.13 * np.cos(angle), y + 0.12 * np.sin(angle), 0.12, 0.075, tone, "foliage", angle, scale=0.8)
            it.line(
                [
                    (x + 0.05 * np.cos(angle), y + 0.05 * np.sin(angle)),
                    (x + 0.16 * np.cos(angle), y + 0.15 * np.sin(angle)),
                ],
                tone,
                0.45,
            )
        it.oval(x, y, 0.07, 0.065, artist.colour(0.13, 0.7, 0.95), "foliage")
    right = it.curve([(0.2, -0.2), (0.14, 0.02), (0.45, 0.4), (0.42, 0.75), (0.25, 1.0)])
    body = it.shape(mirrored(right), colour, gloss=True)
    it.lines([bow((-0.4, y), (0.4, y), -0.1) for y in (0.25, 0.32, 0.8)], colour, 0.7, body)
    for x in (-0.28, 0, 0.28):
        it.smooth(
            [(x, 0.38), (x + 0.1, 0.55), (x, 0.72), (x - 0.1, 0.55)], second, "trim", clip=body, kind="inner", scale=0.7
        )
    it.oval(0, -0.2, 0.2, 0.05, colour * 0.8)


def draw_tools(it):
    """A wrench, a hammer, a brush or pens, crossed."""
    artist = it.artist
    metal, wood = steel(artist), leather(artist)
    handle = it.band(np.array([(-0.75, 0.85), (0.4, -0.5)]), 0.13, wood)
    it.wood(handle, wood, -0.7, -0.4, 0.3, 0.8, True, 3)
    head = np.array([(0.12, -0.72), (0.34, -0.92), (0.78, -0.5), (0.66, -0.28), (0.56, -0.3)])
    it.poly(head, metal, "metal", "inflate", gloss=True)
    it.lines([[(0.22, -0.82), (0.3, -0.65)]], metal, 0.8)
    blade = it.band(np.array([(0.7, 0.85), (-0.4, -0.5)]), 0.13, metal, "metal", gloss=True)
    it.line(np.array([(0.6, 0.72), (-0.2, -0.26)]), metal, 0.7, blade)
    ring = np.concatenate(
        [
            ellipse((-0.5, -0.62), (0.26, 0.26), 0, -1.6, 3.3, 30),
            ellipse((-0.52, -0.65), (0.12, 0.12), 0, 3.3, -1.6, 20),
        ]
    )
    it.shape(ring, metal, "metal", gloss=True)
    it.oval(0.72, 0.87, 0.15, 0.15, metal, "metal", gloss=True)
    it.oval(0.72, 0.87, 0.07, 0.07, metal * 0.5, "metal", kind="inner")
    it.scratches(blade, metal, 5)


def draw_pencils(it):
    """Pencils and brushes in a cup."""
    artist = it.artist
    for k, x in enumerate(np.linspace(-0.4, 0.4, 6)):
        colour, lean, tall = artist.colour(saturation=0.6), x * 0.6, artist.between(0.6, 1.0)
        start, end = np.array([x * 0.7, 0.1]), np.array([x + lean, 0.05 - tall])
        stick = it.band(np.array([start, end]), 0.11, colour)
        it.line([start + (0.02, 0), end + (0.02, 0)], colour, 0.5, stick)
        along = (end - start) / np.hypot(*(end - start))
        side = np.array([-along[1], along[0]]) * 0.055
        if k % 2:
            it.poly([end - side, end + side, end + along * 0.16], artist.colour(0.1, 0.3, 0.9))
            it.poly(
                [end + along * 0.11 - side * 0.3, end + along * 0.11 + side * 0.3, end + along * 0.17],
                colour,
                scale=0.6,
            )
        else:
            it.band(np.array([end, end + along * 0.08]), 0.12, steel(artist), "metal")
            it.smooth(
                [
                    end + along * 0.08 - side,
                    end + along * 0.16 - side * 1.3,
                    end + along * 0.3,
                    end + along * 0.16 + side * 1.3,
                    end + along * 0.08 + side,
                ],
                leather(artist),
            )
    mug = artist.colour()
    it.oval(0, 0.0, 0.5, 0.1, mug * 0.6)
    body = it.shape(
        np.concatenate(
            [
                ellipse((0, 0.0), (0.5, 0.1), 0, 0, np.pi, 20),
                [(-0.46, 0.9)],
                ellipse((0, 0.9), (0.46, 0.1), 0, np.pi, 0, 20),
            ]
        ),
        mug,
        gloss=True,
    )
    it.lines([bow((-0.48, y), (0.48, y), -0.1) for y in (0.22, 0.75)], mug, 0.7, body)
    it.smooth(
        [(0, 0.7), (-0.22, 0.48), (-0.16, 0.32), (0, 0.4), (0.16, 0.32), (0.22, 0.48)],
        artist.colour(),
        "trim",
        clip=body,
        kind="inner",
    )
