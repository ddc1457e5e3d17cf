"""Shops and towers along a street. Each is drawn on a `perspective.Spot`."""

import numpy as np

from illustration_parts.drawing.objects import beasts, food, furniture, household, vehicles, wearables
from illustration_parts.drawing.places.houses import draw_block, draw_far_windows, draw_storey, is_near


def draw_shop(spot, side):
    """A shop with a window, an awning, signs; dwellings above."""
    builder, artist = spot.builder, spot.artist
    colour, wide, storeys = (
        builder.tone(None, artist.between(0.05, 0.3), 0.5, 0.95),
        spot.width,
        int(artist.pick((1, 2, 3, 4))),
    )
    storey = 2.9
    tall = storeys * storey + artist.between(0.3, 1.0)
    draw_block(spot, side, 0, tall, colour)
    night = builder.air.name == "night"
    inside = builder.tone(0.12, 0.3, 0.85, 1.0) if night else builder.tone(0.1, 0.15, 0.45, 0.8)
    left = 0.25
    while left < wide - 1.0:
        right = min(wide - 0.15, left + artist.between(1.2, 2.4))
        spot.panel(left, 0.45, right, 2.2, 0.02, inside, part="sky", lit=night)
        if builder.camera.distance(spot.world([((left + right) / 2, 1, 0)])) < 13:
            goods = (
                household.draw_book,
                household.draw_vase,
                food.draw_cake,
                food.draw_fruit,
                wearables.draw_hat,
                wearables.draw_bag,
                beasts.draw_plush,
                food.draw_bread,
            )
            for u in np.arange(left + 0.3, right - 0.15, 0.55):
                spot.put(artist.pick(goods), (u, 0.6, 0.03), artist.between(0.3, 0.45))
            spot.line([(left, 1.25, 0.03), (right, 1.25, 0.03)], inside, 0.6)
            for u in np.arange(left + 0.3, right - 0.15, 0.5):
                spot.put(artist.pick(goods), (u, 1.27, 0.03), artist.between(0.25, 0.35))
        spot.frame(left, 0.45, right, 2.2, 0.04, colour, 0.8)
        left = right + artist.pick((0.15, 1.1))
    if artist.chance(0.7):
        _awning(spot, wide)
    board = builder.accent()
    spot.box((0.1, 2.55, 0), (wide - 0.1, 3.05, 0.12), board, "prop")
    _letters(spot, 0.35, wide - 0.35, 2.62, 2.98, 0.125, board)
    if is_near(spot):
        for floor in range(1, storeys):
            draw_storey(spot, floor * storey + 0.3, storey - 0.2, wide, False)
        if artist.chance(0.6):
            _hanging_sign(spot)
        for _ in range(int(artist.between(0, 4))):
            spot.put(
                artist.pick(
                    (household.draw_pot_plant, furniture.draw_barrel, vehicles.draw_bicycle, furniture.draw_lantern)
                ),
                (artist.between(0.3, wide - 0.3), 0.12, 0.6),
                artist.between(0.6, 1.1),
            )
    else:
        draw_far_windows(spot, storeys, storey, wide)


def _awning(spot, wide):
    builder, artist = spot.builder, spot.artist
    one, other, out = builder.accent(), builder.tone(0.1, 0.05, 0.9, 1.0), artist.between(0.7, 1.2)
    step = artist.between(0.25, 0.5)
    for k, u in enumerate(np.arange(0.1, wide - 0.1, step)):
        right = min(wide - 0.1, u + step)
        tone = one if k % 2 else other
        spot.face(
            [(u, 2.55, 0.05), (right, 2.55, 0.05), (right, 2.1, out), (u, 2.1, out)],
            tone,
            scale=0.5,
            kind="inner",
            apart=True,
        )
        middle = (u + right) / 2
        spot.face(
            [(u, 2.1, out), (right, 2.1, out), (right, 1.95, out), (middle, 1.88, out), (u, 1.95, out)],
            tone * 0.92,
            scale=0.6,
        )


