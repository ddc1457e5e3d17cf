"""Food, drink and what they are served in. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at
from illustration_parts.drawing.objects.placing import DARK, LIGHT, ellipse, mirrored


def steam(it, x, y, colour):
    """Curls of steam, drawn as lines."""
    if it.artist.chance(0.5):
        for d in (-0.15, 0.05):
            it.line(
                it.curve([(x + d, y), (x + d + 0.07, y - 0.18), (x + d - 0.05, y - 0.34), (x + d + 0.06, y - 0.52)]),
                colour,
                0.7,
            )


def draw_cup(it):
    """A cup or mug with its handle, perhaps steaming, on a saucer."""
    artist = it.artist
    colour, drink = artist.colour(), artist.colour(0.07, 0.7, 0.4)
    low = artist.between(0.35, 0.6)
    if artist.chance(0.5):
        plate = it.oval(0, 0.78, 0.95, 0.2, colour, form="inflate")
        it.line(ellipse((0, 0.76), (0.7, 0.13)), colour, 0.6, plate)
    handle = ellipse((0.7, 0.05), (0.32, 0.34))
    it.shape(np.concatenate([handle, ellipse((0.7, 0.05), (0.2, 0.22))[::-1]]), colour)
    side = np.concatenate(
        [bow((-0.7, -0.5), (-low, 0.75), -0.06, 14), ellipse((0, 0.75), (low, 0.14), 0, np.pi, 0, 24)]
    )
    body = it.shape(np.concatenate([side, bow((low, 0.75), (0.7, -0.5), -0.06, 14)]), colour, gloss=True)
    kind = artist.rng.integers(3)
    second = artist.colour()
    if kind == 0:
        for y in (0.0, 0.2):
            it.line(bow((-0.68, y - 0.15), (0.68, y - 0.15), -0.13, 24), colour, 0.7, body)
    elif kind == 1:
        it.smooth(
            [(0, 0.4), (-0.25, 0.12), (-0.18, -0.08), (0, 0.02), (0.18, -0.08), (0.25, 0.12)],
            second,
            "trim",
            kind="inner",
            clip=body,
        )
    else:
        for x, y in ((-0.4, 0.1), (-0.1, 0.3), (0.25, 0.15), (0.0, 0.0), (0.4, 0.4)):
            it.patch(ellipse((x, y), (0.07, 0.07)), second, body, "trim")
    it.oval(0, -0.5, 0.7, 0.2, colour * 0.9)
    tea = it.oval(0, -0.46, 0.6, 0.14, drink, kind="inner")
    it.shine(ellipse((-0.25, -0.48), (0.18, 0.04)), tea, drink, 0.6)
    steam(it, 0, -0.75, colour)


def draw_bottle(it):
    """A bottle with a label."""
    artist = it.artist
    glass = artist.colour(value=artist.between(0.3, 0.9))
    neck = artist.between(0.1, 0.18)
    right = it.curve([(neck, -1), (neck, -0.6), (0.36, -0.25), (0.42, 0.2), (0.42, 0.9), (0.3, 0.98)])
    body = it.shape(mirrored(right), glass, gloss=True)
    it.shine([(-0.33, -0.1), (-0.26, -0.1), (-0.26, 0.9), (-0.33, 0.9)], body, glass, 0.5)
    it.line(bow((-0.4, -0.05), (0.4, -0.05), -0.08), glass, 0.5, body)
    label = it.box(-0.45, 0.1, 0.45, 0.62, artist.colour(), 0.0, "paper", clip=body)
    it.lines([[(-0.42, y), (0.42, y)] for y in (0.14, 0.58)], artist.paper, 0.5, label)
    it.line(ellipse((0, 0.32), (0.16, 0.12)), artist.paper, 0.7, label)
    it.lines([[(-0.2, y), (0.2, y)] for y in (0.49, 0.53)], artist.paper, 0.5, label)
    it.box(-neck * 1.2, -1.12, neck * 1.2, -0.86, glass * 0.6, 0.03)
    it.lines([[(-neck * 1.2, y), (neck * 1.2, y)] for y in (-1.05, -0.95)], glass, 0.5)


def draw_glass(it):
    """A tall glass with a drink, ice, a straw and fruit."""
    artist = it.artist
    drink, glass = (
        artist.colour(saturation=artist.between(0.3, 0.8), value=artist.between(0.6, 1)),
        artist.colour(0.55, 0.05, 0.98),
    )
    straw = artist.colour()
    tube = it.band(np.array([(0.05, 0.5), (0.28, -0.75), (0.55, -1.0)]), 0.08, straw)
    it.lines(
        [[(0.18 + 0.03 * k, -0.3 - 0.14 * k), (0.28 + 0.02 * k, -0.34 - 0.14 * k)] for k in range(4)], straw, 0.8, tube
    )
    body = it.poly([(-0.5, -0.6), (0.5, -0.6), (0.36, 0.95), (-0.36, 0.95)], glass, "prop")
    fluid = it.poly(
        [(-0.46, -0.35), (0.46, -0.35), (0.34, 0.88), (-0.34, 0.88)], drink, "prop", kind="inner", clip=body
    )
    for x, y, a in ((-0.2, -0.15, 0.3), (0.12, -0.02, -0.4), (-0.08, 0.25, 0.9)):
        cube = np.array([(-0.14, -0.14), (0.14, -0.14), (0.14, 0.14), (-0.14, 0.14)])
        cos, sin = np.cos(a), np.sin(a)
        corners = cube @ np.array([[cos, sin], [-sin, cos]]) + (x, y)
        it.poly(corners, drink + (255 - drink) * 0.55, "prop", kind="inner", scale=0.7, clip=fluid)
        it.line([corners[0] * 0.7 + corners[2] * 0.3, corners[1] * 0.7 + corners[3] * 0.3], drink, 0.5, fluid)
    it.shadow([(0.15, -0.6), (0.5, -0.6), (0.36, 0.95), (0.18, 0.95)], body, 0.6)
    it.shine([(-0.4, -0.5), (-0.32, -0.5), (-0.26, 0.8), (-0.31, 0.8)], body, drink, 0.8)
    for x, y in artist.rng.uniform((-0.35, -0.2), (0.35, 0.8), (7, 2)) if it.rich else ():
        it.line(ellipse((x, y), (0.03, 0.04)), drink, 0.5, body)
    slice_ = it.oval(-0.48, -0.62, 0.24, 0.24, artist.colour(0.12, 0.7, 0.98))
    it.line(ellipse((-0.48, -0.62), (0.19, 0.19)), LIGHT, 0.6, slice_)
    it.lines(
        [[(-0.48, -0.62), (-0.48 + 0.19 * np.cos(a), -0.62 + 0.19 * np.sin(a))] for a in np.arange(8) * np.pi / 4],
        LIGHT,
        0.6,
    )


def draw_teapot(it):
    """A teapot with a flower on its belly."""
    artist = it.artist
    colour, second = artist.colour(), artist.colour()
    spout = it.curve([(-0.5, 0.3), (-0.78, 0.05), (-0.98, -0.4)])
    it.band(spout, np.linspace(0.3, 0.12, len(spout)), colour)
    handle = it.curve([(0.5, -0.25), (0.95, -0.35), (0.95, 0.25), (0.5, 0.45)])
    it.band(handle, 0.12, colour)
    body = it.smooth(
        mirrored([(0, -0.5), (0.4, -0.42), (0.68, 0.1), (0.45, 0.65), (0.3, 0.75), (0, 0.77)])[:-1], colour, gloss=True
    )
    it.line(bow((-0.62, 0.3), (0.62, 0.3), -0.1, 24), colour, 0.6, body)
    for angle in np.arange(5) * 2 * np.pi / 5:
        it.oval(
            0.2 * np.cos(angle),
            0.05 + 0.2 * np.sin(angle),
            0.13,
            0.11,
            second,
            "trim",
            angle,
            kind="inner",
            scale=0.7,
            clip=body,
        )
    it.oval(0, 0.05, 0.08, 0.08, artist.colour(0.13, 0.6, 0.95), "trim", kind="inner", scale=0.7)
    it.smooth(mirrored([(0, -0.72), (0.2, -0.66), (0.42, -0.46), (0, -0.4)])[:-1], colour, gloss=True)
    it.oval(0, -0.78, 0.1, 0.09, second, form="inflate", gloss=True)
    steam(it, -1.0, -0.5, colour)


def draw_fruit(it):
    """Apples, oranges or berries with leaves; now and then cut open."""
    artist = it.artist
    colour = artist.colour(artist.pick((0.0, 0.07, 0.13, 0.3, 0.8)), artist.between(0.5, 0.9), artist.between(0.6, 1))
    for x, y, size in ((0, 0, 0.8),) if artist.chance(0.5) else ((-0.35, 0.2, 0.5), (0.4, 0.25, 0.5), (0.0, -0.3, 0.5)):
        right = np.array([(0, -0.85), (0.35, -1.0), (0.9, -0.7), (0.98, 0), (0.6, 0.8), (0.25, 0.97), (0, 0.9)]) * size
        mask = it.smooth(mirrored(right)[:-1] + (x, y), colour, gloss=True)
        it.line(bow((x - size * 0.2, y - size * 0.82), (x + size * 0.25, y - size * 0.8), -0.4), colour, 0.8, mask)
        for u, v in artist.rng.uniform(-0.6, 0.6, (9, 2)) if it.rich else ():
            it.patch(ellipse((x + u * size, y + v * size), (0.015, 0.02)), colour + (255 - colour) * 0.5, mask)
        stem = bow((x, y - size * 0.82), (x + size * 0.15, y - size * 1.3), 0.2)
        it.line(stem, colour * 0.5, 1.8)
        if artist.chance(0.6):
            tip = stem[-1] + (size * 0.7, -size * 0.1)
            green = artist.colour(0.3, 0.6, 0.6)
            leaf = it.shape(np.concatenate([bow(stem[-1], tip, -0.3)[:-1], bow(tip, stem[-1], -0.3)]), green, "foliage")
            it.line([stem[-1], tip], green, 0.6)
            it.lines(
                [
                    [stem[-1] + (size * s, -size * s * 0.14), stem[-1] + (size * (s + 0.1), -size * 0.14)]
                    for s in (0.15, 0.3, 0.45)
                ],
                green,
                0.45,
                leaf,
            )


def draw_cake(it):
    """A piece of cake with cream and a berry."""
    artist = it.artist
    dough, cream, berry = artist.colour(0.1, 0.45, 0.9), artist.colour(0.1, 0.06, 1), artist.colour(0.98, 0.75, 0.85)
    plate = it.oval(0, 0.62, 1.0, 0.22, artist.colour(0.6, 0.05, 0.97))
    it.line(ellipse((0, 0.6), (0.8, 0.15)), LIGHT, 0.5, plate)
    for low, high, colour in ((0.45, 0.72, dough), (0.3, 0.45, cream), (0.02, 0.3, dough), (-0.12, 0.02, cream)):
        layer = it.poly([(-0.9, low - 0.2), (0.9, low - 0.05), (0.9, high - 0.05), (-0.9, high - 0.2)], colour)
        for x, y in (
            artist.rng.uniform((-0.85, low - 0.12), (0.85, high - 0.1), (8, 2)) if it.rich and colour is dough else ()
        ):
            it.line(ellipse((x, y), (0.02, 0.014)), dough, 0.5, layer)
    it.poly([(-0.9, -0.32), (0.75, -0.62), (0.9, -0.17)], cream)
    rim = np.concatenate(
        [bow((-0.9 + k * 0.18, -0.32 + k * 0.015), (-0.72 + k * 0.18, -0.305 + k * 0.015), 0.35, 6) for k in range(10)]
    )
    it.shape(np.concatenate([rim, [(0.9, -0.27), (-0.9, -0.42)]]), cream, form=None, kind="inner")
    for x, y in ((0.62, -0.42), (0.3, -0.38), (-0.05, -0.33)):
        it.oval(x, y, 0.16, 0.11, cream, form="inflate")
        it.line(bow((x - 0.12, y), (x + 0.1, y - 0.06), -0.3), cream, 0.6)
    fruit = it.smooth(
        [(0.35, -0.9), (0.52, -0.75), (0.45, -0.52), (0.35, -0.45), (0.22, -0.52), (0.18, -0.75)], berry, gloss=True
    )
    for x, y in ((0.28, -0.72), (0.4, -0.75), (0.34, -0.6), (0.44, -0.62)):
        it.line([(x, y), (x + 0.01, y + 0.03)], berry, 0.7, fruit)
    it.smooth(
        [(0.2, -0.9), (0.35, -0.82), (0.5, -0.9), (0.38, -0.98)], artist.colour(0.3, 0.6, 0.6), "foliage", form=None
    )


def draw_ice_cream(it):
    """Ice cream in a cone or a parfait's glass."""
    artist = it.artist
    cone = artist.colour(0.09, 0.5, 0.85)
    mask = it.poly([(-0.36, 0.05), (0.36, 0.05), (0, 1.05)], cone)
    for k in range(-6, 7):
        it.lines(
            [[(k * 0.11 - 0.3, 0), (k * 0.11 + 0.3, 1.1)], [(k * 0.11 + 0.3, 0), (k * 0.11 - 0.3, 1.1)]],
            cone,
            0.5,
            mask,
        )
    for y, x, size in ((-0.12, 0.0, 0.42), (-0.6, 0.05, 0.36)) if artist.chance(0.6) else ((-0.15, 0, 0.44),):
        scoop = artist.colour(saturation=artist.between(0.1, 0.5), value=artist.between(0.75, 1))
        ball = it.oval(x, y, size, size * 0.92, scoop, form="inflate", gloss=True)
        drip = np.concatenate(
            [
                bow((x - size + k * size / 3, y + size * 0.6), (x - size + (k + 1) * size / 3, y + size * 0.6), 0.4, 7)
                for k in range(6)
            ]
        )
        it.shape(
            np.concatenate([drip, [(x + size, y + size * 0.35), (x - size, y + size * 0.35)]]),
            scoop,
            form=None,
            ends=slice(0, len(drip)),
        )
        for u, v in artist.rng.uniform(-0.65, 0.45, (8, 2)) * size if it.rich else ():
            it.line(bow((x + u, y + v), (x + u + 0.05, y + v + 0.02), 0.3), scoop, 0.6, ball)
    top = y - size
    it.poly([(0.24, top + 0.22), (0.38, top + 0.28), (0.62, top - 0.2), (0.5, top - 0.25)], cone * 1.1)
    it.oval(0.0, top - 0.02, 0.1, 0.1, artist.colour(0.98, 0.8, 0.85), gloss=True, form="inflate")
    it.line(bow((0.0, top - 0.1), (0.17, top - 0.32), -0.2), cone, 0.9)


