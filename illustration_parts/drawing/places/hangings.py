"""What hangs on walls: windows, curtains, doors, pictures, shelves. Each is drawn on a `perspective.Spot`."""

import numpy as np

from illustration_parts.drawing.objects import beasts, food, furniture, household, machines, toys
from illustration_parts.drawing.objects.placing import LIGHT

SMALL = (
    household.draw_book,
    household.draw_pot_plant,
    furniture.draw_candle,
    household.draw_pencils,
    household.draw_vase,
    toys.draw_globe,
    machines.draw_clock,
    machines.draw_radio,
    food.draw_cup,
    food.draw_bottle,
    food.draw_jar,
    beasts.draw_plush,
    machines.draw_camera,
    furniture.draw_lamp,
)


def grid(count, low, high):
    """(low, high) of `count` equal parts."""
    edges = np.linspace(low, high, count + 1)
    return list(zip(edges[:-1], edges[1:]))


# ------------------------------------------------------------------------------------------------------------- on walls
def draw_window(spot, left, low, right, high, curtains=True, outside=None, lit=None):
    """A window with frame, bars, sill, what is seen through it, and perhaps curtains; it lets light fall in."""
    builder, artist = spot.builder, spot.artist
    night = builder.air.name == "night"
    frame = builder.tone(0.08, 0.12, 0.6, 0.98) if artist.chance(0.6) else builder.wood()
    spot.panel(left - 0.06, low - 0.06, right + 0.06, high + 0.06, 0.01, frame, part="wall or floor")
    sky = builder.tone(0.57, artist.between(0.1, 0.35), 0.85, 1.0) if outside is None else outside
    if lit is not None:
        sky = lit
    elif night:
        sky = builder.tone(0.63, 0.6, 0.25, 0.4)
    glass = spot.panel(
        left, low, right, high, 0.02, sky, part="sky", lit=lit is not None or outside is None, kind="inner"
    )
    if glass is not None and lit is None and artist.style.keeps_colours:
        _see_through(spot, left, low, right, high, glass, night)
    wide, tall = right - left, high - low
    columns, rows = max(1, round(wide / artist.between(0.35, 0.8))), max(1, round(tall / artist.between(0.5, 0.9)))
    for a, _ in grid(columns, left, right)[1:]:
        spot.panel(a - 0.02, low, a + 0.02, high, 0.03, frame, part="wall or floor", scale=0.5, kind="inner")
    for a, _ in grid(rows, low, high)[1:]:
        spot.panel(left, a - 0.02, right, a + 0.02, 0.03, frame, part="wall or floor", scale=0.5, kind="inner")
    if lit is None and outside is None:
        for a, b in grid(columns, left, right):
            for c, d in grid(rows, low, high):
                pane = [
                    (a + 0.03, c + 0.03, 0),
                    (b - 0.03, c + 0.03, 0),
                    (b - 0.03, d - 0.03, 0),
                    (a + 0.03, d - 0.03, 0),
                ]
                builder.windows.append((spot.world(pane), spot.normal))
    spot.box((left - 0.1, low - 0.1, 0), (right + 0.1, low - 0.05, 0.1), frame, "wall or floor", 0.6)
    if curtains and artist.chance(0.65):
        draw_curtains(spot, left, low, right, high)


def _see_through(spot, left, low, right, high, glass, night):
    """Soft shapes of trees or houses behind a pane, and light at the top."""
    artist, canvas = spot.artist, spot.artist.canvas
    hue, value = artist.pick((0.3, 0.35, 0.58)), 0.25 if night else artist.between(0.55, 0.85)
    colour = spot.builder.tone(hue, 0.3, value, value)
    rim = [(u, low + (high - low) * artist.between(0.15, 0.55), 0.02) for u in np.linspace(left, right, 9)]
    mask = spot.builder.mask(spot.world([(left, low, 0.02), *rim, (right, low, 0.02)]))
    if mask.alpha.size:
        mask = canvas.soften(mask.clip(glass), max(0.8, artist.px(5))).clip(glass)
        if mask.alpha.size:
            canvas.tint(mask, colour, edge=False)


