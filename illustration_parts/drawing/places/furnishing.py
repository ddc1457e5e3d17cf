"""What stands in rooms. Each is drawn on a `perspective.Spot` before a wall."""

import numpy as np

from illustration_parts.drawing.objects import beasts, food, furniture, household, machines, toys, wearables
from illustration_parts.drawing.places.hangings import SMALL, fill_board, grid

FLOOR = (
    household.draw_pot_plant,
    furniture.draw_cushion,
    beasts.draw_plush,
    furniture.draw_barrel,
    wearables.draw_bag,
    household.draw_book,
    toys.draw_present,
    toys.draw_ball,
    wearables.draw_shoe,
)


# -------------------------------------------------------------------------------------------------------- before walls
def draw_shelf(spot):
    """A shelf with books and boxes."""
    builder, artist = spot.builder, spot.artist
    wood, deep = builder.wood(), artist.between(0.25, 0.4)
    wide, tall, rows = spot.width, artist.between(1.1, 2.2), int(artist.between(3, 6.9))
    spot.shadow(0, 0, wide, deep, 0.35)
    spot.box((0, 0, 0), (wide, tall, deep), wood)
    step = tall / rows
    for row in range(rows):
        low, high = row * step + 0.03, (row + 1) * step - 0.02
        spot.panel(0.03, low, wide - 0.03, high, deep, wood * 0.5, kind="inner")
        if row == 0 and artist.chance(0.3):
            spot.panel(0.04, low, wide - 0.04, high - 0.02, deep + 0.005, wood * 1.1)
            spot.line([(wide / 2, low, deep + 0.006), (wide / 2, high, deep + 0.006)], wood, 0.6)
        else:
            fill_board(spot, 0.05, wide - 0.05, low, high - low, deep)
    if artist.chance(0.5):
        spot.put(artist.pick(SMALL), (wide * artist.between(0.25, 0.75), tall, deep * 0.5), 0.32)


def draw_drawers(spot):
    """A chest of drawers with things on it."""
    builder, artist = spot.builder, spot.artist
    colour, wide, tall, deep = builder.wood(), spot.width, artist.between(0.6, 1.1), 0.45
    spot.shadow(0, 0, wide, deep, 0.4)
    spot.box((0, 0.06, 0), (wide, tall, deep), colour)
    spot.box((-0.03, tall, 0), (wide + 0.03, tall + 0.04, deep + 0.03), colour * 1.08)
    columns = 2 if wide > 0.9 else 1
    for low, high in grid(int(artist.between(2, 4.9)), 0.1, tall - 0.03):
        for a, b in grid(columns, 0.03, wide - 0.03):
            spot.panel(
                a + 0.01, low + 0.01, b - 0.01, high - 0.01, deep + 0.005, colour * 1.05, kind="inner", scale=0.5
            )
            middle = (a + b) / 2
            spot.box(
                (middle - 0.05, (low + high) / 2 - 0.012, deep),
                (middle + 0.05, (low + high) / 2 + 0.012, deep + 0.03),
                builder.tone(0.12, 0.3, 0.5, 0.9),
                "metal",
                0.4,
            )
    for _ in range(int(artist.between(1, 4))):
        spot.put(artist.pick(SMALL), (artist.between(0.15, wide - 0.15), tall + 0.04, 0.22), artist.between(0.18, 0.4))


def draw_wardrobe(spot):
    """A wardrobe or a row of lockers."""
    builder, artist = spot.builder, spot.artist
    colour, wide, tall, deep = (
        builder.wood() if artist.chance(0.5) else builder.tone(low=0.5),
        spot.width,
        artist.between(1.8, 2.1),
        0.5,
    )
    spot.shadow(0, 0, wide, deep, 0.4)
    spot.box((0, 0, 0), (wide, tall, deep), colour)
    doors = max(2, round(wide / 0.45))
    for k, (a, b) in enumerate(grid(doors, 0.02, wide - 0.02)):
        spot.panel(a + 0.01, 0.06, b - 0.01, tall - 0.04, deep + 0.004, colour * 1.04, kind="inner", scale=0.6)
        spot.frame(a + 0.06, 0.14, b - 0.06, tall * 0.5, deep + 0.006, colour, 0.4)
        spot.frame(a + 0.06, tall * 0.55, b - 0.06, tall - 0.12, deep + 0.006, colour, 0.4)
        handle = b - 0.06 if k % 2 == 0 else a + 0.03
        spot.box(
            (handle, tall * 0.48, deep),
            (handle + 0.025, tall * 0.58, deep + 0.03),
            builder.tone(0.12, 0.3, 0.5, 0.9),
            "metal",
            0.4,
        )


