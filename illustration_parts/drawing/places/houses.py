"""Houses along a street: walls, windows, balconies, roofs, garden walls. Each is drawn on a `perspective.Spot`."""

import numpy as np

from illustration_parts.drawing.curves import bow
from illustration_parts.drawing.objects import furniture, household
from illustration_parts.drawing.places import furnishing, hangings
from illustration_parts.drawing.places.halls import arch
from illustration_parts.drawing.places.roadside import draw_tree


def is_near(spot):
    """Whether small things on a house can be seen."""
    return spot.builder.camera.distance(spot.world([(spot.width / 2, 2, 0)])) < 26


def draw_block(spot, side, low, high, colour, back=8.0, w=0.0, line=True):
    """The body of a house, from `low` to `high` metres and `back` deep."""
    spot.box((0, low, w - back), (spot.width, high, w), colour, "wall or floor", 0.8, None, line)


def draw_house(spot, side):
    """A house of one to three storeys with windows, balconies and a roof, perhaps behind a wall."""
    builder, artist = spot.builder, spot.artist
    colour, storey, storeys = (
        builder.tone(None, artist.between(0.03, 0.25), 0.6, 0.97),
        artist.between(2.5, 3.0),
        int(artist.pick((1, 2, 2, 3))),
    )
    tall, wide = storey * storeys + 0.3, spot.width
    back = artist.between(0.0, 2.2)
    front = furnishing.moved(spot, 0, -back)
    draw_block(front, side, 0, tall, colour)
    if is_near(spot):
        if artist.chance(0.5):
            _cladding(front, wide, tall, colour)
        for floor in range(storeys):
            draw_storey(front, floor * storey, storey, wide, floor == 0)
            if floor and artist.chance(0.4):
                _balcony(front, floor * storey, wide)
        _pipes(front, wide, tall, colour)
    else:
        draw_far_windows(front, storeys, storey, wide)
    if artist.chance(0.7):
        _roof(front, tall, wide, 8.0)
    else:
        front.box((-0.15, tall, -8.15), (wide + 0.15, tall + 0.25, 0.15), colour * 0.85, "wall or floor")
    if back > 1.0:
        _wall(spot, wide)


def draw_storey(front, y, storey, wide, ground):
    """The windows of one storey, and the door of the lowest."""
    builder, artist = front.builder, front.artist
    count = max(1, int(wide / artist.between(1.6, 2.4)))
    step = wide / count
    night = builder.air.name == "night"
    for k in range(count):
        left = k * step + step * 0.18
        if ground and k == count // 2:
            hangings.draw_door(furnishing.moved(front, left, 0))
            front.box((left - 0.2, 2.25, 0), (left + 1.1, 2.33, 0.7), builder.tone(low=0.4), "wall or floor", 0.6)
            continue
        lit = builder.tone(0.12, artist.between(0.3, 0.5), 0.95, 1.0) if night and artist.chance(0.55) else None
        low = y + artist.pick((0.9, 0.5))
        glass = builder.tone(0.57, 0.2, 0.55, 0.95)
        hangings.draw_window(front, left, low, left + step * 0.6, y + storey - 0.55, False, glass, lit)
        if artist.chance(0.2):
            front.box(
                (left, low - 0.75, 0.05),
                (left + 0.75, low - 0.2, 0.4),
                builder.tone(0.1, 0.03, 0.8, 0.95),
                "metal",
                0.6,
            )
            front.line(
                [
                    (left + 0.08, low - 0.65, 0.41),
                    (left + 0.5, low - 0.65, 0.41),
                    (left + 0.5, low - 0.3, 0.41),
                    (left + 0.08, low - 0.3, 0.41),
                ],
                LIGHT_GREY,
                0.5,
            )
    front.line([(0, y + storey - 0.05, 0.01), (wide, y + storey - 0.05, 0.01)], LIGHT_GREY, 0.6)


LIGHT_GREY = np.full(3, 205.0)


