"""What stands along a street: trees, cars, lamps, signs, railings, poles."""

import numpy as np

from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.places import painted, skies, trees
from illustration_parts.drawing.places.brush import Painting


def draw_tree(builder, foot, tall):
    """A tree: in leaves of the brush, or in the style's lines."""
    artist, canvas = builder.artist, builder.artist.canvas
    foot = np.asarray(foot, float)
    depth = float(builder.camera.see(foot)[2])
    if depth < 1.5:
        return
    at, size = builder.camera.place(foot), tall * builder.camera.focal / depth
    if size < 8 or not -size < at[0] < canvas.shape[1] + size:
        return
    if builder.way != "painted":
        builder.in_this_light(lambda: trees.draw_tree(artist, at, size), at - (0, size * 0.5), size)
        return
    left, top = int(at[0] - size * 0.6), int(at[1] - size * 1.15)
    box = canvas.inside(Mask(top, left, np.full((int(size * 1.2), int(size * 1.2)), 255, np.uint8)))
    if min(box.alpha.shape) < 8:
        return
    names = {"day": "day", "evening": "sunset", "overcast": "overcast", "night": "night"}
    mood = skies.choose_mood(artist, names[builder.air.name])
    painting = Painting(artist.rng, box.alpha.shape[0], box.alpha.shape[1], artist.style.scale)
    painting.picture[:] = canvas.layers[1][box.window]
    green = painted.choose_green(painting, mood)
    painted.paint_tree(
        painting,
        mood,
        (at[0] - box.left, at[1] - box.top),
        size,
        green,
        float(np.clip(builder.haze * depth / 90, 0, 0.6)),
    )
    solid = painting.parts != 13
    canvas.fill(
        Mask(box.top, box.left, solid.astype(np.uint8) * 255), np.clip(painting.picture, 0, 255), None, "foliage"
    )


def draw_car(builder, x, z):
    """A car that stands along the street, as a body with cabin, windows, wheels and lamps."""
    artist = builder.artist
    colour = builder.accent() if artist.chance(0.5) else builder.tone(None, 0.05, 0.3, 0.95)
    glass = builder.tone(0.57, 0.25, 0.3, 0.7)
    wide, long = 0.8, 4.0
    builder.shadow(
        [(x - wide, 0.01, z), (x + wide, 0.01, z), (x + wide, 0.01, z + long), (x - wide, 0.01, z + long)], 0.4
    )
    dark = np.full(3, 35.0)
    for wheel in (z + long - 0.9, z + 0.75):
        for side in (-1, 1):
            _disc(builder, x + side * wide, wheel, 0.32, dark)
    builder.box((x - wide, 0.28, z), (x + wide, 0.82, z + long), colour, "prop", 0.8)
    low, high, roof = z + 0.8, z + long - 0.4, 1.4
    cabin = np.array(
        [
            (x - wide, 0.82, low),
            (x + wide, 0.82, low),
            (x + wide * 0.85, roof, low + 0.6),
            (x - wide * 0.85, roof, low + 0.6),
        ]
    )
    for side in (-1, 1):
        if side * (0 - x) > wide:
            panel = [
                (x + side * wide, 0.82, low),
                (x + side * wide, 0.82, high),
                (x + side * wide * 0.85, roof, high - 0.3),
                (x + side * wide * 0.85, roof, low + 0.6),
            ]
            builder.face(panel, colour * 0.95, None, part="prop")
            inner = np.array(panel) * 0.86 + np.mean(panel, 0) * 0.14
            builder.face(inner, glass, None, scale=0.6, kind="inner", part="prop")
            builder.line(
                [(x + side * wide * 1.005, 0.3, low + 1.2), (x + side * wide * 0.93, roof, low + 1.3)], colour, 0.7
            )
            builder.line(
                [(x + side * wide * 1.005, 0.62, z + 0.1), (x + side * wide * 1.005, 0.62, z + long)], colour, 0.5
            )
            for wheel in (z + long - 0.9, z + 0.75):
                for size, tone in ((0.32, dark), (0.19, np.full(3, 190.0))):
                    _disc(builder, x + side * wide * 1.01, wheel, size, tone)
    builder.face(
        [
            (x - wide * 0.85, roof, low + 0.6),
            (x + wide * 0.85, roof, low + 0.6),
            (x + wide * 0.85, roof, high - 0.3),
            (x - wide * 0.85, roof, high - 0.3),
        ],
        colour * 1.05,
        (0, 1, 0),
        part="prop",
    )
    builder.face(cabin, glass, None, part="prop")
    builder.face(cabin * 0.9 + cabin.mean(0) * 0.1, glass * 1.1, None, scale=0.5, kind="inner", part="prop")
    _car_front(builder, x, z, wide, colour)


