"""What is worn in the hair: ties, bows, bands, clips, pins and flowers."""

import numpy as np

from illustration_parts.drawing.curves import ellipse, spline, strand, turn
from illustration_parts.drawing.heads.scalp import sphere


def draw_tie(locks, person, place, way, width):
    """Draw what holds a tail: a band, or a bow.

    Args:
        place: (x, y) pixels. way: (2,) direction of the tail. width: of the tail there, pixels.
    """
    artist = locks.artist
    if width < 3:
        return
    way = np.asarray(way, float) / max(1e-6, float(np.hypot(*way)))
    angle = np.arctan2(way[1], way[0])
    kind = artist.pick(("band", "band", "scrunchie", "bow", "none"))
    if kind == "bow" and locks.size > 20:
        draw_bow(artist, person.trim, place, angle - np.pi / 2, width * artist.between(0.9, 1.6), locks.clip)
    elif kind != "none":
        thick = width * (0.22 if kind == "band" else 0.4)
        corners = np.array([[-thick, -0.5 * width], [thick, -0.56 * width], [1.15 * thick, 0], [thick, 0.56 * width],
                            [-thick, 0.5 * width], [-0.8 * thick, 0]]) * 0.62  # fmt: skip
        artist.shape(turn(spline(corners, True), angle) + place, person.trim, "trim", clip=locks.clip)
        if kind == "scrunchie" and width > 12:
            for share in (-0.5, 0.0, 0.45):
                fold = np.array([[-0.5 * thick, share * width * 0.6], [0.4 * thick, share * width * 0.5]])
                artist.line(turn(fold, angle) + place, "inner", 0.7, person.trim, clip=locks.clip)


def draw_bow(artist, colour, place, angle, size, clip=None):
    """Draw a bow of two loops, two ends and a knot; `angle` turns it, `size` is a loop's length in pixels."""
    if size < 3:
        return
    at = lambda points: turn(np.asarray(points, float) * size, angle) + place  # noqa: E731
    droop = artist.between(-0.1, 0.25)
    for side in (-1, 1):
        end = spline([(0.05 * side, 0.05), (0.35 * side, 0.5), (0.4 * side, 1.0 + droop)], samples=6)
        ribbon = strand(end, np.linspace(0.16, 0.34, len(end)))
        half = len(end)
        notch = (ribbon[half - 1] + ribbon[half]) / 2 - (0, 0.14)
        artist.shape(at(np.concatenate([ribbon[:half], [notch], ribbon[half:]])), colour, "trim", scale=0.9, clip=clip)
    for side in (-1, 1):
        loop = spline([(0.02 * side, 0), (0.45 * side, -0.34 + droop * 0.3), (0.95 * side, -0.3 + droop),
                       (1.0 * side, 0.12 + droop), (0.5 * side, 0.22 + droop * 0.6)], True)  # fmt: skip
        artist.shape(at(loop), colour, "trim", clip=clip)
        if size > 14:
            for tilt in (-0.1, 0.08):
                fold = spline(
                    [
                        (0.1 * side, 0.3 * tilt),
                        (0.35 * side, tilt + droop * 0.3),
                        (0.62 * side, 1.4 * tilt + droop * 0.6),
                    ]
                )
                artist.line(at(fold), "inner", 0.7, colour, clip=clip, ends=(False, True))
    artist.shape(
        at(spline([(-0.13, -0.14), (0.13, -0.15), (0.15, 0.13), (-0.14, 0.14)], True)), colour, "trim", clip=clip
    )


def draw_ornaments(locks, scalp, person):
    """Draw the hairdo's ornaments where they are seen."""
    if locks.size < 14:
        return
    for name in locks.hairdo.ornaments:
        {"band": _draw_band, "clip": _draw_clip, "ribbon": _draw_ribbon, "flower": _draw_flower, "pins": _draw_pins}[
            name
        ](locks, scalp, person)


