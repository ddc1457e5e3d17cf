"""Landscapes drawn with ink contours in the picture's style: clouds, mountains, hills, woods, water, paths."""

import numpy as np

from illustration_parts.drawing.curves import blob, bow, cut, noise, point_at, spline
from illustration_parts.drawing.places import nature, skies, trees
from illustration_parts.drawing.places.brush import Painting, heap
from illustration_parts.drawing.places.nature import rough_line
from illustration_parts.drawing.places.painted import paint_grass, ridge
from illustration_parts.drawing.places.stages import on_horizon

PAINTED_SKIES = {"tv": 0.6, "film": 0.7, "cel90": 0.5, "painted": 0.6, "webtoon": 0.35}  # chance, by preset


def draw_cloud(artist, centre, breadth, colour=(250, 250, 252)):
    """Draw a heaped cloud: a rim of arcs that is open below, shade in clusters, a few arcs inside.

    Args:
        artist: an `Artist`. centre: (x, y) of its base. breadth: pixels. colour: RGB.
    """
    rng, colour = artist.rng, np.asarray(colour, float)
    centre = np.asarray(centre, float)
    puffs = skies.cloud_puffs(rng, centre, breadth)[:60]
    puffs[:, 2] *= 1.25
    low, high = (puffs[:, :2] - puffs[:, 2:3]).min(0), (puffs[:, :2] + puffs[:, 2:3]).max(0)
    scale = trees.WORK / max(high - low)
    size = ((high - low) * scale).astype(int) + 9
    heights = heap(size[1], size[0], np.column_stack([(puffs[:, :2] - low) * scale + 4, puffs[:, 2:] * scale]))
    bump, base = breadth * artist.between(0.05, 0.09), centre[1]
    for outline in trees.outlines(heights > 0, 0.01)[:1]:
        points = trees.leafy(artist, (outline - 4) / scale + low, bump)
        points[:, 1] = np.minimum(points[:, 1], base + 0.2 * (points[:, 1] - base))
        mask = artist.shape(points, colour, "sky", form=None, line=False)
        if not mask.alpha.size:
            return
        _draw_upper_rim(artist, points, base - artist.between(0, 0.03) * breadth, colour)
        shade = puffs.copy()
        shade[:, :2] -= artist.style.light * breadth * 0.07
        body = heap(size[1], size[0], np.column_stack([(shade[:, :2] - low) * scale + 4, shade[:, 2:] * scale]))
        for hollow in trees.outlines((body > 0) & (heights > 0) & (np.arange(size[1])[:, None] > 0.45 * size[1]), 0.01)[
            :3
        ]:
            cutout = artist.canvas.polygon(trees.leafy(artist, (hollow - 4) / scale + low, bump))
            artist.shade(cutout.clip(mask), depth=0.5)
        for _ in range(int(rng.integers(2, 8))):
            x, y, radius, _ = puffs[rng.integers(len(puffs))]
            arc = (x, y) + radius * blob(rng, (0, 0), 1.0, 9, 0.08)
            start = rng.uniform(0, 0.8)
            artist.line(cut(arc, start, start + rng.uniform(0.08, 0.2), 12), "inner", 0.7, colour, clip=mask)


def _draw_upper_rim(artist, points, base, colour):
    above = points[:, 1] < base
    if above.all():
        artist.line(points, "boundary", 1.0, colour)
        return
    # The curve is turned so that it starts where it lies below its base.
    first = int(np.argmin(above))
    points, above = np.roll(points[:-1], -first, 0), np.roll(above[:-1], -first)
    steps = np.flatnonzero(np.diff(np.concatenate([[0], above.astype(int), [0]])))
    for start, stop in zip(steps[::2], steps[1::2]):
        if stop - start > 3:
            artist.line(points[start:stop], "boundary", 1.0, colour)