def draw_noodles(it):
    """A bowl of noodles with egg, leek, a fish cake and chopsticks."""
    artist = it.artist
    bowl, soup = artist.colour(), artist.colour(0.1, 0.55, 0.8)
    body = it.shape(ellipse((0, -0.15), (0.95, 1.0), 0, np.pi, 0, 36), bowl, gloss=True)
    it.box(-0.38, 0.8, 0.38, 0.95, bowl * 0.9, 0.03)
    for k in range(8):
        it.line(
            it.curve(
                [(-0.8 + 0.2 * k, 0.15), (-0.72 + 0.2 * k, 0.08), (-0.66 + 0.2 * k, 0.18), (-0.74 + 0.2 * k, 0.2)]
            ),
            bowl,
            0.7,
            body,
        )
    it.oval(0, -0.15, 0.95, 0.34, bowl * 0.9)
    broth = it.oval(0, -0.13, 0.86, 0.28, soup, kind="inner")
    pasta = artist.colour(0.13, 0.35, 0.95)
    for _ in range(12 if it.fine else 4):
        x, y = artist.between(-0.6, 0.4), artist.between(-0.25, 0.08)
        strand_ = it.curve([(x, y), (x + 0.15, y - 0.08), (x + 0.35, y + 0.03), (x + 0.5, y - 0.03)])
        it.shape(
            np.concatenate([offset(strand_, 0.022), offset(strand_, -0.022)[::-1]]),
            pasta,
            form=None,
            clip=broth,
            kind="inner",
            scale=0.6,
        )
    for x, y in ((-0.4, -0.2), (-0.05, -0.05)):
        it.oval(x, y, 0.2, 0.13, LIGHT, clip=broth, kind="inner")
        it.oval(x, y, 0.1, 0.07, artist.colour(0.1, 0.75, 0.98), kind="inner", scale=0.7)
    it.oval(0.4, -0.18, 0.17, 0.11, LIGHT, kind="inner")
    it.line(ellipse((0.4, -0.18), (0.09, 0.06), 0, 0, 5, 14), artist.colour(0.95, 0.5, 0.9), 0.8)
    for x, y in artist.rng.uniform((-0.5, -0.3), (0.6, 0.08), (9, 2)) if it.fine else ():
        it.oval(x, y, 0.045, 0.03, artist.colour(0.3, 0.5, 0.75), clip=broth, kind="inner", scale=0.5)
    for y in (-0.28, -0.4):
        it.band(np.array([(0.1, y + 0.1), (1.05, y - 0.4)]), np.array([0.03, 0.06]), artist.colour(0.03, 0.6, 0.5))
    steam(it, -0.3, -0.5, bowl)


