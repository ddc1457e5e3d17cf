"""Patterns printed on cloth, warped by its form."""

import cv2
import numpy as np

from illustration_parts.drawing.canvas import SUBPIXEL_BITS, Mask


def choose_pattern(artist):
    """Draw the name of a pattern."""
    return artist.pick(("stripes", "rings", "checks", "dots", "plaid"))


def lay_pattern(artist, name, at, mask, colour, part, group, cells=(8, 10), ranges=((-1, 1), (0, 1))):
    """Print a pattern on cloth, warped by its form.

    Args:
        artist: an `Artist`. name: of `choose_pattern`.
        at: a function from arrays (u, v) to points (..., 2) of the picture.
        mask: the cloth's `Mask`. colour: RGB of the print. part, group: see `Canvas.fill`.
        cells: how many times it repeats along u and v. ranges: of u and v.
    """
    (u0, u1), (v0, v1) = ranges
    us, vs = np.linspace(u0, u1, cells[0] + 1), np.linspace(v0, v1, cells[1] + 1)
    long = np.linspace(0, 1, 24)
    polygons = []
    share = artist.between(0.25, 0.5)
    if name in ("stripes", "checks", "plaid"):
        for a, b in zip(us[:-1], us[1:]):
            b = a + (b - a) * share
            line = v0 + (v1 - v0) * long
            polygons.append(np.concatenate([at(np.full(24, a), line), at(np.full(24, b), line)[::-1]]))
    if name in ("rings", "checks", "plaid"):
        for a, b in zip(vs[:-1], vs[1:]):
            b = a + (b - a) * share
            line = u0 + (u1 - u0) * long
            polygons.append(np.concatenate([at(line, np.full(24, a)), at(line, np.full(24, b))[::-1]]))
    if name == "dots":
        angle = np.linspace(0, 2 * np.pi, 15)
        size = 0.5 * share + 0.08
        for row, v in enumerate(vs[:-1]):
            for u in us[:-1] + (row % 2) * 0.5 * (us[1] - us[0]):
                ring = at(u + (us[1] - us[0]) * size * np.cos(angle), v + (vs[1] - vs[0]) * size * np.sin(angle))
                polygons.append(ring)
    alpha = np.zeros_like(mask.alpha)
    crossed = np.zeros_like(alpha)
    for points in polygons:
        fixed = np.round((points - (mask.left, mask.top)) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        one = np.zeros_like(alpha) if name == "plaid" else None
        if one is None:
            cv2.fillPoly(alpha, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        else:
            cv2.fillPoly(one, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
            crossed |= alpha & one
            alpha |= one
    artist.fill(Mask(mask.top, mask.left, alpha).clip(mask), colour, part, group, gradient=0.0)
    if name == "plaid":
        artist.fill(Mask(mask.top, mask.left, crossed).clip(mask), np.asarray(colour) * 0.75, part, group, gradient=0.0)
    artist.cases.add("patterns")
