"""Weapons and armour. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at, strand
from illustration_parts.drawing.objects.placing import DARK, ellipse, mirrored


def steel(artist, low=0.55, high=0.95):
    """A colour of bright or dark metal."""
    return artist.colour(artist.between(0.55, 0.68), artist.between(0.02, 0.15), artist.between(low, high))


def gold(artist):
    """A colour of brass or gold."""
    return artist.colour(artist.between(0.1, 0.14), artist.between(0.4, 0.7), artist.between(0.65, 0.95))


def leather(artist):
    """A colour of leather or wood."""
    return artist.colour(artist.between(0.04, 0.09), artist.between(0.35, 0.65), artist.between(0.3, 0.65))


def wrap(it, start, end, breadth, colour, count=9):
    """A grip with crossing bands."""
    axis = np.array([start, end], float)
    mask = it.band(point_at(axis, np.linspace(0, 1, 8)), breadth, colour)
    along = (axis[1] - axis[0]) / max(1e-6, np.hypot(*(axis[1] - axis[0])))
    side = np.array([-along[1], along[0]]) * breadth * 0.5
    for share in np.linspace(0.04, 0.92, count if it.rich else 5):
        place = point_at(axis, share)
        it.line([place - side, place + side + along * breadth * 0.5], colour, 0.7, mask)
        if it.rich:
            it.line([place + side, place - side + along * breadth * 0.5], colour, 0.7, mask)


def engrave(it, curve, colour, clip=None, size=0.08):
    """Scrolls along a curve: engraving on metal."""
    if not it.rich:
        return
    for k, share in enumerate(np.linspace(0.1, 0.9, 7)):
        place = point_at(np.asarray(curve, float), share)
        it.line(ellipse(place, (size, size * 0.7), k * 0.7, 0.3, 5.0, 12), colour, 0.5, clip)
        it.line(bow(place + (size, 0), place + (size * 1.8, size * 0.4), 0.3), colour, 0.5, clip)


def draw_sword(it):
    """A straight sword with a fuller, guard, wrapped grip and pommel."""
    artist = it.artist
    metal, hilt, cloth = steel(artist), gold(artist), leather(artist) if artist.chance(0.5) else artist.colour()
    half = artist.between(0.06, 0.13)
    blade = [(-0.4, -half), (0.8, -half * 0.75), (1.0, 0), (0.8, half * 0.75), (-0.4, half)]
    mask = it.poly(blade, metal, "metal")
    it.shadow([(-0.4, 0), (1.0, 0), (0.8, half), (-0.4, half)], mask)
    it.shine([(-0.35, -half), (-0.1, -half), (0.0, 0), (-0.2, 0)], mask, metal, 0.7)
    it.shine([(0.3, -half), (0.38, -half), (0.46, 0), (0.4, 0)], mask, metal, 0.7)
    it.line([(-0.4, 0), (0.97, 0)], metal, 0.7, mask)
    if artist.chance(0.6):
        it.lines([[(-0.4, y), (0.45, y)] for y in (-half * 0.35, half * 0.35)], metal, 0.5, mask)
    it.scratches(mask, metal, 5)
    wrap(it, (-0.88, 0), (-0.42, 0), 0.11, cloth)
    if artist.chance(0.5):
        for side in (-1, 1):
            guard = it.curve([(-0.42, 0), (-0.42, side * 0.2), (-0.3, side * 0.36)])
            it.band(guard, np.linspace(0.12, 0.05, len(guard)), hilt, "metal", gloss=True)
            it.line(offset(cut(guard, 0.2, 0.9), -0.02), hilt, 0.5)
    else:
        it.box(-0.48, -0.3, -0.37, 0.3, hilt, 0.05, "metal", gloss=True)
        it.lines([[(-0.45, y), (-0.4, y)] for y in np.linspace(-0.24, 0.24, 9)], hilt, 0.5)
    gem = artist.colour(saturation=0.7)
    it.oval(-0.42, 0, 0.07, 0.08, gem, "trim", gloss=True)
    it.oval(-0.92, 0, 0.08, 0.08, hilt, "metal", form="inflate", gloss=True)
    it.line(ellipse((-0.92, 0), (0.045, 0.045)), hilt, 0.6)


def draw_katana(it):
    """A curved sword, drawn or half in its sheath."""
    artist = it.artist
    metal, cloth, lacquer = steel(artist, 0.7), artist.colour(), artist.colour(value=artist.between(0.15, 0.6))
    spine = bow((-0.45, 0.02), (1.0, -0.12), -0.12, 40)
    t = np.linspace(0, 1, 40)
    widths = 0.12 * np.minimum(1, (1 - t) / 0.08) ** 0.7
    mask = it.band(spine, widths, metal, "metal", form=None)
    wave = offset(spine, widths * (0.12 + 0.12 * np.sin(t * 40)))
    it.shine(np.concatenate([wave, offset(spine, widths)[::-1]]), mask, metal, 0.6)
    it.line(offset(spine, -widths * 0.22)[1:-2], metal, 0.6, mask)
    it.line(wave[2:-3], metal, 0.45, mask)
    wrap(it, (-0.97, 0.1), (-0.46, 0.02), 0.11, cloth, 8)
    it.oval(-0.455, 0.02, 0.04, 0.16, gold(artist), "metal", 0.1, gloss=True)
    it.oval(-0.985, 0.1, 0.04, 0.065, gold(artist), "metal", 0.15)
    if artist.chance(0.5):
        sheath = offset(spine, 0.32)
        it.band(sheath[2:], 0.14, lacquer, gloss=True)
        it.lines([[sheath[k] + (0, -0.07), sheath[k] + (0, 0.07)] for k in (4, 12, 14)], lacquer, 0.8)
        cord = it.curve([sheath[12], sheath[12] + (0.06, 0.2), sheath[12] + (-0.05, 0.38)])
        it.band(cord, 0.035, cloth, "trim")


def draw_axe(it):
    """An axe or halberd with a shaft of wood."""
    artist = it.artist
    wood, metal, brass = leather(artist), steel(artist), gold(artist)
    shaft = it.box(-0.07, -0.95, 0.07, 1.0, wood)
    it.wood(shaft, wood, -0.07, -0.95, 0.07, 1.0, True, 4)
    for side in (1, -1) if artist.chance(0.4) else (1,):
        head = [
            (side * 0.05, -0.8),
            (side * 0.3, -0.75),
            (side * 0.62, -0.98),
            (side * 0.75, -0.6),
            (side * 0.6, -0.1),
            (side * 0.3, -0.42),
            (side * 0.05, -0.38),
        ]
        mask = it.smooth(head, metal, "metal")
        edge = it.curve([(side * 0.5, -0.92), (side * 0.6, -0.6), (side * 0.5, -0.18)])
        it.shine(np.concatenate([edge, [(side * 0.9, -0.1), (side * 0.9, -1)]]), mask, metal, 0.6)
        it.line(edge, metal, 0.7, mask)
        engrave(it, [(side * 0.16, -0.6), (side * 0.42, -0.6)], metal, mask, 0.05)
        it.scratches(mask, metal, 5)
    it.box(-0.1, -0.85, 0.1, -0.33, metal * 0.8, 0.03, "metal")
    it.rivets([(0, -0.8), (0, -0.38)], 3, 0.03, metal)
    for y in (0.45, 0.9):
        it.box(-0.09, y, 0.09, y + 0.08, brass, 0.02, "metal")
    wrap(it, (0, 0.54), (0, 0.88), 0.15, artist.colour(), 5)


def draw_spear(it):
    """A spear, trident or scythe with a tassel."""
    artist = it.artist
    wood, metal = leather(artist), steel(artist)
    shaft = it.band(np.array([(-1.0, 0.0), (0.45, 0.0)]), 0.07, wood)
    it.wood(shaft, wood, -1, -0.03, 0.45, 0.03, False, 3)
    kind = artist.rng.integers(3)
    if kind == 0:
        mask = it.smooth([(0.45, -0.05), (0.6, -0.16), (1.0, 0), (0.6, 0.16), (0.45, 0.05)], metal, "metal")
        it.shadow([(0.45, 0), (1, 0), (0.6, 0.2)], mask)
        it.line([(0.45, 0), (0.95, 0)], metal, 0.7, mask)
    elif kind == 1:
        for y in (-0.2, 0.2):
            it.band(it.curve([(0.45, 0), (0.55, y), (0.9, y)]), 0.07, metal, "metal")
        it.poly(
            [(0.45, -0.05), (0.75, -0.05), (0.75, -0.1), (1, 0), (0.75, 0.1), (0.75, 0.05), (0.45, 0.05)],
            metal,
            "metal",
        )
    else:
        edge = np.concatenate([bow((0.45, -0.1), (0.2, 0.85), -0.35, 20), bow((0.2, 0.85), (0.5, 0.1), 0.22, 20)])
        mask = it.shape(np.concatenate([edge, edge[:1]]), metal, "metal")
        it.line(bow((0.53, 0.05), (0.32, 0.7), -0.26, 16), metal, 0.7, mask)
    it.box(0.36, -0.06, 0.48, 0.06, gold(artist), 0.02, "metal")
    cloth = artist.colour(0.0, 0.7, 0.8)
    for d in (-0.05, 0.0, 0.05):
        hang = bow((0.34, 0.02), (0.2 + d, 0.42), 0.15, 10)
        it.band(hang, np.linspace(0.03, 0.07, 10), cloth, "trim")


def draw_bow_and_arrow(it):
    """A bow with string and arrow."""
    artist = it.artist
    wood, cloth = leather(artist), artist.colour()
    limb = it.curve([(0.15, -1.0), (-0.05, -0.88), (-0.4, -0.4), (-0.42, 0), (-0.4, 0.4), (-0.05, 0.88), (0.15, 1.0)])
    t = np.linspace(-1, 1, len(limb))
    mask = it.band(limb, 0.13 - 0.08 * np.abs(t), wood, gloss=True)
    it.line(offset(cut(limb, 0.1, 0.9), 0.02), wood, 0.5, mask)
    nock = (0.55, 0.0) if artist.chance(0.6) else (0.1, 0.0)
    it.line([(0.12, -0.98), nock], wood, 0.6)
    it.line([nock, (0.12, 0.98)], wood, 0.6)
    wrap(it, (-0.42, -0.16), (-0.42, 0.16), 0.14, cloth, 5)
    it.band(np.array([(-0.95, 0.0), nock]), 0.035, wood * 1.2)
    it.poly([(-0.92, -0.06), (-1.12, 0), (-0.92, 0.06)], steel(artist), "metal")
    for side in (-1, 1):
        vane = it.poly(
            [(nock[0] - 0.25, 0), (nock[0] - 0.2, side * 0.08), (nock[0], side * 0.08), (nock[0] - 0.03, 0)],
            cloth,
            "prop",
        )
        it.lines([[(nock[0] - x, 0), (nock[0] - x + 0.04, side * 0.08)] for x in (0.08, 0.13, 0.18)], cloth, 0.45, vane)


def draw_pistol(it):
    """A pistol or revolver."""
    artist = it.artist
    metal, grip = steel(artist, 0.2, 0.7), leather(artist)
    it.smooth([(0.3, -0.1), (0.62, -0.12), (0.78, 0.6), (0.72, 0.72), (0.42, 0.72), (0.36, 0.3)], grip)
    it.lines([[(0.4 + 0.02 * k, 0.1 + 0.07 * k), (0.68 + 0.015 * k, 0.05 + 0.07 * k)] for k in range(8)], grip, 0.5)
    trigger = np.concatenate(
        [ellipse((0.15, 0.02), (0.2, 0.2), 0, 0, np.pi, 20), ellipse((0.15, 0.02), (0.15, 0.15), 0, np.pi, 0, 20)]
    )
    it.shape(trigger, metal, "metal", form=None)
    it.line(bow((0.16, -0.02), (0.1, 0.14), -0.3), metal, 1.3)
    if artist.chance(0.5):  # a self-loading one
        it.box(-0.9, -0.3, 0.62, 0.0, metal, 0.04, "metal", gloss=True)
        slide = it.box(-0.95, -0.48, 0.68, -0.22, metal * 1.1, 0.04, "metal", gloss=True)
        it.lines([[(x, -0.46), (x - 0.03, -0.24)] for x in np.linspace(0.35, 0.6, 7)], metal, 0.7, slide)
        it.box(-0.15, -0.45, 0.15, -0.33, metal * 0.5, 0.02, "metal", kind="inner")
        it.lines([[(-0.9, -0.3), (-0.2, -0.3)], [(-0.92, -0.12), (-0.4, -0.12)]], metal, 0.5)
        it.box(0.55, -0.55, 0.65, -0.48, metal, 0.01, "metal")
    else:
        it.box(-0.95, -0.42, -0.1, -0.2, metal, 0.03, "metal", gloss=True)
        it.box(-0.9, -0.2, -0.2, -0.12, metal * 0.85, 0.02, "metal")
        drum = it.box(-0.15, -0.45, 0.3, -0.02, metal * 1.1, 0.1, "metal", "inflate", gloss=True)
        for y in (-0.36, -0.2):
            it.shape(
                ellipse((0.0, y), (0.13, 0.05)), metal * 0.6, "metal", form=None, clip=drum, kind="inner", scale=0.7
            )
        it.smooth([(0.28, -0.45), (0.6, -0.4), (0.66, -0.1), (0.3, -0.02)], metal, "metal")
        it.smooth([(0.5, -0.42), (0.62, -0.62), (0.7, -0.58), (0.64, -0.36)], metal, "metal")
    it.box(-0.9, -0.53, -0.82, -0.45, metal, 0.01, "metal")
    it.rivets([(0.35, -0.1), (0.55, -0.1)], 2, 0.03, metal)


def draw_rifle(it):
    """A long gun with sight, magazine and stock."""
    artist = it.artist
    metal, stock = steel(artist, 0.2, 0.6), leather(artist) if artist.chance(0.5) else steel(artist, 0.2, 0.5)
    it.box(-1.0, -0.08, -0.3, -0.02, metal, 0.01, "metal", gloss=True)
    it.box(-1.0, -0.1, -0.92, 0.0, metal * 0.8, 0.01, "metal")
    it.smooth([(0.45, -0.1), (0.65, -0.06), (1.0, -0.08), (1.02, 0.24), (0.7, 0.14), (0.45, 0.08)], stock)
    hand = it.box(-0.62, -0.1, -0.15, 0.06, stock, 0.03)
    it.lines([[(x, -0.02), (x + 0.05, -0.02)] for x in np.linspace(-0.55, -0.25, 5)], stock, 1.4, hand)
    it.poly([(0.02, 0.05), (0.2, 0.05), (0.14, 0.42), (-0.06, 0.38)], metal * 0.8, "metal")
    it.lines([[(0.0 - k * 0.02, 0.12 + k * 0.08), (0.18 - k * 0.02, 0.13 + k * 0.08)] for k in range(3)], metal, 0.6)
    it.smooth([(0.32, 0.05), (0.45, 0.05), (0.52, 0.34), (0.4, 0.36)], stock * 0.9)
    body = it.box(-0.18, -0.16, 0.5, 0.09, metal, 0.03, "metal", gloss=True)
    it.lines(
        [[(-0.15, -0.04), (0.3, -0.04)], [(0.3, -0.14), (0.3, 0.08)], [(0.1, 0.0), (0.26, 0.0), (0.26, 0.06)]],
        metal,
        0.6,
        body,
    )
    it.line(ellipse((0.27, 0.12), (0.07, 0.08), 0, 0, np.pi, 12), metal, 1.2)
    it.box(-0.1, -0.34, 0.42, -0.22, metal * 0.8, 0.05, "metal", gloss=True)
    it.box(-0.16, -0.36, -0.06, -0.2, metal, 0.03, "metal")
    it.lines([[(x, -0.22), (x, -0.16)] for x in (0.02, 0.3)], metal, 1.6)
    it.rivets([(-0.1, 0.05), (0.45, 0.05)], 4, 0.018, metal)
    it.scratches(body, metal, 5)


def draw_staff(it):
    """A wizard's staff with a crystal in its head, or a wand with a star."""
    artist = it.artist
    wood, glass, brass = leather(artist), artist.colour(saturation=0.5, value=0.9), gold(artist)
    if artist.chance(0.3):
        it.band(np.array([(0, -0.3), (0, 1.0)]), 0.08, artist.colour(0.95, 0.2, 0.95))
        angles = np.arange(11) * np.pi / 5 - np.pi / 2
        star = np.stack([np.cos(angles), np.sin(angles)], 1) * np.where(np.arange(11) % 2, 0.2, 0.45)[:, None] + (
            0,
            -0.55,
        )
        it.poly(star, brass, "trim", gloss=True)
        it.poly((star - (0, -0.55)) * 0.6 + (0, -0.55), glass, "trim", kind="inner")
        for side in (-1, 1):
            it.smooth([(0, -0.05), (side * 0.3, -0.2), (side * 0.3, 0.12)], artist.colour(0.95, 0.5, 0.9), "trim")
        return
    shaft = it.curve([(0.05, 1.0), (-0.04, 0.5), (0.04, 0), (0, -0.4)])
    mask = it.band(shaft, np.linspace(0.08, 0.13, len(shaft)), wood)
    it.lines(
        [offset(cut(shaft, a, a + 0.3), d) for a, d in ((0.05, 0.02), (0.3, -0.02), (0.55, 0.02))], wood, 0.5, mask
    )
    for side in (-1, 1):
        arm = it.curve([(0, -0.35), (side * 0.36, -0.5), (side * 0.38, -0.85), (side * 0.12, -1.0)])
        it.band(arm, np.linspace(0.13, 0.04, len(arm)), wood, root=0.15)
    gem = [(0, -0.95), (0.17, -0.72), (0.12, -0.5), (0, -0.42), (-0.12, -0.5), (-0.17, -0.72)]
    stone = it.poly(gem, glass, "light")
    it.shadow([(0, -0.95), (0.2, -0.7), (0.1, -0.45), (0, -0.42)], stone)
    it.lines(
        [[(0, -0.95), (-0.05, -0.7), (0, -0.42)], [(-0.17, -0.72), (-0.05, -0.7), (0.17, -0.72)]], glass, 0.6, stone
    )
    it.shine([(-0.1, -0.7), (-0.05, -0.8), (-0.03, -0.6)], stone, glass, 0.9)
    for y in (-0.34, 0.45):
        it.box(-0.1, y, 0.1, y + 0.08, brass, 0.02, "metal", gloss=True)
    wrap(it, (0.03, 0.1), (-0.02, 0.4), 0.13, artist.colour(), 6)