def draw_burger(it):
    """A hamburger in layers."""
    artist = it.artist
    bun, leaf, meat, cheese = (
        artist.colour(0.09, 0.6, 0.85),
        artist.colour(0.28, 0.6, 0.75),
        artist.colour(0.05, 0.6, 0.4),
        artist.colour(0.13, 0.7, 0.98),
    )
    it.box(-0.8, 0.45, 0.8, 0.8, bun, 0.16, form="inflate")
    it.box(-0.85, 0.22, 0.85, 0.5, meat, 0.12, form="inflate")
    it.poly(
        [(-0.82, 0.2), (0.82, 0.2), (0.6, 0.28), (0.42, 0.44), (0.2, 0.28), (-0.3, 0.28), (-0.5, 0.48), (-0.66, 0.28)],
        cheese,
    )
    for x in (-0.4, 0.35):
        it.box(x - 0.35, 0.05, x + 0.35, 0.2, artist.colour(0.0, 0.7, 0.85), 0.06, gloss=True)
    wave = np.concatenate(
        [bow((-0.9 + k * 0.2, 0.08), (-0.7 + k * 0.2, 0.08), 0.4 if k % 2 else 0.15, 7) for k in range(9)]
    )
    salad = it.shape(np.concatenate([wave, bow((0.9, -0.05), (-0.9, -0.05), 0.03)]), leaf, "foliage", form=None)
    it.lines([bow((x, -0.02), (x + 0.03, 0.12), 0.2) for x in np.linspace(-0.8, 0.8, 12)], leaf, 0.5, salad)
    dome = np.concatenate(
        [ellipse((0, -0.08), (0.86, 0.72), 0, np.pi, 2 * np.pi, 36), bow((0.86, -0.08), (-0.86, -0.08), 0.06, 10)]
    )
    top = it.shape(dome, bun, gloss=True)
    for _ in range(16 if it.fine else 0):
        x, y = artist.between(-0.6, 0.6), artist.between(-0.68, -0.3)
        if (x / 0.8) ** 2 + ((y + 0.08) / 0.66) ** 2 < 0.85:
            it.oval(
                x,
                y,
                0.045,
                0.026,
                artist.colour(0.12, 0.2, 0.98),
                heading=artist.between(-0.6, 0.6),
                clip=top,
                kind="inner",
                scale=0.5,
            )