def _draw_band(locks, scalp, person):
    """A band from ear to ear over the head."""
    artist = locks.artist
    tilt = artist.between(-0.1, 0.35)
    angles = np.linspace(-1.75, 1.75, 40)
    points = np.stack([np.sin(angles), -np.cos(angles) * np.sqrt(1 - tilt**2), np.full(40, tilt) * np.cos(angles)], 1)
    points = points * scalp.radii * 1.01
    seen = scalp.seen(points) > 0.0
    if seen.sum() < 12:
        return
    first, last = np.flatnonzero(seen)[[0, -1]]
    width = artist.between(0.08, 0.22) * locks.size
    curve = scalp.head.place(points[first : last + 1])
    widths = width * (0.45 + 0.55 * np.sin(np.linspace(0.3, np.pi - 0.3, len(curve))))
    outline = strand(curve, widths)
    mask = artist.canvas.polygon(outline)
    if mask.alpha.size and not locks.black:
        with locks.unhatched():
            artist.shade(locks.over(mask.moved(*(-artist.style.light * 0.04 * locks.size))))
    artist.shape(outline, person.trim, "trim", gloss=True)
    if artist.chance(0.35):
        side = artist.pick((-1, 1))
        place = scalp.head.place(points[20 + side * 9])
        draw_bow(artist, person.trim, place, 0.5 * side + locks.head.roll, 0.3 * locks.size)


def _spot(locks, scalp, y=-0.3):
    """A place at the side of the head that is seen best: its centre and the way of the hair there."""
    azimuth = locks.artist.between(0.75, 1.15)
    spots = [sphere(side * azimuth, y) * scalp.radii * 1.03 for side in (-1, 1)]
    spot = max(spots, key=lambda point: float(scalp.seen(point)))
    return scalp.head.place(spot), scalp.head.place(spot + np.array([0, 0.1, 0])) - scalp.head.place(spot)


def _draw_clip(locks, scalp, person):
    artist = locks.artist
    place, way = _spot(locks, scalp, artist.between(-0.4, 0.1))
    angle = np.arctan2(way[1], way[0]) + artist.between(0.6, 1.2) * artist.pick((-1, 1))
    long, wide = artist.between(0.13, 0.22) * locks.size, artist.between(0.03, 0.07) * locks.size
    bar = ellipse(place, (long, wide), angle)
    artist.shape(bar, person.trim, "trim", gloss=True)
    if artist.chance(0.4):
        artist.shape(ellipse(place, (wide * 1.6, wide * 1.6)), artist.colour(), "trim", gloss=True)


def _draw_ribbon(locks, scalp, person):
    place, way = _spot(locks, scalp, locks.artist.between(-0.6, -0.2))
    angle = 0.35 * np.sign(place[0] - locks.head.centre[0]) + 0.0 * way[0]
    draw_bow(locks.artist, person.trim, place, angle, locks.artist.between(0.24, 0.42) * locks.size)


def _draw_flower(locks, scalp, person):
    artist = locks.artist
    place, _ = _spot(locks, scalp, artist.between(-0.5, -0.1))
    petals, radius, first = (
        int(artist.rng.integers(5, 8)),
        artist.between(0.13, 0.24) * locks.size,
        artist.between(0, 6),
    )
    for k in range(petals):
        angle = first + 2 * np.pi * k / petals
        middle = place + 0.55 * radius * np.array([np.cos(angle), np.sin(angle)])
        artist.shape(ellipse(middle, (0.55 * radius, 0.4 * radius), angle), person.trim, "trim", scale=0.8)
    artist.shape(ellipse(place, (0.28 * radius, 0.28 * radius)), artist.colour(0.13, 0.6, 0.95), "trim", scale=0.8)


def _draw_pins(locks, scalp, person):
    artist = locks.artist
    place, way = _spot(locks, scalp, artist.between(-0.35, 0.05))
    way = way / max(1e-6, float(np.hypot(*way)))
    across = np.array([-way[1], way[0]])
    for step in (-0.5, 0.5):
        middle = place + way * step * 0.12 * locks.size
        bar = strand(
            np.stack([middle - across * 0.13 * locks.size, middle + across * 0.13 * locks.size]), 0.04 * locks.size
        )
        artist.shape(bar, person.trim, "trim", form=None, scale=0.8)