def draw_shield(it):
    """A shield with a rim, rivets and a device."""
    artist = it.artist
    colour, metal = artist.colour(), gold(artist) if artist.chance(0.5) else steel(artist)
    outline = (
        it.curve([(0, -0.95), (0.75, -0.75), (0.75, 0.1), (0, 1), (-0.75, 0.1), (-0.75, -0.75)], True)
        if artist.chance(0.6)
        else ellipse((0, 0), (0.92, 0.92))
    )
    it.shape(outline, metal, "metal", gloss=True)
    field = it.shape(outline * 0.83, colour)
    device = artist.rng.integers(4)
    second = artist.colour()
    if device == 0:
        it.shape(strand(np.array([(-0.8, 0), (0.8, 0)]), 0.24), second, "trim", clip=field, kind="inner", form=None)
        it.shape(strand(np.array([(0, -1), (0, 1)]), 0.24), second, "trim", clip=field, kind="inner", form=None)
    elif device == 1:
        angles = np.arange(17) * np.pi / 8
        it.poly(
            np.stack([np.cos(angles), np.sin(angles)], 1) * np.where(np.arange(17) % 2, 0.2, 0.5)[:, None],
            second,
            "trim",
            kind="inner",
        )
    elif device == 2:
        it.smooth(
            [(0, 0.45), (-0.45, -0.05), (-0.35, -0.4), (0, -0.25), (0.35, -0.4), (0.45, -0.05)],
            second,
            "trim",
            kind="inner",
        )
    else:
        it.wood(field, colour, -0.7, -0.8, 0.7, 0.8, True, 12)
        it.lines([[(x, -0.9), (x, 0.9)] for x in (-0.4, -0.13, 0.13, 0.4)], colour, 0.7, field)
    if artist.chance(0.5):
        it.oval(0, 0, 0.2, 0.2, metal, "metal", form="inflate", gloss=True)
        it.line(ellipse((0, 0), (0.13, 0.13)), metal, 0.6)
    it.line(outline * 0.86, metal, 0.5, field)
    it.rivets(outline * 0.91, 18, 0.03, metal)
    it.scratches(field, colour, 7)


