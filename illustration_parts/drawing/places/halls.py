"""Halls of stone with columns and arches, temples, ruins, and corridors of ships in space."""

import numpy as np

from illustration_parts.drawing.objects import machines, ornaments
from illustration_parts.drawing.places.perspective import Spot


def _shell(builder, half, deep, tall, wall, floor, near=-1.0):
    """Ceiling, floor, two long walls and the end; returns the floor's mask."""
    builder.artist.fill(builder.artist.canvas.everything(), builder.see_colour(wall * 0.6), "wall or floor")
    builder.occlude(
        builder.face(
            [(-half, tall, near), (half, tall, near), (half, tall, deep), (-half, tall, deep)], wall * 0.75, (0, -1, 0)
        )
    )
    ground = builder.face([(-half, 0, near), (half, 0, near), (half, 0, deep), (-half, 0, deep)], floor, (0, 1, 0))
    builder.occlude(ground)
    for x, way in ((-half, 1), (half, -1)):
        builder.occlude(
            builder.face([(x, 0, near), (x, tall, near), (x, tall, deep), (x, 0, deep)], wall, (way, 0, 0)), 0.2
        )
    builder.occlude(
        builder.face(
            [(-half, 0, deep), (half, 0, deep), (half, tall, deep), (-half, tall, deep)], wall * 0.92, (0, 0, -1)
        ),
        0.2,
    )
    return ground


def arch(left, right, low, spring, w, count=12):
    """Corners (u, y, w) of an opening with a round head."""
    middle, radius = (left + right) / 2, (right - left) / 2
    angles = np.linspace(0, np.pi, count)
    head = [(middle + radius * np.cos(a), spring + radius * np.sin(a), w) for a in angles]
    return [(left, low, w), (right, low, w), *head]


def draw_hall(builder):
    """A hall, temple or ruin: paved floor, columns along the walls, arched windows, a carpet, banners.

    Returns how far from its middle the columns begin, metres.
    """
    artist = builder.artist
    stone = builder.tone(artist.pick((0.08, 0.1, 0.6, 0.3)), artist.between(0.03, 0.2), 0.45, 0.9)
    half, deep, tall = artist.between(2.6, 4.5), artist.between(12, 20), artist.between(4.0, 6.0)
    floor = stone * artist.between(0.7, 1.0)
    ground = _shell(builder, half, deep, tall, stone, floor)
    _pave(builder, half, deep, floor)
    for side, x in (("left", -half), ("right", half)):
        wall = Spot(builder, x, 0.4, side)
        _stones(wall, deep - 0.4, tall, stone)
        for u in np.arange(2.0, deep - 2.0, 3.0):
            _arched_window(wall, u, u + 1.1, stone, tall)
    end = Spot(builder, -half, deep, "back")
    _end_wall(end, half, tall, stone)
    if artist.chance(0.6) and ground is not None:
        wide, cloth = half * 0.3, builder.tone(artist.pick((0.0, 0.97, 0.6)), 0.55, 0.4, 0.7)
        for inset, tone in ((0.0, builder.tone(0.12, 0.5, 0.7, 0.9)), (0.12, cloth)):
            corners = [
                (-wide + inset, 0.01, 0.4),
                (wide - inset, 0.01, 0.4),
                (wide - inset, 0.01, deep - 0.6),
                (-wide + inset, 0.01, deep - 0.6),
            ]
            builder.face(corners, tone, (0, 1, 0), scale=0.7, part="prop")
    for z in np.arange(3.4, deep - 1, 3.0)[::-1]:
        for x in (-half + 0.7, half - 0.7):
            _column(builder, x, z, tall, stone)
    for _ in range(int(artist.between(0, 5))):
        x, z = artist.between(-half + 0.6, half - 0.6), artist.between(2.5, 7)
        builder.put(
            artist.pick((ornaments.draw_crystal, ornaments.draw_skull, ornaments.draw_flames)),
            (x, 0, z),
            artist.between(0.3, 0.7),
        )
    return half - 1.1