def draw_rice(it):
    """Rice balls, sushi or a lunch box."""
    artist = it.artist
    weed, rice = artist.colour(0.35, 0.4, 0.2), artist.colour(0.12, 0.03, 0.99)
    if artist.chance(0.5):
        ball = it.smooth(
            [(0, -0.85), (0.3, -0.6), (0.85, 0.45), (0.65, 0.75), (-0.65, 0.75), (-0.85, 0.45), (-0.3, -0.6)], rice
        )
        for x, y in artist.rng.uniform((-0.6, -0.6), (0.6, 0.6), (26, 2)) if it.rich else ():
            it.line(bow((x, y), (x + 0.06, y + 0.02), 0.4), rice, 0.5, ball)
        it.box(-0.36, 0.12, 0.36, 0.82, weed, 0.02, clip=None)
        return
    for x, y in ((0.35, -0.35), (-0.35, 0.25)):
        it.box(x - 0.5, y, x + 0.5, y + 0.34, rice, 0.14, form="inflate")
        it.lines([bow((x + u, y + 0.15), (x + u + 0.06, y + 0.2), 0.4) for u in np.linspace(-0.4, 0.35, 6)], rice, 0.5)
        fish = artist.colour(artist.pick((0.03, 0.99, 0.12)), 0.55, 0.95)
        top = it.smooth(
            [
                (x - 0.6, y + 0.1),
                (x - 0.4, y - 0.14),
                (x + 0.3, y - 0.16),
                (x + 0.62, y + 0.06),
                (x + 0.5, y + 0.16),
                (x - 0.45, y + 0.2),
            ],
            fish,
            gloss=True,
        )
        it.lines(
            [bow((x + u, y - 0.12), (x + u + 0.1, y + 0.16), 0.15) for u in np.linspace(-0.4, 0.35, 6)], fish, 0.7, top
        )
        it.box(x - 0.1, y - 0.16, x + 0.06, y + 0.34, weed, 0.02)
    it.poly([(-0.95, 0.7), (0.9, 0.7), (0.95, 0.85), (-1.0, 0.85)], artist.colour(0.08, 0.5, 0.6))


