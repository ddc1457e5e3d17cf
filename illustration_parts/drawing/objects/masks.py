"""Masks, crowns, jewels, glasses and fans. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, offset, point_at
from illustration_parts.drawing.objects.arms import gold, leather, steel
from illustration_parts.drawing.objects.placing import DARK, LIGHT, ellipse, mirrored


def draw_mask(it):
    """A fox mask, a mask for a ball, or a demon's."""
    artist = it.artist
    face, red, black = artist.colour(0.12, 0.04, 0.98), artist.colour(0.0, 0.75, 0.8), DARK
    kind = artist.rng.integers(3)
    if kind == 0:
        _fox_mask(it, face, red, black)
    elif kind == 1:
        _ball_mask(it, black)
    else:
        _demon_mask(it, black)


def _fox_mask(it, face, red, black):
    """A white fox with red marks."""
    for side in (-1, 1):
        it.smooth([(side * 0.2, -0.5), (side * 0.45, -1.0), (side * 0.62, -0.95), (side * 0.66, -0.3)], face)
        it.smooth(
            [(side * 0.34, -0.55), (side * 0.48, -0.85), (side * 0.57, -0.8), (side * 0.56, -0.45)],
            red,
            kind="inner",
        )
    head = it.smooth(
        mirrored([(0, -0.62), (0.4, -0.55), (0.72, -0.2), (0.66, 0.25), (0.3, 0.55), (0.12, 0.95), (0, 0.98)])[:-1],
        face,
    )
    for side in (-1, 1):
        eye = it.curve([(side * 0.14, 0.05), (side * 0.3, -0.14), (side * 0.55, -0.22), (side * 0.42, 0.0)], True)
        it.shape(eye, red, kind="inner", form=None)
        it.patch(
            it.curve([(side * 0.2, 0.0), (side * 0.32, -0.1), (side * 0.48, -0.17), (side * 0.38, -0.02)], True),
            black,
        )
        for y in (0.32, 0.42):
            it.patch(_stroke(bow((side * 0.28, y + 0.06), (side * 0.6, y - 0.1), 0.1), 0.05), red, head)
        it.lines([bow((side * 0.08, 0.66), (side * 0.6, y), side * 0.05) for y in (0.55, 0.66)], face, 0.5)
    it.patch(_stroke(np.array([(0, -0.6), (0, -0.25)]), 0.1), red, head)
    it.smooth([(-0.09, 0.55), (0.09, 0.55), (0, 0.68)], black, form=None)
    it.line(bow((-0.2, 0.8), (0.2, 0.8), 0.15), face, 1.0, head)


def _ball_mask(it, black):
    """A mask for a ball, with plumes."""
    artist = it.artist
    colour, trim = artist.colour(), gold(artist)
    for side in (-1, 1):
        for k in range(3):
            plume = it.curve(
                [(side * 0.6, -0.2), (side * (0.75 + 0.08 * k), -0.6), (side * (0.55 + 0.22 * k), -1.0 + 0.12 * k)]
            )
            mask = it.band(plume, 0.2 * np.sin(np.linspace(0.3, np.pi - 0.1, len(plume))), artist.colour())
            it.line(plume[2:-2], colour, 0.5, mask)
    body = it.smooth(
        [
            (-1.0, -0.4),
            (-0.4, -0.32),
            (0, -0.18),
            (0.4, -0.32),
            (1.0, -0.4),
            (0.85, 0.2),
            (0.45, 0.42),
            (0.12, 0.25),
            (0, 0.1),
            (-0.12, 0.25),
            (-0.45, 0.42),
            (-0.85, 0.2),
        ],
        colour,
        gloss=True,
    )
    for side in (-1, 1):
        hole = it.curve([(side * 0.16, 0.02), (side * 0.4, -0.14), (side * 0.72, -0.1), (side * 0.5, 0.14)], True)
        it.shape(hole, black, kind="inner", form=None)
        it.line(hole * (1.12, 1.5) - (side * 0.05, 0), trim, 0.8, body)
        for x, y in ((0.3, -0.25), (0.5, -0.26), (0.7, -0.28), (0.5, 0.28)):
            it.oval(side * x, y, 0.035, 0.035, trim, "trim", kind="inner", scale=0.6, gloss=True)
    it.smooth([(0, -0.2), (0.1, -0.05), (0, 0.1), (-0.1, -0.05)], artist.colour(saturation=0.8), "trim", gloss=True)


