"""Ornaments, effects and signs: lace, wings, flames, smoke, water, dust, notes, hearts, stars, magic circles.

Each is drawn in a box of about -1 .. 1. Effects are drawn with outlines, as fills alone or as light without ink.
"""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at, turn
from illustration_parts.drawing.objects.arms import gold, steel
from illustration_parts.drawing.objects.birds import draw_feathers
from illustration_parts.drawing.objects.placing import LIGHT, ellipse, mirrored


def draw_lace(it):
    """A strip of lace: loops, holes and flowers."""
    artist = it.artist
    colour = artist.colour(saturation=0.1, value=artist.pick((0.98, 0.25)))
    count = 6
    for k in range(count):
        x = -1 + (k + 0.5) * 2 / count
        it.oval(x, 0.35, 1.05 / count, 0.32, colour, "trim")
        it.line(ellipse((x, 0.38), (0.8 / count, 0.22)), colour, 0.5)
        for angle in np.linspace(0.3, np.pi - 0.3, 5):
            hole = (x + 0.8 / count * np.cos(angle), 0.38 + 0.2 * np.sin(angle))
            it.oval(*hole, 0.025, 0.025, colour * 0.55, "trim", kind="inner", scale=0.4)
    band = it.box(-1.02, -0.4, 1.02, 0.35, colour, 0.02, "trim")
    it.lines([[(-1, y), (1, y)] for y in (-0.33, 0.24, 0.3)], colour, 0.6, band)
    for k in range(count):
        x = -1 + (k + 0.5) * 2 / count
        for angle in np.arange(6) * np.pi / 3:
            petal = ellipse((x + 0.09 * np.cos(angle), -0.04 + 0.12 * np.sin(angle)), (0.07, 0.045), angle)
            it.line(petal, colour, 0.6, band)
        it.oval(x, -0.04, 0.03, 0.035, colour * 0.55, "trim", kind="inner", scale=0.5)
    threads = [[(x, -0.33), (x + d, 0.24)] for x in np.linspace(-1.1, 1.0, 26) for d in (-0.12, 0.12)]
    it.lines(threads if it.rich else [], colour, 0.3, band, 0.5)
    ribbon = artist.colour(saturation=0.4)
    it.box(-1.02, -0.52, 1.02, -0.38, ribbon, 0.02, "trim")
    it.lines([[(x, -0.5), (x + 0.04, -0.4)] for x in np.linspace(-0.95, 0.95, 14)], ribbon, 0.6)


