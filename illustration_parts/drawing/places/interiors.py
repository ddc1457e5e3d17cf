"""Painted rooms without a line: wall, floor, windows, shelves, furniture, lamps; mostly shown out of focus. No ink.

All functions paint on a `brush.Painting` in the light of a `skies.Mood`.
"""

import numpy as np

from illustration_parts.drawing.places.brush import mix
from illustration_parts.drawing.places.painted import choose_green
from illustration_parts.drawing.places.surfaces import paint_curtain, paint_plaster, paint_window_light
from illustration_parts.drawing.styles import hsv


def paint_room(painting, mood):
    """A room seen from the front, with a side wall in perspective in half of them."""
    rng = painting.rng
    height, _ = painting.size
    base = rng.random()
    wall = hsv(base, rng.uniform(0.03, 0.3), rng.uniform(0.4, 0.92))
    paint_plaster(painting, wall, 0.35)
    floor = height * rng.uniform(0.68, 1.05)
    painting.horizon = floor - 0.3 * height  # the eye is as high as the furniture
    if rng.random() < 0.5:
        _paint_side_wall(painting, wall, floor)
    _paint_floor(painting, floor)
    if rng.random() < 0.4:
        _paint_wainscot(painting, floor, wall)
    for _ in range(int(rng.choice((0, 1, 1, 2)))):
        _paint_window(painting, mood, floor)
    for _ in range(int(rng.integers(0, 4))):
        _paint_frame(painting, floor, base)
    for _ in range(int(rng.integers(0, 3))):
        _paint_shelf(painting, floor, base)
    for _ in range(int(rng.integers(1, 5))):
        furniture = (_paint_cupboard, _paint_table, _paint_sofa, _paint_pot)
        furniture[int(rng.integers(4))](painting, mood, floor, base)
    for _ in range(int(rng.integers(0, 3))):
        _paint_lamp(painting)
    painting.picture *= (0.45 + 0.55 * mood.light).astype(np.float32)
    if rng.random() < 0.5:
        paint_window_light(painting, 255 * mood.light)


def _box(painting, left, top, right, bottom, colour, part=None, opacity=1.0):
    painting.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour, part, opacity)


def _paint_side_wall(painting, wall, floor):
    rng = painting.rng
    height, width = painting.size
    left = rng.random() < 0.5
    corner, rim = (width * rng.uniform(0.1, 0.35), 0) if left else (width * rng.uniform(0.65, 0.9), width)
    down = floor + (height - floor) * rng.uniform(0.5, 2.0)
    painting.polygon(
        [(corner, -5), (rim, -5), (rim, down), (corner, floor)], wall * rng.uniform(0.7, 0.9), "wall or floor"
    )


def _paint_floor(painting, floor):
    rng = painting.rng
    height, width = painting.size
    if floor >= height:
        return
    colour = hsv(rng.uniform(0.02, 0.12), rng.uniform(0.15, 0.55), rng.uniform(0.3, 0.75))
    _box(painting, -5, floor, width + 5, height + 5, colour, "wall or floor")
    middle, count = width * rng.uniform(0.2, 0.8), int(rng.integers(8, 22))
    edges = np.linspace(-2.5, 3.5, count)
    for one, two in zip(edges[:-1], edges[1:]):
        near = [(middle + (one - 0.5) * width * 2, height * 1.2), (middle + (two - 0.5) * width * 2, height * 1.2)]
        far = [(middle + (two - 0.5) * width * 0.9, floor), (middle + (one - 0.5) * width * 0.9, floor)]
        painting.polygon(near + far, colour * rng.uniform(0.88, 1.1), "wall or floor")
    _box(painting, -5, floor - painting.px(9), width + 5, floor + painting.px(2), colour * 0.7, "wall or floor")


def _paint_wainscot(painting, floor, wall):
    rng = painting.rng
    _, width = painting.size
    top = floor * rng.uniform(0.6, 0.8)
    colour = mix(wall, hsv(rng.uniform(0.03, 0.1), 0.4, rng.uniform(0.3, 0.95)), 0.6)
    _box(painting, -5, top, width + 5, floor, colour, "wall or floor")
    step = painting.px(rng.uniform(14, 60))
    for x in np.arange(0, width, step):
        _box(painting, x, top, x + painting.px(2), floor, colour * 0.85)
    _box(painting, -5, top - painting.px(5), width + 5, top + painting.px(5), colour * 1.08)


