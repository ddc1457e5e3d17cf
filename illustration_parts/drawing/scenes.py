"""Whole pictures: each form of picture is put together here from what the other files draw."""

import numpy as np

from illustration_parts.drawing import abstracts, compositions, lettering, pages
from illustration_parts.drawing.bodies import figures
from illustration_parts.drawing.places import air, grounds, nature, rooms

# Grounds of landscapes without a room or street, for styles in colour.
OUTDOORS = ("country", "country", "forest", "shore", "city", "sky", "night sky", "thicket", "lines", "lines")


def draw_portrait(artist):
    """One to three busts, large, before a ground."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    grounds.draw_ground(artist)
    count = int(rng.choice((1, 1, 1, 2, 3)))
    short = min(height, width)
    if artist.chance(0.3):
        compositions.draw_in_the_air(artist, int(rng.integers(1, 4)), 0.2 * short / count**0.5)
    for place in rng.permutation(count):
        radius = short * artist.between(0.13, 0.26) / count**0.5
        x = width * ((place + 0.5) / count + artist.between(-0.12, 0.12))
        y = height * artist.between(0.25, 0.5)
        figures.draw_bust(artist, (x, y), radius)
    _finish(artist)


def draw_close_up(artist):
    """A face so near that it is cut off by the frame."""
    height, width = artist.canvas.shape
    grounds.draw_ground(artist)
    radius = min(height, width) * artist.between(0.32, 0.6)
    centre = (width * artist.between(0.3, 0.7), height * artist.between(0.25, 0.5))
    figures.draw_bust(artist, centre, radius)
    _finish(artist)


def draw_figures(artist):
    """One to five whole figures, from back to front, with what stands beside them."""
    rng = artist.rng
    if artist.chance(0.25):
        rooms.draw_room(artist) if artist.chance(0.7) else rooms.draw_street(artist)
    else:
        grounds.draw_ground(artist)
    count = int(rng.choice((1, 1, 2, 3, 5)))
    tall = (0.62, 1.12) if count < 3 else (0.5, 0.85)
    compositions.draw_on_stage(artist, count, tall, int(rng.choice((0, 0, 1, 2))))
    _finish(artist)


def draw_scenery(artist):
    """A landscape, a room or a street; perhaps somebody small in it."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    if artist.chance(0.5):
        rooms.draw_room(artist) if artist.chance(0.5) else rooms.draw_street(artist)
    else:
        grounds.draw_ground(artist, artist.pick(OUTDOORS) if artist.style.keeps_colours else "lines")
        stage = artist.stage
        for _ in range(rng.integers(0, 5) if stage is not None else 0):
            row = stage.camera.horizon + (height - stage.camera.horizon) * artist.between(0.25, 1.1)
            foot, metre = (width * artist.between(0, 1), row), stage.metre(row)
            if artist.chance(0.7):
                nature.draw_plant(artist, foot, min(0.5 * height, metre * artist.between(0.3, 1.2)))
            else:
                nature.draw_rock(artist, foot, min(0.15 * height, metre * artist.between(0.1, 0.5)))
    compositions.draw_on_stage(artist, int(artist.chance(0.5)), (0.2, 0.5), int(rng.choice((0, 0, 1, 2))))
    # Foliage alone would be a picture of one area, which teaches nothing about regions.
    if artist.stage is None and (artist.chance(0.4) or (artist.canvas.region == artist.canvas.region[0, 0]).all()):
        compositions.draw_in_the_air(artist, int(rng.integers(1, 4)), 0.05 * min(height, width), outdoors=True)
    _finish(artist)


def draw_things(artist):
    """Things and animals where they belong: on a table, outdoors, one large, or in rows as on a sheet; or flowers."""
    draw = artist.pick(
        (
            compositions.draw_still_life,
            compositions.draw_outdoor_things,
            compositions.draw_sheet,
            compositions.draw_flowers,
            compositions.draw_one_thing,
        ),
        (0.3, 0.22, 0.2, 0.15, 0.13),
    )
    draw(artist)
    _finish(artist)


def draw_abstract(artist):
    """Shapes, bands and lines that show nothing but an order of their own."""
    abstracts.draw_abstract(artist)
    _finish(artist)


def draw_page(artist):
    """A manga page: panels in black, white and tones. In other presets a comic's page in colour."""
    pages.draw_page(artist, draw_panel_scene)
    if not artist.style.manga:
        air.add_air(artist)


def draw_strip(artist):
    """A webtoon's tall strip."""
    pages.draw_strip(artist, draw_panel_scene)


