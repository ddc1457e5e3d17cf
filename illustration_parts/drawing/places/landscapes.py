"""Painted places: each function fills a whole `brush.Painting` with one, in the light of a `skies.Mood`. No ink."""

import numpy as np

from illustration_parts.drawing.places import glimmers, painted, skies, surfaces
from illustration_parts.drawing.places.brush import mix
from illustration_parts.drawing.styles import hsv


def paint_heavens(painting, mood):
    """Sky alone, with clouds, sun, moon or stars; sometimes leaves reach in."""
    rng = painting.rng
    height, width = painting.size
    skies.paint_sky(painting, mood, height * rng.uniform(0.9, 1.6))
    dark = mood.name in ("night", "dusk")
    if dark:
        skies.paint_stars(painting)
    if rng.random() < (0.6 if dark else 0.2):
        centre = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.6) * height
        skies.paint_moon(painting, mood, centre, painting.px(rng.uniform(15, 120)), sun=not dark)
    if not dark or rng.random() < 0.6:
        skies.paint_clouds(painting, mood, height * rng.uniform(0.8, 1.3))
    if rng.random() < 0.4:
        painting.repaint([rng.uniform(4, 9)], 3, 3, 0.6, threshold=0)
    if rng.random() < 0.3:
        frame_with_leaves(painting, mood)


def paint_night_sky(painting, mood):
    """Stars over everything, in blue, violet or teal, with a moon or a glow at the horizon."""
    rng = painting.rng
    height, width = painting.size
    hue = rng.uniform(0.5, 0.85)
    top, low = hsv(hue, rng.uniform(0.5, 0.9), rng.uniform(0.03, 0.3)), hsv(hue + 0.06, 0.7, rng.uniform(0.15, 0.6))
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None] ** rng.uniform(0.8, 2.5)
    share = share + 0.15 * painting.noise(painting.px(350), 4)
    painting.wash(np.ones(painting.size, np.float32), mix(top, low, np.clip(share, 0, 1)), "sky")
    if rng.random() < 0.5:
        painting.repaint([rng.uniform(15, 40)], 3, 3, 0.6)
    skies.paint_stars(painting, hue=hue)
    if rng.random() < 0.4:
        centre = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.5) * height
        skies.paint_moon(painting, mood, centre, painting.px(rng.uniform(20, 150)))
    if rng.random() < 0.4:
        paint_far_trees(
            painting, mood, height * rng.uniform(0.75, 0.95), painting.px(rng.uniform(20, 80)), 0.0, dark=True
        )


def paint_far_trees(painting, mood, level, tall, depth, dark=False):
    """A wood seen from afar: a row of crowns over a dark band."""
    rng = painting.rng
    _, width = painting.size
    colour = painted.choose_green(painting, mood)
    colour = colour * 0.35 if dark else colour
    rim = painted.ridge(rng, width, level, tall * 0.5, 0.6, 4)
    painted.paint_land(painting, mood, rim, mood.tones(colour, 4)[0], depth * 0.7, "foliage", 0.1)
    count = int(np.clip(2.2 * width / max(3.0, tall), 8, 260))
    x = rng.uniform(0, width, count)
    radius = tall * rng.uniform(0.25, 0.6, count)
    puffs = np.stack([x, rim[np.clip(x.astype(int), 0, width - 1)] + rng.uniform(-0.3, 0.5, count) * tall, radius], 1)
    painted.paint_leaves(painting, mood, puffs, colour, max(painting.px(1.5), tall * rng.uniform(0.04, 0.09)), depth)