def draw_far_windows(front, storeys, storey, wide):
    """Windows without frames, for houses far away."""
    builder, artist = front.builder, front.artist
    count, night = max(1, int(wide / 2.2)), builder.air.name == "night"
    for floor in range(storeys):
        for k in range(count):
            left = (k + 0.25) * wide / count
            lit = night and artist.chance(0.5)
            glass = builder.tone(0.12, 0.45, 0.95, 1.0) if lit else builder.tone(0.57, 0.2, 0.4, 0.8)
            front.panel(
                left,
                floor * storey + 0.9,
                left + wide / count * 0.5,
                floor * storey + storey - 0.6,
                0.02,
                glass,
                part="sky",
                lit=lit,
                kind="inner",
            )


def _cladding(front, wide, tall, colour):
    """Boards, bricks or plaster with cracks."""
    artist = front.artist
    kind = artist.rng.integers(3)
    if kind == 0:
        for y in np.arange(0.3, tall, artist.between(0.2, 0.4)):
            front.line([(0, y, 0.01), (wide, y, 0.01)], colour, 0.4)
    elif kind == 1:
        for _ in range(int(wide * 9)):
            y, u = 0.15 * int(artist.between(0, tall / 0.15)), artist.between(0, wide - 0.35)
            front.line([(u, y, 0.01), (u + 0.3, y, 0.01), (u + 0.3, y + 0.15, 0.01)], colour, 0.4)
    else:
        for _ in range(4):
            u, y = artist.between(0.2, wide - 0.2), artist.between(0.5, tall - 0.2)
            front.line([(u, y, 0.01), (u + 0.1, y - 0.25, 0.01), (u + 0.05, y - 0.5, 0.01)], colour, 0.4)


def _balcony(front, y, wide):
    builder, artist = front.builder, front.artist
    left, right = artist.between(0.1, wide * 0.3), wide * artist.between(0.6, 0.95)
    colour = builder.tone(low=0.5)
    front.box((left, y - 0.1, 0), (right, y + 0.05, 0.9), colour, "wall or floor", 0.6)
    for u in np.arange(left, right, 0.18):
        front.line([(u, y + 0.05, 0.9), (u, y + 0.95, 0.9)], colour * 0.6, 0.9)
    front.box((left, y + 0.92, 0.85), (right, y + 0.99, 0.92), colour * 0.8, "metal", 0.6)
    if artist.chance(0.5):  # washing on a line
        for u in np.arange(left + 0.2, right - 0.4, 0.5):
            cloth = builder.accent()
            front.face(
                [(u, y + 1.7, 0.7), (u + 0.38, y + 1.7, 0.7), (u + 0.36, y + 1.1, 0.7), (u + 0.04, y + 1.08, 0.7)],
                cloth,
                scale=0.6,
            )
            front.line([(u + 0.15, y + 1.65, 0.71), (u + 0.17, y + 1.15, 0.71)], cloth, 0.4)


def _pipes(front, wide, tall, colour):
    artist = front.artist
    u = artist.pick((0.15, wide - 0.25))
    front.box((u, 0, 0.0), (u + 0.09, tall, 0.1), colour * 0.8, "metal", 0.5)
    for y in np.arange(0.8, tall, 1.4):
        front.line([(u - 0.03, y, 0.11), (u + 0.12, y, 0.11)], colour, 0.8)