def draw_bread(it):
    """A loaf, a roll or a doughnut."""
    artist = it.artist
    crust = artist.colour(0.08, 0.6, 0.8)
    if artist.chance(0.5):
        ring = it.oval(0, 0, 0.9, 0.82, crust, form="inflate")
        icing = artist.colour(saturation=0.4, value=0.95)
        angles = np.linspace(0, 2 * np.pi, 25)
        reach = np.where(np.arange(25) % 2, 0.74, 0.82)[:, None]
        it.smooth(
            np.stack([np.cos(angles), np.sin(angles) * 0.9], 1)[:-1] * reach[:-1] + (0, -0.03),
            icing,
            kind="inner",
            gloss=True,
            clip=ring,
        )
        it.oval(0, -0.02, 0.3, 0.26, crust * 0.75, kind="inner")
        it.oval(0, 0.0, 0.24, 0.19, artist.paper * 0.92, "paper", kind="inner")
        for angle in artist.rng.uniform(0, 6.28, 22) if it.fine else ():
            place = artist.between(0.4, 0.66) * np.array([np.cos(angle), np.sin(angle) * 0.9])
            it.band(
                np.array([place - (0.04, 0), place + (0.04, artist.between(-0.05, 0.05))]),
                0.035,
                artist.colour(),
                kind="inner",
                scale=0.5,
                form=None,
            )
        return
    loaf = it.smooth(
        [(-0.95, 0.1), (-0.7, -0.3), (0, -0.42), (0.7, -0.3), (0.95, 0.1), (0.75, 0.38), (0, 0.45), (-0.75, 0.38)],
        crust,
        gloss=True,
    )
    for x in np.linspace(-0.6, 0.5, 4):
        cutting = it.smooth(
            [(x - 0.1, -0.1), (x + 0.02, -0.25), (x + 0.2, -0.18), (x + 0.08, 0.0)],
            crust + (255 - crust) * 0.5,
            kind="inner",
            clip=loaf,
            scale=0.7,
        )
        it.line([(x - 0.04, -0.1), (x + 0.12, -0.16)], crust, 0.5, cutting)
    it.fur(bow((-0.8, 0.3), (0.8, 0.3), -0.12, 20), crust, 0.06, 12, 0.4, loaf, 0.5)