def paint_country(painting, mood):
    """A landscape: sky, mountains, hills, woods, meadow with flowers, sometimes a tree in front."""
    rng = painting.rng
    height, width = painting.size
    short = min(height, width)
    horizon = painting.horizon = height * rng.uniform(0.3, 0.75)
    skies.paint_sky(painting, mood, horizon)
    if mood.name == "night":
        skies.paint_stars(painting, horizon=horizon)
    skies.paint_clouds(painting, mood, horizon)
    for k in range(int(rng.integers(0, 4))):
        depth = 0.75 - 0.2 * k
        colour = hsv(rng.uniform(0.3, 0.7), rng.uniform(0.1, 0.4), rng.uniform(0.3, 0.6))
        rise = short * rng.uniform(0.05, 0.22) * (1 - 0.15 * k)
        snow = rng.uniform(0.1, 0.6) if rng.random() < 0.35 else 0.0
        painted.paint_mountains(painting, mood, horizon - rise * rng.uniform(0.3, 0.9), rise, colour, depth, snow)
    meadow = painted.choose_meadow(painting, mood)
    for k in range(int(rng.integers(1, 4))):
        level = horizon + short * (0.03 + 0.05 * k)
        if rng.random() < 0.6:
            paint_far_trees(painting, mood, level, painting.px(rng.uniform(14, 50)) * (1 + 0.5 * k), 0.5 - 0.15 * k)
        rim = painted.ridge(rng, width, level, short * 0.03, 0.35, 2)
        painted.paint_land(painting, mood, rim, meadow * rng.uniform(0.85, 1.1) * mood.light, 0.5 - 0.13 * k)
    if rng.random() < 0.75:
        colour = meadow * rng.uniform(0.9, 1.05)
        top = painted.ridge(rng, width, horizon + short * 0.14, short * 0.015, 0.4, 2)
        painted.paint_grass(painting, mood, top, height * 1.02, colour)
        if rng.random() < 0.45:
            count, size = int(rng.integers(40, 700)), painting.px(rng.uniform(6, 34))
            painted.paint_flowers(painting, mood, float(top.mean()), height, count, size)
    _paint_near_things(painting, mood, horizon)


def _paint_near_things(painting, mood, horizon):
    rng = painting.rng
    height, width = painting.size
    for _ in range(int(rng.integers(0, 4))):
        foot = np.array([rng.uniform(-0.05, 1.05) * width, rng.uniform(horizon + 0.1 * height, height)])
        tall = (foot[1] - horizon) * rng.uniform(0.8, 3.0)
        painted.paint_tree(painting, mood, foot, tall, painted.choose_green(painting, mood), rng.uniform(0, 0.25))
    for _ in range(int(rng.integers(0, 5))):
        centre = rng.uniform(0, 1) * width, rng.uniform(horizon + 0.15 * height, height)
        colour = hsv(rng.random(), rng.uniform(0, 0.2), rng.uniform(0.35, 0.7))
        painted.paint_rock(painting, mood, centre, painting.px(rng.uniform(15, 110)), colour)
    if rng.random() < 0.3:
        frame_with_leaves(painting, mood)


def frame_with_leaves(painting, mood, depth=0.0):
    """Leaves that hang or grow into the picture from its rims."""
    rng = painting.rng
    height, width = painting.size
    short = min(height, width)
    colour = painted.choose_green(painting, mood) * rng.uniform(0.4, 1.0)
    leaf = painting.px(np.exp(rng.uniform(1.6, 3.4)))
    for _ in range(int(rng.integers(1, 4))):
        side = int(rng.integers(4))
        along = rng.uniform(0, 1)
        centre = ((along * width, 0), (along * width, height), (0, along * height), (width, along * height))[side]
        if rng.random() < 0.5:
            puffs = painted.crown_puffs(rng, centre, short * rng.uniform(0.12, 0.35), 0.8)
            painted.paint_leaves(painting, mood, puffs, colour, leaf * 0.7, depth)
        else:
            for _ in range(int(rng.integers(1, 5))):
                end = (
                    np.array(centre)
                    + (np.array([width, height]) / 2 - centre) * rng.uniform(0.3, 0.9)
                    + rng.normal(0, 0.15, 2) * short
                )
                painted.paint_branch(painting, mood, centre, end, colour, leaf, depth)