def _roof(front, tall, wide, back):
    """A gabled roof, its ridge along the street, with tiles."""
    builder, artist = front.builder, front.artist
    tile = builder.tone(artist.pick((0.03, 0.6, 0.08, 0.45)), artist.between(0.15, 0.45), 0.35, 0.7)
    ridge, over = tall + artist.between(1.2, 2.6), 0.45
    eave = tall - 0.15
    for u in (0.0, wide):
        front.face(
            [(u, tall, 0), (u, tall, -back), (u, ridge, -back / 2)],
            builder.tone(None, 0.1, 0.6, 0.9),
            part="wall or floor",
        )
    corners = [(-0.3, eave, over), (wide + 0.3, eave, over), (wide + 0.3, ridge, -back / 2), (-0.3, ridge, -back / 2)]
    if front.face(corners, tile, normal=(0, 1, 0), part="wall or floor") is None:
        return
    front.face(
        [(-0.3, eave - 0.15, over), (wide + 0.3, eave - 0.15, over), (wide + 0.3, eave, over), (-0.3, eave, over)],
        tile * 0.7,
        part="wall or floor",
        scale=0.6,
    )
    if not is_near(front):
        return
    for share in np.linspace(0, 1, 10)[1:-1]:
        y, w = eave + share * (ridge - eave), over + share * (-back / 2 - over)
        front.line([(-0.3, y, w), (wide + 0.3, y, w)], tile, 0.6)
    for k, u in enumerate(np.arange(-0.2, wide + 0.3, 0.3)):
        for share in np.linspace(0, 0.9, 10)[k % 2 :: 2]:
            y0, w0 = eave + share * (ridge - eave), over + share * (-back / 2 - over)
            y1, w1 = eave + (share + 0.1) * (ridge - eave), over + (share + 0.1) * (-back / 2 - over)
            front.line([(u, y0, w0), (u, y1, w1)], tile, 0.5)


def _wall(spot, wide):
    """A garden wall of blocks or a fence, and what grows over it."""
    builder, artist = spot.builder, spot.artist
    colour = builder.tone(0.1, 0.08, 0.6, 0.85)
    kind = artist.rng.integers(3)
    if kind == 0:
        spot.box((0, 0, -0.15), (wide, 1.4, 0), colour, "wall or floor")
        if is_near(spot):
            for row, y in enumerate((0.35, 0.7, 1.05)):
                spot.line([(0, y, 0.01), (wide, y, 0.01)], colour, 0.5)
                for u in np.arange(0.3 * (row % 2), wide, 0.6):
                    spot.line([(u, y - 0.35, 0.01), (u, y, 0.01)], colour, 0.4)
    elif kind == 1:
        for u in np.arange(0, wide, 0.16 if is_near(spot) else 0.5):
            spot.box((u, 0, -0.05), (u + 0.09, 1.3, 0), colour, "prop", 0.5)
        for y in (0.3, 1.0):
            spot.box((0, y, -0.02), (wide, y + 0.08, 0.03), colour, "prop", 0.5)
    else:
        green = builder.tone(artist.between(0.25, 0.38), 0.45, 0.35, 0.65)
        mask = spot.face([(0, 0, 0), (wide, 0, 0), (wide, 1.4, 0), (0, 1.45, 0)], green, part="foliage")
        spot.box((0, 1.4, -0.6), (wide, 1.41, 0), green * 1.15, "foliage", 0.6)
        draw_leaves(builder, mask, green)


def draw_leaves(builder, mask, green, count=160):
    """Leaves over a hedge: small curved lines, or dabs of light and dark."""
    artist, canvas = builder.artist, builder.artist.canvas
    if mask is None or mask.alpha.size < 600:
        return
    height, width = mask.alpha.shape
    size = max(2.0, artist.px(9))
    seen = builder.see_colour(green, 6)
    for _ in range(int(min(count, mask.alpha.size / size**2 / 3))):
        x, y = mask.left + artist.rng.random() * width, mask.top + artist.rng.random() * height
        curve = bow((x - size, y), (x + size, y + artist.between(-size, size)), -0.4, 7)
        if builder.lined:
            artist.line(curve, "inner", 0.5, seen, clip=mask)
        else:
            dab = canvas.polygon(np.concatenate([curve, [(x, y + size * 0.6)]])).clip(mask)
            if dab.alpha.size:
                canvas.tint(dab.times(0.8), seen * artist.pick((0.7, 0.85, 1.2)), edge=False)


