"""Machines, vehicles, robots and devices. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at
from illustration_parts.drawing.objects.arms import leather, steel
from illustration_parts.drawing.objects.placing import DARK, LIGHT, ellipse


def glass(artist):
    """A colour of a screen or a pane."""
    return artist.colour(0.55, artist.between(0.1, 0.4), artist.between(0.2, 0.95))


def glare(it, mask, left, top, right, bottom, colour):
    """Two slanting bands of reflected light on glass."""
    for a, b in ((0.15, 0.35), (0.42, 0.48)):
        x0, x1 = left + a * (right - left), left + b * (right - left)
        it.shine([(x0 + 0.15, top), (x1 + 0.15, top), (x1 - 0.1, bottom), (x0 - 0.1, bottom)], mask, colour, 0.45)


def cable(it, points, colour, breadth=0.07):
    """A cable with ribs."""
    curve = it.curve(points)
    mask = it.band(curve, breadth, colour, "metal", gloss=True)
    if it.rich:
        for share in np.linspace(0.08, 0.92, 10):
            place = point_at(curve, share)
            ahead = point_at(curve, min(1, share + 0.02)) - place
            side = np.array([-ahead[1], ahead[0]]) / max(1e-6, np.hypot(*ahead)) * breadth / 2
            it.line([place - side, place + side], colour, 0.5, mask)


def draw_gear(it):
    """A gear wheel, or two that mesh."""
    artist = it.artist
    for x, y, size in ((0, 0, 1.0),) if artist.chance(0.5) else ((0.5, -0.45, 0.48), (-0.28, 0.28, 0.68)):
        colour, teeth = artist.colour(0.1, 0.2, artist.between(0.4, 0.9)), int(artist.between(9, 16))
        angles = np.repeat(np.arange(teeth) * 2 * np.pi / teeth, 4) + np.tile((0.0, 0.12, 0.3, 0.42), teeth) * 6 / teeth
        lengths = np.tile((0.78, 0.98, 0.98, 0.78), teeth) * size
        outline = np.stack([np.cos(angles), np.sin(angles)], 1) * lengths[:, None] + (x, y)
        body = it.poly(outline, colour, "metal", gloss=True)
        it.line(ellipse((x, y), (0.68 * size, 0.68 * size)), colour, 0.8)
        it.oval(x, y, 0.6 * size, 0.6 * size, colour * 0.85, "metal", kind="inner")
        for angle in np.arange(5) * 2 * np.pi / 5:
            spoke = np.array([(x, y), (x + 0.62 * size * np.cos(angle), y + 0.62 * size * np.sin(angle))])
            it.band(spoke, 0.16 * size, colour, "metal", form=None, kind="inner")
        it.oval(x, y, 0.24 * size, 0.24 * size, colour, "metal", form="inflate", gloss=True)
        it.oval(x, y, 0.11 * size, 0.11 * size, colour * 0.4, "metal", kind="inner")
        it.scratches(body, colour, 6)


def draw_device(it):
    """A telephone, a game machine or a player: a rounded box with a screen and buttons."""
    artist = it.artist
    colour, screen = artist.colour(), glass(artist)
    if artist.chance(0.5):
        body = it.box(-0.48, -0.98, 0.48, 0.98, colour, 0.14, gloss=True)
        face = it.box(-0.42, -0.82, 0.42, 0.78, screen, 0.05, kind="inner")
        it.patch([(-0.42, -0.82), (0.42, -0.82), (0.42, -0.74), (-0.42, -0.74)], screen * 0.7, face)
        for k in range(8):
            x, y = -0.3 + 0.2 * (k % 4), -0.55 + 0.3 * (k // 4)
            it.box(x - 0.07, y - 0.08, x + 0.07, y + 0.07, artist.colour(), 0.03, clip=face, kind="inner", scale=0.6)
        it.lines(
            [[(-0.3, y), (0.3 - 0.1 * (k % 2), y)] for k, y in enumerate((0.15, 0.25, 0.35, 0.5))], screen, 0.6, face
        )
        glare(it, face, -0.42, -0.82, 0.42, 0.78, screen)
        it.line([(-0.1, -0.9), (0.1, -0.9)], colour, 0.9, body)
        it.line(ellipse((0, 0.88), (0.06, 0.06)), colour, 0.7, body)
        return
    body = it.box(-1.0, -0.5, 1.0, 0.5, colour, 0.22, gloss=True)
    face = it.box(-0.5, -0.38, 0.5, 0.38, screen, 0.04, kind="inner")
    glare(it, face, -0.5, -0.38, 0.5, 0.38, screen)
    it.poly(
        [
            (-0.79, -0.2),
            (-0.71, -0.2),
            (-0.71, -0.06),
            (-0.58, -0.06),
            (-0.58, 0.03),
            (-0.71, 0.03),
            (-0.71, 0.17),
            (-0.79, 0.17),
            (-0.79, 0.03),
            (-0.92, 0.03),
            (-0.92, -0.06),
            (-0.79, -0.06),
        ],
        DARK + 30,
    )
    for x, y in ((0.75, -0.14), (0.75, 0.1), (0.64, -0.02), (0.86, -0.02)):
        it.oval(x, y, 0.065, 0.065, artist.colour(saturation=0.7), gloss=True)
    it.lines([[(x, 0.3), (x + 0.03, 0.38)] for x in np.linspace(0.62, 0.8, 5)], colour, 0.9, body)
    it.line(bow((-0.9, -0.4), (-0.55, -0.5), 0.1), colour, 0.6, body)


def draw_camera(it):
    """A camera with lens, strap and knobs."""
    artist = it.artist
    skin, metal = artist.colour(value=artist.between(0.12, 0.5)), steel(artist)
    strap = it.curve([(-0.9, -0.3), (-1.05, 0.4), (-0.4, 1.0), (0.5, 0.95), (1.05, 0.3), (0.9, -0.3)])
    band = it.band(strap, 0.11, leather(artist))
    it.lines([offset(strap, d) for d in (-0.035, 0.035)], skin, 0.5, band)
    it.poly([(-0.3, -0.5), (-0.2, -0.75), (0.25, -0.75), (0.35, -0.5)], metal, "metal")
    it.box(-0.85, -0.62, -0.5, -0.48, metal, 0.03, "metal")
    it.lines([[(x, -0.61), (x, -0.5)] for x in np.linspace(-0.8, -0.55, 7)], metal, 0.5)
    it.box(0.5, -0.6, 0.75, -0.48, metal, 0.03, "metal")
    body = it.box(-0.98, -0.5, 0.98, 0.55, skin, 0.1, gloss=True)
    it.box(-0.98, -0.5, 0.98, -0.26, metal, 0.06, "metal", clip=body, gloss=True)
    for x, y in artist.rng.uniform((-0.9, -0.2), (0.9, 0.5), (40, 2)) if it.rich else ():
        it.line([(x, y), (x + 0.02, y + 0.01)], skin, 0.5, body)
    it.box(-0.8, -0.44, -0.55, -0.32, glass(artist), 0.02, kind="inner")
    for size, colour in ((0.46, metal), (0.4, DARK + 20), (0.3, metal * 0.7), (0.24, DARK)):
        it.oval(0.08, 0.08, size, size, colour, "metal", gloss=size > 0.4)
    it.lines(
        [
            [(0.08 + 0.4 * np.cos(a), 0.08 + 0.4 * np.sin(a)), (0.08 + 0.45 * np.cos(a), 0.08 + 0.45 * np.sin(a))]
            for a in np.arange(24) * np.pi / 12
        ],
        metal,
        0.6,
    )
    pane = it.oval(0.08, 0.08, 0.19, 0.19, glass(artist), kind="inner")
    it.shine(ellipse((0.0, 0.0), (0.08, 0.06), -0.7), pane, LIGHT, 0.9)


def draw_laptop(it):
    """A portable computer, or a screen on a desk."""
    artist = it.artist
    colour, screen = steel(artist, 0.3), glass(artist)
    it.box(-0.8, -0.85, 0.8, 0.25, colour, 0.05, "metal", gloss=True)
    face = it.box(-0.74, -0.78, 0.74, 0.17, screen, 0.0, kind="inner")
    it.patch([(-0.74, -0.78), (0.74, -0.78), (0.74, -0.7), (-0.74, -0.7)], screen * 0.6, face)
    it.box(-0.6, -0.6, 0.1, -0.05, screen + (255 - screen) * 0.6, 0.02, clip=face, kind="inner", scale=0.7)
    it.lines(
        [[(-0.52, y), (-0.52 + artist.between(0.2, 0.5), y)] for y in np.linspace(-0.52, -0.12, 7)], LIGHT, 0.5, face
    )
    graph = [(0.2 + 0.08 * k, artist.between(-0.5, -0.15)) for k in range(6)]
    it.line(graph, screen, 0.9, face)
    glare(it, face, -0.74, -0.78, 0.74, 0.17, screen)
    deck = it.poly([(-0.8, 0.26), (0.8, 0.26), (1.0, 0.8), (-1.0, 0.8)], colour * 1.05, "metal")
    for row in range(4):
        y = 0.34 + 0.075 * row
        half = 0.7 + 0.03 * row
        for k in range(11 if it.fine else 4):
            count = 11 if it.fine else 4
            x0, x1 = -half + 2 * half * k / count, -half + 2 * half * (k + 0.85) / count
            it.poly([(x0, y), (x1, y), (x1, y + 0.055), (x0, y + 0.055)], DARK + 25, kind="inner", scale=0.4, clip=deck)
    it.poly([(-0.22, 0.67), (0.22, 0.67), (0.24, 0.77), (-0.24, 0.77)], colour * 0.9, "metal", kind="inner", scale=0.6)
    it.poly([(-1.0, 0.8), (1.0, 0.8), (0.97, 0.87), (-0.97, 0.87)], colour * 0.8, "metal")


def draw_television(it):
    """An old television set with knobs and aerials."""
    artist = it.artist
    wood, screen = artist.colour(0.07, 0.4, 0.55), glass(artist)
    for side in (-1, 1):
        it.band(np.array([(0, -0.6), (side * 0.5, -1.1)]), 0.025, steel(artist), "metal")
        it.oval(side * 0.5, -1.1, 0.04, 0.04, steel(artist), "metal")
        it.poly([(side * 0.6, 0.6), (side * 0.7, 0.6), (side * 0.8, 0.95), (side * 0.74, 0.95)], wood * 0.7)
    body = it.box(-0.98, -0.6, 0.98, 0.65, wood, 0.12, gloss=True)
    it.wood(body, wood, -0.95, -0.6, 0.95, 0.65, False, 8)
    it.box(-0.86, -0.48, 0.48, 0.53, wood * 0.6, 0.16, kind="inner")
    face = it.box(-0.8, -0.42, 0.42, 0.47, screen, 0.2, kind="inner", form="inflate")
    glare(it, face, -0.8, -0.42, 0.42, 0.47, screen)
    for y in np.linspace(-0.36, 0.42, 12) if it.rich else ():
        it.line(bow((-0.78, y), (0.4, y), 0.01 * np.sign(y)), screen, 0.35, face)
    for y in (-0.3, 0.0):
        it.oval(0.73, y, 0.13, 0.13, steel(artist), "metal", gloss=True)
        it.line([(0.73, y), (0.8, y - 0.09)], wood, 1.2)
        it.lines(
            [
                [(0.73 + 0.14 * np.cos(a), y + 0.14 * np.sin(a)), (0.73 + 0.17 * np.cos(a), y + 0.17 * np.sin(a))]
                for a in np.arange(10) * 0.63
            ],
            wood,
            0.5,
        )
    it.lines([[(0.58, y), (0.88, y)] for y in np.linspace(0.22, 0.5, 6)], wood, 0.9, body)


def draw_radio(it):
    """A radio, tape player or loudspeaker."""
    artist = it.artist
    colour, metal = artist.colour(), steel(artist)
    handle = np.concatenate([[(-0.7, -0.45)], ellipse((0, -0.5), (0.7, 0.35), 0, np.pi, 2 * np.pi, 24), [(0.7, -0.45)]])
    it.band(handle, 0.09, colour * 0.7)
    it.band(np.array([(0.6, -0.4), (1.0, -1.05)]), 0.03, metal, "metal")
    body = it.box(-1.0, -0.42, 1.0, 0.62, colour, 0.1, gloss=True)
    for x in (-0.6, 0.6):
        it.oval(x, 0.15, 0.34, 0.34, metal, "metal", gloss=True)
        cone = it.oval(x, 0.15, 0.28, 0.28, DARK + 25, kind="inner")
        it.lines([ellipse((x, 0.15), (r, r)) for r in (0.22, 0.16)], DARK + 60, 0.6, cone)
        it.oval(x, 0.15, 0.11, 0.11, metal * 0.7, "metal", form="inflate", kind="inner")
    box = it.box(-0.22, 0.0, 0.22, 0.35, glass(artist), 0.03, kind="inner")
    for x in (-0.1, 0.1):
        it.oval(x, 0.18, 0.06, 0.06, LIGHT, clip=box, kind="inner", scale=0.6)
        it.lines(
            [
                [(x + 0.02 * np.cos(a), 0.18 + 0.02 * np.sin(a)), (x + 0.05 * np.cos(a), 0.18 + 0.05 * np.sin(a))]
                for a in (0.3, 2.4, 4.5)
            ],
            LIGHT,
            0.6,
        )
    dial = it.box(-0.5, -0.34, 0.5, -0.2, LIGHT * 0.95, 0.03, kind="inner")
    it.lines(
        [[(x, -0.33), (x, -0.28 if k % 3 else -0.24)] for k, x in enumerate(np.linspace(-0.45, 0.45, 19))],
        LIGHT,
        0.5,
        dial,
    )
    it.line([(0.12, -0.34), (0.12, -0.2)], artist.colour(0.0, 0.8, 0.8), 1.0)
    for x in np.linspace(-0.2, 0.2, 5):
        it.box(x - 0.035, 0.42, x + 0.035, 0.52, metal, 0.01, "metal", kind="inner", scale=0.6)
    it.rivets([(-0.92, 0.55), (0.92, 0.55)], 2, 0.025, metal)
    it.scratches(body, colour, 4)


def draw_clock(it):
    """A clock: on the wall, for waking, or a pocket watch."""
    artist = it.artist
    rim, face = artist.colour(), artist.colour(0.12, 0.06, 0.97)
    kind = artist.rng.integers(3)
    if kind == 0:
        for side in (-1, 1):
            it.oval(side * 0.5, -0.78, 0.3, 0.24, rim, "metal", side * 0.6, form="inflate", gloss=True)
            it.poly([(side * 0.45, 0.7), (side * 0.6, 0.6), (side * 0.8, 0.98), (side * 0.66, 1.0)], rim * 0.7, "metal")
        it.box(-0.06, -1.0, 0.06, -0.8, rim * 0.7, 0.02, "metal")
    elif kind == 1:
        for k in range(7):
            it.line(ellipse((0.05 + 0.1 * k, -1.02 - 0.04 * (k % 2)), (0.07, 0.035), 0.3), rim, 0.8)
        it.box(-0.1, -0.98, 0.1, -0.8, rim, 0.04, "metal", gloss=True)
    it.oval(0, 0, 0.85, 0.85, rim, "metal", form="inflate", gloss=True)
    dial = it.oval(0, 0, 0.7, 0.7, face, kind="inner")
    it.line(ellipse((0, 0), (0.63, 0.63)), face, 0.5, dial)
    for k in range(60 if it.rich else 12):
        angle = k * 2 * np.pi / (60 if it.rich else 12)
        way = np.array([np.cos(angle), np.sin(angle)])
        long = not it.rich or k % 5 == 0
        it.line([way * (0.52 if long else 0.59), way * 0.63], face, 1.1 if long else 0.5, dial)
    hour = artist.between(0, 6.28)
    for angle, long, scale in ((hour, 0.34, 2.2), (hour * 12, 0.52, 1.5)):
        it.line(
            [(-0.08 * np.cos(angle), -0.08 * np.sin(angle)), (long * np.cos(angle), long * np.sin(angle))],
            face,
            scale,
            taper=0.3,
        )
    it.oval(0, 0, 0.05, 0.05, rim, "metal", kind="inner")
    if kind == 1:
        it.line(ellipse((0, 0.3), (0.13, 0.13)), face, 0.6, dial)
    it.shine(it.curve([(-0.55, -0.25), (-0.2, -0.58), (-0.1, -0.5), (-0.45, -0.15)], True), dial, face, 0.9)


def draw_headphones(it):
    """Headphones with cushions."""
    artist = it.artist
    colour, pad = artist.colour(), artist.colour(value=0.3)
    arch = ellipse((0, 0.1), (0.72, 0.9), 0, np.pi, 2 * np.pi, 40)
    it.band(arch, 0.16, colour, gloss=True)
    cushion = cut(arch, 0.25, 0.75)
    mask = it.band(offset(cushion, -0.07), 0.14, pad)
    it.lines(
        [[point_at(offset(cushion, -0.14), s), point_at(cushion, s)] for s in np.linspace(0.1, 0.9, 9)], pad, 0.6, mask
    )
    for side in (-1, 1):
        it.box(min(side * 0.64, side * 0.78), -0.1, max(side * 0.64, side * 0.78), 0.25, steel(artist), 0.03, "metal")
        it.oval(side * 0.55, 0.42, 0.16, 0.4, pad, form="inflate")
        it.oval(side * 0.74, 0.42, 0.22, 0.38, colour, form="inflate", gloss=True)
        it.line(ellipse((side * 0.76, 0.42), (0.14, 0.26)), colour, 0.7)
        it.oval(side * 0.78, 0.42, 0.06, 0.12, steel(artist), "metal", kind="inner")
    cable(it, [(-0.72, 0.78), (-0.6, 1.05), (-0.2, 0.9), (0.1, 1.1)], DARK + 20, 0.04)


def draw_robot(it):
    """A robot: head, body with panels, jointed arms, bolts and cables."""
    artist = it.artist
    colour, second, metal = artist.colour(value=artist.between(0.5, 0.95)), artist.colour(), steel(artist, 0.3, 0.8)
    lamp = artist.colour(artist.pick((0.0, 0.12, 0.5)), 0.7, 1.0)
    for side in (-1, 1):
        for k in range(4):
            it.oval(side * (0.5 + 0.07 * k), -0.1 + 0.15 * k, 0.1, 0.1, metal, "metal", form="inflate")
        it.box(min(side * 0.6, side * 0.92), 0.35, max(side * 0.6, side * 0.92), 0.75, colour, 0.08, "metal", "inflate")
        for d in (-0.1, 0.1):
            claw = it.curve([(side * 0.76 + d, 0.75), (side * 0.76 + d * 1.8, 0.88), (side * 0.76 + d * 0.4, 1.0)])
            it.band(claw, 0.08, metal, "metal")
        it.box(min(side * 0.1, side * 0.38), 0.6, max(side * 0.1, side * 0.38), 0.95, metal, 0.04, "metal", "inflate")
        it.box(min(side * 0.06, side * 0.46), 0.85, max(side * 0.06, side * 0.46), 1.02, colour, 0.06, "metal")
    cable(it, [(-0.3, -0.3), (-0.55, -0.45), (-0.5, -0.1), (-0.3, 0.1)], DARK + 40)
    body = it.box(-0.5, -0.28, 0.5, 0.65, colour, 0.12, "metal", "inflate", gloss=True)
    panel = it.box(-0.36, -0.12, 0.36, 0.3, second, 0.04, "metal", kind="inner")
    it.lines([[(-0.36, 0.09), (0.0, 0.09)], [(0, -0.12), (0, 0.3)]], second, 0.6, panel)
    for x, y in ((-0.25, -0.02), (-0.13, -0.02), (-0.25, 0.19), (-0.13, 0.19)):
        it.oval(x, y, 0.04, 0.04, artist.colour(saturation=0.8), "light", kind="inner", scale=0.6)
    it.oval(0.18, 0.08, 0.12, 0.12, LIGHT, kind="inner")
    it.line([(0.18, 0.08), (0.25, 0.0)], LIGHT, 0.9)
    it.lines([[(-0.4, y), (0.4, y)] for y in (0.4, 0.47, 0.54)], colour, 0.7, body)
    it.rivets([(-0.44, -0.2), (-0.44, 0.58)], 5, 0.025, metal)
    it.rivets([(0.44, -0.2), (0.44, 0.58)], 5, 0.025, metal)
    it.box(-0.15, -0.4, 0.15, -0.26, metal, 0.02, "metal")
    it.lines([[(-0.15, y), (0.15, y)] for y in (-0.36, -0.31)], metal, 0.6)
    head = it.box(-0.4, -0.95, 0.4, -0.38, colour, 0.14 if artist.chance(0.5) else 0.05, "metal", "inflate", gloss=True)
    visor = it.box(-0.33, -0.82, 0.33, -0.6, DARK + 15, 0.08, kind="inner")
    for side in (-1, 1):
        it.oval(side * 0.16, -0.71, 0.085, 0.085, lamp, "light", clip=visor, kind="inner")
        it.oval(side * 0.42, -0.66, 0.07, 0.12, metal, "metal", form="inflate")
    it.lines([[(x, -0.52), (x, -0.43)] for x in np.linspace(-0.18, 0.18, 6)], colour, 0.9, head)
    it.band(np.array([(0.2, -0.94), (0.28, -1.15)]), 0.03, metal, "metal")
    it.oval(0.28, -1.16, 0.05, 0.05, lamp, "light")
    it.scratches(body, colour, 8)


def draw_panel(it):
    """A console or wall panel with dials, switches, vents, pipes and cables."""
    artist = it.artist
    colour, metal = artist.colour(saturation=artist.between(0, 0.3), value=artist.between(0.3, 0.8)), steel(artist)
    plate = it.box(-0.95, -0.9, 0.95, 0.9, colour, 0.04, "metal")
    it.streaks(plate, colour)
    cuts = [
        [(-0.95, -0.1), (-0.1, -0.1), (0.05, 0.05), (0.95, 0.05)],
        [(0.2, -0.9), (0.2, 0.05)],
        [(-0.4, -0.1), (-0.4, 0.9)],
    ]
    it.lines(cuts, colour, 0.9, plate)
    for y in (-0.45,):
        for x in (-0.65, -0.15):
            it.oval(x, y, 0.22, 0.22, metal, "metal", gloss=True)
            it.oval(x, y, 0.17, 0.17, LIGHT, kind="inner")
            it.lines(
                [
                    [(x + 0.13 * np.cos(a), y + 0.13 * np.sin(a)), (x + 0.165 * np.cos(a), y + 0.165 * np.sin(a))]
                    for a in np.linspace(2.4, 7, 11)
                ],
                LIGHT,
                0.5,
            )
            angle = artist.between(2.4, 7)
            it.line([(x, y), (x + 0.12 * np.cos(angle), y + 0.12 * np.sin(angle))], artist.colour(0, 0.8, 0.7), 1.0)
    screen = glass(artist)
    face = it.box(0.3, -0.8, 0.85, -0.4, screen, 0.04, kind="inner")
    wave = np.stack([np.linspace(0.32, 0.83, 30), -0.6 + 0.12 * np.sin(np.linspace(0, artist.between(6, 18), 30))], 1)
    it.line(wave, screen, 0.8, face, colour=LIGHT if screen.max() < 150 else None)
    for k in range(8):
        x, y = 0.36 + 0.15 * (k % 4), -0.25 + 0.16 * (k // 4)
        it.box(x - 0.05, y - 0.05, x + 0.05, y + 0.05, artist.colour(), 0.02, kind="inner", scale=0.7)
    for y in np.linspace(0.2, 0.75, 7):
        it.box(-0.85, y, -0.5, y + 0.045, colour * 0.5, 0.02, "metal", kind="inner", scale=0.6)
    for x in (-0.25, -0.05, 0.15):
        it.box(x - 0.05, 0.2, x + 0.05, 0.45, metal * 0.6, 0.02, "metal", kind="inner")
        it.band(np.array([(x, 0.32), (x, 0.2 if artist.chance(0.5) else 0.44)]), 0.05, metal, "metal", kind="inner")
    for k in range(3):
        cable(
            it,
            [(-0.3 + 0.1 * k, 0.95), (0.0 + 0.1 * k, 0.55), (0.4, 0.85 - 0.15 * k), (0.95, 0.3 + 0.15 * k)],
            artist.colour(saturation=0.6),
            0.08,
        )
    for y in (-0.84, 0.84):
        it.rivets([(-0.88, y), (0.88, y)], 9, 0.026, metal)
    it.scratches(plate, colour, 12)


def draw_engine(it):
    """A piece of machinery: pistons, pipes, flanges and a flywheel."""
    artist = it.artist
    metal, second = steel(artist, 0.35, 0.85), artist.colour(0.08, 0.5, 0.75)
    for x in (-0.75, -0.45, -0.15):
        it.box(x - 0.12, -0.55, x + 0.12, 0.2, metal, 0.03, "metal", gloss=True)
        it.lines([[(x - 0.12, y), (x + 0.12, y)] for y in np.linspace(-0.45, 0.1, 8)], metal, 0.7)
        it.box(x - 0.15, -0.65, x + 0.15, -0.53, second, 0.03, "metal", gloss=True)
        cable(it, [(x, -0.65), (x + 0.05, -0.95), (x + 0.4, -0.95), (x + 0.5, -0.7)], second * 0.8, 0.09)
    base = it.box(-0.95, 0.15, 0.35, 0.7, metal * 0.85, 0.05, "metal", gloss=True)
    it.lines([[(-0.95, 0.3), (0.35, 0.3)], [(-0.5, 0.3), (-0.5, 0.7)], [(-0.05, 0.3), (-0.05, 0.7)]], metal, 0.7, base)
    it.rivets([(-0.9, 0.22), (0.3, 0.22)], 11, 0.025, metal)
    it.rivets([(-0.9, 0.64), (0.3, 0.64)], 11, 0.025, metal)
    for x in (-0.8, 0.0):
        it.box(x - 0.12, 0.7, x + 0.2, 0.9, metal * 0.7, 0.02, "metal")
    ring = np.concatenate([ellipse((0.55, 0.15), (0.45, 0.52)), ellipse((0.55, 0.15), (0.35, 0.41))[::-1]])
    it.shape(ring, second, "metal", form=None, gloss=True)
    for angle in np.arange(6) * np.pi / 3 + 0.2:
        it.band(
            np.array([(0.55, 0.15), (0.55 + 0.37 * np.cos(angle), 0.15 + 0.43 * np.sin(angle))]),
            0.06,
            metal,
            "metal",
            form=None,
        )
    it.oval(0.55, 0.15, 0.12, 0.13, metal, "metal", form="inflate", gloss=True)
    it.oval(0.15, -0.25, 0.16, 0.16, LIGHT, kind="inner")
    it.line([(0.15, -0.25), (0.24, -0.33)], LIGHT, 0.9)
    it.scratches(base, metal, 9)
