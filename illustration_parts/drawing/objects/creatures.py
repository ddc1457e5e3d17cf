"""Creatures: cats, dogs, horses and rabbits. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at
from illustration_parts.drawing.objects.placing import LIGHT, ellipse


def coat(artist):
    """A colour of fur: browns, greys, white, black, now and then a fairy tale's."""
    if artist.chance(0.2):
        return artist.colour(saturation=artist.between(0.1, 0.5))
    return artist.colour(artist.between(0.05, 0.11), artist.between(0, 0.55), artist.between(0.18, 1))


def draw_eye(it, x, y, size, iris=None, slit=False):
    """An animal's eye with pupil and highlight."""
    artist = it.artist
    iris = artist.colour(artist.pick((0.1, 0.2, 0.35, 0.55)), 0.6, 0.85) if iris is None else iris
    eye = it.oval(x, y, size, size * 0.95, iris, "iris", kind="inner")
    it.solid(ellipse((x, y), (size * (0.25 if slit else 0.55), size * 0.75)), eye, "iris")
    it.patch(ellipse((x - size * 0.3, y - size * 0.35), (size * 0.28, size * 0.28)), LIGHT, eye, "eye white")
    it.line(ellipse((x, y), (size * 1.08, size * 1.05), 0, -np.pi * 0.97, -0.1, 14), iris * 0.5, 1.2)


# ---------------------------------------------------------------------------------------------------------------- cats
def draw_cat(it):
    """A sitting cat from the front."""
    artist = it.artist
    colour = coat(artist)
    belly = colour + (255 - colour) * artist.pick((0.0, 0.6, 0.85))
    tail = it.curve([(0.35, 0.85), (0.8, 0.8), (0.95, 0.4), (0.75, 0.15)])
    it.band(tail, np.linspace(0.22, 0.13, len(tail)), colour, "creature")
    body = it.smooth(
        [
            (0, -0.2),
            (0.3, 0.0),
            (0.45, 0.4),
            (0.55, 0.8),
            (0.4, 0.98),
            (-0.4, 0.98),
            (-0.55, 0.8),
            (-0.45, 0.4),
            (-0.3, 0),
        ],
        colour,
        "creature",
    )
    it.patch(ellipse((0, 0.3), (0.2, 0.42)), belly, body, "creature")
    for side in (-1, 1):
        it.line(bow((side * 0.5, 0.5), (side * 0.3, 0.92), -side * 0.35), colour, 0.8)
        paw = it.curve(
            [(side * 0.05, 0.5), (side * 0.22, 0.55), (side * 0.26, 0.95), (side * 0.15, 1.0), (side * 0.04, 0.96)]
        )
        it.line(paw, colour, 0.8)
        it.lines([[(side * (0.1 + k * 0.06), 0.92), (side * (0.1 + k * 0.06), 0.99)] for k in (0, 1)], belly, 0.6)
    it.fur(bow((-0.22, 0.02), (0.22, 0.02), 0.3, 20), colour, 0.12, 9, 0.0, body)
    _cat_head(it, 0, -0.42, 0.5, colour, belly)


