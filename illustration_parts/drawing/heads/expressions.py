"""Expressions: what eyes, brows and mouth do together."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Expression:
    """What a face does.

    Attributes:
        name: of `EXPRESSIONS`.
        mouth: a name in `mouths.LINES` or `mouths.OPEN`.
        open: how far the left and the right eye are open, 0 shut .. 1.2 wide.
        shut: how an eye that is shut is drawn: "rest" (bent down), "joy" (bent up) or "pinch".
        iris: size of the irises, 1 as usual.
        gaze: where the eyes look, (x, y) in -1..1.
        brow: how far brows are raised, in heights of an eye. tilt: their inner ends' rise, negative for anger.
        blush: chance of red cheeks.
        drops: None, "tears", "tear" or "sweat".
    """

    name: str = "calm"
    mouth: str = "closed"
    open: tuple = (1.0, 1.0)
    shut: str = "rest"
    iris: float = 1.0
    gaze: tuple = (0.0, 0.0)
    brow: float = 0.0
    tilt: float = 0.0
    blush: float = 0.25
    drops: str | None = None


EXPRESSIONS = {
    "calm": Expression(),
    "smile": Expression(mouth="smile", brow=0.1, blush=0.4),
    "joy": Expression(mouth="open", brow=0.2, blush=0.5),
    "laugh": Expression(mouth="laugh", open=(0.0, 0.0), shut="joy", brow=0.3, blush=0.6),
    "grin": Expression(mouth="grin", brow=0.0, tilt=-0.2),
    "smirk": Expression(mouth="smirk", open=(0.75, 0.75), tilt=-0.25),
    "wink": Expression(mouth="smile", open=(1.0, 0.0), shut="joy", brow=0.2, blush=0.5),
    "surprised": Expression(mouth="small", open=(1.15, 1.15), iris=0.78, brow=0.55),
    "shocked": Expression(mouth="shout", open=(1.2, 1.2), iris=0.55, brow=0.6, tilt=0.2, drops="sweat"),
    "angry": Expression(mouth="frown", open=(0.85, 0.85), brow=-0.25, tilt=-0.55),
    "shout": Expression(mouth="shout", open=(0.95, 0.95), brow=-0.2, tilt=-0.55),
    "sad": Expression(mouth="frown", open=(0.8, 0.8), brow=0.15, tilt=0.45),
    "cry": Expression(mouth="wavy", open=(0.7, 0.7), brow=0.1, tilt=0.6, blush=0.7, drops="tears"),
    "pinched": Expression(mouth="laugh", open=(0.0, 0.0), shut="pinch", brow=0.0, tilt=0.3, blush=0.6),
    "asleep": Expression(mouth="closed", open=(0.0, 0.0), brow=0.0, tilt=0.1),
    "shy": Expression(mouth="wavy", open=(0.85, 0.85), gaze=(0.6, 0.2), brow=0.1, tilt=0.35, blush=1.0),
    "bored": Expression(mouth="flat", open=(0.55, 0.55), tilt=0.05),
    "talking": Expression(mouth="talk"),
    "pout": Expression(mouth="pout", tilt=-0.2, blush=0.5),
    "cat": Expression(mouth="cat", brow=0.1, blush=0.4),
}
EXPRESSIONS = {name: replace(expression, name=name) for name, expression in EXPRESSIONS.items()}
SHARES = {"calm": 5, "smile": 4, "joy": 2, "talking": 2.5, "angry": 1.2, "sad": 1.2, "shout": 1.0, "laugh": 0.8}


def choose_expression(rng):
    """Draw an `Expression`, its gaze and how far its eyes are open included."""
    names = list(EXPRESSIONS)
    shares = np.array([SHARES.get(name, 0.55) for name in names])
    chosen = EXPRESSIONS[names[int(rng.choice(len(names), p=shares / shares.sum()))]]
    gaze = np.clip(np.array(chosen.gaze) * rng.choice((-1, 1)) + rng.normal(0, 0.25, 2) * (1, 0.5), -1, 1)
    opening = rng.uniform(0.9, 1.04)
    opened = tuple(float(each * opening) for each in chosen.open)
    if rng.random() < 0.5:
        opened = opened[::-1]
    return replace(chosen, gaze=tuple(gaze), open=opened, brow=chosen.brow + float(rng.normal(0, 0.06)))


def find_expression(expression, head):
    """The `Expression` that is meant by an `Expression`, a name of `EXPRESSIONS`, or None: one that the head decides.

    Raises:
        ValueError: for an unknown name.
    """
    if isinstance(expression, Expression):
        return expression
    if expression is None:
        # The same head gives the same face, whichever part of it is drawn.
        values = (head.centre[0], head.centre[1], head.radius, head.yaw * 1000)
        return choose_expression(np.random.default_rng([abs(int(value)) for value in values]))
    if expression not in EXPRESSIONS:
        raise ValueError(f"expression must be one of {', '.join(EXPRESSIONS)}. Received: {expression!r}")
    return EXPRESSIONS[expression]