def _disc(builder, x, z, size, colour):
    """A wheel or hub that faces along x."""
    angles = np.arange(16) * np.pi / 8
    ring = np.stack([np.full(16, x), 0.32 + size * np.sin(angles), z + size * np.cos(angles)], 1)
    builder.face(ring, colour, None, scale=0.6, part="metal")


def _car_front(builder, x, z, wide, colour):
    """Lamps, plate and bumper."""
    artist = builder.artist
    night = builder.air.name == "night"
    for side in (-1, 1):
        lamp = [
            (x + side * 0.72, 0.55, z - 0.01),
            (x + side * 0.42, 0.55, z - 0.01),
            (x + side * 0.42, 0.7, z - 0.01),
            (x + side * 0.72, 0.7, z - 0.01),
        ]
        builder.face(
            lamp,
            builder.tone(artist.pick((0.13, 0.0)), 0.4, 0.9, 1.0),
            None,
            scale=0.6,
            kind="inner",
            part="light",
            lit=night,
        )
    builder.face(
        [(x - 0.25, 0.36, z - 0.01), (x + 0.25, 0.36, z - 0.01), (x + 0.25, 0.5, z - 0.01), (x - 0.25, 0.5, z - 0.01)],
        np.full(3, 240.0),
        None,
        scale=0.6,
        kind="inner",
        part="prop",
    )
    builder.box((x - wide, 0.24, z - 0.06), (x + wide, 0.34, z), colour * 0.7, "metal", 0.6)


def draw_lamp_post(builder, x, z):
    """A street lamp, perhaps with banners; it shines at night."""
    artist = builder.artist
    iron = builder.tone(0.55, 0.1, 0.2, 0.5)
    glow = builder.tone(0.12, 0.2, 0.9, 1.0)
    builder.box((x - 0.12, 0, z - 0.12), (x + 0.12, 0.4, z + 0.12), iron, "metal", 0.6)
    builder.box((x - 0.05, 0.4, z - 0.05), (x + 0.05, 3.4, z + 0.05), iron, "metal", 0.6)
    night = builder.air.name == "night"
    builder.face(
        [(x - 0.14, 3.4, z), (x + 0.14, 3.4, z), (x + 0.22, 3.9, z), (x - 0.22, 3.9, z)],
        glow,
        None,
        scale=0.6,
        part="light",
        lit=night,
    )
    builder.face([(x - 0.28, 3.9, z), (x + 0.28, 3.9, z), (x, 4.2, z)], iron, None, scale=0.7, part="metal")
    builder.line([(x, 3.4, z), (x, 3.9, z)], glow, 0.6)
    builder.glow((x, 3.6, z), 0.7)
    if artist.chance(0.5):
        builder.line([(x - 0.5, 3.1, z), (x + 0.5, 3.1, z)], iron, 1.2)
        for side in (-1, 1):
            builder.face(
                [
                    (x + side * 0.12, 2.2, z),
                    (x + side * 0.5, 2.2, z),
                    (x + side * 0.5, 3.05, z),
                    (x + side * 0.12, 3.05, z),
                ],
                builder.accent(),
                None,
                scale=0.6,
                part="prop",
            )