def draw_helmet(it):
    """A knight's helmet with visor, breaths and a plume."""
    artist = it.artist
    metal, plume = steel(artist), artist.colour()
    if artist.chance(0.6):
        for k in range(5):
            lock = it.curve(
                [(0.0, -0.8), (0.45, -1.05 + 0.05 * k), (0.85, -0.7 + 0.12 * k), (0.8 + 0.04 * k, -0.2 + 0.12 * k)]
            )
            mask = it.band(
                lock, 0.26 * np.sin(np.linspace(0.3, np.pi - 0.05, len(lock))), plume * (0.85 + 0.04 * k), form=None
            )
            it.line(cut(lock, 0.15, 0.85), plume, 0.5, mask)
    it.smooth([(-0.5, 0.45), (0.5, 0.4), (0.68, 0.85), (0, 1.0), (-0.7, 0.85)], metal * 0.85, "metal")
    it.lines([bow((-0.58, y), (0.58, y - 0.03), -0.12) for y in (0.62, 0.78)], metal, 0.7)
    dome = it.smooth(
        [(-0.6, 0.5), (-0.72, -0.1), (-0.5, -0.65), (0, -0.88), (0.5, -0.65), (0.68, -0.1), (0.55, 0.48), (0, 0.62)],
        metal,
        "metal",
        gloss=True,
    )
    visor = it.smooth(
        [(-0.74, -0.2), (-0.2, -0.3), (0.45, -0.22), (0.4, 0.3), (-0.1, 0.6), (-0.62, 0.42)],
        metal * 1.05,
        "metal",
        gloss=True,
    )
    it.poly(
        [(-0.7, -0.1), (-0.2, -0.16), (0.36, -0.1), (0.34, -0.02), (-0.2, -0.07), (-0.7, -0.01)],
        DARK,
        "metal",
        kind="inner",
    )
    for x in np.linspace(-0.52, 0.16, 5):
        it.box(x, 0.12, x + 0.06, 0.36, metal * 0.4, 0.03, "metal", kind="inner", scale=0.6)
    it.line([(-0.2, -0.05), (-0.22, 0.58)], metal, 0.6, visor)
    it.line(bow((-0.15, -0.85), (-0.2, -0.28), -0.1), metal, 0.8, dome)
    it.oval(0.42, -0.14, 0.1, 0.1, gold(artist), "metal", form="inflate", gloss=True)
    it.rivets(bow((-0.55, 0.46), (0.5, 0.42), -0.2, 20), 8, 0.025, metal)
    it.scratches(dome, metal, 8)