def _paint_window(painting, mood, floor):
    """A window, now and then nearly as wide as the picture: pale sky and leaves outside, bars, curtains."""
    rng = painting.rng
    _, width = painting.size
    w, h = width * rng.uniform(0.15, 0.8), floor * rng.uniform(0.4, 0.85)
    x, y = rng.uniform(-0.2, 0.8) * width, floor * rng.uniform(-0.1, 0.15)
    frame = hsv(rng.random(), rng.uniform(0, 0.35), rng.choice((0.3, 0.7, 0.95)))
    edge = painting.px(rng.uniform(7, 14))
    _box(painting, x - edge, y - edge, x + w + edge, y + h + edge, frame)
    outside = mix(mood.horizon, (255, 255, 255), rng.uniform(0.2, 0.7))
    _box(painting, x, y, x + w, y + h, outside, "sky")
    view = choose_green(painting, mood)
    count = int(w * h / painting.px(painting.px(220)) * max(0.2, painting.scale))
    places = np.stack([rng.uniform(x, x + w, count), y + h * rng.power(2.5, count)], 1)
    sizes = painting.px(rng.uniform(4, 15, (count, 2)))
    inside = (
        (places[:, 0] - sizes[:, 0] > x) & (places[:, 0] + sizes[:, 0] < x + w) & (places[:, 1] + sizes[:, 0] < y + h)
    )
    tones = mix(view * rng.uniform(0.75, 1.2, (count, 1)), outside, rng.uniform(0.2, 0.75))
    painting.dabs(places[inside], sizes[inside], 0.0, np.clip(tones, 0, 255)[inside], None, 0.6, 0.0, 0.3)
    for k in range(1, int(rng.integers(2, 6))):
        bar = x + w * k / 5 * rng.choice((1.0, 5 / 4))
        if bar < x + w:
            _box(painting, bar - edge / 3, y, bar + edge / 3, y + h, frame)
    if rng.random() < 0.5:
        _box(painting, x, y + h * 0.4, x + w, y + h * 0.4 + edge * 0.6, frame)
    if rng.random() < 0.6:
        _hang_curtain(painting, x - 3 * edge, y - 2 * edge, w * rng.uniform(0.12, 0.3), h + 5 * edge)


def _hang_curtain(painting, x, y, w, h):
    height, width = painting.size
    left, top = int(np.clip(x, 0, width)), int(np.clip(y, 0, height))
    right, bottom = int(np.clip(x + w, 0, width)), int(np.clip(y + h, 0, height))
    if right - left < 8 or bottom - top < 8:
        return
    cloth = type(painting)(painting.rng, bottom - top, right - left, painting.scale)
    paint_curtain(cloth)
    painting.wash(np.ones(cloth.size, np.float32), cloth.picture, "prop", top, left)


def _paint_frame(painting, floor, base):
    """A picture, a poster, a clock or a mirror on the wall."""
    rng = painting.rng
    _, width = painting.size
    w, h = painting.px(rng.uniform(40, 170)), painting.px(rng.uniform(40, 170))
    x, y = rng.uniform(0, 1) * width, floor * rng.uniform(0.08, 0.45)
    edge = painting.px(rng.uniform(2, 9))
    if rng.random() < 0.2:
        painting.dabs(np.array([(x, y)]), (w / 2, w / 2), 0.0, hsv(base, 0.3, 0.3), "prop", 1.0, 0.0)
        painting.dabs(np.array([(x, y)]), (w / 2 - edge, w / 2 - edge), 0.0, (244, 240, 230), None, 1.0, 0.0)
        return
    _box(
        painting, x, y, x + w, y + h, hsv(rng.uniform(0.02, 0.14), rng.uniform(0.1, 0.7), rng.uniform(0.2, 0.8)), "prop"
    )
    _box(
        painting,
        x + edge,
        y + edge,
        x + w - edge,
        y + h - edge,
        hsv(base + rng.normal(0, 0.2), rng.uniform(0.05, 0.5), rng.uniform(0.5, 1)),
        "prop",
    )
    for _ in range(int(rng.integers(1, 5))):
        spot = np.array([(x + w * rng.uniform(0.3, 0.7), y + h * rng.uniform(0.3, 0.7))])
        painting.dabs(
            spot,
            (w * 0.2, h * 0.2),
            rng.uniform(0, 3),
            hsv(rng.random(), rng.uniform(0.1, 0.7), rng.uniform(0.3, 0.9)),
            None,
            0.8,
            0.3,
        )