def draw_desk(spot):
    """A desk with a screen, a lamp, books, and a chair before it."""
    builder, artist = spot.builder, spot.artist
    wood, wide, deep, tall = builder.wood(), max(1.0, spot.width), 0.6, 0.72
    spot.shadow(0, 0, wide, deep, 0.3)
    spot.box((wide - 0.4, 0, 0.02), (wide - 0.03, tall, deep - 0.04), wood * 0.95)
    for low, high in grid(3, 0.05, tall - 0.03):
        spot.panel(wide - 0.38, low + 0.01, wide - 0.05, high - 0.01, deep - 0.035, wood, kind="inner", scale=0.5)
        spot.line(
            [(wide - 0.26, (low + high) / 2, deep - 0.03), (wide - 0.17, (low + high) / 2, deep - 0.03)], wood, 0.9
        )
    for a in (0.02, 0.48):
        spot.box((0.02, 0, a), (0.07, tall, a + 0.05), wood * 0.9, scale=0.6)
    spot.box((0, tall, 0), (wide, tall + 0.04, deep), wood, top=wood * 1.1)
    if artist.chance(0.7):
        spot.put(
            machines.draw_laptop if artist.chance(0.6) else machines.draw_television,
            (wide * 0.45, tall + 0.04, 0.2),
            0.46,
        )
    spot.put(furniture.draw_lamp, (wide * 0.85, tall + 0.04, 0.15), 0.42)
    fill_board(spot, 0.03, wide * 0.25, tall + 0.04, 0.26, 0.12, 0.8)
    for _ in range(int(artist.between(1, 4))):
        spot.put(
            artist.pick(SMALL[:9]),
            (artist.between(0.2, wide - 0.15), tall + 0.04, artist.between(0.3, 0.5)),
            artist.between(0.1, 0.2),
        )
    if artist.chance(0.7):
        draw_chair(moved(spot, wide * 0.35, 0.55))


def moved(spot, u, w):
    """A spot moved along and out from its wall."""
    x, _, z = spot.world([(u, 0, w)])[0]
    return type(spot)(spot.builder, x, z, spot.side, spot.width)


def draw_chair(spot, facing=1):
    """A chair; `facing` 1 looks at the wall."""
    builder = spot.builder
    wood = builder.wood()
    back = 0.36 if facing > 0 else 0.0
    spot.shadow(0, 0, 0.4, 0.4, 0.3)
    legs = ((0, 0), (0.36, 0), (0, 0.36), (0.36, 0.36))
    for a, b in legs:
        spot.box((a, 0, b), (a + 0.04, 0.45, b + 0.04), wood * 0.9, scale=0.5)
    if facing < 0:
        _chair_back(spot, wood, back)
    spot.box(
        (0, 0.43, 0), (0.4, 0.47, 0.4), wood, scale=0.6, top=builder.accent() if spot.artist.chance(0.4) else wood * 1.1
    )
    if facing > 0:
        _chair_back(spot, wood, back)


def _chair_back(spot, wood, back):
    for a in (0, 0.36):
        spot.box((a, 0.47, back), (a + 0.04, 0.92, back + 0.04), wood * 0.95, scale=0.5)
    if spot.artist.chance(0.5):
        spot.box((0, 0.72, back + 0.01), (0.4, 0.9, back + 0.03), wood, scale=0.5)
    else:
        for y in (0.58, 0.7, 0.83):
            spot.box((0.03, y, back + 0.01), (0.37, y + 0.06, back + 0.03), wood, scale=0.5)


