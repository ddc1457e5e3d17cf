"""Hairdos: one table of how each is cut, tied and worn, and the choice of one for a person."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from illustration_parts.drawing.styles import hsv, to_hsv


@dataclass(frozen=True)
class Hairdo:
    """How one head's hair is cut and worn. Lengths in radii of the skull; heights y are below its centre.

    Attributes:
        name: in `HAIRDOS`.
        length: height where the hair behind ends. sides: where the locks beside the face end.
        fringe: the name of a cut, as in `HAIRDOS`, or "none". fringe_length: height where it ends.
        volume: how far hair stands off the skull. flare: how far tips turn out, -1 in .. 1 out.
        wave: how far locks swing sideways. curl: how tightly, waves a radius.
        spikes: 0..1 how much it stands up. flick: how far tips swing sideways.
        wind: how far it is blown sideways, -1..1. swirl: how locks bend around the whorl.
        part: place x of the parting. whorl: unit vector (3,).
        bare_ears: whether ears are seen. receding: 0..1 how far the hairline has gone back; bald: no hair on top.
        tails: what is tied: names in `tails.TAILS` with heights. tail_length: radii.
        strays, ahoge: how many. ornaments: names that `trims.draw_ornaments` knows.
        locks: 0..1 how finely hair is divided. lined: share of lock borders with a line; line_share: how much of them.
        strands: lines inside a lock, about. contrast: of lines, 0..1. threshold: of light, see `Locks`.
        shaded: whether it has shadows. band: half height of the band of light, 0 for none; band_at: its height y;
        shine: how bright it is. painted: 0..1 how many painted strokes. tufts: 0..1 how many tufts of shadow and light.
        roots: 0..1 how dark. tips: RGB or None; tips_from: share of the length where they begin.
        unequal: how far colours of locks differ. fringe_shadow: how far the fringe's shadow falls.
    """

    name: str
    length: float
    sides: float
    fringe: str
    fringe_length: float
    volume: float
    flare: float
    wave: float
    curl: float
    spikes: float
    flick: float
    wind: float
    swirl: float
    part: float
    whorl: tuple
    bare_ears: bool
    receding: float
    bald: bool
    tails: tuple
    tail_length: float
    strays: int
    ahoge: int
    ornaments: tuple
    locks: float
    lined: float
    line_share: tuple
    strands: float
    contrast: float
    threshold: float
    shaded: bool
    band: float
    band_at: float
    shine: float
    painted: float
    tufts: float
    roots: float
    tips: np.ndarray | None
    tips_from: float
    unequal: float
    fringe_shadow: float


# Each hairdo: chances for (women, men), and what differs from PLAIN: ranges or lists of choices.
PLAIN: dict[str, Any] = {
    "length": (0.9, 1.1),
    "sides": (0.6, 1.0),
    "fringe": ["bangs", "bangs", "swept", "wisps", "middle"],
    "fringe_length": (0.05, 0.28),
    "volume": (0.05, 0.12),
    "flare": (-0.3, 0.3),
    "wave": (0.0, 0.03),
    "curl": (0.6, 1.2),
    "spikes": [0.0],
    "flick": (0.0, 0.05),
    "bare_ears": [False],
    "receding": [0.0],
    "bald": [False],
    "tails": [()],
    "tail_length": (1.2, 2.6),
}
FLICKED: dict[str, Any] = {"flick": (0.02, 0.16)}
TIED: dict[str, Any] = {"length": [0.0], "sides": (0.6, 1.35), "bare_ears": [True, True, False], "volume": (0.04, 0.08)}
HAIRDOS: dict[str, tuple[float, float, dict[str, Any]]] = {
    "short": (0.07, 0.3, FLICKED | {"sides": (0.35, 0.6), "length": (0.75, 0.95), "bare_ears": [True, False]}),
    "cropped": (0.0, 0.1, {"sides": (0.2, 0.35), "length": [0.8], "bare_ears": [True], "fringe_length": (-0.3, -0.05),
                           "fringe": ["spiky", "wisps", "back"], "volume": (0.03, 0.07)}),
    "messy": (0.05, 0.16, FLICKED | {"sides": (0.4, 0.75), "length": (0.85, 1.1), "spikes": (0.2, 0.5),
                           "wave": (0.03, 0.07), "fringe": ["bangs", "spiky", "middle"], "volume": (0.1, 0.16)}),
    "spiky": (0.01, 0.13, FLICKED | {"sides": (0.35, 0.8), "length": (0.85, 1.3), "spikes": (0.6, 1.0),
                           "volume": (0.08, 0.15), "fringe": ["spiky", "spiky", "bangs"], "bare_ears": [True, False]}),
    "curtain": (0.03, 0.1, FLICKED | {"sides": (0.5, 0.95), "fringe": ["curtain"], "fringe_length": (0.2, 0.5),
                            "bare_ears": [True, False]}),
    "slicked": (0.01, 0.05, {"sides": (0.3, 0.4), "length": (0.8, 0.95), "fringe": ["back"], "bare_ears": [True]}),
    "receding": (0.0, 0.04, {"sides": (0.3, 0.4), "length": [0.8], "fringe": ["back"], "bare_ears": [True],
                             "receding": (0.4, 1.0)}),
    "bald": (0.0, 0.03, {"sides": [0.0, 0.35], "length": [0.8], "volume": [0.0], "fringe": ["none"],
                          "bare_ears": [True],
                          "receding": [1.0], "bald": [True]}),
    "bob": (0.14, 0.01, {"sides": (0.8, 1.15), "length": (0.85, 1.15), "flare": (-0.9, -0.3),
                         "fringe": ["bangs", "blunt", "swept"]}),
    "shoulder": (0.1, 0.03, FLICKED | {"sides": (1.0, 1.5), "length": (1.25, 1.65), "flare": (-0.3, 0.9)}),
    "long": (0.2, 0.03, {"sides": (1.0, 2.2), "length": (1.8, 3.2)}),
    "hime": (0.04, 0.0, {"sides": (0.85, 1.1), "length": (2.0, 3.2), "fringe": ["blunt"],
                        "fringe_length": (0.1, 0.24)}),
    "waves": (0.08, 0.015, {"sides": (1.0, 2.0), "length": (1.3, 2.6), "wave": (0.06, 0.12), "volume": (0.09, 0.15),
                            "fringe": ["swept", "curtain", "bangs", "middle"]}),
    "curls": (0.04, 0.02, {"sides": (0.7, 1.5), "length": (1.0, 2.0), "wave": (0.1, 0.16), "curl": (1.6, 2.6),
                           "volume": (0.12, 0.2), "fringe": ["bangs", "swept", "curtain"]}),
    "ponytail": (0.07, 0.02, TIED | {"tails": [("ponytail",), ("ponytail",), ("low tail",)]}),
    "side tail": (0.02, 0.0, TIED | {"tails": [("side tail",)]}),
    "twin tails": (0.06, 0.0, TIED | {"tails": [("twin tails",), ("twin tails",), ("low twins",)],
                                      "tail_length": (1.4, 3.0)}),
    "braids": (0.03, 0.0, TIED | {"tails": [("twin braids",), ("braid",), ("side braid",)]}),
    "bun": (0.03, 0.005, TIED | {"tails": [("bun",), ("high bun",)], "fringe": ["swept", "bangs", "curtain", "back"]}),
    "twin buns": (0.02, 0.0, TIED | {"tails": [("twin buns",)]}),
    "drills": (0.02, 0.0, TIED | {"tails": [("drills",)], "tail_length": (1.2, 2.2)}),
    "half up": (0.03, 0.0, {"sides": (1.0, 1.8), "length": (1.6, 2.8), "tails": [("small bun",), ("small twins",)]}),
}  # fmt: skip


def choose_hairdo(artist, person, name=None):
    """Draw a `Hairdo` that suits the person and the artist's style.

    Args:
        artist: an `Artist`. person: a `Person`.
        name: of `HAIRDOS`, or None for one by chance.

    Raises:
        ValueError: for an unknown name.
    """
    if name is None:
        chances = np.array([row[1 if person.man else 0] for row in HAIRDOS.values()], float)
        names = list(HAIRDOS)
        if person.age < 0.7:
            chances[[names.index("bald"), names.index("receding")]] *= 0.2
        name = str(artist.rng.choice(names, p=chances / chances.sum()))
    if name not in HAIRDOS:
        raise ValueError(f"name must be one of {', '.join(HAIRDOS)}. Received: {name!r}")
    table = PLAIN | HAIRDOS[name][2]

    def pick(key):
        choice = table[key]
        return float(artist.between(*choice)) if isinstance(choice, tuple) else artist.pick(choice)

    cut = {key: pick(key) for key in table}
    return Hairdo(name=name, **cut, **_choose_fall(artist, cut), **_choose_look(artist, person))


def _choose_fall(artist, cut):
    """How the hair lies and moves, and what is worn in it."""
    between, chance = artist.between, artist.chance
    free = cut["length"] > 1.2 or cut["tails"]
    wind = between(-0.28, 0.28) if free and chance(0.6) else between(-0.1, 0.1)
    if free and chance(0.12):
        wind = artist.pick((-1, 1)) * between(0.4, 0.8)
    ornaments = ()
    if not cut["bald"] and cut["spikes"] < 0.5 and chance(0.3):
        ornaments = (artist.pick(("band", "clip", "clip", "ribbon", "flower", "pins")),)
    return {
        "wind": wind,
        "swirl": between(-0.12, 0.12),
        "part": between(-0.4, 0.4),
        "whorl": (between(-0.12, 0.22), -0.93, between(-0.3, -0.12)),
        "strays": int(artist.rng.integers(2, 9)) if chance(0.8) else 0,
        "ahoge": int(artist.rng.integers(1, 3)) if chance(0.22) and not cut["receding"] else 0,
        "ornaments": ornaments,
    }


def _choose_look(artist, person):
    """How the hair is drawn: lines, tones, light, colours."""
    between, chance, style = artist.between, artist.chance, artist.style
    simple = style.preset in ("tv", "film", "cel90", "vector", "chibi")
    dense = style.preset in ("webtoon", "painted", "ink", "pencil")
    tips = None
    if chance(0.3 if style.gradient > 0.15 else 0.05) and style.coloured:
        hue, saturation, value = to_hsv(person.hair)
        near = chance(0.75)
        tips = hsv(
            hue + between(-0.08, 0.08) if near else artist.rng.random(),
            np.clip(saturation * between(0.8, 1.4), 0, 0.9),
            np.clip(value * between(1.1, 1.6), 0.2, 1) if value < 0.8 else value * between(0.7, 0.95),
        )
        tips = np.full(3, tips.mean()) if style.monochrome else tips
    most = chance(0.36) or not style.keeps_colours
    return {
        "locks": between(0.1, 0.5) if simple else between(0.45, 1.0) if dense else between(0.2, 0.8),
        "lined": between(0.75, 1.0) if most else between(0.15, 0.55),
        "line_share": (0.5, 1.0) if most else (0.3, 0.8),
        "strands": between(0.3, 1.3) if simple else between(1.2, 3.2) if dense else between(0.6, 2.2),
        "contrast": float(artist.rng.random()),
        "threshold": between(0.16, 0.36) if simple else between(0.24, 0.46),
        "shaded": chance(0.45) if style.manga else chance(0.35) if not style.coloured else chance(0.95),
        "band": between(0.07, 0.16) * (1 if style.gloss or style.manga else 0) if chance(0.72) else 0.0,
        "band_at": between(-0.66, -0.38),
        "shine": between(0.2, 0.6) if np.max(person.hair) > 110 else between(0.12, 0.4),
        "painted": between(0.4, 1.0) if style.soft > 0.3 else 0.0,
        "tufts": between(0.3, 1.0) if style.soft <= 0.3 and chance(0.85 if dense else 0.6) else 0.0,
        "roots": between(0.1, 0.35) if style.gradient > 0.15 and chance(0.5) else 0.0,
        "tips": tips,
        "tips_from": between(0.25, 0.6),
        "unequal": between(0.0, 0.03) if simple else between(0.01, 0.07),
        "fringe_shadow": between(0.05, 0.1),
    }