def draw_wings(it):
    """A pair of wings: feathers, or a bat's skin."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0, 0.3), value=artist.pick((0.97, 0.9, 0.2)))
    if artist.chance(0.6):
        for side in (-1, 1):
            draw_feathers(it, (side * 0.1, 0.0), (side * 0.85, -0.65), side, colour, part="prop")
        return
    skin = artist.colour(value=artist.between(0.2, 0.6))
    for side in (-1, 1):
        root, wrist = np.array([side * 0.1, 0.0]), np.array([side * 0.55, -0.75])
        spread = zip((0.7, 0.85, 0.95, 0.9), (0.3, 0.8, 1.35, 1.9))
        tips = [wrist + r * np.array([side * np.cos(a), np.sin(a)]) for r, a in spread]
        edge = [bow(a, b, -side * 0.2, 9) for a, b in zip(tips[:-1], tips[1:])]
        inner = bow(tips[-1], root + (0, 0.3), -side * 0.2, 8)
        mask = it.poly(np.concatenate([[root], [wrist], *edge, inner]), skin, form=None)
        for tip in tips:
            it.band(bow(wrist, tip, side * 0.08, 10), np.linspace(0.06, 0.015, 10), skin * 0.8, kind="inner", form=None)
            for share in (0.4, 0.65):
                start = wrist + share * (tip - wrist)
                it.line(bow(start, start + (0.02, 0.2), 0.1), skin, 0.45, mask)
        it.band(bow(root, wrist, -side * 0.1, 10), np.linspace(0.13, 0.07, 10), skin * 0.8, form=None)
        it.poly([wrist + (-0.04, 0), wrist + (0.04, 0), wrist + (0, -0.18)], LIGHT * 0.9)


def _lined(it):
    """Whether an effect has outlines here."""
    style = it.artist.style
    return not style.keeps_colours or it.artist.chance(0.5)


def draw_flames(it):
    """A fire in three tones."""
    artist = it.artist
    hue, line = artist.pick((0.05, 0.05, 0.6, 0.8)), _lined(it)
    tongues = [(-0.7, -0.1), (-0.35, -0.75), (0.0, -0.4), (0.25, -1.0), (0.5, -0.35), (0.75, -0.2)]
    for size, shade in ((1.0, (hue, 0.85, 0.95)), (0.72, (hue + 0.05, 0.7, 1.0)), (0.45, (hue + 0.09, 0.35, 1.0))):
        points = [(-0.75, 0.55)]
        for k, (x, y) in enumerate(tongues):
            tip = (x + artist.between(-0.08, 0.08), y + artist.between(-0.1, 0.1))
            points += [tip, (x + 0.14, 0.15 - 0.1 * (k % 2))]
        points += [(0.72, 0.6), (0, 0.95)]
        outline = it.curve(np.array(points) * size + (0, 0.75 * (1 - size)), True)
        kind = "boundary" if size == 1 else "inner"
        mask = it.shape(outline, artist.colour(*shade), "light", form=None, line=line, kind=kind)
        licks = [bow((x * size, 0.5), (x * size * 0.9, 0.1), 0.25) for x in (-0.4, 0.1, 0.45)]
        it.lines(licks if line else [], artist.colour(*shade), 0.5, mask)
    for x, y in artist.rng.uniform((-0.8, -1.1), (0.8, -0.3), (7, 2)):
        it.patch(ellipse((x, y), (0.03, 0.04)), artist.colour(hue + 0.04, 0.7, 1.0), part="light")


def draw_smoke(it):
    """A cloud of smoke or dust: puffs that run into each other."""
    artist, rng = it.artist, it.artist.rng
    grey, line = artist.colour(0.08, artist.between(0, 0.12), artist.between(0.75, 1)), _lined(it)
    rims = []
    lean = rng.normal(0, 0.3)
    for y in (-0.65, -0.4, -0.1, 0.15, 0.4, 0.6):
        half = rng.uniform(0.2, 0.35) + 0.25 * (y + 0.7)
        for x in rng.uniform(-half, half, 3) - lean * y:
            size, corners = rng.uniform(0.16, 0.36), int(rng.integers(5, 9))
            angles = np.arange(corners) * 2 * np.pi / corners + rng.uniform(0, 1)
            knots = np.stack([x + size * np.cos(angles), y + size * 0.85 * np.sin(angles)], 1)
            rim = np.concatenate([bow(a, b, -0.3, 8) for a, b in zip(knots, np.roll(knots, -1, 0))])
            rims.append((x, y, size, rim))
    if line:
        for *_, rim in rims:
            it.shape(rim, grey, "light", form=None)
    for x, y, _, rim in rims:
        it.shape((rim - (x, y)) * 0.96 + (x, y), grey, "light", line=False, form=None)
    for x, y, size, rim in rims:
        mask = it.mask(rim)
        if artist.chance(0.6):
            lower = ellipse((x, y), (size, size * 0.85), 0, 0.2, 2.6, 16)
            upper = bow((x - size * 0.85, y + size * 0.4), (x + size * 0.95, y + size * 0.15), -0.3, 10)
            it.shadow(np.concatenate([lower, upper]), mask, 0.45)
        if line:
            swirl = ellipse((x, y), (size * 0.75, size * 0.62), 0, artist.between(2.5, 4), artist.between(4.2, 6), 14)
            it.line(swirl, grey, 0.7, mask)


def draw_splash(it):
    """A splash of water: a crown of tongues, a pool and drops."""
    artist, rng = it.artist, it.artist.rng
    water, line = artist.colour(0.54, 0.3, 0.95), _lined(it)
    pool = it.oval(0, 0.68, 0.95, 0.24, water, line=line)
    it.line(ellipse((0, 0.68), (0.7, 0.15)), water, 0.6, pool)
    for angle in np.linspace(np.pi * 1.1, np.pi * 1.9, 9)[rng.permutation(9)]:
        way = np.array([np.cos(angle), np.sin(angle) * 1.2])
        reach = rng.uniform(0.6, 1.05)
        tongue = bow((way[0] * 0.45, 0.66), np.array([0, 0.6]) + way * reach, 0.25 * way[0], 14)
        widths = 0.3 * (1 - np.linspace(0, 1, 14)) ** 0.8 + 0.02
        mask = it.band(tongue, widths, water, line=line, form=None, root=0.15)
        it.shine(np.concatenate([tongue[3:11], offset(tongue, 0.05)[3:11][::-1]]), mask, water, 0.8)
        it.line(offset(cut(tongue, 0.1, 0.6), -0.03), water, 0.5, mask)
    for _ in range(9):
        x, y, size = rng.uniform(-0.9, 0.9), rng.uniform(-1.0, -0.1), rng.uniform(0.03, 0.09)
        drop = it.curve(
            [(x, y - size * 1.8), (x + size, y + size * 0.2), (x, y + size), (x - size, y + size * 0.2)], True
        )
        spot = it.shape(drop, water, "prop", form=None, line=line)
        it.shine(ellipse((x - size * 0.3, y), (size * 0.25, size * 0.4)), spot, water, 0.9)


def draw_notes(it):
    """Notes of music, perhaps on staves."""
    artist = it.artist
    colour = artist.colour(value=artist.between(0.1, 0.7))
    if artist.chance(0.5):
        for y in np.linspace(-0.2, 0.2, 5):
            it.line(it.curve([(-1, y + 0.1), (-0.3, y - 0.1), (0.4, y + 0.1), (1, y - 0.05)]), colour, 0.5)
    for x, y, pair in ((-0.55, 0.25, True), (0.3, 0.0, False), (0.75, -0.45, False)):
        for d in (0, 0.36) if pair else (0,):
            it.oval(x + d, y, 0.15, 0.11, colour, heading=-0.4)
            it.band(np.array([(x + d + 0.12, y - 0.02), (x + d + 0.12, y - 0.62)]), 0.035, colour)
        if pair:
            it.poly([(x + 0.1, y - 0.66), (x + 0.5, y - 0.72), (x + 0.5, y - 0.58), (x + 0.1, y - 0.52)], colour)
        else:
            flag = [
                (x + 0.12, y - 0.64),
                (x + 0.26, y - 0.42),
                (x + 0.26, y - 0.18),
                (x + 0.2, y - 0.36),
                (x + 0.12, y - 0.48),
            ]
            it.smooth(flag, colour, form=None)


def draw_hearts(it):
    """Hearts or stars, one large, some small."""
    artist = it.artist
    star = artist.chance(0.5)
    for x, y, size in ((0, 0.05, 0.75), (0.75, -0.6, 0.28), (-0.75, -0.5, 0.22)):
        colour = artist.colour(0.13 if star else artist.pick((0.97, 0.0, 0.9)), artist.between(0.4, 0.8), 0.98)
        if star:
            angles = np.arange(10) * np.pi / 5 - np.pi / 2
            reach = np.where(np.arange(10) % 2, 0.5, 1.0)[:, None] * size
            points = np.stack([np.cos(angles), np.sin(angles)], 1) * reach + (x, y)
            mask = it.poly(points, colour, "trim", "inflate", gloss=True)
            it.lines([[(x, y), p] for p in points[::2]], colour, 0.5, mask)
        else:
            right = it.curve([(0, -0.5), (0.3, -0.85), (0.8, -0.8), (0.98, -0.3), (0.6, 0.35), (0.0, 0.95)])
            mask = it.shape(mirrored(right) * size + (x, y), colour, "trim", gloss=True)
            it.line(mirrored(right) * size * 0.82 + (x, y), colour, 0.5, mask)
            it.shine(ellipse((x - size * 0.5, y - size * 0.4), (size * 0.12, size * 0.22), 0.6), mask, colour, 0.8)


def draw_sign(it):
    """Signs of comics: anger, a drop of sweat, surprise, a question, strokes of emphasis."""
    artist = it.artist
    kind, colour = artist.rng.integers(5), artist.colour(saturation=0.7)
    if kind == 0:
        red = artist.colour(0.99, 0.75, 0.9)
        for angle in np.arange(4) * np.pi / 2:
            arm = it.curve(turn([(0.12, -0.7), (0.22, -0.22), (0.7, -0.12)], angle))
            it.band(arm, 0.16 * np.sin(np.linspace(0.5, np.pi - 0.5, len(arm))), red, "trim", form=None)
    elif kind == 1:
        for x, y, size in ((0, 0, 0.8), (0.7, -0.4, 0.35)):
            right = np.array([(0, -1.1), (0.3, -0.3), (0.5, 0.3), (0.3, 0.75), (0, 0.85)]) * size
            drop = it.smooth(mirrored(right)[:-1] + (x, y), artist.colour(0.55, 0.2, 1), gloss=True)
            it.shine(ellipse((x - size * 0.2, y + size * 0.3), (size * 0.09, size * 0.25)), drop, LIGHT, 1.0)
    elif kind == 2:
        for x, lean in ((-0.3, -0.15), (0.35, 0.15)):
            bar = np.array([(-0.2, -0.9), (0.2, -0.9), (0.09, 0.35), (-0.09, 0.35)])
            it.poly(turn(bar, lean) + (x, 0), colour, gloss=True)
            it.shape(turn(ellipse((0, 0.65), (0.15, 0.15)), lean) + (x, 0), colour)
    elif kind == 3:
        hook = it.curve(
            [(-0.45, -0.4), (-0.35, -0.85), (0.2, -0.95), (0.5, -0.6), (0.3, -0.2), (0.03, 0.05), (0.0, 0.35)]
        )
        it.band(hook, 0.26, colour)
        it.oval(0, 0.72, 0.17, 0.17, colour)
    else:
        for k, angle in enumerate(np.linspace(-np.pi * 0.85, -np.pi * 0.15, 5)):
            way = np.array([np.cos(angle), np.sin(angle)])
            ray = np.array([way * 0.35, way * (0.95 if k % 2 else 0.8)]) + (0, 0.5)
            it.band(point_at(ray, np.linspace(0, 1, 8)), np.linspace(0.05, 0.2, 8), colour, form=None)


def draw_crystal(it):
    """A cluster of crystals with facets."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0.3, 0.7), value=artist.between(0.6, 1))
    for angle, length in zip((-0.75, 0.7, -0.4, 0.4, 0.0), (0.55, 0.6, 0.8, 0.75, 1.0)):
        width, base = artist.between(0.14, 0.22), np.array([0, 0.75])
        corners = [
            (-width, 0.75),
            (-width, 0.4 - length),
            (0.03, 0.1 - length * 1.15),
            (width, 0.45 - length),
            (width, 0.75),
        ]
        outline = turn(np.array(corners), angle, base)
        left, tip, right = outline[1:4]
        ridge, foot = turn(np.array([(0.25 * width, 0.55 - length), (0.3 * width, 0.75)]), angle, base)
        mask = it.poly(outline, colour, "prop")
        it.shadow([ridge, tip, right, outline[4], foot], mask)
        it.shine([left, tip, ridge], mask, colour, 0.5)
        it.lines([[tip, ridge], [ridge, foot], [left, ridge], [ridge, right]], colour, 0.7, mask)
        for share in (0.3, 0.55):
            start = point_at(np.array([left, outline[0]]), share)
            it.line([start, point_at(np.array([ridge, foot]), share + 0.12)], colour, 0.45, mask)
    stone = artist.colour(0.08, 0.1, 0.5)
    for x, size in ((-0.55, 0.3), (0.5, 0.34), (0.0, 0.36)):
        rim = [(x - size, 0.9), (x - size * 0.6, 0.62), (x + size * 0.3, 0.58), (x + size, 0.88), (x, 0.98)]
        rock = it.smooth(rim, stone, "ground")
        it.line([(x - 0.1, 0.68), (x, 0.8), (x - 0.05, 0.92)], stone, 0.6, rock)


