"""Makes finished line drawings of ink maps: how faint a line counts, how wide, in which colour.

An ink map is (H, W) uint8, 255 = ink; a finished drawing has dark lines on white. No function changes its input.
"""

import math

import cv2
import numpy as np

BAND = 512  # rows that `line_colours` works on at a time, to bound its memory
HALO = 6  # rows around a band that it looks at
COLOUR_SIGMA = 1.5  # pixels around an inked one that its line's colour is averaged over


def strengthen(ink, strength):
    """Multiply the odds that a pixel is ink by `strength`: 4 makes a line found with 0.2 as dark as one with 0.5.

    1 changes nothing; sure ink and sure paper always stay as they are.
    """
    share = np.arange(256) / 255
    table = strength * share / (strength * share + 1 - share)
    return cv2.LUT(ink, np.round(table * 255).astype(np.uint8))


def widen(ink, pixels):
    """Make lines `pixels` wider, or thinner where it is negative; fractions count.

    A line thinner than what would be taken off it stays as it is, so none is broken.
    """
    if pixels == 0:
        return ink
    operation = cv2.MORPH_DILATE if pixels > 0 else cv2.MORPH_ERODE
    radius = abs(pixels) / 2
    whole, part = int(radius), radius - int(radius)
    result = cv2.morphologyEx(ink, operation, _disc(whole))
    if part:
        result = cv2.addWeighted(result, 1 - part, cv2.morphologyEx(ink, operation, _disc(whole + 1)), part, 0)
    if pixels < 0:
        result = cv2.max(result, cv2.morphologyEx(ink, cv2.MORPH_TOPHAT, _disc(math.ceil(radius))))
    return result


def binarize(ink, threshold):
    """255 where ink is at least `threshold` (0..1), else 0."""
    return np.where(ink >= threshold * 255, np.uint8(255), np.uint8(0))


def line_colours(picture, ink):
    """The colour of the nearest line's core at each pixel: (H, W, 3) uint8, of use where there is ink.

    Beside its core a line's pixels are mixed with the fill, so the average weighs full ink far above faint.
    """
    colours = np.empty_like(picture)
    for top in range(0, len(ink), BAND):
        start, stop = max(0, top - HALO), top + BAND + HALO
        weight = (ink[start:stop].astype(np.float32) / 255) ** 4 + 1e-6
        total = cv2.GaussianBlur(picture[start:stop] * weight[..., None], (0, 0), COLOUR_SIGMA)
        mean = total / cv2.GaussianBlur(weight, (0, 0), COLOUR_SIGMA)[..., None]
        band = np.clip(mean + 0.5, 0, 255).astype(np.uint8)
        colours[top : top + BAND] = band[top - start : top - start + BAND]
    return colours


def on_paper(ink, colours=None):
    """The finished drawing on white: (H, W) uint8, or (H, W, 3) uint8 with lines of the given colours."""
    paper = 255 - ink
    if colours is None:
        return paper
    alpha, rest = cv2.merge([ink] * 3), cv2.merge([paper] * 3)
    return cv2.add(cv2.multiply(colours, alpha, scale=1 / 255), rest)


def on_glass(ink, colours=None):
    """The finished drawing with nothing but ink: (H, W, 4) uint8 RGBA, black or of the given colours."""
    if colours is None:
        colours = np.zeros((*ink.shape, 3), np.uint8)
    return np.dstack([colours, ink])


def split_classes(ink, share):
    """Ink and the share of it that is boundary to boundary ink and inner ink, each (H, W) uint8."""
    boundary = cv2.multiply(ink, share, scale=1 / 255)
    return boundary, ink - boundary


def code_classes(boundary, inner, fill_edge):
    """One picture of all classes on white: boundary red, inner green, fill edge blue; (H, W, 3) uint8 RGB."""
    return 255 - np.dstack([cv2.max(inner, fill_edge), cv2.max(boundary, fill_edge), cv2.max(boundary, inner)])


def _disc(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
