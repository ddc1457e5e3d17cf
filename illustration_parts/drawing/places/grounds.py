"""Grounds: what lies behind everything, as suits a picture's style.

`draw_ground` paints the whole canvas. Painted grounds hold no ink, however much their strokes, leaves and stones look
like lines. Line-drawn grounds have outlines in the style's own hand. Pages and papers have tones, hatching and effect
lines.
"""

import numpy as np

from illustration_parts.drawing.curves import blob, noise
from illustration_parts.drawing.places import (
    glimmers,
    interiors,
    landscapes,
    outdoors,
    page_grounds,
    rooms,
    skies,
    surfaces,
)
from illustration_parts.drawing.places.brush import Painting, mix, smooth_step
from illustration_parts.drawing.places.stages import on_horizon
from illustration_parts.drawing.styles import hsv


def _paint_lights(painting, mood):
    glimmers.paint_bokeh(painting, dark=mood.name in ("night", "dusk", "storm", "fever") or painting.rng.random() < 0.4)


def _paint_abstract(painting, mood):
    glimmers.paint_abstract(painting)


# Painted places: how they are painted, and how often they are out of focus.
PLACES = {
    "sky": (landscapes.paint_heavens, 0.05),
    "night sky": (landscapes.paint_night_sky, 0.05),
    "country": (landscapes.paint_country, 0.2),
    "forest": (landscapes.paint_forest, 0.3),
    "shore": (landscapes.paint_shore, 0.15),
    "thicket": (landscapes.paint_thicket, 0.3),
    "city": (landscapes.paint_city, 0.3),
    "dark": (landscapes.paint_dark, 0.1),
    "wall": (surfaces.paint_wall, 0.15),
    "room": (interiors.paint_room, 0.85),
    "lights": (_paint_lights, 0.1),
    "abstract": (_paint_abstract, 0.1),
    "speckle": (landscapes.paint_speckle, 0.2),
}
# How often each comes. "lines" is nature drawn with ink; "soft": gradients; "plain", "pattern".
FILM = {
    "sky": 0.12, "night sky": 0.06, "country": 0.12, "forest": 0.1, "shore": 0.06, "thicket": 0.08, "city": 0.06,
    "dark": 0.09, "wall": 0.06, "room": 0.03, "blurred scene": 0.12, "lights": 0.05, "abstract": 0.05,
    "speckle": 0.03, "soft": 0.04, "plain": 0.02, "pattern": 0.02, "lines": 0.25,
}  # fmt: skip
GALLERY = {
    "sky": 0.1, "night sky": 0.05, "country": 0.06, "forest": 0.08, "shore": 0.05, "thicket": 0.05, "dark": 0.12,
    "wall": 0.04, "room": 0.05, "blurred scene": 0.06, "lights": 0.06, "abstract": 0.2, "speckle": 0.04,
    "soft": 0.14, "plain": 0.05, "pattern": 0.02, "lines": 0.06,
}  # fmt: skip
STRIP = {
    "sky": 0.07, "night sky": 0.03, "country": 0.04, "forest": 0.04, "city": 0.04, "dark": 0.07, "wall": 0.04,
    "room": 0.03, "blurred scene": 0.09, "lights": 0.06, "abstract": 0.08, "speckle": 0.03, "soft": 0.3, "plain": 0.14,
    "pattern": 0.04, "lines": 0.1,
}  # fmt: skip
FLAT = {"plain": 0.4, "soft": 0.12, "pattern": 0.22, "lines": 0.26}
CUTE = {"plain": 0.24, "soft": 0.26, "pattern": 0.22, "lines": 0.16, "sky": 0.06, "abstract": 0.06}
SHARES = {
    "tv": FILM, "film": FILM, "cel90": FILM, "webtoon": STRIP, "painted": GALLERY, "vector": FLAT, "chibi": CUTE,
}  # fmt: skip