def draw_bed(spot):
    """A bed with pillow and blanket, its head at the wall."""
    builder, artist = spot.builder, spot.artist
    wood, cloth, sheet = (
        builder.wood(),
        builder.tone(artist.rng.random(), 0.3, 0.5, 0.95),
        builder.tone(0.1, 0.05, 0.9, 1.0),
    )
    wide, long = artist.between(0.95, 1.5), 1.95
    spot.shadow(0, 0, wide, long, 0.35)
    spot.box((0, 0, 0), (wide, 0.95, 0.06), wood)
    spot.box((0, 0.05, 0.06), (wide, 0.3, long), wood)
    spot.box((0.02, 0.3, 0.06), (wide - 0.02, 0.48, long - 0.04), sheet, top=sheet)
    for a, b in grid(2 if wide > 1.2 else 1, 0.1, wide - 0.1):
        spot.box((a + 0.03, 0.48, 0.12), (b - 0.03, 0.6, 0.48), sheet * 0.97, scale=0.6)
        spot.line([(a + 0.08, 0.6, 0.2), (a + 0.2, 0.6, 0.34)], sheet, 0.4)
        spot.line([(b - 0.08, 0.6, 0.2), (b - 0.2, 0.6, 0.34)], sheet, 0.4)
    spot.box((-0.02, 0.2, 0.7), (wide + 0.02, 0.53, long + 0.01), cloth, top=cloth * 1.08)
    spot.box((-0.025, 0.25, 0.6), (wide + 0.025, 0.55, 0.76), sheet, scale=0.6)
    for u in np.arange(0.1, wide, artist.between(0.14, 0.3)):
        spot.line([(u, 0.532, 0.8), (u + artist.between(-0.08, 0.08), 0.532, long)], cloth, 0.4)
        spot.line([(u, 0.5, long + 0.012), (u + artist.between(-0.03, 0.03), 0.25, long + 0.012)], cloth, 0.5)
    if artist.chance(0.5):
        spot.put(beasts.draw_plush if artist.chance(0.6) else furniture.draw_cushion, (wide * 0.6, 0.55, 0.55), 0.35)


def draw_sofa(spot):
    """A sofa with cushions."""
    builder, artist = spot.builder, spot.artist
    cloth, wide = builder.tone(artist.rng.random(), artist.between(0.1, 0.4), 0.4, 0.9), max(1.3, spot.width)
    spot.shadow(0, 0, wide, 0.85, 0.35)
    spot.box((0, 0.08, 0), (wide, 0.85, 0.22), cloth)
    spot.box((0, 0.08, 0.2), (wide, 0.3, 0.85), cloth * 0.92)
    seats = max(2, round(wide / 0.7))
    for a, b in grid(seats, 0.16, wide - 0.16):
        spot.box((a + 0.005, 0.4, 0.16), (b - 0.005, 0.82, 0.32), cloth * 1.03, scale=0.6)
        spot.box((a + 0.005, 0.28, 0.25), (b - 0.005, 0.44, 0.86), cloth * 1.04, scale=0.6, top=cloth * 1.1)
        spot.line([(a + 0.15, 0.442, 0.4), (a + 0.3, 0.442, 0.6)], cloth, 0.4)
    for a in (0, wide - 0.17):
        spot.box((a, 0.08, 0.1), (a + 0.17, 0.62, 0.88), cloth, top=cloth * 1.08)
    for _ in range(int(artist.between(1, 4))):
        spot.put(furniture.draw_cushion, (artist.between(0.35, wide - 0.35), 0.44, 0.4), artist.between(0.3, 0.42))


