"""Who is drawn: colours, age and build of one person, the same wherever they are seen."""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.styles import hsv


@dataclass(frozen=True)
class Person:
    """What a person looks like. Colours are RGB 0..255.

    Attributes:
        skin, hair, iris: colours.
        garments: three colours; trim: a fourth, of hems, ribbons and buttons.
        man: whether the face and build are a man's. age: 0 child .. 1 old.
        build: how broad, 0.8 .. 1.3.
    """

    skin: np.ndarray
    hair: np.ndarray
    iris: np.ndarray
    garments: tuple
    trim: np.ndarray
    man: bool
    age: float
    build: float


def choose_person(artist):
    """Draw a `Person` that suits the artist's style."""
    between, chance, rng = artist.between, artist.chance, artist.rng
    kind = rng.random()
    if kind < 0.36:  # black and brown
        hair = hsv(between(0.02, 0.1), between(0.15, 0.6), between(0.08, 0.45))
    elif kind < 0.5:  # blue-black
        hair = hsv(between(0.58, 0.75), between(0.1, 0.5), between(0.1, 0.32))
    elif kind < 0.66:  # fair
        hair = hsv(between(0.08, 0.15), between(0.2, 0.6), between(0.75, 1.0))
    elif kind < 0.76:  # white and grey
        hair = hsv(rng.random(), between(0, 0.12), between(0.6, 1.0))
    else:
        hair = hsv(rng.random(), between(0.25, 0.8), between(0.4, 1.0))
    base = rng.random()
    hues = [base, base + rng.choice((0.0, 0.08, 0.5, 0.33)), rng.random()]
    garments = []
    for hue in hues:
        kind = rng.random()
        if kind < 0.22:  # white
            garments.append(artist.colour(hue, between(0, 0.1), between(0.88, 1.0)))
        elif kind < 0.42:  # black and very dark
            garments.append(artist.colour(hue, between(0.05, 0.5), between(0.08, 0.3)))
        else:
            garments.append(artist.colour(hue, between(0.1, artist.style.vivid), between(0.35, 0.95)))
    trim = artist.colour(rng.random(), between(0.2, 0.9), between(0.3, 1.0))
    man = chance(0.38)
    return Person(
        skin=artist.skin(),
        hair=hair,
        iris=hsv(rng.random(), between(0.3, 0.9), between(0.35, 0.95)),
        garments=tuple(garments),
        trim=trim,
        man=man,
        age=float(np.clip(rng.normal(0.4, 0.15), 0, 1)) if chance(0.9) else between(0.0, 1.0),
        build=between(0.85, 1.1) if not man else between(0.95, 1.3),
    )