def draw_ground(artist, kind=None):
    """Paint the whole canvas as a background that suits the style.

    Args:
        artist: an `Artist`.
        kind: of `PLACES`, or `"soft"`, `"plain"`, `"pattern"`, `"lines"`, `"blurred scene"`; for styles without colour
            of `page_grounds.KINDS`. Drawn if None.

    Raises:
        ValueError: for an unknown kind.
    """
    style = artist.style
    if not style.keeps_colours:
        return page_grounds.draw_page(artist, kind)
    shares = SHARES.get(style.preset, STRIP)
    if kind is None:
        total = np.array(list(shares.values()))
        kind = str(artist.rng.choice(list(shares), p=total / total.sum()))
    others = {
        "soft": _draw_soft,
        "plain": _draw_plain,
        "pattern": _draw_pattern,
        "lines": outdoors.draw_landscape,
        "blurred scene": _draw_blurred_scene,
    }
    if kind in others:
        others[kind](artist)
    elif kind in PLACES:
        _paint_place(artist, kind)
    else:
        raise ValueError(f"kind must be one of {', '.join([*PLACES, *others])}. Received: {kind!r}")
    if kind in ("plain", "soft") and artist.chance(0.7):  # as in a studio, where floor and wall are one
        artist.stage = on_horizon(artist, artist.canvas.shape[0] * artist.between(0.3, 0.55))
    artist.cases.add(f"{kind} ground")


def _paint_place(artist, kind):
    rng = artist.rng
    height, width = artist.canvas.shape
    paint, out_of_focus = PLACES[kind]
    sigma = artist.px(np.exp(rng.uniform(0.5, 2.6))) if artist.chance(out_of_focus) else 0.0
    # What will be out of focus needs fewer pixels; and many grounds are a little softer than what stands before them.
    shrink = 2.0 if sigma > 3.5 else artist.pick((1.0, 1.3, 1.6), (0.4, 0.35, 0.25))
    shrink = shrink if min(height, width) > 200 else 1.0
    # In a very small picture things do not shrink with it: nobody could see them.
    scale = max(0.1, artist.style.scale) / shrink
    painting = Painting(rng, round(height / shrink), round(width / shrink), scale)
    names = {"night sky": "night"}
    mood = skies.choose_mood(artist, names.get(kind))
    paint(painting, mood)
    if painting.horizon is not None:
        artist.stage = on_horizon(artist, painting.horizon * shrink)
    _grade(painting)
    if sigma:
        surfaces.blur(painting, max(0.6, sigma / shrink))
        artist.cases.add("ground out of focus")
    painting.enlarge(height, width)
    painting.put(artist)
    if sigma:
        artist.canvas.defocus(1.01)  # so that its edges count no longer
    artist.cases.add("painted grounds")


def _grade(painting):
    """Shift the whole ground's contrast, brightness and colour, as a film's grading does."""
    rng = painting.rng
    picture = painting.picture
    kind = rng.random()
    if kind < 0.2:  # pale, so that figures stand out
        share = rng.uniform(0.15, 0.5)
        picture += share * (np.float32(rng.uniform(225, 255)) - picture)
    elif kind < 0.35:  # dim
        picture *= rng.uniform(0.4, 0.8)
    if rng.random() < 0.4:
        grey = picture.mean(-1, keepdims=True)
        picture += np.float32(rng.uniform(-0.35, 0.5)) * (grey - picture)
    if rng.random() < 0.4:
        picture *= (1 - rng.uniform(0, 0.25) * (1 - hsv(rng.random(), 0.5, 1) / 255)).astype(np.float32)
    np.clip(picture, 0, 255, out=picture)


def _draw_blurred_scene(artist):
    """A place drawn with lines and all, then out of focus, so that no line is left."""
    draw = artist.pick((rooms.draw_room, rooms.draw_street, outdoors.draw_landscape), (0.5, 0.3, 0.2))
    draw(artist)
    artist.canvas.defocus(max(1.2, artist.px(np.exp(artist.between(1.0, 2.7)))))
    artist.cases.add("ground out of focus")


def _draw_plain(artist):
    dark = artist.chance(0.12)
    colour = artist.colour(value=artist.between(0.05, 0.35)) if dark else artist.colour(value=artist.between(0.55, 1))
    white = artist.chance(0.35)
    artist.fill(artist.canvas.everything(), np.full(3, 255.0) if white else colour, "paper", gradient=0.0)