def draw_chain(it):
    """A chain of links, each through the next."""
    artist = it.artist
    colour = steel(artist, 0.35, 0.9) if artist.chance(0.7) else gold(artist)
    path = bow((-1, artist.between(-0.5, 0.5)), (1, artist.between(-0.5, 0.5)), artist.between(-0.5, 0.5), 40)
    count = int(artist.between(6, 10))
    places = point_at(path, np.linspace(0.04, 0.96, count))
    for flat in (True, False):  # links that lie flat, then those on edge between them
        for k, place in enumerate(places):
            if (k % 2 == 0) != flat:
                continue
            ahead = point_at(path, min(1, (k + 1.2) / count)) - place
            heading = np.arctan2(ahead[1], ahead[0])
            long, way = 1.45 / count, np.array([np.cos(heading), np.sin(heading)])
            if flat:
                outer = ellipse(place, (long, 0.85 / count), heading)
                inner = ellipse(place, (long * 0.66, 0.45 / count), heading)
                it.shape(np.concatenate([outer, inner[::-1]]), colour, "metal", form=None)
                it.line(ellipse(place, (long * 0.84, 0.65 / count), heading, 2.6, 5.0), colour, 0.5)
            else:
                it.shape(ellipse(place, (long, 0.24 / count), heading), colour, "metal", gloss=True)
                it.line([place - 0.7 * long * way, place + 0.7 * long * way], colour, 0.6)