def _cat_head(it, x, y, size, colour, belly):
    artist = it.artist
    at = lambda u, v: (x + u * size, y + v * size)  # noqa: E731
    pink = artist.colour(0.0, 0.3, 0.9)
    for side in (-1, 1):
        ear = it.curve([at(side * 0.85, -0.25), at(side * 0.88, -1.2), at(side * 0.2, -0.72)])
        it.shape(ear, colour, "creature", form=None)
        it.shape(
            it.curve([at(side * 0.76, -0.45), at(side * 0.78, -0.98), at(side * 0.4, -0.68)]),
            pink,
            "creature",
            form=None,
            kind="inner",
            scale=0.7,
        )
    skull = [
        at(0, -0.82),
        at(0.6, -0.68),
        at(0.95, -0.1),
        at(1.0, 0.3),
        at(0.65, 0.62),
        at(0, 0.78),
        at(-0.65, 0.62),
        at(-1.0, 0.3),
        at(-0.95, -0.1),
        at(-0.6, -0.68),
    ]
    head = it.smooth(skull, colour, "creature")
    it.patch(ellipse(at(0, 0.42), (size * 0.42, size * 0.32)), belly, head, "creature")
    if artist.chance(0.5):
        it.lines([[at(u, -0.75), at(u * 0.7, -0.45)] for u in (-0.25, 0, 0.25)], colour, 1.2, head)
        it.lines([[at(s * 0.95, v), at(s * 0.6, v + 0.05)] for s in (-1, 1) for v in (0.05, 0.25)], colour, 1.0, head)
    iris = artist.colour(artist.pick((0.13, 0.22, 0.35, 0.55)), 0.65, 0.9)
    for side in (-1, 1):
        draw_eye(it, *at(side * 0.42, 0.0), size * 0.2, iris, True)
        it.lines(
            [bow(at(side * 0.5, 0.36 + v), at(side * 1.3, 0.28 + v * 2), side * 0.06) for v in (0, 0.1, 0.18)],
            belly,
            0.5,
        )
        it.line(bow(at(0, 0.4), at(side * 0.26, 0.5), side * 0.45), belly, 0.8)
    it.poly([at(-0.1, 0.26), at(0.1, 0.26), at(0, 0.38)], pink * 0.9, "creature", kind="inner", scale=0.7)


def draw_lying_cat(it):
    """A cat that sleeps, rolled up."""
    artist = it.artist
    colour = coat(artist)
    belly = colour + (255 - colour) * 0.6
    body = it.smooth(
        [(-0.9, 0.35), (-0.6, -0.15), (0, -0.42), (0.6, -0.3), (0.95, 0.2), (0.8, 0.55), (0, 0.65), (-0.7, 0.6)],
        colour,
        "creature",
    )
    it.line(it.curve([(0.25, 0.45), (0.35, 0.0), (0.65, -0.05), (0.85, 0.25)]), colour, 0.9)
    for x in (0.05, 0.3, 0.55):
        it.line(bow((x, -0.36), (x + 0.06, -0.08), 0.1), colour, 1.3, body)
    tail = it.curve([(0.9, 0.4), (0.6, 0.7), (0.0, 0.72), (-0.45, 0.62)])
    it.band(tail, np.linspace(0.2, 0.14, len(tail)), colour, "creature", root=0.12)
    _sleeping_head(it, -0.55, 0.2, 0.38, colour, belly)


def _sleeping_head(it, x, y, size, colour, belly):
    at = lambda u, v: (x + u * size, y + v * size)  # noqa: E731
    for side in (-1, 1):
        it.shape(
            it.curve([at(side * 0.85, -0.3), at(side * 0.8, -1.1), at(side * 0.2, -0.72)]),
            colour,
            "creature",
            form=None,
        )
        it.line([at(side * 0.72, -0.5), at(side * 0.7, -0.85)], colour, 0.6)
    head = it.oval(x, y, size, size * 0.82, colour, "creature", form="inflate")
    it.patch(ellipse(at(0, 0.45), (size * 0.4, size * 0.28)), belly, head, "creature")
    for side in (-1, 1):
        it.line(bow(at(side * 0.2, 0.08), at(side * 0.62, 0.02), side * 0.45), colour, 1.1)
        it.lines([[at(side * 0.45, 0.4), at(side * 1.25, v)] for v in (0.3, 0.45)], belly, 0.45)
        it.line(bow(at(0, 0.42), at(side * 0.22, 0.5), side * 0.45), belly, 0.7)


# ---------------------------------------------------------------------------------------------------- four-legged ones
def _leg(it, hip, knee, foot, breadth, colour, hoof=None):
    curve = it.curve([hip, knee, foot])
    t = np.linspace(0, 1, len(curve))
    widths = breadth * (0.42 + 0.58 * (1 - t) ** 1.5)
    mask = it.band(curve, widths, colour, "creature", root=0.22, form=None)
    toe = np.asarray(foot, float)
    paw = [toe + (-0.09, -0.08), toe + (0.03, -0.08), toe + (0.05, 0.03), toe + (-0.13, 0.03)]
    it.smooth(paw, colour if hoof is None else hoof, "creature", form=None)
    it.lines([[toe + (-0.07, 0.02), toe + (-0.06, -0.04)], [toe + (-0.03, 0.02), toe + (-0.025, -0.04)]], colour, 0.5)
    return mask


