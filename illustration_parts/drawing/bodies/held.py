"""What people hold in a hand: weapons, umbrellas, lanterns, sweets."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.objects import arms, food, furniture, masks, toys, wearables
from illustration_parts.drawing.objects.placing import Placed
from illustration_parts.drawing.objects.things import SIZES

HAND = 0.185  # metres from the wrist to the tip of the middle finger
GRIP = 0.5  # of a hand's length, where a fist closes around a shaft
LEAST = 14  # pixels; a shorter hand holds nothing
POSES = ("hang", "relaxed", "offer", "chest", "wave", "up", "point")  # arms whose hands are free


@dataclass(frozen=True)
class Hold:
    """How a thing is held.

    Attributes:
        draw: the thing's function. x, y: where the fist is, in the thing's box.
        axis: radians in the box from there to what stands out beside the thumb.
        way: `"free"`: as the hand is turned; `"upright"`; `"down"`: it hangs from the fist.
    """

    draw: Callable
    x: float
    y: float
    axis: float
    way: str


UP = -np.pi / 2
HOLDS = {
    "sword": Hold(arms.draw_sword, -0.64, 0.0, 0.0, "free"),
    "katana": Hold(arms.draw_katana, -0.7, 0.06, -0.12, "free"),
    "axe": Hold(arms.draw_axe, 0.0, 0.68, UP, "free"),
    "spear": Hold(arms.draw_spear, -0.2, 0.0, 0.0, "upright"),
    "staff": Hold(arms.draw_staff, 0.0, 0.25, UP, "upright"),
    "umbrella": Hold(wearables.draw_umbrella, 0.0, 0.92, UP, "upright"),
    "fan": Hold(masks.draw_fan, 0.0, 0.84, UP, "upright"),
    "ice cream": Hold(food.draw_ice_cream, 0.0, 0.62, UP, "upright"),
    "balloons": Hold(toys.draw_balloon, 0.0, 1.0, UP, "upright"),
    "lantern": Hold(furniture.draw_lantern, 0.0, -1.12, UP, "down"),
    "bag": Hold(wearables.draw_bag, 0.0, -0.98, UP, "down"),
}
ARMED = ("sword", "sword", "katana", "axe", "spear", "staff")
PEACEFUL = ("umbrella", "umbrella", "fan", "ice cream", "balloons", "lantern", "bag", "bag", "staff", "katana")


def choose_held(artist, skeleton, outfit):
    """What a person holds, or None for empty hands.

    Args:
        artist: an `Artist`. skeleton: a `Skeleton`. outfit: an `Outfit`.

    Returns:
        (side, name in `HOLDS`) or None.
    """
    armed = outfit.kind in ("armour", "uniform")
    if not artist.chance(0.5 if armed else 0.22):
        return None
    free = [k for k in (0, 1) if skeleton.pose.arms[k] in POSES]
    if not free:
        return None
    return artist.pick(free), artist.pick(ARMED if armed else PEACEFUL)


def draw_held(artist, name, wrist, direction, length, mirror):
    """Draw what a fist holds; the fist is drawn over it.

    Args:
        artist: an `Artist`. name: of `HOLDS`.
        wrist, direction, length, mirror: of the hand, see `hands.draw_hand`.

    Returns:
        Whether it could be held like that, and was drawn.
    """
    hold = HOLDS[name]
    if length < LEAST:
        return False
    thumb = direction + mirror * np.pi / 2
    if hold.way == "free":
        goal = thumb - mirror * artist.between(0.15, 0.7)
    else:
        goal = UP
        off = (goal - thumb + np.pi) % (2 * np.pi) - np.pi
        if hold.way == "upright" and abs(off) > 1.1 or hold.way == "down" and np.sin(direction) < -0.3:
            return False
    heading = goal - hold.axis + artist.rng.normal(0, 0.06)
    size = SIZES[hold.draw]
    radius = size.metres / 2 * length / HAND
    fist = np.asarray(wrist, float) + GRIP * length * np.array([np.cos(direction), np.sin(direction)])
    cos, sin = np.cos(heading), np.sin(heading)
    grip = radius * np.array([hold.x * cos - hold.y * sin, hold.x * sin + hold.y * cos])
    hold.draw(Placed(artist, fist - grip, radius, heading))
    artist.cases.add("things in hands")
    return True
