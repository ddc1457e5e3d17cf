"""Screentones: printed patterns of dark marks that shade manga pages. Hatching by hand is `Artist.hatch`.

screen = choose_screen(rng, scale=1.2)
dark = lay(rng, screen, mask, 0.3)    # a `Mask` of marks that cover about 0.3 of it
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

TONE_FORMS = ("dots", "rules", "stipple", "cross")  # round dots, parallel lines, random grain, two crossed rules


@dataclass(frozen=True)
class Screen:
    """A screentone.

    Attributes:
        form: of `TONE_FORMS`.
        angle: radians that its rows are turned by.
        period: pixels from one mark to the next; for stipple five times the blur of its grain.
    """

    form: str
    angle: float
    period: float


def choose_screen(rng, scale=1.0):
    """Choose a screen by chance.

    Args:
        rng: `numpy.random.Generator`.
        scale: pixels per unit of the picture's short side of 1,000.

    Returns:
        A `Screen` with a period of 2.6 to 9 of these units, at least 2.4 pixels, so that its marks stay apart.
    """
    form = str(rng.choice(TONE_FORMS, p=(0.74, 0.17, 0.05, 0.04)))
    angle = float(rng.choice((np.pi / 4, np.pi / 4, np.pi / 2, 0.0, rng.uniform(0, np.pi))))
    return Screen(form, angle, float(max(2.4, np.exp(rng.uniform(np.log(2.6), np.log(9.0))) * scale)))


def even(screen, most=np.inf):
    """A screen for faces and hair: dots instead of stipple and cross, which would look like dirt there.

    Args:
        screen: a `Screen`. most: longest period, pixels.

    Returns:
        A `Screen` with the same angle.
    """
    form = "dots" if screen.form in ("stipple", "cross") else screen.form
    return replace(screen, form=form, period=min(screen.period, most))


def lay(rng, screen, mask, density):
    """The dark marks of a screen over a mask. Marks of neighbouring masks continue each other, but for stipple.

    Args:
        rng: `numpy.random.Generator`, used for stipple only.
        screen: a `Screen`. mask: a `Mask`.
        density: share of the area that is dark, 0..1, about: a number or an array that broadcasts to the mask.

    Returns:
        A `Mask` of the same rectangle, its coverage multiplied by the marks'.
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
        # The grain is normal about 0.5; 0.6 log(odds) is close to the normal quantile of the density, in deviations.
        odds = np.clip(density, 1e-4, 1 - 1e-4)
        limit = 0.5 + spread * 0.6 * np.log(odds / (1 - odds))
        dark = np.clip((limit - grain) / spread * 2 + 0.5, 0, 1)
    return mask.times(np.broadcast_to(dark, mask.alpha.shape))