def draw_kitchen(spot):
    """A counter with sink, stove and cupboards above."""
    builder, artist = spot.builder, spot.artist
    front, top, wide = builder.tone(None, 0.15, 0.55, 0.95), builder.tone(0.1, 0.1, 0.6, 0.95), max(1.6, spot.width)
    tiles = builder.tone(0.55, 0.06, 0.85, 1.0)
    spot.panel(0, 0.86, wide, 1.45, 0.01, tiles, part="wall or floor")
    for u in np.arange(0.15, wide, 0.15):
        spot.line([(u, 0.86, 0.012), (u, 1.45, 0.012)], tiles, 0.35)
    for y in np.arange(1.0, 1.45, 0.15):
        spot.line([(0, y, 0.012), (wide, y, 0.012)], tiles, 0.35)
    spot.box((0, 1.5, 0), (wide, 2.1, 0.33), front)
    spot.shadow(0, 0, wide, 0.6, 0.3)
    spot.box((0, 0.08, 0), (wide, 0.84, 0.58), front)
    count = max(3, round(wide / 0.5))
    for k, (a, b) in enumerate(grid(count, 0, wide)):
        for low, high, w in ((1.53, 2.07, 0.335), (0.12, 0.62, 0.585), (0.65, 0.81, 0.585)):
            spot.panel(a + 0.015, low, b - 0.015, high, w, front * 1.03, kind="inner", scale=0.5)
            handle = b - 0.07 if k % 2 == 0 else a + 0.05
            spot.box(
                (handle, (low + high) / 2 - 0.05, w),
                (handle + 0.02, (low + high) / 2 + 0.05, w + 0.025),
                top * 0.6,
                "metal",
                0.4,
            )
    spot.box((-0.01, 0.84, 0), (wide + 0.01, 0.88, 0.61), top)
    sink = artist.between(0.3, wide - 0.8)
    spot.face(
        [(sink, 0.883, 0.15), (sink + 0.5, 0.883, 0.15), (sink + 0.5, 0.883, 0.48), (sink, 0.883, 0.48)],
        top * 0.6,
        part="metal",
        kind="inner",
        scale=0.6,
    )
    spot.line([(sink + 0.25, 0.88, 0.1), (sink + 0.25, 1.12, 0.1), (sink + 0.25, 1.12, 0.26)], top * 0.5, 1.6)
    things = (
        food.draw_teapot,
        food.draw_bottle,
        food.draw_jar,
        food.draw_cup,
        household.draw_pot_plant,
        food.draw_fruit,
        food.draw_bread,
    )
    for _ in range(int(artist.between(3, 8))):
        spot.put(
            artist.pick(things),
            (artist.between(0.1, wide - 0.1), 0.88, artist.between(0.12, 0.45)),
            artist.between(0.14, 0.3),
        )
    for u in np.arange(0.15, wide * 0.5, 0.16):
        spot.line([(u, 1.46, 0.05), (u, 1.3, 0.05)], tiles * 0.5, 1.0)


def draw_blackboard(spot):
    """A board with writing, notices beside it, and a platform."""
    builder, artist = spot.builder, spot.artist
    wide = max(1.6, spot.width)
    green, wood = builder.tone(0.42, 0.4, 0.22, 0.35), builder.wood()
    spot.panel(-0.06, 0.84, wide + 0.06, 2.06, 0.02, wood)
    spot.panel(0, 0.9, wide, 2.0, 0.03, green, kind="inner")
    if not builder.page:
        chalk = builder.see_colour(np.full(3, 225.0))
        for _ in range(int(artist.between(3, 9))):
            u, y = artist.between(0.1, wide - 0.6), artist.between(1.05, 1.85)
            for k in range(int(artist.between(3, 9))):
                path = builder.camera.place(
                    spot.world(
                        [
                            (u + 0.07 * k, y + artist.between(0, 0.06), 0.03),
                            (u + 0.07 * k + 0.05, y + artist.between(0, 0.06), 0.03),
                        ]
                    )
                )
                builder.stroke(path, chalk, max(0.8, artist.px(2)), 0.7)
    spot.box((0, 0.84, 0.02), (wide, 0.88, 0.12), wood, scale=0.5)
    spot.box((-0.2, 0, 0.0), (wide + 0.2, 0.14, 0.9), wood * 0.9, "wall or floor")