def _draw_soft(artist):
    """A gradient, straight or round, of two or three near colours; sometimes with a soft shape behind the figure."""
    rng = artist.rng
    height, width = artist.canvas.shape
    painting = Painting(rng, height, width, artist.style.scale, part="paper")
    hue, grey = rng.random(), artist.chance(0.3)
    colours = [
        hsv(hue + rng.normal(0, 0.07), 0.0 if grey else rng.uniform(0.05, 0.55), rng.uniform(0.08, 1.0) ** 0.5)
        for _ in range(3)
    ]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    if artist.chance(0.35):
        centre = rng.uniform(0, 1, 2) * (width, height)
        share = np.hypot(x - centre[0], y - centre[1]) / np.hypot(height, width) * rng.uniform(1, 1.8)
    else:
        share = 0.5 + ((x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)) * rng.uniform(0.8, 1.4)
    bend = rng.uniform(0.2, 0.8)
    field = mix(mix(colours[0], colours[1], smooth_step(share, 0, bend)), colours[2], smooth_step(share, bend, 1.05))
    painting.wash(np.ones((height, width), np.float32), field, None)
    if artist.chance(0.3):
        haze = np.clip(noise(rng, height, width, artist.px(300), 3), 0, 1) * rng.uniform(0.1, 0.5)
        painting.wash(haze, mix(colours[1], (255, 255, 255), 0.6), None)
    painting.put(artist)
    artist.cases.add("gradients")


def _draw_pattern(artist):
    """Stripes, dots, checks, stars or blobs in two or three near tones, without a line."""
    rng, canvas = artist.rng, artist.canvas
    height, width = canvas.shape
    base = artist.colour(value=artist.between(0.6, 1))
    artist.fill(canvas.everything(), base, "paper", gradient=0.1)
    other = mix(base, artist.colour(value=artist.between(0.6, 1)), artist.between(0.25, 0.9))
    gap = artist.px(artist.between(40, 150))
    kind = artist.pick(("stripes", "dots", "checks", "blobs", "rays"))
    mask = canvas.everything()
    x, y = mask.grid()
    angle = artist.pick((0.0, np.pi / 4, np.pi / 2, artist.between(0, 3.1)))
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    if kind == "stripes":
        cover = np.clip((np.abs(u / gap % 1 - 0.5) - artist.between(0.15, 0.4)) * gap + 0.5, 0, 1)
    elif kind == "checks":
        cover = (
            np.clip((np.abs(u / gap % 1 - 0.5) - 0.25) * gap + 0.5, 0, 1)
            + np.clip((np.abs(v / gap % 1 - 0.5) - 0.25) * gap + 0.5, 0, 1)
        ) / 2
    elif kind == "rays":
        centre = rng.uniform(0.2, 0.8, 2) * (width, height)
        turn = np.arctan2(y - centre[1], x - centre[0]) / (2 * np.pi) * int(rng.integers(8, 20))
        away = np.hypot(x - centre[0], y - centre[1])
        cover = np.clip((np.abs(turn % 1 - 0.5) - 0.25) * away * 0.6 + 0.5, 0, 1)
    elif kind == "dots":
        row = np.floor(v / gap)
        away = np.hypot((u / gap + 0.5 * (row % 2)) % 1 - 0.5, v / gap % 1 - 0.5) * gap
        cover = np.clip(gap * artist.between(0.12, 0.4) - away + 0.5, 0, 1)
    else:
        for _ in range(int(rng.integers(8, 60))):
            points = blob(rng, rng.uniform(0, 1, 2) * (width, height), gap * artist.between(0.2, 0.9))
            inside = canvas.polygon(points)
            if inside.alpha.size:
                canvas.fill(inside, mix(base, other, artist.between(0.3, 1)), None, "paper")
        return
    canvas.tint(mask.times(np.broadcast_to(cover, (height, width))), other, edge=True)
    artist.cases.add("patterns")