def _demon_mask(it, black):
    """A demon with horns and teeth."""
    artist = it.artist
    skin, horn = artist.colour(artist.pick((0.0, 0.6, 0.33)), 0.65, 0.7), artist.colour(0.12, 0.2, 0.95)
    for side in (-1, 1):
        curve = it.curve([(side * 0.3, -0.6), (side * 0.45, -0.85), (side * 0.4, -1.1)])
        it.band(curve, np.linspace(0.2, 0.02, len(curve)), horn)
    head = it.smooth(mirrored([(0, -0.75), (0.5, -0.65), (0.72, -0.1), (0.62, 0.5), (0.3, 0.9), (0, 0.95)])[:-1], skin)
    for side in (-1, 1):
        it.band(
            it.curve([(side * 0.08, -0.2), (side * 0.35, -0.42), (side * 0.66, -0.35)]), 0.12, skin * 0.7, form=None
        )
        it.smooth(
            [(side * 0.14, -0.12), (side * 0.35, -0.24), (side * 0.55, -0.14), (side * 0.35, -0.02)],
            artist.colour(0.13, 0.6, 1),
            form=None,
        )
        it.patch(ellipse((side * 0.34, -0.13), (0.05, 0.06)), black)
        it.lines(
            [
                bow((side * 0.12, 0.1), (side * 0.5, 0.28), -side * 0.3),
                bow((side * 0.6, 0.0), (side * 0.5, 0.5), side * 0.15),
                bow((side * 0.1, -0.5), (side * 0.3, -0.58), 0.2),
            ],
            skin,
            0.8,
            head,
        )
    it.smooth([(-0.16, 0.1), (0, -0.1), (0.16, 0.1), (0, 0.2)], skin * 1.1)
    mouth = it.smooth(
        [(-0.45, 0.4), (0, 0.34), (0.45, 0.4), (0.3, 0.68), (0, 0.74), (-0.3, 0.68)], black + 20, form=None
    )
    for x in np.linspace(-0.32, 0.32, 7):
        it.box(x - 0.045, 0.38, x + 0.045, 0.48, LIGHT, 0.01, clip=mouth, kind="inner", scale=0.6)
    for side in (-1, 1):
        it.poly([(side * 0.22, 0.7), (side * 0.34, 0.66), (side * 0.3, 0.38)], LIGHT)
        it.poly([(side * 0.36, 0.4), (side * 0.44, 0.42), (side * 0.42, 0.62)], LIGHT)


def _stroke(curve, breadth):
    widths = breadth * np.sin(np.linspace(0.25, np.pi - 0.15, len(curve)))
    return np.concatenate([offset(curve, widths / 2), offset(curve, -widths / 2)[::-1]])


def draw_crown(it):
    """A crown or tiara with jewels."""
    artist = it.artist
    metal, velvet = gold(artist) if artist.chance(0.7) else steel(artist), artist.colour(0.97, 0.7, 0.6)
    it.smooth([(-0.7, 0.3), (-0.6, -0.3), (0, -0.55), (0.6, -0.3), (0.7, 0.3)], velvet)
    tips = [(-0.95, -0.6), (-0.5, -0.75), (0, -0.9), (0.5, -0.75), (0.95, -0.6)]
    outline = [(-0.8, 0.45)]
    for k, tip in enumerate(tips):
        outline.append(tip)
        if k < 4:
            outline.append(((tips[k][0] + tips[k + 1][0]) / 2, 0.0))
    body = it.poly([*outline, (0.8, 0.45)], metal, "metal", "inflate", gloss=True)
    for x, y in tips:
        it.oval(x, y - 0.05, 0.08, 0.08, metal, "metal", form="inflate", gloss=True)
        it.lines([[(x * 0.95, y + 0.2), (x * 0.9, 0.2)]], metal, 0.6, body)
        it.poly(
            [(x * 0.92, y + 0.42), (x * 0.92 + 0.06, y + 0.55), (x * 0.92, y + 0.7), (x * 0.92 - 0.06, y + 0.55)],
            artist.colour(saturation=0.7),
            "trim",
            gloss=True,
        )
    base = it.shape(
        np.concatenate([bow((-0.82, 0.4), (0.82, 0.4), -0.08, 20), bow((0.78, 0.68), (-0.78, 0.68), 0.08, 20)]),
        metal * 1.05,
        "metal",
        gloss=True,
    )
    for k, x in enumerate(np.linspace(-0.62, 0.62, 7)):
        y = 0.6 - 0.1 * (x / 0.7) ** 2
        it.oval(x, y, 0.08, 0.06 if k % 2 else 0.08, artist.colour(saturation=0.8), "trim", gloss=True, clip=base)
        it.line(ellipse((x, y), (0.1, 0.1)), metal, 0.5, base)