def draw_machine(spot):
    """A machine that sells drinks."""
    builder = spot.builder
    colour, wide, tall = builder.accent(), 0.9, 1.85
    spot.shadow(0, 0, wide, 0.7, 0.4)
    spot.box((0, 0, 0), (wide, tall, 0.7), colour)
    glow = builder.tone(0.55, 0.08, 0.92, 1.0)
    spot.panel(0.08, 0.85, wide - 0.08, tall - 0.12, 0.705, glow, kind="inner", part="light", lit=True)
    for low in (0.9, 1.2, 1.48):
        spot.line([(0.08, low - 0.01, 0.71), (wide - 0.08, low - 0.01, 0.71)], glow, 0.6)
        for a, b in grid(6, 0.1, wide - 0.1):
            spot.panel(a + 0.02, low, b - 0.02, low + 0.17, 0.712, builder.accent(), kind="inner", scale=0.4, lit=True)
            spot.panel(a + 0.02, low - 0.055, b - 0.04, low - 0.03, 0.712, builder.accent(), kind="inner", scale=0.35)
    spot.panel(0.15, 0.25, wide - 0.15, 0.5, 0.705, colour * 0.35, kind="inner")
    spot.panel(wide - 0.2, 0.6, wide - 0.1, 0.75, 0.705, colour * 0.5, kind="inner", scale=0.5)


def draw_fridge(spot):
    """A fridge with notes on its door, and something on it."""
    builder, artist = spot.builder, spot.artist
    colour, wide, tall = builder.tone(None, 0.06, 0.75, 0.97), 0.62, artist.between(1.4, 1.75)
    spot.shadow(0, 0, wide, 0.6, 0.4)
    spot.box((0, 0.04, 0), (wide, tall, 0.6), colour)
    split = tall * artist.pick((0.35, 0.68))
    spot.line([(0, split, 0.605), (wide, split, 0.605)], colour, 0.8)
    for low, high in ((split * 0.55, split * 0.9), (split + 0.08, split + 0.3)):
        spot.box((wide - 0.1, low, 0.6), (wide - 0.06, high, 0.64), colour * 0.75, "metal", 0.5)
    for _ in range(int(artist.between(1, 5))):
        u, y, size = (
            artist.between(0.05, wide - 0.25),
            artist.between(tall * 0.45, tall * 0.85),
            artist.between(0.06, 0.13),
        )
        spot.panel(u, y, u + size, y + size, 0.606, builder.accent(), kind="inner", scale=0.5)
    spot.put(artist.pick(SMALL), (wide / 2, tall, 0.3), 0.28)


def draw_table(spot, set_out=True):
    """A table with what is on it, and chairs around."""
    builder, artist = spot.builder, spot.artist
    wood, wide, deep = builder.wood(), artist.between(0.9, 1.6), artist.between(0.6, 0.9)
    tall = artist.pick((0.38, 0.7, 0.72))
    spot.shadow(0, 0, wide, deep, 0.25)
    high = tall > 0.5
    if high and artist.chance(0.7):
        draw_chair(moved(spot, wide * 0.3, -0.42), -1)
    for a, b in ((0.03, 0.03), (wide - 0.09, 0.03), (0.03, deep - 0.09), (wide - 0.09, deep - 0.09)):
        spot.box((a, 0, b), (a + 0.06, tall, b + 0.06), wood * 0.9, scale=0.6)
    spot.box((0, tall - 0.08, 0), (wide, tall, deep), wood * 0.95, scale=0.6)
    spot.box((-0.03, tall, -0.03), (wide + 0.03, tall + 0.035, deep + 0.03), wood, top=wood * 1.12)
    things = (
        food.draw_cup,
        food.draw_cake,
        food.draw_fruit,
        household.draw_book,
        household.draw_vase,
        food.draw_teapot,
        food.draw_bottle,
        furniture.draw_candle,
        food.draw_bread,
        food.draw_noodles,
    )
    places = (
        sorted(
            (artist.between(0.08, deep - 0.1), artist.between(0.12, wide - 0.12))
            for _ in range(int(artist.between(2, 6)))
        )
        if set_out
        else ()
    )
    for w, u in places:
        spot.put(artist.pick(things), (u, tall + 0.035, w), artist.between(0.12, 0.28))
    if high and artist.chance(0.7):
        draw_chair(moved(spot, wide * 0.35, deep + 0.02), 1)