def _quadruped(it, colour, belly, long, breadth, legs, hoof=None, running=False):
    """Legs and trunk of an animal that looks left; returns the trunk's mask."""
    swing = it.artist.between(0.15, 0.3) if running else it.artist.between(-0.05, 0.08)
    floor, hip = 0.92, 0.92 - legs
    back = [
        (-0.55 * long, hip - breadth),
        (0.0, hip - breadth * 0.86),
        (0.5 * long, hip - breadth),
        (0.68 * long, hip - breadth * 0.4),
        (0.6 * long, hip + breadth * 0.3),
        (0.1, hip + breadth * 0.45),
        (-0.4 * long, hip + breadth * 0.75),
        (-0.68 * long, hip + breadth * 0.2),
    ]
    dim = colour * 0.8
    for x, way, bend in ((-0.4 * long, -1, -0.05), (0.45 * long, 1, 0.1)):
        _leg(
            it,
            (x, hip),
            (x + way * swing * 0.6 + bend, hip + legs * 0.5),
            (x + way * swing, floor - 0.03),
            breadth * 0.8,
            dim,
            hoof,
        )
    trunk = it.smooth(back, colour, "creature")
    it.patch(ellipse((-0.1, hip + breadth * 0.75), (0.55 * long, breadth * 0.5)), belly, trunk, "creature")
    for x, way, bend in ((-0.5 * long, 1, -0.04), (0.55 * long, -1, 0.12)):
        _leg(
            it,
            (x, hip - breadth * 0.2),
            (x + way * swing * 0.5 + bend, hip + legs * 0.5),
            (x + way * swing, floor),
            breadth,
            colour,
            hoof,
        )
    it.line(bow((0.3 * long, hip - 0.1), (0.42 * long, hip + breadth * 0.5), -0.3), colour, 0.7, trunk)
    it.line(bow((-0.32 * long, hip - breadth * 0.4), (-0.36 * long, hip + breadth * 0.5), -0.2), colour, 0.7, trunk)
    it.fur(
        it.curve([(-0.3 * long, hip + breadth * 0.3), (0.3 * long, hip + breadth * 0.15)]), belly, 0.1, 8, 0.9, trunk
    )
    return trunk


def draw_dog(it):
    """A dog, wolf or fox that stands or runs."""
    artist = it.artist
    fox = artist.chance(0.35)
    colour = artist.colour(0.06, 0.7, 0.9) if fox else coat(artist)
    belly = colour + (255 - colour) * artist.between(0.4, 0.9)
    tail = it.curve([(0.5, -0.02), (0.8, -0.2), (1.0, -0.45 if artist.chance(0.5) else 0.25)])
    t = np.linspace(0, 1, len(tail))
    widths = 0.1 + (0.3 if fox else 0.12) * np.sin(np.pi * t**0.8)
    brush = it.band(tail, widths, colour, "creature")
    it.fur(cut(tail, 0.3, 0.95), colour, 0.14, 10, 1.2, brush)
    if fox:
        it.patch(ellipse(tail[-1], (0.18, 0.2)), LIGHT, brush, "creature")
    _quadruped(it, colour, belly, 0.95, 0.26, artist.between(0.5, 0.7), running=artist.chance(0.5))
    neck = it.curve([(-0.22, 0.24), (-0.48, -0.08), (-0.68, -0.42)])
    widths = np.interp(np.linspace(0, 1, len(neck)), (0, 0.2, 0.5, 1), (0.05, 0.4, 0.5, 0.34))
    ruff = it.band(neck, widths, colour, "creature", root=0.45, form=None)
    it.fur(it.curve([(-0.62, -0.2), (-0.5, 0.15), (-0.3, 0.25)]), belly, 0.14, 8, 0.9, ruff)
    _dog_head(it, colour, belly, artist.chance(0.3) and not fox)