def draw_sign(builder, x, z):
    """A traffic sign, round or with three corners."""
    artist = builder.artist
    grey, red = np.full(3, 190.0), builder.tone(artist.pick((0.0, 0.6)), 0.7, 0.7, 0.9)
    builder.box((x - 0.03, 0, z - 0.03), (x + 0.03, 2.6, z + 0.03), grey, "metal", 0.6)
    white = np.full(3, 245.0)
    if artist.chance(0.5):
        for size, tone in ((0.32, red), (0.25, white)):
            builder.face(
                [(x + size * np.cos(a), 2.5 + size * np.sin(a), z - 0.05) for a in np.arange(20) * np.pi / 10],
                tone,
                None,
                scale=0.6,
                part="prop",
                kind="boundary" if size > 0.3 else "inner",
            )
        builder.face(
            [
                (x - 0.15, 2.44, z - 0.06),
                (x + 0.15, 2.44, z - 0.06),
                (x + 0.15, 2.56, z - 0.06),
                (x - 0.15, 2.56, z - 0.06),
            ],
            red,
            None,
            scale=0.4,
            kind="inner",
            part="prop",
        )
    else:
        for size, tone in ((0.38, red), (0.25, white)):
            builder.face(
                [
                    (x + size * np.cos(a), 2.5 + size * np.sin(a), z - 0.05)
                    for a in (-np.pi / 2, np.pi / 6, np.pi * 5 / 6)
                ],
                tone,
                None,
                scale=0.6,
                part="prop",
                kind="boundary" if size > 0.3 else "inner",
            )


def draw_railing(builder, x, z):
    """Two metres of a railing."""
    metal = builder.tone(0.6, 0.04, 0.8, 0.95)
    for a in (z, z + 1.9):
        builder.box((x - 0.03, 0, a), (x + 0.03, 0.85, a + 0.06), metal, "metal", 0.6)
    for y in (0.8, 0.45):
        builder.box((x - 0.025, y, z), (x + 0.025, y + 0.05, z + 1.95), metal, "metal", 0.5)


def draw_poles(builder, x):
    """Poles along a street, with boxes, and wires between."""
    artist = builder.artist
    grey = builder.tone(0.1, 0.05, 0.3, 0.65)
    places = np.arange(artist.between(3, 6), 50, artist.between(8, 12))[::-1]
    tall = artist.between(5.5, 8)
    for z in places:
        builder.box((x - 0.1, 0, z - 0.1), (x + 0.1, tall, z + 0.1), grey, "prop", 0.6)
        for y in (tall - 0.5, tall - 1.2):
            builder.box((x - 0.8, y, z - 0.05), (x + 0.8, y + 0.1, z + 0.05), grey, "prop", 0.5)
            for a in (-0.7, -0.35, 0.35, 0.7):
                builder.box(
                    (x + a - 0.04, y + 0.1, z - 0.04), (x + a + 0.04, y + 0.25, z + 0.04), grey * 1.2, "prop", 0.4
                )
        if artist.chance(0.5):
            builder.box((x - 0.25, tall - 2.3, z - 0.35), (x + 0.25, tall - 1.5, z - 0.1), grey * 1.1, "metal", 0.6)
    dark = builder.see_colour(np.full(3, 45.0))
    for y, a in (
        (tall - 0.25, -0.7),
        (tall - 0.25, -0.35),
        (tall - 0.25, 0.7),
        (tall - 0.95, 0.35),
        (tall - 0.95, -0.7),
        (tall - 2, 0.0),
    ):
        for far, near in zip(places[:-1], places[1:]):
            ends = np.array([(x + a, y, far), (x + a, y, near)])
            t = np.linspace(0, 1, 14)[:, None]
            sag = np.array([(0, -0.5, 0)]) * 4 * t * (1 - t)
            path = builder.camera.place(ends[0] * (1 - t) + ends[1] * t + sag)
            if np.abs(path).max() > builder.limit:
                continue
            if builder.lined:
                artist.line(path, "inner", 0.5, colour=dark if artist.style.coloured else artist.style.ink, taper=0.0)
            else:
                builder.stroke(path, dark, max(0.8, artist.px(1.6)), 0.85)