def draw_armour(it):
    """A breastplate with shoulders and engraving."""
    artist = it.artist
    metal, trim = steel(artist, 0.35), gold(artist)
    for side in (-1, 1):
        for k in (2, 1, 0):
            plate = it.smooth(
                [
                    (side * 0.35, -0.7 + 0.14 * k),
                    (side * (0.7 + 0.03 * k), -0.72 + 0.16 * k),
                    (side * (0.95 - 0.02 * k), -0.35 + 0.16 * k),
                    (side * 0.7, -0.25 + 0.14 * k),
                ],
                metal * (1 - 0.07 * k),
                "metal",
                gloss=True,
            )
            it.line(bow((side * 0.62, -0.28 + 0.14 * k), (side * 0.93, -0.38 + 0.16 * k), 0.1), trim, 0.7, plate)
    for k in (2, 1, 0):
        it.smooth(
            mirrored(
                [(0, 0.25 + 0.16 * k), (0.4, 0.22 + 0.16 * k), (0.48 + 0.03 * k, 0.5 + 0.16 * k), (0, 0.62 + 0.16 * k)]
            )[:-1],
            metal * (0.95 - 0.06 * k),
            "metal",
        )
    right = it.curve(
        [(0, -0.55), (0.25, -0.72), (0.5, -0.68), (0.5, -0.35), (0.62, -0.1), (0.5, 0.2), (0.38, 0.42), (0, 0.5)]
    )
    chest = it.shape(mirrored(right), metal, "metal", gloss=True)
    it.line([(0, -0.5), (0, 0.48)], metal, 0.8, chest)
    it.line(mirrored(right * (0.88, 0.88)), trim, 0.7, chest)
    for side in (-1, 1):
        it.line(bow((side * 0.52, -0.05), (side * 0.06, 0.05), side * 0.4), metal, 0.7, chest)
        engrave(it, [(side * 0.1, -0.35), (side * 0.36, -0.3)], metal, chest, 0.05)
        it.rivets([(side * 0.36, -0.62), (side * 0.2, -0.66)], 2, 0.03, trim)
    it.oval(0, -0.3, 0.09, 0.11, artist.colour(saturation=0.7), "trim", gloss=True)
    it.scratches(chest, metal, 8)