def _paint_shelf(painting, floor, base):
    rng = painting.rng
    _, width = painting.size
    w, rows = width * rng.uniform(0.15, 0.5), int(rng.integers(2, 6))
    x, step = rng.uniform(-0.1, 0.9) * width, painting.px(rng.uniform(60, 120))
    y = floor - rows * step - painting.px(rng.choice((0, 0, 150)))
    wood = hsv(rng.uniform(0.03, 0.1), rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.6))
    painting.polygon([(x, y), (x + w, y), (x + w, y + rows * step), (x, y + rows * step)], wood * 0.6, "prop")
    for row in range(rows):
        at, bottom = x + painting.px(5), y + (row + 1) * step - painting.px(7)
        while at < x + w - painting.px(20):
            thick, tall = painting.px(rng.uniform(6, 24)), step * rng.uniform(0.45, 0.82)
            book = hsv(base + rng.normal(0, 0.2), rng.uniform(0.1, 0.7), rng.uniform(0.25, 0.9))
            lean = rng.normal(0, 0.06) * tall
            if rng.random() < 0.85:
                box = [
                    (at + lean, bottom - tall),
                    (at + thick + lean, bottom - tall),
                    (at + thick, bottom),
                    (at, bottom),
                ]
                painting.polygon(box, book, "prop")
                painting.polygon(
                    [box[0], (at + thick * 0.3 + lean, bottom - tall), (at + thick * 0.3, bottom), box[3]],
                    book * 1.15,
                    "prop",
                )
            at += thick + painting.px(1)
        board = [(x, bottom), (x + w, bottom), (x + w, bottom + painting.px(8)), (x, bottom + painting.px(8))]
        painting.polygon(board, wood, "prop")


def _paint_cupboard(painting, mood, floor, base):
    rng = painting.rng
    _, width = painting.size
    w, h = painting.px(rng.uniform(120, 420)), painting.px(rng.uniform(120, 500))
    x, y = rng.uniform(-0.1, 0.95) * width, floor + painting.px(rng.uniform(0, 40))
    colour = hsv(rng.choice((0.07, base)), rng.uniform(0.05, 0.5), rng.uniform(0.3, 0.95))
    side = w * rng.uniform(-0.25, 0.25)
    edge = x + w if side > 0 else x
    painting.polygon(
        [(edge, y - h), (edge + side, y - h * 0.97), (edge + side, y - h * 0.04), (edge, y)], colour * 0.62, "prop"
    )
    _box(painting, x, y - h, x + w, y, colour, "prop")
    doors, gap = int(rng.integers(1, 4)), painting.px(6)
    for k in range(doors):
        left, right = x + w * k / doors + gap, x + w * (k + 1) / doors - gap
        _box(painting, left, y - h + gap, right, y - gap, colour * 1.06)
        _box(painting, left, y - gap * 1.4, right, y - gap, colour * 0.8)
        _box(painting, right - 2 * gap, y - h * 0.55, right - gap, y - h * 0.45, colour * 0.5)


def _paint_table(painting, mood, floor, base):
    rng = painting.rng
    height, width = painting.size
    w, h = painting.px(rng.uniform(180, 600)), painting.px(rng.uniform(90, 180))
    x, y = rng.uniform(-0.2, 0.9) * width, floor + rng.uniform(0.1, 0.8) * max(painting.px(60), height - floor)
    colour = hsv(rng.uniform(0.03, 0.12), rng.uniform(0.1, 0.6), rng.uniform(0.3, 0.9))
    for leg in (0.04, 0.92):
        _box(painting, x + w * leg, y - h, x + w * leg + painting.px(14), y, colour * 0.65, "prop")
    deep = painting.px(rng.uniform(15, 60))
    painting.polygon(
        [(x + deep, y - h - deep), (x + w - deep, y - h - deep), (x + w, y - h), (x, y - h)],
        np.minimum(colour * 1.15, 255),
        "prop",
    )
    _box(painting, x, y - h, x + w, y - h + painting.px(14), colour * 0.8, "prop")
    for _ in range(int(rng.integers(0, 6))):
        at, tall = x + w * rng.uniform(0.1, 0.9), painting.px(rng.uniform(15, 70))
        ware = hsv(base + rng.normal(0, 0.2), rng.uniform(0, 0.6), rng.uniform(0.4, 1))
        _box(painting, at, y - h - deep / 2 - tall, at + tall * rng.uniform(0.3, 1.2), y - h - deep / 2, ware, "prop")


