"""Birds and their feathers. Each bird is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, point_at
from illustration_parts.drawing.objects.creatures import coat, draw_eye
from illustration_parts.drawing.objects.placing import ellipse


def draw_feathers(it, shoulder, tip, side, colour, rows=3, part="creature"):
    """A spread wing of rows of feathers; `side` is 1 or -1, to which it opens downward."""
    shoulder, tip = np.asarray(shoulder, float), np.asarray(tip, float)
    arm = it.curve([shoulder, shoulder * 0.6 + tip * 0.4 + np.array([0, -0.18]), tip])
    span = np.hypot(*(tip - shoulder))
    for row in range(rows):
        reach = span * (0.72, 0.48, 0.28)[row + 3 - rows]
        count = int((9, 9, 8)[row] * (0.7 + 0.6 * it.artist.style.detail)) if it.fine else 4
        tone = colour * (0.82, 0.92, 1.0)[row + 3 - rows]
        for share in np.linspace(0.05, 0.98, count):
            start = point_at(arm, share)
            angle = np.pi / 2 - side * (-0.25 + 1.5 * share**1.3)
            end = start + reach * (0.55 + 0.45 * share) * np.array([np.cos(angle), np.sin(angle)])
            quill = bow(start, end, side * 0.12, 9)
            feather = it.band(
                quill, span * 0.17 * np.array([0.4, 0.7, 0.9, 1, 1, 0.95, 0.85, 0.6, 0.1]), tone, part, form=None
            )
            if it.rich and row < 2:
                it.line(quill[2:-1], tone, 0.5, feather)
    it.band(arm, np.linspace(0.2, 0.07, len(arm)) * span, colour, part)


def draw_bird(it):
    """A flying bird with spread wings."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0, 0.6))
    tail = [(-0.05, 0.3), (0.05, 0.3), (0.22, 0.8), (0.07, 0.72), (0, 0.82), (-0.07, 0.72), (-0.22, 0.8)]
    it.poly(tail, colour * 0.85, "creature")
    it.lines([[(0, 0.35), (x, 0.72)] for x in (-0.1, 0, 0.1)], colour, 0.5)
    lift = artist.between(-0.6, -0.1)
    for side in (-1, 1):
        draw_feathers(it, (side * 0.08, 0.0), (side * 0.95, lift), side, colour)
    it.smooth([(0, -0.3), (0.15, -0.1), (0.12, 0.3), (0, 0.5), (-0.12, 0.3), (-0.15, -0.1)], colour, "creature")
    it.oval(0, -0.33, 0.14, 0.15, colour, "creature")
    it.poly([(-0.05, -0.44), (0.05, -0.44), (0, -0.6)], artist.colour(0.1, 0.8, 0.95), "creature")
    for side in (-1, 1):
        it.solid(ellipse((side * 0.08, -0.38), (0.025, 0.03)), None, "creature")