def draw_gauntlet(it):
    """An armoured glove with plates."""
    artist = it.artist
    metal, cloth = steel(artist, 0.4), leather(artist)
    it.poly([(-0.42, 0.2), (0.42, 0.2), (0.6, 1.0), (-0.6, 1.0)], metal, "metal", "inflate")
    it.lines(
        [bow((-0.5 + 0.02 * k, 0.85 - 0.16 * k), (0.5 - 0.02 * k, 0.85 - 0.16 * k), 0.12) for k in range(4)], metal, 0.7
    )
    thumb = it.curve([(0.35, 0.05), (0.62, -0.15), (0.66, -0.45)])
    it.band(thumb, np.linspace(0.26, 0.18, len(thumb)), metal, "metal")
    it.lines([[point_at(thumb, s) + (-0.1, -0.02), point_at(thumb, s) + (0.1, 0.02)] for s in (0.4, 0.7)], metal, 0.7)
    for x, tall in ((-0.34, 0.72), (-0.12, 0.9), (0.1, 0.86), (0.3, 0.7)):
        finger = np.array([(x, -0.1), (x * 1.15, -0.1 - tall * 0.5), (x * 1.25, -0.1 - tall)])
        it.band(it.curve(finger), 0.2, metal, "metal")
        for s in (0.35, 0.6, 0.8):
            it.line(bow(point_at(finger, s) + (-0.1, 0), point_at(finger, s) + (0.1, 0), -0.2), metal, 0.7)
    back = it.smooth(
        [(-0.45, -0.2), (0.0, -0.28), (0.42, -0.18), (0.42, 0.25), (0, 0.32), (-0.44, 0.25)], metal, "metal", gloss=True
    )
    it.lines([bow((-0.42, y), (0.42, y), -0.1) for y in (-0.05, 0.1)], metal, 0.7, back)
    it.box(-0.46, 0.24, 0.46, 0.34, cloth, 0.03)
    it.rivets([(-0.4, 0.29), (0.4, 0.29)], 5, 0.03, metal)
