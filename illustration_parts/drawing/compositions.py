"""How people and things are put together in a scene: on its floor, on a table, in the air, in rows as on a sheet."""

from functools import partial

import numpy as np

from illustration_parts.drawing.bodies import figures
from illustration_parts.drawing.curves import bow, noise
from illustration_parts.drawing.heads import people
from illustration_parts.drawing.objects import beasts, birds, ornaments, things
from illustration_parts.drawing.objects.things import SIZES
from illustration_parts.drawing.places import grounds, nature
from illustration_parts.drawing.places.stages import lay_shadow, on_horizon

GROWN, CHILD = 1.64, 1.15  # metres that people are tall
TRIES = 14  # rows or places that are tried for one thing
SKULL = 0.102  # metres, the radius of a skull
FLYING = (birds.draw_bird, beasts.draw_butterfly, ornaments.draw_feather)  # of the things in the air: over any land
OPEN_GROUNDS = ("country", "country", "lines", "lines", "forest")


def draw_on_stage(artist, count, tall, beside):
    """Draw people and things on the floor of the picture's ground, as large as they are there, from back to front.

    On a ground without a floor people are cut off by the frame, so that their feet are not seen to stand on nothing.

    Args:
        artist: an `Artist`, whose `stage` is looked at.
        count: of people. tall: (least, most) that they are high, as shares of the picture's height.
        beside: number of things.
    """
    rng, (height, width) = artist.rng, artist.canvas.shape
    stage, standing = artist.stage, []
    if stage is None and tall[1] < 0.6:
        return
    for place in rng.permutation(count):
        person, share = people.choose_person(artist), artist.between(*tall)
        metres = float(np.interp(person.age, (0, 0.25), (CHILD, GROWN))) * (1.05 if person.man else 0.98)
        if stage is None:
            high = 1.3 * share * height
            row = max(1.04 * height, high + artist.between(0.04, 0.25) * height)
        else:
            row = _find_row(stage, metres, share, height)
            high = metres * stage.metre(row)
        share = (place + 0.5) / count + artist.between(-0.15, 0.15)
        x = _choose_column(stage, row, share, width, 0.22 * high)
        standing.append((row, partial(_stand_person, artist, stage, (x, row), high, person)))
    for _ in range(beside if stage is not None else 0):
        standing += _choose_thing(artist, stage, things.at("floor"))
    for _, draw in sorted(standing, key=lambda item: item[0]):
        draw()


def _find_row(stage, metres, share, height):
    """The row where somebody stands who is about `share` of the picture high.

    The head is in the picture, and the feet as well unless the figure fills it.
    """
    for _ in range(TRIES):
        row = stage.row(share * height / metres)
        top = row - share * height
        if top > -0.03 * height and (top < 0.28 * height or row < 0.99 * height):
            break
        share *= 0.9
    return row


def _choose_column(stage, row, share, width, margin):
    """The column at a share 0..1 of the floor that is seen at a row, a margin away from its walls."""
    left, right = (-np.inf, np.inf) if stage is None else stage.span(row)
    left, right = max(0.0, left + margin), min(float(width), right - margin)
    return left + share * (right - left) if right > left else 0.5 * (left + right)


def _stand_person(artist, stage, feet, high, person):
    if stage is not None and feet[1] < 1.02 * artist.canvas.shape[0]:
        lay_shadow(artist, stage, (feet[0], feet[1] - 0.01 * high), 0.3 * high)
    figures.draw_figure(artist, feet, high, person)


def _choose_thing(artist, stage, choices, least=24, most=0.3):
    """[(row, drawing)] of a thing that has room on the floor; empty if none was found.

    Args:
        artist: an `Artist`. stage: a `Stage`. choices: functions of `SIZES`.
        least: of its radius, pixels of a short side of 1,000. most: of its radius, as a share of the short side.
    """
    height, width = artist.canvas.shape
    room = 0.4 * (stage.right - stage.left)
    for _ in range(TRIES):
        thing = artist.pick(choices)
        low = max(stage.camera.horizon, 0.0)
        row = low + (height - low) * artist.between(0.2, 1.05)
        radius = SIZES[thing].metres / 2 * stage.metre(row)
        if SIZES[thing].metres < room and artist.px(least) < radius < most * min(height, width):
            x = _choose_column(stage, row, artist.between(0.05, 0.95), width, radius)
            return [(row, partial(stand_thing, artist, stage, (x, row), radius, thing))]
    return []


