"""Makes finished line drawings of ink maps: how faint a line counts, how wide, in which colour.

An ink map is (H, W) uint8, 255 = ink; a finished drawing has dark lines on white. No function changes its input.
"""

import math

import cv2
import numpy as np

BAND = 512  # rows, or rows and columns, at a time, to bound the memory
HALO = 6  # pixels around a band that count, too
TENSOR_SIGMA = 1.5  # pixels over which an edge has one direction
SAME_STROKE = 3  # pixels around a place that is decided alike
DECIDED = 0.25  # the smaller, the harder a drawing is chosen
COLOUR_SIGMA = 1.5  # pixels over which a line's colour is averaged


def strengthen(ink, strength):
    """Multiply the odds that a pixel is ink by `strength`: 4 makes a line found with 0.2 as dark as one with 0.5.

    A strength of 1 changes nothing. Sure ink and sure paper stay as they are.
    """
    share = np.arange(256) / 255
    table = strength * share / (strength * share + 1 - share)
    return cv2.LUT(ink, np.round(table * 255).astype(np.uint8))


def simplify(simplified, tidied, amount):
    """Choose between one line for a bundle of strokes and all of them.

    Where the two drawings differ much, the strokes are surely searching for one line: these places take the simplified
    drawing first, as the amount grows.

    Args:
        simplified, tidied: (H, W) uint8, 255 = ink. amount: 0, all tidied, to 1, all simplified.

    Returns:
        (H, W) uint8, 255 = ink.
    """
    if amount in (0, 1):
        return simplified if amount else tidied
    sure = cv2.dilate(cv2.absdiff(simplified, tidied), _disc(SAME_STROKE)).astype(np.float32) / 255
    share = np.clip((sure - 1 + amount) / DECIDED + amount, 0, 1)
    return (tidied + share * (simplified.astype(np.float32) - tidied) + 0.5).astype(np.uint8)


def widen(ink, pixels):
    """Make lines `pixels` wider, or thinner where it is negative; fractions count.

    A line that would vanish stays as it is, so no line breaks.
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


def curve(ink, black, white, gamma=1.0):
    """Grade a drawing as a levels tool does: `black` and darker becomes black, `white` and lighter white.

    Args:
        ink: (H, W) uint8, 255 = ink.
        black, white: levels of the drawing, 0..255, 0 = black; black < white.
        gamma: above 1 it lightens the greys between.

    Returns:
        (H, W) uint8, 255 = ink.

    Raises:
        ValueError: for values out of range.
    """
    if not 0 <= black < white <= 255 or not gamma > 0:
        raise ValueError(f"expected 0 <= black < white <= 255, and gamma above 0. Received: {black}, {white}, {gamma}")
    light = np.clip((255 - np.arange(256) - black) / (white - black), 0, 1) ** (1 / gamma)
    return cv2.LUT(ink, np.round(255 - 255 * light).astype(np.uint8))


def smooth(ink):
    """Anti-alias lines: average along their edges, not across, so that steps go and sharpness stays.

    The direction of an edge is that of the structure tensor (Förstner and Gülch 1987), averaged over `TENSOR_SIGMA`.
    """
    result = np.empty_like(ink)
    reach = 2 * HALO
    for top in range(0, ink.shape[0], BAND):
        for left in range(0, ink.shape[1], BAND):
            y, x = max(0, top - reach), max(0, left - reach)
            tile = _smooth_tile(ink[y : top + BAND + reach, x : left + BAND + reach])
            result[top : top + BAND, left : left + BAND] = tile[top - y :, left - x :][:BAND, :BAND]
    return result


def _smooth_tile(tile):
    plane = tile.astype(np.float32)
    soft = cv2.GaussianBlur(plane, (0, 0), 1)
    dx, dy = cv2.Sobel(soft, -1, 1, 0), cv2.Sobel(soft, -1, 0, 1)
    xx, xy, yy = (cv2.GaussianBlur(product, (0, 0), TENSOR_SIGMA) for product in (dx * dx, dx * dy, dy * dy))
    turn = np.arctan2(2 * xy, xx - yy) / 2 + np.pi / 2  # along the edge
    along = np.hypot(xx - yy, 2 * xy) / np.maximum(xx + yy, 1e-3)  # 1: one direction; 0: none, as at corners
    step_x, step_y = (along * np.cos(turn)).astype(np.float32), (along * np.sin(turn)).astype(np.float32)
    x, y = np.meshgrid(np.arange(tile.shape[1], dtype=np.float32), np.arange(tile.shape[0], dtype=np.float32))
    total, weights = plane.copy(), 1.0
    for place, weight in ((-2, 0.6), (-1, 0.9), (1, 0.9), (2, 0.6)):
        at = x + place * step_x, y + place * step_y
        total += weight * cv2.remap(plane, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        weights += weight
    return np.clip(total / weights + 0.5, 0, 255).astype(np.uint8)


def line_colours(picture, ink):
    """Find the colour of the nearest line's core at each pixel: (H, W, 3) uint8, meaningful where there is ink.

    At its rim a line's colour is mixed with the fill, so the average weighs full ink far above faint ink.
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
    """Finish a drawing on white: (H, W) uint8, or (H, W, 3) uint8 with lines of the given colours."""
    paper = 255 - ink
    if colours is None:
        return paper
    alpha, rest = cv2.merge([ink] * 3), cv2.merge([paper] * 3)
    return cv2.add(cv2.multiply(colours, alpha, scale=1 / 255), rest)


def on_glass(ink, colours=None):
    """Finish a drawing of nothing but ink: (H, W, 4) uint8 RGBA, black or of the given colours."""
    if colours is None:
        colours = np.zeros((*ink.shape, 3), np.uint8)
    return np.dstack([colours, ink])


def split_classes(ink, share):
    """Split ink by its boundary share into boundary ink and inner ink, (H, W) uint8 each."""
    boundary = cv2.multiply(ink, share, scale=1 / 255)
    return boundary, ink - boundary


def code_classes(boundary, inner, fill_edge):
    """Show all classes on white: boundary red, inner green, fill edge blue; (H, W, 3) uint8 RGB."""
    return 255 - np.dstack([cv2.max(inner, fill_edge), cv2.max(boundary, fill_edge), cv2.max(boundary, inner)])


def _disc(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