def draw_breakfast(it):
    """A plate with an egg, bacon and a fork."""
    artist = it.artist
    white = artist.colour(0.6, 0.04, 0.97)
    plate = it.oval(0, 0, 0.95, 0.9, white)
    it.line(ellipse((0, 0), (0.68, 0.64)), white, 0.7, plate)
    egg = it.smooth(
        [(-0.4, -0.4), (0.0, -0.5), (0.2, -0.2), (0.1, 0.15), (-0.25, 0.2), (-0.52, 0.0)], LIGHT, kind="inner"
    )
    it.oval(-0.15, -0.15, 0.19, 0.18, artist.colour(0.11, 0.8, 0.98), gloss=True, form="inflate", clip=egg)
    for y in (0.2, 0.36):
        strip = it.curve([(-0.45, y), (-0.2, y + 0.08), (0.05, y - 0.04), (0.3, y + 0.06), (0.5, y - 0.04)])
        meat = it.band(strip, 0.13, artist.colour(0.0, 0.6, 0.7))
        it.line(offset(strip, 0.02), LIGHT * 0.9, 0.8, meat)
    for x, y in ((0.35, -0.3), (0.5, -0.1), (0.3, -0.08)):
        it.oval(x, y, 0.11, 0.11, artist.colour(0.0, 0.75, 0.85), form="inflate", gloss=True)
    metal = artist.colour(0.6, 0.05, 0.85)
    it.box(0.98, 0.0, 1.06, 0.9, metal, 0.03, "metal", gloss=True)
    it.box(0.9, -0.35, 1.14, 0.02, metal, 0.08, "metal", gloss=True)
    it.lines([[(x, -0.33), (x, -0.1)] for x in (0.96, 1.02, 1.08)], metal, 1.2)
    it.lines([cut(ellipse((0, 0), (0.82, 0.77)), a, a + 0.12) for a in (0.1, 0.35, 0.6)], white, 0.5, plate)


