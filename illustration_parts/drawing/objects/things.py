"""Things of every kind: a table of what `arms`, `food`, `machines` and others draw, and the way to draw one of them.

draw_thing(artist, centre, radius)
"""

import numpy as np

from illustration_parts.drawing.objects import (
    arms,
    beasts,
    birds,
    creatures,
    food,
    furniture,
    household,
    machines,
    masks,
    ornaments,
    toys,
    vehicles,
    wearables,
)
from illustration_parts.drawing.objects.placing import Placed

# What is drawn, by subject, and how often something of that subject comes.
SUBJECTS = {
    "arms": (0.16, (
        arms.draw_sword, arms.draw_katana, arms.draw_axe, arms.draw_spear, arms.draw_bow_and_arrow, arms.draw_pistol,
        arms.draw_rifle, arms.draw_staff, arms.draw_shield, arms.draw_helmet, arms.draw_armour, arms.draw_gauntlet,
    )),
    "food": (0.13, (
        food.draw_cup, food.draw_bottle, food.draw_glass, food.draw_teapot, food.draw_fruit, food.draw_cake,
        food.draw_ice_cream, food.draw_noodles, food.draw_burger, food.draw_rice, food.draw_bread,
        food.draw_breakfast, food.draw_jar,
    )),
    "machines": (0.15, (
        machines.draw_gear, machines.draw_device, machines.draw_camera, machines.draw_laptop,
        machines.draw_television, machines.draw_radio, machines.draw_clock, machines.draw_headphones,
        vehicles.draw_car, vehicles.draw_bicycle, vehicles.draw_plane, machines.draw_robot, machines.draw_panel,
        machines.draw_engine, vehicles.draw_drone,
    )),
    "household": (0.17, (
        household.draw_book, furniture.draw_lantern, furniture.draw_candle, furniture.draw_lamp, furniture.draw_chair,
        furniture.draw_chest, household.draw_pot_plant, household.draw_vase, furniture.draw_cushion,
        toys.draw_guitar, toys.draw_horn, toys.draw_ball, toys.draw_balloon,
        toys.draw_present, furniture.draw_barrel, furniture.draw_mirror, toys.draw_globe,
        household.draw_tools, household.draw_pencils,
    )),
    "wearables": (0.12, (
        wearables.draw_ribbon, wearables.draw_hat, wearables.draw_shoe, wearables.draw_bag, masks.draw_mask,
        masks.draw_crown, masks.draw_jewel, masks.draw_glasses, wearables.draw_umbrella,
        masks.draw_fan, wearables.draw_cap,
    )),
    "creatures": (0.15, (
        creatures.draw_cat, creatures.draw_lying_cat, creatures.draw_dog, creatures.draw_horse, creatures.draw_rabbit,
        birds.draw_bird, birds.draw_perched_bird, birds.draw_owl, beasts.draw_fish, beasts.draw_butterfly,
        beasts.draw_dragon, beasts.draw_beast, beasts.draw_plush, beasts.draw_snake, beasts.draw_slime,
        beasts.draw_jellyfish,
    )),
    "ornaments": (0.12, (
        ornaments.draw_lace, ornaments.draw_wings, ornaments.draw_flames, ornaments.draw_smoke, ornaments.draw_splash,
        ornaments.draw_notes, ornaments.draw_hearts, ornaments.draw_sign, ornaments.draw_crystal,
        ornaments.draw_chain, ornaments.draw_feather, ornaments.draw_magic_circle, ornaments.draw_snowflake,
        ornaments.draw_bubbles, ornaments.draw_skull,
    )),
}  # fmt: skip
THINGS = tuple(thing for _, group in SUBJECTS.values() for thing in group)
# What lies or floats may be turned to any angle; what stands or lives is hardly turned.
STANDING = {"creatures": 0.1, "household": 0.1, "food": 0.1, "machines": 0.14}


def subject_of(thing):
    """The name of the subject that a function of `THINGS` belongs to; None for another function."""
    return next((name for name, (_, group) in SUBJECTS.items() if thing in group), None)


def draw_thing(artist, centre, radius, thing=None, heading=None):
    """Draw a thing.

    Args:
        artist: an `Artist`. centre: (x, y) in pixels. radius: half of its size, pixels.
        thing: a function of `THINGS`, or None for one by chance.
        heading: radians that it is turned by, or None for what suits it.
    """
    if thing is None:
        shares = np.array([share for share, _ in SUBJECTS.values()])
        subject = artist.pick(list(SUBJECTS), shares / shares.sum())
        thing = artist.pick(SUBJECTS[subject][1])
    else:
        subject = subject_of(thing)
    if heading is None:
        heading = _choose_heading(artist, subject)
    thing(Placed(artist, centre, max(4.0, radius), heading))
    artist.cases.add("things")


def _choose_heading(artist, subject):
    lean = STANDING.get(subject)
    if lean is not None or artist.chance(0.6):
        return artist.rng.normal(0, 0.25 if lean is None else lean)
    return artist.between(-np.pi, np.pi)