def stand_thing(artist, stage, foot, radius, thing):
    """Stand a thing on a floor or table.

    Args:
        artist: an `Artist`. stage: a `Stage`. foot: (x, y) where it stands. radius: pixels. thing: of `SIZES`.
    """
    lay_shadow(artist, stage, foot, 1.3 * radius)
    things.draw_thing(artist, (foot[0], foot[1] - SIZES[thing].foot * radius), radius, thing, 0.0)


def draw_in_the_air(artist, count, skull, outdoors=False):
    """Draw what flies and floats: butterflies, feathers, birds, notes, bubbles.

    Args:
        artist: an `Artist`. count: of things. skull: radius of a person's skull, pixels, for their size.
        outdoors: leaves out all but `FLYING`: no notes or hearts over a landscape.
    """
    height, width = artist.canvas.shape
    choices = FLYING if outdoors else things.at("air")
    thing = artist.pick(choices)
    for _ in range(count):
        thing = artist.pick(choices) if artist.chance(0.2) else thing
        radius = SIZES[thing].metres / 2 * skull / SKULL * artist.between(0.4, 0.9)
        place = artist.rng.uniform((0.03, 0.03), (0.97, 0.6)) * (width, height)
        if radius > artist.px(6):
            things.draw_thing(artist, place, radius, thing, artist.rng.normal(0, 0.25))


# -------------------------------------------------------------------------------------------------- pictures of things
def draw_still_life(artist):
    """Things on a table before a ground."""
    grounds.draw_ground(artist)
    lay_table(artist)


def lay_table(artist):
    """Draw a table along the lower part of the picture, and what stands on it."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    back = height * artist.between(0.4, 0.58)
    horizon = back - height * artist.between(0.12, 0.35)
    metre = min(height, width) * artist.between(1.3, 2.3)  # pixels at the table's middle
    stage = on_horizon(artist, horizon, (0.78 * height - horizon) / metre)
    _draw_table(artist, back, (width * artist.between(0.3, 0.7), horizon))
    placed = []
    for _ in range(int(rng.integers(3, 9))):
        for _ in range(TRIES):
            thing = artist.pick(things.at("table"))
            x, row = width * artist.between(0.04, 0.96), artist.between(back + 0.06 * height, 1.02 * height)
            radius = SIZES[thing].metres / 2 * stage.metre(row) * artist.between(0.9, 1.1)
            apart = all(abs(x - other[0]) > 0.75 * (radius + other[2]) for other in placed)
            if apart and radius < 0.4 * min(height, width):
                placed.append((x, row, radius, thing))
                break
    for x, row, radius, thing in sorted(placed, key=lambda item: item[1]):
        stand_thing(artist, stage, (x, row), radius, thing)
    artist.cases.add("still lifes")


def _draw_table(artist, back, vanishing):
    """A table's top from its far edge down: boards, or a cloth."""
    height, width = artist.canvas.shape
    group = artist.canvas.new_group()
    top = np.array([(-9.0, back), (width + 9, back), (width + 9, height + 9), (-9, height + 9), (-9, back)])
    boards = artist.chance(0.65)
    colour = (
        artist.colour(artist.between(0.05, 0.1), artist.between(0.25, 0.55), artist.between(0.4, 0.85))
        if boards
        else artist.colour(None, artist.between(0, 0.4), artist.between(0.7, 1))
    )
    mask = artist.shape(top, colour, "prop", group, form=None, ends=slice(0, 2))
    edge = np.array([(-9.0, back), (width + 9.0, back)])
    artist.line(edge + (0, artist.px(5)), "inner", 0.7, colour, clip=mask, taper=0.0)
    if not mask.alpha.size:
        return
    if artist.style.keeps_colours:
        rows, columns = mask.alpha.shape
        grain = noise(artist.rng, rows, columns, artist.px(220), 2)
        artist.canvas.tint(mask.times(np.clip(grain * 0.25, 0, 0.3)), colour * 0.6, edge=False)
    goal, gap = np.asarray(vanishing, float), width * artist.between(0.1, 0.25)
    for x in np.arange(-2.0 * width, 3.0 * width, gap) if boards else ():
        foot = np.array([x, height + 9.0])
        start = foot + (goal - foot) * (foot[1] - back) / (foot[1] - goal[1])
        artist.line(bow(start, foot, 0.0, 12), "inner", 0.7, colour, clip=mask, taper=0.0)


