"""Streets: houses with roofs, shops, towers and ruins, along a road with poles, trees, cars and signs, under a sky."""

from functools import partial

import numpy as np

from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.curves import bow
from illustration_parts.drawing.places import furnishing, skies
from illustration_parts.drawing.places.brush import Painting
from illustration_parts.drawing.places.halls import arch
from illustration_parts.drawing.places.houses import (
    draw_block,
    draw_cottage,
    draw_far_windows,
    draw_garden,
    draw_house,
    draw_leaves,
    is_near,
)
from illustration_parts.drawing.places.perspective import Spot
from illustration_parts.drawing.places.roadside import (
    draw_car,
    draw_lamp_post,
    draw_poles,
    draw_railing,
    draw_sign,
    draw_tree,
)
from illustration_parts.drawing.places.shops import draw_shop, draw_tower

KINDS = ("town", "shops", "village", "city", "ruins")
FAR = 70.0  # metres to the last house
LEAST_SKY = 8.0  # pixels above the horizon; a lower sky has no clouds


def draw_place(builder, kind):
    """Draw a street of one of `KINDS` with everything in it.

    Returns how far from its middle the houses begin, metres.
    """
    artist = builder.artist
    draw_sky(builder)
    half = {"town": (2.2, 3.6), "shops": (2.0, 4.0), "village": (2.2, 4.5), "city": (4.5, 8.0), "ruins": (3.0, 5.0)}[
        kind
    ]
    half = artist.between(*half)
    walk = {"village": 0.0, "ruins": 0.0}.get(kind, artist.between(0.9, 2.0))
    _ground(builder, kind, half, walk)
    standing, houses = [], []
    for side in (-1, 1):
        z = artist.between(-3.0, 1.5)
        while z < FAR:
            deep = artist.between(4, 9) * (1.8 if kind == "city" else 1.0)
            if z < 25:
                houses.append((side, z, deep))
            standing.append((z + 0.01, _house_drawer(builder, kind, side, half + walk, z, deep)))
            z += deep + artist.pick((0.0, 0.5, 2.5), (0.45, 0.35, 0.2) if kind != "ruins" else (0.1, 0.3, 0.6))
    for side, z, deep in houses:
        _cast_house(builder, side, half + walk, z, deep)
    standing += _street_things(builder, kind, half, walk)
    if artist.chance(0.3):
        standing.append((FAR + 5, lambda: _house_at_end(builder, half)))
    for _, draw in sorted(standing, key=lambda item: -item[0]):
        draw()
    if kind in ("town", "shops") and artist.chance(0.75):
        for side in (-1, 1) if artist.chance(0.4) else (artist.pick((-1, 1)),):
            draw_poles(builder, side * (half + walk * 0.3))
    return half + 0.8 * walk


