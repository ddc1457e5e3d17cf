"""Nature drawn with ink contours in the picture's style: plants, flowers, rocks."""

import numpy as np

from illustration_parts.drawing.curves import blob, bow, cut, offset, point_at, strand, turn
from illustration_parts.drawing.places import trees

LEAST = 14.0  # pixels; smaller things have no inner lines


def fit(artist, size):
    """What a line's width is multiplied by on a thing of `size` pixels, so that broad lines do not fill it."""
    return float(np.clip(size / (7 * artist.style.width), 0.3, 1.0))


# ------------------------------------------------------------------------------------------------------------- plants
def draw_plant(artist, foot, height):
    """Draw a plant: a leafy stem, a tuft of grass, a fern or a bush, with outlines.

    Args:
        artist: an `Artist`. foot: (x, y) where it grows from. height: pixels.
    """
    kinds = (_draw_stem, _draw_stem, _draw_tuft, _draw_fern, trees.draw_bush)
    artist.pick(kinds)(
        artist, np.asarray(foot, float), float(height), trees.choose_green(artist), artist.canvas.new_group()
    )


def draw_leaf(artist, base, tip, breadth, colour, group=0):
    """Draw one leaf from its base to its tip, with a midrib and, where it is large, side veins."""
    base, tip = np.asarray(base, float), np.asarray(tip, float)
    axis = bow(base, tip, artist.rng.normal(0, 0.12), 14)
    t = np.linspace(0, 1, 14)
    swell = np.sin(np.pi * t**0.8) ** 0.8 * breadth
    points = strand(axis, swell)
    length = np.hypot(*(tip - base))
    thin = fit(artist, breadth)
    mask = artist.shape(points, colour, "foliage", group, form=None, scale=0.9 * thin)
    if not mask.alpha.size or length < LEAST:
        return
    # One half of a leaf turns away from the light.
    side = np.sign(np.dot(artist.style.light, (tip - base)[::-1] * (1, -1))) or 1.0
    half = np.concatenate([axis, offset(axis, -side * 0.6 * swell)[::-1]])
    artist.shade(artist.canvas.polygon(half).clip(mask), depth=0.8)
    artist.line(cut(axis, 0.0, artist.between(0.75, 0.95)), "inner", 0.7 * thin, colour, clip=mask)
    if length > 4 * LEAST and artist.chance(0.4 + 0.5 * artist.style.detail):
        for share in np.linspace(0.2, 0.75, int(np.clip(length / artist.px(22), 2, 7))):
            start = point_at(axis, share)
            for way in (1, -1):
                end = point_at(offset(axis, way * 0.36 * swell), min(1.0, share + 0.14))
                artist.line(bow(start, end, 0.1 * way, 6), "inner", 0.5 * thin, colour, clip=mask)


def _draw_stem(artist, foot, height, colour, group):
    rng = artist.rng
    axis = bow(foot, foot + (rng.normal(0, 0.2) * height, -height), rng.normal(0, 0.1), 20)
    leaf = height * artist.between(0.16, 0.34)
    stalk = strand(axis, np.linspace(1, 0.4, 20) * max(1.0, height * 0.018))
    artist.shape(stalk, colour * 0.8, "foliage", group, form=None)
    count = int(np.clip(artist.between(5, 14), 3, height / 6 + 3))
    for k, share in enumerate(np.linspace(0.12, 0.98, count)):
        start = point_at(axis, share)
        way = 1 if k % 2 else -1
        angle = -np.pi / 2 + way * artist.between(0.5, 1.4) * (1.1 - 0.6 * share)
        end = start + leaf * (1.15 - 0.5 * share) * np.array([np.cos(angle), np.sin(angle)])
        draw_leaf(artist, start, end, leaf * artist.between(0.26, 0.4), colour * rng.uniform(0.9, 1.08), group)
    if artist.chance(0.3):
        draw_flower(artist, axis[-1], height * artist.between(0.08, 0.16))