def _dog_head(it, colour, belly, hanging):
    far = [(-0.58, -0.6), (-0.62, -0.98), (-0.76, -0.7)]
    if not hanging:
        it.shape(it.curve(far), colour * 0.8, "creature", form=None)
    profile = [
        (-0.5, -0.66),
        (-0.7, -0.74),
        (-0.82, -0.62),
        (-1.08, -0.52),
        (-1.12, -0.44),
        (-1.02, -0.36),
        (-0.78, -0.28),
        (-0.56, -0.3),
    ]
    head = it.shape(it.curve(profile), colour, "creature")
    it.patch(
        it.curve([(-1.12, -0.44), (-0.85, -0.42), (-0.68, -0.3), (-0.8, -0.24), (-1.02, -0.33)], True),
        belly,
        head,
        "creature",
    )
    it.solid(ellipse((-1.09, -0.49), (0.045, 0.04)), None, "creature")
    it.line(it.curve([(-1.06, -0.43), (-0.95, -0.39), (-0.82, -0.42)]), belly, 0.9)
    draw_eye(it, -0.8, -0.55, 0.05)
    if hanging:
        it.smooth(
            [(-0.6, -0.68), (-0.46, -0.6), (-0.42, -0.3), (-0.52, -0.22), (-0.6, -0.4)], colour * 0.75, "creature"
        )
    else:
        it.shape(it.curve([(-0.48, -0.56), (-0.46, -1.0), (-0.66, -0.68)]), colour, "creature", form=None)
        it.line([(-0.52, -0.64), (-0.5, -0.88)], colour, 0.6)
    it.fur(it.curve([(-0.72, -0.34), (-0.58, -0.36), (-0.5, -0.45)]), colour, 0.1, 5, 0.9)


def draw_horse(it):
    """A horse, unicorn or deer."""
    artist = it.artist
    colour, mane = (
        coat(artist),
        artist.colour(artist.between(0, 0.12), artist.between(0, 0.5), artist.between(0.1, 0.9)),
    )
    hoof, kind = artist.colour(0.08, 0.2, 0.3), artist.rng.integers(3)
    tail = it.curve([(0.52, -0.15), (0.78, -0.1), (0.82, 0.3), (0.72, 0.65)])
    if kind < 2:
        brush = it.band(tail, 0.06 + 0.24 * np.sin(np.pi * np.linspace(0, 0.95, len(tail))), mane, "creature")
        it.lines([offset(cut(tail, 0.1, 0.9), d) for d in (-0.06, -0.02, 0.03, 0.07)], mane, 0.6, brush)
    _quadruped(it, colour, colour * 1.05, 0.85, 0.26, 0.75, hoof, artist.chance(0.4))
    neck = it.curve([(-0.2, 0.25), (-0.45, -0.12), (-0.62, -0.65)])
    widths = np.interp(np.linspace(0, 1, len(neck)), (0, 0.2, 0.45, 1), (0.05, 0.4, 0.46, 0.24))
    it.band(neck, widths, colour, "creature", root=0.4, form=None)
    if kind == 2:
        for side, base in ((-1, -0.66), (1, -0.58)):
            beam = it.curve([(base, -0.78), (base + side * 0.1, -1.05), (base + side * 0.05, -1.3)])
            it.band(beam, np.linspace(0.06, 0.02, len(beam)), mane, "creature")
            for share in (0.35, 0.7):
                start = point_at(beam, share)
                it.band(bow(start, start + (side * 0.16, -0.14), 0.1), np.linspace(0.04, 0.015, 9), mane, "creature")
    profile = [
        (-0.5, -0.62),
        (-0.58, -0.8),
        (-0.72, -0.76),
        (-0.95, -0.5),
        (-1.02, -0.36),
        (-0.94, -0.28),
        (-0.82, -0.36),
        (-0.64, -0.42),
    ]
    it.shape(it.curve(profile), colour, "creature")
    it.shape(it.curve([(-0.52, -0.72), (-0.52, -0.98), (-0.62, -0.78)]), colour, "creature", form=None)
    draw_eye(it, -0.74, -0.62, 0.04)
    it.solid(ellipse((-0.96, -0.38), (0.02, 0.03)), None, "creature")
    it.line([(-0.96, -0.32), (-0.88, -0.36)], colour, 0.8)
    it.line(bow((-0.66, -0.44), (-0.6, -0.62), 0.25), colour, 0.6)
    if kind < 2:
        _mane(it, mane)
    if kind == 1:
        horn = it.poly([(-0.66, -0.76), (-0.72, -0.78), (-0.86, -1.2)], artist.colour(0.12, 0.2, 0.98), "creature")
        it.lines(
            [[(-0.65 - k * 0.05, -0.84 - k * 0.1), (-0.75 - k * 0.04, -0.84 - k * 0.1)] for k in range(3)],
            LIGHT,
            0.6,
            horn,
        )