def draw_curtains(spot, left, low, right, high):
    """Curtains on both sides of a window, with folds."""
    builder, artist = spot.builder, spot.artist
    cloth, wide = builder.tone(None, artist.between(0.05, 0.35), 0.6, 0.98), right - left
    bottom = low - artist.between(0.1, 0.6) if low > 0.7 else 0.05
    tied = artist.chance(0.4)
    for side in (-1, 1):
        edge, inner = (
            (left - 0.2, left + wide * artist.between(0.12, 0.25))
            if side < 0
            else (right + 0.2, right - wide * artist.between(0.12, 0.25))
        )
        folds = int(artist.between(5, 9))
        tops = np.linspace(edge, inner, folds + 1)
        pull = edge + (inner - edge) * 0.45
        knots = np.linspace(edge, pull if tied else inner, folds + 1)
        mid = low + (high - low) * 0.3
        for k in range(folds):
            tone = cloth * (1.0 if k % 2 else 0.86)
            wave = 0.03 * (k % 2)
            strip = [
                (tops[k], high + 0.15, 0.05),
                (tops[k + 1], high + 0.15, 0.05),
                (knots[k + 1], mid, 0.06),
                (knots[k + 1], bottom + wave, 0.06),
                (knots[k], bottom + 0.03 - wave, 0.06),
                (knots[k], mid, 0.06),
            ]
            spot.face(strip, tone, scale=0.5, kind="inner" if 0 < k else "boundary", apart=k == 0)
            if k:
                spot.line(
                    [(tops[k], high + 0.1, 0.07), (knots[k], mid, 0.07), (knots[k], bottom + 0.1, 0.07)], tone, 0.5
                )
        if tied:
            spot.panel(min(edge, pull), mid - 0.04, max(edge, pull), mid + 0.05, 0.08, builder.accent())
    spot.box((left - 0.3, high + 0.14, 0.04), (right + 0.3, high + 0.18, 0.08), builder.wood(), scale=0.6)


def draw_door(spot, left=0.0, tall=2.0):
    """A door with panels, frame and handle; or one with glass."""
    builder, artist = spot.builder, spot.artist
    colour, frame = builder.wood() if artist.chance(0.6) else builder.tone(low=0.5), builder.tone(0.08, 0.15, 0.5, 0.9)
    spot.panel(left - 0.08, 0, left + 0.93, tall + 0.08, 0.01, frame, part="wall or floor")
    spot.panel(left, 0, left + 0.85, tall, 0.02, colour, part="wall or floor")
    if artist.chance(0.4):
        spot.panel(
            left + 0.15, 1.1, left + 0.7, 1.8, 0.03, builder.tone(0.55, 0.15, 0.7, 0.95), part="sky", kind="inner"
        )
        spot.line([(left + 0.42, 1.1, 0.03), (left + 0.42, 1.8, 0.03)], colour, 0.5)
        rows = ((0.15, 0.9),)
    else:
        rows = ((0.15, 0.9), (1.05, 1.85))
    for low, high in rows:
        for a, b in ((0.1, 0.38), (0.47, 0.75)):
            spot.frame(left + a, low, left + b, high, 0.03, colour)
            spot.frame(left + a + 0.03, low + 0.03, left + b - 0.03, high - 0.03, 0.03, colour, 0.35)
    spot.box((left + 0.74, 0.96, 0.02), (left + 0.8, 1.04, 0.08), builder.tone(0.12, 0.4, 0.6, 0.9), "metal", 0.5)