def draw_range(artist, level, rise, colour):
    """Draw mountains across the picture: a skyline in ink, crests down from the peaks, flanks in shade.

    Args:
        artist: an `Artist`. level: row of the skyline's middle. rise: pixels. colour: RGB.
    """
    rng = artist.rng
    height, width = artist.canvas.shape
    columns = np.linspace(-8, width + 8, int(np.clip(width / artist.px(7), 24, 300)))
    rim = np.stack([columns, ridge(rng, len(columns), level, rise, 0.5)], 1)
    body = np.concatenate([rim, [(width + 8, height + 8), (-8, height + 8)]])
    mask = artist.shape(body, colour, "ground", form=None, ends=slice(0, len(rim)))
    if not mask.alpha.size:
        return
    reach = max(3, len(rim) // 24)
    side = -int(np.sign(artist.style.light[0] or 1))
    for k in range(1, len(rim) - 1):
        if rim[k, 1] > rim[max(0, k - reach) : k + reach + 1, 1].min():
            continue
        drop = rise * artist.between(0.7, 2.0)
        knots = rim[k] + np.cumsum(
            np.concatenate([[(0, 0)], rng.normal((0.12 * side, 1), (0.4, 0.3), (6, 2)) * drop / 6]), 0
        )
        crest = rough_line(artist, knots, drop * 0.012)
        last = int(np.clip(k + side * rng.integers(reach, 3 * reach), 0, len(rim) - 1))
        flank = rim[min(k, last) : max(k, last) + 1]
        flank = flank if side < 0 else flank[::-1]
        foot = rough_line(artist, np.array([crest[-1], flank[0] + (0, 0.4 * drop), flank[0]]), drop * 0.03)
        artist.shade(artist.canvas.polygon(np.concatenate([crest, foot, flank])).clip(mask))
        artist.line(crest, "inner", 0.8, colour, clip=mask)
        for share in rng.uniform(0.15, 0.95, int(2 + 6 * artist.style.detail)):
            start, way = point_at(crest, share), rng.choice((-1, 1, side))
            end = start + drop * rng.uniform(0.08, 0.3) * np.array([way * 0.8, 1.0])
            artist.line(rough_line(artist, np.array([start, end]), drop * 0.01), "inner", 0.6, colour, clip=mask)


def draw_wood(artist, start, end, tall, colour):
    """Draw the edge of a wood as one long mass of leaves from start to end, (x, y) each, `tall` pixels high."""
    rng = artist.rng
    count = int(np.clip(3 * abs(end[0] - start[0]) / max(2.0, tall), 4, 160))
    share = rng.random(count)
    places = (
        np.asarray(start)
        + share[:, None] * np.subtract(end, start)
        - np.stack([np.zeros(count), rng.uniform(0, 0.7, count) * tall], 1)
    )
    puffs = np.column_stack([places, tall * rng.uniform(0.15, 0.4, count)])
    trees.draw_foliage(artist, puffs, colour, artist.canvas.new_group(), max(artist.px(6), tall * 0.12))


def draw_landscape(artist):
    """Fill the canvas with nature in lines: sky, clouds, mountains, hills, woods, water, rocks, plants in front."""
    rng = artist.rng
    height, width = artist.canvas.shape
    short = min(height, width)
    horizon = height * artist.between(0.35, 0.7)
    artist.stage = on_horizon(artist, horizon)
    _draw_sky(artist, horizon, short)
    far = artist.colour(rng.uniform(0.3, 0.65), rng.uniform(0.1, 0.3), rng.uniform(0.6, 0.85))
    for k in range(int(rng.integers(0, 3))):
        draw_range(artist, horizon - short * 0.1 * (2 - k), short * artist.between(0.06, 0.18), far * (1 - 0.12 * k))
    _draw_hills(artist, horizon, short)
    if artist.chance(0.5):
        _draw_big_tree(artist, height, width)
    for _ in range(int(rng.integers(0, 5))):
        nature.draw_rock(
            artist, (rng.uniform(0, width), rng.uniform(0.8, 1.0) * height), short * artist.between(0.03, 0.14)
        )
    _draw_front(artist, short)
    if artist.chance(0.35):
        _draw_hanging_branch(artist, short)
    artist.cases.add("line-drawn nature")


def _draw_sky(artist, horizon, short):
    rng, canvas = artist.rng, artist.canvas
    height, width = canvas.shape
    style = artist.style
    if style.keeps_colours and artist.chance(PAINTED_SKIES.get(style.preset, 0)):
        painting = Painting(rng, height, width, style.scale)
        mood = skies.choose_mood(artist, artist.pick(("day", "morning", "overcast", "sunset"), (0.5, 0.2, 0.2, 0.1)))
        skies.paint_sky(painting, mood, horizon)
        skies.paint_clouds(painting, mood, horizon)
        painting.put(artist)
        return
    sky = artist.colour(rng.choice((0.56, 0.58, 0.08, 0.5)), rng.uniform(0.05, 0.5), rng.uniform(0.8, 1))
    artist.fill(canvas.everything(), sky, "sky", gradient=0.7)
    for _ in range(int(rng.integers(0, 6))):
        place = rng.uniform(0, width), rng.uniform(0.1, 0.95) * horizon
        draw_cloud(artist, place, short * float(np.exp(artist.between(-1.9, -0.2))))


def _draw_hills(artist, horizon, short):
    rng = artist.rng
    height, width = artist.canvas.shape
    land = artist.colour(rng.uniform(0.12, 0.42), rng.uniform(0.2, 0.6), rng.uniform(0.5, 0.9))
    hills = int(rng.integers(1, 5))
    for k in range(hills):
        level = horizon + (height - horizon) * 0.7 * k / hills
        if artist.chance(0.6):
            x = np.sort(rng.uniform(-0.2, 1.2, 2)) * width
            tall = short * artist.between(0.04, 0.12) * (1 + 0.6 * k)
            draw_wood(
                artist, (x[0], level + 0.02 * short), (x[1], level + 0.02 * short), tall, trees.choose_green(artist)
            )
        columns = np.linspace(-8, width + 8, 40)
        rim = np.stack([columns, ridge(rng, 40, level, short * 0.02, 0.3, 2)], 1)
        body = np.concatenate([rim, [(width + 8, height + 8), (-8, height + 8)]])
        colour = land * (1 - 0.07 * k) * rng.uniform(0.95, 1.05)
        if k == hills - 1 and artist.chance(0.8 * PAINTED_SKIES.get(artist.style.preset, 0)):
            _paint_meadow(artist, body, colour)
            artist.line(rim, "boundary", 1.0, colour)
        else:
            mask = artist.shape(body, np.minimum(colour, 255), "ground", form=None, ends=slice(0, 40))
            _texture(artist, mask, colour)
        if k == hills - 1 and artist.chance(0.35):
            _draw_path(artist, rim, colour)
        elif artist.chance(0.2):
            _draw_lake(artist, rim, short)
        _draw_trees(artist, rim, short, k)
        _draw_tufts(artist, level, colour)


def _paint_meadow(artist, body, colour):
    """A meadow of painted blades, no ink, as grounds of films have them under things with contours."""
    canvas = artist.canvas
    height, width = canvas.shape
    mask = canvas.polygon(body)
    if not mask.alpha.size:
        return
    painting = Painting(artist.rng, height, width, artist.style.scale)
    painting.picture[:] = canvas.rgb
    top = np.interp(np.arange(width), body[:-2, 0], body[:-2, 1])
    paint_grass(painting, skies.choose_mood(artist, "day"), top, height * 1.02, colour, density=0.6)
    picture = np.clip(painting.picture, 0, 255)[mask.window]
    canvas.fill(mask, picture, None, "ground")


def _texture(artist, mask, colour):
    """Painted patches on a meadow, no ink and no edges, in colour alone."""
    style = artist.style
    if not mask.alpha.size or not style.keeps_colours or not artist.chance(0.3 + 0.5 * style.detail):
        return
    height, width = mask.alpha.shape
    small = noise(artist.rng, height, width, artist.px(artist.between(30, 120)), 4)
    artist.canvas.tint(mask.times(np.clip(small * 0.25, 0, 0.5)), colour * 0.7, edge=False)
    artist.canvas.tint(mask.times(np.clip(-small * 0.2, 0, 0.4)), np.minimum(colour * 1.25, 255), edge=False)


def _draw_trees(artist, rim, short, row):
    rng = artist.rng
    for x in rng.uniform(0, 1, int(rng.integers(0, 4))):
        at = rim[int(x * (len(rim) - 1))] + (0, short * artist.between(0.01, 0.05))
        tall = short * artist.between(0.12, 0.35) * (0.6 + 0.4 * row)
        if artist.chance(0.7):
            trees.draw_tree(artist, at, tall)
        else:
            trees.draw_bush(artist, at, tall * 0.5, trees.choose_green(artist), artist.canvas.new_group())


def _draw_path(artist, rim, colour):
    """A path from the foreground to the hill's rim, in bends, narrowing."""
    rng = artist.rng
    height, width = artist.canvas.shape
    goal = rim[int(rng.uniform(0.2, 0.8) * (len(rim) - 1))]
    start = np.array([rng.uniform(0.2, 0.8) * width, height + 10])
    t = np.array([0, 0.35, 0.7, 1.0])
    knots = (
        start
        + (goal - start) * t[:, None]
        + np.array([[0, 0], [1, 0], [-0.6, 0], [0, 0]]) * rng.normal(0, 0.12) * width
    )
    axis = spline(knots, samples=10)
    share = np.linspace(0, 1, len(axis))
    widths = width * rng.uniform(0.12, 0.3) * (1 - share) ** 1.4 + artist.px(4)
    left, right = axis - np.stack([widths / 2, 0 * widths], 1), axis + np.stack([widths / 2, 0 * widths], 1)
    tone = artist.colour(0.1, rng.uniform(0.1, 0.35), rng.uniform(0.65, 0.95))
    mask = artist.shape(np.concatenate([left, right[::-1]]), tone, "ground", form=None, line=False)
    for side in (left, right):
        artist.line(rough_line(artist, side[::3], artist.px(2)), "boundary", 0.9, colour)
    if mask.alpha.size:
        for _ in range(int(30 * artist.style.detail)):
            share = rng.random() ** 0.6
            at = point_at(axis[::-1], share) + (
                rng.uniform(-0.4, 0.4) * np.interp(1 - share, np.linspace(0, 1, len(widths)), widths),
                0,
            )
            artist.line(
                bow(at, at + (artist.px(3 + 14 * share), 0), rng.normal(0, 0.3), 6), "inner", 0.6, tone, clip=mask
            )


def _draw_lake(artist, rim, short):
    rng = artist.rng
    middle = rim[len(rim) // 2] + (rng.normal(0, 0.3) * short, short * 0.07)
    reach = short * rng.uniform(0.15, 0.5)
    tone = artist.colour(rng.uniform(0.5, 0.6), rng.uniform(0.2, 0.5), rng.uniform(0.7, 0.95))
    mask = artist.shape(blob(rng, middle, reach, 10, 0.15, 0.12), tone, "ground", form=None)
    if mask.alpha.size:
        for _ in range(int(rng.integers(6, 30))):
            at = middle + rng.uniform(-1, 1, 2) * (reach, 0.1 * reach)
            artist.line(
                bow(at, at + (reach * rng.uniform(0.03, 0.2), 0), rng.normal(0, 0.1), 7), "inner", 0.6, tone, clip=mask
            )


def _draw_tufts(artist, top, colour):
    """Grass in strokes: patches of some tufts each, of two to eight strokes, larger towards the viewer."""
    rng = artist.rng
    height, width = artist.canvas.shape
    for _ in range(int(1 + rng.integers(4, 26) * artist.style.detail)):
        share = rng.random()
        patch = np.array([rng.uniform(0, width), top + share * (height - top)])
        size = artist.px(4 + 24 * share)
        for _ in range(int(rng.integers(1, 9))):
            at = patch + rng.normal(0, 1, 2) * size * (3.0, 0.5)
            for _ in range(int(rng.integers(2, 8))):
                lean = rng.normal(0, 0.45)
                tip = at + size * rng.uniform(0.5, 1.3) * np.array([np.sin(lean), -np.cos(lean)])
                artist.line(
                    bow(at, tip, 0.15 * lean, 6), "inner", 0.6 + 0.3 * share, colour, taper=0.9, ends=(False, True)
                )
                at = at + (rng.normal(0.15, 0.15) * size, 0)


def _draw_big_tree(artist, height, width):
    """A tree so near that its crown leaves the picture."""
    foot = np.array(
        [
            width * artist.pick((artist.between(-0.02, 0.2), artist.between(0.8, 1.02))),
            height * artist.between(0.85, 1.1),
        ]
    )
    trees.draw_tree(artist, foot, height * artist.between(0.7, 1.3))


def _draw_front(artist, short):
    """Plants along the lower rim, in clumps."""
    rng = artist.rng
    height, width = artist.canvas.shape
    for _ in range(int(rng.integers(0, 4))):
        middle = rng.uniform(0, width)
        for _ in range(int(rng.integers(1, 6))):
            foot = middle + rng.normal(0, 0.08) * width, height * artist.between(0.97, 1.08)
            nature.draw_plant(artist, foot, short * artist.between(0.08, 0.32))
    if artist.chance(0.3):
        colour = artist.colour(None, artist.between(0.05, 0.7), artist.between(0.75, 1.0))
        feet = rng.uniform((0, 0.75), (width, 1.0), (int(rng.integers(4, 25)), 2)) * (1, height)
        for foot in feet[np.argsort(feet[:, 1])]:
            radius = short * artist.between(0.008, 0.03)
            nature.draw_blossom(artist, foot, radius * artist.between(2.5, 5.5), radius, colour)


def _draw_hanging_branch(artist, short):
    """A twig with single leaves that hangs into the picture from above."""
    rng = artist.rng
    height, width = artist.canvas.shape
    start = np.array([rng.choice((-0.02, 1.02)) * width, rng.uniform(-0.05, 0.2) * height])
    end = start + (np.sign(width / 2 - start[0]) * width * rng.uniform(0.3, 0.6), rng.uniform(0.0, 0.25) * height)
    axis = bow(start, end, rng.normal(0, 0.15), 20)
    colour, group = trees.choose_green(artist), artist.canvas.new_group()
    artist.line(axis, "boundary", 1.6, colour)
    leaf = short * artist.between(0.04, 0.1)
    for share in np.linspace(0.1, 1, int(np.hypot(*(end - start)) / leaf * 2.5)):
        at, angle = point_at(axis, share), np.pi / 2 + rng.normal(0, 1.0)
        tip = at + leaf * rng.uniform(0.6, 1.1) * np.array([np.cos(angle), np.sin(angle)])
        nature.draw_leaf(artist, at, tip, leaf * rng.uniform(0.3, 0.5), colour * rng.uniform(0.85, 1.05), group)