def _draw_tuft(artist, foot, height, colour, group):
    rng = artist.rng
    for _ in range(int(np.clip(artist.between(6, 16), 4, height / 4 + 4))):
        start = foot + (rng.normal(0, 0.12) * height, rng.uniform(-0.02, 0.03) * height)
        lean = rng.normal(0, 0.45)
        end = start + height * rng.uniform(0.5, 1.0) * np.array([np.sin(lean), -np.cos(lean)])
        blade = bow(start, end, 0.35 * np.sign(lean) * abs(rng.normal(0.3, 0.3)), 14)
        widths = height * artist.between(0.025, 0.06) * (1 - np.linspace(0, 1, 14) ** 1.6)
        thin, own = fit(artist, 1.4 * widths[0]), colour * rng.uniform(0.8, 1.1)
        mask = artist.shape(strand(blade, np.maximum(widths, 0.4)), own, "foliage", group, form=None, scale=thin)
        if mask.alpha.size and height > 4 * LEAST and artist.chance(0.4):
            artist.line(cut(blade, 0.05, 0.8), "inner", 0.5 * thin, own, clip=mask)


def _draw_fern(artist, foot, height, colour, group):
    rng = artist.rng
    for frond in range(int(rng.integers(2, 6))):
        lean = rng.normal(0, 0.7)
        end = foot + height * rng.uniform(0.7, 1.0) * np.array([np.sin(lean), -np.cos(lean)])
        axis = bow(foot, end, 0.3 * np.sign(lean), 24)
        count = int(np.clip(height / artist.px(11), 5, 16))
        for share in np.linspace(0.15, 0.97, count):
            ahead = point_at(axis, min(1, share + 0.03)) - point_at(axis, share - 0.02)
            heading = np.arctan2(ahead[1], ahead[0])
            long = height * 0.24 * np.sin(np.pi * (0.15 + 0.83 * share)) * (0.75 if frond else 1.0)
            for way in (1, -1):
                start = point_at(axis, share)
                tip = start + long * np.array([np.cos(heading + way * 1.0), np.sin(heading + way * 1.0)])
                leaf = bow(start, tip, 0.1 * way, 8)
                points = strand(leaf, long * 0.26 * np.sin(np.pi * np.linspace(0.08, 1, 8)))
                thin, own = fit(artist, 0.35 * long), colour * (0.9 if way > 0 else 1.0)
                artist.shape(points, own, "foliage", group, form=None, scale=0.8 * thin)
        artist.line(axis, "inner", 1.1 * fit(artist, 0.1 * height), colour)


# ------------------------------------------------------------------------------------------------------------ flowers
def draw_flower(artist, centre, radius, colour=None):
    """Draw a flower with outlined petals: open, like a rose, or a bell from the side.

    Args:
        artist: an `Artist`. centre: (x, y). radius: pixels. colour: of its petals, RGB; drawn if None.
    """
    rng = artist.rng
    if colour is None:
        colour = artist.colour(None, artist.between(0.05, 0.75), artist.between(0.7, 1.0))
    group = artist.canvas.new_group()
    centre = np.asarray(centre, float)
    if radius > LEAST and artist.chance(0.3):
        return _draw_rose(artist, centre, radius, colour, group)
    petals, tilt, twist = int(rng.choice((4, 5, 5, 6, 8, 12))), artist.between(0.5, 1.0), rng.uniform(0, np.pi)
    rows = 2 if petals > 5 and artist.chance(0.5) else 1
    notch = artist.chance(0.35)
    for row in range(rows):
        reach = radius * (1 - 0.3 * row)
        for k in rng.permutation(petals):
            angle = twist + (k + 0.5 * row) * 2 * np.pi / petals + rng.normal(0, 0.06)
            _draw_petal(artist, centre, angle, reach, 1.5 * np.pi * reach / petals, tilt, colour, notch, group)
    heart = colour if artist.chance(0.3) else artist.colour(0.13, 0.7, 0.9)
    size = radius * artist.between(0.12, 0.26)
    mask = artist.shape(blob(rng, centre, size, 8, 0.08, tilt), heart * 0.95, "foliage", group, "inner")
    if radius > LEAST and mask.alpha.size:
        for _ in range(int(rng.integers(0, 9))):
            artist.line(_dot(rng, centre + rng.normal(0, 0.4, 2) * size, artist.style.width), "inner", 0.7, heart)