def draw_picture(spot, left, low, wide, tall):
    """A framed picture, a poster or a calendar."""
    builder, artist = spot.builder, spot.artist
    if artist.chance(0.6):
        spot.panel(left - 0.04, low - 0.04, left + wide + 0.04, low + tall + 0.04, 0.02, builder.wood())
    spot.panel(
        left,
        low,
        left + wide,
        low + tall,
        0.03,
        builder.accent() if artist.chance(0.6) else builder.tone(0.12, 0.08, 0.9, 1),
        kind="inner",
    )
    kind = artist.rng.integers(3)
    if kind == 0:
        spot.panel(left, low, left + wide, low + tall * 0.4, 0.031, builder.accent(), kind="inner", scale=0.5)
        hills = [
            (left, low + tall * 0.3, 0.032),
            (left + wide * 0.3, low + tall * 0.65, 0.032),
            (left + wide * 0.55, low + tall * 0.4, 0.032),
            (left + wide * 0.8, low + tall * 0.6, 0.032),
            (left + wide, low + tall * 0.3, 0.032),
        ]
        spot.face(hills, builder.accent(), kind="inner", scale=0.5)
    elif kind == 1:
        for k in range(6):
            y = low + tall * (0.85 - 0.13 * k)
            spot.line(
                [(left + wide * 0.12, y, 0.032), (left + wide * artist.between(0.5, 0.88), y, 0.032)], LIGHT * 0.8, 0.5
            )
    else:
        angles = np.arange(9) * np.pi / 4
        disc = [
            (left + wide * (0.5 + 0.3 * np.cos(a)), low + tall * 0.55 + wide * 0.3 * np.sin(a), 0.032)
            for a in angles[:-1]
        ]
        spot.face(disc, builder.accent(), kind="inner", scale=0.5)
        spot.panel(
            left + wide * 0.2,
            low + tall * 0.08,
            left + wide * 0.8,
            low + tall * 0.18,
            0.032,
            builder.accent(),
            kind="inner",
            scale=0.5,
        )


def draw_pictures(spot):
    """Some pictures side by side, notes, or a clock."""
    artist, left = spot.artist, 0.05
    while left < spot.width - 0.3:
        wide = artist.between(0.2, 0.55)
        tall = wide * artist.between(0.7, 1.4)
        draw_picture(spot, left, artist.between(1.25, 1.7), wide, tall)
        left += wide + artist.between(0.1, 0.4)


def draw_wall_shelf(spot):
    """A board on the wall with small things on it."""
    builder, artist = spot.builder, spot.artist
    wood = builder.wood()
    for y in (1.45, 1.85) if artist.chance(0.5) else (1.5,):
        spot.shadow(0, 0, 0, 0)
        for a in (0.1, spot.width - 0.15):
            spot.box((a, y - 0.12, 0), (a + 0.03, y, 0.16), wood * 0.8, scale=0.5)
        spot.box((0, y, 0), (spot.width, y + 0.03, 0.22), wood)
        fill_board(spot, 0.03, spot.width - 0.03, y + 0.03, 0.3, 0.12)


def fill_board(spot, left, right, y, tall, w, books=0.6):
    """Stand books and small things on a board of height y; `tall` metres are free above it."""
    artist, builder = spot.artist, spot.builder
    while left < right - 0.05:
        if artist.chance(books):
            lean = artist.chance(0.12)
            for _ in range(int(artist.between(2, 8))):
                thick, high = artist.between(0.02, 0.06), tall * artist.between(0.55, 0.92)
                if left + thick > right:
                    break
                colour = builder.accent() if artist.chance(0.7) else builder.tone(low=0.5)
                shift = 0.25 * high if lean else 0.0
                corners = [
                    (left, y, w),
                    (left + thick, y, w),
                    (left + thick + shift, y + high, w),
                    (left + shift, y + high, w),
                ]
                spot.face(corners, colour, scale=0.45)
                if thick > 0.03 and spot.distance() < 7:
                    spot.line([(left, y + high * 0.8, w), (left + thick, y + high * 0.8, w)], colour, 0.35)
                    spot.line([(left, y + high * 0.2, w), (left + thick, y + high * 0.2, w)], colour, 0.35)
                left += thick + 0.003
            left += artist.between(0.01, 0.06)
        else:
            size = min(tall * artist.between(0.5, 0.9), 0.3)
            if left + size < right:
                spot.put(artist.pick(SMALL), (left + size / 2, y, w * 0.7), size)
            left += size + 0.03