def _pave(builder, half, deep, floor):
    artist, step = builder.artist, builder.artist.between(0.7, 1.1)
    for row, z in enumerate(np.arange(0.8, deep, step)):
        builder.line([(-half, 0, z), (half, 0, z)], floor, 0.5)
        for x in np.arange(-half + step * 0.5 * (row % 2), half, step):
            if z > 12:
                continue
            if not builder.page and artist.chance(0.25):
                corners = [(x, 0, z), (min(half, x + step), 0, z), (min(half, x + step), 0, z + step), (x, 0, z + step)]
                builder.face(
                    corners, floor * artist.between(0.88, 1.08), (0, 1, 0), builder.lined, 0.5, False, kind="inner"
                )
            builder.line([(x, 0, z), (x, 0, z + step)], floor, 0.5)


def _stones(spot, long, tall, stone):
    """Courses of stone, in places."""
    artist = spot.artist
    for row, y in enumerate(np.arange(0.4, tall, 0.4)):
        for u in np.arange(0.4 * (row % 2), long, 0.8):
            if artist.chance(0.3) and u < 9:
                spot.line([(u, y, 0.01), (min(long, u + 0.8), y, 0.01)], stone, 0.5)
                spot.line([(u, y, 0.01), (u, y + 0.4, 0.01)], stone, 0.5)


def _arched_window(spot, left, right, stone, tall):
    builder = spot.builder
    low, spring = 1.1, tall * 0.55
    spot.face(arch(left - 0.15, right + 0.15, low - 0.15, spring, 0.02), stone * 1.08, part="wall or floor")
    night = builder.air.name == "night"
    sky = builder.tone(0.58, 0.2, 0.3, 0.4) if night else builder.tone(0.57, 0.12, 0.93, 1.0)
    spot.face(arch(left, right, low, spring, 0.03), sky, part="sky", kind="inner", lit=not night)
    middle, top = (left + right) / 2, spring + (right - left) / 2
    spot.line([(middle, low, 0.04), (middle, top, 0.04)], stone * 0.6, 1.2)
    for y in np.arange(low + 0.35, spring + 0.1, 0.4):
        spot.line([(left, y, 0.04), (right, y, 0.04)], stone * 0.6, 0.9)


def _end_wall(end, half, tall, stone):
    """A great window or door at the end, with steps before it."""
    builder, artist = end.builder, end.artist
    middle, wide = half, half * 0.35
    end.face(
        arch(middle - wide - 0.25, middle + wide + 0.25, 0, tall * 0.5, 0.02, 20), stone * 1.1, part="wall or floor"
    )
    if artist.chance(0.5):
        wood = builder.wood()
        end.face(arch(middle - wide, middle + wide, 0, tall * 0.5, 0.03, 20), wood)
        for u in np.linspace(middle - wide, middle + wide, 9):
            end.line([(u, 0, 0.04), (u, tall * 0.5 + wide * 0.5, 0.04)], wood, 0.6)
        for y in (0.6, tall * 0.4):
            end.panel(middle - wide, y, middle + wide, y + 0.12, 0.05, wood * 0.5, part="metal")
    else:
        glow = builder.tone(0.12, 0.12, 0.97, 1.0)
        end.face(arch(middle - wide, middle + wide, 0.4, tall * 0.5, 0.03, 20), glow, part="light", lit=True)
        for u in np.linspace(middle - wide, middle + wide, 7)[1:-1]:
            end.line([(u, 0.4, 0.04), (u, tall * 0.5 + wide * 0.6, 0.04)], stone * 0.5, 1.2)
        for k, colour in enumerate((builder.accent(), builder.accent(), builder.accent())):
            ring = [
                (
                    middle + (0.2 + 0.12 * k) * wide * np.cos(a),
                    tall * 0.5 + (0.2 + 0.12 * k) * wide * np.sin(a),
                    0.06 - 0.005 * k,
                )
                for a in np.arange(16) * np.pi / 8
            ]
            end.face(ring, colour, part="light", kind="inner", scale=0.6, lit=True) if k == 0 else end.line(
                [*ring, ring[0]], colour, 0.9
            )
    for k in range(3):
        low, deep = 0.16 * (2 - k), 0.5 + 0.35 * k
        end.box((half * 0.35, 0, 0), (half * 1.65, 0.16 + low, deep), stone, "wall or floor")