def _paint_sofa(painting, mood, floor, base):
    rng = painting.rng
    height, width = painting.size
    w, h = painting.px(rng.uniform(260, 700)), painting.px(rng.uniform(140, 240))
    x, y = rng.uniform(-0.2, 0.8) * width, floor + rng.uniform(0.1, 0.7) * max(painting.px(60), height - floor)
    colour = hsv(base + rng.choice((0, 0.5)), rng.uniform(0.1, 0.6), rng.uniform(0.3, 0.85))
    _box(painting, x, y - h, x + w, y, colour * 0.85, "prop")
    count = int(rng.integers(2, 4))
    for k in range(count):
        cushion = np.array([(x + w * (k + 0.5) / count, y - h * 0.62)])
        painting.dabs(cushion, (w * 0.5 / count, h * 0.36), 0.0, colour * 1.05, None, 1.0, 0.0, halves=0.1)
        _box(
            painting,
            x + w * k / count + 2,
            y - h * 0.42,
            x + w * (k + 1) / count - 2,
            y - h * 0.1,
            np.minimum(colour * 1.18, 255),
        )
    for side in (x - painting.px(20), x + w - painting.px(20)):
        _box(painting, side, y - h * 0.75, side + painting.px(50), y, colour, "prop")


def _paint_pot(painting, mood, floor, base):
    """A plant in a pot."""
    rng = painting.rng
    height, width = painting.size
    tall = painting.px(rng.uniform(80, 360))
    x, y = rng.uniform(0, 1) * width, floor + rng.uniform(0.0, 0.5) * max(painting.px(40), height - floor)
    pot = hsv(rng.choice((0.04, base)), rng.uniform(0.1, 0.6), rng.uniform(0.3, 0.9))
    half = tall * 0.14
    painting.polygon(
        [(x - half, y - tall * 0.3), (x + half, y - tall * 0.3), (x + half * 0.7, y), (x - half * 0.7, y)], pot, "prop"
    )
    count = int(rng.integers(25, 90))
    angles = -np.pi / 2 + rng.normal(0, 0.75, count)
    lengths = tall * rng.uniform(0.1, 0.35, count)
    root = np.array([x, y - tall * 0.33]) - np.stack([np.zeros(count), rng.uniform(0, 0.45, count) * tall], 1)
    places = root + np.stack([np.cos(angles), np.sin(angles)], 1) * lengths[:, None]
    tones = mood.tones(choose_green(painting, mood), 4)
    sizes = np.stack([lengths, lengths * rng.uniform(0.12, 0.3, count)], 1)
    painting.dabs(
        places,
        sizes,
        angles,
        tones[rng.integers(0, 4, count)],
        "foliage",
        1.0,
        1.0,
        bends=rng.normal(0, 0.6, count),
        halves=0.12,
    )


def _paint_lamp(painting):
    rng = painting.rng
    height, width = painting.size
    x, y = rng.uniform(0.05, 0.95) * width, rng.uniform(0.05, 0.5) * height
    radius = painting.px(rng.uniform(15, 60))
    spot = np.array([(x, y)])
    _box(painting, x - painting.px(2), -5, x + painting.px(2), y, hsv(0.1, 0.3, 0.3))
    painting.dabs(spot, (radius * 4, radius * 4), 0.0, (255, 225, 160), None, 0.4, 0.3, 0.3 / radius)
    painting.polygon(
        [(x - radius * 0.5, y - radius), (x + radius * 0.5, y - radius), (x + radius, y), (x - radius, y)],
        (255, 244, 215),
        "light",
    )