def draw_blossom(artist, foot, height, radius, colour=None):
    """Draw a flower on its stem, with leaves where they can be seen.

    Args:
        artist: an `Artist`. foot: (x, y) where it grows from. height: from there to the flower, pixels.
        radius: of the flower, pixels. colour: of its petals, RGB; drawn if None.
    """
    rng, group = artist.rng, artist.canvas.new_group()
    green = artist.colour(artist.between(0.22, 0.4), artist.between(0.25, 0.6), artist.between(0.35, 0.75))
    foot = np.asarray(foot, float)
    axis = bow(foot, foot + (rng.normal(0, 0.15) * height, -height), rng.normal(0, 0.08), 16)
    broad = max(1.2 * artist.style.width, 0.09 * radius)
    artist.shape(strand(axis, np.linspace(1.1, 0.8, 16) * broad), green, "foliage", group, form=None, scale=0.7)
    leaf = min(0.45 * height, 2.2 * radius)
    way = artist.pick((-1, 1))
    for share in np.sort(rng.uniform(0.05, 0.6, int(rng.integers(1, 5)))) if leaf > LEAST else ():
        start, angle = point_at(axis, share), -np.pi / 2 + way * artist.between(0.35, 1.1)
        end = start + leaf * artist.between(0.6, 1.1) * np.array([np.cos(angle), np.sin(angle)])
        draw_leaf(artist, start, end, leaf * artist.between(0.2, 0.32), green * rng.uniform(0.9, 1.08), group)
        way = -way
    draw_flower(artist, axis[-1], radius, colour)


def _dot(rng, at, size):
    return np.array([at, at + rng.normal(0, 1, 2) * size])


def _draw_petal(artist, centre, angle, reach, breadth, tilt, colour, notch, group):
    rng = artist.rng
    t = np.linspace(0, 1, 12)
    breadth = min(breadth, 0.95 * reach)
    thin = fit(artist, breadth)
    swell = breadth * np.sin(np.pi * np.clip(t, 0.06, 1) ** 1.25) ** 0.75 * 0.62
    axis = np.stack([reach * (0.08 + 0.92 * t), np.zeros(12)], 1)
    points = strand(axis, swell)
    if notch:
        points[11] = points[12] = (reach * 0.9, 0)
    points = turn(points, angle) * (1, tilt) + centre
    mask = artist.shape(points, colour * rng.uniform(0.95, 1.0), "foliage", group, form=None, scale=0.9 * thin)
    if not mask.alpha.size:
        return
    base = blob(rng, centre, reach * artist.between(0.35, 0.6), 7, 0.2, tilt)
    artist.shade(artist.canvas.polygon(base).clip(mask), depth=0.7)
    if reach > LEAST:
        for off in rng.uniform(-0.25, 0.25, int(rng.integers(0, 4))):
            start, end = (reach * 0.25, off * breadth * 0.3), (reach * rng.uniform(0.5, 0.8), off * breadth)
            artist.line(
                turn(bow(start, end, 0.05, 7), angle) * (1, tilt) + centre, "inner", 0.55 * thin, colour, clip=mask
            )


