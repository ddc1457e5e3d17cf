"""What one person's features look like: the same person has the same wherever the face is drawn."""

from dataclasses import dataclass

import numpy as np

IRISES = ("standard", "rings", "slit", "flat", "solid", "hatched", "empty", "flower", "bright")


@dataclass(frozen=True)
class Looks:
    """Features of a face, in units of the head's radius unless said otherwise.

    Attributes:
        eye_x, eye_y: place of the right eye's centre. eye_w, eye_h: half its width and height.
        slant: rise of the outer corner, radians.
        lid: how flat the upper lid is, 0..1.
        iris: of `IRISES`. iris_w, iris_h: half width and height of the iris.
        pupil: size of the pupil, as a share of the iris; 0 for none.
        lights: number of highlights. light_form: "round", "tall" or "window".
        glow: how far the hue of the reflected light is from the iris', in turns.
        lash: thickness of the upper lash. wing: length of its wing. flicks: number of flicks beside it.
        fold: distance of the lid line, 0 for none. lower: how much of the lower lid is drawn, 0..1.
        dots: eyes that are dots alone.
        brow: thickness of the brows. brow_bend: how they are bent.
        nose: how it is drawn. nose_y, mouth_y: heights. mouth_w: half width of the mouth.
        lips: whether lips are modelled.
        extras: a frozenset of "glasses", "freckles", "scar", "mole", "make-up", "beard", "lines", "earrings".
        lens: form of the glasses.
    """

    eye_x: float
    eye_y: float
    eye_w: float
    eye_h: float
    slant: float
    lid: float
    iris: str
    iris_w: float
    iris_h: float
    pupil: float
    lights: int
    light_form: str
    glow: float
    lash: float
    wing: float
    flicks: int
    fold: float
    lower: float
    dots: bool
    brow: float
    brow_bend: float
    nose: str
    nose_y: float
    mouth_y: float
    mouth_w: float
    lips: bool
    extras: frozenset
    lens: str


def person_rng(person, *more):
    """A `numpy.random.Generator` that is a person's own, made from the colours."""
    colours = np.concatenate([person.iris, person.hair, person.skin])
    return np.random.default_rng([*np.clip(colours * 4, 0, 2000).astype(int), int(person.age * 1000), *more])


def choose_looks(style, face, person):
    """Draw the `Looks` of a person in a style; the person decides, not chance.

    Args:
        style: a `Style`. face: a `FaceShape`. person: a `Person`.
    """
    rng, real, man, age = person_rng(person), face.head.real, person.man, person.age
    at = lambda low, middle, high: float(np.interp(real, (0, 0.45, 1), (low, middle, high)))  # noqa: E731
    child, old = max(0.0, 0.3 - age) / 0.3, max(0.0, age - 0.65) / 0.35
    eye_h = at(0.29, 0.19, 0.085) * rng.uniform(0.88, 1.1) * (1 + 0.12 * child) * (1 - 0.2 * old)
    eye_h *= at(0.9, 0.62, 0.8) if man else 1.0
    eye_w = at(0.25, 0.222, 0.208) * rng.uniform(0.94, 1.05)
    iris_h = max(eye_h * rng.uniform(0.92, 1.04), 0.092 * rng.uniform(0.95, 1.1))
    iris_w = min(iris_h * at(0.78, 0.8, 1.0) * rng.uniform(0.92, 1.06), 0.72 * eye_w)
    dots = rng.random() < {"vector": 0.4, "chibi": 0.2}.get(style.preset, 0.02) and real < 0.45
    shares = (0.55, 0.12, 0.05, 0.12, 0.03, 0.03, 0.03, 0.02, 0.05)
    if not style.keeps_colours:
        shares = (0.42, 0.06, 0.03, 0.07, 0.19, 0.19, 0.02, 0.01, 0.01)
    eye_y = face.level(at(0.47, 0.42, 0.33)) + 0.02 * child
    return Looks(
        eye_x=at(0.45, 0.405, 0.385) * rng.uniform(0.97, 1.04),
        eye_y=float(eye_y),
        eye_w=eye_w,
        eye_h=eye_h,
        slant=float(np.clip(rng.normal(0.03 + 0.05 * man, 0.09), -0.2, 0.25)),
        lid=float(np.clip(rng.uniform(0, 0.6) + 0.3 * man, 0, 1)),
        iris=str(rng.choice(IRISES, p=shares)),
        iris_w=iris_w,
        iris_h=iris_h,
        pupil=float(rng.uniform(0.38, 0.5)) if rng.random() < 0.93 else 0.0,
        lights=int(rng.choice((1, 2, 2, 3))) if not man else int(rng.choice((0, 1, 1, 2))),
        light_form=str(rng.choice(("round", "tall", "window"), p=(0.55, 0.3, 0.15))),
        glow=float(rng.choice((0.03, 0.03, -0.06, 0.12, -0.2))),
        lash=at(0.075, 0.058, 0.032) * rng.uniform(0.75, 1.25) * (0.62 if man else 1.0),
        wing=at(0.17, 0.17, 0.13) * rng.uniform(0.15, 1.1) * (0.35 if man else 1.0),
        flicks=0 if man or rng.random() < 0.25 else int(rng.integers(1, 4)),
        fold=float(rng.uniform(0.03, 0.065)) if rng.random() < 0.85 else 0.0,
        lower=float(rng.uniform(0.35, 0.95)),
        dots=bool(dots),
        brow=at(0.032, 0.03, 0.042) * rng.uniform(0.45, 1.3) * (1.75 if man else 1.0),
        brow_bend=float(rng.uniform(-0.2, 1.0)),
        nose=_choose_nose(rng, real, man),
        nose_y=float(face.level(at(0.74, 0.745, 0.765))),
        mouth_y=float(face.level(at(0.95, 0.965, 0.985))),
        mouth_w=at(0.125, 0.145, 0.205) * rng.uniform(0.85, 1.15) * (1.12 if man else 1.0),
        lips=bool(real > 0.55 and rng.random() < (0.3 if man else 0.75)),
        extras=_choose_extras(rng, man, age, real),
        lens=str(rng.choice(("round", "square", "half"))),
    )


def _choose_nose(rng, real, man):
    if real < 0.2:
        return str(rng.choice(("none", "dot", "short"), p=(0.25, 0.4, 0.35)))
    if real < 0.6:
        return str(rng.choice(("dot", "short", "hook", "wedge", "bridge"), p=(0.22, 0.36, 0.2, 0.14, 0.08)))
    return str(rng.choice(("hook", "wedge", "bridge"), p=(0.2, 0.4, 0.4) if not man else (0.1, 0.4, 0.5)))


def _choose_extras(rng, man, age, real):
    chances = {
        "earrings": 0.04 if man else 0.16,
        "glasses": 0.09 + 0.1 * (age > 0.7),
        "freckles": 0.05,
        "scar": 0.06 if man else 0.015,
        "mole": 0.06,
        "make-up": 0.0 if man else 0.08 + 0.3 * (real > 0.6),
        "beard": (0.2 * (age > 0.45) + 0.4 * (age > 0.65)) * (real > 0.4) if man else 0.0,
        "lines": float(age > 0.6 and real > 0.25),
    }
    return frozenset(name for name, chance in chances.items() if rng.random() < chance)