def draw_perched_bird(it):
    """A small bird, crow or parrot on a twig."""
    artist = it.artist
    colour = artist.colour(value=0.2) if artist.chance(0.25) else artist.colour()
    pale, beak = colour + (255 - colour) * artist.between(0.3, 0.8), artist.colour(0.1, 0.7, 0.9)
    wood = artist.colour(0.07, 0.5, 0.45)
    tail = [(0.3, 0.3), (0.45, 0.2), (0.9, 0.85), (0.72, 0.95)]
    it.poly(tail, colour * 0.8, "creature")
    it.lines([[(0.38, 0.28), (x, y)] for x, y in ((0.78, 0.88), (0.84, 0.84))], colour, 0.6)
    body = it.smooth(
        [
            (-0.45, -0.75),
            (-0.15, -0.8),
            (0.1, -0.5),
            (0.45, -0.05),
            (0.5, 0.35),
            (0.2, 0.6),
            (-0.2, 0.5),
            (-0.5, 0.1),
            (-0.6, -0.4),
        ],
        colour,
        "creature",
    )
    it.patch(
        it.curve([(-0.6, -0.4), (-0.3, -0.35), (-0.1, 0.2), (0.1, 0.6), (-0.3, 0.6), (-0.6, 0.1)], True),
        pale,
        body,
        "creature",
    )
    it.fur(it.curve([(-0.4, -0.1), (-0.25, 0.3), (0.0, 0.5)]), pale, 0.1, 9, 1.2, body)
    wing = it.smooth(
        [(-0.1, -0.3), (0.2, -0.25), (0.5, 0.1), (0.62, 0.6), (0.3, 0.4), (0.0, 0.15)], colour * 0.88, "creature"
    )
    for k in range(5):
        it.line(bow((0.0 + 0.08 * k, 0.12 - 0.06 * k), (0.3 + 0.07 * k, 0.4 + 0.02 * k), 0.1), colour, 0.6, wing)
    it.lines(
        [ellipse((x, y), (0.07, 0.06), 0.6, 0, np.pi, 8) for x in (0.05, 0.18) for y in (-0.15, -0.02)],
        colour,
        0.45,
        wing,
    )
    it.smooth([(-0.56, -0.58), (-0.52, -0.46), (-0.82, -0.44)], beak, "creature", form=None)
    draw_eye(it, -0.38, -0.56, 0.07, artist.colour(0.1, 0.5, 0.3))
    branch = it.curve([(-1, 0.78), (-0.3, 0.66), (0.4, 0.7), (1, 0.55)])
    twig = it.band(branch, np.linspace(0.13, 0.08, len(branch)), wood, "foliage")
    it.fur(branch, wood, 0.1, 8, 1.4, twig)
    for x in (-0.12, 0.1):
        it.lines([bow((x, 0.54), (x + d, 0.72), 0.2) for d in (-0.08, 0.0, 0.08)], beak, 1.2)


def draw_owl(it):
    """An owl from the front."""
    artist = it.artist
    colour = coat(artist)
    pale = colour + (255 - colour) * 0.6
    body = it.smooth(
        [
            (0, -0.8),
            (0.45, -0.7),
            (0.6, -0.2),
            (0.55, 0.5),
            (0.2, 0.85),
            (-0.2, 0.85),
            (-0.55, 0.5),
            (-0.6, -0.2),
            (-0.45, -0.7),
        ],
        colour,
        "creature",
    )
    chest = it.patch(ellipse((0, 0.25), (0.36, 0.52)), pale, body, "creature")
    it.scales(pale, chest, (-0.36, -0.2, 0.36, 0.75), 0.12)
    for side in (-1, 1):
        wing = it.smooth(
            [(side * 0.45, -0.3), (side * 0.64, 0.0), (side * 0.6, 0.5), (side * 0.38, 0.8), (side * 0.36, 0.2)],
            colour * 0.85,
            "creature",
        )
        it.lines([bow((side * x, 0.3), (side * (x - 0.06), 0.7), 0.1) for x in (0.44, 0.5, 0.56)], colour, 0.6, wing)
        it.shape(
            it.curve([(side * 0.15, -0.72), (side * 0.5, -1.0), (side * 0.48, -0.55)]), colour, "creature", form=None
        )
        disc = it.oval(side * 0.24, -0.42, 0.25, 0.26, pale, "creature")
        angles = np.arange(16) * np.pi / 8
        it.lines(
            [np.array([(side * 0.24, -0.42)]) + np.outer((0.17, 0.23), (np.cos(a), np.sin(a))) for a in angles],
            pale,
            0.45,
            disc,
        )
        draw_eye(it, side * 0.24, -0.42, 0.14, artist.colour(0.12, 0.8, 0.95))
        it.lines([bow((side * x, 0.82), (side * x, 0.95), side * 0.2) for x in (0.1, 0.18, 0.26)], pale, 1.4)
    it.smooth([(-0.06, -0.36), (0.06, -0.36), (0, -0.16)], artist.colour(0.1, 0.6, 0.8), "creature", form=None)