def draw_jar(it):
    """A jar of sweets, jam or a potion."""
    artist = it.artist
    glass, fluid = artist.colour(0.5, 0.05, 0.95), artist.colour(saturation=0.6, value=0.8)
    body = it.smooth(mirrored([(0, -0.5), (0.3, -0.5), (0.7, -0.2), (0.72, 0.6), (0.5, 0.9), (0, 0.92)])[:-1], glass)
    inside = it.shape(
        it.curve(
            [
                (-0.66, 0.0),
                (-0.2, 0.06),
                (0.3, -0.05),
                (0.68, 0.02),
                (0.66, 0.6),
                (0.45, 0.84),
                (-0.45, 0.84),
                (-0.66, 0.6),
            ],
            True,
        ),
        fluid,
        clip=body,
        kind="inner",
    )
    for x, y in artist.rng.uniform((-0.5, 0.1), (0.5, 0.75), (8, 2)) if it.fine else ():
        size = artist.between(0.03, 0.09)
        it.line(ellipse((x, y), (size, size)), fluid, 0.6, inside)
    it.shine(it.curve([(-0.58, -0.1), (-0.5, -0.15), (-0.5, 0.6), (-0.58, 0.5)], True), body, fluid, 0.8)
    it.box(-0.34, -0.62, 0.34, -0.45, glass * 0.95, 0.04)
    cork = it.box(-0.28, -0.9, 0.28, -0.6, artist.colour(0.08, 0.45, 0.7), 0.05)
    for x, y in artist.rng.uniform((-0.25, -0.85), (0.25, -0.65), (7, 2)) if it.rich else ():
        it.line([(x, y), (x + 0.04, y + 0.01)], glass * 0.5, 0.6, cork)
    cord = it.curve([(-0.36, -0.5), (0, -0.44), (0.36, -0.5)])
    it.band(cord, 0.06, artist.colour(), "trim")
    tag = it.poly([(0.2, -0.4), (0.5, -0.3), (0.4, 0.05), (0.1, -0.05)], artist.colour(0.12, 0.15, 0.97), "paper")
    it.lines([[(0.2, -0.25 + d), (0.38, -0.19 + d)] for d in (0.0, 0.08)], DARK + 200, 0.5, tag)
    it.line(point_at(np.array([(0.12, -0.46), (0.24, -0.36)]), np.linspace(0, 1, 4)), glass, 0.7)
