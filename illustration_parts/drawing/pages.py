"""Manga pages and webtoon strips: panels, each with a scene of its own, balloons and sounds over them."""

from dataclasses import replace

import numpy as np

from illustration_parts.drawing import lettering
from illustration_parts.drawing.artist import Artist
from illustration_parts.drawing.canvas import Canvas
from illustration_parts.drawing.curves import blob, straight
from illustration_parts.drawing.styles import hsv

LEAST_PANEL = 90  # pixels; smaller panels are left empty


def split(rng, box, count, gutter):
    """Cut a rectangle into panels by straight, sometimes slanted cuts.

    Args:
        rng: `numpy.random.Generator`. box: (4, 2) corners: top left, top right, bottom right, bottom left.
        count: of panels. gutter: pixels between them.

    Returns:
        List of (4, 2) float64 corners.
    """
    if count < 2:
        return [box]
    width, height = np.ptp(box[:, 0]), np.ptp(box[:, 1])
    first = int(np.clip(round(count * rng.uniform(0.35, 0.65)), 1, count - 1))
    share = np.clip(first / count + rng.normal(0, 0.06), 0.25, 0.75)
    slant = rng.normal(0, 0.06) if rng.random() < 0.35 else 0.0
    a, b, c, d = box
    if height > width * rng.uniform(0.75, 1.2):  # a level cut
        left, right = a + (d - a) * (share + slant), b + (c - b) * (share - slant)
        half = np.array([0, gutter / 2])
        parts = (np.array([a, b, right - half, left - half]), np.array([left + half, right + half, c, d]))
    else:
        top, bottom = a + (b - a) * (share + slant), d + (c - d) * (share - slant)
        half = np.array([gutter / 2, 0])
        parts = (np.array([a, top - half, bottom - half, d]), np.array([top + half, b, c, bottom + half]))
    return split(rng, parts[0], first, gutter) + split(rng, parts[1], count - first, gutter)


def draw_panel(artist, corners, border, draw_scene):
    """Draw a scene inside a panel, with the panel's frame.

    Args:
        artist: of the page. corners: (n, 2) of the panel. border: width of its frame, pixels; 0 for none.
        draw_scene: function of the panel's own artist.
    """
    page = artist.canvas
    outline = straight(corners, True)
    mask = page.polygon(outline)
    if not mask.alpha.size:
        return
    height, width = mask.alpha.shape
    if min(height, width) >= LEAST_PANEL:
        scale = artist.style.scale * float(np.clip(min(height, width) / min(page.shape) * 1.6, 0.35, 1.0))
        inside = Artist(Canvas(height, width), artist.rng, replace(artist.style, scale=scale))
        inside.cases, inside.screen, inside.solid_black = artist.cases, artist.screen, artist.solid_black
        draw_scene(inside)
        page.paste(inside.canvas, mask)
        artist.faces += [(x + mask.left, y + mask.top, radius) for x, y, radius in inside.faces]
    if border:
        page.stroke(outline, border, artist.style.ink if artist.style.manga else (20, 20, 24), "boundary")


def draw_page(artist, draw_scene):
    """A page of one to seven panels.

    Args:
        artist: an `Artist`. draw_scene: function of a panel's own artist.
    """
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    black = artist.chance(0.07)
    canvas.fill(canvas.everything(), np.full(3, 8.0 if black else artist.between(240, 255)), None, "paper")
    margin = artist.px(artist.between(15, 70))
    bleed = artist.chance(0.2)
    low = np.array([-5.0, -5.0]) if bleed else np.array([margin, margin])
    high = np.array([width, height]) - low
    box = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    gutter, border = artist.px(artist.between(6, 26)), artist.px(artist.between(1.5, 5))
    panels = split(rng, box, int(rng.choice((1, 2, 3, 4, 5, 6, 7), p=(0.1, 0.12, 0.2, 0.2, 0.18, 0.12, 0.08))), gutter)
    for corners in panels:
        draw_panel(artist, corners, 0 if black or artist.chance(0.06) else border, draw_scene)
        low, high = corners.min(0), corners.max(0)
        for _ in range(int(rng.choice((0, 1, 1, 2, 3)))):
            radius = min(high - low) * artist.between(0.1, 0.26)
            reach = 0.08 * (high - low)
            _say_something(artist, low + reach, high - reach, radius)
        if artist.chance(0.2):
            size = min(high - low) * artist.between(0.12, 0.35)
            reach = 0.2 * (high - low)
            lettering.draw_sound(artist, lettering.find_clear(artist, low + reach, high - reach, 1.5 * size), size)
    artist.cases.add("pages")


def _say_something(artist, low, high, radius):
    """Draw a balloon between two corners; where a face would be hidden, a smaller one or mostly none."""
    place = lettering.find_clear(artist, low, high, radius)
    if not lettering.is_clear(artist, place, radius):
        radius *= 0.7
        if not lettering.is_clear(artist, place, radius) and artist.chance(0.8):
            return
    lettering.draw_balloon(artist, place, radius)


def draw_strip(artist, draw_scene):
    """A webtoon's tall strip: panels below each other on white, black or a gradient, balloons between and over them."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    kind = rng.random()
    if kind < 0.55:
        canvas.fill(canvas.everything(), np.full(3, 255.0), None, "paper")
    elif kind < 0.75:
        canvas.fill(canvas.everything(), np.full(3, artist.between(0, 20)), None, "paper")
    else:
        ends = [hsv(rng.random(), artist.between(0, 0.4), artist.between(0.15, 1)) for _ in range(2)]
        slope = np.array([np.zeros(3), (ends[1] - ends[0]) / height])
        canvas.fill(canvas.everything(), ends[0], slope, "paper")
    top = artist.between(-0.3, 0.1) * width
    while top < height:
        tall = width * artist.between(0.45, 1.3)
        left, right = (0, width) if artist.chance(0.45) else np.array([0, 1]) * width + (1, -1) * rng.uniform(0, 60, 2)
        corners = np.array([(left, top), (right, top), (right, top + tall), (left, top + tall)], float)
        if artist.chance(0.15):
            corners[2:, 1] += artist.between(-0.12, 0.12) * width * np.array([1, -1])
        draw_panel(artist, corners, artist.px(2) if artist.chance(0.4) else 0, draw_scene)
        for _ in range(int(rng.choice((0, 1, 1, 2)))):
            radius = width * artist.between(0.07, 0.18)
            low, high = (0.15 * width, top - 0.1 * tall), (0.85 * width, top + 1.1 * tall)
            _say_something(artist, low, high, radius)
        top += tall + width * artist.between(0.03, 0.4)
    if artist.chance(0.15):
        size, corner = width * artist.between(0.1, 0.3), np.array([width, height])
        place = lettering.find_clear(artist, 0.2 * corner, 0.8 * corner, 1.5 * size)
        lettering.draw_sound(artist, place, size)
    if artist.chance(0.1):  # a blot of colour over the panels
        canvas.tint(canvas.polygon(blob(rng, (width / 2, height / 2), width * 0.3)).times(0.3), artist.colour())
    artist.cases.add("strips")