def draw_feather(it):
    """A feather with its barbs."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0, 0.4), value=artist.between(0.3, 1))
    quill = bow((-1, 0.1), (0.95, -0.05), artist.between(-0.25, 0.25), 40)
    widths = 0.5 * np.sin(np.linspace(0.1, np.pi - 0.05, 40)) ** 0.6
    widths[:6] *= 0.15
    mask = it.band(quill, widths, colour)
    for share in np.linspace(0.17, 0.93, 26 if it.rich else 12):
        for side in (-1, 1):
            start, end = point_at(quill, share), point_at(offset(quill, side * widths * 0.5), min(1.0, share + 0.12))
            if artist.chance(0.75):
                it.line(bow(start, end, side * 0.15), colour, 0.45, mask)
    it.line(cut(quill, 0, 0.93), colour, 1.2)


def draw_magic_circle(it):
    """A magic circle: rings, a star, signs; drawn with ink, or as light without."""
    artist = it.artist
    glow, squash = artist.colour(saturation=artist.between(0.3, 0.8), value=1.0), artist.pick((1.0, 1.0, 0.4))
    light = not it.fine or artist.style.keeps_colours and artist.chance(0.5)

    def draw(points, breadth):
        points = np.asarray(points, float) * (1, squash)
        if light:
            strip = np.concatenate([offset(points, breadth / 2), offset(points, -breadth / 2)[::-1]])
            it.patch(strip, glow, part="light")
        else:
            it.line(points, glow, breadth * 40)

    for radius, breadth in ((0.98, 0.03), (0.9, 0.015), (0.68, 0.02), (0.3, 0.02)):
        draw(ellipse((0, 0), (radius, radius), samples=90), breadth)
    corners = int(artist.pick((3, 4, 5, 6)))
    for start in range(1 if corners == 5 else 2):
        step = 4 * np.pi / 5 if corners == 5 else 2 * np.pi / corners
        angles = np.arange(corners + 1) * step - np.pi / 2 + start * np.pi / corners
        ring = np.stack([np.cos(angles), np.sin(angles)], 1) * 0.88
        for a, b in zip(ring[:-1], ring[1:]):
            draw([a, (a + b) / 2, b], 0.018)
    for angle in np.arange(18) * 2 * np.pi / 18 if it.fine else ():
        place = 0.79 * np.array([np.cos(angle), np.sin(angle)])
        for _ in range(2):
            a, b = place + artist.rng.uniform(-0.05, 0.05, 2), place + artist.rng.uniform(-0.06, 0.06, 2)
            draw([a, (a + b) / 2, b], 0.016)


def draw_snowflake(it):
    """A snowflake or a flash of lightning."""
    artist = it.artist
    colour = artist.colour(0.55, 0.15, 1.0)
    if artist.chance(0.4):
        bolt = [(0.2, -1.0), (-0.5, 0.1), (-0.08, 0.08), (-0.3, 1.0), (0.55, -0.2), (0.1, -0.15), (0.55, -1.0)]
        mask = it.poly(bolt, artist.colour(0.14, 0.7, 1.0), "light", gloss=True)
        it.shine([(0.2, -1.0), (-0.5, 0.1), (-0.3, 0.1), (0.35, -1.0)], mask, colour, 0.6)
        return
    for angle in np.arange(6) * np.pi / 3:
        arm = turn([(0, 0), (0, -0.95)], angle)
        it.band(arm, 0.07, colour)
        for share in (0.45, 0.65, 0.82):
            for side in (-1, 1):
                end = turn([(side * 0.26 * (1.2 - share), -0.95 * share - 0.2)], angle)[0]
                it.band(np.array([point_at(arm, share), end]), 0.05, colour)
    it.shape(ellipse((0, 0), (0.16, 0.16), samples=7), colour)


def draw_bubbles(it):
    """Soap bubbles or pearls."""
    artist = it.artist
    for x, y, size in ((-0.3, 0.2, 0.6), (0.5, -0.3, 0.42), (-0.5, -0.65, 0.25), (0.45, 0.6, 0.25), (0.1, -0.85, 0.12)):
        colour = artist.colour(saturation=0.15, value=0.97)
        ball = it.oval(x, y, size, size, colour, gloss=True)
        rim = ellipse((x, y), (size, size), 0, -0.3, 2.6, 30)
        inner = ellipse((x - size * 0.12, y - size * 0.14), (size * 0.92, size * 0.92), 0, 2.6, -0.3, 30)
        it.shadow(np.concatenate([rim, inner]), ball, 0.5)
        outer = ellipse((x, y), (size * 0.82, size * 0.82), 0, 3.4, 4.5, 14)
        inner = ellipse((x, y), (size * 0.66, size * 0.66), 0, 4.5, 3.4, 14)
        it.shine(np.concatenate([outer, inner]), ball, colour, 1.0)
        it.line(ellipse((x, y), (size * 0.8, size * 0.8), 0, 0.4, 1.3, 12), colour, 0.5, ball)


def draw_skull(it):
    """A skull, with bones crossed below."""
    artist = it.artist
    bone = artist.colour(0.12, 0.12, 0.95)
    for side in (-1, 1):
        shaft = np.array([(-side * 0.85, 0.55), (side * 0.85, 1.0)])
        it.band(shaft, 0.13, bone)
        for end in shaft:
            for d in (-0.07, 0.08):
                it.oval(end[0], end[1] + d, 0.1, 0.09, bone)
    it.box(-0.36, 0.3, 0.36, 0.72, bone, 0.1, form="inflate")
    right = [(0, -0.95), (0.45, -0.85), (0.72, -0.4), (0.66, 0.05), (0.42, 0.25), (0.36, 0.45), (0, 0.48)]
    head = it.smooth(mirrored(right)[:-1], bone)
    for side in (-1, 1):
        socket = [(0.12, -0.1), (0.32, -0.26), (0.52, -0.12), (0.45, 0.12), (0.2, 0.14)]
        it.solid(it.curve(np.array(socket) * (side, 1), True))
        it.line(bow((side * 0.62, -0.1), (side * 0.5, 0.2), side * 0.2), bone, 0.6, head)
    it.solid(np.array([(0, 0.12), (0.09, 0.3), (0, 0.27), (-0.09, 0.3)]))
    for x in np.linspace(-0.26, 0.26, 6):
        it.box(x - 0.05, 0.42, x + 0.05, 0.58, bone, 0.03, kind="inner", scale=0.7)
    it.line(it.curve([(0.2, -0.9), (0.12, -0.7), (0.25, -0.6), (0.18, -0.4)]), bone, 0.7, head)
    it.scratches(head, bone, 5)