def _column(builder, x, z, tall, stone):
    """A round column with base and capital, as seen from the front."""
    artist = builder.artist
    radius = 0.28
    for low, high, wide in ((0, 0.22, 1.5), (tall - 0.35, tall, 1.5)):
        builder.box(
            (x - radius * wide, low, z - radius * wide), (x + radius * wide, high, z + radius * wide), stone, None, 0.7
        )
    body = [
        (x - radius, 0.22, z),
        (x + radius, 0.22, z),
        (x + radius * 0.88, tall - 0.35, z),
        (x - radius * 0.88, tall - 0.35, z),
    ]
    mask = builder.face(body, stone * 1.02)
    if mask is None:
        return
    away = 1 if artist.style.light[0] < 0 else -1
    shade = [
        (x + away * radius, 0.22, z),
        (x + away * radius * 0.3, 0.22, z),
        (x + away * radius * 0.26, tall - 0.35, z),
        (x + away * radius * 0.88, tall - 0.35, z),
    ]
    if builder.toned:
        dark = builder.mask(shade).clip(mask)
        if dark.alpha.size:
            builder.shade(dark, edge=builder.way != "painted")
    for share in (-0.6, -0.2, 0.2, 0.6):
        builder.line(
            [(x + share * radius, 0.24, z - 0.01), (x + share * radius * 0.88, tall - 0.37, z - 0.01)], stone, 0.5
        )


def draw_ship(builder):
    """A corridor of a ship or station: slanting walls, ribs, panels, pipes, lamps, a door at the end.

    Returns how far from its middle the walls begin, metres.
    """
    artist = builder.artist
    metal = builder.tone(artist.pick((0.55, 0.6, 0.08)), artist.between(0.02, 0.15), 0.5, 0.92)
    lamp = builder.tone(artist.pick((0.5, 0.12, 0.0, 0.35)), 0.35, 0.95, 1.0)
    half, deep, tall, bend = artist.between(1.2, 1.9), artist.between(9, 16), artist.between(2.4, 3.0), 0.45
    builder.artist.fill(artist.canvas.everything(), builder.see_colour(metal * 0.5), "wall or floor")
    section = [
        (-half * 0.7, 0),
        (-half, bend),
        (-half, tall - bend),
        (-half * 0.6, tall),
        (half * 0.6, tall),
        (half, tall - bend),
        (half, bend),
        (half * 0.7, 0),
    ]
    near = -1.0
    for k, ((x0, y0), (x1, y1)) in enumerate(zip(section, [*section[1:], section[0]])):
        normal = np.array([y1 - y0, x0 - x1, 0.0])
        mask = builder.face(
            [(x0, y0, near), (x1, y1, near), (x1, y1, deep), (x0, y0, deep)],
            metal * (0.7, 0.95, 0.8, 0.9, 0.8, 0.95, 0.7, 0.6)[k],
            normal,
        )
        builder.occlude(mask, 0.2)
        for z in np.arange(1.0, deep, 1.1):
            builder.line([(x0, y0, z), (x1, y1, z)], metal, 0.7)
        for share in (0.33, 0.66) if k in (1, 5, 7) else (0.5,):
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            builder.line([(x, y, 0.5), (x, y, deep)], metal, 0.6)
    builder.face([(x, y, deep) for x, y in section], metal * 0.8, (0, 0, -1))
    _ship_door(builder, deep, tall, metal, lamp)
    for side, x in (("left", -half), ("right", half)):
        _ship_wall(Spot(builder, x, 0.0, side), deep, tall, bend, metal, lamp)
    for z in np.arange(1.6, deep, 2.2)[::-1]:
        builder.face(
            [(-0.3, tall - 0.01, z), (0.3, tall - 0.01, z), (0.3, tall - 0.01, z + 1.2), (-0.3, tall - 0.01, z + 1.2)],
            lamp,
            None,
            True,
            0.6,
            part="light",
            lit=True,
        )
        rib = [(x * 0.93, y if 0 < y < tall else (0.02 if y == 0 else tall - 0.06)) for x, y in section]
        for (x0, y0), (x1, y1), (a0, b0), (a1, b1) in zip(section[:-1], section[1:], rib[:-1], rib[1:]):
            builder.face([(x0, y0, z), (x1, y1, z), (a1, b1, z), (a0, b0, z)], metal * 1.08, (0, 0, -1), True, 0.7)
            builder.face(
                [(a0, b0, z), (a1, b1, z), (a1, b1, z + 0.2), (a0, b0, z + 0.2)], metal * 0.75, None, True, 0.6
            )
    for _ in range(int(artist.between(0, 4))):
        builder.put(
            artist.pick((machines.draw_robot, machines.draw_engine, machines.draw_panel)),
            (artist.between(-half * 0.6, half * 0.6), 0, artist.between(2.5, 6)),
            artist.between(0.5, 1.0),
        )
    return half * 0.7