def paint_forest(painting, mood):
    """A wood from inside: trunks from pale and far to dark and near, undergrowth, a canopy, light between."""
    rng = painting.rng
    height, width = painting.size
    short = min(height, width)
    bark = hsv(rng.uniform(0.02, 0.12), rng.uniform(0.1, 0.5), rng.uniform(0.25, 0.6))
    floor = height * rng.uniform(0.6, 0.9)
    painting.horizon = floor - 0.08 * height
    _paint_depths(painting, mood)
    layers = int(rng.integers(2, 5))
    for layer in range(layers):
        depth = (1 - (layer + 1) / layers) * 0.75
        near = 1 - depth
        for _ in range(int(rng.integers(4, 11) * (1.3 - 0.8 * near))):
            x = rng.uniform(-0.05, 1.05) * width
            foot = np.array([x, floor + (height - floor) * near * rng.uniform(0, 1.2)])
            top = np.array([x + rng.normal(0, 0.06) * width, -0.05 * height])
            breadth = short * rng.uniform(0.02, 0.07) * (0.3 + near)
            painted.paint_trunk(painting, mood, foot, top, breadth, bark, depth)
            _paint_boughs(painting, mood, foot, top, breadth, bark, depth)
        _paint_canopy(painting, mood, near, depth)
        level = floor + (height - floor) * near * 0.6
        paint_far_trees(painting, mood, level, painting.px(20 + 70 * near), depth)
    if rng.random() < 0.6:
        green = painted.choose_meadow(painting, mood)
        painted.paint_grass(painting, mood, floor + 0.5 * (height - floor), height, green, painting.px(70))
    if rng.random() < 0.5:
        frame_with_leaves(painting, mood)


def _paint_depths(painting, mood):
    """What lies behind a wood's trunks: bright and dark places, all of blurred leaves."""
    rng = painting.rng
    height, width = painting.size
    green = painted.choose_green(painting, mood)
    back = mix(mood.horizon, green * mood.light, rng.uniform(0.3, 0.8))
    shade = mix(green * mood.shade * 0.5, back, rng.uniform(0, 0.4))
    field = np.clip(0.5 + 0.6 * painting.noise(painting.px(220), 3), 0, 1)
    painting.wash(np.ones(painting.size, np.float32), mix(shade, back, field), "foliage")
    count = int(rng.integers(3000, 9000))
    places = rng.uniform(0, 1, (count, 2)) * (width, height)
    x, y = places.astype(int).T
    tone = np.clip(field[np.minimum(y, height - 1), np.minimum(x, width - 1)] + rng.normal(0, 0.28, count), 0, 1)
    leaf = painting.px(rng.uniform(2, 6)) * rng.lognormal(0, 0.5, count)
    sizes = np.stack([leaf, leaf * rng.uniform(0.4, 0.9, count)], 1)
    painting.dabs(
        places, sizes, rng.uniform(0, 3.1, count), mix(shade, back, tone), None, 0.7, 0.3, rng.uniform(0.2, 1)
    )


def _paint_boughs(painting, mood, foot, top, breadth, bark, depth):
    rng = painting.rng
    for _ in range(int(rng.integers(0, 4))):
        start = foot + (top - foot) * rng.uniform(0.35, 0.9)
        way = rng.choice((-1, 1))
        end = start + breadth * rng.uniform(2.5, 7) * np.array([way, -rng.uniform(0.1, 0.9)])
        painted.paint_trunk(painting, mood, start, end, breadth * rng.uniform(0.2, 0.4), bark, depth)


def _paint_canopy(painting, mood, near, depth):
    """Leaves along the upper rim, hanging low in some places."""
    rng = painting.rng
    height, width = painting.size
    count = int(rng.integers(14, 40))
    x = rng.uniform(-0.05, 1.05, count)
    low = 0.1 + 0.16 * np.clip(np.interp(x, np.linspace(-0.1, 1.1, 7), rng.standard_normal(7)), -0.6, 2)
    y = rng.uniform(-0.08, 1, count) * low
    radius = min(height, width) * rng.uniform(0.03, 0.11, count) * (0.6 + 0.5 * near)
    puffs = np.stack([x * width, y * height, radius], 1)
    green = painted.choose_green(painting, mood) * rng.uniform(0.75, 1.1)
    painted.paint_leaves(painting, mood, puffs, green, painting.px(3 + 5 * near * rng.random()), depth)