def _letters(spot, left, right, low, high, w, board):
    """Signs that look like writing: bars and boxes."""
    builder, artist = spot.builder, spot.artist
    ink = np.full(3, 245.0) if board.max() < 170 else np.full(3, 40.0)
    size = high - low
    for u in np.arange(left, right - size, size * 1.15):
        for _ in range(int(artist.between(2, 5))):
            a, b = u + size * artist.between(0, 0.5), low + size * artist.between(0.05, 0.8)
            wide, tall = (
                (size * artist.between(0.3, 0.8), size * 0.14)
                if artist.chance(0.5)
                else (size * 0.14, size * artist.between(0.3, 0.8))
            )
            right_end, top_end = min(a + wide, u + size), min(b + tall, high)
            spot.panel(a, b, right_end, top_end, w, ink, line=False, apart=False)
    _ = builder


def _hanging_sign(spot):
    builder, artist = spot.builder, spot.artist
    u, low, tall = artist.between(0.2, spot.width - 0.3), artist.between(2.8, 3.6), artist.between(0.8, 2.2)
    lit = builder.air.name == "night"
    ends = spot.world([(u, low, 0.15), (u + 0.14, low + tall, 0.85)])
    colour = builder.accent()
    builder.box(ends.min(0), ends.max(0), colour, "prop", 0.7)
    if builder.camera.see(ends[0])[2] > 1:
        front = [(u, low, 0.2), (u, low, 0.8), (u, low + tall, 0.8), (u, low + tall, 0.2)]
        inner = [(u - 0.005, y + (0.06 if y < low + 0.1 else -0.06), w) for _, y, w in front]
        spot.face(inner, builder.accent(), kind="inner", scale=0.5, lit=lit)
        for y in np.arange(low + 0.15, low + tall - 0.4, 0.42):
            for k in range(3):
                a = artist.between(0.28, 0.45)
                spot.face(
                    [
                        (u - 0.01, y + 0.1 * k, a),
                        (u - 0.01, y + 0.1 * k, a + 0.28),
                        (u - 0.01, y + 0.1 * k + 0.05, a + 0.28),
                        (u - 0.01, y + 0.1 * k + 0.05, a),
                    ],
                    np.full(3, 245.0 if artist.chance(0.5) else 40.0),
                    line=False,
                    apart=False,
                )


def draw_tower(spot, side):
    """A tall block of offices or flats with rows of windows."""
    builder, artist = spot.builder, spot.artist
    colour, wide, storeys = (
        builder.tone(None, artist.between(0.02, 0.15), 0.5, 0.95),
        spot.width,
        int(artist.between(4, 14)),
    )
    storey = 3.2
    tall = storeys * storey + 1
    draw_block(spot, side, 0, tall, colour, 12)
    night = builder.air.name == "night"
    glass, count = builder.tone(0.56, 0.25, 0.35, 0.85), max(2, round(wide / (1.5 if is_near(spot) else 3.0)))
    ribbon = artist.chance(0.35)
    for floor in range(1, storeys):
        y = floor * storey
        if ribbon and not night:
            spot.panel(
                0.2, y + 0.9, wide - 0.2, y + 2.4, 0.02, glass * artist.between(0.9, 1.1), part="sky", kind="inner"
            )
            for u in np.linspace(0.2, wide - 0.2, count + 1):
                spot.line([(u, y + 0.9, 0.03), (u, y + 2.4, 0.03)], glass, 0.6)
            continue
        for k in range(count):
            u = (k + 0.15) * wide / count
            lit = night and artist.chance(0.4)
            tone = (
                builder.tone(0.13, artist.between(0.2, 0.45), 0.9, 1.0) if lit else glass * artist.between(0.85, 1.15)
            )
            spot.panel(
                u, y + 0.8, u + wide / count * 0.7, y + 2.5, 0.02, tone, part="sky", kind="inner", lit=lit, scale=0.5
            )
    spot.panel(
        0.3, 0.1, wide - 0.3, 2.9, 0.02, builder.tone(0.12 if night else 0.55, 0.25, 0.7, 1.0), part="sky", lit=night
    )
    for u in np.arange(0.3, wide - 0.3, 1.4):
        spot.line([(u, 0.1, 0.03), (u, 2.9, 0.03)], colour * 0.7, 0.8)
    if artist.chance(0.5):
        spot.box((0.2, 3.0, 0), (wide - 0.2, 3.7, 0.15), builder.accent(), "prop")
        _letters(spot, 0.6, wide - 0.6, 3.1, 3.6, 0.16, builder.accent())
    if artist.chance(0.4) and is_near(spot):
        _hanging_sign(spot)