def _ship_door(builder, deep, tall, metal, lamp):
    end = Spot(builder, 0, deep, "back")
    end.panel(-0.75, 0, 0.75, tall - 0.3, 0.05, metal * 1.1, scale=0.8)
    for side in (-1, 1):
        end.face(
            [
                (0, 0.05, 0.06),
                (side * 0.62, 0.05, 0.06),
                (side * 0.62, tall - 0.6, 0.06),
                (side * 0.4, tall - 0.4, 0.06),
                (0, tall - 0.4, 0.06),
            ],
            metal * 0.9,
            scale=0.7,
        )
        end.line([(side * 0.1, 0.5, 0.07), (side * 0.45, 0.5, 0.07), (side * 0.45, 1.4, 0.07)], metal, 0.6)
        end.panel(
            side * 0.2 - 0.08, 1.5, side * 0.2 + 0.08, 1.75, 0.07, lamp, kind="inner", scale=0.5, part="light", lit=True
        )


def _ship_wall(spot, deep, tall, bend, metal, lamp):
    """Panels, screens, vents, strips of light and pipes along a wall."""
    builder, artist = spot.builder, spot.artist
    spot.panel(0.4, bend + 0.05, deep, bend + 0.1, 0.01, lamp, kind="inner", scale=0.5, part="light", lit=True)
    for u in np.arange(0.9, deep - 1, 1.1):
        kind = artist.rng.integers(4)
        low, high = bend + 0.25, tall - bend - 0.15
        if kind == 0:
            spot.panel(u, low, u + 0.85, high, 0.02, metal * artist.between(0.8, 1.1), kind="inner")
            spot.frame(u + 0.08, low + 0.08, u + 0.77, high - 0.08, 0.021, metal, 0.5)
        elif kind == 1:
            spot.panel(
                u + 0.1,
                low + 0.4,
                u + 0.75,
                high - 0.1,
                0.03,
                builder.tone(0.55, 0.5, 0.3, 0.7),
                kind="inner",
                part="light",
                lit=True,
            )
            for k in range(4):
                spot.line(
                    [
                        (u + 0.16, low + 0.5 + 0.12 * k, 0.031),
                        (u + artist.between(0.35, 0.7), low + 0.5 + 0.12 * k, 0.031),
                    ],
                    lamp,
                    0.6,
                )
            for k in range(6):
                spot.panel(
                    u + 0.1 + 0.11 * k,
                    low + 0.2,
                    u + 0.18 + 0.11 * k,
                    low + 0.28,
                    0.03,
                    builder.accent(),
                    kind="inner",
                    scale=0.4,
                    lit=True,
                )
        elif kind == 2:
            for y in np.arange(low, high, 0.1):
                spot.panel(u + 0.1, y, u + 0.7, y + 0.05, 0.02, metal * 0.5, kind="inner", scale=0.4)
        else:
            spot.line([(u + 0.4, low, 0.02), (u + 0.4, high * 0.7, 0.02), (u + 0.8, high, 0.02)], metal, 0.6)
    for y, w in ((tall - bend - 0.05, 0.1), (tall - bend + 0.08, 0.08)):
        spot.box(
            (0.4, y, w - 0.06),
            (deep, y + 0.09, w + 0.03),
            builder.tone(0.08, 0.3, 0.4, 0.7) if w > 0.09 else metal * 0.8,
            "metal",
            0.6,
        )