def paint_shore(painting, mood):
    """Water under a sky: a sea, or a lake with hills and woods around; stones or reeds in front."""
    rng = painting.rng
    height, width = painting.size
    short = min(height, width)
    horizon = height * rng.uniform(0.3, 0.7)
    skies.paint_sky(painting, mood, horizon)
    if mood.name in ("night", "dusk"):
        skies.paint_stars(painting, horizon=horizon)
    if rng.random() < 0.3:
        centre = rng.uniform(0.2, 0.8) * width, horizon - painting.px(rng.uniform(10, 150))
        skies.paint_moon(painting, mood, centre, painting.px(rng.uniform(20, 70)), mood.name != "night")
    skies.paint_clouds(painting, mood, horizon)
    if rng.random() < 0.6:
        for k in range(int(rng.integers(1, 3))):
            rise = short * rng.uniform(0.03, 0.14)
            colour = hsv(rng.uniform(0.3, 0.65), 0.3, rng.uniform(0.3, 0.55))
            painted.paint_mountains(painting, mood, horizon - rise * 0.6, rise, colour, 0.6 - 0.25 * k)
        if rng.random() < 0.6:
            paint_far_trees(painting, mood, horizon - painting.px(6), painting.px(rng.uniform(10, 50)), 0.3)
    colour = hsv(rng.uniform(0.45, 0.62), rng.uniform(0.3, 0.7), rng.uniform(0.35, 0.8))
    painted.paint_water(painting, mood, horizon, colour, rng.random())
    if rng.random() < 0.5:
        for _ in range(int(rng.integers(2, 9))):
            centre = rng.uniform(0, 1) * width, height * rng.uniform(0.85, 1.0)
            stone = hsv(rng.random(), rng.uniform(0, 0.2), rng.uniform(0.3, 0.6))
            painted.paint_rock(painting, mood, centre, painting.px(rng.uniform(20, 120)), stone)
    elif rng.random() < 0.6:
        painted.paint_grass(
            painting, mood, height * rng.uniform(0.85, 0.95), height * 1.05, painted.choose_meadow(painting, mood)
        )


def paint_thicket(painting, mood):
    """Leaves from near, over the whole ground: bushes in sun and shade, dark pockets, some blossoms."""
    rng = painting.rng
    height, width = painting.size
    short = min(height, width)
    green = painted.choose_green(painting, mood)
    dark = mood.tones(green, 4)[0] * rng.uniform(0.2, 0.9)
    painting.wash(np.ones(painting.size, np.float32), dark, "foliage")
    leaf = painting.px(np.exp(rng.uniform(1.2, 3.6)))
    layers = int(rng.integers(2, 5))
    contrast = rng.uniform(0.4, 1.3)
    for layer in range(layers):
        count = int(rng.integers(3, 9))
        light = 0.45 + 0.55 * (layer + 1) / layers
        for _ in range(count):
            centre = rng.uniform(0, width), rng.uniform(0.0, 1.1) * height
            puffs = painted.crown_puffs(rng, centre, short * rng.uniform(0.12, 0.35), 0.8, 10)
            own = green * light * rng.uniform(0.8, 1.15)
            painted.paint_leaves(painting, mood, puffs, own, leaf * rng.uniform(0.7, 1.1), contrast=contrast)
    if rng.random() < 0.45:
        count, size = int(rng.integers(10, 120)), painting.px(rng.uniform(8, 40))
        painted.paint_flowers(painting, mood, -0.3 * height, height, count, size, stems=False)
    if rng.random() < 0.4:
        painting.repaint([rng.uniform(4, 10)], 6, 6, 0.6, threshold=0)


def paint_city(painting, mood):
    """A town from afar: blocks with rows of windows in layers of haze, trees before them."""
    rng = painting.rng
    height, width = painting.size
    horizon = height * rng.uniform(0.55, 0.95)
    skies.paint_sky(painting, mood, horizon)
    if mood.name in ("night", "dusk"):
        skies.paint_stars(painting, horizon=horizon)
    skies.paint_clouds(painting, mood, horizon)
    lit = mood.name in ("night", "dusk", "storm")
    for layer in range(3):
        depth, x = 0.65 - 0.28 * layer, -painting.px(40)
        while x < width:
            broad, tall = painting.px(rng.uniform(40, 150)) * (0.6 + 0.4 * layer), painting.px(rng.uniform(60, 380))
            _paint_block(painting, mood, x, horizon + painting.px(20 * layer), broad, tall, depth, lit)
            x += broad * rng.uniform(0.7, 1.5)
    land = np.full(width, horizon + painting.px(60))
    painted.paint_land(painting, mood, land, mood.tones((120, 120, 115), 4)[1], 0.2, "ground")
    if rng.random() < 0.7:
        paint_far_trees(painting, mood, horizon + painting.px(60), painting.px(rng.uniform(25, 80)), 0.1)