def draw_garden(spot, side):
    """A gap with a fence and a tree."""
    builder, artist = spot.builder, spot.artist
    at = spot.world([(spot.width * artist.between(0.3, 0.7), 0, -artist.between(1.0, 2.5))])[0]
    draw_tree(builder, at, artist.between(3.0, 6.5))
    _wall(spot, spot.width)


def draw_cottage(spot, side):
    """A timbered house of an old town: beams, small windows, a steep roof, a chimney, barrels."""
    builder, artist = spot.builder, spot.artist
    plaster, beam, wide = builder.tone(0.1, artist.between(0.05, 0.25), 0.75, 0.97), builder.wood() * 0.7, spot.width
    stone = builder.tone(0.09, 0.1, 0.5, 0.75)
    storeys = int(artist.pick((1, 2, 2, 3)))
    tall = 2.7 * storeys
    draw_block(spot, side, 0, 1.0, stone)
    draw_block(spot, side, 1.0, tall, plaster, line=True)
    near = is_near(spot)
    if near:
        for floor in range(storeys):
            y = 2.7 * floor
            for level in (y + 2.55, max(1.0, y + 0.05)):
                spot.box((0, level, -0.02), (wide, level + 0.15, 0.06), beam, "prop", 0.6)
            for u in np.arange(0, wide, wide / max(2, round(wide / 1.3))):
                spot.panel(u, max(1.0, y + 0.2), u + 0.14, y + 2.55, 0.03, beam)
                if artist.chance(0.4):
                    spot.face(
                        [
                            (u + 0.14, y + 1.2, 0.028),
                            (u + 0.28, y + 1.2, 0.028),
                            (u + 1.1, y + 2.5, 0.028),
                            (u + 0.95, y + 2.5, 0.028),
                        ],
                        beam,
                        scale=0.6,
                    )
            for u in np.arange(wide / max(2, round(wide / 1.3)) * 0.3, wide - 0.8, wide / max(2, round(wide / 2.0))):
                lit = builder.tone(0.12, 0.5, 0.95, 1.0) if builder.air.name == "night" and artist.chance(0.6) else None
                hangings.draw_window(spot, u, y + 1.2, u + 0.65, y + 2.1, False, builder.tone(0.55, 0.2, 0.4, 0.8), lit)
                if artist.chance(0.5):
                    for a in (u - 0.36, u + 0.68):
                        spot.panel(a, y + 1.15, a + 0.32, y + 2.15, 0.05, builder.accent())
                        for v in np.arange(y + 1.25, y + 2.1, 0.15):
                            spot.line([(a + 0.03, v, 0.055), (a + 0.29, v, 0.055)], beam, 0.4)
        u = artist.between(0.3, wide - 1.3)
        spot.face(arch(u - 0.1, u + 1.0, 0, 1.7, 0.06), stone, part="wall or floor")
        spot.face(arch(u, u + 0.9, 0, 1.7, 0.07), builder.wood())
        for v in np.linspace(u, u + 0.9, 6)[1:-1]:
            spot.line([(v, 0, 0.08), (v, 2.0, 0.08)], beam, 0.5)
        for v, y in zip(artist.rng.uniform(0, wide - 0.4, 30), 0.25 * artist.rng.integers(0, 4, 30)):
            spot.line([(v, y, 0.01), (v + 0.35, y, 0.01), (v + 0.35, y + 0.25, 0.01)], stone, 0.5)
        for _ in range(int(artist.between(0, 4))):
            spot.put(
                artist.pick((furniture.draw_barrel, household.draw_pot_plant, furniture.draw_chest)),
                (artist.between(0.3, wide - 0.3), 0, 0.6),
                artist.between(0.6, 1.0),
            )
    else:
        draw_far_windows(spot, storeys, 2.7, wide)
    _roof(spot, tall, wide, 7.0)
    if artist.chance(0.5):
        spot.box((wide * 0.6, tall + 0.8, -2.8), (wide * 0.6 + 0.6, tall + 2.9, -2.2), stone, "wall or floor")
