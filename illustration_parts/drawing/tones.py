"""Screentones and hatching: how pages without colour are shaded."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

TONE_FORMS = ("dots", "rules", "stipple", "cross")


@dataclass(frozen=True)
class Screen:
    """A screentone: what its marks are, the angle in radians and the pixels from one to the next."""

    form: str
    angle: float
    period: float


def choose_screen(rng, scale=1.0):
    """Draw a screen of 15 to 60 lines an inch; `scale` is the picture's, 1 for a short side of 1,000 px."""
    form = str(rng.choice(TONE_FORMS, p=(0.74, 0.17, 0.05, 0.04)))
    angle = float(rng.choice((np.pi / 4, np.pi / 4, np.pi / 2, 0.0, rng.uniform(0, np.pi))))
    return Screen(form, angle, float(max(2.4, np.exp(rng.uniform(np.log(2.6), np.log(9.0))) * scale)))


def even(screen, most=np.inf):
    """A screen for faces and hair, where grain and crossed rules would look like dirt: the same with dots for them.

    Args:
        screen: a `Screen`. most: pixels from one mark to the next, at most.
    """
    form = "dots" if screen.form in ("stipple", "cross") else screen.form
    return replace(screen, form=form, period=min(screen.period, most))


def lay(rng, screen, mask, density):
    """The dark marks of a screen over a mask.

    Args:
        rng: `numpy.random.Generator`, for stipple.
        screen: a `Screen`. mask: a `Mask`.
        density: how much is dark, 0..1, a number or an array that broadcasts to the mask.

    Returns:
        A `Mask`.
    """
    x, y = mask.grid()
    angle, period = screen.angle, screen.period
    u = (x * np.cos(angle) + y * np.sin(angle)) / period
    v = (y * np.cos(angle) - x * np.sin(angle)) / period
    density = np.clip(np.asarray(density, np.float32), 0, 1)
    if screen.form == "dots":
        distance = np.hypot(u % 1 - 0.5, v % 1 - 0.5)
        dark = np.clip((np.sqrt(density / np.pi) - distance) * period + 0.5, 0, 1)
    elif screen.form == "rules":
        dark = np.clip((density / 2 - np.abs(u % 1 - 0.5)) * period + 0.5, 0, 1)
    elif screen.form == "cross":
        cross = np.minimum(np.abs(u % 1 - 0.5), np.abs(v % 1 - 0.5))
        dark = np.clip((density / 4 - cross) * period + 0.5, 0, 1)
    else:
        grain = cv2.GaussianBlur(rng.random(mask.alpha.shape).astype(np.float32), (0, 0), max(0.6, period / 5))
        spread = max(1e-3, float(grain.std())) if grain.size else 1.0
        # How many deviations below the mean a share of a normal distribution lies, nearly (a logistic one is alike).
        odds = np.clip(density, 1e-4, 1 - 1e-4)
        limit = 0.5 + spread * 0.6 * np.log(odds / (1 - odds))
        dark = np.clip((limit - grain) / spread * 2 + 0.5, 0, 1)
    return mask.times(np.broadcast_to(dark, mask.alpha.shape))