def draw_jewel(it):
    """A ring, a pendant or a brooch with facets."""
    artist = it.artist
    metal, stone = (
        gold(artist) if artist.chance(0.6) else steel(artist),
        artist.colour(saturation=artist.between(0.4, 0.9), value=artist.between(0.5, 1)),
    )
    if artist.chance(0.5):
        ring = np.concatenate([ellipse((0, 0.35), (0.6, 0.6)), ellipse((0, 0.35), (0.47, 0.5))[::-1]])
        it.shape(ring, metal, "metal", gloss=True)
        y = -0.45
    else:
        chain = it.curve([(-0.95, -1.0), (-0.5, -0.35), (0, -0.1), (0.5, -0.35), (0.95, -1.0)])
        for place in point_at(chain, np.linspace(0, 1, 34 if it.rich else 14)):
            it.oval(*place, 0.035, 0.028, metal, "metal", scale=0.6)
        it.line(ellipse((0, -0.05), (0.07, 0.09)), metal, 1.2)
        y = 0.42
    angles = np.arange(8) * np.pi / 4 + np.pi / 8
    rim = np.stack([np.cos(angles), np.sin(angles)], 1)
    it.poly(rim * 0.5 + (0, y), metal, "metal", gloss=True)
    gem = it.poly(rim * 0.42 + (0, y), stone, "trim")
    table = rim * 0.2 + (0, y)
    for k in range(8):
        if np.cos(angles[k] - 0.8) > 0.3:
            it.shadow([rim[k] * 0.42 + (0, y), rim[(k + 1) % 8] * 0.42 + (0, y), table[(k + 1) % 8], table[k]], gem)
        it.line([table[k], rim[k] * 0.42 + (0, y)], stone, 0.6, gem)
    it.poly(table, stone + (255 - stone) * 0.45, "trim", kind="inner", scale=0.7)
    it.shine([table[4], table[5], rim[5] * 0.4 + (0, y), rim[4] * 0.4 + (0, y)], gem, stone, 0.8)
    for place in rim[::2] * 0.46 + (0, y):
        it.oval(*place, 0.05, 0.05, metal, "metal", gloss=True)


def draw_glasses(it):
    """A pair of glasses, or goggles."""
    artist = it.artist
    frame, pane = artist.colour(value=artist.between(0.1, 0.7)), artist.colour(0.55, 0.1, artist.pick((0.95, 0.25)))
    for side in (-1, 1):
        it.band(it.curve([(side * 0.9, -0.1), (side * 1.05, -0.3), (side * 0.95, -0.42)]), 0.06, frame)
        outer = it.box(min(side * 0.1, side * 0.92), -0.32, max(side * 0.1, side * 0.92), 0.36, frame, 0.3, gloss=True)
        glass = it.box(
            min(side * 0.18, side * 0.84), -0.24, max(side * 0.18, side * 0.84), 0.28, pane, 0.25, kind="inner"
        )
        it.shine(
            [(side * 0.5 - 0.1, -0.3), (side * 0.5 + 0.06, -0.3), (side * 0.5 - 0.16, 0.3), (side * 0.5 - 0.3, 0.3)],
            glass,
            pane,
            0.7,
        )
        it.rivets([(side * 0.86, -0.2), (side * 0.86, -0.1)], 2, 0.02, LIGHT)
        it.line(ellipse((side * 0.51, 0.02), (0.37, 0.3)), frame, 0.4, outer)
    it.band(bow((-0.14, -0.05), (0.14, -0.05), -0.3), 0.07, frame)


def draw_fan(it):
    """A folding fan with a picture, or a round one."""
    artist = it.artist
    paper, ribs, second = artist.colour(), leather(artist), artist.colour()
    foot, spread = np.array([0.0, 0.8]), artist.between(1.0, 1.3)
    angles = np.linspace(-np.pi / 2 - spread, -np.pi / 2 + spread, 15)
    reach = np.where(np.arange(15) % 2, 1.58, 1.62)
    outer = foot + np.stack([np.cos(angles), np.sin(angles)], 1) * reach[:, None]
    inner = foot + np.stack([np.cos(angles), np.sin(angles)], 1) * 0.75
    for angle in angles[::2]:
        way = np.array([np.cos(angle), np.sin(angle)])
        it.band(np.array([foot, foot + way * 0.8]), 0.06, ribs, scale=0.8)
    leaf = it.poly(np.concatenate([outer, inner[::-1]]), paper)
    for k in range(0, 14, 2):
        it.shadow([inner[k], outer[k], outer[k + 1], inner[k + 1]], leaf, 0.45)
    if artist.chance(0.6):
        for x, y, size in ((-0.3, -0.35, 0.16), (0.15, -0.5, 0.2), (0.45, -0.1, 0.13), (-0.65, 0.05, 0.12)):
            for k in range(5):
                angle = k * 1.257
                it.oval(
                    x + size * 0.6 * np.cos(angle),
                    y + size * 0.6 * np.sin(angle),
                    size * 0.5,
                    size * 0.36,
                    second,
                    "trim",
                    angle,
                    clip=leaf,
                    kind="inner",
                    scale=0.7,
                )
            it.oval(
                x,
                y,
                size * 0.22,
                size * 0.22,
                artist.colour(0.13, 0.6, 0.95),
                "trim",
                clip=leaf,
                kind="inner",
                scale=0.6,
            )
    else:
        it.shape(
            np.concatenate([foot + (outer - foot) * 0.8, (foot + (outer - foot) * 0.7)[::-1]]),
            second,
            "trim",
            form=None,
            clip=leaf,
            kind="inner",
        )
    it.lines([[a, b] for a, b in zip(inner, outer)], paper, 0.6, leaf)
    it.oval(*foot, 0.07, 0.07, gold(artist), "metal")
    it.line(it.curve([foot, foot + (0.1, 0.15), foot + (0.02, 0.3)]), ribs, 0.9)
