"""Things of every kind: one table of what `arms`, `food`, `machines` and others draw, with sizes and places.

size = SIZES[food.draw_cup]
size.metres, size.place    # 0.13, "table"
draw_thing(artist, centre, radius, food.draw_cup)
"""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Size:
    """Size and place of a thing.

    Attributes:
        metres: length of its box, which is two radii.
        place: `"floor"`, `"table"`, `"air"` or `"hand"`, where scenes put it; None for what needs a place of its own.
        foot: where it ends below, in radii from the centre of its box, when it stands upright.
    """

    metres: float
    place: str | None
    foot: float


# A new thing is a new line here, and nothing else: subject, function, size, place and foot.
SUBJECTS = {
    "arms": {
        arms.draw_sword: Size(1.0, "hand", 0.28),
        arms.draw_katana: Size(1.0, "hand", 0.16),
        arms.draw_axe: Size(0.9, "hand", 0.98),
        arms.draw_spear: Size(1.9, "hand", 0.4),
        arms.draw_bow_and_arrow: Size(1.3, "hand", 1.0),
        arms.draw_pistol: Size(0.24, "hand", 0.74),
        arms.draw_rifle: Size(1.0, "hand", 0.4),
        arms.draw_staff: Size(1.4, "hand", 0.98),
        arms.draw_shield: Size(0.7, "floor", 0.98),
        arms.draw_helmet: Size(0.36, "table", 0.98),
        arms.draw_armour: Size(0.8, "floor", 0.94),
        arms.draw_gauntlet: Size(0.35, "table", 0.98),
    },
    "food": {
        food.draw_cup: Size(0.13, "table", 0.86),
        food.draw_bottle: Size(0.3, "table", 0.96),
        food.draw_glass: Size(0.17, "table", 0.92),
        food.draw_teapot: Size(0.24, "table", 0.76),
        food.draw_fruit: Size(0.13, "table", 0.76),
        food.draw_cake: Size(0.22, "table", 0.82),
        food.draw_ice_cream: Size(0.2, "hand", 1.02),
        food.draw_noodles: Size(0.2, "table", 0.92),
        food.draw_burger: Size(0.14, "table", 0.78),
        food.draw_rice: Size(0.16, "table", 0.8),
        food.draw_bread: Size(0.24, None, 0.8),
        food.draw_breakfast: Size(0.28, None, 0.88),
        food.draw_jar: Size(0.17, "table", 0.9),
    },
    "machines": {
        machines.draw_gear: Size(0.2, None, 0.94),
        machines.draw_device: Size(0.16, None, 0.48),
        machines.draw_camera: Size(0.16, "table", 1.1),
        machines.draw_laptop: Size(0.36, "table", 0.84),
        machines.draw_television: Size(0.6, "floor", 0.92),
        machines.draw_radio: Size(0.4, "table", 0.6),
        machines.draw_clock: Size(0.2, "table", 0.98),
        machines.draw_headphones: Size(0.2, None, 1.08),
        vehicles.draw_car: Size(3.9, "floor", 0.58),
        vehicles.draw_bicycle: Size(1.7, "floor", 0.78),
        vehicles.draw_plane: Size(9.0, None, 0.68),
        machines.draw_robot: Size(1.2, "floor", 1.0),
        machines.draw_panel: Size(0.9, None, 0.94),
        machines.draw_engine: Size(1.0, "floor", 0.88),
        vehicles.draw_drone: Size(0.6, None, 1.06),
    },
    "household": {
        household.draw_book: Size(0.26, "table", 0.84),
        furniture.draw_lantern: Size(0.35, None, 1.18),
        furniture.draw_candle: Size(0.16, "table", 1.04),
        furniture.draw_lamp: Size(0.4, "table", 1.02),
        furniture.draw_chair: Size(0.95, "floor", 0.98),
        furniture.draw_chest: Size(0.75, "floor", 0.86),
        household.draw_pot_plant: Size(0.7, "floor", 0.98),
        household.draw_vase: Size(0.36, "table", 0.98),
        furniture.draw_cushion: Size(0.5, None, 1.02),
        toys.draw_guitar: Size(1.0, None, 0.98),
        toys.draw_horn: Size(0.5, None, 0.8),
        toys.draw_ball: Size(0.3, "floor", 0.88),
        toys.draw_balloon: Size(0.9, None, 0.98),
        toys.draw_present: Size(0.35, "floor", 0.92),
        furniture.draw_barrel: Size(0.9, "floor", 0.88),
        furniture.draw_mirror: Size(1.4, None, 1.04),
        toys.draw_globe: Size(0.4, "table", 1.0),
        household.draw_tools: Size(0.4, None, 1.0),
        household.draw_pencils: Size(0.2, "table", 0.98),
    },
    "wearables": {
        wearables.draw_ribbon: Size(0.2, None, 1.1),
        wearables.draw_hat: Size(0.36, "table", 0.72),
        wearables.draw_shoe: Size(0.28, None, 0.84),
        wearables.draw_bag: Size(0.36, "floor", 1.0),
        masks.draw_mask: Size(0.26, None, 0.4),
        masks.draw_crown: Size(0.24, "table", 0.66),
        masks.draw_jewel: Size(0.08, None, 0.92),
        masks.draw_glasses: Size(0.15, "table", 0.34),
        wearables.draw_umbrella: Size(1.0, None, 1.24),
        masks.draw_fan: Size(0.3, None, 1.08),
        wearables.draw_cap: Size(0.28, "table", 0.7),
    },
    "creatures": {
        creatures.draw_cat: Size(0.5, "floor", 0.98),
        creatures.draw_lying_cat: Size(0.6, "floor", 0.8),
        creatures.draw_dog: Size(0.75, "floor", 0.94),
        creatures.draw_horse: Size(2.3, "floor", 0.94),
        creatures.draw_rabbit: Size(0.35, "floor", 0.96),
        birds.draw_bird: Size(0.4, "air", 0.8),
        birds.draw_perched_bird: Size(0.25, None, 0.92),
        birds.draw_owl: Size(0.4, "floor", 0.92),
        beasts.draw_fish: Size(0.3, None, 0.58),
        beasts.draw_butterfly: Size(0.1, "air", 0.82),
        beasts.draw_dragon: Size(3.0, "floor", 1.02),
        beasts.draw_beast: Size(2.0, "floor", 0.96),
        beasts.draw_plush: Size(0.36, "floor", 0.98),
        beasts.draw_snake: Size(0.9, "floor", 0.74),
        beasts.draw_slime: Size(0.6, "floor", 0.76),
        beasts.draw_jellyfish: Size(0.4, None, 0.98),
    },
    "ornaments": {
        ornaments.draw_lace: Size(0.4, None, 0.64),
        ornaments.draw_wings: Size(1.0, None, 0.34),
        ornaments.draw_flames: Size(0.6, "floor", 0.92),
        ornaments.draw_smoke: Size(0.6, None, 0.86),
        ornaments.draw_splash: Size(0.6, None, 0.9),
        ornaments.draw_notes: Size(0.3, "air", 0.34),
        ornaments.draw_hearts: Size(0.3, "air", 0.62),
        ornaments.draw_sign: Size(0.3, None, 0.78),
        ornaments.draw_crystal: Size(0.5, "floor", 0.96),
        ornaments.draw_chain: Size(0.5, None, 0.36),
        ornaments.draw_feather: Size(0.2, "air", 0.24),
        ornaments.draw_magic_circle: Size(1.6, None, 0.98),
        ornaments.draw_snowflake: Size(0.1, "air", 0.96),
        ornaments.draw_bubbles: Size(0.4, "air", 0.82),
        ornaments.draw_skull: Size(0.24, "table", 1.14),
    },
}
SIZES = {thing: size for group in SUBJECTS.values() for thing, size in group.items()}
THINGS = tuple(SIZES)


def at(place):
    """The things whose place is `"floor"`, `"table"`, `"air"` or `"hand"`, a tuple of functions."""
    return tuple(thing for thing, size in SIZES.items() if size.place == place)


def draw_thing(artist, centre, radius, thing, heading=0.0):
    """Draw a thing.

    Args:
        artist: an `Artist`. centre: (x, y) in pixels. radius: half of its size, pixels; at least 4 are drawn.
        thing: a function of `THINGS`. heading: radians that it is turned by, clockwise.
    """
    thing(Placed(artist, centre, max(4.0, radius), heading))
    artist.cases.add("things")