def draw_school_desk(spot):
    """A desk and chair of a class room, with books."""
    builder, artist = spot.builder, spot.artist
    wood, iron = builder.tone(0.09, 0.4, 0.7, 0.85), builder.tone(0.6, 0.08, 0.5, 0.7)
    spot.shadow(0, 0, 0.65, 0.45, 0.25)
    for a, b in ((0.03, 0.03), (0.58, 0.03), (0.03, 0.38), (0.58, 0.38)):
        spot.box((a, 0, b), (a + 0.03, 0.68, b + 0.03), iron, "metal", 0.5)
    spot.box((0.04, 0.54, 0.03), (0.61, 0.66, 0.42), iron * 0.9, scale=0.5)
    spot.box((0, 0.68, 0), (0.65, 0.72, 0.45), wood, top=wood * 1.1, scale=0.6)
    if artist.chance(0.4):
        spot.put(artist.pick((household.draw_book, household.draw_pencils, wearables.draw_bag)), (0.3, 0.72, 0.2), 0.2)
    draw_chair(moved(spot, 0.12, 0.42), 1)


def draw_counter(spot):
    """A shop's counter or shelf with goods in rows."""
    builder, artist = spot.builder, spot.artist
    colour, wide = builder.tone(low=0.5), max(1.2, spot.width)
    spot.shadow(0, 0, wide, 0.5, 0.3)
    spot.box((0, 0, 0), (wide, 1.7, 0.08), colour * 0.9)
    goods = [artist.pick((*SMALL, food.draw_bread, food.draw_cake, food.draw_fruit)) for _ in range(4)]
    for row, y in enumerate((0.15, 0.55, 0.95, 1.35)):
        spot.box((0, y - 0.04, 0.05), (wide, y, 0.5 - 0.08 * row), colour, scale=0.6)
        size = artist.between(0.16, 0.28)
        for u in np.arange(size * 0.6, wide - size * 0.4, size * 1.05):
            spot.put(goods[row], (u, y, 0.3 - 0.06 * row), size)
        for u in np.arange(0.1, wide - 0.1, 0.4):
            spot.panel(u, y - 0.04, u + 0.12, y + 0.005, 0.505 - 0.08 * row, builder.accent(), kind="inner", scale=0.4)


# What stands along the walls of each kind of room: drawing, least and largest width.
ALONG = {
    "bedroom": (
        (draw_shelf, 0.7, 1.2),
        (draw_drawers, 0.6, 1.1),
        (draw_wardrobe, 0.9, 1.6),
        (draw_desk, 1.0, 1.5),
        (draw_bed, 1.1, 1.6),
    ),
    "living room": (
        (draw_shelf, 0.7, 1.6),
        (draw_drawers, 0.7, 1.3),
        (draw_sofa, 1.4, 2.2),
        (draw_desk, 1.0, 1.4),
        (draw_shelf, 0.7, 1.2),
    ),
    "kitchen": ((draw_kitchen, 1.8, 2.8), (draw_drawers, 0.6, 1.0), (draw_shelf, 0.6, 1.0), (draw_fridge, 0.7, 0.75)),
    "class room": ((draw_wardrobe, 1.2, 2.4), (draw_shelf, 0.8, 1.5)),
    "shop": ((draw_counter, 1.2, 2.4), (draw_machine, 0.95, 1.0), (draw_counter, 1.0, 2.0)),
    "library": ((draw_shelf, 0.9, 1.6), (draw_shelf, 0.9, 1.6), (draw_desk, 1.0, 1.5)),
    "corridor": ((draw_wardrobe, 1.0, 2.0), (draw_machine, 0.95, 1.0)),
}