# ------------------------------------------------------------------------------------------------------- sky and ground
def draw_sky(builder):
    """A sky with clouds: painted, as flat shapes, or with lines."""
    artist, canvas, air = builder.artist, builder.artist.canvas, builder.air
    height, width = canvas.shape
    names = {"day": "day", "evening": "sunset", "overcast": "overcast", "night": "night"}
    level = max(1.0, builder.camera.horizon)  # who looks far down sees no horizon
    if builder.way == "painted":
        mood = skies.choose_mood(artist, names[air.name])
        shrink = 2 if min(height, width) > 400 else 1
        painting = Painting(artist.rng, height // shrink, width // shrink, artist.style.scale / shrink)
        skies.paint_sky(painting, mood, level / shrink)
        if artist.chance(0.8) and level > LEAST_SKY:
            skies.paint_clouds(painting, mood, level / shrink)
        if air.name == "night":
            skies.paint_stars(painting)
        painting.enlarge(height, width)
        painting.put(artist)
        return
    value = {"day": 0.95, "evening": 0.95, "overcast": 0.85, "night": 0.28}[air.name]
    hue = 0.06 if air.name == "evening" else 0.58
    night = air.name == "night"
    sky = builder.tone(0.63 if night else hue, 0.75 if night else artist.between(0.15, 0.45), value, value)
    artist.fill(canvas.everything(), sky, "sky", gradient=0.0)
    _pale_horizon(builder)
    for _ in range(int(artist.between(0, 5))):
        x, y, size = artist.between(0, width), level * artist.between(0.1, 0.8), width * artist.between(0.06, 0.16)
        cloud = builder.tone(0.62 if night else 0.6, 0.5 if night else 0.04, min(1, value + 0.08), min(1, value + 0.12))
        knots = [(x - size, y)]
        for k in range(5):
            angle = np.pi * (1 - k / 4)
            knots.append(
                (x + size * 0.8 * np.cos(angle), y - size * artist.between(0.2, 0.5) * np.sin(angle) - size * 0.05)
            )
        knots.append((x + size, y))
        rim = np.concatenate([bow(a, b, -0.35, 10) for a, b in zip(knots[:-1], knots[1:])])
        artist.shape(np.concatenate([rim, [(x - size, y)]]), cloud, "sky", form=None, line=builder.lined, scale=0.7)


def _pale_horizon(builder):
    """The sky grows paler towards the horizon."""
    artist, canvas = builder.artist, builder.artist.canvas
    if not artist.style.keeps_colours:
        return
    level = int(np.clip(builder.camera.horizon + 20, 8, canvas.shape[0]))
    share = np.linspace(0, 1, level)[:, None] ** 1.7 * 0.75
    mask = Mask(0, 0, np.full((level, canvas.shape[1]), 255, np.uint8))
    canvas.tint(mask.times(np.broadcast_to(share, mask.alpha.shape)), builder.air.haze, edge=False)


def _cast_house(builder, side, edge, z, deep):
    """The shadow of a house on the road, if it stands on the side that light comes from."""
    if side * builder.light[0] < 0.15 or builder.air.name == "overcast":
        return
    fall, slant = builder.artist.between(1.5, 5.0), builder.light[2] * 2
    x, far, near = side * edge, side * (edge - fall), max(z, 0.4)
    gable = side * (edge - fall - builder.artist.between(0.0, 1.5))
    rim = [(x, near), (x, z + deep), (far, z + deep - slant), (gable, z + deep / 2 - slant), (far, near - slant)]
    mask = builder.mask([(u, 0.004, w) for u, w in rim])
    if mask.alpha.size and builder.toned:
        builder.shade(mask, edge=builder.way != "painted", depth=0.7)


def _ground(builder, kind, half, walk):
    artist = builder.artist
    earth = kind in ("village", "ruins")
    road = builder.tone(0.09 if earth else 0.6, artist.between(0.05, 0.25 if earth else 0.1), 0.38, 0.7)
    land = builder.tone(0.25 if earth else 0.1, 0.2, 0.45, 0.7)
    builder.face([(-90, 0, 0.2), (90, 0, 0.2), (90, 0, 140), (-90, 0, 140)], land, (0, 1, 0), line=False, part="ground")
    builder.face([(-half, 0, 0.2), (half, 0, 0.2), (half, 0, 130), (-half, 0, 130)], road, (0, 1, 0), part="ground")
    _stains(builder, half, road)
    if earth:
        _cobbles(builder, half, road)
        return
    kerb = builder.tone(0.1, 0.06, 0.65, 0.9)
    for side in (-1, 1):
        a, b = side * half, side * (half + walk)
        builder.face(
            [(a, 0, 0.2), (a, 0.12, 0.2), (a, 0.12, 100), (a, 0, 100)], kerb * 0.85, None, scale=0.6, part="ground"
        )
        builder.face([(a, 0.12, 0.2), (b, 0.12, 0.2), (b, 0.12, 100), (a, 0.12, 100)], kerb, (0, 1, 0), part="ground")
        step = artist.between(0.5, 1.2)
        for z in np.arange(1, 28, step):
            builder.line([(a, 0.12, z), (b, 0.12, z)], kerb, 0.45)
        builder.line([(a + side * walk / 2, 0.12, 0.6), (a + side * walk / 2, 0.12, 40)], kerb, 0.45)
    _markings(builder, half, road)


def _markings(builder, half, road):
    """Lines on a road, a crossing, manhole covers and cracks."""
    artist = builder.artist
    white = np.full(3, 238.0)
    if artist.chance(0.6):
        for z in np.arange(0.8, 50, 4.0):
            builder.face(
                [(-0.08, 0.005, z), (0.08, 0.005, z), (0.08, 0.005, z + 2.0), (-0.08, 0.005, z + 2.0)],
                white,
                None,
                scale=0.4,
                kind="inner",
                part="ground",
            )
    for x in (-half + 0.3, half - 0.3):
        builder.face(
            [(x - 0.06, 0.005, 0.5), (x + 0.06, 0.005, 0.5), (x + 0.06, 0.005, 90), (x - 0.06, 0.005, 90)],
            white,
            None,
            scale=0.4,
            kind="inner",
            part="ground",
        )
    if artist.chance(0.35):
        z = artist.between(3, 9)
        for x in np.arange(-half + 0.6, half - 0.6, 0.9):
            builder.face(
                [(x, 0.006, z), (x + 0.45, 0.006, z), (x + 0.45, 0.006, z + 3), (x, 0.006, z + 3)],
                white,
                None,
                scale=0.5,
                kind="inner",
                part="ground",
            )
    for _ in range(int(artist.between(1, 4))):
        x, z = artist.between(-half + 0.5, half - 0.5), artist.between(2.5, 12)
        ring = [(x + 0.35 * np.cos(a), 0.006, z + 0.35 * np.sin(a)) for a in np.arange(18) * np.pi / 9]
        builder.face(ring, road * 0.8, None, scale=0.6, kind="inner", part="metal")
        builder.line(
            [(x + 0.24 * np.cos(a), 0.006, z + 0.24 * np.sin(a)) for a in np.arange(19) * np.pi / 9], road * 0.8, 0.4
        )
    for _ in range(14):  # cracks and patches
        x, z = artist.between(-half, half), artist.between(1.5, 14)
        builder.line(
            [
                (x, 0.004, z),
                (x + artist.between(-0.3, 0.3), 0.004, z + 0.2),
                (x + artist.between(-0.5, 0.5), 0.004, z + 0.5),
            ],
            road,
            0.4,
        )


def _stains(builder, half, road):
    """Patches of another tone on a road, and fallen leaves."""
    artist = builder.artist
    if not artist.style.keeps_colours:
        return
    for _ in range(int(artist.between(3, 8))):
        x, z, size = artist.between(-half, half), artist.between(1.5, 16), artist.between(0.3, 1.3)
        reach = artist.rng.uniform(0.5, 1.0, 9)
        ring = [
            (x + size * r * np.cos(a), 0.003, z + size * r * np.sin(a))
            for r, a in zip(reach, np.arange(9) * np.pi / 4.5)
        ]
        mask = builder.mask(ring)
        if mask.alpha.size:
            mask = artist.canvas.soften(mask, max(0.8, artist.px(3)))
            artist.canvas.tint(mask.times(artist.between(0.1, 0.35)), builder.see_colour(road) * 0.6, edge=False)
    if artist.chance(0.4):
        leaf = builder.tone(artist.pick((0.05, 0.12, 0.95)), 0.5, 0.6, 0.9)
        for _ in range(60):
            x, z, size = artist.between(-half, half), artist.between(1.5, 12), 0.06
            turn = artist.between(0, np.pi)
            way = np.array([np.cos(turn), 0, np.sin(turn)]) * size
            side = np.array([-way[2], 0, way[0]]) * 0.4
            at = np.array([x, 0.01, z])
            builder.face([at - way, at + side, at + way, at - side], leaf, None, False, part="foliage", apart=False)


def _cobbles(builder, half, road):
    artist = builder.artist
    for _ in range(150):
        z = 1.2 + 16 * artist.rng.random() ** 1.6
        x, size = artist.between(-half, half), artist.between(0.08, 0.2)
        ring = [
            (x + size * np.cos(a), 0.004, z + size * 0.8 * np.sin(a))
            for a in np.linspace(0.3, 0.3 + artist.between(2, 6), 8)
        ]
        builder.line(ring, road, 0.5)


# --------------------------------------------------------------------------------------------------------------- houses
def _house_drawer(builder, kind, side, edge, z, deep):
    draw = {"town": draw_house, "shops": draw_shop, "village": draw_cottage, "city": draw_tower, "ruins": _ruin}[kind]
    if kind == "town" and builder.artist.chance(0.25):
        draw = draw_garden
    spot = Spot(builder, side * edge, z, "left" if side < 0 else "right", deep)
    return lambda: draw(spot, side)


def _ruin(spot, side):
    """A broken wall with arches and grass on it."""
    builder, artist = spot.builder, spot.artist
    stone, wide = builder.tone(artist.pick((0.1, 0.3, 0.6)), artist.between(0.05, 0.2), 0.45, 0.85), spot.width
    rim = [(u, artist.between(1.0, 4.6), 0.0) for u in np.linspace(0, wide, 9)]
    steps = [point for (u, y, w), (v, _, _) in zip(rim[:-1], rim[1:]) for point in ((u, y, w), (v, y, w))]
    mask = spot.face([(0, 0, 0), *steps, (wide, 0, 0)], stone, part="wall or floor")
    for (_, before, _), (u, y, _), (v, _, _) in zip([(0, 0, 0), *rim[:-2]], rim[:-1], rim[1:]):
        if y < builder.camera.eye:
            spot.face(
                [(u, y, 0), (v, y, 0), (v, y, -0.6), (u, y, -0.6)],
                stone * 1.1,
                normal=(0, 1, 0),
                part="wall or floor",
                scale=0.6,
            )
        if y > before:
            spot.face(
                [(u, before, 0), (u, y, 0), (u, y, -0.6), (u, before, -0.6)],
                stone * 0.85,
                part="wall or floor",
                scale=0.6,
            )
    if mask is None or not is_near(spot):
        return
    for u in np.arange(0.6, wide - 1.4, 2.4):
        if artist.chance(0.6):
            spot.face(arch(u, u + 1.0, 0.5, 1.5, 0.01), stone * 0.4, kind="inner", part="wall or floor")
            spot.line([*arch(u - 0.15, u + 1.15, 0.4, 1.5, 0.02)[2:]], stone, 0.7)
    for _ in range(60):
        row = int(artist.between(0, 11))
        u, y = artist.between(0, wide - 0.6), row * 0.4
        if y < np.interp(u, [p[0] for p in rim], [p[1] for p in rim]) - 0.4:
            spot.line([(u, y, 0.01), (u + 0.6, y, 0.01), (u + 0.6, y + 0.4, 0.01)], stone, 0.5)
    green = builder.tone(0.28, 0.45, 0.35, 0.65)
    for _ in range(5):
        u = artist.between(0, wide - 1)
        ivy = [
            (u + 0.5 + artist.between(0.3, 0.6) * np.cos(a), max(0, 0.7 + artist.between(0.4, 1.0) * np.sin(a)), 0.03)
            for a in np.arange(10) * np.pi / 5
        ]
        draw_leaves(builder, spot.face(ivy, green, part="foliage", scale=0.6), green, 40)
    for _ in range(int(artist.between(1, 4))):
        x, _, z = spot.world([(artist.between(0, wide), 0, artist.between(0.3, 1.4))])[0]
        size = artist.between(0.25, 0.7)
        builder.box(
            (x - size / 2, 0, z - size / 2),
            (x + size / 2, size * artist.between(0.5, 1), z + size / 2),
            stone,
            "ground",
            0.7,
        )


def _house_at_end(builder, half):
    artist = builder.artist
    spot = Spot(builder, -half * 2.2, FAR, "back", half * 4.4)
    draw_block(spot, 0, 0, artist.between(8, 22), builder.tone(None, 0.1, 0.5, 0.9))
    draw_far_windows(spot, int(artist.between(3, 6)), 3.0, spot.width)


# ----------------------------------------------------------------------------------------------------- along the street
def _street_things(builder, kind, half, walk):
    """(distance, drawing) of trees, lamps, signs, cars, railings."""
    artist, standing = builder.artist, []
    kerb = half + 0.35 if walk else half - 0.4
    side = artist.pick((-1, 1))
    if kind in ("city", "town") and artist.chance(0.6) or kind == "ruins":
        for z in np.arange(artist.between(4, 7), 32, artist.between(5, 9)):
            places = [(x, 0.0, z) for x in (-kerb, kerb) if artist.chance(0.7)]
            standing += [(z, partial(draw_tree, builder, at, artist.between(3.5, 6.0))) for at in places]
    if kind in ("city", "shops", "village"):
        places = np.arange(artist.between(3, 6), 45, artist.between(7, 11))
        standing += [(z, partial(draw_lamp_post, builder, side * kerb, z)) for z in places]
    if kind in ("town", "city") and artist.chance(0.55):
        standing += [(z + 0.5, partial(draw_railing, builder, -side * kerb, z)) for z in np.arange(2.0, 30, 2.0)]
    if kind != "village" and kind != "ruins":
        for _ in range(int(artist.between(0, 4))):
            x, z = artist.pick((-1, 1)) * (half - 1.1), artist.between(5, 30)
            standing.append((z, partial(draw_car, builder, x, z)))
        for _ in range(int(artist.between(0, 3))):
            z = artist.between(3, 14)
            standing.append((z, partial(draw_sign, builder, artist.pick((-1, 1)) * kerb, z)))
        if artist.chance(0.4):
            spot = Spot(
                builder, side * (half + walk - 0.05), artist.between(3, 7), "left" if side < 0 else "right", 0.9
            )
            standing.append((spot.z - 0.3, partial(furnishing.draw_machine, spot)))
    return standing