def draw_cutout(artist):
    """A bust on bare paper, whose number among the areas is 0."""
    height, width = artist.canvas.shape
    figures.draw_bust(artist, (width * 0.5, height * 0.36), 0.22 * min(height, width))


def draw_panel_scene(artist):
    """What one panel shows: faces mostly."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    short = min(height, width)
    kind = rng.random()
    if kind < 0.15 and short > 200:
        rooms.draw_room(artist) if artist.chance(0.5) else rooms.draw_street(artist)
    else:
        grounds.draw_ground(artist)
    if kind < 0.55:
        for _ in range(int(rng.choice((1, 1, 2)))):
            centre = rng.uniform((0.2, 0.3), (0.8, 0.6)) * (width, height)
            figures.draw_bust(artist, centre, short * artist.between(0.14, 0.34))
    elif kind < 0.7:
        figures.draw_bust(artist, rng.uniform(0.35, 0.65, 2) * (width, height), short * artist.between(0.4, 0.7))
    elif kind < 0.85:
        compositions.draw_on_stage(artist, int(rng.choice((1, 1, 2))), (0.7, 1.3), 0)
    elif short > 160 and artist.chance(0.4):
        compositions.lay_table(artist)
    else:
        compositions.draw_large(artist)


def _finish(artist):
    """Air, lettering and bars over a finished picture."""
    canvas, rng, (height, width) = artist.canvas, artist.rng, artist.canvas.shape
    air.add_air(artist)
    if artist.chance(0.06):
        radius = min(height, width) * artist.between(0.08, 0.2)
        place = lettering.find_clear(artist, (0.1 * width, 0.1 * height), (0.9 * width, 0.9 * height), radius)
        lettering.draw_balloon(artist, place, radius)
    if artist.chance(0.08):
        size = artist.px(artist.between(14, 70))
        dark = artist.chance(0.5)
        colour = np.full(3, artist.between(0, 40) if dark else artist.between(215, 255))
        rows = [int(rng.integers(2, 9)) for _ in range(int(rng.integers(1, 3)))]
        upright = artist.chance(0.2)
        block = np.array([len(rows), max(rows)] if upright else [max(rows), len(rows)]) * 1.2 * size
        middle = lettering.find_clear(
            artist, (0.2 * width, 0.1 * height), (0.8 * width, 0.9 * height), 0.5 * block.max()
        )
        left, top = middle - block / 2
        lettering.draw_text(artist, left, top, size, rows, colour, upright, not dark)
    if artist.chance(0.04):  # the black bars of a film frame
        bar = int(artist.between(0.04, 0.16) * height)
        for top in (0, height - bar):
            box = np.array([(-2, top), (width + 2, top), (width + 2, top + bar), (-2, top + bar)], float)
            canvas.fill(canvas.polygon(box), np.full(3, artist.between(0, 12)))
        artist.cases.add("black bars")


FORMS = {
    "portrait": draw_portrait,
    "close-up": draw_close_up,
    "figures": draw_figures,
    "scenery": draw_scenery,
    "things": draw_things,
    "abstract": draw_abstract,
    "page": draw_page,
    "strip": draw_strip,
    "cutout": draw_cutout,
}
# How often each form comes; on manga pages, in webtoons, and in all other styles. A cutout comes only when asked for.
SHARES = {
    "manga": {"page": 0.75, "portrait": 0.1, "figures": 0.08, "close-up": 0.07},
    "webtoon": {"portrait": 0.3, "close-up": 0.08, "figures": 0.2, "strip": 0.3, "scenery": 0.07, "things": 0.05},
    "vector": {"things": 0.4, "abstract": 0.2, "portrait": 0.2, "figures": 0.1, "scenery": 0.1},
}
OTHER_SHARES = {
    "portrait": 0.34,
    "close-up": 0.08,
    "figures": 0.24,
    "scenery": 0.12,
    "things": 0.08,
    "abstract": 0.1,
    "page": 0.04,
}


def choose_form(rng, style):
    """Draw which form a picture of this style has."""
    shares = SHARES.get(style.preset, OTHER_SHARES)
    return str(rng.choice(list(shares), p=np.array(list(shares.values())) / sum(shares.values())))


def choose_size(rng, form):
    """Draw a picture's (height, width), 1,000 to 2,000 pixels a side."""
    if form == "strip":
        return 2000, int(rng.integers(800, 1100))
    if form == "page":
        height = int(rng.integers(1300, 1800))
        return height, int(height * rng.uniform(0.65, 0.75))
    short = int(rng.integers(1000, 1300))
    long = int(min(2000, short * rng.choice((1.0, 1.25, 1.42, 1.78))))
    return (short, long) if rng.random() < 0.55 else (long, short)