def _draw_rose(artist, centre, radius, colour, group):
    """Petals that lie over each other in a spiral, from the outside in."""
    rng = artist.rng
    angle = rng.uniform(0, 6.3)
    for share in np.linspace(1.0, 0.22, int(rng.integers(8, 14))):
        angle += 2.2 + rng.normal(0, 0.2)
        at = centre + radius * 0.42 * share * np.array([np.cos(angle), np.sin(angle)])
        petal = blob(rng, at, radius * 0.62 * share + 0.08 * radius, 7, 0.1)
        mask = artist.canvas.polygon(petal)
        artist.cast(mask, 0.06 * radius, artist.canvas.polygon(blob(rng, centre, radius, 8, 0.1)), 0.8)
        thin = fit(artist, 0.35 * radius)
        artist.shape(petal, colour * (0.82 + 0.18 * share), "foliage", group, form=None, scale=thin)
        if share > 0.4 and artist.chance(0.6):
            artist.line(cut(offset(petal, radius * 0.07), 0.1, 0.4), "inner", 0.7 * thin, colour, clip=mask)
    swirl = np.linspace(0, 4 * np.pi, 40)
    curl = centre + (radius * 0.16 * swirl / 12.6)[:, None] * np.stack([np.cos(swirl), np.sin(swirl)], 1)
    artist.line(curl, "inner", 0.8 * fit(artist, 0.35 * radius), colour)


# -------------------------------------------------------------------------------------------------------------- rocks
def draw_rock(artist, centre, radius):
    """Draw a rock: an angular outline, edges between its planes, cracks.

    Args:
        artist: an `Artist`. centre: (x, y). radius: pixels.
    """
    rng = artist.rng
    colour = artist.colour(rng.random(), rng.uniform(0.02, 0.2), rng.uniform(0.45, 0.85))
    centre = np.asarray(centre, float)
    count = int(rng.integers(7, 11))
    angles = (np.arange(count) + rng.uniform(-0.35, 0.35, count)) * 2 * np.pi / count
    rim = np.stack([1.3 * np.cos(angles), np.minimum(0.95 * np.sin(angles), 0.45)], 1)
    rim = centre + radius * rim * rng.uniform(0.8, 1.05, (count, 1))
    points = _rough(artist, rim, radius)
    group = artist.canvas.new_group()
    mask = artist.shape(points, colour, "ground", group, form=None, scale=1.1)
    if not mask.alpha.size:
        return
    # The planes meet in an edge that runs from rim to rim; what lies below it or away from the light is in shade.
    top = centre + radius * np.array([rng.normal(0, 0.25), rng.uniform(-0.35, -0.1)])
    knots = [rim[rng.integers(count)], top, rim[rng.integers(count)]]
    edge = rough_line(artist, np.array(knots), radius * 0.04)
    away = -artist.style.light * radius * 2.5
    artist.shade(artist.canvas.polygon(np.concatenate([edge, edge[::-1] + away])).clip(mask))
    if radius < LEAST:
        return
    artist.line(edge, "inner", 0.9, colour, clip=mask)
    for _ in range(int(rng.integers(1, 4))):
        line = rough_line(
            artist, np.array([top + rng.normal(0, 0.2, 2) * radius, rim[rng.integers(count)]]), radius * 0.04
        )
        artist.line(cut(line, 0, artist.between(0.4, 1.0)), "inner", 0.8, colour, clip=mask)
    for _ in range(int(rng.integers(2, 9) * artist.style.detail)):
        start = centre + rng.normal(0, 0.4, 2) * radius
        line = rough_line(artist, np.array([start, start + rng.normal(0, 0.16, 2) * radius]), radius * 0.02)
        artist.line(line, "inner", 0.6, colour, clip=mask)


def _rough(artist, corners, size):
    closed = np.concatenate([corners, corners[:1]])
    return np.concatenate([rough_line(artist, closed[k : k + 2], size * 0.03)[:-1] for k in range(len(corners))])


def rough_line(artist, knots, amount):
    """A broken line through knots whose pieces are not quite straight."""
    count = max(4, 6 * (len(knots) - 1))
    line = point_at(np.asarray(knots, float), np.linspace(0, 1, count))
    shake = artist.rng.normal(0, amount, (count, 2))
    shake[[0, -1]] = 0
    return line + shake