def _paint_block(painting, mood, x, foot, broad, tall, depth, lit):
    rng = painting.rng
    wall = hsv(rng.choice((0.08, 0.6, rng.random())), rng.uniform(0.02, 0.2), rng.uniform(0.45, 0.9))
    tones = mood.tones(wall, 4, depth)
    split = x + broad * rng.uniform(0.2, 0.8)
    light, dark = (tones[1], tones[2]) if mood.side[0] > 0 else (tones[2], tones[1])
    top = foot - tall
    painting.polygon([(x, top), (split, top), (split, foot + 200), (x, foot + 200)], light, "wall or floor")
    painting.polygon(
        [(split, top), (x + broad, top), (x + broad, foot + 200), (split, foot + 200)], dark, "wall or floor"
    )
    step_x, step_y = painting.px(rng.uniform(9, 22)), painting.px(rng.uniform(11, 26))
    xs, ys = np.meshgrid(
        np.arange(x + step_x * 0.7, x + broad - step_x * 0.4, step_x), np.arange(top + step_y, foot, step_y)
    )
    places = np.stack([xs.ravel(), ys.ravel()], 1)
    if lit:
        on = rng.random(len(places)) < rng.uniform(0.15, 0.7)
        colours = np.where(on[:, None], hsv(rng.uniform(0.08, 0.15), 0.4, 1.0), tones[0])
    else:
        colours = tones[0] * rng.uniform(0.8, 1.3, (len(places), 1))
    for place, colour in zip(places[:700], colours[:700]):
        half = np.array([step_x * 0.3, step_y * 0.3])
        left, up, right, down = place[0] - half[0], place[1] - half[1], place[0] + half[0], place[1] + half[1]
        painting.polygon([(left, up), (right, up), (right, down), (left, down)], np.clip(colour, 0, 255))


def paint_dark(painting, mood):
    """Hardly any light: a dim wall, wood or thicket, sparks in the black, lights far off."""
    rng = painting.rng
    kind = rng.random()
    if kind < 0.4:
        base = hsv(rng.random(), rng.uniform(0, 0.8), rng.uniform(0.0, 0.14))
        painting.wash(np.ones(painting.size, np.float32), base, "sky")
        if rng.random() < 0.5:
            painting.wash(np.clip(painting.noise(painting.px(250), 5) * 0.5, 0, 1), base * 2.2 + 8, None)
            painting.repaint([rng.uniform(12, 30)], 5, 5, 0.6)
        glimmers.scatter_sparks(painting, rng.choice((0.04, 0.04, 0.11, 0.5, rng.random())))
        return
    if kind < 0.6:
        surfaces.paint_wall(painting, mood)
    elif kind < 0.85:
        (paint_forest if rng.random() < 0.5 else paint_thicket)(painting, mood)
    else:
        glimmers.paint_abstract(painting)
    tint = hsv(rng.uniform(0.5, 0.8), rng.uniform(0.1, 0.6), rng.uniform(0.15, 0.45)) / 255
    painting.picture *= tint.astype(np.float32)
    surfaces.glow(painting, mood, 0.7)
    if rng.random() < 0.3:
        glimmers.scatter_sparks(painting, rng.random(), int(rng.integers(20, 200)))


def paint_speckle(painting, mood):
    """A dark or pale ground strewn with small coloured shapes: confetti, shards, leaves in the wind."""
    rng = painting.rng
    height, width = painting.size
    glimmers.paint_abstract(painting)
    painting.picture *= rng.choice((0.15, 0.5, 1.0))
    count = int(rng.integers(60, 700))
    hue = rng.random()
    colours = np.array([hsv(hue + rng.normal(0, 0.25), rng.uniform(0.2, 0.8), rng.uniform(0.3, 1)) for _ in range(12)])
    sizes = painting.px(np.exp(rng.uniform(0.8, 3.2, count)))
    sizes = np.stack([sizes, sizes * rng.uniform(0.3, 1, count)], 1)
    places = rng.uniform(0, 1, (count, 2)) * (width, height)
    painting.dabs(
        places,
        sizes,
        rng.uniform(0, 3.1, count),
        colours[rng.integers(0, 12, count)],
        None,
        1.0,
        float(rng.random()),
        halves=rng.uniform(0, 0.4),
    )