def draw_outdoor_things(artist):
    """Animals, vehicles and things in a landscape; perhaps birds or butterflies over them."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    grounds.draw_ground(artist, artist.pick(OPEN_GROUNDS) if artist.style.keeps_colours else "lines")
    if artist.stage is None:  # a style may paint a ground without a floor
        artist.stage = on_horizon(artist, 0.45 * height)
    count, standing = int(rng.integers(1, 5)), []
    for _ in range(count):
        standing += _choose_thing(artist, artist.stage, things.at("floor"), 60, 0.4)
    for _, draw in sorted(standing, key=lambda item: item[0]):
        draw()
    if artist.chance(0.4) or not standing:
        draw_in_the_air(artist, int(rng.integers(1, 4)), 0.05 * min(height, width), outdoors=True)


def draw_sheet(artist):
    """Things in rows, each in a place of its own, as on a sheet of drawings or stickers; often of one subject."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    grounds.draw_ground(
        artist, artist.pick(("plain", "plain", "soft", "pattern")) if artist.style.keeps_colours else "white"
    )
    across = int(rng.integers(2, 5)) if width <= height else int(rng.integers(3, 6))
    cell = width / across
    rows = max(1, round(height / cell))
    choices = tuple(artist.pick(list(things.SUBJECTS.values()))) if artist.chance(0.6) else things.THINGS
    order = rng.permutation(max(len(choices), across * rows))
    for number in range(across * rows):
        thing = choices[int(order[number]) % len(choices)]
        middle = (np.array([number % across, number // across]) + 0.5) * (cell, height / rows)
        slant = -0.7 if SIZES[thing].place == "hand" else 0.0
        radius = 0.4 * min(cell, height / rows) * artist.between(0.85, 1.05)
        things.draw_thing(artist, middle + rng.normal(0, 0.02, 2) * cell, radius, thing, slant + rng.normal(0, 0.12))
    artist.cases.add("sheets of things")


def draw_flowers(artist):
    """Flowers on their stems, growing into the picture from below, the nearest in front."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    grounds.draw_ground(artist)
    short = min(height, width)
    colours = [artist.colour(None, artist.between(0.05, 0.75), artist.between(0.7, 1.0)) for _ in range(3)]
    feet = np.column_stack([rng.uniform(0, width, 16), rng.uniform(1.0, 1.12, 16) * height])[: int(rng.integers(4, 17))]
    for number, foot in enumerate(feet):
        near = (number + 1) / len(feet)
        radius = short * artist.between(0.06, 0.13) * (0.6 + 0.5 * near)
        nature.draw_blossom(
            artist, foot, height * artist.between(0.25, 0.85) * (1.1 - 0.3 * near), radius, artist.pick(colours)
        )
        if artist.chance(0.3):
            nature.draw_plant(artist, (foot[0] + 0.1 * short, foot[1]), height * artist.between(0.1, 0.35))
    if artist.chance(0.4):
        draw_in_the_air(artist, int(rng.integers(1, 4)), 0.14 * short)
    artist.cases.add("flowers")


def draw_one_thing(artist):
    """One thing that fills the picture."""
    grounds.draw_ground(artist)
    draw_large(artist)


def draw_large(artist):
    """Draw one thing in the middle of the picture; what stands has a shadow at its foot."""
    height, width = artist.canvas.shape
    radius = min(height, width) * artist.between(0.28, 0.42)
    thing = artist.pick(things.THINGS)
    middle = np.array([width, height]) * artist.rng.uniform(0.42, 0.58, 2)
    heading = 0.0
    if SIZES[thing].place in ("floor", "table"):
        foot = middle + (0, SIZES[thing].foot * radius)
        lay_shadow(artist, on_horizon(artist, foot[1] - 0.2 * max(height, width)), foot, 1.3 * radius)
    else:
        heading = artist.rng.normal(0, 0.3) - (0.7 if SIZES[thing].place == "hand" else 0.0)
    things.draw_thing(artist, middle, radius, thing, heading)