def _mane(it, mane):
    rng = it.artist.rng
    for share in np.linspace(0.05, 0.95, 8):
        start = point_at(np.array([(-0.58, -0.8), (-0.4, -0.5), (-0.16, -0.1)]), share)
        lock = it.curve([start, start + (0.1, 0.08), start + (rng.uniform(0.08, 0.22), rng.uniform(0.22, 0.36))])
        mask = it.band(lock, 0.13 * np.sin(np.linspace(0.5, np.pi, len(lock))), mane, "creature", form=None)
        it.line(cut(lock, 0.2, 0.8), mane, 0.5, mask)


def draw_rabbit(it):
    """A sitting rabbit from the side."""
    artist = it.artist
    colour = coat(artist)
    pale = colour + (255 - colour) * 0.6
    it.oval(0.72, 0.55, 0.18, 0.17, pale, "creature", form="inflate")
    for x, lean in ((-0.3, 0.16), (-0.18, 0.42)):
        ear = it.curve([(x, -0.45), (x + lean * 0.4, -0.85), (x + lean, -1.1)])
        mask = it.band(ear, 0.22 * np.sin(np.linspace(0.5, np.pi - 0.3, len(ear))), colour, "creature")
        it.patch(_strip(cut(ear, 0.15, 0.85), 0.09), artist.colour(0.0, 0.25, 0.95), mask, "creature")
        it.line(cut(ear, 0.1, 0.9), colour, 0.5, mask)
    body = it.smooth(
        [(-0.4, 0.0), (0.1, -0.15), (0.6, 0.15), (0.75, 0.6), (0.5, 0.9), (-0.3, 0.9), (-0.5, 0.6)], colour, "creature"
    )
    it.line(it.curve([(0.1, 0.85), (0.05, 0.5), (0.35, 0.3), (0.62, 0.5)]), colour, 0.9, body)
    for x in (-0.3, -0.12):
        it.smooth(
            [(x - 0.1, 0.55), (x + 0.08, 0.55), (x + 0.06, 0.88), (x - 0.02, 0.95), (x - 0.16, 0.93)],
            colour,
            "creature",
            form=None,
        )
    it.smooth([(0.05, 0.8), (0.45, 0.75), (0.6, 0.88), (0.45, 0.97), (0.0, 0.97)], pale, "creature", form=None)
    head = it.smooth(
        [(-0.3, -0.55), (0.0, -0.3), (-0.05, 0.05), (-0.35, 0.18), (-0.68, 0.05), (-0.72, -0.15), (-0.55, -0.42)],
        colour,
        "creature",
    )
    draw_eye(it, -0.42, -0.18, 0.09, artist.colour(0.98, 0.6, 0.6))
    it.patch(ellipse((-0.6, 0.08), (0.13, 0.1)), pale, head, "creature")
    it.lines([bow((-0.58, y), (-0.95, y + d), 0.08) for y, d in ((0.0, -0.06), (0.04, 0.02), (0.08, 0.1))], pale, 0.45)
    it.line(bow((-0.7, -0.05), (-0.62, 0.08), -0.3), pale, 0.7)
    it.fur(it.curve([(-0.5, 0.25), (-0.3, 0.42), (-0.1, 0.3)]), pale, 0.12, 7, 0.2, body)


def _strip(curve, breadth):
    widths = breadth * np.sin(np.linspace(0.2, np.pi - 0.2, len(curve)))
    return np.concatenate([offset(curve, widths / 2), offset(curve, -widths / 2)[::-1]])
